"""The worlds that the week is timed in.

The plain one has four firms, one of them with a points programme, and the mechanisms that all versions of the
week implement. In the rich one every mechanism is on and the firms use all of them. Purchases a week ~ NBD with
shape .78, mean 1 (groceries) or .11 (a slow category), as in the prototypes that the targets come from.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.market import Market
from sim.population.population import Population
from sim.population.told import Told
from sim.rules import Behaviour, BehaviourNumbers
from sim.rules.survey import SURVEY_EVERY
from sim.scenario import Scenario

SHAPE = 0.78
SEED = 20
COMMON = (
    "need", "choice", "drift", "leaving", "price", "experience", "memory", "satisfaction", "expectation",
    "inertia", "attachment", "programme_value", "join", "points", "stamps", "member_price",
)  # fmt: skip
"""The mechanisms that the rivals implement, or that do nothing in the plain world."""
SWITCHED_OFF = tuple(name for name in Behaviour.model_fields if name not in COMMON)
"""The mechanisms that are off in the plain world, so that all versions do the same arithmetic.

With them goes one parameter of a mechanism that stays on: there, a firm suits all customers alike."""
DEGREE = 10
"""Friends of a customer, in the rich world with a network."""


def scenario(customers: int, mean: float, **behaviour: Any) -> Scenario:
    """The plain world as a scenario; behaviour: blocks that differ from the defaults."""
    quiet: dict[str, Any] = {name: {"enabled": False} for name in SWITCHED_OFF}
    quiet |= {"experience": {"fit": 0.0}}
    return Scenario.model_validate(_plain(customers, mean) | {"behaviour": quiet | behaviour})


def rich(customers: int, mean: float, *, network: bool) -> Scenario:
    """The rich world: every mechanism on, every firm with all that a firm can do; with friends, or without."""
    world = _plain(customers, mean)
    enrolment = {"effort": 3.0, "ask": 0.3}
    card = {"name": "Card", "enrolment": enrolment, "stamps": {"needed": 8, "reward": 15.0}}
    world["firms"][1]["programme"] = card
    for firm in world["firms"]:
        triggers = {"birthday": True, "lapse_weeks": 8, "near_reward": "programme" in firm}
        firm.update(WOO | {"contacts": CONTACTS | {"triggers": triggers}})
    world["firms"][-1]["contract"] = {"weeks": 26, "payment_failure": 0.001}
    world["customers"]["prospects"] = 0.05
    if network:
        world["customers"]["network"] = {"degree": DEGREE}
    world["customers"]["segments"][0]["variety_seeking"] = 1.0
    return Scenario.model_validate(world)


LEVELS = [
    {"name": "Silver", "spend": 400, "multiplier": 1.25, "quality": 2, "quality_cost": 0.1},
    {"name": "Gold", "spend": 1000, "multiplier": 1.5, "quality": 4, "quality_cost": 0.2},
    {"name": "Black", "spend": 2500, "multiplier": 2, "quality": 6, "quality_cost": 0.5},
]


def shipped(customers: int, mean: float, programme: str) -> Scenario:
    """The plain world's firms with behaviour as shipped, and "none", "points", or "tiers": points and three levels."""
    world = _plain(customers, mean)
    ours = world["firms"][0].pop("programme")
    if programme != "none":
        world["firms"][0]["programme"] = ours
    if programme == "tiers":
        world["firms"][0]["programme"] = ours | {"tiers": {"levels": LEVELS, "downgrade": "one"}}
    return Scenario.model_validate(world)


WOO: dict[str, Any] = {
    "convenience": {"level": -0.1, "usual": 0.0},
    "switching_cost": 0.2,
    "awareness": 0.9,
    "hidden_fee": 0.01,
    "range": {"brands": 3, "novelties": 4},
    "gestures": {"chance": 0.02, "worth": 5.0},
    "complaint_desk": {"capacity": 2.0, "empowerment": 0.5, "compensation": 5.0},
    "advertising": {"reach": 0.02, "cost": 0.02, "promise": 80},
    "deal": {"depth": 0.3, "reach": 0.01, "cost": 0.1},
    "referral": {"reward": 5.0, "friend_reward": 5.0},
    "education": {"reach": 0.01, "cost": 0.5},
    "community": {"reach": 0.01, "every": 4, "cost": 1.0},
    "win_back": {"reach": 0.02, "worth": 10.0, "cost": 0.5},
}
"""What each firm of the rich world does for, and to, its customers; and it writes to them:"""
CONTACTS = {"per_week": 0.25, "members_only": False, "granularity": "individual", "data_depth": 0.8}


def _plain(customers: int, mean: float) -> dict[str, Any]:
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
    return {
        "title": "Benchmark world",
        "source": "made up for the benchmark",
        "horizon": {"weeks": 520, "burn_in": 0},
        "category": {"name": "groceries", "outside_share": 0.05, "lapse_weeks": 13},
        "customers": {"count": customers, "segments": [segment]},
        "firms": firms,
        "focus": "Harbour",
        "designs": {"as it is": {}},
    }


class World(NamedTuple):
    """A population that has lived for a while, and what the weekly pass is told about its market."""

    population: Population
    week: Told
    """what was told in the last week"""
    rules: BehaviourNumbers
    survey_every: NDArray[np.int64]
    """weeks between two surveys, by firm"""

    def told(self, week: int) -> dict[str, Any]:
        """What `Population.live_week` is told about a week."""
        census = int(week % SURVEY_EVERY == SURVEY_EVERY - 1)
        now = (week % self.survey_every == self.survey_every - 1).astype(np.int32)
        told = self.week._replace(
            context=self.week.context._replace(week=week, census=census),
            surveys=self.week.surveys._replace(now=now),
        )
        return {"told": told, "rules": self.rules}


def settled(customers: int, mean: float, weeks: int, **behaviour: Any) -> World:
    """The plain world after so many weeks: there are members, points, and habits."""
    market = Market(scenario(customers, mean, **behaviour), seed=SEED)
    for _ in range(weeks):
        market.step()
    every = np.array([f.survey.every for f in market.world.firms])
    return World(market.population, market.told(), market.rules, every)
