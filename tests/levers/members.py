"""Programmes for paired worlds, and what is read off them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import Tally
from sim.scenario import Scenario
from tests.levers.pairs import REPLICATES, counted, run

AUTO = {"automatic": True}
ASKED = {"effort": 5.0, "ask": 0.5}
POINTS: dict[str, Any] = {"per_currency": 1, "threshold": 150, "reward": 4.5}
"""Three per cent back."""
LEVELS: list[dict[str, Any]] = [{"name": "Silver", "spend": 150}, {"name": "Gold", "spend": 500}]


def programme(**parts: Any) -> dict[str, Any]:
    """A design in which every customer is a member."""
    return {"programme": {"enrolment": AUTO, **parts}}


def points(**more: Any) -> dict[str, Any]:
    """The points above, but for what is given."""
    merged = {name: value for name, value in (POINTS | more).items() if value is not None}
    return programme(points=merged)


def tiers(levels: Any = LEVELS, *, with_points: bool = False, **more: Any) -> dict[str, Any]:
    """Two levels of status, calendar year."""
    return programme(tiers={"levels": levels, **more}, **({"points": POINTS} if with_points else {}))


def more_of(world: Scenario, tally: Tally, design: str, than: str, **weeks: Any) -> bool:
    """Whether a flow is larger under a design than under another, in every replicate."""
    return bool((counted(world, tally, design, **weeks) > counted(world, tally, than, **weeks)).all())


def stock(world: Scenario, tally: Tally, design: str, week: int = -1, firm: int = 0) -> NDArray[np.int64]:
    """A stock at the end of a week, in each replicate."""
    return np.array([run(world, design, r).tallies[week, :, firm, :, tally].sum() for r in REPLICATES])


def weekly(market: Market, tally: Tally, firm: int = 0) -> NDArray[np.int64]:
    """A flow of a firm, week by week."""
    return np.asarray(market.tallies[:, :, firm, :, tally].sum(axis=(1, 2)))


def members_of(market: Market) -> NDArray[np.bool_]:
    return np.asarray(market.population.column("member_since", 0) >= 0)


def balances(market: Market) -> NDArray[np.int64]:
    """Points in the lots of every customer."""
    return np.asarray(sum(market.population.column("lots", 0, part).astype(np.int64) for part in range(5)))
