"""State dependence: the firm bought from last has an edge at the next purchase.

value = edge (logit units) for the firm of the last purchase, else 0. Small, because most of what looks like
habit in purchase records is taste.

Source: Dubé, Hitsch & Rossi 2010, RAND J. Economics 41:417 (direction); size computed by
mixed logit from five open panels.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ZERO, scalar
from sim.rules.parameter import Mechanism, param


class InertiaNumbers(NamedTuple):
    edge: np.float32


class Inertia(Mechanism):
    """State dependence on the last purchase."""

    edge: float = param(
        0.55,
        unit="logit",
        meaning="edge of the firm bought from last",
        bounds=(0.0, 5.0),
        interval=(0.38, 1.6),
        source="five open panels; Dubé et al. 2010 (direction)",
        status="COMPUTED",
    )

    def numbers(self) -> InertiaNumbers:
        return InertiaNumbers(F32(self.edge if self.enabled else 0.0))


@scalar
def inertia_value(is_last, numbers):
    """Edge of the firm bought from last (logit units)."""
    return numbers.edge if is_last else ZERO
