"""Joining a programme."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given

from sim.arithmetic import F32
from sim.rules.join import Join, joins, yearly_benefit
from tests.rules.steady import close, reals, steady

ON = Join().numbers()
OFF = Join(enabled=False).numbers()


def chance(benefit: float, effort: float = 3.0, ask: float = 0.3) -> float:
    """The chance, by bisection on the uniform draw."""
    low, high = 0.0, 1.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        if joins(F32(middle), F32(ask), F32(benefit), F32(effort), ON):
            low = middle
        else:
            high = middle
    return low


def test_the_benefit_of_a_year_by_hand() -> None:
    # A visit every other week, baskets of 30 of which 1 % comes back, and 0.5 a visit.
    assert yearly_benefit(F32(0.5), F32(30.0), F32(0.01), F32(0.5)) == close(52 * 0.5 * (0.3 + 0.5))


@pytest.mark.parametrize(
    ("benefit", "share"), [(0.0, 0.0), (1.0, 0.1), (3.0, 0.5), (9.0, 0.9), (3000.0, 1.0)]
)
def test_the_share_of_those_asked_who_join_by_hand(benefit: float, share: float) -> None:
    assert chance(benefit) == pytest.approx(0.3 * share, abs=1e-5)


def test_without_effort_everybody_who_is_asked_joins_unless_there_is_nothing_in_it() -> None:
    assert chance(0.01, effort=0.0) == pytest.approx(0.3, abs=1e-5)
    with np.errstate(divide="raise", invalid="raise"):
        assert chance(0.0, effort=0.0) < 1e-5


@given(u=reals(0.0001, 1), a=reals(0, 5), b=reals(0, 5), basket=reals(1, 200))
@steady
def test_those_who_buy_much_join_first(u: Any, a: Any, b: Any, basket: Any) -> None:
    light, heavy = (yearly_benefit(p, basket, F32(0.01), F32(0.0)) for p in sorted((a, b)))
    ask, effort = F32(0.3), F32(3.0)
    assert joins(u, ask, heavy, effort, ON) or not joins(u, ask, light, effort, ON)


@given(u=reals(0.301, 1), benefit=reals(0, 1e6), effort=reals(0, 1e6))
@steady
def test_who_is_not_asked_does_not_join(u: Any, benefit: Any, effort: Any) -> None:
    assert not joins(u, F32(0.3), benefit, effort, ON)


@given(u=reals(0, 1), benefit=reals(0, 1e6), effort=reals(0, 1e6))
@steady
def test_off_nobody_joins(u: Any, benefit: Any, effort: Any) -> None:
    assert not joins(u, F32(1.0), benefit, effort, OFF)
