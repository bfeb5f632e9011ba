"""The shipped grocers: right, sourced, and plausible as a business."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import PriceWar, Scenario, check, load

FILE = Path(__file__).parents[2] / "scenarios" / "grocers.yaml"


@pytest.fixture(scope="module")
def grocers() -> Scenario:
    return load(FILE)


def test_the_file_is_right() -> None:
    assert check(FILE) == []


def test_three_grocers_compete_and_harbour_asks_which_programme_to_run(grocers: Scenario) -> None:
    assert grocers.firm_names == ("Harbour", "Mill", "Barrow")
    assert grocers.focus == "Harbour"
    assert grocers.design_names == ("none", "points", "stamps", "member_prices")
    assert grocers.with_design("none").programme is None


def test_the_discounter_starts_a_price_war_while_designs_are_measured(grocers: Scenario) -> None:
    (war,) = grocers.events
    assert isinstance(war, PriceWar)
    cheapest = min(grocers.firms, key=lambda firm: firm.price.level)
    assert war.firm == cheapest.name == "Barrow"
    assert grocers.horizon.burn_in <= war.week < war.week + war.weeks <= grocers.horizon.weeks


def test_supermarkets_keep_25_to_30_percent_gross_margin(grocers: Scenario) -> None:
    for name in ("Harbour", "Mill"):
        assert 0.25 <= 1 - grocers.firm(name).unit_cost <= 0.30


def test_trips_and_baskets_are_those_of_the_panel(grocers: Scenario) -> None:
    segments = grocers.customers.segments
    weight = sum(segment.weight for segment in segments)
    trips = sum(segment.weight * segment.purchase_rate.mean for segment in segments) / weight
    spent = sum(s.weight * s.purchase_rate.mean * s.basket.mean for s in segments) / weight
    assert trips == pytest.approx(0.99, abs=0.01)
    assert spent / trips == pytest.approx(29.6, abs=0.3)
    rule = sum(s.weight * s.purchase_rate.mean * s.price_sensitivity.mean for s in segments) / weight / trips
    assert rule == pytest.approx(5.5, abs=0.1)


def test_programmes_give_back_one_to_five_percent(grocers: Scenario) -> None:
    points = grocers.with_design("points").programme
    stamps = grocers.with_design("stamps").programme
    prices = grocers.with_design("member_prices").programme
    assert points is not None
    assert points.points is not None
    assert points.points.reward * points.points.per_currency / points.points.threshold == pytest.approx(0.01)
    assert stamps is not None
    assert stamps.stamps is not None
    assert 0.01 <= stamps.stamps.reward / stamps.stamps.needed / 29.6 <= 0.03
    assert prices is not None
    assert prices.member_price is not None
    assert 0.03 <= prices.member_price.depth * prices.member_price.range_share <= 0.05
