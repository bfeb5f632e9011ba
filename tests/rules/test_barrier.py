"""Barriers and convenience."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.barrier import Barrier, barrier_value, convenience_value
from tests.rules.steady import reals, steady

ON = Barrier(weight=1.0).numbers()
OFF = Barrier(enabled=False).numbers()


def test_the_equations_by_hand() -> None:
    assert barrier_value(F32(3), True, ON) == 3
    assert convenience_value(F32(1.5), F32(0.5), ON) == 1
    assert convenience_value(F32(0), F32(0.5), Barrier(weight=2.0).numbers()) == -1


@given(cost=reals(0, 20))
@steady
def test_a_barrier_holds_only_those_who_are_inside(cost: Any) -> None:
    assert barrier_value(cost, False, ON) == 0


@given(level=reals(-10, 10))
@steady
def test_the_convenience_one_is_used_to_moves_nobody(level: Any) -> None:
    assert convenience_value(level, level, ON) == 0


@given(cost=reals(0, 20), level=reals(-10, 10), usual=reals(-10, 10))
@steady
def test_off_neither_barrier_nor_convenience_counts(cost: Any, level: Any, usual: Any) -> None:
    assert barrier_value(cost, True, OFF) == 0
    assert convenience_value(level, usual, OFF) == 0
