"""Watch customers, not only their sums: cohorts, points, levels, distances, loyalties, switching and worth.

    watched = sim.watch(world, designs=["ten_stamps"])
    watched.cohorts                          # a tidy table
    sim.report.cohorts(watched)              # and its picture

The markets are those of `sim.compare`: paired, and with the same bits as if nobody watched.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.experiments.lab import Lab
from sim.experiments.plan import Plan, check_design
from sim.experiments.run import AS_WRITTEN, Cell, Outcome, Stopped, begun, changes_of
from sim.experiments.watching import TABLES, Watcher
from sim.experiments.whale import DECILES, POINTS, WhaleCurve
from sim.scenario import Scenario

GRADIENT = "behaviour.programme_value.gradient"
AS_IT_IS, WITHOUT = "as it is", "no goal gradient"


@dataclass(frozen=True)
class Watched:
    """What was seen of customers, in tidy tables; each begins with design and replicate.

    Weeks count from the start of measuring; all is about the focal firm.

    cohorts: cohort (0 active when measuring began, q first bought in the q-th quarter), weeks (since that quarter
    ended), active, size (customers). lots: week, issued (quarter; 0 before measuring, -1 stamps), points, value
    (currency). tiers: week, rank, level, members. flows: year, origin, target (level, `no level`, `outside`),
    customers. balances: tenth (of what the cheapest reward takes; 20: twice or more), members, needed, unit. distance:
    rule (`as it is`, or `no goal gradient`), missing (0 nothing, i up to i/5), member_weeks, purchases, weeks_bought.
    quadrants: at (start, end), kind, customers. sample: attachment, share, kind, of the first replicate. switching:
    quarter, origin, target, customers. worth: percent, share_so_far, losing. deciles: decile, contribution (currency).

    A table has no rows for a design without such a thing (levels, points).
    """

    world: Scenario
    designs: tuple[str, ...]
    replicates: int
    customers: int
    weeks: int
    cohorts: pd.DataFrame = field(repr=False)
    lots: pd.DataFrame = field(repr=False)
    tiers: pd.DataFrame = field(repr=False)
    flows: pd.DataFrame = field(repr=False)
    balances: pd.DataFrame = field(repr=False)
    distance: pd.DataFrame = field(repr=False)
    quadrants: pd.DataFrame = field(repr=False)
    sample: pd.DataFrame = field(repr=False)
    switching: pd.DataFrame = field(repr=False)
    worth: pd.DataFrame = field(repr=False)
    deciles: pd.DataFrame = field(repr=False)

    def whale(self, design: str | None = None) -> WhaleCurve:
        """The whale curve of a design (the first). ValueError where it was not watched, or nobody bought in some
        replicate."""
        name = self.designs[0] if design is None else check_design(self.world, design)
        if name not in self.designs:
            raise ValueError(f"design '{name}' was not watched; {', '.join(self.designs)} were")
        curve = self.worth[self.worth["design"] == name]
        deciles = self.deciles[self.deciles["design"] == name]
        if len(curve) != POINTS * self.replicates:
            raise ValueError(f"nobody bought at '{self.world.focus}' under '{name}' in some replicate")
        losing = curve["losing"].to_numpy(np.float64).reshape(-1, POINTS)[:, 0]
        return WhaleCurve(
            self.world,
            name,
            self.replicates,
            curve["share_so_far"].to_numpy(np.float64).reshape(-1, POINTS),
            deciles["contribution"].to_numpy(np.float64).reshape(-1, DECILES),
            losing,
        )


def watch(
    world: Scenario,
    designs: Sequence[str] | None = None,
    *,
    replicates: int = 8,
    seed: int = 1,
    customers: int | None = None,
    weeks: int | None = None,
    workers: int | None = None,
    without_gradient: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Watched:
    """Run paired markets and look at all customers after each measured week.

    designs: all, unless some are named. without_gradient: runs every market once more without the goal gradient, for
    the table `distance`: what is left of it then is who is near, though without the gradient others come near.
    workers: markets that run at once (default: as many as there are cores). progress is told (markets done, of how
    many). ExperimentError where a design is unknown, or a number cannot be.
    """
    plan = Plan.of(
        world,
        designs=designs,
        replicates=replicates,
        seed=seed,
        customers=customers,
        weeks=weeks,
        workers=workers,
    )
    rules = [AS_WRITTEN] + ([changes_of({GRADIENT: 0.0})] if without_gradient else [])
    cells = [
        Cell(design, replicate, plan.seed, plan.customers, plan.weeks, changes)
        for design in plan.designs
        for replicate in range(plan.replicates)
        for changes in rules
    ]
    with Lab(
        world, identity={"experiment": "watch"}, run_cell=_watched, workers=plan.workers, progress=progress
    ) as lab:
        lab.fill(cells)
        seen = [(cell, outcome.tables) for cell, outcome in zip(cells, lab.whole(cells), strict=True)]
    tables = {name: _gathered(name, seen) for name in TABLES}
    return Watched(world, plan.designs, plan.replicates, plan.customers, plan.weeks, **tables)


def _gathered(name: str, seen: Sequence[tuple[Cell, dict[str, pd.DataFrame]]]) -> pd.DataFrame:
    """One table of all markets; what goes without the goal gradient is told of distances only."""
    frames = []
    for cell, tables in seen:
        without = bool(json.loads(cell.changes))
        if (without and name != "distance") or (name == "sample" and cell.replicate > 0):
            continue
        frame = tables[name].copy()
        if name == "distance":
            frame.insert(0, "rule", WITHOUT if without else AS_IT_IS)
        frame.insert(0, "replicate", cell.replicate)
        frame.insert(0, "design", cell.design)
        frames.append(frame)
    return pd.concat([f for f in frames if len(f)] or frames[:1], ignore_index=True)


def _watched(world: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """One market, looked at after each measured week."""
    start = time.perf_counter()
    market = begun(world, cell, follow=True)
    while market.week < market.burn_in:
        if stop.is_set():
            raise Stopped
        market.step()
    watcher = Watcher(market)
    while market.week < market.weeks:
        if stop.is_set():
            raise Stopped
        market.step()
        watcher.look()
    return Outcome({}, watcher.tables(), time.perf_counter() - start)
