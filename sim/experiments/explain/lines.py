"""The profit of a design less that of another, line by line: the waterfall.

The lines are the accounts of the firm's books (sim/firms/ledger.py), put together as a strategist reads them; each
account of profit and loss stands in exactly one line, so the lines add up to the difference of profit to the cent.

Revenue is two lines. With P = what is paid for goods of usual price 1, and V = sales at usual prices, by week and
segment, under either design (A the design, B the other):

    anyway = sum of V_B x (P_A - P_B)      what is sold anyway, at other prices
    more   = revenue_A - revenue_B - anyway   what is sold more, or less

This is the price-volume analysis of management accounting: what would have been bought anyway is what was bought
under B, by week and segment, not purchase by purchase. A price war, a member price and what dealers take off are in P;
rewards are not, they have lines of their own.

Source: Horngren, Datar & Rajan 2015, Cost Accounting, 15th ed., ch. 7 (price and volume variances; from
memory).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments import profit_lines
from sim.experiments.profit_lines import LINES
from sim.experiments.statistics import mean_interval
from sim.firms.ledger import INCOME_AND_EXPENSE, Account
from sim.measures.tally import Tally

if TYPE_CHECKING:
    from sim.market import Market

ANYWAY, MORE = "sales_anyway", "sales_more"
WORDS: dict[str, str] = {
    ANYWAY: "other prices on what is sold anyway",
    MORE: "sales more or less",
    **profit_lines.WORDS,
}
COLUMNS = ("line", "mean", "low", "high", "share")


def books(market: Market) -> dict[str, NDArray[np.int64]]:
    """What the waterfall is made of, over the measured weeks.

    accounts: profit by account, cents (income is positive, expense negative). revenue: cents paid, week x segment.
    volume: sales at usual prices, week x segment, currency.
    """
    weeks = np.diff(market.firms[market.focus].ledger.weeks, axis=0, prepend=np.int64(0))[market.burn_in :]
    tills = market.tallies[market.burn_in :, :, market.focus].sum(axis=2)
    revenue = tills[:, :, Tally.REVENUE]
    listed = revenue + tills[:, :, Tally.DISCOUNT]
    volume = listed / 100.0 / market.prices[market.burn_in :, market.focus, None]
    return {"accounts": -weeks.sum(axis=0), "revenue": revenue, "volume": volume}


def steps(ours: dict[str, NDArray[np.int64]], theirs: dict[str, NDArray[np.int64]]) -> dict[str, int]:
    """Line -> difference of profit, cents. They add up to the difference of profit."""
    difference = ours["accounts"] - theirs["accounts"]
    both = (ours["volume"] > 0) & (theirs["volume"] > 0)
    paid = [
        np.divide(side["revenue"], side["volume"], out=np.zeros(both.shape), where=both)
        for side in (ours, theirs)
    ]
    anyway = round(float((theirs["volume"] * (paid[0] - paid[1])).sum()))
    found = {ANYWAY: anyway, MORE: int(difference[Account.REVENUE]) - anyway}
    return found | {line: int(sum(difference[a] for a in accounts)) for line, accounts in LINES.items()}


def profit(side: dict[str, NDArray[np.int64]]) -> int:
    """Profit over the measured weeks, cents."""
    return int(sum(side["accounts"][account] for account in INCOME_AND_EXPENSE))


def waterfall(values: pd.DataFrame) -> pd.DataFrame:
    """A row a line in which anything differs, and last `profit`: mean difference with its 95 % interval, currency.

    values: a row a line and replicate: line, replicate, cents. share: of the difference of profit (NaN where it is 0).
    """
    wide = values.pivot(index="replicate", columns="line", values="cents").sort_index()
    names = [line for line in WORDS if (wide[line] != 0).any()]
    rows = [(line, wide[line].to_numpy() / 100.0) for line in names]
    total = wide[list(WORDS)].sum(axis=1).to_numpy() / 100.0
    whole = float(total.mean())
    found = []
    for line, differences in [*rows, ("profit", total)]:
        interval = mean_interval(differences)
        share = float(differences.mean()) / whole if whole else float("nan")
        found.append((line, interval.mean, interval.low, interval.high, share))
    return pd.DataFrame(found, columns=list(COLUMNS)).astype(
        dict.fromkeys(("mean", "low", "high", "share"), float)
    )
