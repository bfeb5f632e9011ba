"""What a programme costs and brings in, against numbers reckoned by hand."""

from __future__ import annotations

import math

import pytest

from sim.firms.ledger import Account
from sim.measures.programme_books import (
    cost_to_serve_member,
    deferred_revenue,
    fraud_cost,
    programme_cost,
    programme_income,
    programme_result,
    reward_cost,
    ultimate_breakage,
)
from tests.measures.records import record

COSTS = {
    "rewards": [5_000, 3_000],
    "breakage": [0, -1_000],
    "fulfilment": [100, 100],
    "surprises": [200, 0],
    "fraud": [70, 30],
    "programme": [10_000, 500],
    "benefits": [400, 600],
}
INCOME = {"fees": [-900, 100], "outside": [-50, 0], "settlement": [-10, -40], "funding": [-300, -200]}
DISCOUNTS = [[0, 250], [11, 13]]


def test_rewards_cost_what_was_promised_less_what_lapsed_and_handing_them_out() -> None:
    assert reward_cost(record(2, accounts=COSTS)) == 74.0


def test_a_programme_costs_all_its_expenses_and_the_lower_prices() -> None:
    made = record(2, accounts=COSTS, discount=DISCOUNTS)
    assert fraud_cost(made) == 1.0
    assert programme_cost(made) == pytest.approx(74.0 + 1.0 + 105.0 + 10.0 + 5.0)


def test_a_programme_brings_in_fees_and_what_partners_and_suppliers_pay() -> None:
    assert programme_income(record(2, accounts=INCOME)) == 14.0


def test_the_result_is_what_it_brings_in_less_what_it_costs() -> None:
    made = record(2, accounts=COSTS | INCOME, discount=DISCOUNTS)
    assert programme_result(made) == pytest.approx(14.0 - 195.0)


def test_sales_and_their_costs_are_none_of_the_programme() -> None:
    theirs = {a.name.lower() for a in Account} - set(COSTS) - set(INCOME)
    made = record(accounts={name: [1000] for name in theirs})
    assert programme_cost(made) == programme_income(made) == 0.0
    assert theirs == {
        "cash", "points_liability", "revenue", "refunds", "goods", "service", "fixed", "recovery",
        "communication", "acquisition", "staff", "improvement", "channel", "crisis", "selection",
    }  # fmt: skip


def test_a_member_costs_so_much_a_year() -> None:
    made = record(52, accounts={"programme": [1000] * 52}, members=[[0, 4], [7, 7]])
    assert cost_to_serve_member(made) == 130.0
    assert math.isnan(cost_to_serve_member(record(accounts={"programme": [1000]})))


def test_what_is_deferred_is_money_and_what_will_lapse_a_share() -> None:
    made = record(deferred=123_456, expected_breakage=0.17)
    assert deferred_revenue(made) == 1234.56
    assert ultimate_breakage(made) == 0.17
