"""How points are chosen: what each method promises, the same each time, and a large grid for nothing."""

from __future__ import annotations

import time
import tracemalloc
from itertools import islice
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from sim.experiments.study import Factor, Sampling

LEVELS = {
    "a": Factor(path=("x",), values=(1, 2, 3)),
    "b": Factor(path=("y",), low=0.0, high=1.0, steps=2),
}
RANGES = {name: Factor(path=(name,), low=0.0, high=1.0) for name in "abc"}


def points(
    method: str, factors: dict[str, Factor], base: dict[str, Any] | None = None, **fields: Any
) -> list[Any]:
    return list(Sampling.model_validate({"method": method, **fields}).of(factors, base or {}))


def test_a_grid_is_every_level_with_every_other_the_last_factor_turning_fastest() -> None:
    assert points("grid", LEVELS) == [{"a": a, "b": b} for a in (1, 2, 3) for b in (0.0, 1.0)]


def test_a_grid_of_a_million_points_costs_no_memory_and_no_time() -> None:
    many = {name: Factor(path=(name,), low=0.0, high=1.0, steps=10) for name in "abcdef"}
    tracemalloc.start()
    begin = time.perf_counter()
    grid = Sampling().of(many, {})
    assert len(grid) == 1_000_000
    assert set(grid[999_999].values()) == {1.0}
    assert len(list(islice(grid, 3))) == 3
    took, (_, peak) = time.perf_counter() - begin, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1e6
    assert took < 1.0


def test_a_latin_hypercube_has_one_point_in_each_slice_of_each_factor() -> None:
    found = points("latin_hypercube", RANGES, points=10)
    for name in RANGES:
        assert sorted(int(point[name] * 10) for point in found) == list(range(10))


def test_a_sobol_sequence_of_a_power_of_2_fills_all_halves_alike() -> None:
    found = np.array([list(point.values()) for point in points("sobol", RANGES, points=64)])
    assert sorted((found[:, 0] * 64).astype(int)) == list(range(64))
    boxes = {tuple(row) for row in (found[:, :2] * 8).astype(int)}
    assert len(boxes) == 64  # one in each of 8 x 8 boxes


@pytest.mark.parametrize(("count", "unbalanced"), [(64, False), (1, False), (60, True), (None, False)])
def test_a_sobol_sequence_says_whether_its_length_is_a_power_of_2(
    count: int | None, unbalanced: bool
) -> None:
    assert Sampling(method="sobol", points=count).unbalanced is unbalanced
    assert not Sampling(method="latin_hypercube", points=count).unbalanced


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("method", ["latin_hypercube", "sobol"])
def test_a_seed_gives_its_points_again_and_another_seed_others(method: str) -> None:
    assert points(method, RANGES, points=5, seed=3) == points(method, RANGES, points=5, seed=3)
    assert points(method, RANGES, points=5, seed=3) != points(method, RANGES, points=5, seed=4)


def test_one_at_a_time_is_the_scenario_as_it_is_then_each_level_and_each_end_alone() -> None:
    assert points("one_at_a_time", LEVELS, {"a": 2, "b": 0.3}) == [
        {},
        {"a": 1},
        {"a": 3},
        {"b": 0.0},
        {"b": 1.0},
    ]


def test_nothing_varied_is_one_point() -> None:
    for method in ("grid", "latin_hypercube", "sobol", "one_at_a_time"):
        assert points(method, {}) == [{}]


@pytest.mark.parametrize("method", ["grid", "one_at_a_time"])
def test_a_number_of_points_that_would_be_passed_over_is_refused(method: str) -> None:
    with pytest.raises(ValidationError, match="leave `points` out"):
        Sampling.model_validate({"method": method, "points": 10})
