"""Who of those who came in one quarter is still active."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.experiments.watching.glance import Glance
from sim.rules.lapse import NEVER

QUARTER, EVERY = 13, 4
_NONE, _BEFORE = -1, -2
COLUMNS = ("cohort", "weeks", "active", "size")


class Cohorts:
    """Customers of the focal firm by the quarter in which they first bought there.

    Cohort 0 is who was active when measuring began, q those who first bought in the q-th quarter measured; weeks are
    since measuring began, or since that quarter ended, each 4th. Who bought before and was not active when measuring
    began is in none. One who comes back is active again. Who left the market is in the cohort still, and not active.
    """

    def __init__(self, first: Glance) -> None:
        focus = first.market.focus
        self._burn_in = first.market.burn_in
        bought = first.last_week[focus] > NEVER
        self._of = np.where(first.active, 0, np.where(bought, _BEFORE, _NONE))
        self._sizes = {0: int(first.active.sum())}
        self._rows: list[tuple[int, int, int, int]] = [(0, 0, self._sizes[0], self._sizes[0])]

    def week(self, seen: Glance) -> None:
        """One week more."""
        into = seen.week - self._burn_in
        self._of[~seen.same] = _NONE
        new = (self._of == _NONE) & (seen.bought[seen.market.focus] > 0)
        quarter = 1 + into // QUARTER
        self._of[new] = quarter
        self._sizes[quarter] = self._sizes.get(quarter, 0) + int(new.sum())
        for cohort, size in self._sizes.items():
            weeks = into + 1 - QUARTER * cohort
            if weeks >= 0 and weeks % EVERY == 0 and size:
                active = int((seen.active & (self._of == cohort)).sum())
                self._rows.append((cohort, weeks, active, size))

    def tables(self) -> dict[str, pd.DataFrame]:
        """cohorts: cohort, weeks, active and size (customers)."""
        return {"cohorts": pd.DataFrame(self._rows, columns=list(COLUMNS))}
