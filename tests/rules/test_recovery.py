"""Recovery."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.recovery import Recovery, good_answer_chance, restored
from tests.rules.steady import close, reals, steady

ON = Recovery(
    quick=0.85, slow=0.43, patience=3.0, give_up=8.0, base=0.1, empowered=0.5, compensated=0.4
).numbers()
OFF = Recovery(enabled=False).numbers()


def test_the_chance_of_a_good_answer_by_hand() -> None:
    assert good_answer_chance(F32(0), F32(0), ON) == close(0.1)
    assert good_answer_chance(F32(0.5), F32(0), ON) == close(0.35)
    assert good_answer_chance(F32(1), F32(1), ON) == close(0.1 + 0.5 + 0.2)


def test_what_is_put_right_by_hand() -> None:
    assert restored(F32(0), F32(1), ON) == close(0.85)
    assert restored(F32(3), F32(1), ON) == close(0.43 + 0.42 * math.exp(-1))
    assert restored(F32(0), F32(0.5), ON) == close(0.425)


@given(weeks=reals(0, 20), longer=reals(0.1, 20), trust=reals(0.05, 1.6))
@steady
def test_a_quick_answer_puts_more_right_than_a_slow_one(weeks: Any, longer: Any, trust: Any) -> None:
    assert restored(weeks, trust, ON) >= restored(weeks + longer, trust, ON)


@given(weeks=reals(0, 20), trust=reals(0, 3))
@steady
def test_no_failure_pays(weeks: Any, trust: Any) -> None:
    best = Recovery(quick=1.0, slow=1.0).numbers()
    assert 0 <= restored(weeks, trust, ON) <= restored(weeks, trust, best) <= 1


def test_a_firm_that_lost_trust_cannot_put_as_much_right() -> None:
    assert restored(F32(1), F32(0.3), ON) < restored(F32(1), F32(1), ON) == restored(F32(1), F32(1.5), ON)


@given(empowerment=reals(0, 0.9), compensation=reals(0, 5))
@steady
def test_authority_and_compensation_make_answers_good(empowerment: Any, compensation: Any) -> None:
    now = good_answer_chance(empowerment, compensation, ON)
    assert good_answer_chance(empowerment + F32(0.1), compensation, ON) > now
    assert good_answer_chance(empowerment, compensation + F32(0.1), ON) > now
    assert now < 1


@given(weeks=reals(0, 20), trust=reals(0, 3), empowerment=reals(0, 1), compensation=reals(0, 5))
@steady
def test_off_nothing_is_put_right(weeks: Any, trust: Any, empowerment: Any, compensation: Any) -> None:
    assert restored(weeks, trust, OFF) == 0
    assert good_answer_chance(empowerment, compensation, OFF) == 0
