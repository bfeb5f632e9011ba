"""Referrals."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.referral import Referral, conversion_chance, converts_friend, refers
from tests.rules.steady import close, reals, steady

ON = Referral(
    willing=0.75, refers=0.011, reward_boost=1.0, conversion=0.13, friend_boost=0.5, similarity=2.0
).numbers()
OFF = Referral(enabled=False).numbers()


def test_the_equations_by_hand() -> None:
    assert ON.refers == close(0.75 * 0.011)
    assert refers(F32(0.0082), True, F32(0), ON)
    assert not refers(F32(0.0083), True, F32(0), ON)
    assert refers(F32(0.0123), True, F32(1), ON)
    assert not refers(F32(0.0124), True, F32(1), ON)
    assert conversion_chance(F32(0), ON) == close(0.13)
    assert conversion_chance(F32(1), ON) == close(0.13 * 1.25)
    assert converts_friend(F32(0.129), F32(0), ON)
    assert not converts_friend(F32(0.131), F32(0), ON)


def test_friends_are_alike() -> None:
    assert ON.similarity == 2


def test_a_reward_that_counts_for_more_makes_more_refer() -> None:
    assert refers(F32(0.0164), True, F32(1), Referral(reward_boost=2.0).numbers())
    assert not refers(F32(0.0166), True, F32(1), Referral(reward_boost=2.0).numbers())


def test_two_in_five_of_the_willing_refer_somebody_in_a_year() -> None:
    weekly = float(ON.refers) / 0.75
    assert 0.30 < 1 - (1 - weekly) ** 52 < 0.55


@given(u=reals(1e-6, 1), reward=reals(0, 10))
@steady
def test_the_dissatisfied_refer_nobody_whatever_the_reward(u: Any, reward: Any) -> None:
    assert not refers(u, False, reward, ON)


@given(reward=reals(0, 10), more=reals(0.1, 10))
@steady
def test_a_larger_reward_for_the_friend_wins_more_friends_but_with_falling_effect(
    reward: Any, more: Any
) -> None:
    assert conversion_chance(reward + more, ON) > conversion_chance(reward, ON)
    assert conversion_chance(F32(1e6), ON) <= F32(0.13) * F32(1.5)


@given(u=reals(1e-6, 1), reward=reals(0, 10))
@steady
def test_off_nobody_refers_and_no_friend_comes(u: Any, reward: Any) -> None:
    assert not refers(u, True, reward, OFF)
    assert not converts_friend(u, reward, OFF)
