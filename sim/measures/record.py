"""What a run leaves behind for the measures: weekly tallies, books and cohorts of one firm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.measures.tally import Tally


@dataclass(frozen=True)
class Record:
    """One market as one firm's measures see it; weeks are those measured, after the burn-in.

    tallies: week x firm x membership x TALLIES, summed over segments (int64).
    cohorts: year x (active at the start of the year, of those active at its end), of the firm.
    cohort_weeks: length of each year of `cohorts`, weeks; 52, or less when the run has no whole year.
    profits, liabilities: per week, cents. base_cohort: customers active when measuring began.
    accounts: what each account of the ledger went up by, per week, cents, debits (expenses) positive.
    faces: face value of what members were given, per week, cents.
    deferred: deferred revenue at the end, cents. expected_breakage: share of all points issued that is then expected
    never to be redeemed, NaN without points.
    reward_costs: cents that one (point, stamp) outstanding stands for.
    discount_rate: per year.
    house: numbers of the firms of the same house, itself one of them. house_profits: of all of them, per week, cents.
    states: what the firm was like in each week, by name (see rivalry.py); NaN where it does not apply.
    """

    firm: int
    tallies: NDArray[np.int64]
    cohorts: NDArray[np.int64]
    cohort_weeks: int
    profits: NDArray[np.int64]
    liabilities: NDArray[np.int64]
    accounts: Mapping[str, NDArray[np.int64]]
    faces: NDArray[np.int64]
    deferred: int
    expected_breakage: float
    base_cohort: int
    reward_costs: tuple[float, float]
    discount_rate: float
    house: tuple[int, ...]
    house_profits: NDArray[np.int64]
    states: Mapping[str, NDArray[np.float64]]

    def sum(self, tally: Tally, *, members_only: bool = False) -> int:
        """A flow of the firm, summed over the measured weeks."""
        flow = self.tallies[:, self.firm, :, tally]
        return int(flow[:, 1].sum() if members_only else flow.sum())

    def spent(self, *accounts: str) -> float:
        """Expense on these accounts over the measured weeks, in currency; income counts as negative expense."""
        return sum(int(self.accounts[account].sum()) for account in accounts) / 100.0

    def years(self, stock: Tally) -> float:
        """A stock of the firm added up over the measured weeks, in years of 52 weeks: customer-years."""
        return self.sum(stock) / 52.0

    def last(self, tally: Tally, *, members_only: bool = False) -> int:
        """A stock of the firm at the end."""
        stock = self.tallies[-1, self.firm, :, tally]
        return int(stock[1] if members_only else stock.sum())


def ratio(part: float, whole: float) -> float:
    """part / whole; NaN where there is no whole."""
    return part / whole if whole else float("nan")
