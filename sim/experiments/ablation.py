"""Switch mechanisms of behaviour off, one at a time, and see what that changes: the ablation table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments import provenance, store
from sim.experiments.lab import Lab
from sim.experiments.plan import Plan, check_design
from sim.experiments.run import AS_WRITTEN, Cell, RunCell, changes_of, measure_market
from sim.experiments.statistics import Difference, Interval, mean_interval, paired_difference
from sim.measures import HEADLINE, MEASURES
from sim.rules import Behaviour
from sim.scenario import Fault, Scenario, ScenarioError, dumps
from sim.scenario.errors import advice

MECHANISMS = tuple(Behaviour.model_fields)
"""All that can be switched off, in the order of the scenario's `behaviour:` block."""
METRICS = tuple(name for name in MEASURES if name != "incremental_profit")
"""What is measured; incremental profit compares designs, and each ablation has one design."""
NOTHING = "nothing"
"""In the column `without`: the world as it stands."""


@dataclass(frozen=True)
class Ablation:
    """What each mechanism does in a world: every metric without it, minus with it, in paired worlds.

    Both markets of a pair have the same seed and replicate, so they share every draw. The mechanism is off
    from the first week on, the burn-in included. values: without (a mechanism, or `nothing`), replicate,
    metric, value, with all metrics of the focal firm; `metrics` names those that were asked for. design None:
    the scenario as written. Money is in the scenario's currency.
    """

    world: Scenario
    design: str | None
    mechanisms: tuple[str, ...]
    metrics: tuple[str, ...]
    replicates: int
    seed: int
    customers: int
    weeks: int
    values: pd.DataFrame = field(repr=False)
    provenance: Mapping[str, Any] = field(repr=False)

    def unit(self, metric: str) -> str:
        """Unit of a metric, with money named in the scenario's currency."""
        return MEASURES[metric].unit.replace("currency", self.world.currency)

    @property
    def shown(self) -> tuple[str, ...]:
        """Metrics that fit a terminal: those asked for, or the headline where that is all of them."""
        return self.metrics if self.metrics != METRICS else tuple(m for m in METRICS if m in HEADLINE)

    @cached_property
    def samples(self) -> dict[str, dict[str, NDArray[np.float64]]]:
        """metric -> what is switched off -> one value a replicate, in the order of the replicates."""
        wide = self.values.pivot(
            index="replicate", columns=["metric", "without"], values="value"
        ).sort_index()
        rows = (NOTHING, *self.mechanisms)
        return {m: {row: wide[m, row].to_numpy(dtype=np.float64) for row in rows} for m in METRICS}

    @cached_property
    def levels(self) -> dict[str, Interval]:
        """metric -> mean with its 95 % interval in the world as it stands."""
        return {m: mean_interval(self.samples[m][NOTHING]) for m in self.metrics}

    @cached_property
    def paired(self) -> dict[str, dict[str, Difference]]:
        """mechanism -> metric -> paired difference, without the mechanism minus with it."""
        return {
            mechanism: {
                m: paired_difference(
                    self.samples[m][mechanism], self.samples[m][NOTHING], better=MEASURES[m].better
                )
                for m in self.metrics
            }
            for mechanism in self.mechanisms
        }

    @cached_property
    def dead(self) -> list[str]:
        """Mechanisms whose removal changes no metric in any replicate, to the bit.

        All metrics are looked at, whichever are shown. What a mechanism does to rivals alone does not count.
        """
        return [
            name
            for name in self.mechanisms
            if all(np.array_equal(s[name], s[NOTHING], equal_nan=True) for s in self.samples.values())
        ]

    def frame(self) -> pd.DataFrame:
        """A row a mechanism and metric: mean, low and high of the paired difference (95 %), in the metric's unit.

        NaN stands where there is no pair to compare (a redemption rate with points switched off) and, for low
        and high, where there is one replicate.
        """
        rows = [
            (mechanism, metric, d.mean, d.low, d.high)
            for mechanism, differences in self.paired.items()
            for metric, d in differences.items()
        ]
        names = ["mechanism", "metric", "mean", "low", "high"]
        return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(("mean", "low", "high"), float))

    def table(self) -> pd.DataFrame:
        """Mean paired differences: a row a mechanism, a column a metric."""
        wide = self.frame().pivot(index="mechanism", columns="metric", values="mean")
        return wide.loc[list(self.mechanisms), list(self.metrics)]

    def summary(self) -> str:
        """What the table does not show by itself: how to read its marks, and which mechanisms are dead."""
        if self.replicates == 1:
            words = "One replicate has no interval; give --replicates 8 or more."
        else:
            words = (
                "* the 95 % interval of the paired difference excludes 0. Each interval stands for itself: where "
                "a mechanism moves numbers by nothing but luck, one in twenty is marked all the same."
            )
        lines = [words]
        if self.dead:
            lines.append(f"Changes no metric here, to the bit: {', '.join(self.dead)}.")
        return "\n".join(lines)

    def save(self, folder: str | Path) -> Path:
        """Write scenario, values and differences to a run folder; returns its path."""
        path = store.prepare(Path(folder))
        store.write_text(path / "scenario.yaml", dumps(self.world))
        store.write_parquet(path / "values.parquet", self.values)
        store.write_csv(path / "differences.csv", self.frame())
        store.write_json(path / store.MANIFEST, self.provenance)
        return path

    def to_dict(self) -> dict[str, Any]:
        """The ablation as plain JSON values; what does not exist is None (null)."""
        return {
            "scenario": provenance.scenario_dict(self.world),
            "design": self.design,
            "mechanisms": list(self.mechanisms),
            "replicates": self.replicates,
            "seed": self.seed,
            "customers": self.customers,
            "weeks": self.weeks,
            "versions": dict(self.provenance["versions"]),
            "metrics": {m: vars(level).copy() for m, level in self.levels.items()},
            "differences": {
                name: {
                    m: {"mean": d.mean, "low": d.low, "high": d.high, "verdict": d.verdict}
                    for m, d in row.items()
                }
                for name, row in self.paired.items()
            },
            "dead": list(self.dead),
            "units": {m: self.unit(m) for m in self.metrics},
            "provenance": dict(self.provenance),
        }


@dataclass(frozen=True)
class AblationPlan:
    """Mechanisms to be switched off, one at a time; checked when made, before any market."""

    world: Scenario
    design: str | None
    mechanisms: tuple[str, ...]
    metrics: tuple[str, ...]
    replicates: int
    seed: int
    customers: int
    weeks: int
    workers: int
    """markets that run at once; the result does not depend on it"""

    @classmethod
    def of(
        cls,
        world: Scenario,
        *,
        design: str | None = None,
        mechanisms: Sequence[str] | None = None,
        replicates: int = 8,
        seed: int = 1,
        customers: int | None = None,
        weeks: int | None = None,
        workers: int | None = None,
        metrics: Sequence[str] | None = None,
    ) -> AblationPlan:
        """Fill what is left out; ScenarioError or ExperimentError says what makes no sense (see `ablate`)."""
        if design is not None:
            check_design(world, design)
        plan = Plan.of(
            world, replicates=replicates, seed=seed, customers=customers, weeks=weeks, workers=workers
        )
        return cls(
            world=world,
            design=design,
            mechanisms=_chosen("mechanism", mechanisms, MECHANISMS, place="behaviour"),
            metrics=_chosen("metric", metrics, METRICS),
            replicates=plan.replicates,
            seed=plan.seed,
            customers=plan.customers,
            weeks=plan.weeks,
            workers=plan.workers,
        )

    @property
    def settings(self) -> dict[str, Any]:
        """The settings by the names of the arguments of `ablate`, without the workers."""
        return {
            "design": self.design,
            "mechanisms": list(self.mechanisms),
            "metrics": list(self.metrics),
            "replicates": self.replicates,
            "seed": self.seed,
            "customers": self.customers,
            "weeks": self.weeks,
        }

    @property
    def identity(self) -> dict[str, Any]:
        """All that decides the numbers."""
        return {
            "experiment": "ablate",
            **{name: value for name, value in self.settings.items() if name != "metrics"},
            "scenario": provenance.scenario_dict(self.world),
            "code": provenance.code_hash(outward=False),
        }

    def run(
        self,
        *,
        progress: Callable[[int, int], None] | None = None,
        command: str | None = None,
        ready: Callable[[], None] | None = None,
        run_cell: RunCell = measure_market,
        out: str | Path | None = None,
        cluster: str | None = None,
    ) -> Ablation:
        """Run all markets. The arguments and errors are those of `ablate`."""
        cells = {
            (replicate, without): Cell(
                self.design, replicate, self.seed, self.customers, self.weeks, _without(without)
            )
            for replicate in range(self.replicates)
            for without in (NOTHING, *self.mechanisms)
        }
        with Lab(
            self.world,
            identity=self.identity,
            run_cell=run_cell,
            out=out,
            workers=self.workers,
            cluster=cluster,
            progress=progress,
            ready=ready,
        ) as lab:
            lab.fill(list(cells.values()))
            found = dict(zip(cells, lab.whole(list(cells.values())), strict=True))
        values = pd.DataFrame(
            [
                (without, replicate, metric, float(outcome.metrics.get(metric, nan)))
                for (replicate, without), outcome in found.items()
                for metric in METRICS
            ],
            columns=["without", "replicate", "metric", "value"],
        )
        call = provenance.called("sim.ablate", "sim.load(...)", self.settings)
        record = lab.record(command or call, self.settings, len(cells))
        result = Ablation(
            world=self.world,
            design=self.design,
            mechanisms=self.mechanisms,
            metrics=self.metrics,
            replicates=self.replicates,
            seed=self.seed,
            customers=self.customers,
            weeks=self.weeks,
            values=values,
            provenance=record,
        )
        if lab.folder is not None:
            result.save(lab.folder)
        return result


def ablate(
    world: Scenario,
    *,
    design: str | None = None,
    mechanisms: Sequence[str] | None = None,
    replicates: int = 8,
    seed: int = 1,
    customers: int | None = None,
    weeks: int | None = None,
    workers: int | None = None,
    metrics: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    command: str | None = None,
    ready: Callable[[], None] | None = None,
    run_cell: RunCell = measure_market,
    out: str | Path | None = None,
    cluster: str | None = None,
) -> Ablation:
    """Switch mechanisms off one at a time; each is compared with the world as it stands, replicate by replicate.

    design: what the focal firm does after the burn-in (default: the scenario as written). mechanisms: names of
    blocks of `behaviour` (default: all). metrics: what frames and tables give (default: all). customers, weeks: default
    from the scenario. workers: markets that run at once (default: as many as there are cores). cluster: address
    of a scheduler that runs them elsewhere. out: run folder; what it holds already is not run again. progress: told
    (markets done, markets in all). command: what to note as the command in the provenance. ready: called once
    all is checked, before the first market. run_cell: how one market is run (tests put a small fake here).

    Raises ScenarioError (a mechanism or metric that there is not, with the nearest that there is),
    ExperimentError (other input), CellError (a market failed) or Interrupted (Ctrl-C; finished
    markets are kept in `out`).
    """
    plan = AblationPlan.of(
        world,
        design=design,
        mechanisms=mechanisms,
        replicates=replicates,
        seed=seed,
        customers=customers,
        weeks=weeks,
        workers=workers,
        metrics=metrics,
    )
    return plan.run(
        progress=progress, command=command, ready=ready, run_cell=run_cell, out=out, cluster=cluster
    )


def _without(mechanism: str) -> str:
    return AS_WRITTEN if mechanism == NOTHING else changes_of({f"behaviour.{mechanism}.enabled": False})


def _chosen(what: str, asked: Sequence[str] | None, known: Sequence[str], place: str = "") -> tuple[str, ...]:
    """The names asked for, each known and named once; all where none are asked for."""
    if asked is None:
        return tuple(known)
    names = (asked,) if isinstance(asked, str) else tuple(asked)
    if not names:
        raise ScenarioError([Fault(f"no {what} is named; known: {', '.join(known)}", place)])
    faults = []
    for name in dict.fromkeys(names):
        if name not in known:
            faults.append(Fault(f"no {what} is called '{name}'; {advice(name, known)}", place))
        elif names.count(name) > 1:
            faults.append(Fault(f"{what} '{name}' is named twice; name it once", place))
    if faults:
        raise ScenarioError(faults)
    return names
