"""From which firm to which customers go, quarter by quarter."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.watching.glance import Glance

QUARTER = 13
NOBODY = "nobody"
COLUMNS = ("quarter", "origin", "target", "customers")


class Switching:
    """Main firm of a quarter against that of the quarter before, of all who are in the market at the end of both.

    The main firm is where a customer bought most often; of several, where she bought last, else the first in the
    scenario's order. Nobody: she bought nowhere. quarter: of the two the later, from 2.
    """

    def __init__(self, first: Glance) -> None:
        self._burn_in, self._firms = first.market.burn_in, len(first.last_week)
        self._names = (*first.market.world.firm_names, NOBODY)
        self._counts = np.zeros(first.last_week.shape, np.int64)
        self._main: NDArray[np.int64] | None = None
        self._there = np.zeros(len(first.alive), np.bool_)
        self._rows: list[tuple[int, str, str, int]] = []

    def week(self, seen: Glance) -> None:
        """One week more."""
        self._counts[:, ~seen.same] = 0
        self._there &= seen.same
        self._counts += seen.bought
        weeks = seen.week + 1 - self._burn_in
        if weeks % QUARTER:
            return
        latest = (seen.last_week == seen.last_week.max(axis=0)) & (self._counts > 0)
        main = np.argmax(2 * self._counts + latest, axis=0)
        main = np.where(self._counts.any(axis=0), main, self._firms)
        if self._main is not None:
            both, size = self._there & seen.alive, self._firms + 1
            flows = np.bincount(self._main[both] * size + main[both], minlength=size * size)
            for i, n in enumerate(flows.tolist()):
                self._rows.append((weeks // QUARTER, self._names[i // size], self._names[i % size], n))
        self._main, self._there = main, seen.alive.copy()
        self._counts[:] = 0

    def tables(self) -> dict[str, pd.DataFrame]:
        """switching: quarter, origin, target (firms, or nobody), customers."""
        return {"switching": pd.DataFrame(self._rows, columns=list(COLUMNS))}
