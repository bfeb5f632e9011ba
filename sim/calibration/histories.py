"""What a timing model sees of each customer: repeats, recency, time observed, and repeats week by week.

A log of newcomers counts time in weeks from each customer's own first purchase, which is not a repeat. A log
of a panel counts time from the first day of the log, and every purchase; those who bought nothing in that
time are not in the log, and the likelihood has to make up for them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.calibration.transactions import Log, as_day

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """The members of a panel who are not in its log, because they bought nothing."""

    weeks: float
    """weeks that the log covers"""
    never: float | None
    """how many they are; None: not known"""

    def log_likelihood(self, log_silent: float, customers: float) -> float:
        """What they add, where `log_silent` is the log-probability of buying nothing in all the weeks.

        Where their number is not known, each customer counts given that she is in the log at all.
        """
        if self.never is not None:
            return self.never * log_silent
        return -customers * float(np.log(-np.expm1(log_silent)))

    def unseen(self, log_silent: float, customers: float) -> float:
        """How many they are, or are expected to be beside so many customers in the log."""
        if self.never is not None:
            return self.never
        return customers * float(np.exp(log_silent) / -np.expm1(log_silent))


@dataclass(frozen=True, eq=False)
class Histories:
    """One entry a customer of the log, in its order."""

    first_day: NDArray[np.int64]
    """day from which time counts, from 1970-01-01"""
    repeats: NDArray[np.int64]
    """days with a purchase after that, x"""
    recency: Array
    """weeks from then to the last purchase, t_x"""
    observed: Array
    """weeks from then to the end of the log, T"""
    weekly: NDArray[np.int64]
    """customers x weeks: repeats in the weeks since then, week j holding days 7j + 1 to 7j + 7"""
    panel: Panel | None = None
    """None for a log of newcomers"""

    def rows(self, chosen: NDArray[np.int64]) -> Histories:
        """The histories of some customers."""
        return replace(
            self,
            first_day=self.first_day[chosen],
            repeats=self.repeats[chosen],
            recency=self.recency[chosen],
            observed=self.observed[chosen],
            weekly=self.weekly[chosen],
        )

    def silent(self) -> Histories:
        """The history of one member of the panel who bought nothing."""
        weeks = 0.0 if self.panel is None else self.panel.weeks
        one = self.rows(np.array([0]))
        return replace(
            one,
            repeats=0 * one.repeats,
            recency=np.zeros(1),
            observed=np.full(1, weeks),
            weekly=0 * one.weekly,
        )


def histories(log: Log, end: dt.date) -> Histories:
    """Histories since the first purchase; the log must end by this day (ValueError otherwise)."""
    log = log.days()
    first = np.full(len(log.customers), np.iinfo(np.int64).max)
    np.minimum.at(first, log.customer, log.day)
    return _since(log, first, end)


def panel_histories(log: Log, end: dt.date, size: int | None = None) -> Histories:
    """Histories since the first day of the log; size: customers in the panel, with those who never bought.

    Raises ValueError when the panel is smaller than the log or the log goes on after the end.
    """
    log = log.days()
    n = len(log.customers)
    if size is not None and size < n:
        raise ValueError(f"a panel of {size:,} cannot hold the {n:,} customers of the log")
    h = _since(log, np.full(n, log.day.min() - 1), end)
    return replace(h, panel=Panel(float(h.observed[0]), None if size is None else float(size - n)))


def _since(log: Log, start: NDArray[np.int64], end: dt.date) -> Histories:
    n = len(log.customers)
    last = np.full(n, np.iinfo(np.int64).min)
    np.maximum.at(last, log.customer, log.day)
    if (last > as_day(end)).any():
        raise ValueError(f"the log holds purchases after {end}, the end of the histories")
    age = log.day - start[log.customer]
    length = as_day(end) - start
    weekly = np.zeros((n, max(1, -(-int(length.max()) // 7))), np.int64)
    repeat = age > 0
    np.add.at(weekly, (log.customer[repeat], (age[repeat] - 1) // 7), 1)
    return Histories(
        first_day=start,
        repeats=weekly.sum(axis=1),
        recency=(last - start) / 7.0,
        observed=length / 7.0,
        weekly=weekly,
    )
