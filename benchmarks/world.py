"""The world that all versions of the week are timed in.

Four firms, one of them with a points programme, every mechanism on. Purchases a week ~ NBD with shape .78,
mean 1 (groceries) or .11 (a slow category), as in the prototypes that the targets come from.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import U32
from sim.market import Market
from sim.population.population import Population
from sim.population.told import Context, Posted, Terms
from sim.rules import BehaviourNumbers
from sim.rules.survey import SURVEY_EVERY
from sim.scenario import Scenario

SHAPE = 0.78
SEED = 20


def scenario(customers: int, mean: float, **behaviour: Any) -> Scenario:
    """The benchmark world as a scenario; behaviour: blocks that differ from the defaults."""
    quality = {"level": 75, "spread": 10, "failure_rate": 0.013, "failure_severity": 25}
    firms: list[dict[str, Any]] = [
        {"name": name, "share": share, "unit_cost": 0.72, "service_cost": 0.4, "quality": quality}
        for name, share in (("Harbour", 0.4), ("Mill", 0.3), ("Barrow", 0.2), ("Corner", 0.1))
    ]
    points = {"per_currency": 1.0, "threshold": 150, "reward": 5.0, "expire_weeks": 52, "redeem": 0.6}
    firms[0]["programme"] = {"name": "Points", "enrolment": {"effort": 3.0, "ask": 0.3}, "points": points}
    segment = {
        "name": "all",
        "purchase_rate": {"mean": mean, "shape": SHAPE},
        "preference_concentration": 1.3,
        "basket": {"mean": 30.0, "between_cv": 0.75, "within_cv": 1.35},
        "price_sensitivity": {"mean": 5.5, "spread": 0.5},
        "leaving": {"shape": 123.0, "scale": 162000.0},
    }
    return Scenario.model_validate(
        {
            "title": "Benchmark world",
            "source": "made up for the benchmark",
            "horizon": {"weeks": 520, "burn_in": 0},
            "category": {"name": "groceries", "outside_share": 0.05, "lapse_weeks": 13},
            "customers": {"count": customers, "segments": [segment]},
            "firms": firms,
            "focus": "Harbour",
            "designs": {"as it is": {}},
            "behaviour": behaviour,
        }
    )


class World(NamedTuple):
    """A population that has lived for a while, and what the weekly pass is told about its market."""

    population: Population
    posted: Posted
    terms: Terms
    programme_of: NDArray[np.int32]
    rules: BehaviourNumbers
    context: Context
    """of the week that comes next"""

    def told(self, week: int) -> dict[str, Any]:
        """What `Population.live_week` is told about a week."""
        context = self.context._replace(week=week, survey=int(week % SURVEY_EVERY == SURVEY_EVERY - 1))
        return {
            "posted": self.posted,
            "terms": self.terms,
            "programme_of": self.programme_of,
            "rules": self.rules,
            "context": context,
        }


def settled(customers: int, mean: float, weeks: int, **behaviour: Any) -> World:
    """The world after so many weeks: there are members, points, and habits."""
    market = Market(scenario(customers, mean, **behaviour), seed=SEED)
    told: dict[str, Any] = {}
    live_week = market.population.live_week

    def overheard(**now: Any) -> NDArray[np.int64]:
        told.update(now)
        return live_week(**now)

    market.population.live_week = overheard  # type: ignore[method-assign]
    for _ in range(weeks):
        market.step()
    del market.population.live_week
    told.pop("threads", None)
    context = told.pop("context")._replace(week=weeks, seed=U32(SEED))
    return World(market.population, context=context, **told)
