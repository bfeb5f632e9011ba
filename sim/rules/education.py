"""Education: a customer who has learned to use what a firm sells gets more out of it, and changes less easily.

value_added = value + barrier where it is the firm bought from last, for those who were taught; else 0 (logit units).
P(forgotten in a week) = 1 - 2^(-1 / half_life). With the mechanism off teaching changes nothing.

Source: Eisingerich & Bell 2008, JSR 10:256 (customer education and loyalty: from memory); sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ZERO, scalar
from sim.rules.parameter import Mechanism, param


class EducationNumbers(NamedTuple):
    value: np.float32
    barrier: np.float32
    forgets: np.float32


class Education(Mechanism):
    """Taught customers see more value, and have learned something they would lose."""

    value: float = param(
        0.3,
        unit="logit",
        meaning="attraction of a firm that one has learned to use well",
        bounds=(0.0, 5.0),
        source="judgement",
        status="PROPOSED",
    )
    barrier: float = param(
        0.2,
        unit="logit",
        meaning="edge that what was learned gives the firm bought from last",
        bounds=(0.0, 5.0),
        source="judgement",
        status="PROPOSED",
    )
    half_life: float = param(
        52.0,
        unit="weeks",
        meaning="time in which half of those who were taught have forgotten it",
        bounds=(1.0, 520.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> EducationNumbers:
        on = 1.0 if self.enabled else 0.0
        return EducationNumbers(
            F32(on * self.value), F32(on * self.barrier), F32(1.0 - 2.0 ** (-1.0 / self.half_life))
        )


@scalar
def education_value(taught, is_last, numbers):
    """What teaching adds to the attraction of a firm (logit units)."""
    worth = numbers.value + (numbers.barrier if is_last else ZERO)
    return worth if taught else ZERO
