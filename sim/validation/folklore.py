"""Folklore of customer management (E03): what acquiring costs over retaining, and who is easier to sell to.

These rows are printed, never scored: nobody knows where the numbers come from.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.measures.tally import Tally
from sim.scenario import Scenario
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms

_QUARTER, _HALF, _YEAR = 13, 26, 52
_CUSTOMERS = 6000
_REACH, _DEPTH, _OFFER = 0.1, 0.3, 0.1
"""Of the first-purchase deal: chance that a prospect is offered it in a week, price cut, cost of an offer."""
_PROGRAMME = {"points": {"per_currency": 1, "threshold": 100, "reward": 5}}
"""5 back for 100."""


class Year(NamedTuple):
    """The second year of the focal firm: shares of its active customers and of prospects who bought from it in the
    first quarter, how many of those customers were active at the end, and what was spent (currency)."""

    sold_existing: float
    sold_prospect: float
    kept: int
    acquired: float
    spent_on_deals: float
    spent_on_rewards: float


def market_of(trial: Trial) -> Scenario:
    """Three firms alike; after a year the focal one offers deals to prospects, by another design a programme too."""
    deal = {"deal": {"depth": _DEPTH, "reach": _REACH, "cost": _OFFER}}
    return trial.world(
        firms(3), rate=0.25, shape=2.0, customers=_CUSTOMERS, customers_more={"prospects": 0.4},
        horizon={"weeks": 2 * _YEAR, "burn_in": _YEAR},
        designs={"deal": deal, "both": {**deal, "programme": _PROGRAMME}},
    )  # fmt: skip


def year(trial: Trial, design: str) -> Year:
    """The year under a design. Active: who bought from the firm in the last half year."""
    market = trial.market(market_of(trial), design=design)
    people = market.population
    for _ in range(_YEAR):
        market.step()
    ours = people.column("last_week", 0) >= _YEAR - _HALF
    prospects = people.column("alive") == -1
    for _ in range(_QUARTER):
        market.step()
    bought = people.column("last_week", 0) >= _YEAR
    market.run()
    active = people.column("last_week", 0) >= 2 * _YEAR - _HALF
    t = market.tallies[_YEAR:].sum(axis=(0, 1, 3))[0].astype(np.float64)
    return Year(
        sold_existing=float(bought[ours].mean()),
        sold_prospect=float(bought[prospects].mean()),
        kept=int(active[ours].sum()),
        acquired=float(t[Tally.ACQUIRED_BY_DEAL]),
        spent_on_deals=float(t[Tally.DEALS] * _OFFER + t[Tally.DEAL_CENTS] / 100),
        spent_on_rewards=float(t[Tally.REWARDS_COST] / 100),
    )


def folklore(trial: Trial) -> dict[str, float]:
    """Acquiring: what deals cost a customer won by them. Retaining: what rewards cost a customer who is active after a
    year and would not be in the twin world without the programme.

    Few are; so the ratio is formed with their number above the line, and its mean over replicates holds.
    """
    without, both = year(trial, "deal"), year(trial, "both")
    acquiring = without.spent_on_deals / without.acquired if without.acquired else np.nan
    rewards = both.spent_on_rewards or np.nan
    more = both.kept - without.kept
    return {
        "E03a": acquiring * more / rewards,
        "E03b": without.sold_existing,
        "E03c": without.sold_prospect,
        "cost of acquiring": acquiring,
        "customers kept by rewards": float(more),
        "rewards": both.spent_on_rewards,
        "acquiring over rewards of all who stay": acquiring * both.kept / rewards,
    }


EXPERIMENTS = (
    Experiment(
        folklore,
        ("E03a", "E03b", "E03c"),
        context=(
            "Three firms alike, .4 of the places prospects; the focal firm offers 30 % off the first purchase to one"
            " prospect in ten a week. Acquiring: cost of deals a customer won. Retaining: rewards of a programme of 5"
            " back for 100, a customer who is active after a year and is not in the twin world without. Selling:"
            " purchases from the firm within a quarter, of those who bought in the last half year and of prospects."
            " All of it is set here: other offers give other ratios."
        ),
    ),
)
