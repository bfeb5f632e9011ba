"""A street of firms without customers: policies against each other, week by week, with figures that a test makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from sim.firms.conduct import Conduct
from sim.firms.policies import price_policies
from sim.firms.policy import Policy
from sim.firms.view import Sights, View
from sim.measures.tally import INDEX_SCALE, TALLIES, Tally
from sim.scenario import Firm, PriceWar

NAMES = ("Harbour", "Mill", "Barrow", "Quay", "Dock", "Weir")
Figures = Callable[[int, int, list[float]], Mapping[str, float]]
"""(week, firm, prices over usual of all firms this week) -> figures of the week: purchases, revenue, load, ..."""


def firm(name: str = "Harbour", *policies: Mapping[str, Any], **fields: Any) -> Firm:
    """A firm with policies."""
    base = {"name": name, "share": 1.0, "unit_cost": 0.6, "policies": list(policies)}
    return Firm.model_validate(base | fields)


def street(*policies: Sequence[Mapping[str, Any]], **fields: Any) -> list[Firm]:
    """One firm for each list of policies."""
    return [firm(name, *own, **fields) for name, own in zip(NAMES, policies, strict=False)]


def war(name: str, week: int, weeks: int, depth: float) -> PriceWar:
    """A scripted price war."""
    return PriceWar(kind="price_war", firm=name, week=week, weeks=weeks, depth=depth)


def live(
    firms: Sequence[Firm],
    weeks: int,
    *,
    figures: Figures | None = None,
    events: Sequence[PriceWar] = (),
    plans: Callable[[int, int], Firm] | None = None,
    own: Mapping[str, Sequence[Policy]] | None = None,
) -> tuple[list[list[float]], list[list[Firm]]]:
    """Prices over usual and plans followed, week x firm. plans: what a firm would follow in a week, by itself."""
    sights = Sights([each.name for each in firms], 0)
    conducts = [Conduct((own or {}).get(each.name, ())) for each in firms]
    followed, prices, histories = list(firms), [], []
    for week in range(weeks):
        posted, now = [], []
        for i, each in enumerate(firms):
            base = plans(week, i) if plans else each
            plan = conducts[i].plan(sights.view(i, base, followed), base)
            price = conducts[i].price(sights.view(i, plan, followed), plan.price.level)
            for scripted in price_policies(each.name, events):
                price = scripted.price(week, price)
            posted.append(price)
            now.append(plan)
        followed = now
        over_usual = [price / plan.price.usual for price, plan in zip(posted, now, strict=True)]
        told = [figures(week, i, over_usual) if figures else {} for i in range(len(firms))]
        sights.close_week(
            followed,
            np.stack([tally(each) for each in told]),
            posted,
            [round(100 * each.get("profit", 0.0)) for each in told],
            [each.get("load", float("nan")) for each in told],
        )
        prices.append(over_usual)
        histories.append(followed)
    return prices, histories


def tally(figures: Mapping[str, float]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The week of a firm, membership x TALLIES, with these figures in it."""
    made = np.zeros((2, TALLIES), np.int64)
    made[0, Tally.PURCHASES] = round(figures.get("purchases", 0))
    made[0, Tally.REVENUE] = round(100 * figures.get("revenue", 0.0))
    made[1, Tally.MEMBERS] = round(figures.get("members", 0))
    made[1, Tally.ACTIVE] = round(figures.get("active_members", 0))
    made[1, Tally.LAPSED] = round(figures.get("members_lost", 0))
    if "surveyed" in figures:
        made[0, Tally.ASKED] = 4
        made[0, Tally.SURVEYED_SATISFACTION] = round(figures["surveyed"] * 4 * INDEX_SCALE)
    return made


def column(prices: Sequence[Sequence[float]], i: int = 0) -> list[float]:
    """What one firm posted, week by week."""
    return [week[i] for week in prices]


def views(
    plan: Firm, weeks: int, figures: Callable[[int], Mapping[str, float]] | None = None
) -> Sequence[View]:
    """What a firm without rivals sees from week to week."""
    sights, found = Sights([plan.name], 0), []
    for week in range(weeks):
        found.append(sights.view(0, plan, [plan]))
        told = figures(week) if figures else {}
        sights.close_week(
            [plan],
            tally(told)[None],
            [plan.price.level],
            [round(100 * told.get("profit", 0.0))],
            [told.get("load", float("nan"))],
        )
    return found
