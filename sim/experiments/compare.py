"""Compare programme designs in paired worlds: the main job."""

from __future__ import annotations

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
from sim.experiments.errors import Interrupted
from sim.experiments.plan import Plan
from sim.experiments.run import RunCell, run_many, run_market
from sim.measures import MEASURES
from sim.scenario import Scenario

Progress = Callable[[int, int], None]
"""Called with (markets done, markets in all), first before the first market."""

PANEL_KEYS = ["week", "measured", "segment", "firm", "membership"]


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
    ready: Callable[[], None] | None = None,
    run_cell: RunCell = run_market,
) -> Comparison:
    """Compare designs of the focal firm's programme, each in the same worlds, against the first.

    designs: names of designs of the scenario, the first is the reference (default: all).
    replicates: worlds; every design lives once in each. customers, weeks: default from the scenario.
    workers: threads (default: all cores); the result does not depend on it.
    out: run folder; what it holds already is not run again. None keeps everything in memory.
    command: what to note as the command in the manifest. ready: called once all is checked, before the first
    market (to compile in the open). run_cell: how one market is run (tests put a small fake here).

    Raises ExperimentError (input), CellError (a market failed) or Interrupted (Ctrl-C; finished markets
    are kept in `out`).
    """
    begin = time.perf_counter()
    plan = Plan.of(
        world,
        designs=designs,
        replicates=replicates,
        seed=seed,
        customers=customers,
        weeks=weeks,
        workers=workers,
    )
    folder = None if out is None else store.prepare(Path(out))
    book = journal.Journal(None if folder is None else folder / journal.FILE, plan.identity)
    try:
        fresh = _fill(book, plan, folder, progress, ready, run_cell)
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
    words = ", ".join(f"{name}={value!r}" for name, value in plan.settings.items())
    return f"sim.compare(sim.load(...), {words})"


def _fill(
    book: journal.Journal,
    plan: Plan,
    folder: Path | None,
    progress: Progress | None,
    ready: Callable[[], None] | None,
    run_cell: RunCell,
) -> int:
    """Run the cells that the journal lacks; returns how many that were."""
    cells = plan.cells
    todo = book.missing(cells)
    done = len(cells) - len(todo)
    try:
        if ready is not None and todo:
            ready()
        if progress is not None:
            progress(done, len(cells))
        for cell, outcome in run_many(plan.world, todo, workers=plan.workers, run_cell=run_cell):
            book.add(cell, outcome)
            done += 1
            if progress is not None:
                progress(done, len(cells))
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
            paths.append(_label(outcome.path, design=design, replicate=cell.replicate))
        panels.append(_label(mean.value(), design=design))
    first = plan.designs[0]
    for (_, replicate), values in metrics.items():
        values["incremental_profit"] = values.get("profit", nan) - metrics[first, replicate].get(
            "profit", nan
        )
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


def _label(table: pd.DataFrame, **labels: object) -> pd.DataFrame:
    for position, (name, value) in enumerate(labels.items()):
        table.insert(position, name, value)
    return table
