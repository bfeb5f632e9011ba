"""How a firm sets its price: what it posts as a rule, and price wars that the scenario scripts.

A policy sees only what a firm can see. It returns the price index to post this week.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sim.scenario import Event, PriceWar


class PricePolicy(Protocol):
    """One step in setting a price."""

    def price(self, week: int, price: float) -> float:
        """The price index to post, given what the firm would post without this policy."""
        ...


@dataclass(frozen=True)
class ScriptedPriceWar:
    """The price is cut by a share for some weeks."""

    first_week: int
    weeks: int
    depth: float

    def price(self, week: int, price: float) -> float:
        """The price index during the war, or the price as it was."""
        at_war = self.first_week <= week < self.first_week + self.weeks
        return price * (1.0 - self.depth) if at_war else price


def price_policies(firm: str, events: Sequence[Event]) -> tuple[PricePolicy, ...]:
    """The price policies that the events of a scenario give a firm."""
    wars = [e for e in events if isinstance(e, PriceWar) and e.firm == firm]
    return tuple(ScriptedPriceWar(war.week, war.weeks, war.depth) for war in wars)
