"""What is measured: one function a measure, one definition each; docs/measures.md is made from these."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sim.measures.loyalty import churn, clv, retention
from sim.measures.minds import nps, satisfaction
from sim.measures.money import incremental_profit, profit, revenue, share
from sim.measures.programme import active_members, breakage, points_liability, redemption_rate
from sim.measures.record import Record

__all__ = ["MEASURES", "Measure", "Record"]


@dataclass(frozen=True)
class Measure:
    """A measure of the focal firm."""

    name: str
    unit: str
    better: Literal["higher", "lower", "neither"]
    of: Callable[[Record], float]

    @property
    def definition(self) -> str:
        """What it is, in words."""
        return " ".join((inspect.getdoc(self.of) or "").split())


_ALL = (
    Measure("retention", "share per year", "higher", retention),
    Measure("churn", "share per year", "lower", churn),
    Measure("profit", "currency", "higher", profit),
    Measure("incremental_profit", "currency", "higher", incremental_profit),
    Measure("revenue", "currency", "higher", revenue),
    Measure("share", "share of purchases", "higher", share),
    Measure("nps", "points, -100 to 100", "higher", nps),
    Measure("satisfaction", "index 0-100", "higher", satisfaction),
    Measure("active_members", "customers", "neither", active_members),
    Measure("redemption_rate", "share of rewards earned", "neither", redemption_rate),
    Measure("breakage", "share of rewards earned", "neither", breakage),
    Measure("points_liability", "currency", "lower", points_liability),
    Measure("clv", "currency per customer", "higher", clv),
)
MEASURES: dict[str, Measure] = {m.name: m for m in _ALL}
"""All measures by name, in the order in which they are shown."""
