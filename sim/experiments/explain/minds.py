"""Who changed her mind, counted: by fate, rival, segment, decile, membership, first cause and turn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.experiments.explain.markets import NEW, NEWCOMERS
from sim.experiments.statistics import mean_interval

WAYS = ("first", "turn", "rival", "segment", "decile", "member", "was")
"""What the changed are counted by."""
CAUSES = ("first", "turn")
"""Ways of which nothing is known of customers who were not asked."""


def fates(values: pd.DataFrame) -> pd.DataFrame:
    """A row a fate: mean number of customers of a replicate with its 95 % interval.

    gained: a customer of the focal firm at the end under the design only; lost: under the other only; kept: under
    both; neither. `_other`: where it is not the same person in both worlds.
    """
    wide = values.pivot(index="replicate", columns="fate", values="customers").sort_index()
    order = dict.fromkeys(values["fate"])
    rows = [(fate, *vars(mean_interval(wide[fate].to_numpy(dtype=np.float64))).values()) for fate in order]
    return pd.DataFrame(rows, columns=["fate", "mean", "low", "high"]).astype(
        dict.fromkeys(("mean", "low", "high"), float)
    )


def table(changed: pd.DataFrame, replicates: int) -> pd.DataFrame:
    """A row a fate, way of counting (`by`) and group: customers a replicate with the 95 % interval, share of the fate.

    Largest first. by: see WAYS. Causes are those of the customers who were asked, scaled up in each replicate to all of
    the same fate.
    """
    known = changed.assign(
        decile=changed["decile"].map(_decile),
        member=[
            _membership(o, t) for o, t in zip(changed["member_ours"], changed["member_theirs"], strict=True)
        ],
        was=np.where(changed["was"], "a customer before", "no customer before"),
    )
    rows: list[tuple[Any, ...]] = []
    for fate in ("gained", "lost"):
        own = known[known["fate"] == fate]
        for by in WAYS:
            counted = own[own["first"] != ""] if by in CAUSES else own
            counts = counted.groupby(["replicate", by]).size().unstack("replicate", fill_value=0)
            counts = counts.reindex(columns=range(replicates), fill_value=0)
            asked, everybody = (
                rows_of["replicate"].value_counts().reindex(range(replicates), fill_value=0)
                for rows_of in (counted, own)
            )
            counts = counts * (everybody / asked.clip(lower=1))
            whole = counts.to_numpy().sum()
            for group, row in counts.iterrows():
                if group == "":
                    continue
                interval = mean_interval(row.to_numpy(dtype=np.float64))
                share = float(row.sum()) / whole
                rows.append((fate, by, str(group), interval.mean, interval.low, interval.high, share))
    frame = pd.DataFrame(rows, columns=["fate", "by", "group", "mean", "low", "high", "share"])
    frame = frame.astype(dict.fromkeys(("mean", "low", "high", "share"), float))
    place = frame["by"].map({by: i for i, by in enumerate(WAYS)})
    return (
        frame.assign(place=place)
        .sort_values(["fate", "place", "mean", "group"], ascending=[True, True, False, True], kind="stable")
        .drop(columns="place")
        .reset_index(drop=True)
    )


def _decile(number: int) -> str:
    return NEWCOMERS if number < 0 else NEW if number == 0 else str(number)


def _membership(ours: bool, theirs: bool) -> str:
    if ours and theirs:
        return "member under both"
    return (
        "member under the design only" if ours else "member under the other only" if theirs else "no member"
    )
