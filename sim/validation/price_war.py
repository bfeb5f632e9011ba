"""A price war among grocers (P06): what it does to the value of the market, to visits, and to spending per visit."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.measures.tally import Tally
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms
from sim.validation.watching import live

_BEFORE, _WAR, _LATE = 90, 114, 52
_CHAINS: tuple[tuple[float, float, float], ...] = (
    (0.3, 1.0, 78.0), (0.2, 1.0, 76.0), (0.15, 1.0, 75.0), (0.1, 1.0, 75.0), (0.15, 0.85, 71.0), (0.1, 0.85, 71.0),
)  # fmt: skip
"""Share, price and quality of each chain; the last two are discounters."""
_LEADER = "A"
_CUT = 0.1 / 3
"""10 % off a third of the items."""
_OVERALL = 0.082
_EVERY, _LAG = 13, 2
"""Weeks from one round of cuts to the next, and until rivals match one."""


class Outcome(NamedTuple):
    """Of the weeks of the war: value and price of the market by week; chains each household visited in the first 17
    weeks; and spending per visit from the second year on."""

    value: NDArray[np.float64]
    price: NDArray[np.float64]
    chains: NDArray[np.int64]
    spend: float


def campaign() -> list[dict[str, Any]]:
    """The events of a war: the leader cuts 10 % on a third of items, round after round, until they come to 8.2 %."""
    depths = [*np.arange(_CUT, _OVERALL, _CUT).tolist(), _OVERALL]
    events = []
    for i, depth in enumerate(depths):
        week = _BEFORE + i * _EVERY
        weeks = _BEFORE + _WAR - week if i == len(depths) - 1 else _EVERY
        events.append({"kind": "price_war", "firm": _LEADER, "week": week, "weeks": weeks, "depth": depth})
    return events


def sellers() -> list[dict[str, Any]]:
    """Six chains, of which two are discounters; all others follow the leader's price, two weeks later."""
    follows = {"policies": [{"kind": "follow", "rival": _LEADER, "lag": _LAG, "share": 1.0}]}
    return [
        {**firm, "share": share, "price": {"level": price}, "quality": {"level": quality}}
        | ({} if firm["name"] == _LEADER else follows)
        for firm, (share, price, quality) in zip(firms(6), _CHAINS, strict=True)
    ]


def outcome(events: list[dict[str, Any]], trial: Trial) -> Outcome:
    """The six chains live through these events."""
    plan = trial.world(
        sellers(), rate=1.5, shape=2.0, concentration=2.0, weeks=_BEFORE + _WAR, customers=3000, events=events
    )
    market = trial.market(plan)
    live(market, _BEFORE)
    first = live(market, 17)
    market.run()
    t = market.tallies[_BEFORE:].sum(axis=(1, 3)).astype(float)
    usual = np.array([firm.spec.price.usual for firm in market.firms])
    shares = np.array([share for share, _, _ in _CHAINS])
    price = (market.prices[_BEFORE:] / usual) @ shares
    late = t[_LATE:].sum(axis=(0, 1))
    return Outcome(
        value=t[:, :, Tally.REVENUE].sum(axis=1),
        price=price,
        chains=(first.sum(axis=0) > 0).sum(axis=0),
        spend=float(late[Tally.REVENUE] / late[Tally.PURCHASES]),
    )


def war(trial: Trial) -> dict[str, float]:
    """A war of 114 weeks after 90 of peace, against the same weeks of a twin world at peace.

    Value: in the weeks in which prices are down by 8.2 %. Chains: distinct ones a household visits in the first 17
    weeks. Spending per visit: weeks 52 to 114. The last two as changes from peace.
    """
    fought, peace = outcome(campaign(), trial), outcome([], trial)
    down = fought.price < 1 - _OVERALL + 1e-9
    chains, spend = fought.chains.mean() - peace.chains.mean(), fought.spend / peace.spend - 1
    return {
        "P06a": float(fought.value[down].sum() / peace.value[down].sum() - 1), "P06b": float(chains),
        "P06c": float(spend), "chains": float(chains), "chains at peace": float(peace.chains.mean()),
        "spend": float(spend), "price": float(fought.price[down].mean() - 1),
    }  # fmt: skip


EXPERIMENTS = (
    Experiment(
        war,
        ("P06a", "P06b", "P06c"),
        context=(
            "Six chains, two of them discounters, leader cuts in rounds, rivals follow; 90 weeks before, 114"
            " of war. Shares, prices and quality of the chains are set here, as are the rounds: 10 % off a"
            " third of items, every 13 weeks until the cuts come to 8.2 %; rivals match two weeks later. P06a"
            " is what `need.price_elasticity` and the cut come to, and P06c the cut itself, as baskets do not"
            " answer to price: neither says much."
        ),
        reasons={
            "P06b": (
                "Customers do not look around more because prices are talked about: rivals who match within"
                " two weeks leave nothing to gain by going elsewhere, and the category grows by too little for"
                " one more chain. Of form, not of size."
            ),
        },
    ),
)
