"""From outputs to indices with their two kinds of uncertainty, and to a verdict on each factor.

`low` and `high`: 95 % interval of the index of the mean over replicates, by bootstrap over the points (trajectories,
base samples): what other points might have given. More points make it narrower; more replicates do not.

`worlds_low` and `worlds_high`: the index is worked out in each replicate by itself; 95 % t-interval of the mean of
these. What other worlds might have given. More replicates make it narrower; more points do not. Its middle,
`worlds_mean`, may lie above the index of the mean, in which the luck of single worlds has cancelled out.

`luck`: the index that a dummy factor would get which does nothing but stir up the luck of customers: in 19 of 20 cases
no more than this. Replicates share all their draws between points, so a dummy that nothing reads gets exactly 0; luck
enters where a factor changes what customers meet. Its size is taken from the spread over replicates of the single
steps. More replicates make it smaller.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from sim.experiments.errors import ExperimentError
from sim.experiments.sensitivity import morris, sobol
from sim.experiments.sensitivity.measured import Measured
from sim.experiments.sensitivity.plan import SensitivityPlan
from sim.experiments.sensitivity.points import Numbers, Points
from sim.experiments.statistics import LEVEL, mean_interval

MAIN = {"morris": "mu_star", "sobol": "ST", "one_at_a_time": "swing"}
"""The index by which factors are ranked and screened."""
SMALL = 0.01
"""An index is negligible below this share of the variance (Sobol) or of the range of the output (the others).

Source: Sarrazin, Pianosi & Wagener 2016, Environmental Modelling & Software 79:135 (screening at 0.01).
"""
DRAWS = 1000
"""Draws of luck."""
FEW = 2
"""Resamples where the interval is not asked for; SALib does not go without."""
COLUMNS = ("value", "low", "high", "worlds_mean", "worlds_low", "worlds_high", "luck")
INDICES = ("metric", "factor", "index", *COLUMNS, "verdict")
PAIRS = ("metric", "factor", "other", *COLUMNS[:-1])
EFFECTS = ("metric", "factor", "setting", "value", "low", "high")


@dataclass(frozen=True)
class Analysis:
    """All tables of one analysis; see `Sensitivity`."""

    indices: pd.DataFrame
    pairs: pd.DataFrame
    effects: pd.DataFrame
    unused: dict[str, int]
    """metric -> trajectories that were left out"""
    dummies: dict[str, tuple[float, float]]
    """metric -> first-order index of a dummy factor and half its interval (Sobol)"""


@dataclass
class _Tables:
    indices: list[tuple[object, ...]]
    pairs: list[tuple[object, ...]]
    effects: list[tuple[object, ...]]


def analyse(plan: SensitivityPlan, measured: Measured) -> Analysis:
    """Indices of every metric. ExperimentError where points without numbers leave nothing to analyse."""
    names = list(plan.study.factors)
    nothing, still = measured.unread(plan.layout.steps, plan.changes, len(names))
    tables = _Tables([], [], [])
    unused: dict[str, int] = {}
    dummies: dict[str, tuple[float, float]] = {}
    for metric, outputs in measured.outputs.items():
        rows = len(tables.indices)
        if plan.method == "one_at_a_time":
            _one_at_a_time(plan, metric, outputs, measured, tables)
        else:
            layout, used, unused[metric] = _usable(plan, metric, outputs, measured)
            _by_salib(plan, metric, layout, used, tables)
            if plan.method == "sobol":
                dummies[metric] = sobol.dummy(layout.blocks, used.mean(axis=0), plan.points_seed)
        limit = _limit(plan, outputs)
        verdicts = {}
        for _, factor, index, *numbers in tables.indices[rows:]:
            if index == MAIN[plan.method]:
                number = names.index(str(factor))
                verdicts[factor] = (
                    "not tried"
                    if number in still
                    else "nothing"
                    if number in nothing
                    else _verdict(numbers, limit)
                )
        tables.indices[rows:] = [(*row, verdicts[row[1]]) for row in tables.indices[rows:]]
    return Analysis(
        _frame(tables.indices, INDICES, 3, 1),
        _frame(tables.pairs, PAIRS, 3),
        _frame(tables.effects, EFFECTS, 3),
        unused,
        dummies,
    )


def _frame(
    rows: list[tuple[object, ...]], names: tuple[str, ...], words: int, after: int = 0
) -> pd.DataFrame:
    numbers = names[words : len(names) - after]
    return pd.DataFrame(rows, columns=list(names)).astype(dict.fromkeys(numbers, float))


def _limit(plan: SensitivityPlan, outputs: Numbers) -> float:
    """Below this an index is negligible."""
    if plan.method == "sobol":
        return SMALL
    middle = outputs.mean(axis=0)
    middle = middle[np.isfinite(middle)]
    return SMALL * float(np.ptp(middle)) if len(middle) else 0.0


def _verdict(numbers: list[object], limit: float) -> str:
    """What can be said of a factor that something reads, from the numbers of its main index."""
    value, low, high, _, worlds_low, worlds_high, luck = (float(str(n)) for n in numbers)
    if isnan(value):
        return "unknown"
    if isnan(low):  # one at a time: there is but the interval over worlds
        low, high = worlds_low, worlds_high
    if value == 0 and (high == 0 or isnan(high)):
        return "no effect"
    if high <= limit:
        return "negligible"
    sure = low > 0 if isnan(luck) else value > luck
    return "matters" if sure else "unclear"


def _usable(
    plan: SensitivityPlan, metric: str, outputs: Numbers, measured: Measured
) -> tuple[Points, Numbers, int]:
    """The blocks all of whose markets have a value; how many have not."""
    layout = plan.layout
    bad = ~np.asarray(np.isfinite(outputs).all(axis=0))
    lost = np.unique(layout.blocks[bad])
    if not len(lost):
        return layout, outputs, 0
    left = len(np.unique(layout.blocks)) - len(lost)
    if plan.method == "sobol" or left < 2:
        raise ExperimentError(_complaint(plan, metric, bad, measured, len(lost)))
    keep = ~np.isin(layout.blocks, lost)
    number = np.cumsum(keep) - 1
    steps = layout.steps[keep[layout.steps[:, 1]] & keep[layout.steps[:, 2]]].copy()
    steps[:, 1:] = number[steps[:, 1:]]
    return Points(layout.units[keep], layout.blocks[keep], steps), outputs[:, keep], len(lost)


def _complaint(
    plan: SensitivityPlan,
    metric: str,
    bad: NDArray[np.bool_],
    measured: Measured,
    lost: int,
) -> str:
    failures = measured.failures
    told = [
        f"with {plan.changes[row.point]}, replicate {row.replicate}: {row.error}"
        for row in failures.drop_duplicates("error").head(3).itertuples()
    ]
    undefined = int(np.count_nonzero(bad & (measured.prints != b"")))
    if undefined:
        first = int(np.flatnonzero(bad & (measured.prints != b""))[0])
        told.append(f"'{metric}' does not exist at {undefined} points, the first with {plan.changes[first]}")
    whole = (
        "Sobol indices need every point of the design"
        if plan.method == "sobol"
        else f"{lost} of {plan.points} trajectories cannot be used, and 2 at least must be"
    )
    return (
        f"'{metric}' has no value at {int(bad.sum())} of {len(bad)} points, and {whole}.\n  "
        + "\n  ".join(told)
        + "\nGive factors ranges within which every combination works, choose a metric that always exists, or screen "
        "with --method morris, which leaves out the trajectories concerned; markets that failed are tried again when "
        "the command is given again"
    )


def _by_salib(plan: SensitivityPlan, metric: str, layout: Points, outputs: Numbers, tables: _Tables) -> None:
    names = list(plan.study.factors)
    mean = outputs.mean(axis=0)
    found, pairs, halves = _indices(plan, layout, mean)
    worlds = [_indices(plan, layout, row, FEW) for row in outputs] if len(outputs) > 1 else []
    lucky = _luck(plan, layout, outputs)
    for number, name in enumerate(names):
        for index, (values, half) in found.items():
            luck = lucky[number] if index == MAIN[plan.method] else nan
            over = _over_worlds([float(world[0][index][0][number]) for world in worlds])
            tables.indices.append((metric, name, index, *_bounds(values[number], half[number]), *over, luck))
    if plan.second_order:
        for i, j in zip(*np.triu_indices(len(names), 1), strict=True):
            over = _over_worlds([float(world[1][i, j]) for world in worlds])
            tables.pairs.append((metric, names[i], names[j], *_bounds(pairs[i, j], halves[i, j]), *over))


def _indices(
    plan: SensitivityPlan, layout: Points, outputs: Numbers, resamples: int | None = None
) -> tuple[dict[str, tuple[Numbers, Numbers]], Numbers, Numbers]:
    if plan.method == "sobol":
        factors = layout.units.shape[1]
        times = resamples or sobol.RESAMPLES
        return sobol.analyse(
            factors, outputs, plan.points_seed, second_order=plan.second_order, resamples=times
        )
    none = np.empty((0, 0))
    times = resamples or morris.RESAMPLES
    return morris.analyse(layout.units, outputs, _reached(plan), plan.points_seed, times), none, none


def _reached(plan: SensitivityPlan) -> Numbers:
    return np.array([morris.reach(factor) for factor in plan.study.factors.values()])


def _bounds(value: float, half: float) -> tuple[float, float, float]:
    return float(value), float(value - half), float(value + half)


def _over_worlds(values: list[float]) -> tuple[float, float, float]:
    interval = mean_interval(values)
    return tuple(nan if n is None else n for n in (interval.mean, interval.low, interval.high))  # type: ignore[return-value]


def _luck(plan: SensitivityPlan, layout: Points, outputs: Numbers) -> Numbers:
    """Per factor, the main index that luck alone exceeds in 1 of 20 cases; NaN with one replicate."""
    factors = layout.units.shape[1]
    if len(outputs) == 1:
        return np.full(factors, nan)
    weights = np.random.default_rng(plan.points_seed).standard_normal((DRAWS, len(outputs)))
    found = np.zeros(factors)
    spread = sobol.variance(layout.blocks, outputs.mean(axis=0)) if plan.method == "sobol" else 0.0
    for factor in range(factors):
        steps = layout.steps[layout.steps[:, 0] == factor]
        moved = outputs[:, steps[:, 2]] - outputs[:, steps[:, 1]]
        mean = _lucky_means(moved, weights)
        if plan.method == "morris":
            found[factor] = np.quantile(np.abs(mean).mean(axis=1), LEVEL) / _reached(plan)[factor]
        elif spread > 0:
            found[factor] = np.quantile((mean**2).mean(axis=1), LEVEL) / (2 * spread)
    return found


def _lucky_means(moved: Numbers, weights: Numbers) -> Numbers:
    """Draws of what the means over replicates of these steps (replicates x steps) might be, were they 0 in truth.

    Normal, with the covariance that the steps have over replicates: luck may strike many steps of a world alike. As
    this covariance is itself an estimate, from few replicates, draws are wider, as t is wider than normal; the degrees
    of freedom are Satterthwaite's (1946, Biometrics Bulletin 2:110).
    """
    replicates = len(moved)
    apart = moved - moved.mean(axis=0)
    apart[:, np.ptp(moved, axis=0) == 0] = 0.0  # of equal numbers exactly, without rounding
    gram = apart @ apart.T
    if not gram.any():
        return np.zeros((len(weights), moved.shape[1]))
    degrees = (replicates - 1) * float(np.trace(gram)) ** 2 / float((gram**2).sum())
    tail = 0.5 + LEVEL / 2
    wider = float(stdtrit(degrees, tail) / ndtri(tail))
    return np.asarray(weights @ apart) * (wider / sqrt(replicates * (replicates - 1)))


def _one_at_a_time(
    plan: SensitivityPlan, metric: str, outputs: Numbers, measured: Measured, tables: _Tables
) -> None:
    """Effects of the settings of each factor, paired with the scenario as written; the swing between the extremes."""
    if not np.isfinite(outputs[:, 0]).all():
        bad = ~np.asarray(np.isfinite(outputs).all(axis=0))
        told = measured.failures[measured.failures["point"] == 0]["error"].tolist()
        why = told[0] if told else f"'{metric}' does not exist there"
        raise ExperimentError(
            f"the scenario as written has no value of '{metric}' ({why}), so that nothing can be compared with it; "
            f"{int(bad.sum())} of {len(bad)} points have none. Choose another metric or design"
        )
    for number, name in enumerate(plan.study.factors):
        points = [point for factor, _, point in plan.layout.steps.tolist() if factor == number]
        extremes = [0]
        for point in points:
            effect = mean_interval(outputs[:, point] - outputs[:, 0])
            if not np.isfinite(outputs[:, point]).all():
                effect = mean_interval(
                    []
                )  # a pair is missing: an effect in the other worlds alone would mislead
            else:
                extremes.append(point)
            setting = _words(plan.layout.values(plan.study, point)[name])
            numbers = [nan if n is None else n for n in (effect.mean, effect.low, effect.high)]
            tables.effects.append((metric, name, setting, *numbers))
        means = outputs[:, extremes].mean(axis=0)
        # Of equal extremes the first both times, so that nothing is exactly nothing.
        top, bottom = extremes[int(means.argmax())], extremes[int(means.argmin())]
        swing = mean_interval(outputs[:, top] - outputs[:, bottom])
        over = [nan if n is None else n for n in (swing.mean, swing.low, swing.high)]
        value = over[0] if len(extremes) > 1 else nan
        luck = _lucky_swing(outputs[:, extremes[1:]] - outputs[:, [0]], plan.points_seed)
        tables.indices.append((metric, name, "swing", value, nan, nan, *over, luck))


def _lucky_swing(moved: Numbers, seed: int) -> float:
    """The swing that luck alone exceeds in 1 of 20 cases; NaN with one replicate. moved: replicates x settings.

    The extremes are those of the same worlds in which they are measured, and the more settings the farther apart: their
    t-interval alone would take luck for an effect too often.
    """
    if len(moved) == 1 or not moved.shape[1]:
        return nan
    weights = np.random.default_rng(seed).standard_normal((DRAWS, len(moved)))
    means = _lucky_means(moved, weights)
    swings = means.max(axis=1, initial=0.0) - means.min(axis=1, initial=0.0)
    return float(np.quantile(swings, LEVEL))


def _words(setting: object) -> str:
    return f"{setting:.6g}" if isinstance(setting, float) else str(setting)
