"""What objectives and limits say of a candidate, given its metrics in every world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.experiments.statistics import LEVEL, Interval, mean_interval
from sim.experiments.study.optimise import Limit, Objective

Array = NDArray[np.float64]
Aim = Objective | Limit
Measured = Mapping[str, Array]
"""metric -> values, ... x point of uncertainty x replicate."""
DRAWS = 1000
AT_ONCE = 512
"""Points that are compared with all others at once, so that thousands of candidates fit into memory."""


def numbers(aim: Aim, measured: Measured, references: Mapping[str, Measured]) -> Array:
    """The values that an aim is about, ... x point x replicate: of the metric, or less that of a design."""
    ours = measured[aim.metric]
    return ours if aim.against is None else ours - references[aim.against][aim.metric]


def reckon(aim: Aim, values: Array) -> Array:
    """One number of values ... x point x replicate, as the aim wants them summed up."""
    if aim.over == "mean":
        mean: Array = values.mean(axis=(-2, -1))
        return mean
    if aim.over == "worst":
        means = values.mean(axis=-1)
        worst: Array = means.min(axis=-1) if aim.sign > 0 else means.max(axis=-1)
        return worst
    share = aim.quantile if aim.sign > 0 else 1 - aim.quantile
    quantile: Array = np.quantile(values.reshape(*values.shape[:-2], -1), share, axis=-1)
    return quantile


def baseline(aim: Aim, reference: Measured) -> float:
    """What a number is compared with: that of the reference design; 0 for one that is a difference already."""
    return float(reckon(aim, reference[aim.metric])) if aim.against is None else 0.0


def interval(aim: Aim, values: Array) -> Interval:
    """The number with its 95 % interval over replicates, for values point x replicate.

    Mean: t-interval. Worst: t-intervals of all points at once (Bonferroni), so that it holds the worst of the true
    means. Quantile: bootstrap over replicates.
    """
    value, count = float(reckon(aim, values)), values.shape[-1]
    if aim.over == "mean":
        return mean_interval(values.mean(axis=0))
    if count < 2:
        return Interval(value, None, None)
    if aim.over == "worst":
        quantile = stdtrit(count - 1, 1 - (1 - LEVEL) / (2 * len(values)))
        half = quantile * values.std(axis=1, ddof=1) / np.sqrt(count)
        low, high = values.mean(axis=1) - half, values.mean(axis=1) + half
        chosen = np.min if aim.sign > 0 else np.max
        return Interval(value, float(chosen(low)), float(chosen(high)))
    rows = np.random.default_rng(0).integers(0, count, (DRAWS, count))
    drawn = reckon(aim, np.swapaxes(values[:, rows], 0, 1))
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(value, float(low), float(high))


def violation(limit: Limit, value: Array) -> Array:
    """By how much a limit is broken, in parts of its bound (in the metric's unit where that is 0); 0: it holds."""
    short: Array = np.maximum(0.0, limit.sign * (limit.bound - value) / (abs(limit.bound) or 1.0))
    return short


def undominated(points: Array) -> NDArray[np.bool_]:
    """Of points (candidate x objective, more being better): those that no other is at least as good as in all, and
    better in one."""
    on = np.ones(len(points), np.bool_)
    for start in range(0, len(points), AT_ONCE):
        some = points[start : start + AT_ONCE]
        better = (points[:, None, :] >= some).all(axis=2) & (points[:, None, :] > some).any(axis=2)
        on[start : start + AT_ONCE] = ~better.any(axis=0)
    return on


def hypervolume(points: Array, reference: Array) -> float:
    """Volume that points (candidate x objective, more being better) dominate above a reference point.

    Exact: what each point adds to those after it. Zitzler & Thiele 1999, IEEE Transactions on Evolutionary Computation
    3:257 (the measure); While, Bradstreet & Barone 2012, the same journal 16:86 (the sum, WFG).
    """
    above = points[(points > reference).all(axis=1)]
    above = np.unique(above[undominated(above)], axis=0)[::-1] - reference
    if above.shape[1] <= 2:  # a staircase, from its lowest step: none is dominated
        heights = np.diff(above[:, -1], prepend=0.0) if above.shape[1] == 2 else 1.0
        return float((above[:, 0] * heights).sum())
    none = np.zeros_like(reference)
    return float(
        sum(one.prod() - hypervolume(np.minimum(above[i + 1 :], one), none) for i, one in enumerate(above))
    )


def names(aims: Sequence[Objective | Limit]) -> tuple[str, ...]:
    """Metrics that aims speak of."""
    return tuple(dict.fromkeys(aim.metric for aim in aims))
