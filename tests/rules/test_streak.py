"""Rows that one does not like to break."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.arithmetic import F32
from sim.rules.streak import Streak, streak_value
from tests.rules.same_bits import floats, same_bits, wholes
from tests.rules.steady import close, reals, steady

ON = Streak(weight=0.4, half=0.5).numbers()
OFF = Streak(enabled=False).numbers()
LINKS = st.integers(0, 60).map(np.int32)


def pull(length: int, needed: int = 8, worth: float = 0.5, numbers: Any = ON) -> float:
    """Value of keeping a row of so many links."""
    return float(streak_value(np.int32(length), np.int32(needed), F32(worth), numbers))


def test_the_equation_by_hand() -> None:
    assert pull(0) == 0
    assert pull(4) == close(0.4 * 0.5 * 0.5)
    assert pull(6, worth=1.5) == close(0.4 * 0.75 * 0.75)
    assert pull(8, worth=1e7) == close(0.4)


@given(a=LINKS, b=LINKS, needed=st.integers(1, 52))
@steady
def test_the_longer_the_row_the_less_one_likes_to_break_it(a: Any, b: Any, needed: int) -> None:
    short, long = sorted((a, b))
    assert 0 <= pull(short, needed) <= pull(long, needed)
    assert pull(long, needed) <= pull(needed, needed)


@given(a=reals(0, 10), b=reals(0, 10), length=LINKS)
@steady
def test_the_more_it_brings_the_less_one_likes_to_break_it(a: Any, b: Any, length: Any) -> None:
    little, much = sorted((a, b))
    assert pull(length, worth=little) <= pull(length, worth=much)
    assert pull(length, worth=0.0) == 0


def test_a_row_that_asks_for_more_links_pulls_less_at_the_same_length() -> None:
    assert pull(3, needed=4) > pull(3, needed=12)


def test_links_are_counted_whole_and_the_pull_is_float32() -> None:
    assert isinstance(streak_value(np.int32(3), np.int32(8), F32(0.5), ON), np.float32)


@given(length=LINKS, worth=reals(0, 1e6))
@steady
def test_off_a_row_is_as_easily_broken_as_not(length: Any, worth: Any) -> None:
    assert streak_value(length, np.int32(8), worth, OFF) == 0


@pytest.mark.parametrize("numbers", [ON, OFF], ids=["on", "off"])
def test_compiled_as_in_plain_python(numbers: Any) -> None:
    links = wholes(0, 1, 3, 7, 60)
    assert same_bits(streak_value, numbers, links, wholes(1, 7, 12), floats(0, 0.013, 0.7, 60))
    assert same_bits(streak_value, numbers, floats(0, 3, 7), wholes(7, 11), floats(0.13))
