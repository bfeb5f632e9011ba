"""Crowding out: a relation that is paid for in money becomes one about money.

kept = 1 - weight x hard / (hard + soft + half), the share of every gain in attachment that the member keeps;
hard = share of the spending that comes back in money, soft = index points of soft benefits / 100. What is lost of an
attachment is lost in full.
With the mechanism off all is kept.

Source: Roehm, Pullins & Roehm 2002, JMR 39:202 (tangible incentives can undermine loyalty, those that go with the brand
build it); Deci, Koestner & Ryan 1999, Psychological Bulletin 125:627 (tangible rewards undermine intrinsic motivation:
from memory); form and sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, scalar
from sim.rules.parameter import Mechanism, param


class CrowdingNumbers(NamedTuple):
    weight: np.float32
    half: np.float32


class Crowding(Mechanism):
    """Money crowds out affection."""

    weight: float = param(
        0.3,
        unit="share",
        meaning="share of a gain in attachment that is lost where all that binds is very much money",
        bounds=(0.0, 1.0),
        interval=(0.0, 0.5),
        source="judgement (Roehm et al. 2002: direction)",
        status="PROPOSED",
    )
    half: float = param(
        0.05,
        unit="share of spending",
        meaning="share given back at which half of that is lost, if nothing soft goes with it",
        bounds=(0.001, 1.0),
        source="judgement: an ordinary rebate of 1 to 2 % hardly matters",
        status="PROPOSED",
    )

    def numbers(self) -> CrowdingNumbers:
        return CrowdingNumbers(F32(self.weight if self.enabled else 0.0), F32(self.half))


@scalar
def kept_gain(hard, soft, numbers):
    """Share of a gain in attachment that a member keeps (0 to 1).

    hard: share of the spending that comes back in money; soft: soft benefits, index points / 100.
    """
    return ONE - numbers.weight * hard / (hard + soft + numbers.half)
