"""Criteria of choice: what each says of values that can be reckoned by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.experiments.robust import criteria
from sim.experiments.statistics import probability_positive

BY_HAND = np.array([[[10.0, 12.0], [2.0, 4.0]], [[6.0, 8.0], [5.0, 7.0]]])
"""Two designs, two points, two replicates: the first is better at the first point, the second more even."""


def test_wins_counts_worlds_and_shares_ties() -> None:
    assert criteria.wins(BY_HAND).tolist() == [0.5, 0.5]
    assert criteria.wins(np.array([[[1.0, 2.0]], [[1.0, 1.0]]])).tolist() == [0.75, 0.25]


def test_expected_regret_is_what_the_best_of_each_world_has_more() -> None:
    first, second = criteria.regrets(BY_HAND)
    assert (first.mean, second.mean) == (1.5, 2.0)


def test_the_largest_regret_is_that_of_the_point_where_most_is_missed() -> None:
    first, second = criteria.largest_regrets(BY_HAND)
    assert (first.mean, second.mean) == (3.0, 4.0)


def test_the_worst_case_is_the_point_with_the_least_expected_gain() -> None:
    (at, first), (other, second) = criteria.worst(BY_HAND)
    assert (at, first.mean, other, second.mean) == (1, 3.0, 1, 6.0)
    assert first.low < 3.0 < first.high


def test_hurwicz_lies_between_the_best_and_the_worst_point() -> None:
    assert criteria.hurwicz(BY_HAND, 0.0).tolist() == [3.0, 6.0]
    assert criteria.hurwicz(BY_HAND, 1.0).tolist() == [11.0, 7.0]
    assert criteria.hurwicz(BY_HAND, 0.5).tolist() == [7.0, 6.5]


def test_of_two_designs_the_chance_of_being_best_is_that_of_the_paired_t_test() -> None:
    generator = np.random.default_rng(3)
    values = generator.normal([[0.0], [0.4]], 1.0, (2, 9)) + generator.normal(0, 5, 9)
    found = criteria.chances(values[:, None, :])
    assert found is not None
    assert found[1] == pytest.approx(probability_positive(values[1] - values[0]), abs=0.02)


def test_designs_that_are_the_same_in_every_world_share_the_chance() -> None:
    one = np.random.default_rng(1).normal(0, 1, (1, 8))
    found = criteria.chances(np.stack([one, one, one - 9]))
    assert found == pytest.approx([0.5, 0.5, 0.0])


def test_the_interval_of_the_worst_case_holds_it_in_95_of_100_studies_or_more() -> None:
    generator = np.random.default_rng(7)
    truth, held = np.full(6, 0.9), 0
    for _ in range(400):
        gains = truth[None, :, None] + generator.normal(0, 1, (1, 6, 8))
        ((_, interval),) = criteria.worst(gains)
        held += interval.low <= 0.9 <= interval.high
    assert held / 400 >= 0.95


@given(arrays(float, (3, 2, 4), elements=st.floats(-100, 100)), st.floats(-50, 50))
def test_what_all_designs_gain_in_common_changes_no_regret(gains, common) -> None:
    before, after = criteria.regrets(gains), criteria.regrets(gains + common)
    assert [r.mean for r in after] == pytest.approx([r.mean for r in before], abs=1e-9)
    assert all(r.mean >= 0 for r in before)
    assert min(r.mean for r in criteria.largest_regrets(gains)) >= 0


@given(arrays(float, (3, 2, 4), elements=st.floats(-100, 100)))
def test_chances_and_wins_add_up_to_one(gains) -> None:
    assert criteria.wins(gains).sum() == pytest.approx(1)
    assert criteria.chances(gains).sum() == pytest.approx(1)
