"""A firm that acts on complaints fails less often."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from sim.arithmetic import F32
from sim.rules.learning import Learning, failure_factor, next_lessons
from tests.rules.steady import close, reals, steady

ON = Learning(half_life=52.0, effect=4.0).numbers()
OFF = Learning(half_life=52.0, effect=4.0, enabled=False).numbers()


def after(weeks: int, acted_on: float, complaints: float, *, lessons: float = 0.0) -> Any:
    """Lessons after so many weeks with so many complaints in a hundred purchases."""
    learnt = F32(lessons)
    for _ in range(weeks):
        learnt = next_lessons(learnt, F32(acted_on), F32(complaints), F32(100), ON)
    return learnt


def test_the_equations_by_hand() -> None:
    assert after(1, 0.5, 4, lessons=0.1) == close(0.1 * 2 ** (-1 / 52) + 0.5 * 4 / 100, rel=1e-5)
    assert failure_factor(F32(0.1), ON) == close(2.718281828**-0.4, rel=1e-5)


def test_who_has_learnt_nothing_fails_as_usual() -> None:
    assert failure_factor(F32(0), ON) == 1


@given(lessons=reals(1e-4, 5), more=reals(1e-3, 5))
@steady
def test_the_more_lessons_the_fewer_failures_and_never_none(lessons: Any, more: Any) -> None:
    assert 1 > failure_factor(lessons, ON) > failure_factor(lessons + more, ON) > 0


def test_complaints_on_which_nobody_acts_teach_nothing() -> None:
    assert after(30, 0.0, 10) == 0
    assert after(30, 1.0, 0) == 0
    assert after(30, 0.8, 10) == close(4 * float(after(30, 0.2, 10)), rel=1e-5)


def test_half_of_the_lessons_are_forgotten_in_a_half_life() -> None:
    assert after(52, 1.0, 0, lessons=0.4) == close(0.2, rel=1e-5)


def test_lessons_are_by_purchase_not_by_the_size_of_the_firm() -> None:
    small, large = (next_lessons(F32(0), F32(0.5), F32(n), F32(50 * n), ON) for n in (2, 2000))
    assert small == large > 0


def test_fewer_failures_bring_fewer_lessons_so_that_failures_never_vanish() -> None:
    lessons = F32(0)
    for _ in range(2000):
        complaints = F32(3) * failure_factor(lessons, ON)
        lessons = next_lessons(lessons, F32(1), complaints, F32(100), ON)
    settled = failure_factor(lessons, ON)
    assert 0.05 < settled < 0.5
    # What is learnt in a week is what is forgotten in it.
    assert 0.03 * settled == close(float(lessons) * (1 - 2 ** (-1 / 52)), rel=1e-2)


@pytest.mark.parametrize("purchases", [0.0, 1.0])
def test_a_week_without_sales_teaches_nothing(purchases: float) -> None:
    assert next_lessons(F32(0.3), F32(1), F32(0), F32(purchases), ON) == close(0.3 * 2 ** (-1 / 52), rel=1e-5)


@given(lessons=reals(0, 50))
@steady
def test_off_the_failure_rate_stays_as_it_is(lessons: Any) -> None:
    assert failure_factor(lessons, OFF) == 1
