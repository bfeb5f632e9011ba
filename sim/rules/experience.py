"""Experience: what a customer meets at a purchase.

perceived = level + spread x z - severity x failed, on the 0 to 100 index of the firm's quality;
z standard normal, failed with the firm's failure rate. Level, spread, rate and severity belong to the firm.
With the mechanism off every experience is exactly the firm's level.

Source: Rust, Inman, Jia & Zahorik 1999, Marketing Science 18:77 (quality as a distribution: from memory).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ZERO, scalar
from sim.rules.parameter import Mechanism


class ExperienceNumbers(NamedTuple):
    variation: np.float32


class Experience(Mechanism):
    """Quality varies from one purchase to the next, and sometimes fails."""

    def numbers(self) -> ExperienceNumbers:
        return ExperienceNumbers(F32(1.0 if self.enabled else 0.0))


@scalar
def perceived(level, spread, severity, rate, z, u, numbers):
    """Quality met at one purchase (index points); u below the failure rate is a failure."""
    loss = severity if u < rate else ZERO
    return level + numbers.variation * (spread * z - loss)
