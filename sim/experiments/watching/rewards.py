"""How far members are from the cheapest reward, and how often they buy at each distance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.experiments.watching.glance import Glance

BINS = 5
"""of the share still missing, besides nothing missing"""
TENTHS = 20
"""bins of the histogram: tenths of what the cheapest reward takes; the last is open"""
DISTANCE = ("missing", "member_weeks", "purchases", "weeks_bought")
BALANCES = ("tenth", "members", "needed", "unit")


class Rewards:
    """Purchases at the focal firm by distance to the cheapest reward, and balances at the end.

    The distance is that at the end of the week before, of who was a member then and still is: missing 0 means that it
    was enough, i that more than (i-1)/5 and at most i/5 was missing. It mixes what nearness does with who is near:
    who buys often passes through every distance quickly, and who never buys stays far. What nearness does is seen
    beside a market without the goal gradient.
    """

    def __init__(self, first: Glance) -> None:
        self._last = first
        self._counts = np.zeros((BINS + 1, 3), np.int64)

    def week(self, seen: Glance) -> None:
        """One week more."""
        was, now, self._last = self._last.account, seen.account, seen
        if was is None or now is None or now.needed == 0 or was.unit != now.unit:
            return
        who = was.member & now.member & seen.same & seen.alive
        missing = np.maximum(now.needed - was.ready[who], 0)
        at = -(-missing * BINS // now.needed)
        bought = seen.bought[seen.market.focus][who]
        for i, values in enumerate((np.ones_like(bought), bought, bought > 0)):
            self._counts[:, i] += np.bincount(at, weights=values, minlength=BINS + 1).astype(np.int64)

    def tables(self) -> dict[str, pd.DataFrame]:
        """distance: missing, member-weeks, purchases, member-weeks with a purchase. balances: tenth of the cheapest
        reward (20: twice or more), members, what the reward takes, unit."""
        distance = [(i, *counts) for i, counts in enumerate(self._counts.tolist())]
        account, rows = self._last.account, []
        if account is not None and account.needed:
            tenth = np.minimum(10 * account.ready[account.member] // account.needed, TENTHS)
            members = np.bincount(tenth, minlength=TENTHS + 1).tolist()
            rows = [(i, n, account.needed, account.unit) for i, n in enumerate(members)]
        return {
            "distance": pd.DataFrame(distance if self._counts.any() else [], columns=list(DISTANCE)),
            "balances": pd.DataFrame(rows, columns=list(BALANCES)),
        }
