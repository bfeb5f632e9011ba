"""One market: firms, customers, and the week they live together."""

from __future__ import annotations

from sim.market.market import YEAR, Market
from sim.market.plan import Plan, Step
from sim.scenario import Scenario

__all__ = ["YEAR", "Market", "Plan", "Step", "warm"]


def warm() -> None:
    """Compile all that a market needs, or load it from the cache."""
    programme = {"stamps": {"needed": 2, "reward": 1.0}}
    world = Scenario.model_validate(
        {
            "title": "warm-up",
            "source": "none",
            "horizon": {"weeks": 2, "burn_in": 1},
            "category": {"name": "any"},
            "customers": {
                "count": 1,
                "segments": [{"name": "one", "purchase_rate": {"mean": 1.0}, "basket": {"mean": 1.0}}],
            },
            "firms": [{"name": "one", "share": 1.0, "unit_cost": 0.5, "programme": programme}],
            "focus": "one",
            "designs": {"closed": {"programme": None}},
        }
    )
    Market(world, design="closed").run()
