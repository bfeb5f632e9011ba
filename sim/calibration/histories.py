"""What a timing model sees of each customer: repeats, recency, time observed, and repeats week by week.

Time is counted in weeks from the customer's own first purchase; that first purchase is not a repeat.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calibration.transactions import Log, as_day

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Histories:
    """One entry a customer of the log, in its order."""

    first_day: NDArray[np.int64]
    """day of the first purchase, from 1970-01-01"""
    repeats: NDArray[np.int64]
    """days with a purchase after the first, x"""
    recency: Array
    """weeks from the first purchase to the last, t_x"""
    observed: Array
    """weeks from the first purchase to the end of the log, T"""
    weekly: NDArray[np.int64]
    """customers x weeks: repeats in the customer's own weeks, week j holding days 7j + 1 to 7j + 7"""


def histories(log: Log, end: dt.date) -> Histories:
    """Histories of the customers of a log that ends with this day (rows after it must not be in the log)."""
    log = log.days()
    n = len(log.customers)
    first = np.full(n, np.iinfo(np.int64).max)
    last = np.full(n, np.iinfo(np.int64).min)
    np.minimum.at(first, log.customer, log.day)
    np.maximum.at(last, log.customer, log.day)
    age = log.day - first[log.customer]
    length = as_day(end) - first
    if (last > as_day(end)).any():
        raise ValueError("the log holds purchases after the end of the histories")
    weekly = np.zeros((n, max(1, -(-int(length.max()) // 7))), np.int64)
    repeat = age > 0
    np.add.at(weekly, (log.customer[repeat], (age[repeat] - 1) // 7), 1)
    return Histories(
        first_day=first,
        repeats=weekly.sum(axis=1),
        recency=(last - first) / 7.0,
        observed=length / 7.0,
        weekly=weekly,
    )
