"""Give and take."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.equity import Equity, equity_value, fee_size, kept_equity, rewarded, taken
from sim.rules.equity import given as after_gift
from tests.rules.steady import close, reals, steady

ON = Equity(gratitude=1.0, reward_gratitude=0.3, resentment=2.0, keep=0.9, weight=0.6, noticed=0.3).numbers()
OFF = Equity(enabled=False).numbers()


def test_the_equations_by_hand() -> None:
    assert after_gift(F32(0.5), F32(0.2), ON) == close(0.7)
    assert rewarded(F32(0.5), F32(0.2), ON) == close(0.56)
    assert taken(F32(0.5), F32(0.2), ON) == close(0.3)
    assert kept_equity(F32(0.5), ON) == close(0.45)
    assert equity_value(F32(0.5), ON) == close(0.3)
    assert equity_value(F32(-0.5), ON) == close(-0.6)


@given(e=reals(0.01, 10))
@steady
def test_being_treated_worse_weighs_more_than_being_treated_better_by_as_much(e: Any) -> None:
    gain, loss = equity_value(e, ON), equity_value(-e, ON)
    assert gain > 0 > loss
    assert -loss / gain == close(2.0)


@given(e=reals(-5, 5), worth=reals(0.01, 5))
@steady
def test_a_gift_nobody_asked_for_pleases_more_than_a_reward_that_was_due(e: Any, worth: Any) -> None:
    assert after_gift(e, worth, ON) > rewarded(e, worth, ON) > e > taken(e, worth, ON)


def test_three_in_ten_notice_a_fee_and_all_that_is_given_counts() -> None:
    assert ON.noticed == close(0.3)
    assert after_gift(F32(0), F32(1), Equity(gratitude=2.0).numbers()) == 2


def test_gratitude_fades_over_purchases() -> None:
    owed = F32(1.0)
    for _ in range(22):
        owed = kept_equity(owed, ON)
    assert 0 < owed < 0.1


def test_a_hidden_fee_of_a_twentieth_of_the_price_is_half_the_largest_breach_of_trust() -> None:
    assert fee_size(F32(0)) == 0
    assert fee_size(F32(0.05)) == close(0.5)
    assert fee_size(F32(0.15)) == close(0.75)


@given(e=reals(-5, 5), worth=reals(0, 5))
@steady
def test_off_gifts_and_rewards_leave_no_trace_and_no_fee_is_noticed(e: Any, worth: Any) -> None:
    assert after_gift(e, worth, OFF) == e
    assert rewarded(e, worth, OFF) == e
    assert kept_equity(e, OFF) == e
    assert equity_value(e, OFF) == 0
    assert OFF.noticed == 0
