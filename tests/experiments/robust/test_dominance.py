"""Stochastic dominance: who is preferred by everybody."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.experiments.robust.dominance import first_order, second_order, table


def test_a_design_that_is_better_at_every_quantile_dominates_to_first_order() -> None:
    a, b = np.array([1.0, 3.0, 5.0]), np.array([1.0, 2.0, 5.0])
    assert first_order(a, b) and not first_order(b, a)
    assert not first_order(a, a)


def test_less_risk_at_the_same_mean_dominates_to_second_order_only() -> None:
    steady, risky = np.array([4.0, 5.0, 6.0]), np.array([1.0, 5.0, 9.0])
    assert not first_order(steady, risky)
    assert second_order(steady, risky) and not second_order(risky, steady)


@given(arrays(float, (2, 6), elements=st.floats(-100, 100, width=16)))
def test_first_order_implies_second_order(values) -> None:
    a, b = np.sort(values, axis=1)
    assert second_order(a, b) or not first_order(a, b)


def test_a_design_ahead_in_every_world_dominates_for_sure_and_a_tie_by_luck_does_not() -> None:
    luck = np.random.default_rng(2).normal(0, 1, (1, 12))
    found = table(("ahead", "behind"), np.stack([luck + 3, luck]))
    assert found[["design", "over", "first", "first_sure"]].to_numpy().tolist() == [
        ["ahead", "behind", True, 1.0]
    ]
    close = np.stack([luck, luck + np.random.default_rng(3).normal(0.05, 0.5, (1, 12))])
    assert (table(("a", "b"), close)["first_sure"] < 0.9).all()
