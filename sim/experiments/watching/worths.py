"""What each customer brought, ranked: the whale curve of a market that was watched."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.experiments.watching.glance import Glance
from sim.experiments.whale import DECILES, POINTS, _curve

COLUMNS = ("percent", "share_so_far", "losing")


class Worths:
    """Contribution of all who bought at the focal firm while it was measured and are in the market at the end."""

    def __init__(self, first: Glance) -> None:
        self._last = first

    def week(self, seen: Glance) -> None:
        """One week more."""
        self._last = seen

    def tables(self) -> dict[str, pd.DataFrame]:
        """worth: percent of customers, the best first; share of the whole that they bring; share of all who cost more
        than they bring. deciles: decile, contribution of a customer (currency)."""
        seen, market = self._last, self._last.market
        bought = (seen.last_week[market.focus] >= market.burn_in) & seen.alive
        brought = np.sort(market.brought()[bought])[::-1]
        if not len(brought):
            empty = pd.DataFrame(columns=list(COLUMNS), dtype=np.float64)
            return {"worth": empty, "deciles": pd.DataFrame(columns=["decile", "contribution"])}
        curve, losing = _curve(brought), float((brought < 0).mean())
        parts = [part.mean() if len(part) else np.nan for part in np.array_split(brought, DECILES)]
        return {
            "worth": pd.DataFrame(
                {"percent": np.arange(POINTS), "share_so_far": curve, "losing": np.full(POINTS, losing)}
            ),
            "deciles": pd.DataFrame({"decile": np.arange(1, DECILES + 1), "contribution": parts}),
        }
