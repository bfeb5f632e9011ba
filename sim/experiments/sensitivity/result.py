"""The result of a sensitivity analysis: indices with their intervals, and which factors do not matter."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.experiments import provenance, store
from sim.experiments.errors import ExperimentError
from sim.experiments.sensitivity import words
from sim.experiments.sensitivity.indices import MAIN, Analysis
from sim.experiments.study import Study
from sim.measures import MEASURES
from sim.scenario import Scenario, dumps

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TABLES = ("indices", "pairs", "effects", "failures")
"""Names of the tables in a run folder, as CSV."""


@dataclass(frozen=True)
class Sensitivity:
    """How much each factor of a study matters for each metric of the focal firm.

    method: 'morris', 'sobol' or 'one_at_a_time'. against: where it is not None, outputs are paired differences, design
    less against, in the same worlds. points: trajectories (morris) or base samples (sobol).

    sampled: point, block and a column a factor (None: as the scenario is written): where the market was run; a block is
    a trajectory or a base sample. values: point, replicate, metric, value: what it gave there, NaN where nothing.
    failures: point, design, replicate, error. analysis: the indices, which `frame` gives.
    """

    study: Study
    method: str
    metrics: tuple[str, ...]
    design: str | None
    against: str | None
    points: int
    replicates: int
    seed: int
    customers: int
    weeks: int
    sampled: pd.DataFrame = field(repr=False)
    values: pd.DataFrame = field(repr=False)
    failures: pd.DataFrame = field(repr=False)
    analysis: Analysis = field(repr=False)
    provenance: Mapping[str, Any] = field(repr=False)

    @property
    def world(self) -> Scenario:
        """The scenario of the study."""
        return self.study.world

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors, in the order of the study."""
        return tuple(self.study.factors)

    @property
    def main(self) -> str:
        """The index by which factors are ranked: 'mu_star', 'ST' or 'swing'."""
        return MAIN[self.method]

    def unit(self, metric: str) -> str:
        """Unit of a metric, with money named in the scenario's currency; Sobol indices have none."""
        return MEASURES[metric].unit.replace("currency", self.world.currency)

    def frame(self) -> pd.DataFrame:
        """A row a metric, factor and index, with both kinds of 95 % interval and the verdict on the factor.

        index: `mu_star`, `mu`, `sigma` (morris; in the metric's unit, per whole range of the factor), `ST`, `S1`,
        `interaction` = ST - S1 (sobol; shares of the variance), `swing` (one at a time; in the metric's unit).

        value, low, high: the index of the mean over replicates and its bootstrap interval over the points: what other
        points might have given. worlds_mean, worlds_low, worlds_high: the mean of the index over replicates, worked out
        in each, and its t-interval: what other worlds might have given. luck: what a factor would get at most that does
        nothing but stir up luck. NaN where there is none. sim/experiments/sensitivity/indices.py says more.

        verdict: `matters`; `unclear` (not told apart from luck); `negligible` (the whole interval is below 1 % of the
        variance or of the range of the output); `no effect` (not a bit of this metric changes); `nothing` (nothing here
        reads the factor: not a bit of any metric changes); `not tried` (it never moved); `unknown` (no numbers).
        """
        return self.analysis.indices.copy()

    def pairs(self) -> pd.DataFrame:
        """Sobol's second order: a row a metric and pair of factors; columns as of `frame`."""
        return self.analysis.pairs.copy()

    def effects(self) -> pd.DataFrame:
        """One at a time: a row a metric, factor and setting: mean paired difference to the scenario as written.

        low, high: its 95 % t-interval over replicates.
        """
        return self.analysis.effects.copy()

    def ranked(self, metric: str) -> pd.DataFrame:
        """The rows of the main index of a metric, the factor that matters most first."""
        if metric not in self.metrics:
            raise ExperimentError(f"no metric {metric!r} in this analysis; it has {', '.join(self.metrics)}")
        rows = self.analysis.indices
        ours = rows[(rows["metric"] == metric) & (rows["index"] == self.main)]
        return ours.sort_values("value", ascending=False, kind="stable", na_position="last")

    @cached_property
    def unread(self) -> tuple[str, ...]:
        """Factors that nothing here reads: not a bit of any metric, asked for or not, changes in any replicate."""
        return self._with_verdict("nothing")

    @cached_property
    def immaterial(self) -> dict[str, tuple[str, ...]]:
        """metric -> factors that do not matter for it, for sure: nothing, no effect, or negligible."""
        return {
            metric: tuple(
                row.factor for row in self.ranked(metric).itertuples() if row.verdict in words.IMMATERIAL
            )
            for metric in self.metrics
        }

    def _with_verdict(self, verdict: str) -> tuple[str, ...]:
        rows = self.analysis.indices
        return tuple(dict.fromkeys(rows[rows["verdict"] == verdict]["factor"]))

    def summary(self) -> str:
        """The result in plain words: what matters, interactions, what does not matter, and how sure that is."""
        return "\n".join(words.summary(self))

    def to_dict(self) -> dict[str, Any]:
        """The analysis as plain JSON values; what does not exist is None (null)."""
        return {
            "scenario": provenance.scenario_dict(self.world),
            "study": self.study.to_dict(),
            "method": self.method,
            "metrics": list(self.metrics),
            "design": self.design,
            "against": self.against,
            "points": self.points,
            "replicates": self.replicates,
            "seed": self.seed,
            "customers": self.customers,
            "weeks": self.weeks,
            "versions": dict(self.provenance["versions"]),
            "indices": _records(self.analysis.indices),
            "pairs": _records(self.analysis.pairs),
            "effects": _records(self.analysis.effects),
            "unread": list(self.unread),
            "immaterial": {metric: list(names) for metric, names in self.immaterial.items()},
            "unused_trajectories": dict(self.analysis.unused),
            "dummies": {
                metric: {"S1": value, "low": value - half, "high": value + half}
                for metric, (value, half) in self.analysis.dummies.items()
            },
            "failures": _records(self.failures),
            "units": {metric: self.unit(metric) for metric in self.metrics},
            "summary": self.summary().splitlines(),
            "provenance": dict(self.provenance),
        }

    def plot(self, metric: str | None = None, ax: Axes | None = None) -> Figure:
        """The factors of one metric (default: the first), the most important on top: tornado, or indices as bars."""
        figure: Figure = _pictures().factors(self, metric or self.metrics[0], ax=ax)
        return figure

    def heat(self, ax: Axes | None = None) -> Figure:
        """Factors x metrics as a heat map of the main index."""
        figure: Figure = _pictures().heat(self, ax=ax)
        return figure

    def plot_pairs(self, metric: str | None = None, ax: Axes | None = None) -> Figure:
        """Factors x factors as a heat map of Sobol's second order. ExperimentError where it was not asked for."""
        if self.analysis.pairs.empty:
            raise ExperimentError(
                "this analysis has no indices of pairs; ask for second_order=True with Sobol"
            )
        figure: Figure = _pictures().pairs(self, metric or self.metrics[0], ax=ax)
        return figure

    def save(self, folder: str | Path) -> Path:
        """Write the run folder: scenario, study, tables, pictures, and the manifest last; returns its path."""
        path = store.prepare(Path(folder))
        # What an analysis before this one left here would no longer belong to the manifest.
        pictures = [f"{metric}{kind}.png" for metric in MEASURES for kind in ("", "_pairs")]
        for old in [*pictures, "heat.png", *(f"{name}.csv" for name in TABLES), store.MANIFEST]:
            (path / old).unlink(missing_ok=True)
        store.write_text(path / "scenario.yaml", dumps(self.world))
        store.write_json(path / "study.json", self.study.to_dict())
        store.write_parquet(path / "points.parquet", self.sampled)
        store.write_parquet(path / "values.parquet", self.values)
        tables = (self.analysis.indices, self.analysis.pairs, self.analysis.effects, self.failures)
        for name, table in zip(TABLES, tables, strict=True):
            if len(table):
                store.write_csv(path / f"{name}.csv", table)
        store.write_text(path / "summary.txt", self.summary() + "\n")
        draw = _pictures()
        for metric in self.metrics:
            draw.save(self.plot(metric), path / f"{metric}.png")
            if not self.analysis.pairs.empty:
                draw.save(self.plot_pairs(metric), path / f"{metric}_pairs.png")
        if len(self.metrics) > 1:
            draw.save(self.heat(), path / "heat.png")
        store.write_json(path / store.MANIFEST, self.provenance)  # last: a folder with a manifest is complete
        return path


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain JSON values."""
    return [
        {name: None if value != value else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def _pictures() -> Any:
    # Pictures stand a floor above numbers; see Comparison.
    return importlib.import_module("sim.report.sensitivity")
