"""What the customers of a forecast then did, and forecast beside outcome in groups of customers.

Groups are made by what was known at the calibration end, never by the outcome. Source: Fader, Hardie & Lee 2005,
Marketing Science 24:275 (hold-out purchases by purchases so far); Hosmer & Lemeshow 1980, Communications in
Statistics A 9:1043 (tenths); Wilson 1927, JASA 22:209 (interval of a share); Kleiber & Zeileis 2016, American
Statistician 70:296 (counts beside what a model expects of them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim import draws
from sim.calibration.scores import fair_crps, frequency_bins
from sim.calibration.streams import Use, names

if TYPE_CHECKING:
    from sim.calibration.holdout import Outlook

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

LEVEL = 0.95
_Z = 1.959963984540054
GROUPS = 10
MOST_COUNTS = 12
"""Number of purchases up to which each number has a bar of its own."""
COUNT_BARS = 15
NEGLIGIBLE = 5e-4
"""Relative difference below which two forecasts are one, however sure its sign: models that contain each other."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What the customers of an outlook did after its calibration end, in its order of customers."""

    bought: Whole
    """days with a purchase"""
    spent: Array
    """revenue, in the currency of the log"""
    curve: Array
    """cumulative repeats of all at the end of each week from the log's first day, calibration and after"""
    first_week: int
    """position in `curve` of the first week that lies wholly or in part after the calibration end"""


@dataclass(frozen=True, eq=False)
class Grouped:
    """Means of groups of customers: what they did, with 95 % intervals, beside forecasts."""

    labels: tuple[str, ...]
    customers: Whole
    actual: Array
    low: Array
    high: Array
    """ends of the interval of `actual`; NaN for a group of one"""
    forecasts: Mapping[str, Array]
    """by model: mean forecast of each group"""


def by_frequency(view: Outlook, outcome: Outcome) -> Grouped:
    """Purchases after the calibration end by repeat purchases before it (tenths where most have 7 or more)."""
    repeats = view.histories.repeats
    bins = frequency_bins(repeats)
    expected = {name: forecast.expected for name, forecast in view.forecasts.items()}
    return _grouped(bins, _ranges(bins, repeats), outcome.bought, {**expected, "own rate": view.own_rate})


def by_spend(view: Outlook, outcome: Outcome, by: str) -> Grouped:
    """Revenue after the calibration end, by tenths of the customers in the forecast of the model `by`."""
    bins = tenths(view.spend[by])
    return _grouped(bins, tuple(str(i + 1) for i in range(int(bins.max()) + 1)), outcome.spent, view.spend)


def by_chance(view: Outlook, outcome: Outcome, by: str) -> Grouped:
    """Share of customers who bought at all, by tenths of what the model `by` gave for it; Wilson's intervals."""
    bins = tenths(view.forecasts[by].active)
    count = np.bincount(bins)
    share = np.bincount(bins, weights=outcome.bought > 0) / count
    middle = (share + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
    half = _Z * np.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2)) / (1 + _Z**2 / count)
    return Grouped(
        labels=tuple(str(i + 1) for i in range(len(count))),
        customers=count,
        actual=share,
        low=middle - half,
        high=middle + half,
        forecasts={name: np.bincount(bins, weights=f.active) / count for name, f in view.forecasts.items()},
    )


def by_count(view: Outlook, outcome: Outcome, model: str) -> Grouped:
    """Customers by how often they bought; `forecasts` holds the mean over simulated futures and ends of their 95 %."""
    futures = view.forecasts[model].futures
    edges = _count_edges(max(np.quantile(outcome.bought, 0.99), np.quantile(futures, 0.99)))
    top = max(int(outcome.bought.max()), int(futures.max()))
    actual = _histogram(outcome.bought, edges)
    simulated = np.array([_histogram(futures[:, r], edges) for r in range(futures.shape[1])], np.float64)
    low, high = np.quantile(simulated, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    last = [*(int(e) - 1 for e in edges[1:]), max(top, int(edges[-1]))]
    labels = [_span(int(a), b) for a, b in zip(edges, last, strict=True)]
    labels[-1] = f"{edges[-1]}+"
    nan = np.full(len(actual), np.nan)
    return Grouped(
        labels=tuple(labels),
        customers=actual,
        actual=actual.astype(np.float64),
        low=nan,
        high=nan,
        forecasts={model: simulated.mean(axis=0), "low": low, "high": high},
    )


def totals(view: Outlook, model: str) -> tuple[float, float, float]:
    """Purchases of all customers after the calibration end in simulated futures: mean, and the ends of their 95 %.

    Chance alone: the parameters are taken as known.
    """
    total = view.forecasts[model].futures.sum(axis=0, dtype=np.int64)
    low, high = np.quantile(total, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(total.mean()), float(low), float(high)


def tenths(value: Array) -> Whole:
    """Tenth of each customer, from 0; equal values stay together, so that there may be fewer."""
    edges = np.unique(np.quantile(value, np.linspace(0, 1, GROUPS + 1)[1:-1]))
    found = np.searchsorted(edges, value, side="left")
    return np.unique(found, return_inverse=True)[1].reshape(-1).astype(np.int64)


def misses(view: Outlook, outcome: Outcome, model: str) -> dict[str, Array]:
    """Miss of each customer's forecast by score; a mean of them is the score."""
    if model == "own rate":
        miss = view.own_rate - outcome.bought
        return {"absolute error": np.abs(miss), "squared error": miss**2}
    f = view.forecasts[model]
    miss = f.expected - outcome.bought
    found = {
        "CRPS": fair_crps(f.futures, outcome.bought),
        "absolute error": np.abs(miss),
        "squared error": miss**2,
        "Brier active": (f.active - (outcome.bought > 0)) ** 2,
    }
    if model in view.spend:
        found["spend, squared error"] = (view.spend[model] - outcome.spent) ** 2
    return found


def beside(
    view: Outlook, outcome: Outcome, model: str, baselines: tuple[str, ...], *, seed: int, samples: int = 1000
) -> dict[str, dict[str, tuple[float, float, float]]]:
    """baseline -> score -> difference of a model's score as a share of the baseline's, low, high (95 %).

    Below 0 the model is better. All from the same bootstrap samples of customers (Efron & Tibshirani 1993). NaN where
    a baseline makes no error.
    """
    ours = misses(view, outcome, model)
    pairs = [
        (baseline, score, ours[score], theirs)
        for baseline in baselines
        for score, theirs in misses(view, outcome, baseline).items()
        if score in ours
    ]
    n = len(outcome.bought)
    a, b = (np.column_stack([pair[side] for pair in pairs]) for side in (2, 3))
    found = np.empty((samples, len(pairs)))
    with np.errstate(all="ignore"):
        for sample in range(samples):
            u = draws.uniforms(week=Use.BOOTSTRAP, **names(seed, sample, -(-n // 4))).reshape(-1)[:n]
            chosen = np.minimum((u * np.float64(n)).astype(np.int64), n - 1)
            weight = np.bincount(chosen, minlength=n).astype(np.float64)
            found[sample] = (weight @ a) / (weight @ b) - 1
        mean = a.mean(axis=0) / b.mean(axis=0) - 1
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    result: dict[str, dict[str, tuple[float, float, float]]] = {baseline: {} for baseline in baselines}
    for i, (baseline, score, _, _) in enumerate(pairs):
        result[baseline][score] = (float(mean[i]), float(low[i]), float(high[i]))
    return result


def verdict(mean: float, low: float, high: float) -> str:
    """What an entry of `beside` says: 'better' or 'worse' beyond chance and of any size, else ''."""
    if not abs(mean) >= NEGLIGIBLE or low <= 0 <= high:
        return ""
    return "better" if mean < 0 else "worse"


def _grouped(
    bins: Whole, labels: tuple[str, ...], actual: NDArray[Any], forecasts: Mapping[str, Array]
) -> Grouped:
    """Means by group; intervals by Student's t."""
    count = np.bincount(bins)
    there = count > 0
    with np.errstate(all="ignore"):
        mean = np.bincount(bins, weights=actual) / count
        squares = np.bincount(bins, weights=(actual - mean[bins]) ** 2)
        error = np.sqrt(squares / (count - 1) / count)
        half = np.where(count > 1, stdtrit(np.maximum(count - 1, 1), (1 + LEVEL) / 2) * error, np.nan)
    means = {name: (np.bincount(bins, weights=f)[there] / count[there]) for name, f in forecasts.items()}
    return Grouped(
        labels=tuple(np.array(labels)[there].tolist()),
        customers=count[there],
        actual=mean[there],
        low=np.maximum(mean - half, 0.0)[there],
        high=(mean + half)[there],
        forecasts=means,
    )


def _ranges(bins: Whole, repeats: Whole) -> tuple[str, ...]:
    """What each bin holds, in words."""
    labels = []
    for b in range(int(bins.max()) + 1):
        inside = repeats[bins == b]
        labels.append(_span(int(inside.min()), int(inside.max())) if len(inside) else "")
    if int(bins.max()) == 7 and labels[7]:
        labels[7] = "7+" if labels[:7] == [str(i) if labels[i] else "" for i in range(7)] else labels[7]
    return tuple(labels)


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def _count_edges(most: float) -> Whole:
    """First number of each bar: 0, 1, 2, ... or steps of a round number, 0 by itself."""
    if most <= MOST_COUNTS:
        return np.arange(max(int(most), 1) + 1, dtype=np.int64)
    step = next(
        s for s in (2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000) if most / s <= COUNT_BARS or s == 10_000
    )
    return np.concatenate([[0], np.arange(1, int(most) + 1, step)]).astype(np.int64)


def _histogram(counts: NDArray[Any], edges: Whole) -> Whole:
    place = np.searchsorted(edges, counts, side="right") - 1
    return np.bincount(place, minlength=len(edges)).astype(np.int64)
