"""What is told to friends, against numbers reckoned by hand."""

from __future__ import annotations

import math

import pytest

from sim.market import Market
from sim.measures.tally import Tally
from sim.measures.voices import audience_ratio, praise_rate, praise_to_warnings, referrals, warning_rate
from tests.measures.records import ours, record
from tests.worlds import bustling


@pytest.mark.parametrize(("measure", "tally"), [(praise_rate, "praise"), (warning_rate, "warnings")])
def test_messages_are_counted_per_year_of_an_active_customer(measure, tally) -> None:
    """26 weeks with 4 active customers are 2 customer-years; the 6 referrals are another matter."""
    made = record(26, active=ours(*[4] * 26), referrals=ours(6, *[0] * 25), **{tally: ours(3, *[0] * 25)})
    assert measure(made) == 1.5


def test_praise_is_set_against_warnings() -> None:
    assert (
        praise_to_warnings(record(2, praise=ours(2, 4), warnings=ours(1, 3), referrals=ours(50, 50))) == 1.5
    )


def test_a_firm_that_nobody_warns_of_has_no_ratio() -> None:
    assert math.isnan(praise_to_warnings(record(praise=ours(5))))


def test_a_warning_is_heard_by_twice_as_many_as_praise() -> None:
    """4 warnings reach 40 friends, 8 times praise 40; who is referred is told by one friend alone, and apart."""
    made = record(
        2, warnings=ours(4, 0), warnings_heard=ours(0, 40), praise=ours(5, 3), referrals=ours(1, 2),
        praise_heard=ours(20, 20),
    )  # fmt: skip
    assert audience_ratio(made) == 2.0


@pytest.mark.parametrize("unheard", ["warnings", "praise", "praise_heard"])
def test_there_is_no_ratio_of_audiences_where_one_is_missing(unheard: str) -> None:
    said = {"warnings": 4, "warnings_heard": 40, "praise": 8, "praise_heard": 40} | {unheard: 0}
    if unheard != "praise_heard":
        said |= {f"{unheard}_heard": 0}
    assert math.isnan(audience_ratio(record(**{name: ours(number) for name, number in said.items()})))


def test_referrals_are_counted() -> None:
    assert referrals(record(2, referrals=ours(3, 4))) == 7.0


def test_nobody_speaks_where_nobody_is_a_customer() -> None:
    assert math.isnan(praise_rate(record()))
    assert math.isnan(warning_rate(record()))


def test_warnings_reach_more_friends_than_praise_in_a_market() -> None:
    """10 friends against 5, as far as there are friends, and those friends are in the category."""
    world = (
        bustling().replace("customers.network.degree", 20).replace("customers.segments.singles.degree", None)
    )
    market = Market(world, customers=2000).run()
    record = market.record()
    assert min(record.sum(t) for t in (Tally.PRAISE, Tally.WARNINGS, Tally.REFERRALS)) > 100
    metrics = market.metrics()
    assert metrics["audience_ratio"] > 1.5
    assert metrics["praise_rate"] > 0
    assert metrics["warning_rate"] > 0
    assert metrics["referrals"] == record.sum(Tally.REFERRALS)
