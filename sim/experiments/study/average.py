"""A sweep seen over one or two factors: means over everything else that it varies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.errors import ExperimentError
from sim.experiments.statistics import Difference, mean_interval
from sim.experiments.study.points import base_of
from sim.scenario.errors import advice

if TYPE_CHECKING:
    from sim.experiments.study.sweep import Sweep

MOST_LEVELS = 20
"""Distinct values beyond which a factor is seen in groups of points."""
GROUPS = 8


def over(sweep: Sweep, names: Sequence[str], metric: str, *, difference: bool) -> pd.DataFrame:
    """A row for each design and each combination of levels of the factors named: mean, low, high, verdict, points.

    Each replicate gives one number, its mean over all points with these levels; mean and 95 % interval are over these
    numbers. So the interval says how sure the mean is, and not how far points differ. difference: each design less the
    first one in the same world (the first is left out); the verdict is about that difference, and empty otherwise.
    A factor with more than MOST_LEVELS values is seen in GROUPS groups of as many points each, named by their mean.
    Where points were chosen one at a time, only those count in which no other factor of the group was moved.
    """
    for name in names:
        if name not in sweep.factors:
            raise ExperimentError(f"no factor is called '{name}'; {advice(name, sweep.factors)}")
    points = sweep.point_table()
    numbers = sweep.frame([metric])[metric].to_numpy(dtype=float)
    values = numbers.reshape(sweep.points, sweep.study.replicates, len(sweep.designs))
    if difference:
        values = values - values[:, :, :1]
    points = points[_unmoved(sweep, names, points)]
    seen = pd.DataFrame({name: levels(points[name]) for name in names})
    rows = []
    for key, group in seen.groupby(list(names), sort=False, dropna=False):
        block = values[points.loc[group.index, "point"].to_numpy()]
        for i, design in enumerate(sweep.designs):
            if difference and i == 0:
                continue
            found = mean_interval(_mean(block[:, :, i]))
            verdict = Difference(found.mean, found.low, found.high, None, None).verdict if difference else ""
            rows.append((*key, design, found.mean, found.low, found.high, verdict, len(group)))
    columns = [*names, "design", "mean", "low", "high", "verdict", "points"]
    table = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(("mean", "low", "high"), float))
    numeric = [name for name in names if pd.api.types.is_numeric_dtype(table[name])]
    return table.sort_values(numeric, kind="stable", ignore_index=True) if numeric else table


def levels(column: pd.Series) -> pd.Series:
    """The values of a factor at each point, or the means of groups of them where there are too many."""
    if not pd.api.types.is_numeric_dtype(column) or column.nunique() <= MOST_LEVELS:
        return column
    rank = column.rank(method="first").to_numpy() - 1
    group = (rank * GROUPS // len(column)).astype(int)
    return column.astype(float).groupby(group).transform("mean")


def _mean(block: NDArray[np.float64]) -> NDArray[np.float64]:
    """One number a replicate: the mean over points where it exists."""
    there = np.isfinite(block)
    count = there.sum(axis=0)
    total = np.where(there, block, 0.0).sum(axis=0)
    mean: NDArray[np.float64] = np.full(total.shape, np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    return mean


def _unmoved(sweep: Sweep, names: Sequence[str], points: pd.DataFrame) -> NDArray[np.bool_]:
    study = sweep.study
    keep = np.ones(len(points), dtype=bool)
    for group, sampling, column in (
        (study.levers, study.lever_sampling, "lever_point"),
        (study.uncertainties, study.uncertainty_sampling, "uncertainty_point"),
    ):
        if sampling.method == "one_at_a_time" and set(group) & set(names):
            moved = [set(point) for point in sampling.of(group, base_of(study))]
            near = [number for number, point in enumerate(moved) if point <= set(names)]
            keep &= points[column].isin(near).to_numpy()
    return keep
