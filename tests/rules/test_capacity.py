"""Capacity: a firm that is asked for more than it can serve turns customers away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.capacity import WEIGHT, next_demand, served_share

amounts = st.floats(0.1, 1e6)


def test_demand_of_which_half_is_served_is_twice_what_was_sold() -> None:
    assert next_demand(-1.0, 100, 0.5) == 200.0


def test_what_a_firm_takes_for_its_demand_follows_its_till_by_degrees() -> None:
    assert next_demand(100.0, 200, 1.0) == pytest.approx(100.0 + WEIGHT * 100.0)


def test_a_firm_that_knows_nothing_of_its_demand_yet_serves_everybody() -> None:
    assert served_share(10.0, -1.0) == served_share(10.0, 0.0) == 1.0


@given(amounts, amounts)
def test_a_firm_serves_all_where_it_can_and_its_capacity_where_it_cannot(
    capacity: float, demand: float
) -> None:
    share = served_share(capacity, demand)
    assert 0 < share <= 1
    assert share * demand == pytest.approx(min(capacity, demand))


@given(amounts, amounts)
def test_in_the_long_run_a_firm_sells_its_capacity_whatever_is_asked_for(
    capacity: float, asked: float
) -> None:
    """Of so many who ask each week, the share served leaves the demand that the firm reckons as it is."""
    demand = -1.0
    for _ in range(60):
        share = served_share(capacity, demand)
        sold = share * asked
        demand = next_demand(demand, sold, share)  # type: ignore[arg-type]
    assert sold == pytest.approx(min(capacity, asked), rel=1e-6)
