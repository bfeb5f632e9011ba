"""Experience: what a customer meets at a purchase.

perceived = level + fit x y + spread x z - severity x failed, on the 0 to 100 index of the firm's quality;
y standard normal, one for each customer and firm, for good: the same service suits one better than another;
z standard normal at each purchase, failed with the firm's failure rate. Level, spread, rate and
severity belong to the firm.
With the mechanism off every experience is exactly the firm's level.

Source: Rust, Inman, Jia & Zahorik 1999, Marketing Science 18:77 (quality as a distribution: from memory).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ZERO, scalar
from sim.rules.parameter import Mechanism, param


class ExperienceNumbers(NamedTuple):
    variation: np.float32
    fit: np.float32


class Experience(Mechanism):
    """Quality varies from one purchase to the next, and sometimes fails."""

    fit: float = param(
        5.0,
        unit="index points",
        meaning="how differently the same service suits different customers (standard deviation)",
        bounds=(0.0, 50.0),
        source="judgement; chosen with S07 (satisfaction, expectation and repeat purchase)",
        status="PROPOSED",
    )

    def numbers(self) -> ExperienceNumbers:
        on = 1.0 if self.enabled else 0.0
        return ExperienceNumbers(F32(on), F32(on * self.fit))


@scalar
def perceived(level, spread, severity, rate, z, u, numbers):
    """Quality met at one purchase (index points); u below the failure rate is a failure."""
    loss = severity if u < rate else ZERO
    return level + numbers.variation * (spread * z - loss)


@scalar
def suits(met, y, numbers):
    """Quality met by a customer whom the firm suits by y (standard normal)."""
    return met + numbers.fit * y
