"""The four loyalties: who likes the firm, and who buys there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.experiments.watching.glance import Glance
from sim.rules.lapse import NEVER
from sim.rules.loyalty import KINDS

MOST = 300
"""customers shown as points"""
COLUMNS = ("at", "kind", "customers")
SAMPLE = ("attachment", "share", "kind")


class Loyalties:
    """Active customers of the focal firm by attitude and patronage, when measuring begins and at the end.

    As `sim/rules/loyalty.py` has it: attitude is high where attachment is above 0, patronage where the firm has at
    least half of the purchases remembered. Kinds: loyal, latent, hostage (spurious loyalty) and disloyal (none).
    Source: Dick & Basu 1994, JAMS 22:99; cuts proposed.
    """

    def __init__(self, first: Glance) -> None:
        self._rows: list[tuple[str, str, int]] = []
        self._last = first
        self._note("start", first)

    def week(self, seen: Glance) -> None:
        """One week more."""
        self._last = seen

    def _note(self, at: str, seen: Glance) -> pd.DataFrame:
        focus, who = seen.market.focus, seen.active
        ago = np.where(seen.last_week > NEVER, seen.week - seen.last_week, 0)[:, who]
        left = seen.remembered[:, who] * np.exp(-float(seen.market.rules.memory.forgetting) * ago)
        share = left[focus] / np.maximum(left.sum(axis=0), 1e-30)
        attachment = seen.market.population.column("attachment", focus)[who].astype(np.float64)
        kind = (attachment > 0) + 2 * (share >= 0.5)
        counts = np.bincount(kind, minlength=len(KINDS)).tolist()
        self._rows += [(at, name, n) for name, n in zip(KINDS, counts, strict=True)]
        some = np.unique(np.linspace(0, len(kind) - 1, min(MOST, len(kind))).astype(np.int64))
        return pd.DataFrame(
            {
                "attachment": attachment[some],
                "share": share[some],
                "kind": np.array(KINDS, object)[kind[some]],
            }
        )

    def tables(self) -> dict[str, pd.DataFrame]:
        """quadrants: at (start, end), kind, customers. sample: attachment, share of purchases and kind of at most 300
        customers at the end, evenly by number."""
        sample = self._note("end", self._last)
        return {"quadrants": pd.DataFrame(self._rows, columns=list(COLUMNS)), "sample": sample}
