"""Watches one market: looks at it after each measured week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.experiments.watching.cohorts import Cohorts
from sim.experiments.watching.glance import Glance, glance
from sim.experiments.watching.levels import Levels
from sim.experiments.watching.lots import Lots
from sim.experiments.watching.loyalties import Loyalties
from sim.experiments.watching.rewards import Rewards
from sim.experiments.watching.switching import Switching
from sim.experiments.watching.worths import Worths

if TYPE_CHECKING:
    from sim.market import Market

READERS = (Cohorts, Lots, Levels, Rewards, Loyalties, Switching, Worths)
TABLES = (
    "cohorts",
    "lots",
    "tiers",
    "flows",
    "balances",
    "distance",
    "quadrants",
    "sample",
    "switching",
    "worth",
    "deciles",
)


class Watcher:
    """Looks at a market that was made with `follow=True` and has lived its burn-in; `look` after each further week."""

    def __init__(self, market: Market) -> None:
        if market.week != market.burn_in:
            raise ValueError(
                f"watching begins in week {market.burn_in}, after the burn-in, not in {market.week}"
            )
        self._market = market
        self._last: Glance = glance(market)
        self._readers = [reader(self._last) for reader in READERS]

    @property
    def last(self) -> Glance:
        """What was seen last."""
        return self._last

    def look(self) -> None:
        """Look at the week just lived."""
        self._last = glance(self._market, self._last)
        for reader in self._readers:
            reader.week(self._last)

    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables, by name; once, after the last week."""
        return {name: table for reader in self._readers for name, table in reader.tables().items()}
