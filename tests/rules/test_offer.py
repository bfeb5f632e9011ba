"""Personal offers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.arithmetic import F32
from sim.rules.offer import Offer, chosen
from tests.rules.same_bits import floats, same_bits, wholes
from tests.rules.steady import reals, steady

ON = Offer(late=2.0, heavy=0.5).numbers()
OFF = Offer(enabled=False).numbers()
ALL, LAPSING, HEAVY = (np.int32(target) for target in range(3))
WEEKS = st.integers(0, 520).map(np.int32)


def meant(target: Any, absent: int = 0, pace: float = 1.0) -> bool:
    """Whether a member is one of those that an offer is meant for."""
    return bool(chosen(F32(0.0), F32(1.0), target, np.int32(absent), F32(pace), ON))


@pytest.mark.parametrize(
    ("absent", "pace", "lapsing"),
    [(2, 1.0, False), (3, 1.0, True), (8, 0.25, False), (9, 0.25, True), (0, 9.0, False), (1, 9.0, True)],
)
def test_who_has_stayed_away_for_more_than_two_usual_gaps_lapses(
    absent: int, pace: float, lapsing: bool
) -> None:
    assert meant(LAPSING, absent, pace) is lapsing


@pytest.mark.parametrize(("pace", "heavy"), [(0.0, False), (0.49, False), (0.5, True), (7.0, True)])
def test_who_buys_every_other_week_is_heavy(pace: float, heavy: bool) -> None:
    assert meant(HEAVY, pace=pace) is heavy


@given(absent=WEEKS, pace=reals(0, 20))
@steady
def test_an_offer_to_all_is_meant_for_everybody(absent: Any, pace: Any) -> None:
    assert meant(ALL, absent, pace)


def test_who_never_bought_often_enough_to_have_a_pace_does_not_lapse() -> None:
    assert not meant(LAPSING, absent=10_000, pace=0.0)


@given(a=WEEKS, b=WEEKS, pace=reals(0, 20))
@steady
def test_who_lapses_still_lapses_a_week_later(a: Any, b: Any, pace: Any) -> None:
    short, long = sorted((a, b))
    assert meant(LAPSING, long, pace) or not meant(LAPSING, short, pace)


def test_one_in_seven_of_those_who_buy_at_random_counts_as_lapsing() -> None:
    # Gaps between purchases at random are exponential.
    gaps = np.random.default_rng(1).exponential(10.0, 20_000)
    assert np.mean([meant(LAPSING, int(gap), 0.1) for gap in gaps]) == pytest.approx(math.exp(-2), abs=0.015)


@given(u=reals(0, 1), chance=reals(0, 1), absent=WEEKS, pace=reals(0, 20), target=st.integers(0, 2))
@steady
def test_an_offer_is_sent_as_often_as_the_firm_says_to_those_it_is_meant_for(
    u: Any, chance: Any, absent: Any, pace: Any, target: int
) -> None:
    sent = chosen(u, chance, np.int32(target), absent, pace, ON)
    assert bool(sent) is (bool(u < chance) and meant(np.int32(target), absent, pace))


@given(u=reals(0, 1), absent=WEEKS, pace=reals(0, 20), target=st.integers(0, 2))
@steady
def test_off_nobody_is_sent_one(u: Any, absent: Any, pace: Any, target: int) -> None:
    assert not chosen(u, F32(1.0), np.int32(target), absent, pace, OFF)


@pytest.mark.parametrize("numbers", [ON, OFF], ids=["on", "off"])
def test_compiled_as_in_plain_python(numbers: Any) -> None:
    chances, targets, paces = floats(0, 0.3, 1), wholes(0, 1, 2), floats(0, 0.1, 0.5, 3)
    draws = floats(0.001, 0.299, 0.5)
    assert same_bits(chosen, numbers, draws, chances, targets, wholes(0, 1, 21, 400), paces, kind=bool)
