"""A service chain without tiers: where the value of a programme comes from (L02)."""

from __future__ import annotations

from itertools import permutations
from math import prod

import numpy as np
from numpy.typing import NDArray

from sim.measures.tally import Tally
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms
from sim.validation.watching import live

_YEAR = 52


def shapley(before: list[float], after: list[float]) -> list[float]:
    """How much each factor adds to the change of the product, mean over the orders in which they may change."""
    parts = [0.0] * len(before)
    orders = list(permutations(range(len(before))))
    for order in orders:
        now = list(before)
        for i in order:
            was = prod(now)
            now[i] = after[i]
            parts[i] += (prod(now) - was) / len(orders)
    return parts


def chain(trial: Trial) -> dict[str, float]:
    """A chain of salons among three: visits about monthly, all members, 5 back for 100; five years, and without it.

    Customers of the chain when the programme starts, the same in both worlds. Value: visits x spending per visit. An
    attrition is a customer who is not there for the last half-year; she is gone since her last visit. Value is weeks
    until then x visits a week until then x spending a visit, and the lift is split among these by Shapley values.
    """

    def factors(launch: bool) -> list[float]:
        sellers = firms(3)
        programme = {
            "enrolment": {"automatic": True},
            "points": {"per_currency": 1, "threshold": 100, "reward": 5},
        }
        event = {"kind": "change", "firm": "A", "week": _YEAR, "patch": {"programme": programme}}
        baskets = {"basket": {"mean": 20.0, "between_cv": 0.3, "within_cv": 0.3}}
        plan = trial.world(
            sellers, rate=0.25, shape=4.0, weeks=6 * _YEAR, customers=3000, segment=baskets,
            events=[event] if launch else [],
        )  # fmt: skip
        market = trial.market(plan)
        live(market, _YEAR)
        there = market.population.column("last_week") >= _YEAR - 26
        visits: NDArray[np.int64] = live(market, 5 * _YEAR)[:, 0][:, there]
        seen = visits > 0
        last = np.where(seen.any(axis=0), len(seen) - seen[::-1].argmax(axis=0), 0)
        alive = np.where(last >= len(seen) - 26, len(seen), last)
        t = market.tallies[_YEAR:, :, 0].sum(axis=(0, 1, 2)).astype(float)
        each = t[Tally.REVENUE] / t[Tally.PURCHASES] / 100
        return [float(alive.mean()), float(visits.sum() / alive.sum()), each]

    without, with_it = factors(launch=False), factors(launch=True)
    lift = prod(with_it) - prod(without)
    parts = shapley(without, with_it)
    return {
        "L02a": lift / prod(without), "L02b": parts[0] / lift, "L02c": with_it[2] / without[2] - 1,
        "weeks": with_it[0] / without[0] - 1, "visits a week": with_it[1] / without[1] - 1,
    }  # fmt: skip


EXPERIMENTS = (
    Experiment(
        chain,
        ("L02a", "L02b", "L02c"),
        context=(
            "Salons, monthly visits, members all, 5 back for 100, five years, against none. Three chains; who"
            " is away for the last half-year has left with the last visit. Drift of tastes is the only"
            " attrition there is."
        ),
        reasons={
            "L02a": ("As for L01a: small rewards pull little."),
            "L02b": (
                "Membership draws at every purchase alike, so it makes visits denser; nothing in the model"
                " makes those about to leave the chain for good stay because they are members. Of form, not of"
                " size."
            ),
        },
    ),
)
