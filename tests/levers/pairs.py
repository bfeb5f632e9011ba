"""Paired worlds: the same market, the same customers and the same draws, with one lever turned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import INDEX_SCALE, Tally
from sim.scenario import Scenario
from tests.worlds import duel

REPLICATES = (0, 1, 2)
OFF = {"enabled": False}
NETWORK = {"degree": 10, "rewiring": 0.1, "homophily": 0.7}
DESK: dict[str, Any] = {
    "channels": 4,
    "capacity": 100.0,
    "empowerment": 1.0,
    "compensation": 10.0,
    "acted_on": 0.0,
}
"""A desk that answers at once, and well."""


def pair(
    designs: Mapping[str, Any],
    *,
    customers: int = 2000,
    weeks: int = 78,
    burn_in: int = 26,
    network: Mapping[str, Any] | None = None,
    prospects: float = 0.0,
    **more: Any,
) -> Scenario:
    """Harbour and Mill, alike but for what Harbour's designs change; see `duel`."""
    world = duel(designs, customers=customers, weeks=weeks, burn_in=burn_in, **more)
    if network is not None:
        world = world.replace("customers.network", dict(network))
    return world.replace("customers.prospects", prospects) if prospects else world


@cache
def run(world: Scenario, design: str, replicate: int) -> Market:
    """A design of a world, lived to its end."""
    return Market(world, design=design, replicate=replicate).run()


def measured(world: Scenario, measure: str, design: str, firm: str | None = None) -> NDArray[np.float64]:
    """A measure under a design, in each replicate."""
    return np.array([run(world, design, r).metrics(firm)[measure] for r in REPLICATES])


def gains(
    world: Scenario, measure: str, design: str = "turned", reference: str = "none", firm: str | None = None
) -> NDArray[np.float64]:
    """What a design adds to a measure, in each replicate."""
    return measured(world, measure, design, firm) - measured(world, measure, reference, firm)


def differences(world: Scenario, other: Scenario, measure: str, design: str = "none") -> NDArray[np.float64]:
    """What the other world adds to a measure under a design, in each replicate."""
    return measured(other, measure, design) - measured(world, measure, design)


def raises(world: Scenario, measure: str, design: str = "turned", reference: str = "none") -> bool:
    """Whether a design raises a measure in every replicate."""
    return bool((gains(world, measure, design, reference) > 0).all())


def lowers(world: Scenario, measure: str, design: str = "turned", reference: str = "none") -> bool:
    """Whether a design lowers a measure in every replicate."""
    return bool((gains(world, measure, design, reference) < 0).all())


def counted(
    world: Scenario,
    tally: Tally,
    design: str,
    first: int | None = None,
    last: int | None = None,
    firm: int = 0,
) -> NDArray[np.int64]:
    """A flow of a firm between two weeks (from the end of the burn-in on) under a design, in each replicate."""
    begin = world.horizon.burn_in if first is None else first
    return np.array([run(world, design, r).tallies[begin:last, :, firm, :, tally].sum() for r in REPLICATES])


def mean_state(market: Market, tally: Tally, firm: int = 0) -> NDArray[np.float64]:
    """Mean of a state of mind over the active customers of a firm, at the end of each week."""
    sums = market.tallies[:, :, firm].sum(axis=(1, 2))
    return sums[:, tally] / np.maximum(sums[:, Tally.ACTIVE], 1) / INDEX_SCALE


def weekly_share(market: Market, firm: int = 0) -> NDArray[np.float64]:
    """The firm's share of the purchases of each week."""
    bought = market.tallies[..., Tally.PURCHASES].sum(axis=(1, 3))
    return bought[:, firm] / np.maximum(bought.sum(axis=1), 1)


def weeks_of(market: Market) -> Iterator[int]:
    """The weeks of a market, each just lived."""
    while market.week < market.weeks:
        market.step()
        yield market.week - 1


def lived_to(world: Scenario, design: str, replicate: int, week: int) -> Market:
    """A market just before this week."""
    market = Market(world, design=design, replicate=replicate)
    while market.week < week:
        market.step()
    return market
