"""One factor at a time: what the ends of each factor do to the scenario as it is written.

The picture of it is the tornado. It is cheap and easily told, and blind to interactions: a factor that does nothing
here may matter where another factor stands elsewhere.

Source: Saltelli & Annoni 2010, Environmental Modelling & Software 25:1508 (what one at a time misses).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.experiments.sensitivity.points import Points
from sim.experiments.study import Factor


def points(factors: Sequence[Factor]) -> Points:
    """The scenario as written; then for each factor its lowest and its highest value, or each of its levels."""
    rows = [np.full(len(factors), np.nan)]
    steps = []
    for number, factor in enumerate(factors):
        count = 0 if factor.values is None else len(factor.values)
        for unit in [(level + 0.5) / count for level in range(count)] or [0.0, 1.0]:
            steps.append((number, 0, len(rows)))
            rows.append(np.where(np.arange(len(factors)) == number, unit, np.nan))
    return Points(np.array(rows), np.arange(len(rows)), np.array(steps, dtype=np.int64))
