"""Stated intention."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.intention import intention
from tests.rules.steady import close, reals, steady

NEUTRAL = F32(75)


def said(
    satisfaction: float = 75.0,
    attachment: float = 0.0,
    grievance: float = 0.0,
    value: float = 0.0,
    barrier: float = 0.0,
) -> float:
    state = (satisfaction, float(NEUTRAL), attachment, grievance, value, barrier)
    return float(intention(*(F32(x) for x in state)))


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def test_the_equation_by_hand() -> None:
    assert said() == close(logistic(3))
    assert said(satisfaction=55) == close(logistic(3 - 1))
    assert said(attachment=2) == close(logistic(3 + 1))
    assert said(grievance=25) == close(logistic(3 - 4))
    assert said(65, -1, 10) == close(logistic(3 - 0.5 - 0.5 - 1.6))
    assert said(value=0.5, barrier=1.5) == close(logistic(3 + 2))


@given(satisfaction=reals(0, 90), attachment=reals(-5, 3), grievance=reals(0, 90), more=reals(1, 10))
@steady
def test_intention_rises_with_satisfaction_and_attachment_and_falls_with_grievance(
    satisfaction: Any, attachment: Any, grievance: Any, more: Any
) -> None:
    none = F32(0)
    now = intention(satisfaction, NEUTRAL, attachment, grievance, none, none)
    assert 0 <= now <= 1
    assert intention(satisfaction + more, NEUTRAL, attachment, grievance, none, none) >= now
    assert intention(satisfaction, NEUTRAL, attachment + more, grievance, none, none) >= now
    assert intention(satisfaction, NEUTRAL, attachment, grievance + more, none, none) <= now


def test_who_cannot_easily_change_means_to_return_whatever_she_feels() -> None:
    assert said(satisfaction=55, grievance=25, barrier=4) > 0.5 > said(satisfaction=55, grievance=25)


def test_a_great_grievance_outweighs_what_satisfaction_is_left() -> None:
    assert said(satisfaction=75, grievance=40) < 0.5 < said(satisfaction=60)
