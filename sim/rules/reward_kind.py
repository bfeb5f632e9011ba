"""Kind of reward: what it is worth, and how far it is taken for a kindness, against money off.

perceived = 1 and gratitude = 1 for money (discount, points plus cash), and a factor each for goods (free item,
catalogue, partner), treats (experience, upgrade) and gifts to others (donation). Goods are worth less than the money
they cost, as they are not what one would have bought; treats that one would not allow oneself please more, and are
felt as given.
Kinds in order: discount 0, free item 1, catalogue 2, points plus cash 3, partner 4, donation 5, experience 6,
upgrade 7. With the mechanism off every kind counts like money.

Source: Kivetz & Simonson 2002, JMR 39:155 (who has made an effort prefers luxuries as rewards); O'Curry & Strahilevitz
2001, Marketing Letters 12:37 (luxuries preferred as prizes: from memory); grouping and sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, scalar
from sim.rules.parameter import Mechanism, param


class RewardKindNumbers(NamedTuple):
    goods_worth: np.float32
    treat_worth: np.float32
    donation_worth: np.float32
    goods_gratitude: np.float32
    treat_gratitude: np.float32
    donation_gratitude: np.float32


class RewardKind(Mechanism):
    """Kinds of rewards please in different ways."""

    goods_worth: float = param(
        0.9,
        unit="ratio",
        meaning="what goods are worth against money off of the same face value",
        bounds=(0.0, 5.0),
        source="judgement",
        status="PROPOSED",
    )
    treat_worth: float = param(
        1.1,
        unit="ratio",
        meaning="what a treat is worth against money off of the same face value",
        bounds=(0.0, 5.0),
        source="judgement (Kivetz & Simonson 2002: direction)",
        status="PROPOSED",
    )
    donation_worth: float = param(
        0.4,
        unit="ratio",
        meaning="what a gift to others is worth against money off of the same face value",
        bounds=(0.0, 5.0),
        source="judgement",
        status="PROPOSED",
    )
    goods_gratitude: float = param(
        1.2,
        unit="ratio",
        meaning="gratitude for goods against that for money off of the same worth",
        bounds=(0.0, 5.0),
        source="judgement",
        status="PROPOSED",
    )
    treat_gratitude: float = param(
        1.5,
        unit="ratio",
        meaning="gratitude for a treat against that for money off of the same worth",
        bounds=(0.0, 5.0),
        source="judgement (O'Curry & Strahilevitz 2001: direction)",
        status="PROPOSED",
    )
    donation_gratitude: float = param(
        1.5,
        unit="ratio",
        meaning="gratitude for a gift to others against that for money off of the same worth",
        bounds=(0.0, 5.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> RewardKindNumbers:
        if not self.enabled:
            return RewardKindNumbers(ONE, ONE, ONE, ONE, ONE, ONE)
        return RewardKindNumbers(
            F32(self.goods_worth),
            F32(self.treat_worth),
            F32(self.donation_worth),
            F32(self.goods_gratitude),
            F32(self.treat_gratitude),
            F32(self.donation_gratitude),
        )


@scalar
def _factor(kind, goods, treat, donation):
    """The factor of the group that a kind belongs to; 1 for money."""
    of_goods = (kind == 1) | (kind == 2) | (kind == 4)
    plain = goods if of_goods else ONE
    fine = treat if kind >= 6 else plain
    return donation if kind == 5 else fine


@scalar
def perceived(kind, numbers):
    """What a reward of this kind is worth to a member, against money off of the same face value (ratio)."""
    return _factor(kind, numbers.goods_worth, numbers.treat_worth, numbers.donation_worth)


@scalar
def gratitude(kind, numbers):
    """Gratitude for a reward of this kind, against that for money off of the same worth (ratio)."""
    return _factor(kind, numbers.goods_gratitude, numbers.treat_gratitude, numbers.donation_gratitude)
