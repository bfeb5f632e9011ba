"""What is promised and not yet redeemed, by the quarter in which it was issued."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.watching.glance import Account, Glance, owner_of

QUARTER = 13
COLUMNS = ("week", "issued", "points", "value")
STAMPS = -1
"""`issued` of stamps, whose week is not kept"""
BEFORE = 0
"""`issued` of what was there when measuring began"""


class Lots:
    """Points outstanding at the end of each 13th week by quarter of issue, valued as the liability is.

    Points leave an account oldest first, as in the ledger. Lots of the ledger last a quarter of a point's life, so the
    quarter is followed here, customer by customer: what comes on an account within a week is of this quarter. Points
    earned and redeemed in one week are seen as one movement where the ledger has one lot (points that never expire)
    or vouchers: there the age of that week's earnings is overstated. Sums are exact.
    """

    def __init__(self, first: Glance) -> None:
        self._burn_in = first.market.burn_in
        quarters = 2 + (first.market.measured_weeks - 1) // QUARTER
        self._held = np.zeros((quarters, len(first.alive)), np.int64)
        self._last: Account | None = first.account
        if first.account is not None:
            self._held[BEFORE] = first.account.points
        self._rows: list[tuple[int, int, float, float]] = []
        self._note(first, 0)

    def week(self, seen: Glance) -> None:
        """One week more."""
        into, now, was = seen.week - self._burn_in, seen.account, self._last
        self._last = now
        self._held[:, ~seen.same] = 0
        points = now.points if now is not None else np.zeros(len(seen.alive), np.int64)
        net = points - self._held.sum(axis=0)
        gone = np.maximum(-net, 0)
        if now is not None and was is not None and now.lots is not None and was.lots is not None:
            shrunk = np.maximum(was.lots - now.lots, 0).sum(axis=0)
            gone = np.maximum(gone, np.where(seen.same, np.minimum(shrunk, self._held.sum(axis=0)), 0))
        self._take(gone)
        self._held[1 + into // QUARTER] += net + gone
        if (into + 1) % QUARTER == 0 or seen.week == seen.market.weeks - 1:
            self._note(seen, into + 1)

    def _take(self, gone: NDArray[np.int64]) -> None:
        left = gone.copy()
        for held in self._held:
            part = np.minimum(held, left)
            held -= part
            left -= part

    def _note(self, seen: Glance, weeks: int) -> None:
        owner, focus = owner_of(seen.market), seen.market.focus
        if seen.account is None or owner != focus:
            return
        promises = seen.market.firms[owner].promises
        programme = seen.market.firms[owner].spec.programme
        each = promises.points.cost_cents / promises.points.needed / 100.0
        assert programme is not None
        if programme.points is not None:
            for issued, held in enumerate(self._held.sum(axis=1).tolist()):
                if held or QUARTER * (issued - 1) < weeks:
                    self._rows.append((weeks, issued, float(held), held * each))
        if programme.stamps is not None:
            stamps = float(seen.account.stamps.sum())
            cost = promises.stamps.cost_cents / promises.stamps.needed / 100.0
            self._rows.append((weeks, STAMPS, stamps, stamps * cost))

    def tables(self) -> dict[str, pd.DataFrame]:
        """lots: weeks since measuring began, quarter of issue (0 before, -1 stamps), points, value (currency)."""
        return {"lots": pd.DataFrame(self._rows, columns=list(COLUMNS))}
