"""What is plotted of a market while it lives: a row a week, added as it is lived."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.firms.ledger import Account
from sim.market import Market
from sim.measures.tally import INDEX_SCALE, Tally
from sim.population.columns import ALIVE, COHORT, COHORT_BASE, CUSTOMER_WHOLES

PLOTTED = ("active", "satisfaction", "expectation", "profit", "members", "liability", "share", "retention")
"""What is kept of the focal firm, week by week; the price index of every firm comes on top."""


class Trace:
    """The weeks of a market as arrays that grow.

    active, members: customers. satisfaction, expectation: index 0-100, means over active customers. profit: added up
    since the design began, currency. liability: for points and stamps outstanding, currency. share: of all purchases.
    retention: share of the customers active when the design began who are active now. NaN where there is none yet.
    """

    def __init__(self, market: Market) -> None:
        self._market = market
        self._rows = np.full((market.weeks, len(PLOTTED)), np.nan)
        self._prices = np.full((market.weeks, len(market.firms)), np.nan)
        self._earned = 0

    def note(self) -> None:
        """The week that was lived last."""
        market = self._market
        week, focus = market.week - 1, market.focus
        tally = market.last_tally.sum(axis=(0, 2))
        ours, bought = tally[focus], tally[:, Tally.PURCHASES].sum()
        ledger = market.firms[focus].ledger
        active = int(ours[Tally.ACTIVE])
        over = active * INDEX_SCALE if active else np.nan
        measured = week >= market.burn_in
        self._earned += ledger.last_profit if measured else 0
        self._rows[week] = (
            active,
            ours[Tally.SATISFACTION] / over,
            ours[Tally.EXPECTATION] / over,
            self._earned / 100.0 if measured else np.nan,
            ours[Tally.MEMBERS],
            -ledger.balance(Account.POINTS_LIABILITY) / 100.0,
            ours[Tally.PURCHASES] / bought if bought else np.nan,
            self._retention(week) if measured else np.nan,
        )
        self._prices[week] = [firm.price if firm.is_there else np.nan for firm in market.firms]

    def _retention(self, week: int) -> float:
        market = self._market
        wholes, focus = market.population.wholes, market.focus
        base = (wholes[:, COHORT] >> (COHORT_BASE + focus)) & 1 == 1
        whole = int(market.base_cohort[focus])
        if not whole:
            return float("nan")
        recent = week - wholes[:, CUSTOMER_WHOLES + focus] <= market.world.category.lapse_weeks
        return int((base & recent & (wholes[:, ALIVE] == 1)).sum()) / whole

    def of(self, name: str) -> NDArray[np.float64]:
        """A column of PLOTTED over the weeks lived so far."""
        column: NDArray[np.float64] = self._rows[: self._market.week, PLOTTED.index(name)]
        return column

    def prices(self, firm: int) -> NDArray[np.float64]:
        """Price index that a firm posted, over the weeks lived so far; NaN while it is not there."""
        column: NDArray[np.float64] = self._prices[: self._market.week, firm]
        return column
