"""Cells: what one market of an experiment is, and what it gives.

A cell is one market: a scenario with some of its values changed, a design, a replicate. All draws of a market are named
by (seed, replicate, ...), so a cell gives the same bits wherever it runs and whatever runs beside it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.profit_lines import STATEMENT
from sim.firms.policy import Own
from sim.measures.programme_books import COSTS, INCOME, REWARDS
from sim.measures.tally import Tally
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.market import Market

AS_WRITTEN = "{}"
"""The changes of a cell that changes nothing."""


@dataclass(frozen=True)
class Cell:
    """One market of an experiment; `design` None is the scenario as written.

    changes: what is put elsewhere in the scenario, as `changes_of` writes it.
    """

    design: str | None
    replicate: int
    seed: int
    customers: int
    weeks: int
    changes: str = AS_WRITTEN


def changes_of(point: Mapping[str, Any]) -> str:
    """Scenario paths and what stands there instead, in one spelling; the order in which they are put counts."""
    return json.dumps(dict(point), separators=(",", ":"), ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):  # numbers and arrays of NumPy
        return value.tolist()
    raise TypeError(f"a change of a scenario must be a plain value, not {type(value).__name__}")


def world_of(world: Scenario, changes: str, replicate: int | None = None) -> Scenario:
    """The scenario in which a cell takes place. ScenarioError where a change makes it wrong.

    replicate: takes its draw of the scenario's uncertainty (None: the central values). A change wins over the draw.
    """
    drawn = world if replicate is None else world.drawn(replicate)
    return drawn if changes == AS_WRITTEN else drawn.vary(json.loads(changes))


@dataclass(frozen=True)
class Outcome:
    """What one market gave.

    metrics: numbers by name. tables: of `run_market`, `panel` (week x firm x segment x membership) and `path` (the
    focal firm's weeks). seconds: how long it took. error: why there are no numbers; empty where there are.
    """

    metrics: dict[str, float]
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    seconds: float = 0.0
    error: str = ""


class Stopped(Exception):
    """A cell gave up because the run was stopped; it is not a failure."""


RunCell = Callable[[Scenario, Cell, threading.Event], Outcome]
"""Runs one cell in its world (changed and sized already); looks at the event now and then and raises `Stopped` when it
is set."""


def run_market(
    world: Scenario, cell: Cell, stop: threading.Event, policies: Mapping[str, Own] | None = None
) -> Outcome:
    """Run one market and keep its weeks as well as its measures. policies: as of Market."""
    start = time.perf_counter()
    market = lived(world, cell, stop, policies)
    tables = {"panel": market.panel(), "path": focal_path(market)}
    return Outcome(market.metrics(), tables, time.perf_counter() - start)


def measure_market(world: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """Run one market and keep the measures of the focal firm only."""
    start = time.perf_counter()
    metrics = lived(world, cell, stop).metrics()
    return Outcome(metrics, seconds=time.perf_counter() - start)


def begun(world: Scenario, cell: Cell, policies: Mapping[str, Own] | None = None, **options: Any) -> Market:
    """The market of a cell before its first week. options: further ones of Market."""
    from sim.market import Market

    return Market(
        world,
        design=cell.design,
        seed=cell.seed,
        replicate=cell.replicate,
        customers=cell.customers,
        weeks=cell.weeks,
        policies=policies,
        **options,
    )


def lived(
    world: Scenario,
    cell: Cell,
    stop: threading.Event,
    policies: Mapping[str, Own] | None = None,
    **options: Any,
) -> Market:
    """The market of a cell after its last week, run week by week, so that it can be stopped between two.

    options: further ones of Market.
    """
    market = begun(world, cell, policies, **options)
    for _ in range(cell.weeks):
        if stop.is_set():
            raise Stopped
        market.step()
    return market


def focal_path(market: Market) -> pd.DataFrame:
    """A row a week of the focal firm: its customers and sales, and what its books say of profit and programme.

    Money is in currency. programme_cost and programme_income are those of the measures of these names. given_cost: cost
    of rewards and of lower prices for members. member_contribution: what members would have paid at posted prices, less
    goods, refunds and service: their contribution before the cost of the programme. kept: customers of the base cohort
    who are active (`Market.staying`). line_...: profit by line (profit_lines.py), expense negative; they add up to it.
    """
    import pandas as pd

    from sim.firms.ledger import Account

    tills = market.tallies[:, :, market.focus].sum(axis=1)
    ours, members = tills.sum(axis=1), tills[:, 1]
    ledger = market.firms[market.focus].ledger
    spent = np.diff(ledger.weeks, axis=0, prepend=np.int64(0))

    def on(accounts: Sequence[str]) -> NDArray[np.int64]:
        total: NDArray[np.int64] = spent[:, [Account[name.upper()] for name in accounts]].sum(axis=1)
        return total

    discount = ours[:, Tally.DISCOUNT]
    service = spent[:, Account.SERVICE] / np.maximum(ours[:, Tally.PURCHASES], 1)
    refunds = members[:, Tally.RETURNED_CENTS] - members[:, Tally.RETURNED_GOODS]
    contribution = members[:, Tally.REVENUE] + members[:, Tally.DISCOUNT] - members[:, Tally.GOODS]
    contribution = contribution - refunds - service * members[:, Tally.PURCHASES]
    return pd.DataFrame(
        {
            "week": range(len(ours)),
            "active": ours[:, Tally.ACTIVE],
            "members": ours[:, Tally.MEMBERS],
            "purchases": ours[:, Tally.PURCHASES],
            "member_purchases": members[:, Tally.PURCHASES],
            "revenue": ours[:, Tally.REVENUE] / 100.0,
            "profit": ledger.profits / 100.0,
            "programme_cost": (on(COSTS) + discount) / 100.0,
            "programme_income": -on(INCOME) / 100.0,
            "given_cost": (on(REWARDS) + discount) / 100.0,
            "member_contribution": contribution / 100.0,
            "kept": market.staying,
            **{
                f"line_{line}": -spent[:, list(accounts)].sum(axis=1) / 100.0
                for line, accounts in STATEMENT.items()
            },
        }
    )
