"""On which days the purchases of a week fall: the market knows weeks, a purchase log has dates.

Each purchase falls on any of the seven days alike, and those of one customer and week keep their order. So a Poisson
number of purchases a week is a Poisson number of purchases a day. The draws are named by (seed, replicate, customer,
week): the key of NumPy's Philox 4x64, which is none of the streams of the market (Philox 4x32).

Source: Salmon et al. 2011, SC11 (Philox).
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from sim.experiments.errors import ExperimentError

DAYS = 7
FIRST_DAY = "2015-01-05"
"""A Monday long ago: ten years fit before today, and readers of logs refuse dates that are still to come."""


class Calendar:
    """Dates of the days of a market. start: the first day of week 0; seed, replicate: those of the market."""

    def __init__(self, start: dt.date, seed: int, replicate: int) -> None:
        self.start, self._of_market = start, seed + (replicate << 32)

    @classmethod
    def of(cls, start: str, weeks: int, seed: int, replicate: int) -> Calendar:
        """From YYYY-MM-DD; ExperimentError where that is no date, or so late that the calendar ends before it."""
        try:
            first = dt.date.fromisoformat(start)
            first + dt.timedelta(weeks=weeks)
        except (ValueError, TypeError, OverflowError):
            raise ExperimentError(
                f"start must be a date such as {FIRST_DAY}, with {weeks} weeks after it, not {start!r}"
            ) from None
        return cls(first, seed, replicate)

    def date(self, day: int) -> dt.date:
        """The date of a day, counted from 0."""
        return self.start + dt.timedelta(days=day)

    def days(self, place: int, week: int, count: int) -> list[int]:
        """Days of so many purchases in a week, ascending, counted from 0; place: the customer's, from 0."""
        key = np.array([self._of_market, place + (week << 32)], np.uint64)
        drawn = np.random.Philox(key=key).random_raw(count).tolist()
        return sorted(DAYS * week + (DAYS * word >> 64) for word in drawn)
