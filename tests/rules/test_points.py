"""Points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.points import LOTS, filling, lot_period, points_earned, rewards_due, taken_from_lot
from tests.rules.steady import steady


@pytest.mark.parametrize(
    ("amount", "per_currency", "points"),
    [
        (12.34, 1.0, 12),
        (0.99, 1.0, 0),
        (1.00, 1.0, 1),
        (10.00, 0.1, 1),
        (0.10, 10.0, 1),
        (0.29, 100.0, 29),
        (7.5, 1.5, 11),
    ],
)
def test_points_earned_by_hand(amount: float, per_currency: float, points: int) -> None:
    assert points_earned(round(100 * amount), round(1e6 * per_currency), 0.0) == points


@given(cents=st.integers(0, 10**8), micro_points=st.integers(1, 10**9))
@steady
def test_points_are_whole_and_exact_to_the_cent(cents: int, micro_points: int) -> None:
    if cents * micro_points < 2**53:
        assert int(points_earned(cents, micro_points, 0.0)) == cents * micro_points // 10**8


@given(points=st.integers(1, 10**6), micro_points=st.integers(1, 10**9))
@steady
def test_one_cent_less_than_a_point_costs_earns_one_point_less(points: int, micro_points: int) -> None:
    price = -(-points * 10**8 // micro_points)
    if micro_points <= 10**8 and price * micro_points < 2**53:
        assert int(points_earned(price, micro_points, 0.0)) == points
        assert int(points_earned(price - 1, micro_points, 0.0)) == points - 1


def filling_lot(week: int, period: int) -> int:
    """In a ring that begins in week 0."""
    return int(filling(week, period, 0, LOTS))


def test_a_balance_pays_for_whole_rewards_only() -> None:
    assert [int(rewards_due(balance, 150)) for balance in (0, 149, 150, 299, 300, 1000)] == [0, 0, 1, 1, 2, 6]


def test_a_lot_gives_what_it_has_and_no_more_than_is_wanted() -> None:
    assert [taken_from_lot(lot, 100) for lot in (0, 30, 100, 500)] == [0, 30, 100, 100]


@given(lots=st.lists(st.integers(0, 500), min_size=LOTS, max_size=LOTS), week=st.integers(0, 500))
@steady
def test_first_in_first_out(lots: list[int], week: int) -> None:
    period = 13
    filling = filling_lot(week, period)
    oldest_first = [(filling + 1 + step) % LOTS for step in range(LOTS)]
    # In the weeks before this one the lots were filled in just that order.
    filled = [filling_lot(week - ago * period, period) for ago in range(LOTS - 1, -1, -1)]
    assert filled == oldest_first
    wanted, left = sum(lots) // 2, list(lots)
    for lot in oldest_first:
        taken = taken_from_lot(left[lot], wanted)
        left[lot] -= taken
        wanted -= taken
    assert wanted == 0
    touched = [lot for lot in oldest_first if left[lot] < lots[lot]]
    for lot in touched[:-1]:
        assert left[lot] == 0, "an older lot is emptied before a younger one is touched"


def weeks_lived(earned: int, expire_weeks: int) -> int:
    """How long a point lives that is earned in this week and not used: until the ring is back at its lot."""
    period = lot_period(expire_weeks)
    week = earned + 1
    while week % period != 0 or filling_lot(week, period) != filling_lot(earned, period):
        week += 1
    return week - earned


@given(earned=st.integers(0, 300), expire_weeks=st.integers(1, 260))
@steady
def test_no_point_dies_before_its_time_and_none_outlives_five_periods(earned: int, expire_weeks: int) -> None:
    life = weeks_lived(earned, expire_weeks)
    assert expire_weeks < life <= LOTS * lot_period(expire_weeks)


def test_a_year_of_52_weeks_is_four_lots_of_13() -> None:
    assert lot_period(52) == 13
    assert {weeks_lived(earned, 52) for earned in range(260)} == set(range(53, 66))


@pytest.mark.parametrize(("expire_weeks", "period"), [(None, 0), (1, 1), (4, 1), (5, 2), (26, 7), (104, 26)])
def test_a_lot_takes_a_quarter_of_the_life_of_a_point(expire_weeks: int | None, period: int) -> None:
    assert lot_period(expire_weeks) == period


def test_points_that_never_expire_lie_in_one_lot() -> None:
    assert {filling_lot(week, lot_period(None)) for week in range(600)} == {0}
