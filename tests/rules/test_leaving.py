"""Leaving the category."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.leaving import Leaving, leaves
from tests.rules.steady import reals, steady

ON = Leaving().numbers()
OFF = Leaving(enabled=False).numbers()


def test_the_equation_by_hand() -> None:
    chance = 1 - math.exp(-0.1)
    assert leaves(F32(chance - 1e-5), F32(0.1), ON)
    assert not leaves(F32(chance + 1e-5), F32(0.1), ON)


@given(u=reals(0, 1))
@steady
def test_nobody_leaves_without_a_hazard(u: Any) -> None:
    assert not leaves(u, F32(0.0), ON)


@given(u=reals(0, 1), a=reals(0, 10), b=reals(0, 10))
@steady
def test_whoever_leaves_at_a_low_hazard_leaves_at_a_high_one(u: Any, a: Any, b: Any) -> None:
    low, high = sorted((a, b))
    assert leaves(u, high, ON) or not leaves(u, low, ON)


@given(u=reals(0, 1), hazard=reals(0, 100))
@steady
def test_off_nobody_leaves(u: Any, hazard: Any) -> None:
    assert not leaves(u, hazard, OFF)
