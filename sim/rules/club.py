"""Club: a fee paid ahead is weighed against what it brings, then draws the member to use it, and is weighed again.

P(subscribes | asked) = net^2 / (net^2 + effort^2), net = benefit - fee, 0 where net <= 0 (currency over one period);
P(renews) = 1 / (1 + exp(-z)), z = scale x (received - fee) / fee + bond x attachment + (habit if it renews by itself);
sunk cost: value = weight x f / (f + half) x 2^(-weeks / half_life) (logit units), f the fee in typical baskets, weeks
since it was paid: what was paid wants to be used, until it is forgotten.
With the mechanism off nobody is in a club: nobody subscribes, nobody renews, no fee draws.

Source: Arkes & Blumer 1985, OBHDP 35:124 (sunk cost: from memory); Gourville & Soman 1998, JCR 25:160 (payment
depreciation); DellaVigna & Malmendier 2006, AER 96:694 (members of gyms stay on though they hardly go; cancellation
is put off); forms and sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, TINY, ZERO, exp, scalar
from sim.rules.parameter import Mechanism, param


class ClubNumbers(NamedTuple):
    on: np.float32
    scale: np.float32
    bond: np.float32
    habit: np.float32
    weight: np.float32
    half: np.float32
    half_life: np.float32


class Club(Mechanism):
    """Members who pay to belong."""

    scale: float = param(
        1.5,
        unit="logit per share of the fee",
        meaning="how sharply renewal answers to what the fee has brought",
        bounds=(0.0, 20.0),
        interval=(0.5, 4.0),
        source="judgement",
        status="PROPOSED",
    )
    bond: float = param(
        0.5,
        unit="logit per unit of attachment",
        meaning="what attachment adds to renewal",
        bounds=(0.0, 10.0),
        source="judgement: as much as it adds to choice",
        status="PROPOSED",
    )
    habit: float = param(
        1.5,
        unit="logit",
        meaning="what adds to renewal where nothing need be done for it",
        bounds=(0.0, 10.0),
        interval=(0.5, 3.0),
        source="DellaVigna & Malmendier 2006 (direction); size by judgement",
        status="VERIFIED-DIR",
    )
    weight: float = param(
        0.3,
        unit="logit",
        meaning="pull of a very large fee just paid",
        bounds=(0.0, 10.0),
        interval=(0.0, 1.0),
        source="judgement: small (Arkes & Blumer 1985: direction)",
        status="PROPOSED",
    )
    half: float = param(
        1.0,
        unit="baskets",
        meaning="fee that is felt half as much as a very large one",
        bounds=(0.01, 100.0),
        source="judgement",
        status="PROPOSED",
    )
    half_life: float = param(
        8.0,
        unit="weeks",
        meaning="time after which a fee paid counts half",
        bounds=(0.1, 520.0),
        interval=(4.0, 26.0),
        source="Gourville & Soman 1998 (direction); size by judgement",
        status="VERIFIED-DIR",
    )

    def numbers(self) -> ClubNumbers:
        on = 1.0 if self.enabled else 0.0
        return ClubNumbers(
            F32(on),
            F32(self.scale),
            F32(self.bond),
            F32(self.habit),
            F32(on * self.weight),
            F32(self.half),
            F32(self.half_life),
        )


_LN2 = F32(0.69314718)


@scalar
def subscribes(u, ask, benefit, effort, fee, numbers):
    """Whether a uniform draw says that the customer is asked to join for a fee and says yes at this purchase.

    benefit, effort and fee: currency over the same time.
    """
    net = benefit - fee
    square = net * net
    chance = numbers.on * ask * square / (square + effort * effort + TINY)
    return u < (chance if net > ZERO else ZERO)


@scalar
def renews(u, received, fee, attachment, auto, numbers):
    """Whether a uniform draw says that a member pays for another period.

    received: what the membership brought in the period that ends, fee: what the next one costs (currency);
    attachment in units (see attachment); auto: whether it renews unless it is cancelled.
    """
    habit = numbers.habit if auto else ZERO
    z = numbers.scale * (received - fee) / (fee + TINY) + numbers.bond * attachment + habit
    return u < numbers.on / (ONE + exp(-z))


@scalar
def commitment_value(fee_in_baskets, weeks_since_paid, numbers):
    """What a fee that was paid adds to the attraction of the firm (logit units), fading as it is forgotten."""
    felt = numbers.weight * fee_in_baskets / (fee_in_baskets + numbers.half)
    return felt * exp(-_LN2 * F32(weeks_since_paid) / numbers.half_life)
