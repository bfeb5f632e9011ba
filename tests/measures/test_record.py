"""What a run leaves behind, as the measures of one firm see it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.measures.record import ratio
from sim.measures.tally import Tally
from tests.measures.records import record


def test_a_flow_is_summed_over_weeks_and_memberships_of_the_firm() -> None:
    made = record(2, failures=[[[1, 2], [50, 50]], [[3, 4], [50, 50]]])
    assert made.sum(Tally.FAILURES) == 10


def test_a_flow_of_members_is_theirs_alone() -> None:
    made = record(2, failures=[[[1, 2], [50, 50]], [[3, 4], [50, 50]]])
    assert made.sum(Tally.FAILURES, members_only=True) == 6


def test_what_was_spent_on_accounts_is_in_currency_and_income_is_below_nought() -> None:
    made = record(2, accounts={"goods": [100, 250], "fees": [-40, 0]})
    assert made.spent("goods") == 3.5
    assert made.spent("goods", "fees") == 3.1


def test_a_stock_is_read_in_the_last_week() -> None:
    made = record(2, members=[[[1, 2], [50, 50]], [[3, 4], [50, 50]]])
    assert made.last(Tally.MEMBERS) == 7
    assert made.last(Tally.MEMBERS, members_only=True) == 4


def test_a_stock_adds_up_to_customer_years() -> None:
    """26 weeks with 4 active customers are 104 weeks, two years."""
    made = record(26, active=[[1, 3], [50, 50]])
    assert made.years(Tally.ACTIVE) == 2.0


def test_another_firm_reads_its_own() -> None:
    assert record(firm=1, failures=[[[1, 2], [50, 50]]]).sum(Tally.FAILURES) == 100


def test_sums_beyond_the_reach_of_floating_point_are_exact() -> None:
    made = record(2, revenue=np.array([2**53, 1]).reshape(2, 1, 1) * np.array([[1, 0], [0, 0]]))
    assert made.sum(Tally.REVENUE) == 2**53 + 1


@pytest.mark.parametrize(("part", "whole", "share"), [(1, 4, 0.25), (0, 4, 0.0), (-1, 2, -0.5)])
def test_a_ratio_is_a_part_over_a_whole(part: float, whole: float, share: float) -> None:
    assert ratio(part, whole) == share


def test_a_part_of_nothing_is_not_a_number() -> None:
    assert math.isnan(ratio(0, 0))
    assert math.isnan(ratio(1, 0))
