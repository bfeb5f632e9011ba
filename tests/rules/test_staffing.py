"""Pay, training, trust and load make morale and skill; these make service."""

from __future__ import annotations

from math import exp, inf, log
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import staffing as rules
from sim.rules.staffing import MOST_LOAD, Staffing
from tests.rules.steady import steady

RULE = Staffing()
OFF = Staffing(enabled=False)


def between(low: float, high: float) -> Any:
    return st.floats(low, high, allow_nan=False)


def test_the_equations_by_hand() -> None:
    assert rules.load(300, 10, 25, 1.2) == 1.0
    assert rules.strain(1.1) == pytest.approx(1.21)
    assert rules.taught(10, 500, RULE) == pytest.approx(1 - exp(-1))
    wanted = 0.62 + 1.5 * log(1.2) + 0.4 * 0.5 + 0.8 * 0.3 - 0.6 * 0.44
    assert rules.wanted_mood(1.2, 0.5, 0.8, 1.44, RULE) == pytest.approx(wanted)
    assert rules.next_mood(1.0, 2.0, RULE) == pytest.approx(2 - 2 ** (-1 / 13))
    assert rules.shocked(1.0, 0.1, RULE) == pytest.approx(0.6)
    assert rules.morale(log(3)) == pytest.approx(75)
    assert rules.quit_chance(0.52, 0.2, 0.7, RULE) == pytest.approx(1 - exp(-0.01 * exp(0.5)))
    assert rules.next_mastery(0.6, 0.5, RULE) == pytest.approx(0.6 + 0.5 * (1 - 2 ** (-1 / 13)))
    assert rules.hires(3.0, 0.2, RULE) == pytest.approx(0.7)
    assert rules.quality_shift(5.0, 0.9, 0.2, RULE) == pytest.approx(0.26 * 5 - 20 * 0.1 - 3 * 0.2)
    assert rules.failure_factor(0.9, 0.2, RULE) == pytest.approx(exp(0.6 * 0.2 + 1.5 * 0.1))
    assert rules.answer_factor(0.2, RULE) == pytest.approx(exp(-0.1))


def test_at_the_usual_state_nothing_is_shifted() -> None:
    assert rules.quality_shift(0.0, 1.0, 0.0, RULE) == 0
    assert rules.failure_factor(1.0, 0.0, RULE) == rules.answer_factor(0.0, RULE) == 1


def test_off_nothing_is_shifted_whatever_staff_feels() -> None:
    assert rules.quality_shift(-30.0, 0.6, 2.0, OFF) == 0
    assert rules.failure_factor(0.6, 2.0, OFF) == rules.answer_factor(2.0, OFF) == 1


@pytest.mark.parametrize("hands", [(0, 25, 1), (10, 0, 1), (1e-9, 25, 1)])
def test_who_is_asked_for_more_than_can_be_done_works_at_most_at_twice_the_pace(hands: Any) -> None:
    assert rules.load(1, *hands) == MOST_LOAD
    assert rules.load(0, *hands) == 0


def test_who_has_no_full_pace_is_never_busy() -> None:
    assert rules.load(5, 10, inf, 1) == 0


@given(low=between(0.2, 3), more=between(1.01, 2))
@steady
def test_more_pay_makes_a_better_mood(low: float, more: float) -> None:
    def mood(pay: float) -> float:
        return rules.wanted_mood(pay, 0, 0.5, 1, RULE)

    assert mood(low * more) > mood(low)
    assert mood(1.0) == pytest.approx(RULE.base)


@given(teaching=between(0, 0.9), trust=between(0, 0.9), strain=between(0, 3), more=between(0.01, 0.1))
@steady
def test_training_and_trust_lift_the_mood_and_strain_lowers_it(
    teaching: float, trust: float, strain: float, more: float
) -> None:
    as_it_is = rules.wanted_mood(1, teaching, trust, strain, RULE)
    assert rules.wanted_mood(1, teaching + more, trust, strain, RULE) > as_it_is
    assert rules.wanted_mood(1, teaching, trust + more, strain, RULE) > as_it_is
    assert rules.wanted_mood(1, teaching, trust, strain + more, RULE) < as_it_is


@given(mood=between(-1e6, 1e6))
@steady
def test_morale_lies_between_0_and_100_whatever_the_mood(mood: float) -> None:
    assert 0 <= rules.morale(mood) <= 100


@given(rate=between(0, 10), mood=between(-1e3, 1e3), worse=between(0.1, 5))
@steady
def test_people_quit_more_often_the_worse_their_mood_and_never_more_than_all(
    rate: float, mood: float, worse: float
) -> None:
    as_it_is, then = (rules.quit_chance(rate, m, 0.0, RULE) for m in (mood, mood - worse))
    assert 0 <= as_it_is <= then <= 1
    assert rules.quit_chance(1.0, -worse, 0.0, RULE) > rules.quit_chance(1.0, 0.0, 0.0, RULE)


def test_the_more_is_spent_on_training_the_less_the_next_coin_teaches() -> None:
    first, second, third = (rules.taught(t, 500, RULE) for t in (5, 10, 15))
    assert first > second - first > third - second > 0
    assert rules.taught(0, 500, RULE) == 0


@given(quits=between(0, 1), teaching=between(0, 1))
@steady
def test_where_as_many_learn_as_leave_mastery_stays(quits: float, teaching: float) -> None:
    mastery = rules.steady_mastery(quits, teaching, RULE)
    learnt = rules.next_mastery(mastery, teaching, RULE)
    assert (1 - quits) * learnt + quits * RULE.novice == pytest.approx(mastery)
    assert RULE.novice <= mastery <= 1 + RULE.mastering * teaching + 1e-12


def test_where_many_quit_fewer_know_their_job() -> None:
    masteries = [rules.steady_mastery(quits, 0.5, RULE) for quits in (0.0, 0.01, 0.05)]
    assert masteries == sorted(masteries, reverse=True)


@given(gaps=between(0, 100), foreseen=between(0, 100))
@steady
def test_no_more_people_are_hired_than_are_missing(gaps: float, foreseen: float) -> None:
    assert 0 <= rules.hires(gaps, foreseen, RULE) <= gaps


def test_what_was_foreseen_is_filled_at_once_and_the_rest_takes_weeks() -> None:
    assert rules.hires(0.1, 0.1, RULE) == 0.1
    assert rules.hires(6.0, 0.0, RULE) == pytest.approx(1.0)


@given(strain=between(-1, 3), skill=between(0.5, 1.3), more=between(0.01, 0.5))
@steady
def test_strain_and_want_of_skill_make_bad_quality_more_failures_and_slow_answers(
    strain: float, skill: float, more: float
) -> None:
    assert rules.quality_shift(0, skill, strain + more, RULE) < rules.quality_shift(0, skill, strain, RULE)
    assert rules.quality_shift(0, skill + more, strain, RULE) > rules.quality_shift(0, skill, strain, RULE)
    assert rules.quality_shift(more, skill, strain, RULE) > rules.quality_shift(0, skill, strain, RULE)
    assert rules.failure_factor(skill, strain + more, RULE) > rules.failure_factor(skill, strain, RULE)
    assert rules.failure_factor(skill + more, strain, RULE) < rules.failure_factor(skill, strain, RULE)
    assert rules.answer_factor(strain + more, RULE) < rules.answer_factor(strain, RULE)
