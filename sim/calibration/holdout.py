"""How well the fitted model forecasts customers it has not yet seen buy: fit to a date, score after it.

Only the rows up to the calibration end reach the fit; the later rows are used once, for the scores.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from math import isfinite, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.calibration.brand_holdout import hold_out_brands, write_brands
from sim.calibration.brand_scores import BrandReport
from sim.calibration.choice import TimingFits, fit_timing
from sim.calibration.forecast import Forecast, forecast, repeats_by_day
from sim.calibration.histories import Histories, histories
from sim.calibration.likelihood import Fit
from sim.calibration.outcome import Outcome, beside
from sim.calibration.rivals import bg_nbd_forecast, bg_nbd_repeats_by_day, nbd_forecast, own_rate
from sim.calibration.scores import count_scores, curve_scores, fair_crps, paired_interval, spend_scores
from sim.calibration.spend import next_spend, spending
from sim.calibration.tables import cell, write, write_csv
from sim.calibration.timing import fit_bg_nbd
from sim.calibration.transactions import Log, LogError, as_day, parse_date, read_log

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

OURS, BASELINE = "market", "BG/NBD"


@dataclass(frozen=True, eq=False)
class Outlook:
    """Everything that is forecast from the calibration rows alone; nothing in it has seen a later row."""

    log: Log
    """the calibration rows"""
    histories: Histories
    fits: TimingFits
    bg_nbd: Fit
    forecasts: Mapping[str, Forecast]
    """by model: the market's own, BG/NBD, NBD"""
    own_rate: Array
    spend: Mapping[str, Array]
    """expected revenue of each customer, by model"""
    curves: Mapping[str, Array]
    """expected cumulative repeats at the end of each week from the log's first day, by model"""


def outlook(log: Log, calibration_end: dt.date, days: int, *, replicates: int, seed: int) -> Outlook:
    """Fit the rows of a log that ends at the calibration end, and forecast so many days beyond."""
    h = histories(log, calibration_end)
    fits, bg_nbd = fit_timing(h), fit_bg_nbd(h)
    settings: dict[str, int] = {"replicates": replicates, "seed": seed}
    forecasts = {
        OURS: forecast(h, fits.timing, days, **settings),
        BASELINE: bg_nbd_forecast(h, bg_nbd, days, **settings),
        "NBD": nbd_forecast(h, fits.nbd, days, **settings),
    }
    spent, repeated = spending(log), spending(log, repeats_only=True)
    ours, theirs = next_spend(spent), next_spend(repeated)
    length = as_day(calibration_end) + days - int(h.first_day.min())
    return Outlook(
        log=log,
        histories=h,
        fits=fits,
        bg_nbd=bg_nbd,
        forecasts=forecasts,
        own_rate=own_rate(h, days),
        spend={OURS: forecasts[OURS].expected * ours, BASELINE: forecasts[BASELINE].expected * theirs},
        curves={
            OURS: by_week(h, repeats_by_day(fits.timing, length)),
            BASELINE: by_week(h, bg_nbd_repeats_by_day(bg_nbd, length)),
        },
    )


def by_week(h: Histories, by_day: Array) -> Array:
    """Expected cumulative repeats of all customers at the end of each whole week since the first day."""
    age = h.first_day - h.first_day.min()
    newcomers = np.bincount(age, minlength=len(by_day)).astype(np.float64)[: len(by_day)]
    total = np.convolve(newcomers, by_day)[: len(by_day)]
    result: Array = total[6::7]
    return result


@dataclass(frozen=True, eq=False)
class HoldoutReport:
    """Scores of the forecasts against what the customers then did."""

    log: str
    calibration_end: dt.date
    holdout_end: dt.date
    customers: int
    purchases: int
    """customer-days with a purchase after the calibration end"""
    model: str
    """the timing model that the log called for"""
    scores: Mapping[str, Mapping[str, float]]
    """model -> score -> value"""
    differences: Mapping[str, tuple[float, float, float]]
    """ours minus BG/NBD over the same customers: (difference, low, high), 95 %"""
    fits: tuple[Fit, ...]
    """all fits of purchase timing, BG/NBD last"""
    notes: tuple[str, ...] = ()
    brands: BrandReport | None = None
    """scores of the brands, where the log has several"""
    outlook: Outlook | None = field(default=None, repr=False)
    outcome: Outcome | None = field(default=None, repr=False)
    """what was forecast of each customer, and what each then did: what pictures are made of"""
    seed: int = 1
    """of forecasts and intervals"""

    @cached_property
    def beside(self) -> Mapping[str, Mapping[str, tuple[float, float, float]]]:
        """baseline -> score -> ours less theirs as a share of theirs, low, high (95 %); below 0 ours is better.

        Empty for a report without its forecasts.
        """
        if self.outlook is None or self.outcome is None:
            return {}
        others = (*(model for model in self.outlook.forecasts if model != OURS), "own rate")
        return beside(self.outlook, self.outcome, OURS, others, seed=self.seed)

    def plot(self) -> Figure:
        """Forecasts beside what happened, several panels; needs matplotlib."""
        # Pictures stand on a higher floor, so they are looked up by name when asked for.
        figure: Figure = import_module("sim.report.holdout").picture(self)
        return figure

    def table(self) -> str:
        """All scores side by side, as text."""
        names = list(dict.fromkeys(score for scores in self.scores.values() for score in scores))
        width = max(map(len, names))
        dates = f"fitted to {self.calibration_end}, scored to {self.holdout_end}"
        lines = [
            f"{self.log}: {self.customers:,} customers, {dates} ({self.purchases:,} purchases)",
            f"model: {self.model}",
            "",
            " " * width + "".join(f"{model:>12}" for model in self.scores),
        ]
        for name in names:
            cells = [
                f"{s[name]:>12.4g}" if isfinite(s.get(name, nan)) else f"{'-':>12}"
                for s in self.scores.values()
            ]
            lines.append(f"{name:<{width}}" + "".join(cells))
        lines += ["", f"{OURS} minus {BASELINE}, paired 95 % intervals:"]
        lines += [
            f"{name:<{width}}  {d:+.4g} [{low:+.4g}, {high:+.4g}]"
            for name, (d, low, high) in self.differences.items()
        ]
        if self.brands is not None:
            lines += ["", self.brands.table()]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def __str__(self) -> str:
        return self.table()

    def record(self) -> dict[str, Any]:
        """The report as plain numbers and texts; None where a score does not exist, as the AUC where all buy."""
        return {
            "log": self.log,
            "calibration_end": self.calibration_end.isoformat(),
            "holdout_end": self.holdout_end.isoformat(),
            "customers": self.customers,
            "purchases": self.purchases,
            "model": self.model,
            "scores": {
                model: {k: _number(v) for k, v in scores.items()} for model, scores in self.scores.items()
            },
            "differences": {
                k: dict(zip(("mean", "low", "high"), map(_number, v), strict=True))
                for k, v in self.differences.items()
            },
            "fits": [fit.record() for fit in self.fits],
            "notes": list(self.notes),
            **({} if self.brands is None else {"brands": self.brands.record()}),
        }


def holdout(
    log_path: str | Path | Log,
    calibration_end: dt.date | str,
    holdout_end: dt.date | str,
    cohort_end: dt.date | str | None = None,
    replicates: int = 200,
    seed: int = 1,
    out: str | Path | None = None,
) -> HoldoutReport:
    """Fit a log up to one day, forecast up to another, and score the forecast.

    cohort_end: score (and fit) only customers first seen on or before this day. out: a folder for `pred.csv`
    (customer_id, expected, p_active, spend), `sims.npy` (customers x replicates, rows as in pred.csv),
    `weekly.csv` (week since the log's first day, expected cumulative repeats), `scores.json` and, for a log with
    brands, `brands.csv` (customer_id, brand, expected, share); each file is replaced whole.

    Raises LogError (bad log, nothing to score), ValueError (bad dates or numbers, too few who come back).
    """
    whole = log_path if isinstance(log_path, Log) else read_log(log_path)
    log = whole.days()
    end, last = parse_date(calibration_end), parse_date(holdout_end)
    cohort = parse_date(cohort_end) if cohort_end is not None else end
    if not cohort <= end < last:
        raise ValueError(
            f"cohort end {cohort}, calibration end {end}, hold-out end {last}: these must be in order"
        )
    if replicates < 2:
        raise ValueError(f"replicates must be 2 or more, not {replicates}")
    if log.last_date <= end:
        raise LogError(
            log.name, [(None, f"ends on {log.last_date}; nothing after {end} to score a forecast on")]
        )
    view = outlook(log.until(end).seen_by(cohort), end, (last - end).days, replicates=replicates, seed=seed)
    if out is not None:
        write_forecast(view, Path(out))
    report = scored(view, log.until(last), end, last, seed)
    if whole.brands:
        chosen = None if cohort_end is None else cohort
        brands, figures, note = hold_out_brands(whole, end, last, chosen, replicates=replicates, seed=seed)
        report = replace(report, brands=figures, notes=(*report.notes, *([note] if note else [])))
        if out is not None and brands is not None:
            write_brands(brands, Path(out))
    if out is not None:
        write(Path(out) / "scores.json", (json.dumps(report.record(), indent=2) + "\n").encode())
    return report


def scored(view: Outlook, log: Log, end: dt.date, last: dt.date, seed: int) -> HoldoutReport:
    """Score all forecasts of an outlook against a log that goes on to `last`."""
    place = {name: i for i, name in enumerate(view.log.customers)}
    position = np.array([place.get(name, -1) for name in log.customers])
    who = position[log.customer]
    known = who >= 0
    late = known & (log.day > as_day(end))
    n = len(place)
    bought = np.bincount(who[late], minlength=n)
    spent = np.bincount(who[late], weights=log.amount[late], minlength=n).astype(np.float64)
    h = view.histories
    repeats = known & (log.day > h.first_day[who])
    start = int(h.first_day.min())
    weeks = len(view.curves[OURS])
    curve = np.cumsum(np.bincount((log.day[repeats] - start) // 7, minlength=weeks))[:weeks].astype(
        np.float64
    )
    first_week = min((as_day(end) + 1 - start) // 7, weeks - 1)

    scores: dict[str, dict[str, float]] = {}
    for name, f in view.forecasts.items():
        scores[name] = count_scores(f.expected, f.active, f.futures, bought, h.repeats)
        if name in view.curves:
            scores[name] |= curve_scores(view.curves[name], curve, max(first_week, 1))
            scores[name] |= spend_scores(view.spend[name], spent)
    scores["own rate"] = count_scores(view.own_rate, None, None, bought, h.repeats)

    ours, theirs = view.forecasts[OURS], view.forecasts[BASELINE]
    differences = {
        "CRPS, relative": paired_interval(
            fair_crps(ours.futures, bought), fair_crps(theirs.futures, bought), relative=True, seed=seed
        ),
        "MAE": paired_interval(
            np.abs(ours.expected - bought), np.abs(theirs.expected - bought), relative=False, seed=seed
        ),
        "squared error": paired_interval(
            (ours.expected - bought) ** 2, (theirs.expected - bought) ** 2, relative=False, seed=seed
        ),
    }
    notes = list(log.notes)
    if log.last_date < last - dt.timedelta(days=14):
        notes.append(
            f"the log ends on {log.last_date}, before the hold-out end {last}: the rest counts as silence"
        )
    return HoldoutReport(
        log=log.name,
        calibration_end=end,
        holdout_end=last,
        customers=n,
        purchases=int(bought.sum()),
        model=view.fits.best.model,
        scores=scores,
        differences=differences,
        fits=(*view.fits.candidates, view.bg_nbd),
        notes=tuple(notes),
        outlook=view,
        outcome=Outcome(bought=bought, spent=spent, curve=curve, first_week=first_week),
        seed=seed,
    )


def write_forecast(view: Outlook, folder: Path) -> None:
    """Write pred.csv, sims.npy and weekly.csv of the market's own forecast into a folder."""
    ours = view.forecasts[OURS]
    folder.mkdir(parents=True, exist_ok=True)
    rows = zip(view.log.customers, ours.expected, ours.active, view.spend[OURS], strict=True)
    write_csv(
        folder / "pred.csv",
        ("customer_id", "expected", "p_active", "spend"),
        [(cell(name), f"{e:.6g}", f"{a:.6g}", f"{s:.6g}") for name, e, a, s in rows],
    )
    write_csv(
        folder / "weekly.csv",
        ("week", "expected"),
        [(str(week), f"{value:.6f}") for week, value in enumerate(view.curves[OURS], start=1)],
    )
    buffer = io.BytesIO()
    np.save(buffer, ours.futures)
    write(folder / "sims.npy", buffer.getvalue())


def _number(value: float) -> float | None:
    """A number that JSON has a word for."""
    return value if isfinite(value) else None
