"""On which days the purchases of a week fall: the market knows weeks, a purchase log has dates.

Each purchase falls on any of the seven days alike, and those of one customer and week keep their order. So a Poisson
number of purchases a week is a Poisson number of purchases a day. Where the scenario's category has `weekdays`, days
have shares of their own, and customers favourites among them: own shares ~ Dirichlet(concentration x shares), drawn
once for each place of the market (a newcomer takes over the favourites of the one whose place it is). With `distinct`
the purchases of a week fall on different days as long as there are any left: days are taken one after the other,
each with a chance by its share among those left.

Days change nothing in the market: purchases, amounts and points of a week are the same on whatever days they fall.

The draws are named by (seed, replicate, customer, week): the key of NumPy's Philox 4x64, which is none of the streams
of the market (Philox 4x32).

Source: Salmon et al. 2011, SC11 (Philox); Efraimidis & Spirakis 2006, Information Processing Letters 97:181 (days
without replacement, by the smallest of exponential times).
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from sim.experiments.errors import ExperimentError
from sim.scenario.weekdays import Weekdays

DAYS = 7
FIRST_DAY = "2015-01-05"
"""A Monday long ago: ten years fit before today, and readers of logs refuse dates that are still to come."""
_FAVOURITES = 0xFFFF_FFFF
"""The week that names the draw of a customer's favourite days: no market lives so long."""
_LEAST = 1e-200
"""Own share of an open day that is next to none."""


class Calendar:
    """Dates of the days of a market. start: the first day of week 0; seed, replicate: those of the market."""

    def __init__(self, start: dt.date, seed: int, replicate: int, weekdays: Weekdays | None = None) -> None:
        self.start, self._of_market, self._weekdays = start, seed + (replicate << 32), weekdays
        self._own = lru_cache(maxsize=None)(self._shares_of)

    @classmethod
    def of(
        cls, start: str, weeks: int, seed: int, replicate: int, weekdays: Weekdays | None = None
    ) -> Calendar:
        """From YYYY-MM-DD; ExperimentError where that is no date, or so late that the calendar ends before it."""
        try:
            first = dt.date.fromisoformat(start)
            first + dt.timedelta(weeks=weeks)
        except (ValueError, TypeError, OverflowError):
            raise ExperimentError(
                f"start must be a date such as {FIRST_DAY}, with {weeks} weeks after it, not {start!r}"
            ) from None
        return cls(first, seed, replicate, weekdays)

    def date(self, day: int) -> dt.date:
        """The date of a day, counted from 0."""
        return self.start + dt.timedelta(days=day)

    def days(self, place: int, week: int, count: int) -> list[int]:
        """Days of so many purchases in a week, ascending, counted from 0; place: the customer's, from 0."""
        if self._weekdays is None:
            drawn = self._words(place, week, count).tolist()
            return sorted(DAYS * week + (DAYS * word >> 64) for word in drawn)
        shares = self._own(place)
        if not self._weekdays.distinct:
            upto = np.cumsum(shares)
            chosen = np.searchsorted(upto, _units(self._words(place, week, count)) * upto[-1], side="right")
        else:
            rounds = max(-(-count // DAYS), 1)
            wait = -np.log(_units(self._words(place, week, DAYS * rounds))).reshape(rounds, DAYS)
            with np.errstate(divide="ignore"):
                order = np.argsort(wait / shares, axis=1, kind="stable")
            open_days = int(np.count_nonzero(shares))
            chosen = np.resize(order[:, :open_days].ravel(), count)
        return sorted((DAYS * week + np.minimum(chosen, DAYS - 1)).tolist())

    def _words(self, place: int, week: int, count: int) -> NDArray[np.uint64]:
        key = np.array([self._of_market, place + (week << 32)], np.uint64)
        result: NDArray[np.uint64] = np.random.Philox(key=key).random_raw(count)
        return result

    def _shares_of(self, place: int) -> NDArray[np.float64]:
        """A customer's own shares of the seven days, from the first day of a week of the market on."""
        assert self._weekdays is not None
        weights, concentration = np.array(self._weekdays.shares), self._weekdays.concentration
        is_open, shares = weights > 0, np.maximum(weights / weights.sum(), _LEAST)
        if concentration is not None:
            u = _units(self._words(place, _FAVOURITES, DAYS))
            drawn = gammaincinv(np.where(is_open, concentration * shares, 1.0), u)
            shares = np.asarray(drawn, np.float64)
        open_shares = np.where(is_open, np.maximum(shares, _LEAST), 0.0)
        own: NDArray[np.float64] = np.roll(open_shares, -self.start.weekday()).astype(np.float64)
        return own


def _units(words: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Numbers in (0, 1)."""
    result: NDArray[np.float64] = ((words >> np.uint64(12)).astype(np.float64) + 0.5) / 2.0**52
    return result
