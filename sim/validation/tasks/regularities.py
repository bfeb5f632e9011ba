"""Twenty-nine patterns of a year of shopping, computed from a purchase log: who, on which day, how much.

A trip is a day on which a household buys. Weeks count from the first day of the year, 52 of them; a period is
four weeks, a half 26. What compares a household with its own later self (`corr_4wk_*`, `retention_*`, `gone_*`,
`top_quintile_stays`) is computed over the households seen in the first period, who are known to have been there.

Source: Ehrenberg 1988, Repeat-Buying (trips per week, penetration, retention); Wheat & Morrison 1990, J. Marketing
Research 27:87 (regularity of gaps); Searle, Casella & McCulloch 1992, Variance Components (share of variance between
households); Schmittlein, Cooper & Morrison 1993, Marketing Science 12:167 (concentration).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Array = NDArray[np.float64]

WEEKS, PERIODS, DAYS = 52, 13, 7
FEWEST_GAPS = 10
"""Gaps of a household from which their coefficient of variation can be told."""
LONG_GAP = 28


@dataclass(frozen=True, eq=False)
class Year:
    """A year of trips: one entry a household and day, in the order of household, then day.

    customer: from 0 to customers - 1; day: 0 to 363 from the first day; weekday: 0 is Monday; amount above 0.
    """

    customers: int
    customer: Whole
    day: Whole
    weekday: Whole
    amount: Array

    @classmethod
    def of(
        cls, customer: NDArray[Any], day: NDArray[Any], amount: NDArray[Any], first_day: int, customers: int
    ) -> Year:
        """From purchases (customer from 0; day since 1970-01-01), any number a day, of the year from first_day.

        Amounts of one customer and day are added up; days without any money are left out, as are other years.
        ValueError where nothing is left.
        """
        at = np.asarray(day, np.int64) - first_day
        inside = (at >= 0) & (at < WEEKS * DAYS)
        keys = np.asarray(customer, np.int64)[inside] * (WEEKS * DAYS) + at[inside]
        unique, where = np.unique(keys, return_inverse=True)
        money: Array = np.bincount(
            where, weights=np.asarray(amount, np.float64)[inside], minlength=len(unique)
        ).astype(np.float64)
        paid = money > 0
        unique, money = unique[paid], money[paid]
        if not len(unique):
            raise ValueError(f"nothing was bought in the {WEEKS} weeks from the first day")
        days = unique % (WEEKS * DAYS)
        # 1970-01-01 was a Thursday.
        return cls(customers, unique // (WEEKS * DAYS), days, (days + first_day + 3) % DAYS, money)

    def weekly(self) -> tuple[Whole, Array]:
        """Trips and spending, customers x weeks."""
        trips = np.zeros((self.customers, WEEKS), np.int64)
        spent = np.zeros((self.customers, WEEKS))
        np.add.at(trips, (self.customer, self.day // DAYS), 1)
        np.add.at(spent, (self.customer, self.day // DAYS), self.amount)
        return trips, spent


def patterns_of(year: Year) -> dict[str, float]:
    """All 29 patterns by name, in the order of the targets; NaN where a log cannot show one."""
    trips, spent = year.weekly()
    with np.errstate(all="ignore"):
        return {
            **_frequency(trips),
            **_gaps(year),
            **_baskets(year),
            **_concentration(spent),
            **_drift(trips, spent),
            "weekend_share_of_trips": float((year.weekday >= 5).mean()),
            "weekly_trips_cv": _cv(trips.sum(axis=0)),
        }


def _frequency(trips: Whole) -> dict[str, float]:
    return {
        "trips_per_household_week": float(trips.mean()),
        "p_trip_in_week": float((trips > 0).mean()),
        "trips_cv_between_households": _cv(trips.sum(axis=1)),
        "share_1_trip_weeks": float((trips == 1).mean()),
        "share_3plus_trip_weeks": float((trips >= 3).mean()),
    }


def _gaps(year: Year) -> dict[str, float]:
    """Days between one trip of a household and its next."""
    same = np.diff(year.customer) == 0
    gap, who = np.diff(year.day)[same], year.customer[1:][same]
    n = np.bincount(who, minlength=year.customers)
    total = np.bincount(who, weights=gap, minlength=year.customers)
    squares = np.bincount(who, weights=gap**2, minlength=year.customers)
    many = n >= FEWEST_GAPS
    mean = total[many] / n[many]
    spread = np.sqrt((squares[many] - n[many] * mean**2) / (n[many] - 1))
    return {
        "gap_mean_days": _mean(gap),
        "gap_median_days": _median(gap),
        "gap_share_1day": _mean(gap == 1),
        "gap_share_7day": _mean(gap == DAYS),
        "gap_share_over_28d": _mean(gap > LONG_GAP),
        "gap_cv_within_median": _median(spread / mean),
    }


def _baskets(year: Year) -> dict[str, float]:
    logs = np.log(year.amount)
    return {
        "basket_mean": float(year.amount.mean()),
        "basket_median": float(np.median(year.amount)),
        "log_basket_sd": float(logs.std()),
        "log_basket_icc": _between_share(logs, year.customer),
    }


def _between_share(value: Array, who: Whole) -> float:
    """Share of variance between groups, by the analysis of variance of unequal groups."""
    _, group = np.unique(who, return_inverse=True)
    n = np.bincount(group).astype(np.float64)
    mean = np.bincount(group, weights=value) / n
    total, groups = float(n.sum()), len(n)
    if groups < 2 or total <= groups:
        return float("nan")
    between = float(n @ (mean - value.mean()) ** 2) / (groups - 1)
    within = float(np.sum((value - mean[group]) ** 2)) / (total - groups)
    typical = (total - float(n @ n) / total) / (groups - 1)
    variance = (between - within) / typical
    return variance / (variance + within)


def _concentration(spent: Array) -> dict[str, float]:
    most_first = np.sort(spent.sum(axis=1))[::-1]
    n, total = len(most_first), float(most_first.sum())
    return {
        f"top{percent}_share": float(most_first[: n * percent // 100].sum()) / total for percent in (10, 20)
    }


def _drift(trips: Whole, spent: Array) -> dict[str, float]:
    half = WEEKS // 2
    periods = trips.reshape(len(trips), PERIODS, WEEKS // PERIODS).sum(axis=2)
    known = periods[:, 0] > 0
    period, money = periods[known], spent[known]
    early, late = spent[:, :half].sum(axis=1), spent[:, half:].sum(axis=1)
    stays = _fifth(money[:, half:].sum(axis=1))[_fifth(money[:, :half].sum(axis=1)) == 4] == 4
    between = np.corrcoef(period.T) if len(period) > 1 else np.full((PERIODS, PERIODS), np.nan)
    return {
        "corr_trips_halves": _correlation(trips[:, :half].sum(axis=1), trips[:, half:].sum(axis=1)),
        "corr_spend_halves": _correlation(early, late),
        **{f"corr_4wk_lag{lag}": _mean(np.diag(between, lag)) for lag in (1, 6, 12)},
        **{f"retention_4wk_+{lag}": _mean(period[:, lag] > 0) for lag in (1, 6, 12)},
        "gone_last_13wk": _mean(trips[known, -13:].sum(axis=1) == 0),
        "top_quintile_stays": _mean(stays),
    }


def _fifth(value: Array) -> Whole:
    """In which fifth (0 lowest, 4 highest) of all values each lies."""
    if not len(value):
        return np.zeros(0, np.int64)
    return np.searchsorted(np.quantile(value, [0.2, 0.4, 0.6, 0.8]), value, side="left").astype(np.int64)


def _mean(value: NDArray[Any]) -> float:
    return float(value.mean()) if len(value) else float("nan")


def _median(value: NDArray[Any]) -> float:
    return float(np.median(value)) if len(value) else float("nan")


def _cv(value: NDArray[Any]) -> float:
    return float(value.std() / value.mean())


def _correlation(one: NDArray[Any], other: NDArray[Any]) -> float:
    return float(np.corrcoef(one, other)[0, 1])
