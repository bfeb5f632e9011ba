"""Whose money it is: the difference between two designs by segment and by decile of value before they part.

Decile 1 is the tenth of the focal firm's customers that had brought it most when the designs part, so the deciles are
the same people under both designs. Each way of grouping adds up to all customers; `not charged to customers` is what
profit differs by beyond that: costs of the programme, staff and the like that no single customer is charged with.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.experiments.statistics import mean_interval

UNCHARGED = "not charged to customers"
MEASURED = ("contribution", "kept", "retention", "revenue")
"""What is compared: contribution (currency), how many of the firm's customers when the designs part are so at the end,
their share (share of them), and revenue (currency; by segment only)."""


def table(values: pd.DataFrame, profit: pd.Series) -> pd.DataFrame:
    """A row a group and measure: by, group, customers, measure, mean, low, high, of ours less theirs.

    values: the cells' `groups`, with replicate. profit: difference of profit by replicate, cents, which UNCHARGED
    closes.
    """
    rows = []
    for (by, group), own in values.groupby(["by", "group"], sort=False):
        own = own.set_index("replicate").sort_index()
        buyers = own["buyers"].replace(0, np.nan)
        kept = own["kept_ours"] - own["kept_theirs"]
        money = (own["ours"] - own["theirs"]) / 100.0
        revenue = ((own["revenue_ours"] - own["revenue_theirs"]) / 100.0).where(own["revenue_ours"] >= 0)
        if by == "all":
            rest = profit.reindex(own.index) / 100.0 - money
            rows.append((by, UNCHARGED, 0.0, "contribution", rest))
        found = (money, kept.astype(float), kept / buyers, revenue)
        rows += [
            (by, group, float(own["customers"].mean()), what, series)
            for what, series in zip(MEASURED, found, strict=True)
            if series.notna().all() and (what != "kept" or own["buyers"].any())
        ]
    numbers = [(*row[:4], *vars(mean_interval(row[4].to_numpy(dtype=np.float64))).values()) for row in rows]
    frame = pd.DataFrame(numbers, columns=["by", "group", "customers", "measure", "mean", "low", "high"])
    return frame.astype(dict.fromkeys(("mean", "low", "high"), float))
