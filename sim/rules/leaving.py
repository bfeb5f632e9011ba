"""Leaving the category for good: moves, ageing out, changed lives.

P(leaves in a week) = 1 - exp(-hazard), the weekly hazard of each customer ~ Gamma with the segment's shape and
scale (weeks), mean shape / scale. With the mechanism off nobody leaves.

Source: Schmittlein, Morrison & Colombo 1987, Management Science 33:1 (Pareto/NBD).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, exp, scalar
from sim.rules.parameter import Mechanism


class LeavingNumbers(NamedTuple):
    on: np.float32


class Leaving(Mechanism):
    """Customers leave the category at a hazard of their own."""

    def numbers(self) -> LeavingNumbers:
        return LeavingNumbers(F32(1.0 if self.enabled else 0.0))


@scalar
def leaves(u, hazard, numbers):
    """Whether a uniform draw says that a customer with this weekly hazard leaves this week."""
    return u < numbers.on * (ONE - exp(-hazard))
