"""Promises."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.promise import Promise, after_claim
from tests.rules.steady import close, reals, steady

ON = Promise(weight=0.15).numbers()
OFF = Promise(enabled=False).numbers()


def test_the_equation_by_hand() -> None:
    assert after_claim(F32(70), F32(90), F32(1), ON) == close(73.0)
    assert after_claim(F32(70), F32(90), F32(0.5), ON) == close(71.5)
    assert after_claim(F32(70), F32(60), F32(1), ON) == close(68.5)


def test_claims_of_a_firm_that_is_not_trusted_are_not_believed() -> None:
    assert after_claim(F32(70), F32(90), F32(0), ON) == 70


def test_a_believed_claim_is_expected_in_full_and_no_more_than_that() -> None:
    believer = Promise(weight=0.9).numbers()
    assert after_claim(F32(70), F32(90), F32(1.6), believer) == 90


@given(expected=reals(0, 100), promised=reals(0, 100), scale=reals(0, 2))
@steady
def test_a_claim_moves_the_expectation_toward_what_is_promised(
    expected: Any, promised: Any, scale: Any
) -> None:
    low, high = sorted((float(expected), float(promised)))
    assert low - 1e-4 <= after_claim(expected, promised, scale, ON) <= high + 1e-4


@given(expected=reals(0, 100), promised=reals(0, 100), scale=reals(0, 2))
@steady
def test_off_claims_are_not_heard(expected: Any, promised: Any, scale: Any) -> None:
    assert after_claim(expected, promised, scale, OFF) == expected
