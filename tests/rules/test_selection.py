"""Choosing customers."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.arithmetic import F32
from sim.rules.selection import Selection, below_the_mark, slight
from tests.rules.steady import close, steady

ON = Selection(breach=0.8, hurt=25, handed=0.4).numbers()
OFF = Selection(enabled=False).numbers()


def test_the_equations_by_hand() -> None:
    assert slight(0.25, False, ON) == (close(0.6), close(18.75))
    assert slight(0.25, True, ON) == (close(0.24), close(7.5))


def test_below_the_mark_is_who_bought_and_brought_less_than_the_minimum() -> None:
    worth = np.array([-3, 4.99, 5.0, 80, -3], F32)
    bought = np.array([True, True, True, True, False])
    assert below_the_mark(worth, bought, 5.0).tolist() == [True, True, False, False, False]


def test_perfect_courtesy_leaves_no_hard_feelings() -> None:
    assert slight(1.0, False, ON) == (0, 0)


@given(courtesy=st.floats(0, 0.99))
@steady
def test_courtesy_softens_it_and_a_hand_over_hurts_less_than_the_door(courtesy: float) -> None:
    kinder = slight(courtesy + 0.01, False, ON)
    shown_the_door, handed_over = slight(courtesy, False, ON), slight(courtesy, True, ON)
    assert all(a < b for a, b in zip(kinder, shown_the_door, strict=True))
    assert all(a < b for a, b in zip(handed_over, shown_the_door, strict=True))
    assert 0 <= shown_the_door[0] <= 1


def test_off_nobody_minds() -> None:
    assert slight(0.0, False, OFF) == (0, 0)
