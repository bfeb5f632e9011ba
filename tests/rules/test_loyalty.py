"""Loyalty, as it is read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from sim.arithmetic import F32
from sim.rules.loyalty import (
    KINDS,
    RUNGS,
    attitude_is_high,
    behavioural_share,
    kind,
    patronage_is_high,
    rung,
    truly_loyal,
)
from tests.rules.steady import close, reals, steady

NEUTRAL, ZONE = F32(75), F32(3)


@pytest.mark.parametrize(
    ("likes", "buys", "name"),
    [
        (False, False, "disloyal"),
        (True, False, "latent"),
        (False, True, "hostage"),
        (True, True, "loyal"),
    ],
)
def test_attitude_and_patronage_make_four_kinds(likes: bool, buys: bool, name: str) -> None:
    assert KINDS[kind(likes, buys)] == name


def test_share_and_cuts_by_hand() -> None:
    assert behavioural_share(F32(3), F32(4)) == close(0.75)
    assert behavioural_share(F32(0), F32(0)) == 0
    assert patronage_is_high(F32(0.5))
    assert not patronage_is_high(F32(0.49))
    assert attitude_is_high(F32(0.01))
    assert not attitude_is_high(F32(0))


def test_true_loyalty_needs_delight_and_intention_and_recommendation() -> None:
    assert truly_loyal(F32(79), NEUTRAL, ZONE, F32(0.5), 9)
    assert not truly_loyal(F32(78), NEUTRAL, ZONE, F32(0.9), 10)
    assert not truly_loyal(F32(90), NEUTRAL, ZONE, F32(0.49), 10)
    assert not truly_loyal(F32(90), NEUTRAL, ZONE, F32(0.9), 8)


def test_the_ladder_has_five_places() -> None:
    flags = [(False, True, True, True)] + [tuple(i < n for i in range(4)) for n in range(1, 5)]
    assert [RUNGS[rung(*each)] for each in flags] == list(RUNGS)


def test_a_rung_stands_on_those_below_it() -> None:
    assert RUNGS[rung(True, False, True, True)] == "aware"
    assert RUNGS[rung(True, True, False, True)] == "satisfied"


@given(here=reals(0, 50), elsewhere=reals(0, 50))
@steady
def test_the_share_of_purchases_is_a_share(here: Any, elsewhere: Any) -> None:
    assert 0 <= behavioural_share(here, here + elsewhere) <= 1
