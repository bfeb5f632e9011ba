"""Weeks of the year in which more, or less, is bought."""

from __future__ import annotations

import pytest

from sim.population.briefing import stage_of
from sim.scenario import Scenario

WORLD = {
    "title": "t", "source": "t", "horizon": {"weeks": 60, "burn_in": 8}, "category": {"name": "c"},
    "customers": {"count": 40, "segments": [
        {"name": "all", "purchase_rate": {"mean": 0.5}, "basket": {"mean": 20.0}}]},
    "firms": [{"name": "Store", "share": 1.0, "unit_cost": 0.7}], "focus": "Store",
}  # fmt: skip


def test_a_week_factor_multiplies_the_need_of_that_week_every_year() -> None:
    factors = [1.0] * 51 + [2.0]
    world = Scenario.model_validate({**WORLD, "category": {"name": "c", "weeks": factors}})
    plain = Scenario.model_validate(WORLD)
    for week, factor in ((0, 1.0), (50, 1.0), (51, 2.0), (52, 1.0), (103, 2.0)):
        assert stage_of(world, week, 1.0).need[0] == pytest.approx(
            factor * stage_of(plain, week, 1.0).need[0]
        )
