"""What a reward ahead is worth."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from sim.arithmetic import F32, ONE
from sim.rules.programme_value import ProgrammeValue, progress_made, purchases_to_go, reward_value
from tests.rules.steady import close, reals, steady

ON = ProgrammeValue(perceived=0.7, impatience=0.05, gradient=0.8, salience_half=0.5).numbers()
OFF = ProgrammeValue(enabled=False).numbers()
FORESIGHT = ProgrammeValue(gradient=0.0).numbers()
"""Looking ahead alone, without the pull of the goal."""
GOAL = ProgrammeValue(impatience=0.0).numbers()
"""The pull of the goal alone."""


def worth(
    reward: float = 1.0,
    distance: float = 1.0,
    pace: float = 1.0,
    progress: float = 0.0,
    sensitivity: float = 1.0,
    numbers: Any = ON,
) -> float:
    """Value of a reward (in baskets) to a member."""
    return float(reward_value(*(F32(x) for x in (reward, distance, pace, progress, sensitivity)), numbers))


def test_the_equation_by_hand() -> None:
    ahead = 0.7 * (1 - math.exp(-0.05))
    assert worth() == close(ahead)
    assert worth(sensitivity=5.5) == close(5.5 * ahead)
    assert worth(distance=11.0) == close(ahead * math.exp(-0.5))
    assert worth(pace=0.5) == close(0.7 * (1 - math.exp(-0.1)))
    assert worth(progress=1.0) == close(ahead + 0.8 * 0.7 / 1.2)
    assert worth(reward=2.0, progress=0.5) == close(2 * ahead + 0.8 * 0.25 * 1.4 / 1.9)


@given(reward=reals(0, 20), distance=reals(1, 200), pace=reals(0.01, 20))
@steady
def test_looking_ahead_is_what_the_reward_is_worth_more_now_than_one_purchase_later(
    reward: Any, distance: Any, pace: Any
) -> None:
    weeks = 1.0 / float(pace)
    now, later = (0.7 * float(reward) * math.exp(-0.05 * d * weeks) for d in (distance - ONE, distance))
    assert worth(reward, distance, pace, numbers=FORESIGHT) == pytest.approx(now - later, rel=1e-4, abs=3e-6)


@given(a=reals(1, 200), b=reals(1, 200), pace=reals(0.01, 20))
@steady
def test_a_reward_far_away_pulls_less(a: Any, b: Any, pace: Any) -> None:
    near, far = sorted((a, b))
    assert worth(distance=far, pace=pace) <= worth(distance=near, pace=pace)


def test_a_reward_a_year_away_hardly_pulls() -> None:
    assert worth(distance=53.0) < 0.1 * worth(distance=1.0)


def test_heavy_buyers_and_rare_ones_feel_little_and_those_between_most() -> None:
    paces = np.geomspace(0.01, 50.0, 60)
    pulls = [worth(distance=10.0, pace=p, numbers=FORESIGHT) for p in paces]
    best = int(np.argmax(pulls))
    assert 0.1 < paces[best] < 2.0
    assert pulls[0] < 0.01 * pulls[best]
    assert pulls[-1] < 0.05 * pulls[best]
    assert np.all(np.diff(pulls[: best + 1]) >= 0)
    assert np.all(np.diff(pulls[best:]) <= 0)


@given(a=reals(0, 1), b=reals(0, 1), reward=reals(0, 5))
@steady
def test_the_nearer_the_goal_the_stronger_its_pull(a: Any, b: Any, reward: Any) -> None:
    little, much = sorted((a, b))
    assert worth(reward, progress=little, numbers=GOAL) <= worth(reward, progress=much, numbers=GOAL)


def test_a_head_start_counts_as_progress_though_the_way_is_as_long() -> None:
    plain, endowed = (F32(10), F32(0)), (F32(12), F32(2))
    assert purchases_to_go(*plain, ONE) == purchases_to_go(*endowed, ONE)
    assert progress_made(*endowed) > progress_made(*plain)
    pulls = [
        worth(0.3, distance=float(purchases_to_go(*card, ONE)), progress=float(progress_made(*card)))
        for card in (plain, endowed)
    ]
    assert pulls[1] > pulls[0]


def test_a_small_reward_is_hardly_noticed() -> None:
    full = worth(1e6, progress=1.0, numbers=GOAL)
    assert full == close(1.0, rel=1e-5)
    assert worth(0.1 / 0.7, progress=1.0, numbers=GOAL) == close(full / 2, rel=1e-5)
    assert worth(0.001, progress=1.0, numbers=GOAL) < 0.01 * full


@given(a=reals(0, 20), b=reals(0, 20), progress=reals(0, 1), pace=reals(0.01, 20))
@steady
def test_a_larger_reward_never_pulls_less(a: Any, b: Any, progress: Any, pace: Any) -> None:
    small, large = sorted((a, b))
    assert worth(small, 3.0, pace, progress) <= worth(large, 3.0, pace, progress)


def test_points_count_less_than_the_money_they_are_worth() -> None:
    cash = ProgrammeValue(perceived=1.0).numbers()
    assert worth(numbers=FORESIGHT) == close(0.7 * worth(numbers=cash))


@pytest.mark.parametrize(
    ("needed", "have", "step", "purchases"),
    [(10, 0, 1, 11), (10, 9, 1, 2), (10, 10, 1, 1), (10, 12, 1, 1), (150, 30, 40, 4), (150, 0, 60, 3.5)],
)
def test_purchases_to_go_by_hand(needed: float, have: float, step: float, purchases: float) -> None:
    assert purchases_to_go(F32(needed), F32(have), F32(step)) == close(purchases)


@pytest.mark.parametrize(("needed", "have", "share"), [(10, 0, 0), (10, 4, 0.4), (10, 10, 1), (10, 25, 1)])
def test_progress_by_hand(needed: float, have: float, share: float) -> None:
    assert progress_made(F32(needed), F32(have)) == close(share)


@given(
    reward=reals(0, 1000), distance=reals(1, 1e6), pace=reals(1e-4, 100), progress=reals(0, 1), s=reals(0, 50)
)
@steady
def test_a_programme_never_repels_and_never_overflows(
    reward: Any, distance: Any, pace: Any, progress: Any, s: Any
) -> None:
    value = reward_value(reward, distance, pace, progress, s, ON)
    assert value >= 0
    assert np.isfinite(value)
    assert reward_value(reward, distance, pace, progress, s, OFF) == 0
