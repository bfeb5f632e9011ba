"""Redemption: rewards that could be had are left to pile up where they are not worth the trouble.

P(redeems at a purchase) = chance x y / (y + hassle), y the worth of what could be had now over the typical basket.
As points that are saved add to y, savers redeem in large pieces: points pile up even where piling up is not rewarded.
Where they are about to die, or the programme about to change, the trouble is taken: P = chance.
With the mechanism off P = chance always.

Source: Stourm, Bradlow & Fader 2015, JMR 52:253 (transaction costs and separate mental accounts make customers
stockpile points that gain nothing by it); form and size proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, TINY, scalar
from sim.rules.parameter import Mechanism, param


class RedemptionNumbers(NamedTuple):
    hassle: np.float32


class Redemption(Mechanism):
    """Redeeming takes trouble, so small rewards wait."""

    hassle: float = param(
        0.2,
        unit="share of a basket",
        meaning="worth of a reward at which half of those who would redeem take the trouble",
        bounds=(0.0, 10.0),
        interval=(0.05, 0.6),
        source="judgement: a fifth of a basket (Stourm et al. 2015: direction)",
        status="PROPOSED",
    )

    def numbers(self) -> RedemptionNumbers:
        return RedemptionNumbers(F32(self.hassle if self.enabled else 0.0))


@scalar
def redeem_chance(chance, worth, urgent, numbers):
    """Probability that a member who could have a reward takes it at this purchase.

    chance: probability where trouble counts for nothing; worth: what could be had over the typical basket, as the
    member perceives it; urgent: whether waiting would lose it.
    """
    share = (worth + TINY) / (worth + numbers.hassle + TINY)
    return chance if urgent else chance * share
