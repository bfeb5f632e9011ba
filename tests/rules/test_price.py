"""Price as it is felt."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.price import Price, next_reference, price_value
from tests.rules.steady import close, reals, steady

ON = Price(loss_aversion=1.6, carry_over=0.7).numbers()
OFF = Price(enabled=False).numbers()
USUAL = F32(1.0)
SENSITIVITY = F32(5.5)


def felt(paid: float, numbers: Any = ON) -> float:
    return float(price_value(F32(paid), USUAL, SENSITIVITY, numbers))


def test_the_equation_by_hand() -> None:
    assert felt(1.1) == close(-5.5 * 1.6 * 0.1)
    assert felt(0.9) == close(5.5 * 0.1)
    assert float(price_value(F32(1.0), F32(0.8), F32(2.0), ON)) == close(-2.0 * 1.6 * 0.25)


@given(step=reals(0.01, 0.9))
@steady
def test_a_loss_weighs_more_than_a_gain_of_the_same_size(step: Any) -> None:
    gain, loss = felt(USUAL - step), felt(USUAL + step)
    assert gain > 0 > loss
    assert -loss / gain == close(1.6, rel=1e-4)


def test_without_loss_aversion_both_weigh_alike() -> None:
    even = Price(loss_aversion=1.0).numbers()
    assert felt(1.25, even) == -felt(0.75, even)


@given(reference=reals(0.1, 10), sensitivity=reals(0, 50))
@steady
def test_the_price_one_is_used_to_is_not_felt(reference: Any, sensitivity: Any) -> None:
    assert price_value(reference, reference, sensitivity, ON) == 0


@given(a=reals(0.1, 5), b=reals(0.1, 5), reference=reals(0.2, 5))
@steady
def test_a_dearer_firm_is_never_more_attractive(a: Any, b: Any, reference: Any) -> None:
    values = [price_value(p, reference, SENSITIVITY, ON) for p in sorted((a, b))]
    assert values[0] >= values[1]


def test_the_reference_price_follows_what_is_paid_by_hand() -> None:
    assert next_reference(F32(1.0), F32(0.8), ON) == close(0.7 * 1.0 + 0.3 * 0.8)


@given(reference=reals(0.1, 5), paid=reals(0.1, 5))
@steady
def test_the_reference_price_stays_between_the_old_one_and_what_was_paid(reference: Any, paid: Any) -> None:
    low, high = sorted((float(reference), float(paid)))
    assert low * (1 - 1e-6) <= next_reference(reference, paid, ON) <= high * (1 + 1e-6)


def test_after_a_price_war_the_return_to_the_usual_price_is_felt_as_a_loss() -> None:
    reference = USUAL
    for _ in range(12):
        reference = next_reference(reference, F32(0.85), ON)
    assert price_value(USUAL, reference, SENSITIVITY, ON) < -1.0
    assert price_value(F32(0.85), reference, SENSITIVITY, ON) < 0.02


@given(paid=reals(0.1, 5), reference=reals(0.2, 5), sensitivity=reals(0, 50))
@steady
def test_off_no_price_is_felt(paid: Any, reference: Any, sensitivity: Any) -> None:
    assert price_value(paid, reference, sensitivity, OFF) == 0
