"""The survey."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from sim.arithmetic import F32
from sim.rules.survey import answer
from tests.rules.steady import reals, steady


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
