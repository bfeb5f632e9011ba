"""Satisfaction as disconfirmation."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from sim.arithmetic import F32
from sim.rules.satisfaction import (
    Satisfaction,
    felt,
    next_satisfaction,
    recovered_satisfaction,
    shortfall,
)
from tests.rules.steady import close, reals, steady

ON = Satisfaction(neutral=75.0, zone=6.0, zone_above=2.0, asymmetry=1.7, floor=0.1, band=2.0).numbers()
OFF = Satisfaction(enabled=False).numbers()
EXPECTED = F32(75.0)


def surprise(points: float) -> float:
    return float(felt(EXPECTED + F32(points), EXPECTED, ON))


@pytest.mark.parametrize(
    ("points", "feeling"),
    [(0, 0), (1.5, 0), (2, 0), (-6, 0), (5, 3), (12, 10), (-8, -1.7 * 2), (-28, -1.7 * 22)],
)
def test_the_feeling_by_hand(points: float, feeling: float) -> None:
    assert surprise(points) == close(feeling)


@given(points=reals(-6, 2))
@steady
def test_inside_the_zone_of_tolerance_nothing_is_felt(points: Any) -> None:
    assert felt(points, F32(0.0), ON) == 0


@given(points=reals(0.1, 60))
@steady
def test_beyond_the_zone_a_shortfall_weighs_more_than_a_surplus_of_the_same_size(points: Any) -> None:
    delight = felt(ON.zone_above + points, F32(0.0), ON)
    disappointment = felt(-ON.zone - points, F32(0.0), ON)
    assert delight > 0
    assert -disappointment / delight == close(1.7, rel=1e-4)


def test_less_than_expected_is_tolerated_further_than_more_is_taken_for_granted() -> None:
    """The zone lies mostly below: what is predicted is nearer to what is desired than to what is adequate."""
    assert surprise(-5) == 0 < surprise(5)


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
    ("experiences", "weight"), [(1, 1 / 5), (4, 1 / 8), (5, 1 / 9), (6, 0.1), (400, 0.1)]
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
    assert recovered_satisfaction(OFF.neutral, -feeling, experiences, OFF) == OFF.neutral


# --- what a failure takes, and what making it good gives back ---------------------------------------------


@pytest.mark.parametrize(
    ("perceived", "missing"), [(75, 0), (90, 0), (69.5, 0), (69, 0), (68, 1), (44, 25), (0, 69)]
)
def test_a_shortfall_begins_where_tolerance_ends(perceived: float, missing: float) -> None:
    assert shortfall(F32(perceived), EXPECTED, ON) == close(missing)


@given(perceived=reals(0, 100), expected=reals(0, 100))
@steady
def test_where_service_falls_short_it_is_felt_and_where_not_it_does_not_hurt(
    perceived: Any, expected: Any
) -> None:
    missing, feeling = shortfall(perceived, expected, ON), felt(perceived, expected, ON)
    assert missing >= 0
    assert (missing > 0) == (feeling < 0)
    assert feeling == close(-1.7 * missing, rel=1e-4) or missing == 0


def test_a_recovery_by_hand() -> None:
    # Weight 1 / (1 + 4), each point counted 1.7 times, as when it was lost.
    assert recovered_satisfaction(F32(60.0), F32(10.0), F32(1.0), ON) == close(60.0 + 0.2 * 1.7 * 10.0)
    assert recovered_satisfaction(F32(60.0), F32(10.0), F32(40.0), ON) == close(60.0 + 0.1 * 1.7 * 10.0)


@given(before=reals(40, 75), points=reals(0, 60), share=reals(0, 1), experiences=reals(1, 1000))
@steady
def test_a_failure_made_good_restores_at_most_what_it_took(
    before: Any, points: Any, share: Any, experiences: Any
) -> None:
    """Against the same purchase had it been as expected; the points are those that were lost beyond the zone."""
    spared = next_satisfaction(before, F32(0.0), experiences, ON)
    hurt = next_satisfaction(before, felt(EXPECTED - ON.zone - points, EXPECTED, ON), experiences, ON)
    restored = recovered_satisfaction(hurt, share * points, experiences, ON)
    assert hurt <= restored <= spared + 1e-4
    whole = recovered_satisfaction(hurt, points, experiences, ON)
    assert whole == close(float(spared), rel=1e-5)
