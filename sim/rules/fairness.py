"""Fairness: what a programme takes away from its members is resented, the more if nobody was told.

resentment = weight x loss x a (typical baskets, taken from the ledger of equity); breach = largest x loss / (loss +
half) x a (0 to 1, a breach of trust), loss what the change takes from the member (typical baskets), a = announced_share
if it was announced, else 1. What a change gives is no loss. With the mechanism off no change is resented.

Source: Xia, Monroe & Cox 2004, J. Marketing 68(4):1 (price unfairness depends on who is to blame and on what was told);
Stauss, Schmidt & Schoeler 2005, Int. J. Service Industry Management 16:229 (frustration in loyalty programmes) (both
from memory); form and sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, ZERO, scalar
from sim.rules.parameter import Mechanism, param


class FairnessNumbers(NamedTuple):
    weight: np.float32
    announced_share: np.float32
    largest: np.float32
    half: np.float32


class Fairness(Mechanism):
    """Members resent what is taken from them."""

    weight: float = param(
        1.0,
        unit="baskets per basket",
        meaning="what a loss by a change of the programme counts for against a fee that is noticed",
        bounds=(0.0, 10.0),
        source="judgement: as much",
        status="PROPOSED",
    )
    announced_share: float = param(
        0.5,
        unit="ratio",
        meaning="what is left of the resentment if the change was announced",
        bounds=(0.0, 1.0),
        interval=(0.3, 0.9),
        source="judgement (Xia et al. 2004: direction)",
        status="PROPOSED",
    )
    largest: float = param(
        0.3,
        unit="share",
        meaning="breach of trust by a very large loss that was not announced",
        bounds=(0.0, 1.0),
        source="judgement: terms are easier to forgive than fees that were hidden",
        status="PROPOSED",
    )
    half: float = param(
        0.5,
        unit="baskets",
        meaning="loss that is half as large a breach as a very large one",
        bounds=(0.01, 100.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> FairnessNumbers:
        on = 1.0 if self.enabled else 0.0
        return FairnessNumbers(
            F32(on * self.weight), F32(self.announced_share), F32(on * self.largest), F32(self.half)
        )


@scalar
def resentment(loss, announced, numbers):
    """Baskets taken in the eyes of a member who loses so many by a change; announced: whether it was told before."""
    felt = loss if loss > ZERO else ZERO
    return numbers.weight * felt * (numbers.announced_share if announced else ONE)


@scalar
def breach(loss, announced, numbers):
    """How large a breach of trust such a change is (0 to 1)."""
    felt = loss if loss > ZERO else ZERO
    return numbers.largest * felt / (felt + numbers.half) * (numbers.announced_share if announced else ONE)
