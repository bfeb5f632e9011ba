"""The bench on which candidates are tried: each in the same worlds, as many cells as that takes, none twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.experiments.errors import ExperimentError, Interrupted
from sim.experiments.lab import Lab, Progress
from sim.experiments.optimise.aims import Measured
from sim.experiments.run import Cell
from sim.experiments.study.points import base_of
from sim.experiments.study.sampling import AS_THEY_COME
from sim.experiments.study.study import Study

Values = Mapping[str, Any]
"""Levers by name."""


@dataclass(frozen=True)
class Trial:
    """What came of a candidate: metrics, point of uncertainty x replicate; or None, and why."""

    measured: Measured | None
    faults: tuple[str, ...] = ()


class Bench:
    """Runs candidates of a study in a lab and counts what is done of all that there may be to do."""

    def __init__(self, study: Study, metrics: Sequence[str]) -> None:
        assert study.optimise is not None
        self.study, self.metrics = study, tuple(metrics)
        self.design = study.optimise.design
        sampling = study.uncertainty_sampling
        if sampling.method not in AS_THEY_COME:
            sampling = sampling.model_copy(update={"points": study.optimise.points})
        self.points: list[dict[str, Any]] = list(sampling.of(study.uncertainties, base_of(study)))
        self.lab: Lab | None = None
        self.failed: dict[str, int] = {}
        """Errors of cells, and how many cells had them."""
        self._tell: Progress | None = None
        self._done = self._total = 0
        self._step = (0, 1)

    def expect(self, total: int, tell: Progress | None) -> None:
        """total: cells as expected; candidates that are met again count as done."""
        self._total, self._tell = total, tell

    def progress(self, done: int, total: int) -> None:
        """Told by the lab of the batch at hand, in whose place all that was expected is told."""
        if self._tell is not None:
            size, whole = self._step
            share = size * done // max(whole, 1) if total else size
            self._tell(self._done + share, self._total)

    def cells(self, levers: Values | None, design: str, replicates: range) -> list[Cell]:
        """The markets of a candidate (None: of a design as written), point by point."""
        return [
            self.study.cell({**(levers or {}), **point}, design, replicate)
            for point in self.points
            for replicate in replicates
        ]

    def run(
        self, asked: Sequence[tuple[Values | None, str]], replicates: range, *, size: int | None = None
    ) -> list[Trial]:
        """Try candidates (levers, design) in these replicates. size: cells that were expected of this batch."""
        assert self.lab is not None
        each = [self.cells(levers, design, replicates) for levers, design in asked]
        cells = list(dict.fromkeys(cell for one in each for cell in one))
        self._step = (size or len(cells), len(cells))
        try:
            self.lab.fill(cells)
        except Interrupted as stop:
            done = self._done + stop.done
            raise Interrupted(done, max(self._total, done), stop.folder) from stop
        self._done += self._step[0]
        return [self._trial(one, len(replicates)) for one in each]

    def _trial(self, cells: Sequence[Cell], replicates: int) -> Trial:
        assert self.lab is not None
        outcomes = list(self.lab.read(cells, tables=False))
        faults = [outcome.error for outcome in outcomes if outcome.error]
        found = {}
        for metric in self.metrics:
            values = np.array([outcome.metrics.get(metric, np.nan) for outcome in outcomes])
            if not faults and not np.isfinite(values).all():
                faults.append(f"{metric} has no value in some world")
            found[metric] = values.reshape(len(self.points), replicates)
        for fault in faults:
            self.failed[fault] = self.failed.get(fault, 0) + 1
        return Trial(None if faults else found, tuple(dict.fromkeys(faults)))

    def whole(self, design: str, replicates: range) -> Measured:
        """A design as written. ExperimentError where it has no numbers, as nothing could be compared with it."""
        (trial,) = self.run([(None, design)], replicates)
        if trial.measured is None:
            raise ExperimentError(f"design '{design}' cannot be compared with: {trial.faults[0]}")
        return trial.measured
