"""Cells and how many of them are run at once.

A cell is one market: a scenario, a design, a replicate. All draws of a market are named by (seed,
replicate, ...), so a cell gives the same bits whichever thread runs it and whatever runs beside it. Threads
of one process are enough: the compiled week releases Python's global lock.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.experiments.errors import CellError
from sim.firms.policy import Own
from sim.measures.programme_books import COSTS, INCOME, REWARDS
from sim.measures.tally import Tally
from sim.scenario import Scenario, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

    from sim.market import Market


@dataclass(frozen=True)
class Cell:
    """One market of an experiment; `design` None is the scenario as written."""

    design: str | None
    replicate: int
    seed: int
    customers: int
    weeks: int


@dataclass(frozen=True)
class Outcome:
    """What one market gave.

    metrics: of the focal firm. panel: week x firm x segment x membership. path: the focal firm's weeks.
    seconds: how long it took.
    """

    metrics: dict[str, float]
    panel: pd.DataFrame
    path: pd.DataFrame
    seconds: float


class Stopped(Exception):
    """A cell gave up because the run was stopped; it is not a failure."""


RunCell = Callable[[Scenario, Cell, threading.Event], Outcome]
"""Runs one cell; looks at the event now and then and raises `Stopped` when it is set."""


def run_market(
    world: Scenario, cell: Cell, stop: threading.Event, policies: Mapping[str, Own] | None = None
) -> Outcome:
    """Run one market, week by week, so that a run can be stopped between two weeks. policies: as of Market."""
    from sim.market import Market

    start = time.perf_counter()
    market = Market(
        world,
        design=cell.design,
        seed=cell.seed,
        replicate=cell.replicate,
        customers=cell.customers,
        weeks=cell.weeks,
        policies=policies,
    )
    for _ in range(cell.weeks):
        if stop.is_set():
            raise Stopped
        market.step()
    return Outcome(market.metrics(), market.panel(), focal_path(market), time.perf_counter() - start)


def focal_path(market: Market) -> pd.DataFrame:
    """A row a week of the focal firm: its customers and sales, and what its books say of profit and programme.

    Money is in currency. programme_cost and programme_income are those of the measures of these names. given_cost: cost
    of rewards and of lower prices for members. member_contribution: what members would have paid at posted prices, less
    goods, refunds and service: their contribution before the cost of the programme.
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
        }
    )


def run_many(
    world: Scenario, cells: Sequence[Cell], *, workers: int, run_cell: RunCell = run_market
) -> Iterator[tuple[Cell, Outcome]]:
    """Run cells on a pool of threads and yield each as it is finished, in whatever order that is.

    The first cell that fails stops the rest and raises CellError, or ScenarioError where the scenario is
    wrong. Leaving the loop (an error, Ctrl-C) stops the cells that are running within one simulated week.
    """
    stop = threading.Event()
    waiting = iter(cells)
    running: dict[Future[Outcome], Cell] = {}
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="market")
    try:
        while True:
            # A few cells ahead keep the threads busy without holding many finished panels in memory.
            while len(running) < workers + 1 and (cell := next(waiting, None)) is not None:
                running[pool.submit(run_cell, world, cell, stop)] = cell
            if not running:
                return
            # The time-out lets Ctrl-C through on Windows, where a plain wait cannot be interrupted.
            for future in wait(running, timeout=0.5, return_when=FIRST_COMPLETED).done:
                cell = running.pop(future)
                try:
                    outcome = future.result()
                except ScenarioError:
                    raise  # the input is wrong in a way that only a market can see
                except Exception as error:
                    raise CellError(_failure(cell, error)) from error
                yield cell, outcome
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _failure(cell: Cell, error: Exception) -> str:
    design = "" if cell.design is None else f" --design {cell.design}"
    return (
        f"the market of design {cell.design!r}, replicate {cell.replicate} failed "
        f"({type(error).__name__}: {error}); run it alone with: loyalty-sim run SCENARIO{design} "
        f"--seed {cell.seed} --replicate {cell.replicate} --customers {cell.customers} --weeks {cell.weeks}"
    )
