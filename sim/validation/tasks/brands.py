"""T3: brands of twenty categories of the Complete Journey panel, fitted to half a year and forecast for the next.

Figures of brands (those with 2 % of purchases in the first half, eight at most) among the 2,469 households, and the
brands of all purchases in the second half, household by household. Scores are means over the categories; differences
have bootstrap intervals over the categories.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import numpy as np

from sim import draws
from sim.calibration.brand_forecast import brand_forecast
from sim.calibration.brand_holdout import between
from sim.calibration.brand_scores import OURS, score_brands
from sim.calibration.streams import Use, names
from sim.calibration.transactions import Log
from sim.validation.tasks.complete_journey import HOUSEHOLDS, brand_logs
from sim.validation.tasks.task import Interval, TaskResult

CALIBRATION_END, HOLDOUT_END = dt.date(2017, 7, 1), dt.date(2017, 12, 30)
"""The last days of weeks 26 and 52."""
OVERHANG = 1
"""Days scored past week 52: the published baselines forecast 26 weeks, too, and are scored on the panel's last day."""
BRANDS = 8
"""Scored in a category, at most."""
SAMPLES = 2000

Scores = dict[str, Mapping[str, float]]


def run(
    progress: Callable[[str], None] | None = None,
    *,
    logs: Mapping[str, Log] | None = None,
    replicates: int = 200,
    seed: int = 1,
    households: int | None = HOUSEHOLDS,
    calibration_end: dt.date = CALIBRATION_END,
    holdout_end: dt.date = HOLDOUT_END,
) -> TaskResult:
    """Fit, forecast and score every category; about a minute on one core.

    progress: called with a line for each category. logs: by category (default: the panel's twenty). households: of the
    panel, bought or not; None where unknown. Raises LogError where the panel's package is missing.
    """
    logs = brand_logs() if logs is None else logs
    by_category: dict[str, Scores] = {}
    drifting = []
    for category, log in logs.items():
        scores, pace = score_category(
            log, calibration_end, holdout_end, replicates=replicates, seed=seed, households=households
        )
        by_category[category] = scores
        drifting += [category] if pace > 0 else []
        if progress is not None:
            loss, rival = (scores[m]["log-loss"] for m in (OURS, "Dirichlet posterior"))
            progress(f"{category}: log-loss {loss:.3f}, Dirichlet posterior {rival:.3f}")
    models = list(next(iter(by_category.values())))
    columns = {
        model: {
            score: np.array([by_category[c][model][score] for c in by_category])
            for score in next(iter(by_category.values()))[model]
        }
        for model in models
    }
    return TaskResult(
        task="T3",
        title=f"brands of {len(logs)} categories, {calibration_end} to {holdout_end}",
        scores={m: {s: float(np.nanmean(v)) for s, v in found.items()} for m, found in columns.items()},
        differences={
            m: {s: _interval(columns[OURS][s] - v, seed) for s, v in found.items()}
            for m, found in columns.items()
            if m != OURS
        },
        notes=(
            "means over categories; intervals: categories drawn with replacement",
            f"taste drifts in {', '.join(drifting) if drifting else 'no category'}",
        ),
    )


def score_category(
    log: Log,
    calibration_end: dt.date,
    holdout_end: dt.date,
    *,
    replicates: int = 200,
    seed: int = 1,
    households: int | None = HOUSEHOLDS,
) -> tuple[Scores, float]:
    """Scores of all models in one category, and the pace of forgetting; no later row is fitted."""
    view = brand_forecast(
        log.until(calibration_end), calibration_end, (holdout_end - calibration_end).days,
        replicates=replicates, seed=seed, most=BRANDS, size=households,
    )  # fmt: skip
    late = between(log, calibration_end, holdout_end + dt.timedelta(OVERHANG))
    report = score_brands(view, late, samples=0)
    return dict(report.scores), view.taste.forgetting


def _interval(difference: np.ndarray, seed: int) -> Interval:
    n = len(difference)
    found = np.empty(SAMPLES)
    for sample in range(SAMPLES):
        u = draws.uniforms(week=Use.BOOTSTRAP, **names(seed, sample, -(-n // 4))).reshape(-1)[:n]
        found[sample] = np.nanmean(difference[np.minimum((u * np.float64(n)).astype(np.int64), n - 1)])
    low, high = np.quantile(found, [0.025, 0.975])
    return float(np.nanmean(difference)), float(low), float(high)
