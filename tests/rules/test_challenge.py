"""Goals with a date."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from sim.arithmetic import F32
from sim.rules.challenge import Challenge, goal_value, takes_up
from tests.rules.same_bits import floats, same_bits
from tests.rules.steady import close, reals, steady

ON = Challenge(half=0.3, gradient=0.6, salience_half=0.5).numbers()
OFF = Challenge(enabled=False).numbers()


def chance(worth: float, seen: float = 0.5) -> float:
    """The chance that it is taken up, by bisection on the uniform draw."""
    low, high = 0.0, 1.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        taken_up = takes_up(F32(middle), F32(seen), F32(worth), ON)
        low, high = (middle, high) if taken_up else (low, middle)
    return low


def pull(progress: float = 0.5, worth: float = 0.5, reach: float = 1.0, numbers: Any = ON) -> float:
    """Value of a challenge under way."""
    return float(goal_value(F32(progress), F32(worth), F32(reach), numbers))


@pytest.mark.parametrize(("worth", "share"), [(0.0, 0.0), (0.1, 0.25), (0.3, 0.5), (0.9, 0.75), (1e7, 1.0)])
def test_the_share_of_those_who_see_it_that_take_it_up_by_hand(worth: float, share: float) -> None:
    assert chance(worth) == pytest.approx(0.5 * share, abs=1e-5)


@given(u=reals(0, 1), seen=reals(0, 1), a=reals(0, 10), b=reals(0, 10))
@steady
def test_who_takes_up_a_small_one_takes_up_a_large_one(u: Any, seen: Any, a: Any, b: Any) -> None:
    small, large = sorted((a, b))
    assert takes_up(u, seen, large, ON) or not takes_up(u, seen, small, ON)


@given(u=reals(0, 1), worth=reals(0, 1e6), seen=reals(0, 1))
@steady
def test_what_is_not_seen_is_not_taken_up(u: Any, worth: Any, seen: Any) -> None:
    assert not takes_up(u, F32(0.0), worth, ON)
    assert u <= seen or not takes_up(u, seen, worth, ON)


def test_the_pull_by_hand() -> None:
    assert pull() == close(0.6 * 0.25 * 0.5)
    assert pull(progress=1.0, worth=1e7) == close(0.6)
    assert pull(reach=0.3) == close(0.6 * 0.25 * 0.5 * 0.3)
    assert pull(progress=0.0) == 0


@given(a=reals(0, 1), b=reals(0, 1), worth=reals(0, 10), reach=reals(0, 1))
@steady
def test_the_nearer_the_goal_the_stronger_its_pull(a: Any, b: Any, worth: Any, reach: Any) -> None:
    little, much = sorted((a, b))
    assert 0 <= pull(little, worth, reach) <= pull(much, worth, reach)


@given(a=reals(0, 10), b=reals(0, 10), progress=reals(0, 1))
@steady
def test_more_points_never_pull_less(a: Any, b: Any, progress: Any) -> None:
    few, many = sorted((a, b))
    assert pull(progress, few) <= pull(progress, many)


@given(progress=reals(0, 1), worth=reals(0, 1e6), a=reals(0, 1), b=reals(0, 1))
@steady
def test_a_challenge_out_of_reach_draws_nobody(progress: Any, worth: Any, a: Any, b: Any) -> None:
    hard, easy = sorted((a, b))
    assert pull(progress, worth, hard) <= pull(progress, worth, easy)
    assert pull(progress, worth, 0.0) == 0


@given(u=reals(0, 1), seen=reals(0, 1), progress=reals(0, 1), worth=reals(0, 1e6))
@steady
def test_off_nobody_takes_one_up_or_strives(u: Any, seen: Any, progress: Any, worth: Any) -> None:
    assert not takes_up(u, seen, worth, OFF)
    assert pull(progress, worth, numbers=OFF) == 0


@pytest.mark.parametrize("numbers", [ON, OFF], ids=["on", "off"])
def test_compiled_as_in_plain_python(numbers: Any) -> None:
    worth = floats(0, 0.013, 0.3, 1.7, 60)
    assert same_bits(takes_up, numbers, floats(0.001, 0.2, 0.251, 0.9), floats(0, 0.5, 1), worth, kind=bool)
    assert same_bits(goal_value, numbers, floats(0, 0.37, 1), worth, floats(0, 0.61, 1))
