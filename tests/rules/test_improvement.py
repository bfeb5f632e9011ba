"""Care that is kept up lowers failures and evens out quality, each further bit less."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.improvement import Improvement, failure_factor, next_care, reach, spread_factor
from tests.rules.steady import steady

RULE = Improvement()
OFF = Improvement(enabled=False)


def between(low: float, high: float) -> Any:
    return st.floats(low, high, allow_nan=False)


def test_the_equations_by_hand() -> None:
    assert next_care(100, 50, 0.9) == pytest.approx(95)
    assert reach(100, 20_000, RULE) == pytest.approx(100 / 300)
    assert failure_factor(0.5, 0.0, RULE) == pytest.approx(0.7)
    assert failure_factor(0.5, 0.25, RULE) == pytest.approx(0.7 / 0.85)
    assert spread_factor(0.5, 0.25, RULE) == pytest.approx(0.85 / 0.925)


@given(usual=between(0, 1))
@steady
def test_with_the_usual_care_all_is_as_usual(usual: float) -> None:
    assert failure_factor(usual, usual, RULE) == spread_factor(usual, usual, RULE) == 1


def test_each_further_bit_of_care_does_less() -> None:
    first, second, third = (failure_factor(reach(c, 1e4, RULE), 0, RULE) for c in (100, 200, 300))
    assert 1 - first > first - second > second - third > 0


@given(care=between(0, 1e9), sales=between(0, 1e9))
@steady
def test_failures_never_vanish_even_without_sales(care: float, sales: float) -> None:
    reached = reach(care, sales, RULE)
    assert 0 <= reached <= 1
    assert 1 - RULE.failures <= failure_factor(reached, 0, RULE) <= 1


def test_the_same_budget_does_less_in_a_larger_firm() -> None:
    assert reach(100, 1e4, RULE) > reach(100, 1e5, RULE)


def test_care_that_is_not_kept_up_is_lost() -> None:
    care = 100.0
    for _ in range(35):
        care = next_care(care, 0, 0.98)
    assert 45 < care < 55


def test_off_failures_and_spread_stay_as_they_are() -> None:
    assert failure_factor(0.9, 0.0, OFF) == spread_factor(0.9, 0.0, OFF) == 1
