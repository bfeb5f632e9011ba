"""The survey."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from sim.arithmetic import F32
from sim.rules.survey import answer, answers, stated
from tests.rules.steady import close, reals, steady


@pytest.mark.parametrize(
    ("satisfaction", "attachment", "z", "mark"),
    [
        (75, 0, 0, 8),
        (85, 0, 0, 9),
        (75, 1, 0, 9),
        (64, 0, 0, 6),
        (65, 0, 0, 7),
        (75, 0, -1, 6),
        (75, 0, 1, 9),
        (100, 2, 1, 14),
    ],
)
def test_the_equation_by_hand(satisfaction: float, attachment: float, z: float, mark: int) -> None:
    assert answer(F32(satisfaction), F32(attachment), F32(z)) == mark


@given(a=reals(0, 100), b=reals(0, 100), attachment=reals(-5, 3), z=reals(-5, 5))
@steady
def test_the_more_satisfied_never_give_the_lower_mark(a: Any, b: Any, attachment: Any, z: Any) -> None:
    low, high = sorted((a, b))
    assert answer(low, attachment, z) <= answer(high, attachment, z)


@given(a=reals(-5, 3), b=reals(-5, 3), satisfaction=reals(0, 100), z=reals(-5, 5))
@steady
def test_the_more_attached_never_give_the_lower_mark(a: Any, b: Any, satisfaction: Any, z: Any) -> None:
    low, high = sorted((a, b))
    assert answer(satisfaction, low, z) <= answer(satisfaction, high, z)


# --- the firms' own surveys -------------------------------------------------------------------------------


def share_who_answer(asked: float, bias: float, distance: float) -> float:
    """Of customers who are so many index points from neutral, by a fine comb of draws."""
    draws = [F32((i + 0.5) / 10_000) for i in range(10_000)]
    return sum(bool(answers(u, F32(asked), F32(bias), F32(distance))) for u in draws) / 10_000


@pytest.mark.parametrize(
    ("asked", "bias", "distance", "share"),
    [
        (0.5, 0, 0, 0.5),
        (0.5, 0, 25, 0.5),
        (0.4, 0.5, 5, 0.6),
        (0.4, 0.5, -5, 0.6),
        (0.4, 1, 2.5, 0.6),
        (0.8, 1, 10, 1),
    ],
)
def test_who_answers_by_hand(asked: float, bias: float, distance: float, share: float) -> None:
    assert share_who_answer(asked, bias, distance) == pytest.approx(share, abs=2e-4)


def test_nobody_answers_who_is_not_asked() -> None:
    assert share_who_answer(0.0, 1.0, 75.0) == 0


@given(u=reals(0, 1), asked=reals(0, 1), bias=reals(0, 1), near=reals(0, 30), more=reals(0, 30))
@steady
def test_the_delighted_and_the_angry_answer_more_readily(
    u: Any, asked: Any, bias: Any, near: Any, more: Any
) -> None:
    """Who answers would have answered had she felt more strongly, either way; both sides are alike."""
    if answers(u, asked, bias, near):
        assert answers(u, asked, bias, near + more)
    assert answers(u, asked, bias, near) == answers(u, asked, bias, -near)


def test_what_is_stated_is_what_is_felt_and_noise() -> None:
    assert stated(F32(70), F32(0)) == 70
    assert stated(F32(70), F32(1)) == close(78)
    assert stated(F32(70), F32(-0.5)) == close(66)
