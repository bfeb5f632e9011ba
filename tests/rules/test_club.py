"""Memberships that are paid for."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.arithmetic import F32
from sim.rules.club import Club, commitment_value, renews, subscribes
from tests.rules.same_bits import YES_OR_NO, floats, same_bits, wholes
from tests.rules.steady import close, reals, steady

ON = Club(scale=1.5, bond=0.5, habit=1.5, weight=0.3, half=1.0, half_life=8.0).numbers()
OFF = Club(enabled=False).numbers()
WEEKS = st.integers(0, 520).map(np.int32)


def share(decides: Callable[[Any], Any]) -> float:
    """The chance of a decision, by bisection on the uniform draw."""
    low, high = 0.0, 1.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if decides(F32(middle)) else (low, middle)
    return low


def joining(benefit: float, fee: float = 40.0, effort: float = 3.0, ask: float = 0.3) -> float:
    """The chance to subscribe."""
    return share(lambda u: subscribes(u, F32(ask), F32(benefit), F32(effort), F32(fee), ON))


def renewing(received: float, fee: float = 40.0, attachment: float = 0.0, auto: bool = False) -> float:
    """The chance to renew."""
    return share(lambda u: renews(u, F32(received), F32(fee), F32(attachment), auto, ON))


def fee_pull(fee: float = 1.0, weeks: int = 0, numbers: Any = ON) -> float:
    """What a fee of so many baskets adds, so many weeks after it was paid."""
    return float(commitment_value(F32(fee), np.int32(weeks), numbers))


@pytest.mark.parametrize(
    ("benefit", "part"), [(0.0, 0.0), (39.0, 0.0), (40.0, 0.0), (41.0, 0.1), (43.0, 0.5), (49.0, 0.9)]
)
def test_the_share_of_those_asked_who_subscribe_by_hand(benefit: float, part: float) -> None:
    assert joining(benefit) == pytest.approx(0.3 * part, abs=1e-5)


@given(u=reals(0, 1), benefit=reals(0, 100), more=reals(0, 100), effort=reals(0, 100))
@steady
def test_nobody_pays_more_than_membership_brings(u: Any, benefit: Any, more: Any, effort: Any) -> None:
    assert not subscribes(u, F32(1.0), benefit, effort, benefit + more, ON)


@given(u=reals(0, 1), a=reals(0, 100), b=reals(0, 100), benefit=reals(0, 200))
@steady
def test_who_joins_at_a_high_fee_joins_at_a_low_one(u: Any, a: Any, b: Any, benefit: Any) -> None:
    low, high = sorted((a, b))
    effort, ask = F32(3.0), F32(0.3)
    assert subscribes(u, ask, benefit, effort, low, ON) or not subscribes(u, ask, benefit, effort, high, ON)


@pytest.mark.parametrize(
    ("received", "attachment", "auto", "z"),
    [(40, 0, False, 0), (80, 0, False, 1.5), (0, 0, False, -1.5), (40, 2, False, 1.0), (20, -1, True, 0.25)],
)
def test_renewal_by_hand(received: float, attachment: float, auto: bool, z: float) -> None:
    assert renewing(received, attachment=attachment, auto=auto) == pytest.approx(
        1 / (1 + math.exp(-z)), abs=1e-5
    )


@given(u=reals(0, 1), a=reals(0, 200), b=reals(0, 200), fee=reals(0.5, 200), auto=st.booleans())
@steady
def test_whom_membership_brought_more_renews_rather(u: Any, a: Any, b: Any, fee: Any, auto: bool) -> None:
    little, much = sorted((a, b))
    calm = F32(0.0)
    assert renews(u, much, fee, calm, auto, ON) or not renews(u, little, fee, calm, auto, ON)


def test_a_membership_that_renews_by_itself_is_kept_by_some_to_whom_it_brings_too_little() -> None:
    assert renewing(10.0, auto=False) < 0.3 < 0.55 < renewing(10.0, auto=True)


def test_the_attached_stay_for_the_same_money() -> None:
    assert renewing(30.0, attachment=-1.0) < renewing(30.0) < renewing(30.0, attachment=1.0)


def test_a_dearer_renewal_loses_members() -> None:
    assert renewing(60.0, fee=80.0) < renewing(60.0, fee=60.0) == pytest.approx(0.5, abs=1e-5)


def test_a_membership_that_costs_nothing_more_is_kept_if_it_brought_anything() -> None:
    with np.errstate(divide="raise", invalid="raise"):
        assert renewing(5.0, fee=0.0) > 0.9999
        assert renewing(0.0, fee=0.0) == pytest.approx(0.5, abs=1e-5)


def test_the_pull_of_a_fee_by_hand() -> None:
    assert fee_pull() == close(0.15)
    assert fee_pull(3.0) == close(0.225)
    assert fee_pull(weeks=8) == close(0.075)
    assert fee_pull(weeks=24) == close(0.15 / 8)
    assert fee_pull(0.0) == 0


@given(fee=reals(0.01, 100), a=WEEKS, b=WEEKS)
@steady
def test_what_was_paid_is_forgotten(fee: Any, a: Any, b: Any) -> None:
    soon, late = sorted((a, b))
    assert 0 <= fee_pull(fee, late) <= fee_pull(fee, soon)
    assert fee_pull(fee, 52) < 0.02 * fee_pull(fee, 0)


@given(a=reals(0, 100), b=reals(0, 100), weeks=WEEKS)
@steady
def test_a_larger_fee_wants_to_be_used_more(a: Any, b: Any, weeks: Any) -> None:
    small, large = sorted((a, b))
    assert fee_pull(small, weeks) <= fee_pull(large, weeks) <= 0.3


@given(u=reals(0, 1), money=reals(0, 1e4), fee=reals(0.01, 100), auto=st.booleans(), weeks=WEEKS)
@steady
def test_off_nobody_is_in_a_club(u: Any, money: Any, fee: Any, auto: bool, weeks: Any) -> None:
    assert not subscribes(u, F32(1.0), money, F32(0.0), fee, OFF)
    assert not renews(u, money, fee, F32(5.0), auto, OFF)
    assert commitment_value(fee, weeks, OFF) == 0


@pytest.mark.parametrize("numbers", [ON, OFF], ids=["on", "off"])
def test_compiled_as_in_plain_python(numbers: Any) -> None:
    money = floats(0, 0.7, 39.9, 40.1, 200)
    draws = floats(0.001, 0.1, 0.26, 0.5, 0.731, 0.99)
    assert same_bits(
        subscribes, numbers, draws, floats(0.3, 1), money, floats(0, 3), floats(0.1, 40), kind=bool
    )
    assert same_bits(renews, numbers, draws, money, floats(0.1, 40), floats(-2, 0.3), YES_OR_NO, kind=bool)
    assert same_bits(commitment_value, numbers, floats(0, 0.3, 17), wholes(0, 1, 9, 51, 5000))
