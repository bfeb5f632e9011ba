"""Winning back."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.win_back import WinBack, win_back_chance
from tests.rules.steady import close, reals, steady

ON = WinBack(response=0.3).numbers()
OFF = WinBack(enabled=False).numbers()


def test_the_equation_by_hand() -> None:
    assert win_back_chance(F32(1), F32(1), ON) == close(0.3)
    assert win_back_chance(F32(3), F32(0.5), ON) == close(0.6 * 0.75 * 0.5)


def test_an_empty_letter_brings_nobody_back() -> None:
    assert win_back_chance(F32(0), F32(1), ON) == 0


def test_a_firm_that_lost_all_trust_cannot_buy_its_customers_back() -> None:
    assert win_back_chance(F32(10), F32(0), ON) == 0


@given(worth=reals(0, 20), trust=reals(0.05, 3), more=reals(0.1, 5))
@steady
def test_a_larger_offer_brings_back_no_fewer_and_never_more_than_all(
    worth: Any, trust: Any, more: Any
) -> None:
    eager = WinBack(response=1.0).numbers()
    for numbers in (ON, eager):
        low, high = (win_back_chance(x, trust, numbers) for x in (worth, worth + more))
        assert 0 <= low <= high <= 1


@given(worth=reals(0, 20), trust=reals(0, 3))
@steady
def test_off_nobody_comes_back_for_an_offer(worth: Any, trust: Any) -> None:
    assert win_back_chance(worth, trust, OFF) == 0
