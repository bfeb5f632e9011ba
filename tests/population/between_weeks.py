"""A small market that has lived some weeks, for what befalls its customers between two of them."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.market import Market
from sim.population.columns import COLUMNS
from sim.population.population import Population
from sim.scenario import Scenario
from tests.worlds import duel

WEEKS = 12
"""Weeks that the market has lived: the next is week 12."""


def world(customers: int = 600, **changes: Any) -> Scenario:
    """Two firms alike; newcomers take the places of leavers."""
    leaving = {"leaving": {"shape": 1.0, "scale": 200.0}}
    return duel({"as_is": {}}, customers=customers, weeks=60, burn_in=1, segment=leaving, **changes)


@cache
def _market(customers: int) -> Market:
    market = Market(world(customers), seed=7)
    for _ in range(WEEKS):
        market.step()
    return market


RULES = world(10).behaviour.numbers()


def people(customers: int = 600) -> Population:
    """Their customers before week 12, to be changed at will."""
    return copy.deepcopy(_market(customers).population)


def columns(population: Population) -> dict[str, NDArray[Any]]:
    """All columns that this market has, by name and firm."""
    found = {}
    for column in COLUMNS:
        if column.scope == "customer":
            found[column.name] = population.column(column.name)
        elif column.scope == "firm":
            for firm in range(population.firms):
                found[f"{column.name}.{firm}"] = population.column(column.name, firm)
    return found


def changed(before: Population, after: Population) -> dict[str, NDArray[np.int64]]:
    """Who differs by a bit, column by column."""
    old, new = columns(before), columns(after)
    differs = {name: np.flatnonzero(old[name].view(np.int32) != new[name].view(np.int32)) for name in old}
    return {name: whom for name, whom in differs.items() if len(whom)}
