"""Membership: who joins (L01), who stays active (L22), what it does to deeds (L21, L17) and to bad days (L16)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.market import Market
from sim.population.moments import FAILED_CORE, FAILED_ENCOUNTER
from sim.scenario import Scenario
from sim.validation.finding import Finding
from sim.validation.watching import enrol, live, lots, shares
from sim.validation.worlds import SEED, firms, world

_ONE_PERCENT = {"per_currency": 1, "threshold": 500, "reward": 5}
_BY_HAND = {"ask": 0.0}
"""Nobody joins but those whom the experiment enrols."""
_YEAR = 52


def _grocers(**enrolment: Any) -> Scenario:
    """Seven grocers, a programme of 1 % each, three trips in two weeks, unequal households."""
    return world(
        firms(7, programme={"enrolment": enrolment, "points": _ONE_PERCENT}),
        rate=1.5,
        shape=2.0,
        customers=2000,
    )


def selection(replicate: int) -> dict[str, float]:
    """Share of wallet of members less that of others, in the second year, mean of seven grocers.

    Naive: those who joined in the first year, of their own will. Causal: the same customers, but half of those who
    would have joined are enrolled by lot at the start, and nobody else; share less that in a twin world without
    members, of the enrolled less of the others who would have joined. It is the effect on members that the study
    estimates. Also: as many members drawn by lot among all customers, most of whom hardly shop there.
    """

    def market(**enrolment: Any) -> Market:
        return Market(_grocers(**enrolment), seed=SEED, replicate=replicate)

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


def activity(replicate: int) -> dict[str, float]:
    """Ten retailers enrol whoever buys, five purchases a year in all: memberships with a card.

    Active: points earned with it in the last of three years."""
    enrolment = {"automatic": True, "card": True}
    plan = world(
        firms(10, programme={"enrolment": enrolment, "points": _ONE_PERCENT}), rate=0.1, weeks=3 * _YEAR
    )
    market = Market(plan, seed=SEED, replicate=replicate)
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


def discounting(replicate: int) -> dict[str, float]:
    """Two cards; for a quarter one of ten payments fails, in a twin world as few as ever: fewer payments, per failure.

    Slope: change in payments with the card in the half-year after, regressed through nought on failures more, over
    customers; all are members, or none is, the same customers with the same draws.
    """

    def slope(member: bool) -> float:
        def payments(events: list[dict[str, Any]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
            cards = firms(2)
            cards[0]["programme"] = {"enrolment": _BY_HAND, "points": _ONE_PERCENT}
            market = Market(
                world(cards, rate=1.0, shape=4.0, events=events, customers=4000),
                seed=SEED,
                replicate=replicate,
            )
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


def erosion(replicate: int) -> dict[str, float]:
    """Grocers, of whom one has a programme; customers join when they are asked, one week or another.

    Event study: purchases there of those who joined, by month since, less those of the same customers in the same
    weeks of a world without programme (placebo). Half-life of 2^(-month / h) fitted to the effect, months 1 to 18.
    """

    def purchases(programme: dict[str, Any] | None) -> tuple[Market, NDArray[np.int64]]:
        sellers = firms(4)
        sellers[0]["programme"] = programme
        market = Market(
            world(sellers, rate=1.5, shape=2.0, weeks=182, customers=4000), seed=SEED, replicate=replicate
        )
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


def small_effects(replicate: int) -> dict[str, float]:
    """Points, stamps, member prices, status, large rewards: r of membership, drawn by lot, with deeds and attitude.

    Deeds: share of purchases at the firm in the second year; attitude: attachment to it at the end, of those who
    bought there. Mean over the programmes, customers of four firms each.
    """
    deeds, attitude = [], []
    for k, (programme, context) in enumerate(_PROGRAMMES):
        sellers = firms(4)
        sellers[0]["programme"] = {"enrolment": _BY_HAND, **programme}
        market = Market(world(sellers, **context), seed=SEED, replicate=replicate)
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


_LEENHEER = "Leenheer, van Heerde, Bijmolt & Smidts 2007, IJRM 24:31"
_CENSUS = "COLLOQUY Loyalty Census 2007, 2009, 2013, 2015"
_BOLTON = "Bolton, Kannan & Bramlett 2000, JAMS 28:95 (direction)"
_WAARDEN = "Meyer-Waarden & Benavent 2009 (retail, BehaviorScan)"
_BELLI = "Belli et al. 2022, JAMS 50:147; Verhoef 2003, JM 67(4):30; Lewis 2004, JMR 41:281 (direction)"
_CLONES = "seven grocers, programmes of 1 %, joined at will against enrolled by lot"
FINDINGS = (
    Finding("L01a", "gap of members over effect of membership", 7, 4, 10, _LEENHEER, _CLONES, selection),
    Finding("L01b", "effect of membership on share of wallet", 0.04, 0.01, 0.08, _LEENHEER, _CLONES, selection),
    Finding(
        "L22a", "active share of memberships", 0.42, 0.35, 0.5, _CENSUS,
        "ten programmes that enrol whoever buys, three years", activity,
    ),
    Finding(
        "L16a", "answer to failures, members over others", 0.7, 0.3, 0.95, _BOLTON,
        "two cards, the same customers as members and not, a quarter of failures", discounting, role="VAL",
    ),
    Finding(
        "L17a", "half-life of the effect of joining (months)", 6, 3, 9, _WAARDEN,
        "four grocers, joined one by one, against the same customers without programme", erosion, role="VAL",
    ),
    Finding(
        "L21a", "r(membership, share of purchases)", 0.12, 0.02, 0.3, _BELLI,
        "five kinds of programme, members drawn by lot", small_effects, role="VAL",
    ),
)  # fmt: skip
