"""Retention, churn and customer value."""

from __future__ import annotations

import numpy as np

from sim.measures.record import Record, ratio
from sim.measures.tally import Tally


def retention(record: Record) -> float:
    """Share of the customers active at the start of a year who are active at its end, over all whole years
    measured. Active: bought at the firm within the last `lapse_weeks` weeks. A run without a whole year takes
    the weeks measured instead, raised to a year: share^(52 / weeks)."""
    kept = ratio(float(record.cohorts[:, 1].sum()), float(record.cohorts[:, 0].sum()))
    return float(kept ** (52.0 / record.cohort_weeks))


def churn(record: Record) -> float:
    """1 - retention."""
    return 1.0 - retention(record)


def clv(record: Record) -> float:
    """Contribution (revenue - goods - service - rewards redeemed) over the measured weeks from the customers
    active when measuring began, discounted to that week at the scenario's yearly rate, per such customer."""
    weekly = record.tallies[:, record.firm, :, Tally.COHORT_CONTRIBUTION].sum(axis=1)
    years = np.arange(len(weekly)) / 52.0
    value = float((weekly / (1.0 + record.discount_rate) ** years).sum()) / 100.0
    return ratio(value, record.base_cohort)
