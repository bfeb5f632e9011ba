"""A firm among rivals, against numbers reckoned by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.market import Market
from sim.measures import MEASURES
from tests.measures.records import ours, record
from tests.worlds import hectic


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("price_posted", "price"),
        ("rivals_price", "rivals_price"),
        ("load", "load"),
        ("morale", "morale"),
        ("quality_offered", "quality"),
        ("distribution", "distribution"),
        ("dealer_push", "dealer_push"),
    ],
)
def test_a_state_is_averaged_over_the_weeks_in_which_there_is_one(name: str, state: str) -> None:
    assert MEASURES[name].of(record(3, states={state: [0.5, math.nan, 1.5]})) == 1.0
    assert math.isnan(MEASURES[name].of(record(3)))


def test_who_is_turned_away_is_set_against_all_who_come() -> None:
    made = record(2, purchases=ours(10, 20), turned_away=ours(6, 4))
    assert MEASURES["turned_away"].of(made) == 0.25


def test_people_who_quit_are_counted_per_year_of_a_person_on_the_staff() -> None:
    made = record(2, states={"people": [10.0, 10.0], "quits": [0.1, 0.1]})
    assert MEASURES["staff_turnover"].of(made) == pytest.approx(0.52)


def test_a_house_has_the_profit_and_the_share_of_all_its_brands() -> None:
    alone = record(1, purchases=ours(988), house_profits=np.array([12_345]))
    assert MEASURES["house_profit"].of(alone) == 123.45
    assert MEASURES["house_share"].of(alone) == 988 / 4000
    assert MEASURES["house_share"].of(record(1, purchases=ours(988), house=(0, 1))) == 1.0


def test_a_switch_is_inside_the_house_or_outside() -> None:
    made = record(2, switched=ours(30, 10), switched_inside=ours(5, 5))
    assert MEASURES["switching_inside"].of(made) == 0.25


def test_those_let_go_and_those_handed_over_are_customers_parted_with() -> None:
    assert MEASURES["let_go"].of(record(1, let_go=ours(3), handed_over=ours(4))) == 7.0


@pytest.mark.parametrize(
    ("name", "account"), [("crisis_cost", "crisis"), ("staff_cost", "staff"), ("channel_cost", "channel")]
)
def test_a_cost_is_what_its_account_went_up_by(name: str, account: str) -> None:
    assert MEASURES[name].of(record(2, accounts={account: [150, 50]})) == 2.0


def test_what_dealers_earn_and_cut_is_set_against_list_price() -> None:
    weeks = {"to_dealers": [20.0, 30.0], "paid_at_dealers": [90.0, 95.0], "listed": [100.0, 100.0]}
    made = record(2, states=weeks)
    assert MEASURES["dealer_margin"].of(made) == 0.25
    assert MEASURES["price_erosion"].of(made) == pytest.approx(0.075)


def test_in_a_hectic_market_a_house_earns_what_its_brands_earn_together() -> None:
    market = Market(hectic(), design="kept").run()
    brands = [market.metrics(name)["profit"] for name in ("Harbour", "Barrow")]
    for name in ("Harbour", "Barrow"):
        found = market.metrics(name)
        assert found["house_profit"] == pytest.approx(sum(brands))
        assert 0 < found["switching_inside"] < 1
    assert market.metrics("Mill")["house_profit"] == pytest.approx(market.metrics("Mill")["profit"])
    assert market.metrics("Mill")["turned_away"] > 0
    assert market.metrics("Harbour")["morale"] > 0
