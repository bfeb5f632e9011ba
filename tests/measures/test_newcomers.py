"""New customers and what they cost, against numbers reckoned by hand."""

from __future__ import annotations

import math

import pytest

from sim.market import Market
from sim.measures.newcomers import (
    acquired,
    acquired_by_advertising,
    acquired_by_deal,
    acquired_by_praise,
    acquired_by_referral,
    cost_per_acquired,
    recommendation_share,
    referral_share,
)
from tests.measures.records import ours, record
from tests.worlds import bustling, busy

WON = {
    "acquired_by_advertising": ours(1, 1),
    "acquired_by_deal": ours(3, 0),
    "acquired_by_referral": ours(4, 6),
    "acquired_by_praise": ours(3, 2),
}
SPENT = {"acquisition": [10_000, 20_000]}


def test_new_customers_are_counted_by_what_won_them() -> None:
    made = record(2, won=ours(100, 100), **WON)
    assert acquired_by_advertising(made) == 2.0
    assert acquired_by_deal(made) == 3.0
    assert acquired_by_referral(made) == 10.0
    assert acquired_by_praise(made) == 5.0
    assert acquired(made) == 20.0


def test_the_share_that_friends_sent_is_of_all_who_are_new() -> None:
    assert referral_share(record(2, **WON)) == 0.5
    assert recommendation_share(record(2, **WON)) == 0.75


def test_what_is_spent_on_winning_customers_is_shared_by_those_won_and_won_back() -> None:
    """300 of currency for 20 new customers and 5 who came back."""
    made = record(2, accounts=SPENT, won_back=ours(2, 3), won=ours(90, 90), **WON)
    assert cost_per_acquired(made) == 12.0


@pytest.mark.parametrize("measure", [referral_share, recommendation_share, cost_per_acquired])
def test_where_nobody_is_new_nothing_can_be_shared(measure) -> None:
    assert math.isnan(measure(record(accounts={"acquisition": [500]}, won=ours(9))))


def test_a_market_without_prospects_has_no_new_customers() -> None:
    metrics = Market(busy(), customers=200).run().metrics()
    assert metrics["acquired"] == 0.0
    assert math.isnan(metrics["cost_per_acquired"])


def test_the_spending_is_that_of_the_books_in_the_measured_weeks() -> None:
    """The bustling market advertises in its burn-in, too; that is not counted."""
    market = Market(bustling(), customers=1000).run()
    books = market.books().query("firm == 'Harbour'").set_index("week")["acquisition"]
    metrics, record = market.metrics(), market.record()
    spent = books.loc[19] - books.loc[5]
    assert books.loc[5] > 0
    assert record.spent("acquisition") == pytest.approx(spent)
    won = market.panel().query("firm == 'Harbour' and measured")
    channels = [f"acquired_by_{channel}" for channel in ("advertising", "deal", "referral", "praise")]
    for channel in channels:
        assert metrics[channel] == won[channel].sum() > 0
    each = spent / (won[channels].to_numpy().sum() + won["won_back"].sum())
    assert metrics["cost_per_acquired"] == pytest.approx(each)
