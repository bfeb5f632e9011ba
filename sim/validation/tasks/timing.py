"""Tasks T1, T2 and T2b: who buys how often in the weeks that a fit has not seen, beside published baselines.

T1 `cdnow`: 2,357 customers of CDNOW, 39 weeks fitted, 39 scored. T2 `trips39` and T2b `trips26`: shopping trips of
2,148 Complete Journey households first seen in the first eight weeks, 39 + 13 and 26 + 26 weeks. Everything is fitted
by `sim.calibration.holdout` to the rows up to the calibration end; later rows are used once, for the scores.

Baselines: BG/NBD, Pareto/NBD, NBD, each customer's own rate, the discounted NBD (`sim/calibration/discounted.py`),
and for the curve of all purchases a straight line at the pace of the last eight weeks.

Source: Fader, Hardie & Lee 2005, Marketing Science 24:275 (BG/NBD, CDNOW); Schmittlein, Morrison & Colombo 1987,
Management Science 33:1 (Pareto/NBD); Wuebben & von Wangenheim 2008, J. Marketing 72:82 (simple baselines).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.calibration.discounted import discounted_forecast, fit_discounted
from sim.calibration.forecast import forecast, repeats_by_day
from sim.calibration.holdout import OURS, Outlook, by_week, outlook, scored
from sim.calibration.renewal import Timing
from sim.calibration.scores import curve_scores, fair_crps, paired_interval
from sim.calibration.spend import next_spend, spending
from sim.calibration.transactions import Log, as_day, parse_date, read_log
from sim.scenario.presets import shipped
from sim.validation.tasks import complete_journey
from sim.validation.tasks.task import Interval, TaskResult

Array = NDArray[np.float64]

PARETO, DISCOUNTED, FLAT = "Pareto/NBD", "discounted NBD", "flat line"
FLAT_WEEKS = 8
COHORT_END = "2017-02-25"


def cdnow(log: str | Path | Log | None = None, *, replicates: int = 200, seed: int = 1) -> TaskResult:
    """T1. log: default: the CDNOW sample that is shipped (scenarios/logs/cdnow_sample.csv)."""
    return task(
        "T1", "CDNOW, 39 weeks fitted and 39 scored",
        shipped() / "logs" / "cdnow_sample.csv" if log is None else log, "1997-09-30", "1998-06-30",
        replicates=replicates, seed=seed,
    )  # fmt: skip


def trips39(log: Log | None = None, *, replicates: int = 200, seed: int = 1) -> TaskResult:
    """T2. log: household-days (default: Complete Journey; LogError where its package is not installed)."""
    return task(
        "T2", "Complete Journey trips, 39 weeks fitted and 13 scored",
        complete_journey.trips() if log is None else log, "2017-09-30", "2017-12-30", COHORT_END,
        replicates=replicates, seed=seed,
    )  # fmt: skip


def trips26(log: Log | None = None, *, replicates: int = 200, seed: int = 1) -> TaskResult:
    """T2b. log: household-days (default: Complete Journey; LogError where its package is not installed)."""
    return task(
        "T2b", "Complete Journey trips, 26 weeks fitted and 26 scored",
        complete_journey.trips() if log is None else log, "2017-07-01", "2017-12-30", COHORT_END,
        replicates=replicates, seed=seed,
    )  # fmt: skip


def task(
    name: str,
    title: str,
    log: str | Path | Log,
    calibration_end: dt.date | str,
    holdout_end: dt.date | str,
    cohort_end: dt.date | str | None = None,
    *,
    replicates: int = 200,
    seed: int = 1,
) -> TaskResult:
    """Fit a log up to one day, score it up to another, with every baseline; score names are those of `holdout`.

    cohort_end: only customers first seen by this day. Raises LogError (bad log) and ValueError (bad dates, too few
    who come back), as `holdout` does.
    """
    whole = (log if isinstance(log, Log) else read_log(log)).days()
    end, last = parse_date(calibration_end), parse_date(holdout_end)
    cohort = end if cohort_end is None else parse_date(cohort_end)
    if not cohort <= end < last:
        raise ValueError(f"cohort end {cohort}, calibration end {end}, hold-out end {last} must be in order")
    known = whole.until(end).seen_by(cohort)
    view = _with_baselines(outlook(known, end, (last - end).days, replicates=replicates, seed=seed), end, last,
                           replicates, seed)  # fmt: skip
    report = scored(view, whole.until(last), end, last, seed)
    actual = _bought(view, whole.until(last), end)
    scores = {model: dict(found) for model, found in report.scores.items()}
    scores[FLAT] = _flat_line(view, whole.until(last), end)
    differences = {
        model: _differences(view, model, actual, seed) for model in view.forecasts if model != OURS
    }
    differences["own rate"] = _point_differences(view.forecasts[OURS].expected, view.own_rate, actual, seed)
    notes = (f"model of the market: {report.model}", f"{report.customers:,} customers scored", *report.notes)
    return TaskResult(task=name, title=title, scores=scores, differences=differences, notes=notes)


def _with_baselines(view: Outlook, end: dt.date, last: dt.date, replicates: int, seed: int) -> Outlook:
    """The outlook with the Pareto/NBD and the discounted NBD beside the others."""
    h, days = view.histories, (last - end).days
    pareto = Timing.of(view.fits.pareto_nbd.values)
    theirs = forecast(h, pareto, days, replicates=replicates, seed=seed)
    discounted = discounted_forecast(h, fit_discounted(h), days, replicates=replicates, seed=seed)
    length = as_day(end) + days - int(h.first_day.min())
    basket = next_spend(spending(view.log, repeats_only=True))
    return replace(
        view,
        forecasts={**view.forecasts, PARETO: theirs, DISCOUNTED: discounted},
        spend={**view.spend, PARETO: theirs.expected * basket},
        curves={**view.curves, PARETO: by_week(h, repeats_by_day(pareto, length))},
    )


def _positions(view: Outlook, log: Log) -> NDArray[np.int64]:
    """For each purchase of a log, the place of its customer in the outlook; -1 for others."""
    place = {name: i for i, name in enumerate(view.log.customers)}
    return np.array([place.get(name, -1) for name in log.customers])[log.customer]


def _bought(view: Outlook, log: Log, end: dt.date) -> NDArray[np.int64]:
    who = _positions(view, log)
    late = (who >= 0) & (log.day > as_day(end))
    return np.bincount(who[late], minlength=len(view.log.customers))


def _flat_line(view: Outlook, log: Log, end: dt.date) -> dict[str, float]:
    """Scores of a curve that goes on at the pace of the last weeks fitted."""
    who, h = _positions(view, log), view.histories
    start, weeks = int(h.first_day.min()), len(view.curves[OURS])
    repeats = (who >= 0) & (log.day > h.first_day[who])
    by_week_ = np.bincount((log.day[repeats] - start) // 7, minlength=weeks)[:weeks].astype(np.float64)
    first = max(min((as_day(end) + 1 - start) // 7, weeks - 1), 1)
    pace = float(by_week_[max(first - FLAT_WEEKS, 0) : first].mean())
    expected = np.cumsum(np.append(by_week_[:first], np.full(weeks - first, pace)))
    return curve_scores(expected, np.cumsum(by_week_), first)


def _differences(view: Outlook, model: str, actual: NDArray[np.int64], seed: int) -> dict[str, Interval]:
    """Ours minus a baseline, over the same customers."""
    ours, theirs = view.forecasts[OURS], view.forecasts[model]
    happened = actual > 0
    return {
        "CRPS, relative": paired_interval(
            fair_crps(ours.futures, actual), fair_crps(theirs.futures, actual), relative=True, seed=seed
        ),
        **_point_differences(ours.expected, theirs.expected, actual, seed),
        "Brier active": paired_interval(
            (ours.active - happened) ** 2, (theirs.active - happened) ** 2, relative=False, seed=seed
        ),
    }


def _point_differences(
    ours: Array, theirs: Array, actual: NDArray[np.int64], seed: int
) -> dict[str, Interval]:
    return {
        "MAE": paired_interval(np.abs(ours - actual), np.abs(theirs - actual), relative=False, seed=seed),
        "squared error": paired_interval(
            (ours - actual) ** 2, (theirs - actual) ** 2, relative=False, seed=seed
        ),
    }
