"""Crisis."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.arithmetic import F32
from sim.rules.crisis import (
    Crisis,
    believed,
    breach_size,
    chance_to_hear,
    credit,
    exposure_size,
    less_expected,
    regained,
)
from tests.rules.steady import close, reals, steady

ON = Crisis(
    full=50, lowers=0.3, rumour=3, disarms=0.3, regains=0.1, patience=8, words=0.6, believes=0.6, lied=2, concealed=0.5
).numbers()  # fmt: skip
OFF = Crisis(enabled=False).numbers()


def test_the_equations_by_hand() -> None:
    assert breach_size(20, ON) == close(0.4)
    assert chance_to_hear(0.5, 3, ON) == close(0.25)
    assert believed(F32(0.5), ON) == close(0.3)
    assert less_expected(F32(75), F32(40), ON) == close(63)
    assert credit(8, True, ON) == close(0.5)
    assert credit(8, False, ON) == close(0.3)
    assert regained(F32(0.3), F32(0.6), ON) == close(0.33)
    assert exposure_size(F32(0.3), True, ON) == close(0.6)
    assert exposure_size(F32(0.3), False, ON) == close(0.15)


def test_no_harm_is_more_than_a_breach_of_full_size_and_no_lie_is_either() -> None:
    assert breach_size(100, ON) == 1
    assert exposure_size(F32(0.9), True, ON) == 1


def test_a_denial_is_believed_by_those_who_trust_and_wholly_at_most() -> None:
    assert believed(F32(0.2), ON) < believed(F32(1.0), ON) < believed(F32(1.5), ON)
    assert believed(F32(3.0), ON) == 1


def test_a_lie_that_is_found_out_is_worse_than_what_it_denied_and_than_a_silence() -> None:
    numbers = Crisis().numbers()
    size = breach_size(20, numbers)
    assert exposure_size(size, True, numbers) > size
    assert exposure_size(size, True, numbers) > exposure_size(size, False, numbers)


@given(weeks=st.integers(0, 200))
@steady
def test_the_longer_a_firm_waits_the_less_its_confession_wins_back_and_words_win_less_than_a_recall(
    weeks: int,
) -> None:
    assert 0 <= credit(weeks + 1, True, ON) < credit(weeks, True, ON) <= 1
    assert credit(weeks, False, ON) < credit(weeks, True, ON)


@given(trust=reals(0, 1), due=reals(0, 1))
@steady
def test_trust_comes_back_to_what_is_due_never_beyond_and_never_falls(trust: Any, due: Any) -> None:
    after = regained(trust, due, ON)
    assert trust <= after <= max(trust, np.nextafter(due, F32(2)))


@given(severity=reals(0.1, 100), expected=reals(0, 100), scale=reals(0, 20))
@steady
def test_breaches_beliefs_and_expectations_stay_in_their_ranges(
    severity: Any, expected: Any, scale: Any
) -> None:
    assert 0 < breach_size(severity, ON) <= 1
    assert 0 <= believed(scale, ON) <= 1
    assert 0 <= less_expected(expected, severity, ON) <= expected


def test_rumour_reaches_ever_fewer() -> None:
    chances = [chance_to_hear(0.5, t, ON) for t in range(10)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == 0.5


def test_whole_columns_and_single_customers_get_the_same_bits() -> None:
    trust = np.linspace(0, 1, 33, dtype=F32)
    assert regained(trust, F32(0.6), ON).tolist() == [regained(x, F32(0.6), ON) for x in trust]
    assert regained(trust, F32(0.6), ON).dtype == believed(trust, ON).dtype == F32
    assert less_expected(trust, F32(40), ON).dtype == F32


def test_off_nobody_hears_and_nothing_is_felt() -> None:
    assert chance_to_hear(1.0, 0, OFF) == 0
    assert breach_size(100, OFF) == 0
    assert exposure_size(breach_size(100, OFF), True, OFF) == 0
    assert less_expected(F32(75), F32(40), OFF) == 75
    assert regained(F32(0.2), F32(0.8), OFF) == F32(0.2)
