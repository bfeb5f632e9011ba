"""Comparison standard."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.standard import Standard, rivals_give, standard
from tests.rules.steady import close, reals, steady

ON = Standard(weight=0.3).numbers()
OFF = Standard(enabled=False).numbers()


def test_the_equations_by_hand() -> None:
    assert rivals_give(F32(70 + 80 + 90), F32(70), 3) == close(85.0)
    assert standard(F32(70), F32(80), ON) == close(73.0)


def test_a_firm_without_rivals_is_measured_by_its_own_record() -> None:
    assert standard(F32(70), rivals_give(F32(70), F32(70), 1), ON) == F32(70)


@given(expected=reals(0, 100), rivals=reals(0, 100))
@steady
def test_the_standard_lies_between_the_firms_record_and_the_rivals(expected: Any, rivals: Any) -> None:
    low, high = sorted((float(expected), float(rivals)))
    assert low - 1e-4 <= standard(expected, rivals, ON) <= high + 1e-4


def test_a_rival_that_becomes_better_makes_the_same_service_look_poorer() -> None:
    before = standard(F32(75), rivals_give(F32(150), F32(75), 2), ON)
    assert standard(F32(75), rivals_give(F32(165), F32(75), 2), ON) > before + 3


def test_who_is_served_badly_for_long_still_wants_better_while_rivals_give_it() -> None:
    assert standard(F32(55), F32(75), ON) > 60


@given(expected=reals(0, 100), rivals=reals(0, 100))
@steady
def test_off_a_firm_is_measured_by_its_own_record(expected: Any, rivals: Any) -> None:
    assert standard(expected, rivals, OFF) == expected
