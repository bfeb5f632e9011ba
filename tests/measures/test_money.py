"""Profit, revenue and share, against numbers reckoned by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.market import Market
from sim.measures.money import incremental_profit, profit, revenue, share
from tests.measures.records import record
from tests.worlds import busy


def test_profit_is_that_of_the_books_in_currency() -> None:
    assert profit(record(3, profits=np.array([1250, -50, 300]))) == 15.0


def test_revenue_is_what_members_and_others_paid() -> None:
    paid = [[[1000, 2000], [70, 80]], [[5, 0], [0, 0]]]
    assert revenue(record(2, revenue=paid)) == 30.05


def test_share_is_of_all_purchases_at_firms() -> None:
    sold = [[[10, 20], [30, 0]], [[0, 0], [20, 20]]]
    assert share(record(2, purchases=sold)) == 0.3


def test_the_share_of_the_only_seller_is_everything_and_of_no_sales_nothing_at_all() -> None:
    assert share(record(purchases=[[1, 1], [0, 0]])) == 1.0
    assert math.isnan(share(record()))


def test_a_single_market_has_nothing_to_compare_its_profit_with() -> None:
    assert math.isnan(incremental_profit(record(profits=np.array([100]))))


def test_shares_of_all_firms_sum_to_one_and_money_to_that_of_the_books() -> None:
    market = Market(busy(), design="cards", customers=400).run()
    metrics = {firm.name: market.metrics(firm.name) for firm in market.firms}
    assert sum(m["share"] for m in metrics.values()) == pytest.approx(1.0)
    books = market.books()
    measured = books[books["week"] >= 6]
    for name, m in metrics.items():
        own = measured[measured["firm"] == name]
        assert m["profit"] == pytest.approx(own["profit"].sum(), abs=0.005)
        before = books[(books["firm"] == name) & (books["week"] == 5)].iloc[0]
        assert m["revenue"] == pytest.approx(before["revenue"] - own.iloc[-1]["revenue"], abs=0.005)
