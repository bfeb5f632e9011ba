"""Sweeps: every market of a study, in one table."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.experiments import provenance, store
from sim.experiments.errors import ExperimentError
from sim.experiments.lab import Lab, Progress
from sim.experiments.plan import own
from sim.experiments.run import RunCell, measure_market
from sim.experiments.statistics import mean_interval, paired_difference
from sim.experiments.study import collect, share
from sim.experiments.study.average import over
from sim.experiments.study.check import METRICS, checked, small_enough
from sim.experiments.study.files import study_text
from sim.experiments.study.points import Cells, Points
from sim.experiments.study.study import Study
from sim.experiments.study.words import words
from sim.measures import MEASURES
from sim.scenario import Scenario, dumps
from sim.scenario.errors import advice

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STUDY, SCENARIO = "study.yaml", "scenario.yaml"
INTERVAL = ("mean", "low", "high")


@dataclass(frozen=True)
class Sweep:
    """What came of a study: a row a market, and the paired differences of designs at each point.

    folder: where its tables are (collect.py says what is in them). points, left_out: how many points there are, and
    how many broke a constraint. failed: markets without numbers. Money is in the scenario's currency.
    """

    study: Study
    folder: Path
    points: int
    left_out: int
    cells: int
    failed: int
    provenance: Mapping[str, Any] = field(repr=False)
    _kept: Any = field(default=None, repr=False, compare=False)
    """holds the folder of a sweep that was given none, until the sweep is forgotten"""

    @property
    def world(self) -> Scenario:
        """The scenario as it is written, before anything is varied."""
        return self.study.world

    @property
    def designs(self) -> tuple[str, ...]:
        """Designs that were run, the reference first."""
        return self.study.design_names

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of all factors, levers first."""
        return tuple(self.study.factors)

    def unit(self, metric: str) -> str:
        """Unit of a metric, with money named in the scenario's currency."""
        return MEASURES[metric].unit.replace("currency", self.world.currency)

    def frame(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """A row a market, in the order in which the study names them; NaN where there is no number.

        columns: only these (default: all), as a table of a million cells may be more than memory holds.
        """
        return self._read(collect.CELLS, columns)

    def point_table(self) -> pd.DataFrame:
        """A row a point: its number, that of its levers and of its uncertainties, and the value of each factor."""
        return self._read(collect.POINTS, None)

    def failures(self) -> pd.DataFrame:
        """A row a market that has no numbers: its cell, point, factors, design, replicate and error."""
        columns = ["cell", "point", *self.factors, "design", "replicate", "error"]
        return self._read(collect.CELLS, columns, where="error IS NOT NULL")

    def _read(self, name: str, columns: Sequence[str] | None, where: str = "TRUE") -> pd.DataFrame:
        return collect.read_table(self.folder / name, columns, where)

    def means(self, metrics: Sequence[str] | None = None) -> pd.DataFrame:
        """A row a point, design and metric: mean over replicates and its 95 % interval.

        metrics: default those of the study. NaN stands where there is no number.
        """
        rows = [
            (number, design, metric, *_bounds(mean_interval(samples[design])))
            for number, metric, samples in self._samples(metrics)
            for design in self.designs
        ]
        return self._tidy(rows, ["design", "metric", *INTERVAL])

    def differences(self, metrics: Sequence[str] | None = None) -> pd.DataFrame:
        """A row a point, design but the first, and metric: the paired difference against the first, 95 % interval.

        At each point both designs live in the same replicates. `verdict` says what the interval says. metrics: default
        those of the study. Each interval stands for itself: of twenty that should hold 0, one does not by luck.
        """
        rows = []
        for number, metric, samples in self._samples(metrics):
            for design in self.designs[1:]:
                found = paired_difference(
                    samples[design], samples[self.designs[0]], better=MEASURES[metric].better
                )
                rows.append((number, design, metric, *_bounds(found), found.verdict))
        return self._tidy(rows, ["design", "metric", *INTERVAL, "verdict"])

    def _samples(self, metrics: Sequence[str] | None) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """Point, metric, and by design one number a replicate, in the order of the replicates."""
        shown = self.metrics(metrics)
        table = self.frame(["point", "design", "replicate", *shown])
        shape = (self.points, self.study.replicates, len(self.designs))
        values = {metric: table[metric].to_numpy(dtype=float).reshape(shape) for metric in shown}
        for number in range(self.points):
            for metric in shown:
                block = values[metric][number]
                yield number, metric, {design: block[:, i] for i, design in enumerate(self.designs)}

    def _tidy(self, rows: list[tuple[Any, ...]], names: list[str]) -> pd.DataFrame:
        table = pd.DataFrame(rows, columns=["point", *names]).astype(dict.fromkeys(INTERVAL, float))
        return self.point_table().merge(table, on="point", how="inner")

    def over(
        self, names: str | Sequence[str], metric: str | None = None, *, difference: bool | None = None
    ) -> pd.DataFrame:
        """Means over all that is not named (average.py): a row a combination of levels and design.

        metric: default the first of the study. difference: of each design to the first, which is the default where
        there are several designs.
        """
        chosen = (names,) if isinstance(names, str) else tuple(names)
        apart = len(self.designs) > 1 if difference is None else difference
        if apart and len(self.designs) == 1:
            raise ExperimentError(
                "one design has no difference to another; name more in `designs` of the study"
            )
        (shown,) = self.metrics(self.study.metrics[:1] if metric is None else (metric,))
        return over(self, chosen, shown, difference=apart)

    def metrics(self, asked: Sequence[str] | None = None) -> tuple[str, ...]:
        """The metrics asked for, or else those of the study. ExperimentError names the nearest of an unknown one."""
        chosen = (asked,) if isinstance(asked, str) else tuple(self.study.metrics if asked is None else asked)
        for metric in chosen:
            if metric not in METRICS:
                raise ExperimentError(f"no measure is called '{metric}'; {advice(metric, METRICS)}")
        return chosen

    @cached_property
    def _differences(self) -> pd.DataFrame:
        return self.differences()

    def summary(self) -> str:
        """The result in words: how much was run, where designs are better, and what is not certain."""
        return words(self)

    def about(self) -> dict[str, str]:
        """What a reader of the tables must know, line by line."""
        record = self.provenance
        return {
            "study": self.study.title,
            "scenario": self.world.title,
            "designs": ", ".join(self.designs),
            "reference": self.designs[0],
            "points": f"{self.points}",
            "points left out by constraints": f"{self.left_out}",
            "markets": f"{self.cells}",
            "markets that failed": f"{self.failed}",
            "replicates": f"{self.study.replicates}",
            "seed": f"{self.study.seed}",
            **{f"unit of {metric}": self.unit(metric) for metric in self.study.metrics},
            **{f"factor {name}": ", ".join(f.paths) for name, f in self.study.factors.items()},
            "intervals": "95 %, of the paired difference over replicates at one point",
            "scenario fingerprint": str(record["scenario_fingerprint"]),
            "code hash": str(record["code_hash"]),
            "version": str(record["versions"]["loyalty-sim"]),
            "time": str(record["time"]),
            "command": str(record["command"]),
        }

    def to_dict(self) -> dict[str, Any]:
        """The sweep as plain JSON values: the metrics of the study only; what does not exist is None (null)."""
        return {
            "study": self.study.to_dict(),
            "scenario": provenance.scenario_dict(self.world),
            "designs": list(self.designs),
            "points": self.points,
            "left_out": self.left_out,
            "cells": self.cells,
            "failed": self.failed,
            "means": share.records(self.means()),
            "differences": share.records(self._differences),
            "failures": share.records(self.failures()),
            "units": {metric: self.unit(metric) for metric in self.study.metrics},
            "summary": self.summary().splitlines(),
            "provenance": dict(self.provenance),
        }

    def to_csv(self, path: str | Path) -> Path:
        """Write the table of cells as CSV; text is safe in a spreadsheet. Returns the path."""
        return share.to_csv(self, Path(path))

    def to_parquet(self, path: str | Path) -> Path:
        """Write the table of cells as Parquet. Returns the path."""
        return share.to_parquet(self, Path(path))

    def to_excel(self, path: str | Path) -> Path:
        """Write a workbook: differences, cells, points, about. Returns the path. ExperimentError beyond its rows."""
        return share.to_excel(self, Path(path))

    def to_xarray(self) -> xarray.Dataset:
        """The cells with a dimension a lever, then uncertainty, design, replicate; for levers on a grid.

        ExperimentError where the points are no grid, or xarray is not installed.
        """
        return share.to_xarray(self)

    def heat(self, metric: str | None = None, *, ax: Axes | None = None, **options: Any) -> Figure:
        """A map of a metric, or of a design's difference against the first, over two factors (sim/report/sweep.py)."""
        figure: Figure = _pictures().heat(self, metric, ax=ax, **options)
        return figure

    def lines(self, metric: str | None = None, *, ax: Axes | None = None, **options: Any) -> Figure:
        """A metric, or the differences of designs against the first, over one factor (sim/report/sweep.py)."""
        figure: Figure = _pictures().lines(self, metric, ax=ax, **options)
        return figure

    def plot(self, metric: str | None = None, *, ax: Axes | None = None) -> Figure:
        """A map where there are two levers or more with levels, else lines over the first factor."""
        figure: Figure = _pictures().sweep(self, metric, ax=ax)
        return figure


def sweep(
    study: Study,
    *,
    out: str | Path | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
    ready: Callable[[], None] | None = None,
    command: str | None = None,
    run_cell: RunCell = measure_market,
) -> Sweep:
    """Run every market of a study: every design in every replicate at every point.

    study: from `sim.load_study`, or `sim.Study(scenario=world, ...)`. out: run folder; what it holds already is not run
    again, and a market that failed there is tried again. None keeps nothing beyond the result. workers: markets that
    run at once (default: as many as there are cores). cluster: address of a scheduler that runs them elsewhere. The
    result depends on neither. progress: told (markets done, markets in all). ready: called once all is checked, before
    the first market. command: what to note as the command in the manifest.

    A market that fails is a row with its error and no numbers; the others are run. With `out`, the memory of running
    them does not grow with their number; differences between designs are held by point. Raises ScenarioError (all
    that is wrong with the study), ExperimentError (a folder that cannot be used) or Interrupted (Ctrl-C; finished
    markets are kept in `out`).
    """
    points = Points(small_enough(checked(study)))
    cells = Cells(points)
    world = study.world
    kept = None if out is not None else tempfile.TemporaryDirectory(prefix="loyalty-sim-")
    with Lab(
        world,
        identity=identity(study),
        run_cell=run_cell,
        out=out,
        workers=workers,
        cluster=cluster,
        progress=progress,
        ready=ready,
    ) as lab:
        folder = lab.folder or Path(str(kept and kept.name))
        lab.fill(cells)
        collect.write_points(points, folder / collect.POINTS)
        collect.write_cells(points, lab, folder / collect.CELLS)
        settings = {"study": study.to_dict(), "designs": list(study.design_names)}
        record = lab.record(command or "sim.sweep(sim.load_study(...))", settings, len(cells))
    failed = collect.count_failed(folder / collect.CELLS)
    found = Sweep(study, folder, len(points), points.left_out, len(cells), failed, record, kept)
    if out is not None:
        _describe(found)
    return found


def identity(study: Study) -> dict[str, Any]:
    """All that decides the numbers of a sweep."""
    return {
        "experiment": "sweep",
        "study": study.decides,
        "scenario": provenance.scenario_dict(study.world),
        "code": provenance.code_hash(outward=False),
    }


def own_folder(study: Study, name: str) -> Path:
    """A folder under `results/` of its own: the same study finds its own run again, another one none."""
    return own(name, identity(study))


def _describe(found: Sweep) -> None:
    """Write what stands beside the tables; the manifest last, since a folder with one is complete."""
    store.write_text(found.folder / SCENARIO, dumps(found.world))
    store.write_text(found.folder / STUDY, study_text(found.study, SCENARIO))
    if len(found.designs) > 1:
        store.write_csv(found.folder / "differences.csv", found._differences)
    store.write_json(found.folder / store.MANIFEST, found.provenance)


def _bounds(interval: Any) -> tuple[float | None, ...]:
    return interval.mean, interval.low, interval.high


def _pictures() -> Any:
    # As in comparison.py: pictures stand a floor above numbers.
    return importlib.import_module("sim.report.sweep")
