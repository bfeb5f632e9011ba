"""Offer: who is sent a personal offer in a week.

sent = (u < chance) for the members it is meant for: all; those who lapse, absent > late / pace weeks; or the heavy
ones, pace >= heavy, pace their usual purchases a week at the firm. The firm knows both from its till.
With the mechanism off nobody is sent one.

Source: Schmittlein, Morrison & Colombo 1987, Management Science 33:1 (absence counts against the usual gap between
purchases); Venkatesan & Farris 2012, J. Marketing 76(1):76 (coupons made to measure) (both from memory); cuts proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, scalar
from sim.rules.parameter import Mechanism, param


class OfferNumbers(NamedTuple):
    on: np.float32
    late: np.float32
    heavy: np.float32


class Offer(Mechanism):
    """Personal offers reach those they are meant for."""

    late: float = param(
        2.0,
        unit="usual gaps",
        meaning="absence, in usual gaps between purchases, after which a member counts as lapsing",
        bounds=(0.0, 100.0),
        source="judgement: one in seven of those who buy at random stays away as long",
        status="PROPOSED",
    )
    heavy: float = param(
        0.5,
        unit="purchases a week",
        meaning="pace from which a member counts as heavy",
        bounds=(0.0, 100.0),
        source="judgement: every other week",
        status="PROPOSED",
    )

    def numbers(self) -> OfferNumbers:
        return OfferNumbers(F32(1.0 if self.enabled else 0.0), F32(self.late), F32(self.heavy))


@scalar
def chosen(u, chance, target, absent, pace, numbers):
    """Whether a uniform draw says that a member is sent an offer this week.

    chance: probability for those it is meant for; target: 0 all, 1 the lapsing, 2 the heavy; absent: weeks since the
    last purchase at the firm; pace: usual purchases a week there.
    """
    lapsing = F32(absent) * pace > numbers.late
    heavy = pace >= numbers.heavy
    meant = (target == 0) | ((target == 1) & lapsing) | ((target == 2) & heavy)
    return (u < numbers.on * chance) & meant
