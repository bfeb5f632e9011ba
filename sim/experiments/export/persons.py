"""Who held a place in the market, and what was true of her: what an estimator should recover.

A place of the market is taken over by a newcomer when its customer leaves, so a customer of the export is a place and
a person: C000017-2 is the second to hold place 17.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.population.moments import CHANGED_TASTE, ENTERED_MARKET, LEFT_MARKET
from sim.population.population import Population

if TYPE_CHECKING:
    import pandas as pd

SINGLE = {
    "purchase_rate": "rate", "leaving_hazard": "hazard", "basket": "basket", "price_sensitivity": "sensitivity"
}  # fmt: skip
"""Columns of the truth by the name of the market's."""


class Persons:
    """Everybody who was a customer of the category, week by week. segments, firms: their names."""

    def __init__(self, people: Population, segments: tuple[str, ...], firms: tuple[str, ...]) -> None:
        self._people, self._segments, self._firms = people, segments, firms
        there = people.column("alive") == 1
        self.number = there.astype(np.int64)
        """the person who holds each place, from 1; 0 for a place that nobody has held yet"""
        self._open = there.copy()
        self._entered = np.where(there, 0, -1)
        self._redraws = np.zeros(len(people), np.int64)
        self._first = self._traits()
        self._rows: list[dict[str, Any]] = []

    def name(self, place: int, person: int | None = None) -> str:
        """`customer_id` of who holds a place now, or of a person who held it."""
        return f"C{place + 1:06d}-{int(self.number[place]) if person is None else person}"

    def _traits(self) -> dict[str, NDArray[np.float64]]:
        people = self._people
        found = {name: people.column(column).astype(np.float64) for name, column in SINGLE.items()}
        tastes = [people.column("taste", f) for f in range(people.firms)] + [people.column("taste_outside")]
        weights = np.exp(np.array(tastes, np.float64) - np.max(tastes, axis=0))
        shares = weights / weights.sum(axis=0)
        for name, share in zip([*self._firms, "outside"], shares, strict=True):
            found[f"preference_{name}"] = share
        return found

    def _satisfaction(self) -> dict[str, NDArray[np.float64]]:
        columns = [self._people.column("satisfaction", f) for f in range(self._people.firms)]
        return {
            f"satisfaction_{name}": x.astype(np.float64) for name, x in zip(self._firms, columns, strict=True)
        }

    def last(self) -> dict[str, NDArray[np.float64]]:
        """How everybody is now; to be asked before a week, of those who will leave in it."""
        traits = self._traits()
        return {"last_purchase_rate": traits["purchase_rate"], **self._satisfaction()}

    def live(self, week: int, before: dict[str, NDArray[np.float64]]) -> None:
        """After a week: who came and went. before: `last` before the week."""
        happened = self._people.column("happened")
        left = np.flatnonzero((happened & LEFT_MARKET) != 0)
        came = np.flatnonzero((happened & ENTERED_MARKET) != 0)
        for place in left.tolist():
            self._close(place, week, before)
        if len(came):
            traits = self._traits()
            for name, values in traits.items():
                self._first[name][came] = values[came]
            self.number[came] += 1
            self._open[came], self._entered[came], self._redraws[came] = True, week, 0
        self._redraws += ((happened & CHANGED_TASTE) != 0) & self._open

    def _close(self, place: int, left: int | None, last: dict[str, NDArray[np.float64]]) -> None:
        row: dict[str, Any] = {
            "customer_id": self.name(place),
            "place": place + 1,
            "person": int(self.number[place]),
            "segment": self._segments[int(self._people.segment_of(place))],
            "entered_week": int(self._entered[place]),
            "left_week": np.nan if left is None else float(left),
        }
        row |= {name: float(values[place]) for name, values in self._first.items()}
        row |= {name: float(values[place]) for name, values in last.items()}
        row["redraws"] = int(self._redraws[place])
        self._rows.append(row)
        self._open[place] = False

    def table(self) -> pd.DataFrame:
        """The truth of everybody, a row a customer, in the order of place and person; ends the record."""
        import pandas as pd

        last = self.last()
        for place in np.flatnonzero(self._open).tolist():
            self._close(place, None, last)
        columns = [
            *("customer_id", "place", "person", "segment", "entered_week", "left_week"),
            *(*self._first, *last, "redraws"),
        ]
        rows = sorted(self._rows, key=lambda row: (row["place"], row["person"]))
        return pd.DataFrame(rows, columns=columns)
