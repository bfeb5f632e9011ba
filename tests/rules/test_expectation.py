"""Expectation that adapts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.expectation import Expectation, next_expectation, quality_value
from tests.rules.steady import close, reals, steady

ON = Expectation(weight=0.2, pull=0.4).numbers()
OFF = Expectation(enabled=False).numbers()


def test_the_equations_by_hand() -> None:
    assert next_expectation(F32(75.0), F32(85.0), ON) == close(77.0)
    assert quality_value(F32(85.0), F32(75.0), ON) == close(0.4)
    assert quality_value(F32(70.0), F32(75.0), ON) == close(-0.2)


def test_yesterdays_delight_is_todays_norm() -> None:
    expected, surprises = F32(75.0), []
    for _ in range(40):
        surprises.append(float(F32(90.0) - expected))
        expected = next_expectation(expected, F32(90.0), ON)
    assert surprises[0] == 15.0
    assert all(now < before for before, now in pairwise(surprises))
    assert surprises[-1] < 0.01


@given(expected=reals(0, 100), met=reals(-50, 150))
@steady
def test_expectation_moves_toward_what_was_met_and_not_past_it(expected: Any, met: Any) -> None:
    low, high = sorted((float(expected), float(met)))
    assert low - 1e-4 <= next_expectation(expected, met, ON) <= high + 1e-4


@given(usual=reals(0, 100))
@steady
def test_a_firm_that_is_as_good_as_it_was_known_for_draws_nobody(usual: Any) -> None:
    assert quality_value(usual, usual, ON) == 0


@given(a=reals(0, 100), b=reals(0, 100), usual=reals(0, 100))
@steady
def test_the_firm_of_which_more_is_expected_draws_more(a: Any, b: Any, usual: Any) -> None:
    low, high = sorted((a, b))
    assert quality_value(low, usual, ON) <= quality_value(high, usual, ON)


@given(expected=reals(0, 100), met=reals(-50, 150), usual=reals(0, 100))
@steady
def test_off_expectations_stay_where_they_are_and_draw_nobody(expected: Any, met: Any, usual: Any) -> None:
    assert next_expectation(expected, met, OFF) == expected
    assert quality_value(expected, usual, OFF) == 0
