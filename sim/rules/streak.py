"""Streak: a row of weeks with a purchase, which the member does not like to break.

value = weight x min(length / needed, 1) x worth / (worth + half) (logit units), length the links of the row so far,
needed those that bring the points, worth these points in typical baskets. Who has no row yet loses nothing.
With the mechanism off rows are as easily broken as not.

Source: Silverman & Barasch 2023, JCR 49:1095 (to keep a streak is a goal in itself, and a broken one discourages); form
and sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, scalar
from sim.rules.parameter import Mechanism, param


class StreakNumbers(NamedTuple):
    weight: np.float32
    half: np.float32


class Streak(Mechanism):
    """Rows that one does not like to break."""

    weight: float = param(
        0.4,
        unit="logit",
        meaning="pull of the last link of a row worth very much",
        bounds=(0.0, 10.0),
        interval=(0.0, 1.0),
        source="judgement (Silverman & Barasch 2023: direction)",
        status="PROPOSED",
    )
    half: float = param(
        0.5,
        unit="share of a basket",
        meaning="worth of a row that pulls half as much as one worth very much",
        bounds=(0.01, 10.0),
        source="judgement: as for a reward ahead",
        status="PROPOSED",
    )

    def numbers(self) -> StreakNumbers:
        return StreakNumbers(F32(self.weight if self.enabled else 0.0), F32(self.half))


@scalar
def streak_value(length, needed, worth, numbers):
    """Pull of not breaking a row (logit units).

    length: links so far; needed: links that bring the points, at least 1; worth: these points in typical baskets.
    """
    share = F32(length) / F32(needed)
    share = share if share < ONE else ONE
    return numbers.weight * share * worth / (worth + numbers.half)
