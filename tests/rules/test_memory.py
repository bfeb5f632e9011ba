"""Memory of purchases."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from sim.arithmetic import F32
from sim.rules.lapse import NEVER
from sim.rules.memory import Memory, after_purchase, pace, remembered
from tests.rules.steady import close, reals, steady

ON = Memory(half_life=26.0).numbers()
OFF = Memory(enabled=False).numbers()


@pytest.mark.parametrize(("weeks", "left"), [(0, 8), (26, 4), (52, 2), (104, 0.5)])
def test_half_is_forgotten_in_each_half_life_by_hand(weeks: int, left: float) -> None:
    assert remembered(F32(8.0), F32(weeks), ON) == close(left)


def test_the_pace_by_hand() -> None:
    assert pace(F32(0.0), ON) == close(0.5 * (1 - 2 ** (-1 / 26)))
    assert pace(F32(9.5), ON) == close(10 * (1 - 2 ** (-1 / 26)))


@pytest.mark.parametrize("every", [1, 2, 4])
def test_a_regular_buyer_reckons_her_own_pace(every: int) -> None:
    count = F32(0.0)
    for _ in range(520 // every):
        count = after_purchase(remembered(count, F32(every), ON))
    # Half a purchase is added, and she reckons right after one: both lift the pace a little.
    assert 1 / every < pace(count, ON) < 1 / every + 2 * 0.0263


@given(count=reals(0, 500), a=reals(0, 520), b=reals(0, 520))
@steady
def test_the_longer_ago_the_less_is_remembered(count: Any, a: Any, b: Any) -> None:
    near, far = sorted((a, b))
    assert 0 <= remembered(count, far, ON) <= remembered(count, near, ON) <= count


def test_one_who_never_bought_remembers_nothing_and_still_has_a_pace() -> None:
    ago = F32(52 - int(NEVER))
    assert remembered(F32(0.0), ago, ON) == 0
    assert pace(remembered(F32(3.0), ago, ON), ON) > 0


@given(count=reals(0, 500))
@steady
def test_off_hardly_anything_is_forgotten_in_ten_years(count: Any) -> None:
    assert remembered(count, F32(520.0), OFF) == close(2 ** (-520 / 10400) * float(count))
    assert remembered(count, F32(520.0), OFF) >= 0.96 * float(count)
