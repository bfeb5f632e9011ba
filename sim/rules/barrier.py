"""Barriers and convenience: what it costs to change the firm, and how easily one gets to it.

value = weight x cost for the firm bought from last, else 0; and weight x (level - usual) for every firm, its
convenience against the one at which its share was observed. Costs and convenience are the firm's, in logit units.
A barrier holds, it does not please: nothing else that a customer feels depends on it.
With the mechanism off neither counts.

Source: Burnham, Frels & Mahajan 2003, JAMS 31:109 (kinds of switching cost); Jones, Mothersbaugh & Beatty 2000, J.
Retailing 76:259 (barriers hold the dissatisfied) (both from memory); the unit is by construction.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ZERO, exp, scalar
from sim.rules.parameter import Mechanism, param


class BarrierNumbers(NamedTuple):
    weight: np.float32


class Barrier(Mechanism):
    """Switching costs and convenience."""

    weight: float = param(
        1.0,
        unit="logit per logit",
        meaning="what the firms' switching costs and convenience count for",
        bounds=(0.0, 10.0),
        source="by construction: firms state them in logit units",
        status="PROPOSED",
    )

    def numbers(self) -> BarrierNumbers:
        return BarrierNumbers(F32(self.weight if self.enabled else 0.0))


@scalar
def barrier_value(cost, is_last, numbers):
    """What the cost of changing the firm adds to the attraction of the one bought from last (logit units)."""
    return numbers.weight * cost if is_last else ZERO


@scalar
def convenience_value(level, usual, numbers):
    """What convenience beyond the usual adds to the attraction of a firm (logit units)."""
    return numbers.weight * (level - usual)


@scalar
def held(hazard, cost, numbers):
    """Hazard of leaving a firm that it costs so much to change from (logit units)."""
    return hazard * exp(-numbers.weight * cost)
