"""Attachment."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.attachment import Attachment, attachment_value, next_attachment
from tests.rules.steady import close, reals, steady

ON = Attachment(step=0.08, weight=0.5, indifferent=72.0).numbers()
OFF = Attachment(enabled=False).numbers()


def lived(attachment: float, satisfaction: float, purchases: int) -> Any:
    bond = F32(attachment)
    for _ in range(purchases):
        bond = next_attachment(bond, F32(satisfaction), ON)
    return bond


def test_the_equations_by_hand() -> None:
    assert lived(0.0, 82.0, 1) == close(0.08)
    assert lived(0.5, 72.0, 1) == close(0.46)
    assert lived(0.0, 52.0, 1) == close(-0.16)
    assert attachment_value(F32(0.08), ON) == close(0.04)


def test_ten_points_of_satisfaction_held_for_long_are_one_unit() -> None:
    assert lived(0.0, 82.0, 300) == close(1.0, rel=1e-4)


def test_satisfaction_at_which_one_is_indifferent_neither_binds_nor_repels() -> None:
    assert lived(0.0, 72.0, 50) == 0
    assert lived(0.0, 72.1, 1) > 0 > lived(0.0, 71.9, 1)


def test_a_bond_grows_slowly_and_breaks_slowly() -> None:
    assert lived(0.0, 82.0, 8) < 0.5
    assert lived(1.0, 72.0, 8) > 0.5


@given(bond=reals(-5, 3), satisfaction=reals(0, 100))
@steady
def test_attachment_moves_toward_satisfaction_and_not_past_it(bond: Any, satisfaction: Any) -> None:
    low, high = sorted((float(bond), (float(satisfaction) - 72.0) / 10.0))
    assert low - 1e-5 <= next_attachment(bond, satisfaction, ON) <= high + 1e-5


@given(bond=reals(-5, 3), satisfaction=reals(0, 100))
@steady
def test_off_no_bond_grows_and_none_draws(bond: Any, satisfaction: Any) -> None:
    assert next_attachment(bond, satisfaction, OFF) == bond
    assert attachment_value(bond, OFF) == 0
