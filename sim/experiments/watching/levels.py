"""Members by level of status, and who went up, down, in and out over a year."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.watching.glance import Glance

YEAR, EVERY = 52, 4
OUTSIDE, NO_LEVEL = "outside", "no level"
TIERS = ("week", "rank", "level", "members")
FLOWS = ("year", "origin", "target", "customers")


class Levels:
    """Members of the focal firm's programme by level, each 4th week, and flows from the start to the end of a year.

    Only programmes with levels. rank -1 is outside, 0 a member without a level. A place that another person has taken
    over is two flows: one out, one in. A market measured for less than a year has one flow over all its weeks.
    """

    def __init__(self, first: Glance) -> None:
        self._burn_in, self._measured = first.market.burn_in, first.market.measured_weeks
        self._names: tuple[str, ...] = ()
        self._tiers: list[tuple[int, int, int]] = []
        self._flows: list[tuple[int, int, int, int]] = []
        self._start = self._ranks(first)
        self._same = np.ones(len(first.alive), np.bool_)
        self._note(first, 0)

    def _ranks(self, seen: Glance) -> NDArray[np.int64]:
        account = seen.account
        if account is None or account.level is None:
            return np.full(len(seen.alive), -1)
        self._names = seen.market.level_names(seen.market.focus) or self._names
        return np.where(account.member, account.level, -1)

    def week(self, seen: Glance) -> None:
        """One week more."""
        self._same &= seen.same
        weeks = seen.week + 1 - self._burn_in
        if weeks % EVERY == 0:
            self._note(seen, weeks)
        if weeks % YEAR == 0 or (self._measured < YEAR and weeks == self._measured):
            now, same = self._ranks(seen), self._same
            self._flow(-(-weeks // YEAR), self._start[same], now[same])
            nobody = np.full((~same).sum(), -1)
            self._flow(-(-weeks // YEAR), self._start[~same], nobody)
            self._flow(-(-weeks // YEAR), nobody, now[~same])
            self._start, self._same = now, np.ones_like(same)

    def _note(self, seen: Glance, weeks: int) -> None:
        ranks = self._ranks(seen)
        if seen.account is not None and seen.account.level is not None:
            counts = np.bincount(ranks + 1, minlength=len(self._names) + 2)[1:].tolist()
            self._tiers += [(weeks, rank, n) for rank, n in enumerate(counts)]

    def _flow(self, year: int, origin: NDArray[np.int64], target: NDArray[np.int64]) -> None:
        pairs, counts = np.unique(np.stack([origin, target], axis=1), axis=0, return_counts=True)
        for (a, b), n in zip(pairs.tolist(), counts.tolist(), strict=True):
            if (a, b) != (-1, -1):
                self._flows.append((year, a, b, n))

    def tables(self) -> dict[str, pd.DataFrame]:
        """tiers: week (since measuring began), rank, level, members. flows: year, origin, target (level, `no level` or
        `outside`), customers."""
        names = (OUTSIDE, NO_LEVEL, *self._names, *(f"level {i}" for i in range(len(self._names) + 1, 8)))
        tiers = [(week, rank, names[rank + 1], n) for week, rank, n in self._tiers]
        flows = pd.DataFrame(self._flows, columns=list(FLOWS)).groupby(list(FLOWS[:3])).sum().reset_index()
        for side in ("origin", "target"):
            flows[side] = [names[int(rank) + 1] for rank in flows[side]]
        return {"tiers": pd.DataFrame(tiers, columns=list(TIERS)), "flows": flows}
