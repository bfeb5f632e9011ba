"""The whale curve: how much of a firm's contribution its best customers bring, and how much the worst take away.

    curve = sim.whale_curve(world)
    curve.table()            # by decile of customers, the best first
    curve.plot()

Some customers cost more than they bring, so the curve of contribution added up from the best to the worst rises above
the whole and falls back to it: the back of a whale.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.errors import ExperimentError
from sim.experiments.lab import Lab
from sim.experiments.parameters import by_draw, draws_of
from sim.experiments.plan import Plan, check_design
from sim.experiments.run import Cell, Outcome, lived
from sim.experiments.statistics import mean_interval
from sim.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DECILES = 10
POINTS = 101
"""Points of the curve: shares of customers from 0 to 1."""


@dataclass(frozen=True)
class WhaleCurve:
    """Contribution of the focal firm's customers, the best first.

    contributions: a row a replicate, of 101 points: share of the whole contribution that the best 0, 1, ... 100 % of
    customers bring (NaN where the whole is not positive). deciles: replicate x decile, mean contribution of a customer
    (currency over the measured weeks). losing: share of customers who cost more than they bring, by replicate.
    Customers are all who bought at the firm while it was measured and were still in the market at the end.
    """

    world: Scenario
    design: str | None
    replicates: int
    contributions: NDArray[np.float64] = field(repr=False)
    deciles: NDArray[np.float64] = field(repr=False)
    losing: NDArray[np.float64] = field(repr=False)

    def table(self) -> pd.DataFrame:
        """A row a decile of customers, 1 the best: contribution of a customer (currency) and share of the whole that it
        and all better deciles bring, each with the 95 % interval over replicates."""
        rows, draws = [], draws_of(self.world)
        for i in range(DECILES):
            each = mean_interval(by_draw(self.deciles[:, i], draws))
            share = mean_interval(by_draw(self.contributions[:, (i + 1) * (POINTS - 1) // DECILES], draws))
            rows.append((i + 1, each.mean, each.low, each.high, share.mean, share.low, share.high))
        names = ["decile", "contribution", "low", "high", "share_so_far", "share_low", "share_high"]
        return pd.DataFrame(rows, columns=names)

    def plot(self, ax: Axes | None = None) -> Figure:
        """The curve, with its 95 % interval over replicates."""
        figure: Figure = importlib.import_module("sim.report.whale_curve").picture(self, ax)
        return figure


def whale_curve(
    world: Scenario,
    *,
    design: str | None = None,
    replicates: int = 8,
    seed: int = 1,
    customers: int | None = None,
    weeks: int | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> WhaleCurve:
    """Run the market with an account for each customer of the focal firm, and rank them by what they brought.

    design: of the focal firm; None for the firm as written. ExperimentError where it is unknown, or nobody bought.
    """
    if design is not None:
        check_design(world, design)
    plan = Plan.of(world, replicates=replicates, seed=seed, customers=customers, weeks=weeks, workers=workers)

    cells = [
        Cell(design, replicate, plan.seed, plan.customers, plan.weeks) for replicate in range(plan.replicates)
    ]
    with Lab(
        world,
        identity={"experiment": "whale curve"},
        run_cell=_accounts,
        workers=plan.workers,
        progress=progress,
    ) as lab:
        lab.fill(cells)
        ranked = [outcome.tables["customers"]["brought"].to_numpy() for outcome in lab.whole(cells)]
    if not all(len(brought) for brought in ranked):
        raise ExperimentError(
            f"nobody bought at '{world.focus}' while it was measured; there is nothing to rank"
        )
    return WhaleCurve(
        world,
        design,
        plan.replicates,
        np.array([_curve(brought) for brought in ranked]),
        np.array(
            [[part.mean() if len(part) else np.nan for part in np.array_split(b, DECILES)] for b in ranked]
        ),
        np.array([float((brought < 0).mean()) for brought in ranked]),
    )


def _accounts(world: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """What each customer who bought has brought, the best first."""
    market = lived(world, cell, stop, follow=True)
    bought = market.population.column("last_week", market.focus) >= market.burn_in
    there = market.population.column("alive") == 1
    brought = np.sort(market.brought()[bought & there])[::-1]
    return Outcome({}, {"customers": pd.DataFrame({"brought": brought})})


def _curve(brought: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the whole that the best brought, at 101 shares of customers; brought: the best first."""
    so_far = np.concatenate([[0.0], np.cumsum(brought)])
    whole = so_far[-1] if so_far[-1] > 0 else np.nan
    at = np.linspace(0.0, len(brought), POINTS)
    curve: NDArray[np.float64] = np.interp(at, np.arange(len(so_far)), so_far) / whole
    return curve
