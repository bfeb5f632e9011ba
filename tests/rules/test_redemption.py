"""Rewards that wait until they are worth the trouble."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from sim.arithmetic import F32
from sim.rules.redemption import Redemption, redeem_chance
from tests.rules.same_bits import YES_OR_NO, floats, same_bits
from tests.rules.steady import close, reals, steady

ON = Redemption(hassle=0.2).numbers()
OFF = Redemption(enabled=False).numbers()


def chance(worth: float, urgent: bool = False, redeem: float = 0.6, numbers: Any = ON) -> float:
    """Probability that a reward of this worth (baskets) is taken."""
    return float(redeem_chance(F32(redeem), F32(worth), urgent, numbers))


@pytest.mark.parametrize(("worth", "share"), [(0.0, 0.0), (0.05, 0.2), (0.2, 0.5), (0.8, 0.8), (1e6, 1.0)])
def test_the_equation_by_hand(worth: float, share: float) -> None:
    assert chance(worth) == close(0.6 * share)


def test_a_reward_of_a_fifth_of_a_basket_is_worth_the_trouble_to_half_of_those_who_would_redeem() -> None:
    assert redeem_chance(F32(1.0), F32(0.2), False, Redemption().numbers()) == close(0.5)


@given(a=reals(0, 20), b=reals(0, 20))
@steady
def test_what_has_piled_up_is_redeemed_rather_than_the_first_small_reward(a: Any, b: Any) -> None:
    small, large = sorted((a, b))
    assert chance(small) <= chance(large) <= F32(0.6)


def test_the_greater_the_trouble_the_more_piles_up() -> None:
    chances = [chance(0.3, numbers=Redemption(hassle=h).numbers()) for h in (0.0, 0.1, 0.5, 2.0)]
    assert chances[0] == F32(0.6)
    assert all(more > less for more, less in pairwise(chances))


@given(worth=reals(0, 20), redeem=reals(0, 1))
@steady
def test_who_would_lose_the_reward_by_waiting_takes_the_trouble(worth: Any, redeem: Any) -> None:
    assert redeem_chance(redeem, worth, True, ON) == redeem >= redeem_chance(redeem, worth, False, ON)


@given(worth=reals(0, 1000), redeem=reals(0, 1))
@steady
def test_off_every_reward_is_taken_with_the_same_chance(worth: Any, redeem: Any) -> None:
    assert redeem_chance(redeem, worth, False, OFF) == redeem
    assert redeem_chance(redeem, worth, True, OFF) == redeem


def test_a_reward_worth_nothing_is_left_and_nothing_is_divided_by_nothing() -> None:
    with np.errstate(divide="raise", invalid="raise"):
        assert chance(0.0) < 1e-20
        assert chance(0.0, numbers=OFF) == F32(0.6)


@pytest.mark.parametrize("numbers", [ON, OFF], ids=["on", "off"])
def test_compiled_as_in_plain_python(numbers: Any) -> None:
    assert same_bits(redeem_chance, numbers, floats(0, 0.3, 1), floats(0, 1e-3, 0.21, 0.7, 13), YES_OR_NO)
