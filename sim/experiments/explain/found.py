"""What the cells of an explanation have given so far, and how many are done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.explain.markets import OURS, THEIRS
from sim.experiments.explain.mechanisms import Off
from sim.experiments.lab import Lab, Progress
from sim.experiments.run import Cell


class Told:
    """Progress over several fills of a lab, of which nobody knows beforehand how many cells the last has."""

    def __init__(self, progress: Progress | None, most: int) -> None:
        self._progress, self._most, self._before = progress, most, 0
        self._last = 0

    def __call__(self, done: int, _: int) -> None:
        self._last = min(self._before + done, self._most)
        if self._progress is not None:
            self._progress(self._last, self._most)

    def next(self) -> None:
        """A further fill follows."""
        self._before = self._last

    def end(self) -> None:
        """All cells there are have been run."""
        if self._progress is not None and self._last < self._most:
            self._progress(self._most, self._most)


class Found:
    """What has been found so far: D and all measures, by what is off."""

    def __init__(self, metric: str, cells: Callable[[Off], list[Cell]], lab: Lab, told: Told) -> None:
        self._metric, self._cells, self._lab, self._told = metric, cells, lab, told
        self.measured: dict[Off, list[dict[str, float]]] = {}
        self.samples: dict[Off, NDArray[np.float64]] = {}
        self._sides: dict[Off, list[tuple[float, float]]] = {}

    def run(self, offs: Sequence[Off]) -> None:
        """Run the cells of these that have not been run."""
        fresh = [off for off in dict.fromkeys(offs) if off not in self.samples]
        cells = [cell for off in fresh for cell in self._cells(off)]
        self._lab.fill(cells)
        self._told.next()
        metric = self._metric
        outcomes = self._lab.whole(cells, tables=False)
        for off in fresh:
            own = [next(outcomes).metrics for _ in self._cells(off)]
            self.measured[off] = own
            sides = [(m.get(f"{OURS}:{metric}", nan), m.get(f"{THEIRS}:{metric}", nan)) for m in own]
            self._sides[off] = sides
            self.samples[off] = np.array([ours - theirs for ours, theirs in sides])

    def table(self, name: str) -> pd.DataFrame:
        """A table of the cells as written, with their replicate."""
        cells = self._cells(())
        frames = []
        for cell, outcome in zip(cells, self._lab.whole(cells), strict=True):
            frames.append(outcome.tables[name].assign(replicate=cell.replicate))
        filled = [frame for frame in frames if len(frame)]
        return pd.concat(filled, ignore_index=True) if filled else frames[0]

    def profit(self) -> pd.Series:
        """Difference of profit by replicate, cents."""
        return pd.Series(
            [round(100 * (m[f"{OURS}:profit"] - m[f"{THEIRS}:profit"])) for m in self.measured[()]]
        )

    def values(self) -> pd.DataFrame:
        """Tidy table of all that was measured of the metric."""
        rows = [
            (", ".join(off), replicate, ours, theirs)
            for off, sides in self._sides.items()
            for replicate, (ours, theirs) in enumerate(sides)
        ]
        return pd.DataFrame(rows, columns=["off", "replicate", "ours", "theirs"])
