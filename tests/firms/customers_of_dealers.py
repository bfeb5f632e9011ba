"""Stand-in for customers at dealers: they choose by a logit among what their dealer carries, and buy in whole units."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.firms.channel import ChannelWeek
from sim.firms.dealer_house import DealerHouse, Tables
from sim.rules import Behaviour
from sim.scenario import Channel, Dealers, Firm

LIST_PRICE = 10_000
"""cents"""


def maker(name: str, share: float = 0.5, **channel: Any) -> Firm:
    """A maker with these terms."""
    return Firm(name=name, share=share, unit_cost=0.5, channel=Channel(**channel))


def changed(firm: Firm, **channel: Any) -> Firm:
    """The maker under other terms."""
    terms = firm.channel.model_dump() if firm.channel else {}
    return firm.model_copy(update={"channel": Channel.model_validate(terms | channel)})


class Week(NamedTuple):
    """A week that was lived: what was decided, sold, and settled."""

    tables: Tables
    sold: Any
    settled: ChannelWeek


class Town:
    """A market of makers and their dealers, each with so many purchases wanted a week, the same for ever."""

    def __init__(
        self,
        firms: list[Firm],
        *,
        dealers: int = 20,
        wanted: float = 20.0,
        elasticity: float = 2.5,
        size_spread: float = 0.3,
        line_cost: float = 0.0,
        spread: float = 0.02,
        behaviour: Behaviour | None = None,
    ) -> None:
        plan = Dealers(count=dealers, margin={"spread": spread}, line_cost=line_cost)  # type: ignore[arg-type]
        self.firms, self.elasticity = firms, elasticity
        self.house = DealerHouse(plan, firms, behaviour or Behaviour(), seed=3, replicate=0)
        self.weeks: list[Week] = []
        size = 1.0 + size_spread * np.linspace(-1.0, 1.0, dealers)
        self._wanted = wanted * size[:, None]
        self._left_over = np.zeros((dealers, len(firms)))

    def demand(self, tables: Tables) -> Any:
        """Purchases a week, not rounded: a logit among the lines carried and going without."""
        weight = np.array([firm.share for firm in self.firms]) * np.exp(tables.push.astype(float))
        weight = np.where(tables.carries, weight * tables.price.astype(float) ** -self.elasticity, 0.0)
        return self._wanted * weight / (weight.sum(axis=1, keepdims=True) + 1.0)

    def live(self, weeks: int, firms: list[Firm] | None = None) -> Town:
        """So many weeks, under other terms if some are given."""
        self.firms = firms or self.firms
        for _ in range(weeks):
            week = len(self.weeks)
            self.house.decide(week, self.firms)
            tables = self.house.tables()
            exact = self.demand(tables) + self._left_over
            sold = np.where(tables.carries, np.floor(exact + 1e-9), 0).astype(np.int64)
            self._left_over = np.where(tables.carries, exact - sold, 0.0)
            listed = sold * LIST_PRICE
            paid = np.rint(listed * tables.price.astype(float)).astype(np.int64)
            settled = self.house.close_week(week, self.firms, sold, paid, listed)
            self.weeks.append(Week(tables, sold, settled))
        return self

    def sum(self, name: str, first: int = 0, last: int | None = None) -> Any:
        """Cents of some weeks, by firm."""
        return sum(getattr(week.settled, name) for week in self.weeks[first:last])
