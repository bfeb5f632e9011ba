"""Learning: a firm that acts on complaints fails less often.

lessons <- lessons x 2^(-1 / half_life) + acted_on x complaints / purchases, each week, over the firm's own sales;
failure rate = usual rate x exp(-effect x lessons). What is learnt is forgotten as staff and processes change, and
fewer failures bring fewer lessons, so failures never vanish. Units: lessons in complaints acted on per purchase.
With the mechanism off the failure rate stays as it is.

Source: Fornell & Wernerfelt 1987, JMR 24:337 (defensive marketing by complaint
management: direction); Luria, Gal & Yagil 2009 (from memory); sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, TINY, exp, scalar
from sim.rules.parameter import Mechanism, param


class LearningNumbers(NamedTuple):
    keep: np.float32
    effect: np.float32


class Learning(Mechanism):
    """Complaints acted on lower later failure rates."""

    half_life: float = param(
        52.0,
        unit="weeks",
        meaning="time in which half of the lessons are forgotten",
        bounds=(1.0, 1040.0),
        source="judgement",
        status="PROPOSED",
    )
    effect: float = param(
        4.0,
        unit="per complaint acted on per purchase",
        meaning="how fast lessons lower the failure rate",
        bounds=(0.0, 1000.0),
        source="Fornell & Wernerfelt 1987 (direction)",
        status="PROPOSED",
    )

    def numbers(self) -> LearningNumbers:
        return LearningNumbers(F32(2.0 ** (-1.0 / self.half_life)), F32(self.effect if self.enabled else 0.0))


@scalar
def next_lessons(lessons, acted_on, complaints, purchases, numbers):
    """Lessons after a week with so many complaints and purchases; acted_on: share of complaints acted on."""
    return lessons * numbers.keep + acted_on * (complaints / (purchases + TINY))


@scalar
def failure_factor(lessons, numbers):
    """Factor on the firm's failure rate, from 1 down."""
    return exp(-numbers.effect * lessons) if lessons > F32(0.0) else ONE
