"""What objectives and limits say, and who dominates whom: by hand, and against a library."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydantic import ValidationError

from sim.experiments.optimise.aims import hypervolume, interval, numbers, reckon, undominated, violation
from sim.experiments.study.optimise import Limit, Objective

VALUES = np.array([[1.0, 3.0], [6.0, 10.0]])
"""Two points of the uncertainties, two replicates."""


def aim(**fields: object) -> Objective:
    return Objective.model_validate({"metric": "profit", "goal": "max", **fields})


@pytest.mark.parametrize(
    "fields, expected",
    [
        ({}, 5.0),
        ({"over": "worst"}, 2.0),
        ({"over": "worst", "goal": "min"}, 8.0),
        ({"over": "quantile", "quantile": 0.5}, 4.5),
        ({"over": "quantile", "quantile": 0.01}, 1.06),
        ({"over": "quantile", "quantile": 0.01, "goal": "min"}, 9.88),
    ],
)
def test_an_objective_is_the_mean_the_worst_point_or_what_most_worlds_reach(fields, expected) -> None:
    assert reckon(aim(**fields), VALUES) == pytest.approx(expected)
    # Of many candidates at once, each as by itself.
    both = reckon(aim(**fields), np.stack([VALUES, VALUES + 1]))
    assert both.tolist() == pytest.approx([expected, expected + 1])


def test_a_difference_is_taken_world_by_world() -> None:
    ours, theirs = {"profit": VALUES}, {"none": {"profit": VALUES - [[1.0, 2.0], [3.0, 4.0]]}}
    assert numbers(aim(against="none"), ours, theirs).tolist() == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize("over", ["mean", "worst", "quantile"])
def test_an_interval_holds_the_number_and_needs_two_replicates(over: str) -> None:
    found = interval(aim(over=over), np.random.default_rng(1).normal(0, 1, (3, 12)))
    assert found.low < found.mean < found.high
    alone = interval(aim(over=over), VALUES[:, :1])
    assert alone.mean is not None and alone.low is None


def test_a_limit_in_short_is_a_metric_a_sign_and_a_number() -> None:
    assert Limit.model_validate("points_liability <= 5e3").at_most == 5000
    assert str(Limit.model_validate("retention>=0.8")) == "retention >= 0.8"
    for wrong in ("profit < 3", "profit >= much", {"metric": "profit"}, "1 <= profit"):
        with pytest.raises(ValidationError):
            Limit.model_validate(wrong)


def test_a_limit_is_broken_by_the_part_of_its_bound_that_is_too_much() -> None:
    at_most = Limit.model_validate("profit <= 10")
    assert violation(at_most, np.array([8.0, 10.0, 15.0])).tolist() == [0.0, 0.0, 0.5]
    at_least = Limit.model_validate("profit >= 10")
    assert violation(at_least, np.array([8.0, 10.0, 15.0])).tolist() == pytest.approx([0.2, 0.0, 0.0])


def test_undominated_are_those_that_no_other_beats() -> None:
    points = np.array([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0], [2.0, 1.0], [2.0, 2.0]])
    assert undominated(points).tolist() == [True, True, True, False, True]


def test_hypervolume_of_a_staircase_and_of_a_cube() -> None:
    assert hypervolume(np.array([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]]), np.zeros(2)) == 6.0
    assert hypervolume(np.array([[2.0, 2.0, 2.0], [1.0, 1.0, 3.0]]), np.zeros(3)) == 9.0
    assert hypervolume(np.array([[-1.0, 5.0]]), np.zeros(2)) == 0.0


@given(arrays(float, (5, 3), elements=st.floats(0, 1, width=16)))
def test_hypervolume_is_that_of_the_front_alone_and_no_point_makes_it_less(points) -> None:
    whole = hypervolume(points, np.zeros(3))
    assert hypervolume(points[undominated(points)], np.zeros(3)) == pytest.approx(whole)
    assert hypervolume(points[:4], np.zeros(3)) <= whole + 1e-12
    grid = (np.stack(np.meshgrid(*[np.arange(12)] * 3), -1).reshape(-1, 3) + 0.5) / 12
    rough = (grid[:, None, :] <= points[None, :, :]).all(axis=2).any(axis=1).mean()
    assert whole == pytest.approx(rough, abs=0.26)
