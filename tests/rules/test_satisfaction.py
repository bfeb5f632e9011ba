"""Satisfaction as disconfirmation."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from sim.arithmetic import F32
from sim.rules.satisfaction import Satisfaction, felt, next_satisfaction
from tests.rules.steady import close, reals, steady

ON = Satisfaction().numbers()
OFF = Satisfaction(enabled=False).numbers()
EXPECTED = F32(75.0)


def surprise(points: float) -> float:
    return float(felt(EXPECTED + F32(points), EXPECTED, ON))


@pytest.mark.parametrize(
    ("points", "feeling"), [(0, 0), (2.5, 0), (-3, 0), (5, 2), (13, 10), (-5, -1.7 * 2), (-25, -1.7 * 22)]
)
def test_the_feeling_by_hand(points: float, feeling: float) -> None:
    assert surprise(points) == close(feeling)


@given(points=reals(-3, 3))
@steady
def test_inside_the_zone_of_tolerance_nothing_is_felt(points: Any) -> None:
    assert felt(points, F32(0.0), ON) == 0


@given(points=reals(3.1, 60))
@steady
def test_a_shortfall_weighs_more_than_a_surplus_of_the_same_size(points: Any) -> None:
    delight, disappointment = felt(points, F32(0.0), ON), felt(-points, F32(0.0), ON)
    assert delight > 0
    assert -disappointment / delight == close(1.7, rel=1e-5)


@given(a=reals(0, 100), b=reals(0, 100))
@steady
def test_a_better_experience_never_feels_worse(a: Any, b: Any) -> None:
    low, high = sorted((a, b))
    assert felt(low, EXPECTED, ON) <= felt(high, EXPECTED, ON)


def test_the_verdict_on_a_first_purchase_by_hand() -> None:
    # The first purchase is the one experience there is: weight 1 / (1 + 4).
    after = next_satisfaction(F32(75.0), F32(-3.4), F32(1.0), ON)
    assert after == close(75.0 + 0.2 * (75.0 - 3.4 - 75.0))


@pytest.mark.parametrize(
    ("experiences", "weight"), [(1, 1 / 5), (4, 1 / 8), (15, 1 / 19), (16, 0.05), (400, 0.05)]
)
def test_the_weight_of_the_newest_experience_falls_to_a_floor(experiences: int, weight: float) -> None:
    assert next_satisfaction(F32(65.0), F32(0.0), F32(experiences), ON) == close(65.0 + 10.0 * weight)


def test_a_customer_who_gets_what_she_expects_is_neutral_in_the_end() -> None:
    satisfaction = F32(40.0)
    for n in range(1, 300):
        satisfaction = next_satisfaction(satisfaction, F32(0.0), F32(n), ON)
    assert satisfaction == close(75.0, rel=1e-4)


@given(before=reals(0, 100), feeling=reals(-60, 25), experiences=reals(1, 1000))
@steady
def test_satisfaction_moves_toward_the_verdict_and_not_past_it(
    before: Any, feeling: Any, experiences: Any
) -> None:
    after, verdict = next_satisfaction(before, feeling, experiences, ON), 75.0 + float(feeling)
    assert min(before, verdict) - 1e-4 <= after <= max(before, verdict) + 1e-4


@given(feeling=reals(-60, 25), experiences=reals(1, 1000))
@steady
def test_off_everybody_stays_neutral(feeling: Any, experiences: Any) -> None:
    assert next_satisfaction(OFF.neutral, feeling, experiences, OFF) == OFF.neutral == 75.0
