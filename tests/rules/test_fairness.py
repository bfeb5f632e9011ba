"""Changes to the worse that are resented."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.arithmetic import F32
from sim.rules.fairness import Fairness, breach, resentment
from tests.rules.same_bits import YES_OR_NO, floats, same_bits
from tests.rules.steady import close, reals, steady

ON = Fairness(weight=1.0, announced_share=0.5, largest=0.3, half=0.5).numbers()
OFF = Fairness(enabled=False).numbers()


def test_the_equations_by_hand() -> None:
    assert resentment(F32(0.8), False, ON) == close(0.8)
    assert resentment(F32(0.8), True, ON) == close(0.4)
    assert resentment(F32(0.8), False, Fairness(weight=1.5).numbers()) == close(1.2)
    assert breach(F32(0.5), False, ON) == close(0.15)
    assert breach(F32(0.5), True, ON) == close(0.075)
    assert breach(F32(1.5), False, ON) == close(0.225)


@given(loss=reals(0.001, 100))
@steady
def test_who_was_told_before_resents_less(loss: Any) -> None:
    assert 0 < resentment(loss, True, ON) < resentment(loss, False, ON)
    assert 0 < breach(loss, True, ON) < breach(loss, False, ON)


@given(a=reals(0, 100), b=reals(0, 100), announced=st.booleans())
@steady
def test_the_more_is_taken_the_more_it_is_resented(a: Any, b: Any, announced: bool) -> None:
    little, much = sorted((a, b))
    assert resentment(little, announced, ON) <= resentment(much, announced, ON)
    assert breach(little, announced, ON) <= breach(much, announced, ON)


@given(gain=reals(0, 100), announced=st.booleans())
@steady
def test_a_change_for_the_better_is_not_resented(gain: Any, announced: bool) -> None:
    assert resentment(-gain, announced, ON) == 0
    assert breach(-gain, announced, ON) == 0


@given(loss=reals(0, 1e6), announced=st.booleans())
@steady
def test_no_change_of_terms_destroys_all_trust(loss: Any, announced: bool) -> None:
    assert 0 <= breach(loss, announced, ON) <= F32(0.3)


def test_where_telling_changes_nothing_it_changes_nothing() -> None:
    deaf = Fairness(announced_share=1.0).numbers()
    assert resentment(F32(0.8), True, deaf) == resentment(F32(0.8), False, deaf)


@given(loss=reals(-100, 100), announced=st.booleans())
@steady
def test_off_no_change_is_resented(loss: Any, announced: bool) -> None:
    assert resentment(loss, announced, OFF) == 0
    assert breach(loss, announced, OFF) == 0


@pytest.mark.parametrize("numbers", [ON, OFF], ids=["on", "off"])
def test_compiled_as_in_plain_python(numbers: Any) -> None:
    losses = floats(-3, 0, 0.013, 0.7, 41)
    assert same_bits(resentment, numbers, losses, YES_OR_NO)
    assert same_bits(breach, numbers, losses, YES_OR_NO)
