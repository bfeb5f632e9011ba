"""Levels: pride, striving and loss."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.arithmetic import F32
from sim.rules.status import Status, demotion_size, promotion_size, stake_value, status_value, within_reach
from tests.rules.same_bits import floats, same_bits, wholes
from tests.rules.steady import close, reals, steady

ON = Status(weight=0.2, gradient=0.4, salience_half=0.5, promotion=0.2, loss_aversion=1.5).numbers()
OFF = Status(enabled=False).numbers()
WEEKS = st.integers(0, 52).map(np.int32)
STEPS = st.integers(0, 5).map(np.int32)


def stake(
    progress: float = 0.8,
    weeks: int = 10,
    pace: float = 1.0,
    missing: float = 10.0,
    worth: float = 0.5,
    numbers: Any = ON,
) -> float:
    """Pull of a level, half of its size by worth and half by reach unless told otherwise."""
    whole = np.int32(weeks)
    return float(stake_value(F32(progress), whole, F32(pace), F32(missing), F32(worth), numbers))


def test_pride_by_hand() -> None:
    assert status_value(F32(0.0), ON) == 0
    assert status_value(F32(0.5), ON) == close(0.1)
    assert status_value(F32(1.0), ON) == close(0.2)


def test_the_pull_of_a_level_by_hand() -> None:
    assert stake() == close(0.4 * 0.64 * 0.5 * 0.5)
    assert stake(progress=1.0, worth=1e6, missing=0.0) == close(0.4)
    assert stake(pace=0.5, weeks=12, missing=2.0) == close(0.4 * 0.64 * 0.5 * 0.75)


@given(a=reals(0, 1), b=reals(0, 1), worth=reals(0, 10))
@steady
def test_the_nearer_the_level_the_stronger_its_pull(a: Any, b: Any, worth: Any) -> None:
    little, much = sorted((a, b))
    assert stake(progress=little, worth=worth) <= stake(progress=much, worth=worth)


@given(a=reals(0, 100), b=reals(0, 100), weeks=WEEKS, pace=reals(0, 10))
@steady
def test_the_more_is_still_missing_the_less_it_draws(a: Any, b: Any, weeks: Any, pace: Any) -> None:
    little, much = sorted((a, b))
    assert 0 <= stake(weeks=weeks, pace=pace, missing=much) <= stake(weeks=weeks, pace=pace, missing=little)


@given(a=WEEKS, b=WEEKS)
@steady
def test_who_has_no_time_left_gives_up(a: Any, b: Any) -> None:
    short, long = sorted((a, b))
    assert stake(weeks=short) <= stake(weeks=long)
    assert stake(weeks=0) < 1e-20


def test_who_buys_too_seldom_to_make_it_feels_nothing() -> None:
    assert stake(pace=0.0) < 1e-20
    assert stake(pace=0.01) < 0.03 * stake(pace=1e6)


@given(a=reals(0, 100), b=reals(0, 100))
@steady
def test_a_level_worth_more_never_draws_less(a: Any, b: Any) -> None:
    little, much = sorted((a, b))
    assert stake(worth=little) <= stake(worth=much)
    assert stake(worth=0.0) == 0


@given(weeks=WEEKS, pace=reals(0, 100), missing=reals(0, 1000))
@steady
def test_reach_is_a_share(weeks: Any, pace: Any, missing: Any) -> None:
    with np.errstate(divide="raise", invalid="raise"):
        reach = within_reach(pace, weeks, missing)
    assert 0 <= reach <= 1
    assert isinstance(reach, np.float32)


def test_a_goal_that_takes_as_many_purchases_as_one_can_make_is_half_within_reach() -> None:
    assert within_reach(F32(0.5), np.int32(8), F32(4.0)) == close(0.5)
    assert within_reach(F32(0.5), np.int32(8), F32(1.0)) == close(0.8)
    assert within_reach(F32(0.0), np.int32(0), F32(0.0)) == 1


@given(steps=st.integers(1, 5).map(np.int32))
@steady
def test_a_fall_hurts_more_than_a_rise_by_as_many_levels_pleases(steps: Any) -> None:
    rise, fall = promotion_size(steps, ON), demotion_size(steps, ON)
    assert fall > rise > 0
    assert fall / rise == close(1.5)


def test_two_levels_count_twice() -> None:
    assert promotion_size(np.int32(0), ON) == demotion_size(np.int32(0), ON) == 0
    assert promotion_size(np.int32(2), ON) == close(0.4)
    assert demotion_size(np.int32(2), ON) == close(0.6)


@given(rank=reals(0, 1), steps=STEPS, progress=reals(0, 1), weeks=WEEKS, worth=reals(0, 1e4))
@steady
def test_off_a_level_means_nothing(rank: Any, steps: Any, progress: Any, weeks: Any, worth: Any) -> None:
    assert status_value(rank, OFF) == 0
    assert stake(progress, weeks, worth=worth, numbers=OFF) == 0
    assert promotion_size(steps, OFF) == 0
    assert demotion_size(steps, OFF) == 0


@pytest.mark.parametrize("numbers", [ON, OFF], ids=["on", "off"])
def test_compiled_as_in_plain_python(numbers: Any) -> None:
    assert same_bits(status_value, numbers, floats(0, 0.2, 0.6, 1))
    assert same_bits(promotion_size, numbers, wholes(0, 1, 3, 5))
    assert same_bits(demotion_size, numbers, wholes(0, 1, 3, 5))
    assert same_bits(
        stake_value,
        numbers,
        floats(0, 0.37, 1),
        wholes(0, 1, 33),
        floats(0, 0.07, 2.3),
        floats(0, 0.3, 41),
        floats(0, 0.11, 5),
    )
