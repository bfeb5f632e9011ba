"""Referral: satisfied customers bring in friends, with or without a programme that rewards them for it.

P(refers in a week | satisfied) = willing x rate x (1 + reward_boost x / (1 + x)), x the reward in typical baskets,
rate = `refers`; P(the friend becomes a customer) = conversion x (1 + friend_boost y / (1 + y)), y the friend's reward
in baskets. The friend's taste for the firm begins as if `similarity` purchases there had been made: friends are
alike. With the mechanism off nobody refers.

Source: Kumar, Petersen & Leone 2007, HBR 85(10):139 (from willing to refer to customer); Schmitt, Skiera & Van den
Bulte 2011, J. Marketing 75(1):46 (referred customers are alike and stay longer: from memory); sizes of the
rewards' effects proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, scalar
from sim.rules.parameter import Mechanism, param


class ReferralNumbers(NamedTuple):
    on: np.float32
    refers: np.float32
    reward_boost: np.float32
    conversion: np.float32
    friend_boost: np.float32
    similarity: np.float32


class Referral(Mechanism):
    """Customers bring in their friends."""

    willing: float = param(
        0.75,
        unit="share of the satisfied",
        meaning="satisfied customers who are willing to refer",
        bounds=(0.0, 1.0),
        interval=(0.6, 0.85),
        source="Kumar et al. 2007 (of all customers asked)",
        status="VERIFIED",
    )
    refers: float = param(
        0.011,
        unit="probability per week",
        meaning="chance that one who is willing refers somebody",
        bounds=(0.0, 1.0),
        interval=(0.007, 0.015),
        source="Kumar et al. 2007: .40 (.30 to .55) of the willing in a year",
        status="COMPUTED",
    )
    reward_boost: float = param(
        1.0,
        unit="ratio",
        meaning="how much more often a very large reward makes customers refer",
        bounds=(0.0, 10.0),
        source="judgement",
        status="PROPOSED",
    )
    conversion: float = param(
        0.13,
        unit="probability per referral",
        meaning="chance that a friend who was referred becomes a customer",
        bounds=(0.0, 1.0),
        interval=(0.08, 0.18),
        source="Kumar et al. 2007",
        status="VERIFIED",
    )
    friend_boost: float = param(
        0.5,
        unit="ratio",
        meaning="how much more often a very large reward of their own makes friends customers",
        bounds=(0.0, 10.0),
        source="judgement",
        status="PROPOSED",
    )
    similarity: float = param(
        4.0,
        unit="purchases",
        meaning="purchases at the firm that a friend's taste begins with",
        bounds=(0.0, 100.0),
        source="judgement; Schmitt et al. 2011 (direction)",
        status="PROPOSED",
    )

    def numbers(self) -> ReferralNumbers:
        on = 1.0 if self.enabled else 0.0
        return ReferralNumbers(
            F32(on),
            F32(on * self.willing * self.refers),
            F32(on * self.reward_boost),
            F32(on * self.conversion),
            F32(on * self.friend_boost),
            F32(on * self.similarity),
        )


@scalar
def refers(u, satisfied, reward_in_baskets, numbers):
    """Whether a uniform draw says that a customer refers a friend this week."""
    x = F32(reward_in_baskets)
    chance = numbers.refers * (ONE + numbers.reward_boost * x / (ONE + x))
    return (u < chance) & satisfied


@scalar
def conversion_chance(friend_reward_in_baskets, numbers):
    """Chance that a friend who was referred becomes a customer."""
    y = F32(friend_reward_in_baskets)
    return numbers.conversion * (ONE + numbers.friend_boost * y / (ONE + y))


@scalar
def converts_friend(u, friend_reward_in_baskets, numbers):
    """Whether a uniform draw says that a friend who was referred becomes a customer."""
    return u < conversion_chance(friend_reward_in_baskets, numbers)
