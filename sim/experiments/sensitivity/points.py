"""The points at which an analysis runs the market, on the unit cube; `Factor.at` turns each into values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.study import Study

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """A design of an analysis: its points, and what can be learnt from which of them."""

    units: Numbers
    """points x factors: a quantile, 0 to 1; NaN where the scenario stands as written"""
    blocks: NDArray[np.int64]
    """points: the trajectory or base sample that each belongs to; a block is used whole or not at all"""
    steps: NDArray[np.int64]
    """steps x 3: factor, point, point: pairs of points that differ in this factor alone"""

    def __len__(self) -> int:
        return len(self.units)

    def values(self, study: Study, point: int) -> dict[str, Any]:
        """Values of factors by name; those that stand as written are left out."""
        return {
            name: factor.at(float(unit))
            for (name, factor), unit in zip(study.factors.items(), self.units[point], strict=True)
            if not np.isnan(unit)
        }


def problem(factors: int) -> Mapping[str, Any]:
    """The unit cube, as SALib wants it described."""
    return {
        "num_vars": factors,
        "names": [f"x{number}" for number in range(factors)],
        "bounds": [[0.0, 1.0]] * factors,
    }
