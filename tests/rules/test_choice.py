"""Choice of a firm."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given

from sim.arithmetic import F32
from sim.rules.choice import Choice, attraction, odds
from tests.rules.steady import close, reals, steady

ON = Choice().numbers()
OFF = Choice(enabled=False).numbers()


def chances(tastes: list[float], values: list[float], numbers: Any) -> list[float]:
    pulls = [attraction(F32(t), F32(v), numbers) for t, v in zip(tastes, values, strict=True)]
    weights = [float(odds(p, max(pulls))) for p in pulls]
    return [w / sum(weights) for w in weights]


def test_the_equation_by_hand() -> None:
    # Weights 1, 2, 5 and values 0, ln 3, ln 2: chances go as 1, 6, 10.
    found = chances([0.0, math.log(2), math.log(5)], [0.0, math.log(3), math.log(2)], ON)
    assert found == close([1 / 17, 6 / 17, 10 / 17])


@given(taste=reals(-20, 5), low=reals(-10, 10), high=reals(-10, 10))
@steady
def test_what_speaks_for_a_firm_makes_it_more_attractive(taste: Any, low: Any, high: Any) -> None:
    low, high = sorted((low, high))
    assert attraction(taste, low, ON) <= attraction(taste, high, ON)


@given(one=reals(-400, 20), greatest=reals(-400, 20))
@steady
def test_odds_are_above_nothing_and_at_most_one(one: Any, greatest: Any) -> None:
    one, greatest = sorted((one, greatest))
    assert 0 < odds(one, greatest) <= odds(greatest, greatest) == 1


def test_a_firm_without_weight_is_never_chosen() -> None:
    assert chances([0.0, -1e4], [0.0, 20.0], ON)[1] < 1e-30


@given(taste=reals(-100, 10), value=reals(-50, 50))
@steady
def test_off_the_customers_own_weights_decide_alone(taste: Any, value: Any) -> None:
    assert attraction(taste, value, OFF) == taste
