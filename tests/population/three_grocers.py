"""A small market for looking at its agents."""

from __future__ import annotations

from typing import Any

from sim.market import Market
from sim.scenario import Scenario

PROGRAMME = {
    "name": "Harbour Club",
    "enrolment": {"ask": 0.5},
    "points": {"per_currency": 1.0, "threshold": 100, "reward": 5.0, "expire_weeks": 16},
    "stamps": {"needed": 10, "reward": 36.0},
}


def world(customers: int = 700, **leaving: Any) -> Scenario:
    """Three grocers, one with a programme; two segments, the second starts in the middle of a block."""

    def segment(name: str, weight: float, rate: float) -> dict[str, Any]:
        return {
            "name": name,
            "weight": weight,
            "purchase_rate": {"mean": rate},
            "basket": {"mean": 30.0},
        } | leaving

    return Scenario.model_validate(
        {
            "title": "Three grocers",
            "source": "made up for the tests",
            "horizon": {"weeks": 30, "burn_in": 4},
            "category": {"name": "groceries"},
            "customers": {
                "count": customers,
                "replace_leavers": False,
                "segments": [segment("families", 0.8, 1.2), segment("singles", 0.2, 0.3)],
            },
            "firms": [
                {"name": "Harbour", "share": 0.4, "unit_cost": 0.7, "programme": PROGRAMME},
                {"name": "Mill", "share": 0.5, "unit_cost": 0.7},
                {"name": "St. Mary", "share": 0.1, "unit_cost": 0.7},
            ],
            "focus": "Harbour",
            "designs": {"as_is": {}},
        }
    )


def some_weeks_on(weeks: int = 12) -> Market:
    """The market after some weeks."""
    market = Market(world(), seed=3)
    for _ in range(weeks):
        market.step()
    return market


def every_attribute(market: Market) -> list[str]:
    """All attributes with one entry per customer, firms named."""
    attributes = market.customers._attributes
    return [
        path
        for name in attributes.names
        for path in ([f"{name}.{firm}" for firm in attributes.owners(name)] or [name])
    ]
