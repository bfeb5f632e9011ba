"""Failures, complaints and answers, against numbers reckoned by hand."""

from __future__ import annotations

import math

import pytest

from sim.market import Market
from sim.measures.service import answered, answered_well, complaint_rate, failure_rate, weeks_to_answer
from tests.measures.records import ours, record
from tests.worlds import bustling


def test_failures_are_a_share_of_all_purchases() -> None:
    assert (
        failure_rate(record(2, purchases=ours(150, 50), failures=ours(6, 4), core_failures=ours(1, 1)))
        == 0.05
    )


def test_complaints_are_a_share_of_all_failures() -> None:
    assert (
        complaint_rate(record(2, purchases=ours(900, 900), failures=ours(6, 4), complaints=ours(1, 3))) == 0.4
    )


def test_a_complaint_that_waits_is_neither_answered_nor_given_up() -> None:
    made = record(
        2,
        complaints=ours(20, 20),
        answered=ours(4, 2),
        never_answered=ours(0, 2),
        complaints_waiting=ours(9, 30),
    )
    assert answered(made) == 0.75


def test_good_answers_are_a_share_of_all_answers() -> None:
    made = record(
        2, complaints=ours(9, 9), answered=ours(4, 4), answered_well=ours(1, 3), never_answered=ours(5, 5)
    )
    assert answered_well(made) == 0.5


def test_the_wait_is_a_mean_over_answers() -> None:
    assert (
        weeks_to_answer(record(2, complaints=ours(9, 9), answered=ours(1, 4), weeks_waited=ours(0, 8))) == 1.6
    )


@pytest.mark.parametrize("measure", [failure_rate, complaint_rate, answered, answered_well, weeks_to_answer])
def test_where_nothing_is_sold_there_is_no_service_to_judge(measure) -> None:
    assert math.isnan(measure(record()))


def test_where_nothing_fails_nobody_complains_and_no_rate_can_be_given() -> None:
    made = record(purchases=ours(50))
    assert failure_rate(made) == 0.0
    assert math.isnan(complaint_rate(made))


def test_a_firm_without_a_desk_answers_nobody_and_one_with_a_large_desk_everybody() -> None:
    """Harbour of the bustling market, with and without its desk."""
    world = bustling()
    deaf = Market(world.replace("firms.Harbour.complaint_desk", None), customers=1000).run().metrics()
    assert deaf["answered"] == 0.0
    assert math.isnan(deaf["answered_well"])
    assert math.isnan(deaf["weeks_to_answer"])
    assert deaf["failure_rate"] == pytest.approx(0.25, abs=0.02)
    quick = (
        Market(world.replace("firms.Harbour.complaint_desk.capacity", 1000.0), customers=1000).run().metrics()
    )
    assert quick["answered"] == 1.0
    assert quick["weeks_to_answer"] == 0.0
    assert 0 < quick["answered_well"] < 1
