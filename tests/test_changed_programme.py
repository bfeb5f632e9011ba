"""A design that changes a running programme keeps to its rules for what members already hold."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.firms.ledger import Account
from sim.market import Market
from sim.measures.tally import Tally
from sim.scenario import Scenario

BURN_IN = 30
POINTS = {"per_currency": 1.0, "threshold": 400, "reward": 4.0, "expire_weeks": 52, "redeem": 0.5}
STAMPS = {"needed": 8, "reward": 10.0}


def _market(design: dict[str, Any]) -> Market:
    world = Scenario.model_validate(
        {
            "title": "a running programme",
            "source": "made up",
            "horizon": {"weeks": BURN_IN + 20, "burn_in": BURN_IN},
            "category": {"name": "groceries"},
            "customers": {
                "count": 200,
                "segments": [{"name": "all", "purchase_rate": {"mean": 1.0}, "basket": {"mean": 20.0}}],
            },
            "firms": [
                {
                    "name": "Shop", "share": 0.6, "unit_cost": 0.7,
                    "programme": {"points": POINTS, "stamps": STAMPS},
                },
                {"name": "Rival", "share": 0.4, "unit_cost": 0.7},
            ],
            "focus": "Shop",
            "designs": {"changed": {"programme": design}},
        }
    )  # fmt: skip
    market = Market(world, design="changed")
    while market.week < BURN_IN:
        market.step()
    return market


def _shop(market: Market, tally: Tally) -> int:
    return int(market.tallies[-1][:, 0, :, tally].sum())


def test_points_that_a_design_drops_are_forfeited_to_the_unit_and_become_breakage() -> None:
    market = _market({"points": None})
    held, owed = _shop(market, Tally.POINTS_BALANCE), market.firms[0].promises.points
    before = market.firms[0].ledger.balance(Account.BREAKAGE)
    assert held > 0
    market.step()
    assert _shop(market, Tally.POINTS_FORFEITED) == held
    assert _shop(market, Tally.POINTS_BALANCE) == 0
    assert before - market.firms[0].ledger.balance(Account.BREAKAGE) == owed.cost_of(held)
    assert _shop(market, Tally.STAMPS_BALANCE) > 0
    market.run()


def test_stamps_that_a_design_drops_are_forfeited_while_points_go_on() -> None:
    market = _market({"stamps": None})
    held = _shop(market, Tally.STAMPS_BALANCE)
    market.step()
    assert _shop(market, Tally.STAMPS_FORFEITED) == held > 0
    assert _shop(market, Tally.POINTS_BALANCE) > 0
    market.run()


def test_under_a_new_rule_of_expiry_all_points_start_anew() -> None:
    market = _market({"points": {"expire_weeks": 8}})
    lots = np.array([market.population.column("lots", 0, part) for part in range(5)])
    held = lots.sum(axis=0)
    assert (lots > 0).sum(axis=0).max() > 1
    market.plan.steps[0].act(market)
    lots = np.array([market.population.column("lots", 0, part) for part in range(5)])
    np.testing.assert_array_equal(lots.max(axis=0), held)
    np.testing.assert_array_equal(lots.sum(axis=0), held)
    expired = []
    for _ in range(20):
        market.step()
        expired.append(_shop(market, Tally.POINTS_EXPIRED))
    assert sum(expired[:8]) == 0, "no point dies before the new life of a point is over"
    assert sum(expired) > 0
