"""Comparison standard."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.standard import Standard, next_norm, standard
from tests.rules.steady import close, reals, steady

ON = Standard().numbers()
OFF = Standard(enabled=False).numbers()


def test_the_equations_by_hand() -> None:
    assert standard(F32(70), F32(80), ON) == close(73.0)
    assert next_norm(F32(70), F32(80), ON) == close(71.0)


@given(expected=reals(0, 100), norm=reals(0, 100))
@steady
def test_the_standard_lies_between_the_firms_record_and_the_norm(expected: Any, norm: Any) -> None:
    low, high = sorted((float(expected), float(norm)))
    assert low - 1e-4 <= standard(expected, norm, ON) <= high + 1e-4


def test_a_rival_that_becomes_better_makes_the_same_service_look_poorer() -> None:
    norm = F32(75)
    before = standard(F32(75), norm, ON)
    for _ in range(20):
        norm = next_norm(norm, F32(90), ON)
    assert 85 < norm < 90
    assert standard(F32(75), norm, ON) > before + 3


@given(expected=reals(0, 100), norm=reals(0, 100), met=reals(0, 100))
@steady
def test_off_a_firm_is_measured_by_its_own_record(expected: Any, norm: Any, met: Any) -> None:
    assert standard(expected, norm, OFF) == expected
    assert next_norm(norm, met, OFF) == norm
