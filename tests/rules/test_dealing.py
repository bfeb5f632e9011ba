"""Dealers do more for makers that pay and treat them well, and less for the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.dealing import (
    Dealing,
    expected_share,
    goodwill,
    is_kept,
    is_taken,
    next_loyalty,
    price_cut,
    push,
    sales_left,
    squashed,
    target_loyalty,
)
from tests.rules.steady import steady

ON = Dealing().numbers()
OFF = Dealing(enabled=False).numbers()
PAY = st.floats(0.0, 5.0)
SHARE = st.floats(0.0, 1.0)


def close(value: float) -> Any:
    return pytest.approx(value, rel=1e-12)


def test_the_equations_by_hand() -> None:
    assert squashed(3.0) == close(0.75)
    assert squashed(-1.0) == close(-0.5)
    # 1 x 0.5 + 0.5 x 0.4 - 8 x 0.05 = 0.3
    assert target_loyalty(1.5, 0.4, 0.05, ON) == close(0.5 + 0.5 * 0.3 / 1.3)
    assert next_loyalty(0.5, 0.9, ON) == close(0.5 + (1 - 2**-0.5) * 0.4)
    # 4 x (1.5 / 1.2 - 1) = 1
    assert push(1.5, 1.2, 0.75, ON) == close(0.4 * 0.5 + 0.6 * 0.5)
    assert goodwill(0.7, ON) == close(1.1)
    assert expected_share(0.3, 0.2, 0.1, ON) == close(0.5 * 0.3 + 0.5 * 0.5 * 0.2)
    assert sales_left(0.6, ON) == close(0.8)


@given(pay=PAY, more=st.floats(0.01, 2.0), help_share=SHARE, undercut=st.floats(0.0, 0.3))
@steady
def test_better_pay_makes_more_loyal(pay: float, more: float, help_share: float, undercut: float) -> None:
    poor, rich = (target_loyalty(p, help_share, undercut, ON) for p in (pay, pay + more))
    assert 0 < poor < rich < 1


@given(pay=PAY, help_share=st.floats(0.01, 1.0))
@steady
def test_help_in_the_shop_makes_more_loyal(pay: float, help_share: float) -> None:
    assert target_loyalty(pay, help_share, 0.0, ON) > target_loyalty(pay, 0.0, 0.0, ON)


@given(pay=PAY, undercut=st.floats(0.001, 0.3))
@steady
def test_being_undercut_makes_less_loyal(pay: float, undercut: float) -> None:
    assert target_loyalty(pay, 0.0, undercut, ON) < target_loyalty(pay, 0.0, 0.0, ON)


def test_loyalty_moves_half_of_the_way_in_a_half_life() -> None:
    loyalty: Any = 0.2
    for _ in range(2):
        loyalty = next_loyalty(loyalty, 0.8, ON)
    assert loyalty == close(0.5)


@given(pay=PAY, more=st.floats(0.01, 2.0), mean=st.floats(0.2, 3.0), loyalty=SHARE)
@steady
def test_a_dealer_pushes_what_pays_better_than_her_other_lines(
    pay: float, more: float, mean: float, loyalty: float
) -> None:
    assert push(pay + more, mean, loyalty, ON) > push(pay, mean, loyalty, ON)


def test_push_for_pay_is_a_matter_of_comparison() -> None:
    """All makers that pay more alike gain nothing on each other."""
    assert push(1.0, 1.0, 0.5, ON) == push(2.0, 2.0, 0.5, ON) == 0


def test_a_line_that_does_not_pay_is_dropped_once_it_was_tried() -> None:
    assert is_kept(0.79, 1, ON)
    assert not is_kept(0.79, 2, ON)
    assert is_kept(0.8, 2, ON)


def test_who_is_loyal_puts_up_with_less() -> None:
    worth = 0.75
    assert is_kept(worth * goodwill(0.8, ON), 9, ON)
    assert not is_kept(worth * goodwill(0.2, ON), 9, ON)


def test_the_cautious_ask_for_more_of_a_new_line() -> None:
    assert is_taken(1.1, 0.1, ON)
    assert not is_taken(1.1, 0.9, ON)
    assert not is_taken(0.99, 0.0, ON)


def test_a_line_that_nobody_carries_is_doubted_and_one_that_many_carry_is_known() -> None:
    unknown, few, many = (float(expected_share(0.3, 0.3, n, ON)) for n in (0.0, 0.05, 0.9))
    assert unknown == close(0.15)
    assert unknown < few < many < 0.3


# Chasing a quantity


def cut(
    lacking: float, *, sold: float = 60.0, policing: float = 0.0, rebate: float = 0.08, left: int = 4
) -> Any:
    """The cut of a dealer who sells 5 a week at list price."""
    return float(price_cut(lacking, 5.0 * left, sold, left, (rebate, 0.25, 0.05, policing), ON))


def test_a_dealer_just_short_of_the_quantity_cuts_by_what_it_takes() -> None:
    assert cut(24.0) == close((24 / 20 - 1) / 2.5)


def test_who_reaches_the_quantity_anyway_and_who_never_will_ask_list_price() -> None:
    assert cut(20.0) == 0
    assert cut(0.0) == 0
    assert cut(30.0) > 0
    assert cut(60.0) == 0


def test_nobody_cuts_without_a_rebate() -> None:
    assert cut(24.0, rebate=0.0) == 0


def test_a_price_is_not_cut_for_a_rebate_that_is_not_worth_it() -> None:
    # 20 % off 30 sales, 6, against 8 % of 90, 7.2, and the margin of 10 more sales, 2.5
    assert cut(30.0) > 0
    assert cut(30.0, rebate=0.03) == 0


@pytest.mark.parametrize("lacking", [21.0, 24.0, 28.0])
def test_policing_deters(lacking: float) -> None:
    assert cut(lacking) > 0
    assert cut(lacking, policing=0.9) == 0


def test_who_sells_nothing_at_list_price_knows_no_cut_that_would_do() -> None:
    assert price_cut(5.0, 0.0, 0.0, 4, (0.1, 0.25, 0.0, 0.0), ON) == 0


@given(lacking=st.floats(0.0, 1e4), expected=st.floats(0.0, 1e3), sold=st.floats(0.0, 1e4), amount=SHARE)
@steady
def test_a_cut_is_never_deeper_than_dealers_go(
    lacking: float, expected: float, sold: float, amount: float
) -> None:
    found = price_cut(lacking, expected, sold, 3, (amount, 0.25, 0.05, 0.0), ON)
    assert 0 <= found <= Dealing().deepest


@given(pay=PAY, loyalty=SHARE, target=SHARE, lacking=st.floats(0.0, 100.0))
@steady
def test_off_dealers_push_nobody_stay_as_they_are_and_sell_at_list_price(
    pay: float, loyalty: float, target: float, lacking: float
) -> None:
    assert push(pay, 1.0, loyalty, OFF) == 0
    assert next_loyalty(loyalty, target, OFF) == loyalty
    assert price_cut(lacking, 20.0, 60.0, 4, (0.5, 0.25, 0.0, 0.0), OFF) == 0


def test_arrays_give_what_their_numbers_give() -> None:
    pay, undercut = np.linspace(0, 3, 7), np.linspace(0, 0.2, 7)
    together = target_loyalty(pay, 0.1, undercut, ON)
    alone = [target_loyalty(p, 0.1, u, ON) for p, u in zip(pay, undercut, strict=True)]
    assert together.tolist() == [float(one) for one in alone]
