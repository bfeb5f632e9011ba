"""Compare programme designs in paired worlds: the main job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments import provenance
from sim.experiments.comparison import Comparison
from sim.experiments.enough import Enough, Look, Until, look
from sim.experiments.lab import Lab, Progress
from sim.experiments.parameters import by_draw, draws_of
from sim.experiments.plan import Plan, Policies
from sim.experiments.run import RunCell, run_market
from sim.measures import MEASURES
from sim.scenario import Scenario

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
    cluster: str | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    command: str | None = None,
    ready: Callable[[], None] | None = None,
    run_cell: RunCell = run_market,
    policies: Policies | None = None,
    until_sure: bool = False,
    metric: str = "profit",
    most: int = 256,
    least: float | None = None,
    tell: Callable[[Look], None] | None = None,
) -> Comparison:
    """Compare designs of the focal firm's programme, each in the same worlds, against the first.

    designs: names of designs of the scenario, the first is the reference (default: all).
    replicates: worlds; every design lives once in each. customers, weeks: default from the scenario.
    workers: markets that run at once (default: as many as there are cores). cluster: address of a scheduler that runs
    them elsewhere. The result depends on neither.
    out: run folder; what it holds already is not run again. None keeps everything in memory.
    command: what to note as the command in the manifest. ready: called once all is checked, before the first
    market (to compile in the open). run_cell: how one market is run (tests put a small fake here).
    policies: what firms do by themselves, by name: a subclass of sim.Policy or a list of them; see docs/policies.md.
    Each market makes its own.
    until_sure: instead of `replicates`, look after 8, 16, 32, ... of them, and stop when all designs are told apart on
    `metric` or shown to differ by less than `least` (in its unit), or after `most`. tell: told each look.

    Raises ExperimentError (input), CellError (a market failed; the others are run and kept) or Interrupted (Ctrl-C;
    finished markets are kept in `out`).
    """
    plan = Plan.of(
        world,
        designs=designs,
        replicates=replicates,
        seed=seed,
        customers=customers,
        weeks=weeks,
        workers=workers,
        policies=policies,
        until=Until.of(metric, most, least) if until_sure else None,
    )
    if plan.policies and run_cell is run_market:
        run_cell = partial(run_market, policies=plan.policies)
    with Lab(
        world,
        identity=plan.identity,
        run_cell=run_cell,
        out=out,
        workers=plan.workers,
        cluster=cluster,
        progress=progress,
        ready=ready,
    ) as lab:
        enough = None
        if plan.until is None:
            lab.fill(plan.cells)
        else:
            plan, enough = _grown(plan, plan.until, lab, tell)
        call = provenance.called("sim.compare", "sim.load(...)", plan.settings)
        record = lab.record(command or call, plan.settings, len(plan.cells))
        if plan.policies:
            record["policies"] = sorted(plan.policies)
        result = replace(_gather(plan, lab, record), enough=enough)
        if lab.folder is not None:
            result.save(lab.folder)
        return result


def _grown(plan: Plan, until: Until, lab: Lab, tell: Callable[[Look], None] | None) -> tuple[Plan, Enough]:
    """Run until sure; the plan of what was run, and the looks."""
    # Profit less that of the reference ranks as profit does.
    metric = "profit" if until.metric == "incremental_profit" else until.metric
    looks, draws = [], draws_of(plan.world)
    for number, size in enumerate(until.looks, 1):
        plan = replace(plan, replicates=size)
        lab.fill(plan.cells)
        outcomes = lab.whole(plan.cells, tables=False)
        values: dict[str, list[float]] = {design: [] for design in plan.designs}
        for cell, outcome in zip(plan.cells, outcomes, strict=True):
            values[str(cell.design)].append(outcome.metrics.get(metric, nan))
        error, better = until.error(number), MEASURES[metric].better
        # Replicates of one draw are no independent worlds: of the parameters they all say the same.
        worlds = {design: by_draw(found, draws, keep=True) for design, found in values.items()}
        known = look(worlds, error=error, better=better, least=until.least)
        looks.append(replace(known, replicates=size))
        if tell is not None:
            tell(looks[-1])
        if not looks[-1].open:
            break
    return plan, Enough(until, tuple(looks), draws)


class _Mean:
    """A running mean of panels with the same rows; cells without a value (NaN) do not count."""

    def __init__(self, first: pd.DataFrame) -> None:
        self._keys = first[PANEL_KEYS]
        self._names = [name for name in first.columns if name not in PANEL_KEYS]
        self._total = np.zeros((len(first), len(self._names)))
        self._count = np.zeros(self._total.shape, np.int64)

    def add(self, panel: pd.DataFrame) -> None:
        if not panel[PANEL_KEYS].equals(self._keys):
            raise ValueError("panels of one experiment must have the same rows in the same order")
        values = panel[self._names].to_numpy(dtype=np.float64)
        there = ~np.isnan(values)
        self._total += np.where(there, values, 0.0)
        self._count += there

    def value(self) -> pd.DataFrame:
        mean = np.divide(self._total, self._count, out=np.full(self._total.shape, nan), where=self._count > 0)
        return pd.concat([self._keys, pd.DataFrame(mean, columns=self._names)], axis=1)


def _gather(plan: Plan, lab: Lab, record: dict[str, Any]) -> Comparison:
    """Read the journal in one fixed order, whoever finished first, and put the result together."""
    metrics: dict[tuple[str, int], dict[str, float]] = {}
    panels, paths = [], []
    for design in plan.designs:
        cells = [cell for cell in plan.cells if cell.design == design]
        mean: _Mean | None = None
        for cell, outcome in zip(cells, lab.whole(cells), strict=True):
            metrics[design, cell.replicate] = outcome.metrics
            mean = mean or _Mean(outcome.tables["panel"])
            mean.add(outcome.tables["panel"])
            paths.append(_label(outcome.tables["path"], design=design, replicate=cell.replicate))
        assert mean is not None
        panels.append(_label(mean.value(), design=design))
    first = plan.designs[0]
    for (_, replicate), values in metrics.items():
        reference = metrics[first, replicate]
        values["incremental_profit"] = values.get("profit", nan) - reference.get("profit", nan)
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
