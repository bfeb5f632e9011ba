"""What objectives and limits say, and who dominates whom: by hand, and against a library."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydantic import ValidationError

from sim.experiments.optimise import aims
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


def test_the_interval_of_the_worst_point_holds_it_in_95_of_100_studies_or_more() -> None:
    generator, held = np.random.default_rng(11), 0
    for _ in range(400):
        # Six points that are equally bad: the worst that is seen is too bad by luck.
        found = interval(aim(over="worst"), generator.normal(1.0, 1.0, (6, 8)))
        held += found.low <= 1.0 <= found.high
    assert held / 400 >= 0.95


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


def test_hypervolume_of_five_objectives_is_that_of_boxes_less_what_they_share() -> None:
    boxes = np.random.default_rng(3).uniform(0.2, 1.0, (6, 5))
    shared = 0.0
    for size in range(1, 7):
        for some in combinations(boxes, size):
            shared += (-1) ** (size + 1) * float(np.min(some, axis=0).prod())
    assert hypervolume(boxes - 1, np.full(5, -1.0)) == pytest.approx(shared)
    # A doubled point and one that is dominated add nothing.
    assert hypervolume(np.concatenate([boxes, boxes[:1], boxes[:1] / 2]), np.zeros(5)) == pytest.approx(
        shared
    )


def test_of_many_points_the_same_are_undominated_however_many_are_compared_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    points = np.random.default_rng(4).integers(0, 30, (200, 2)).astype(float)
    whole = undominated(points)
    monkeypatch.setattr(aims, "AT_ONCE", 7)
    assert undominated(points).tolist() == whole.tolist()
    assert 1 < whole.sum() < 100


@given(arrays(float, (5, 3), elements=st.floats(0, 1, width=16)))
def test_hypervolume_is_that_of_the_front_alone_and_no_point_makes_it_less(points) -> None:
    whole = hypervolume(points, np.zeros(3))
    assert hypervolume(points[undominated(points)], np.zeros(3)) == pytest.approx(whole)
    assert hypervolume(points[:4], np.zeros(3)) <= whole + 1e-12
    grid = (np.stack(np.meshgrid(*[np.arange(12)] * 3), -1).reshape(-1, 3) + 0.5) / 12
    rough = (grid[:, None, :] <= points[None, :, :]).all(axis=2).any(axis=1).mean()
    assert whole == pytest.approx(rough, abs=0.26)
