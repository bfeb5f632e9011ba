"""Cards that must be shown at the till, and are forgotten."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.arithmetic import F32
from sim.rules.use import Use, shows
from tests.rules.same_bits import same_bits

NUMBERS = Use().numbers()
U = st.floats(2**-10, 1 - 2**-10, width=32)
WEEKS = st.integers(1, 200)
PROGRESS = st.floats(0.0, 1.0, width=32)


def chance(weeks: float, progress: float) -> float:
    """By hand: exp(-forgetting weeks gone by x what is missing to the fourth)."""
    return math.exp(-Use().forgetting * max(weeks - 1, 0) * (1 - progress) ** 4)


@pytest.mark.parametrize("weeks", [2, 5, 20])
@pytest.mark.parametrize("progress", [0.0, 0.125, 0.3, 0.9])
def test_the_longer_ago_and_the_emptier_the_more_often_it_is_left_at_home(
    weeks: int, progress: float
) -> None:
    at = chance(weeks, progress)
    assert shows(F32(max(at - 1e-4, 1e-7)), F32(weeks), F32(progress), NUMBERS)
    assert not shows(F32(min(at + 1e-4, 1.0)), F32(weeks), F32(progress), NUMBERS)


@given(U, PROGRESS)
def test_who_was_there_last_week_shows_it(u: float, progress: float) -> None:
    assert shows(F32(u), F32(1), F32(progress), NUMBERS)


@given(U, WEEKS)
def test_a_full_card_is_never_forgotten(u: float, weeks: int) -> None:
    assert shows(F32(u), F32(weeks), F32(1), NUMBERS)


@given(U, WEEKS, PROGRESS, PROGRESS)
def test_a_head_start_makes_nobody_forget(u: float, weeks: int, one: float, other: float) -> None:
    less, more = sorted((F32(one), F32(other)))
    if shows(F32(u), F32(weeks), less, NUMBERS):
        assert shows(F32(u), F32(weeks), more, NUMBERS)


@given(U, WEEKS, PROGRESS)
def test_without_forgetting_every_card_is_shown(u: float, weeks: int, progress: float) -> None:
    assert shows(F32(u), F32(weeks), F32(progress), Use(enabled=False).numbers())


def test_compiled_and_plain_agree_to_the_bit() -> None:
    grid = [np.array(x, np.float32) for x in ((0.01, 0.3, 0.99), (1, 2, 30), (0.0, 0.2, 1.0))]
    assert same_bits(shows, NUMBERS, *grid, kind=np.bool_)
