"""Compare programme designs in paired worlds: the main job."""

from __future__ import annotations

import difflib
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments import journal, provenance, store
from sim.experiments.comparison import Comparison
from sim.experiments.errors import ExperimentError, Interrupted
from sim.experiments.run import Cell, Outcome, RunCell, run_many, run_market
from sim.measures import MEASURES
from sim.scenario import Scenario

Progress = Callable[[int, int], None]
"""Called with (markets done, markets in all), first before the first market."""

PANEL_KEYS = ["week", "firm", "segment", "membership"]
SEEDS = 2**32


@dataclass(frozen=True)
class Plan:
    """What is to be run; checked when made, before anything is written or simulated."""

    world: Scenario
    designs: tuple[str, ...]
    replicates: int
    seed: int
    customers: int
    weeks: int

    @classmethod
    def of(
        cls,
        world: Scenario,
        *,
        designs: Sequence[str] | None = None,
        replicates: int = 32,
        seed: int = 1,
        customers: int | None = None,
        weeks: int | None = None,
    ) -> Plan:
        """Fill what is left out from the scenario; ExperimentError says what makes no sense."""
        plan = cls(
            world=world,
            designs=_designs(world, designs),
            replicates=_at_least_one("replicates", replicates),
            seed=check_seed(seed),
            customers=_at_least_one("customers", world.customers.count if customers is None else customers),
            weeks=_weeks(world, world.horizon.weeks if weeks is None else weeks),
        )
        # The scenario knows its own upper bounds and says them.
        world.replace("customers.count", plan.customers).replace("horizon.weeks", plan.weeks)
        return plan

    @property
    def cells(self) -> list[Cell]:
        """All markets, replicate by replicate, so that a run cut short has whole pairs."""
        return [
            Cell(design, replicate, self.seed, self.customers, self.weeks)
            for replicate in range(self.replicates)
            for design in self.designs
        ]

    @property
    def settings(self) -> dict[str, Any]:
        """The settings by the names of the command's options."""
        return {
            "designs": list(self.designs),
            "replicates": self.replicates,
            "seed": self.seed,
            "customers": self.customers,
            "weeks": self.weeks,
        }

    def folder(self, name: str) -> Path:
        """A folder under `results/` of its own: the same plan finds its own run again, another plan none."""
        slug = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "run"
        return Path("results") / f"{slug}-{provenance.digest(self.identity)[:8]}"

    @property
    def identity(self) -> dict[str, Any]:
        """All that decides the numbers."""
        return {
            **self.settings,
            "scenario": provenance.scenario_dict(self.world),
            "code": provenance.code_hash(outward=False),
        }


def _at_least_one(name: str, number: int) -> int:
    if number < 1:
        raise ExperimentError(f"--{name} is {number}; it must be 1 or more")
    return int(number)


def check_seed(seed: int) -> int:
    """A seed that fits the key of the random numbers: 0 to 2**32 - 1."""
    if not 0 <= seed < SEEDS:
        raise ExperimentError(f"--seed is {seed}; it must be from 0 to {SEEDS - 1}")
    return int(seed)


def check_design(world: Scenario, name: str) -> str:
    """A design of the scenario; ExperimentError names the nearest and all that there are."""
    known = list(world.designs)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f" did you mean {near[0]!r}?" if near else ""
        raise ExperimentError(f"unknown design {name!r};{hint} the designs are {', '.join(known)}")
    return name


def _designs(world: Scenario, asked: Sequence[str] | None) -> tuple[str, ...]:
    names = tuple(world.designs) if asked is None else tuple(asked)
    if not names:
        raise ExperimentError("no designs to compare; name them in `designs:` of the scenario or with --designs A,B")
    for name in names:
        check_design(world, name)
    if len(set(names)) < len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise ExperimentError(f"design {twice!r} is named twice; name each design once")
    return names


def _weeks(world: Scenario, weeks: int) -> int:
    if weeks <= world.horizon.burn_in:
        raise ExperimentError(
            f"--weeks is {weeks}, but the burn-in of the scenario takes {world.horizon.burn_in} weeks and nothing "
            f"would be measured; give {world.horizon.burn_in + 1} or more (or change horizon.burn_in)"
        )
    return int(weeks)


def compare(
    world: Scenario,
    *,
    designs: Sequence[str] | None = None,
    replicates: int = 32,
    seed: int = 1,
    customers: int | None = None,
    weeks: int | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    command: str | None = None,
    run_cell: RunCell = run_market,
) -> Comparison:
    """Compare designs of the focal firm's programme, each in the same worlds, against the first.

    designs: names of designs of the scenario, the first is the reference (default: all).
    replicates: worlds; every design lives once in each. customers, weeks: default from the scenario.
    workers: threads (default: all cores); the result does not depend on it.
    out: run folder; what it holds already is not run again. None keeps everything in memory.
    run_cell: how one market is run (tests put a small fake here).

    Raises ExperimentError (input), CellError (a market failed) or Interrupted (Ctrl-C; finished markets
    are kept in `out`).
    """
    begin = time.perf_counter()
    plan = Plan.of(world, designs=designs, replicates=replicates, seed=seed, customers=customers, weeks=weeks)
    threads = _at_least_one("workers", provenance.cores() if workers is None else workers)
    folder = None if out is None else store.prepare(Path(out))
    book = journal.Journal(None if folder is None else folder / journal.FILE, plan.identity)
    try:
        fresh = _fill(book, plan, threads, folder, progress, run_cell)
        record = provenance.record(world, command=command or _call(plan), settings=plan.settings)
        record["markets_run"], record["markets_kept"] = fresh, len(plan.cells) - fresh
        record["duration_seconds"] = round(time.perf_counter() - begin, 3)
        result = _gather(plan, book, record)
        if folder is not None:
            result.save(folder)
        return result
    finally:
        book.close()


def _call(plan: Plan) -> str:
    return f"sim.compare(sim.load(...), {', '.join(f'{name}={value!r}' for name, value in plan.settings.items())})"


def _fill(
    book: journal.Journal,
    plan: Plan,
    workers: int,
    folder: Path | None,
    progress: Progress | None,
    run_cell: RunCell,
) -> int:
    """Run the cells that the journal lacks; returns how many that were."""
    cells = plan.cells
    todo = book.missing(cells)
    done = len(cells) - len(todo)
    tell = progress or (lambda done, total: None)
    try:
        tell(done, len(cells))
        for cell, outcome in run_many(plan.world, todo, workers=workers, run_cell=run_cell):
            book.add(cell, outcome)
            done += 1
            tell(done, len(cells))
    except KeyboardInterrupt as stop:
        raise Interrupted(done, len(cells), folder) from stop
    return len(todo)


@dataclass
class _Mean:
    """A running mean of panels; empty cells (NaN) do not count."""

    total: pd.DataFrame | None = None
    count: pd.DataFrame | None = None

    def add(self, panel: pd.DataFrame) -> None:
        indexed = panel.set_index(PANEL_KEYS)
        values, there = indexed.fillna(0.0), indexed.notna().astype(np.int64)
        if self.total is None or self.count is None:
            self.total, self.count = values.astype(np.float64), there
        else:
            self.total = self.total.add(values, fill_value=0.0)
            self.count = self.count.add(there, fill_value=0)

    def value(self) -> pd.DataFrame:
        assert self.total is not None and self.count is not None
        return (self.total / self.count.where(self.count > 0)).reset_index()


def _gather(plan: Plan, book: journal.Journal, record: dict[str, Any]) -> Comparison:
    """Read the journal in one fixed order, whoever finished first, and put the result together."""
    metrics: dict[tuple[str, int], dict[str, float]] = {}
    panels, paths = [], []
    for design in plan.designs:
        cells = [cell for cell in plan.cells if cell.design == design]
        mean = _Mean()
        for cell, outcome in zip(cells, book.read(cells), strict=True):
            metrics[design, cell.replicate] = outcome.metrics
            mean.add(outcome.panel)
            paths.append(_label(_path(outcome, plan.world.focus), design=design, replicate=cell.replicate))
        panels.append(_label(mean.value(), design=design))
    first = plan.designs[0]
    for (_, replicate), values in metrics.items():
        values["incremental_profit"] = values.get("profit", nan) - metrics[first, replicate].get("profit", nan)
    rows = [
        (design, replicate, metric, float(values.get(metric, nan)))
        for (design, replicate), values in metrics.items()
        for metric in MEASURES
    ]
    return Comparison(
        world=plan.world,
        designs=plan.designs,
        replicates=plan.replicates,
        seed=plan.seed,
        customers=plan.customers,
        weeks=plan.weeks,
        values=pd.DataFrame(rows, columns=["design", "replicate", "metric", "value"]),
        panel=pd.concat(panels, ignore_index=True),
        paths=pd.concat(paths, ignore_index=True),
        provenance=record,
    )


def _path(outcome: Outcome, focus: str) -> pd.DataFrame:
    """The focal firm's week, summed over segments and membership."""
    ours = outcome.panel[outcome.panel["firm"] == focus].drop(columns=["firm", "segment", "membership"])
    return ours.groupby("week", sort=True).sum().reset_index()


def _label(table: pd.DataFrame, **labels: object) -> pd.DataFrame:
    for position, (name, value) in enumerate(labels.items()):
        table.insert(position, name, value)
    return table
