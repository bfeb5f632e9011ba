"""Money that crowds out affection."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from sim.arithmetic import F32
from sim.rules.crowding import Crowding, kept_gain
from tests.rules.same_bits import floats, same_bits
from tests.rules.steady import close, reals, steady

ON = Crowding(weight=0.3, half=0.05).numbers()
OFF = Crowding(enabled=False).numbers()


@pytest.mark.parametrize(
    ("hard", "soft", "kept"),
    [(0, 0, 1.0), (0.05, 0, 0.85), (0.01, 0, 0.95), (0.05, 0.1, 0.925), (1e6, 0, 0.7), (0, 0.2, 1.0)],
)
def test_the_equation_by_hand(hard: float, soft: float, kept: float) -> None:
    assert kept_gain(F32(hard), F32(soft), ON) == close(kept)


@given(a=reals(0, 1), b=reals(0, 1), soft=reals(0, 1))
@steady
def test_the_more_the_relation_is_paid_for_the_less_affection_grows(a: Any, b: Any, soft: Any) -> None:
    little, much = sorted((a, b))
    assert kept_gain(little, soft, ON) >= kept_gain(much, soft, ON)


@given(hard=reals(0.001, 1), a=reals(0, 1), b=reals(0, 1))
@steady
def test_recognition_makes_up_for_money(hard: Any, a: Any, b: Any) -> None:
    little, much = sorted((a, b))
    assert kept_gain(hard, little, ON) <= kept_gain(hard, much, ON)
    assert kept_gain(hard, F32(10.0), ON) > kept_gain(hard, F32(0.0), ON)


def test_an_ordinary_rebate_of_one_per_cent_hardly_matters() -> None:
    assert kept_gain(F32(0.01), F32(0.0), Crowding().numbers()) >= 0.95


@given(hard=reals(0, 1e6), soft=reals(0, 1e6))
@steady
def test_some_of_every_gain_is_kept(hard: Any, soft: Any) -> None:
    assert F32(0.7) * F32(0.99999) <= kept_gain(hard, soft, ON) <= 1


@given(hard=reals(0, 1e6), soft=reals(0, 1e6))
@steady
def test_off_all_is_kept(hard: Any, soft: Any) -> None:
    assert kept_gain(hard, soft, OFF) == 1


@pytest.mark.parametrize("numbers", [ON, OFF], ids=["on", "off"])
def test_compiled_as_in_plain_python(numbers: Any) -> None:
    assert same_bits(kept_gain, numbers, floats(0, 0.003, 0.07, 1), floats(0, 0.011, 0.3, 2))
