"""Membership: who joins (L01), who stays active (L22), what it does to deeds (L21, L17) and to bad days (L16)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.market import Market
from sim.population.moments import FAILED_CORE, FAILED_ENCOUNTER
from sim.scenario import Scenario
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms
from sim.validation.watching import enrol, live, lots, shares

_ONE_PERCENT = {"per_currency": 1, "threshold": 500, "reward": 5}
_BY_HAND = {"ask": 0.0}
"""Nobody joins but those whom the experiment enrols."""
_YEAR = 52


def _grocers(trial: Trial, **enrolment: Any) -> Scenario:
    """Seven grocers, a programme of 1 % each, three trips in two weeks, unequal households."""
    return trial.world(
        firms(7, programme={"enrolment": enrolment, "points": _ONE_PERCENT}),
        rate=1.5,
        shape=2.0,
        customers=2000,
    )


def selection(trial: Trial) -> dict[str, float]:
    """Share of wallet of members less that of others, in the second year, mean of seven grocers.

    Naive: those who joined in the first year, of their own will. Causal: the same customers, but half of those who
    would have joined are enrolled by lot at the start, and nobody else; share less that in a twin world without
    members, of the enrolled less of the others who would have joined. It is the effect on members that the study
    estimates. Also: as many members drawn by lot among all customers, most of whom hardly shop there.
    """

    def market(**enrolment: Any) -> Market:
        return trial.market(_grocers(trial, **enrolment))

    def second_year(one: Market) -> NDArray[np.float64]:
        live(one, _YEAR)
        joined[:] = [one.population.column("member_since", f) >= 0 for f in range(7)]
        return shares(live(one, _YEAR))

    def gap(found: NDArray[np.float64], yes: NDArray[np.bool_], no: NDArray[np.bool_]) -> float:
        return float(np.mean([np.nanmean(found[f][yes[f]]) - np.nanmean(found[f][no[f]]) for f in range(7)]))

    joined: list[NDArray[np.bool_]] = [np.zeros(0, bool)] * 7
    found = second_year(market())
    would = np.stack(joined)
    nobody = second_year(market(**_BY_HAND))

    def effect(yes: NDArray[np.bool_], no: NDArray[np.bool_]) -> float:
        one = market(**_BY_HAND)
        for f in range(7):
            enrol(one, yes[f], f)
        return gap(second_year(one) - nobody, yes, no)

    chance = np.stack([lots(market(), would.shape[1], f) for f in range(7)])
    naive, causal = gap(found, would, ~would), effect(would & (chance < 0.5), would & (chance >= 0.5))
    drawn = chance < would.mean(axis=1, keepdims=True)
    return {
        "L01a": naive / causal, "L01b": causal, "naive gap": naive, "members": float(would.mean()),
        "of anybody": effect(drawn, ~drawn),
    }  # fmt: skip


def activity(trial: Trial) -> dict[str, float]:
    """Ten retailers enrol whoever buys, five purchases a year in all: memberships with a card.

    Active: points earned with it in the last of three years."""
    enrolment = {"automatic": True, "card": True}
    plan = trial.world(
        firms(10, programme={"enrolment": enrolment, "points": _ONE_PERCENT}), rate=0.1, weeks=3 * _YEAR
    )
    market = trial.market(plan)
    people = market.population

    def points() -> NDArray[np.int64]:
        return np.stack(
            [sum(people.column("lots", f, lot).astype(np.int64) for lot in range(5)) for f in range(10)]
        )

    live(market, 2 * _YEAR)
    used, before = np.zeros((10, len(people)), bool), points()
    for _ in range(_YEAR):
        live(market, 1)
        now = points()
        used |= now > before
        before = now
    member = np.stack([people.column("member_since", f) >= 0 for f in range(10)])
    return {
        "L22a": float((member & used).sum() / member.sum()),
        "memberships": float(member.sum(axis=0).mean()),
    }


def discounting(trial: Trial) -> dict[str, float]:
    """Two cards; for a quarter one of ten payments fails, in a twin world as few as ever: fewer payments, per failure.

    Slope: change in payments with the card in the half-year after, regressed through nought on failures more, over
    customers; all are members, or none is, the same customers with the same draws.
    """

    def slope(member: bool) -> float:
        def payments(events: list[dict[str, Any]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
            cards = firms(2)
            cards[0]["programme"] = {"enrolment": _BY_HAND, "points": _ONE_PERCENT}
            market = trial.market(trial.world(cards, rate=1.0, shape=4.0, events=events, customers=4000))
            enrol(market, np.full(len(market.population), member))
            live(market, _YEAR)
            failures = np.zeros(len(market.population))
            for _ in range(13):
                live(market, 1)
                happened, there = (
                    market.population.column("happened"),
                    market.population.column("last_firm") == 0,
                )
                failures += ((happened & (FAILED_CORE | FAILED_ENCOUNTER)) != 0) & there
            return live(market, 26)[:, 0].sum(axis=0).astype(float), failures

        change = {"kind": "change", "firm": "A"}
        bad = [
            {**change, "week": _YEAR, "patch": {"quality": {"failure_rate": 0.1}}},
            {**change, "week": _YEAR + 13, "patch": {"quality": {"failure_rate": 0.01}}},
        ]
        after, failures = payments(bad)
        usual, few = payments([])
        more = failures - few
        return float(((after - usual) * more).sum() / (more * more).sum())

    with_card, without = slope(True), slope(False)
    return {"L16a": with_card / without, "slope of members": with_card, "slope of others": without}


def erosion(trial: Trial) -> dict[str, float]:
    """Grocers, of whom one has a programme; customers join when they are asked, one week or another.

    Event study: purchases there of those who joined, by month since, less those of the same customers in the same
    weeks of a world without programme (placebo). Half-life of 2^(-month / h) fitted to the effect, months 1 to 18.
    """

    def purchases(programme: dict[str, Any] | None) -> tuple[Market, NDArray[np.int64]]:
        sellers = firms(4)
        sellers[0]["programme"] = programme
        market = trial.market(trial.world(sellers, rate=1.5, shape=2.0, weeks=182, customers=4000))
        return market, live(market, market.weeks)[:, 0]

    market, treated = purchases({"enrolment": {"ask": 0.05}, "points": _ONE_PERCENT})
    _, placebo = purchases(None)
    since = market.population.column("member_since")
    effect = np.zeros(19)
    joiners = np.flatnonzero((since >= 26) & (since < 100))
    for i in joiners:
        for month in range(19):
            weeks = slice(since[i] + 1 + 4 * month, since[i] + 5 + 4 * month)
            effect[month] += treated[weeks, i].sum() - placebo[weeks, i].sum()
    effect /= len(joiners)
    months, grid = np.arange(1, 19), np.append(np.linspace(0.5, 59.5, 119), 60.0)
    curves = 2.0 ** (-(months - 1) / grid[:, None])
    size = (curves * effect[1:]).sum(axis=1) / (curves**2).sum(axis=1)
    error = ((size[:, None] * curves - effect[1:]) ** 2).sum(axis=1)
    return {
        "L17a": float(grid[error.argmin()]), "first quarter": float(effect[1:4].mean()),
        "sixth quarter": float(effect[15:18].mean()),
    }  # fmt: skip


_PROGRAMMES: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    ({"points": _ONE_PERCENT}, {"rate": 1.5, "shape": 2.0}),
    ({"stamps": {"needed": 10, "reward": 30.0}}, {"rate": 1.0, "shape": 2.0}),
    ({"member_price": {"depth": 0.05, "range_share": 0.3}}, {"rate": 1.0, "shape": 2.0}),
    (
        {"tiers": {"levels": [{"name": "gold", "visits": 12, "quality": 4.0}]}},
        {"rate": 0.4, "shape": 2.0},
    ),
    ({"points": {"per_currency": 1, "threshold": 1000, "reward": 50}}, {"rate": 0.3, "shape": 2.0}),
)


def small_effects(trial: Trial) -> dict[str, float]:
    """Points, stamps, member prices, status, large rewards: r of membership, drawn by lot, with deeds and attitude.

    Deeds: share of purchases at the firm in the second year; attitude: attachment to it at the end, of those who
    bought there. Mean over the programmes, customers of four firms each.
    """
    deeds, attitude = [], []
    for k, (programme, context) in enumerate(_PROGRAMMES):
        sellers = firms(4)
        sellers[0]["programme"] = {"enrolment": _BY_HAND, **programme}
        market = trial.market(trial.world(sellers, **context))
        member = lots(market, len(market.population), k) < 0.5
        enrol(market, member)
        live(market, _YEAR)
        share = shares(live(market, _YEAR))[0]
        known = market.population.column("last_week", 0) >= 0
        bought = ~np.isnan(share)
        deeds.append(np.corrcoef(member[bought], share[bought])[0, 1])
        felt = market.population.column("attachment", 0)
        attitude.append(np.corrcoef(member[known], felt[known])[0, 1])
    return {"L21a": float(np.mean(deeds)), "attitude": float(np.mean(attitude))}


EXPERIMENTS = (
    Experiment(
        selection,
        ("L01a", "L01b"),
        context=(
            "Seven grocers, programmes of 1 %, joined at will against enrolled by lot. Seven grocers alike."
            " The effect is that on customers who would have joined, half of them enrolled by lot, which is"
            " what the study estimates; drawn by lot among all customers, most of whom hardly shop there, it"
            " is a third of that."
        ),
        reasons={
            "L01a": (
                "A programme of 1 % does too little: two thirds of its pull are that of the goal, and the"
                " goal is small against a basket. In a trial with `programme_value.gradient` 1.4 and"
                " `programme_value.salience_half` .2 the row agreed (9.0), and L01b and L07a with it."
            ),
        },
    ),
    Experiment(
        activity,
        ("L22a",),
        context=(
            "Ten programmes that enrol whoever buys, three years. Ten retailers, five purchases a year among"
            " them, no effort of joining, cards to be shown; active: points earned within a year."
        ),
        reasons={
            "L22a": (
                "Who buys is active, as every purchase of a member counts: nobody leaves a card in the"
                " drawer. No purchase rate or ease of joining that was tried gave less than one half. Of form,"
                " not of size."
            ),
        },
    ),
    Experiment(
        discounting,
        ("L16a",),
        context=(
            "Two cards, the same customers as members and not, a quarter of failures. Failures are raised"
            " from 1 to 10 % for a quarter, with the same draws for members and others."
        ),
        reasons={
            "L16a": (
                "Nothing lets members forgive more than others: satisfaction, grievance and trust know of no"
                " membership. Of form, not of size."
            ),
        },
    ),
    Experiment(
        erosion,
        ("L17a",),
        context=("Four grocers, joined one by one, against the same customers without programme."),
        reasons={
            "L17a": (
                "The pull of a programme does not wear off: every card draws like the first. What erodes it"
                " is the drift of tastes and rates alone. Of form, not of size."
            ),
        },
    ),
    Experiment(
        small_effects,
        ("L21a",),
        context=("Five kinds of programme, members drawn by lot. Four firms; five kinds of programme."),
        reasons={
            "L21a": (
                "Membership moves the share of purchases by little, against customers who differ much: see"
                " L01a."
            ),
        },
    ),
)
