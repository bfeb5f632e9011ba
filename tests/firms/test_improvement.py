"""What a firm builds up by continuous improvement."""

from __future__ import annotations

from itertools import pairwise

from sim.firms.improvement import ImprovementRoom
from sim.rules.improvement import Improvement as Rule
from sim.scenario import Improvement

PLAN = Improvement(budget=100.0, keep=0.9)


def test_a_firm_that_goes_on_as_it_did_changes_nothing() -> None:
    room = ImprovementRoom(Rule(), PLAN, 10_000)
    for week in range(500):
        room.week(PLAN, 8_000.0 + week, watching=week < 50)
        assert abs(room.failure_factor - 1) < 1e-12
        assert abs(room.spread_factor - 1) < 1e-12


def test_a_budget_lowers_failures_week_by_week_and_ending_it_lets_them_return() -> None:
    room = ImprovementRoom(Rule(), None, 10_000)
    factors = [room.failure_factor]
    for _ in range(60):
        room.week(PLAN, 10_000)
        factors.append(room.failure_factor)
    assert factors[0] == 1
    assert all(later < earlier for earlier, later in pairwise(factors))
    assert room.spread_factor < 1
    for _ in range(200):
        room.week(None, 10_000)
    assert 0.99 < room.failure_factor < 1


def test_ending_the_budget_of_the_start_makes_more_failures_than_were_written() -> None:
    room = ImprovementRoom(Rule(), PLAN, 10_000)
    room.week(None, 10_000)
    assert room.failure_factor > 1
    assert room.spread_factor > 1


def test_the_budget_is_what_it_costs_to_the_cent() -> None:
    room = ImprovementRoom(Rule())
    assert room.cost == 0
    room.week(Improvement(budget=12.345), 0)
    assert room.cost == 1234
    room.week(None, 0)
    assert room.cost == 0


def test_a_firm_that_sells_nothing_improves_all_the_same() -> None:
    room = ImprovementRoom(Rule(), None, 0.0)
    assert room.failure_factor == 1
    room.week(PLAN, 0.0)
    assert room.failure_factor < 1


def test_usual_sales_are_the_mean_of_the_weeks_that_are_watched() -> None:
    """The same budget reaches further in the firm that turned out to be smaller."""
    small, large = ImprovementRoom(Rule(), None, 10_000), ImprovementRoom(Rule(), None, 10_000)
    for _ in range(10):
        small.week(None, 5_000, watching=True)
        large.week(None, 20_000, watching=True)
    for _ in range(10):
        small.week(PLAN, 10_000)
        large.week(PLAN, 10_000)
    assert small.failure_factor < large.failure_factor
