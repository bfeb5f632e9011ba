"""The brand side of a hold-out: forecast from the calibration rows, scores, and `brands.csv`."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np

from sim.calibration.brand_forecast import BrandForecast, brand_forecast
from sim.calibration.brand_scores import BrandReport, score_brands
from sim.calibration.tables import cell, write_csv
from sim.calibration.transactions import Log, as_day

SAMPLES, MANY, FEWER = 500, 5_000, 100
"""Bootstrap samples; above so many customers, fewer."""


def between(log: Log, after: dt.date, last: dt.date) -> Log:
    """The rows of a log after one day and up to another, which may be none; all its customers stay listed."""
    keep = (log.day > as_day(after)) & (log.day <= as_day(last))
    return replace(
        log,
        customer=log.customer[keep],
        day=log.day[keep],
        amount=log.amount[keep],
        brand=log.brand[keep],
    )


def hold_out_brands(
    log: Log, end: dt.date, last: dt.date, cohort: dt.date | None, *, replicates: int, seed: int
) -> tuple[BrandForecast | None, BrandReport | None, str | None]:
    """Forecast and score the brands of a log up to one day and another; with a note where that cannot be done.

    cohort: only customers first seen until this day are learnt from and scored; None: all, new ones too.
    """
    known = log.until(end)
    if cohort is not None:
        known = known.seen_by(cohort)
    if len(np.unique(known.brand)) < 2:
        return None, None, f"brands: one brand only was bought until {end}; there is nothing to divide"
    try:
        view = brand_forecast(
            known, end, (last - end).days, replicates=replicates, seed=seed, newcomers=cohort is None
        )
    except ValueError as why:
        return None, None, f"brands were not forecast: {why}"
    samples = SAMPLES if len(known.customers) <= MANY else FEWER
    late = between(log, end, last)
    report = score_brands(view, late, newcomers=cohort is None, samples=samples, seed=seed)
    return view, report, None


def write_brands(view: BrandForecast, folder: Path) -> None:
    """Write brands.csv (customer_id, brand, expected, share): a row a customer of the log and brand, 'Other' last."""
    expected, shares = view.expected, view.shares
    write_csv(
        folder / "brands.csv",
        ("customer_id", "brand", "expected", "share"),
        (
            (cell(customer), cell(brand), f"{expected[i, b]:.6g}", f"{shares[i, b]:.6g}")
            for i, customer in enumerate(view.log.customers)
            for b, brand in enumerate(view.brands)
        ),
    )
