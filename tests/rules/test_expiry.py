"""Points about to die."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.arithmetic import F32
from sim.rules.expiry import ExpiryPressure, expiry_value
from tests.rules.same_bits import floats, same_bits, wholes
from tests.rules.steady import close, reals, steady

ON = ExpiryPressure(weight=0.2, horizon=2.0).numbers()
OFF = ExpiryPressure(enabled=False).numbers()
WEEKS = st.integers(0, 520).map(np.int32)


def pull(at_risk: float = 0.5, weeks: int = 0, sensitivity: float = 5.5, numbers: Any = ON) -> float:
    """Value of saving points (worth so many baskets) that die in so many weeks."""
    return float(expiry_value(F32(at_risk), np.int32(weeks), F32(sensitivity), numbers))


def test_the_equation_by_hand() -> None:
    assert pull() == close(0.2 * 5.5 * 0.5)
    assert pull(weeks=2) == close(0.55 / math.e)
    assert pull(weeks=4) == close(0.55 / math.e**2)
    assert pull(sensitivity=1.0, at_risk=0.1) == close(0.02)


@given(a=WEEKS, b=WEEKS, at_risk=reals(0.001, 5))
@steady
def test_the_nearer_the_date_the_stronger_the_pull(a: Any, b: Any, at_risk: Any) -> None:
    near, far = sorted((a, b))
    assert pull(at_risk, near) >= pull(at_risk, far) >= 0


def test_every_week_nearer_counts() -> None:
    assert all(near > far for near, far in pairwise(pull(weeks=w) for w in range(53)))


def test_a_date_half_a_year_away_is_not_thought_of() -> None:
    assert pull(1.0, 26) < 1e-4 * pull(1.0)


@given(a=reals(0, 5), b=reals(0, 5), weeks=WEEKS)
@steady
def test_the_more_is_lost_the_stronger_the_pull(a: Any, b: Any, weeks: Any) -> None:
    little, much = sorted((a, b))
    assert pull(little, weeks) <= pull(much, weeks)


@given(at_risk=reals(1, 1e6))
@steady
def test_no_purchase_saves_more_than_it_costs(at_risk: Any) -> None:
    assert pull(at_risk) == pull(1.0) == close(1.1)


def test_who_does_not_mind_money_does_not_mind_points() -> None:
    assert pull(sensitivity=0.0) == 0


def test_where_nothing_is_about_to_die_nothing_pulls() -> None:
    assert pull(0.0) == 0


@given(at_risk=reals(0, 1e6), weeks=WEEKS, sensitivity=reals(0, 50))
@steady
def test_off_nobody_minds_the_date(at_risk: Any, weeks: Any, sensitivity: Any) -> None:
    assert expiry_value(at_risk, weeks, sensitivity, OFF) == 0


@pytest.mark.parametrize("numbers", [ON, OFF], ids=["on", "off"])
def test_compiled_as_in_plain_python(numbers: Any) -> None:
    assert same_bits(
        expiry_value, numbers, floats(0, 0.13, 1, 7), wholes(0, 1, 3, 51, 5000), floats(0, 3.7, 9)
    )
