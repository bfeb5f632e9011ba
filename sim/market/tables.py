"""The history of a market as tables: its weekly panel, its books, and Mesa's collector of data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.firms.ledger import Account
from sim.measures.tally import INDEX_SCALE, Tally

if TYPE_CHECKING:
    import pandas as pd

    from sim.market.market import Market

MEANS = {
    "active": ("satisfaction", "expectation", "attachment", "trust", "equity"),
    "asked": ("surveyed_satisfaction",),
    "census": ("intention", "behavioural"),
}
"""Columns of the panel that are means, by whom they are means over."""


def panel(market: Market) -> pd.DataFrame:
    """Tidy weekly panel: week x firm x segment x membership.

    Money in currency (deal_cents apart); satisfaction, expectation, attachment, trust and equity are means over
    active customers, surveyed_satisfaction over those who answered, intention and behavioural over those counted
    in the census; NaN where there is none. `price` is the index posted.
    """
    import pandas as pd

    tallies = market.tallies
    weeks, segments, firms, _, _ = tallies.shape
    names = [t.name.lower() for t in Tally]
    counts = np.asfortranarray(tallies.reshape(-1, len(names)))
    money = ["revenue", "goods", "discount", "cohort_contribution"]
    real: dict[str, NDArray[np.float64]] = {name: counts[:, Tally[name.upper()]] / 100.0 for name in money}
    for among, means in MEANS.items():
        people = counts[:, Tally[among.upper()]]
        over = np.where(people > 0, people, np.nan)
        real |= {name: counts[:, Tally[name.upper()]] / INDEX_SCALE / over for name in means}
    prices = np.broadcast_to(market.prices[:, None, :, None], (weeks, segments, firms, 2))
    real["price"] = prices.ravel()
    labels = _labels(market, weeks)
    columns = {name: real.get(name, counts[:, t]) for t, name in enumerate(names)}
    return pd.concat([labels, pd.DataFrame({"price": real["price"], **columns})], axis=1)


def _labels(market: Market, weeks: int) -> pd.DataFrame:
    """Week, whether it is measured, segment, firm and membership of each row of the panel."""
    import pandas as pd

    sides = [[s.name for s in market.world.customers.segments], list(market.world.firm_names)]
    index = pd.MultiIndex.from_product(
        [range(weeks), *sides, ["non-member", "member"]], names=["week", "segment", "firm", "membership"]
    )
    labels = index.to_frame(index=False)
    labels.insert(1, "measured", labels["week"] >= market.burn_in)
    return labels


def books(market: Market) -> pd.DataFrame:
    """Balances of every firm's accounts at the end of each week, in currency, debits positive."""
    import pandas as pd

    frames = []
    for firm in market.firms:
        frame = pd.DataFrame(firm.ledger.weeks / 100.0, columns=[a.name.lower() for a in Account])
        frame.insert(0, "profit", firm.ledger.profits / 100.0)
        frame.insert(0, "firm", firm.name)
        frame.insert(0, "week", range(len(frame)))
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def datacollector(market: Market) -> mesa.DataCollector:
    """The weekly history in the shape of Mesa's DataCollector, filled on demand."""
    columns = [t.name.lower() for t in Tally]
    totals = market.tallies.sum(axis=(1, 3))
    collector = mesa.DataCollector(
        model_reporters={f"{f.name}.{c}": f"{f.name}.{c}" for f in market.firms for c in columns}
    )
    for f in market.firms:
        for i, c in enumerate(columns):
            collector.model_vars[f"{f.name}.{c}"] = totals[:, f.number, i].tolist()
    return collector
