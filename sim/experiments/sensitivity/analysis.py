"""Run a sensitivity analysis: Morris, Sobol, or one factor at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments import provenance
from sim.experiments.lab import Lab, Progress
from sim.experiments.run import RunCell, measure_market
from sim.experiments.sensitivity.indices import analyse
from sim.experiments.sensitivity.measured import Measured
from sim.experiments.sensitivity.plan import SensitivityPlan
from sim.experiments.sensitivity.result import Sensitivity
from sim.experiments.study import Study
from sim.scenario import Scenario


def sensitivity(
    study: Study,
    *,
    world: Scenario | None = None,
    method: str = "morris",
    metric: str | Sequence[str] = "profit",
    design: str | None = None,
    against: str | None = None,
    points: int | None = None,
    second_order: bool = False,
    seed: int = 1,
    replicates: int | None = None,
    out: str | Path | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
    command: str | None = None,
    ready: Callable[[], None] | None = None,
    run_cell: RunCell = measure_market,
) -> Sensitivity:
    """How much each factor of a study matters for metrics of the focal firm, and which do not matter.

    All factors of the study are moved, levers and uncertainties, each over its range (by quantiles of its distribution)
    or its list of levels. Replicates share their worlds between all points, so that an output is a function of the
    factors and nothing else.

    world: a scenario instead of that of the study. method: 'morris' (screening: points x (factors + 1) markets a
    replicate), 'sobol' (shares of variance: points x (factors + 2)), or 'one_at_a_time' (tornado). metric: one or
    several, from the same markets. design: what the focal firm does (default: the scenario as written); against: a
    design to compare it with, so that the output is the paired difference; it doubles the markets. points: trajectories
    (morris, default 16) or base samples (sobol, default 128, a power of two). second_order: Sobol indices of pairs,
    too; twice the markets. seed: of the choice of points and of the bootstrap; the worlds' seed is that of the study.
    replicates: default as in the study. out: run folder; markets that it holds are not run again, also for more points,
    other metrics or another method. workers, cluster: who runs the markets; the result does not depend on it.
    command, ready, run_cell: as of `compare`.

    A market that fails, or has no such metric, makes its trajectory useless: Morris leaves it out and says so. Sobol
    needs every point, and raises.

    Raises ScenarioError or ExperimentError (input, or points that have no value) or Interrupted (Ctrl-C; finished
    markets are kept in `out`).
    """
    plan = SensitivityPlan.of(
        study,
        world=world,
        method=method,
        metric=metric,
        design=design,
        against=against,
        points=points,
        second_order=second_order,
        seed=seed,
        replicates=replicates,
        workers=workers,
    )
    with Lab(
        plan.world,
        identity=plan.identity,
        run_cell=run_cell,
        out=out,
        workers=plan.workers,
        cluster=cluster,
        progress=progress,
        ready=ready,
    ) as lab:
        lab.fill(plan.cells)
        measured = Measured.of(plan, lab)
        analysis = analyse(plan, measured)
        call = provenance.called("sim.sensitivity", "sim.load_study(...)", plan.settings)
        result = Sensitivity(
            study=plan.study,
            method=plan.method,
            metrics=plan.metrics,
            design=plan.design,
            against=plan.against,
            points=plan.points,
            replicates=plan.replicates,
            seed=plan.seed,
            customers=plan.customers,
            weeks=plan.weeks,
            sampled=_sampled(plan),
            values=_values(measured),
            failures=measured.failures,
            analysis=analysis,
            provenance=lab.record(command or call, plan.settings, len(plan.cells)),
        )
        if lab.folder is not None:
            result.save(lab.folder)
        return result


def _sampled(plan: SensitivityPlan) -> pd.DataFrame:
    columns: dict[str, Any] = {"point": np.arange(len(plan.layout)), "block": plan.layout.blocks}
    values = [plan.layout.values(plan.study, point) for point in range(len(plan.layout))]
    for name, factor in plan.study.factors.items():
        if factor.is_range:
            columns[name] = np.array([v.get(name, np.nan) for v in values], dtype=np.float64)
        else:  # levels may be of any kind
            columns[name] = [json.dumps(v[name]) if name in v else None for v in values]
    return pd.DataFrame(columns)


def _values(measured: Measured) -> pd.DataFrame:
    tables = []
    for metric, outputs in measured.outputs.items():
        replicates, points = outputs.shape
        tables.append(
            pd.DataFrame(
                {
                    "point": np.tile(np.arange(points), replicates),
                    "replicate": np.repeat(np.arange(replicates), points),
                    "metric": metric,
                    "value": outputs.ravel(),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)
