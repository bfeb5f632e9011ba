"""Factors: what may stand at a place, and which values a share of the way between two ends means."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from sim.experiments.study import Factor

RANGES = {
    "uniform": {"low": 1.0, "high": 9.0},
    "log_uniform": {"low": 1.0, "high": 9.0, "distribution": "log_uniform"},
    "triangular": {"low": 1.0, "high": 9.0, "distribution": "triangular", "mode": 3.0},
    "normal": {"low": 1.0, "high": 9.0, "distribution": "normal", "mode": 5.0, "sd": 2.0},
    "whole": {"low": 1, "high": 9, "whole": True},
}


def factor(**fields: Any) -> Factor:
    return Factor.model_validate({"path": "horizon.weeks", **fields})


@pytest.mark.parametrize("kind", RANGES)
def test_the_quantiles_0_and_1_are_the_ends_exactly(kind: str) -> None:
    assert factor(**RANGES[kind]).ends == (1.0, 9.0)


@pytest.mark.parametrize("kind", ["uniform", "log_uniform"])
def test_ends_of_many_digits_are_kept_to_the_last(kind: str) -> None:
    low, high = 0.7640108443576374, 2.04010090402900612
    assert factor(low=low, high=high, distribution=kind).ends == (low, high)


@pytest.mark.parametrize("kind", RANGES)
@given(some.floats(0, 1), some.floats(0, 1))
def test_a_higher_quantile_never_means_a_lower_value(kind: str, u: float, v: float) -> None:
    one = factor(**RANGES[kind])
    low, high = one.at(min(u, v)), one.at(max(u, v))
    assert 1.0 <= low <= high <= 9.0


def test_the_middle_of_each_distribution_is_its_median() -> None:
    middle = {kind: factor(**fields).at(0.5) for kind, fields in RANGES.items()}
    assert middle == {
        "uniform": 5.0,
        "log_uniform": 3.0,
        "triangular": pytest.approx(9.0 - 24.0**0.5, rel=1e-10),
        "normal": pytest.approx(5.0, rel=1e-10),
        "whole": 5,
    }


def test_whole_numbers_between_the_ends_are_all_as_likely() -> None:
    one = factor(low=1, high=4, whole=True)
    assert Counter(one.at((i + 0.5) / 100) for i in range(100)) == dict.fromkeys((1, 2, 3, 4), 25)


def test_levels_are_all_as_likely() -> None:
    one = factor(values=["a", "b", None])
    assert Counter(one.at((i + 0.5) / 99) for i in range(99)) == {"a": 33, "b": 33, None: 33}


def test_a_grid_has_so_many_steps_of_a_range_written_as_people_write_numbers() -> None:
    assert factor(low=0.1, high=0.3).levels == (0.1, 0.15, 0.2, 0.25, 0.3)
    assert factor(low=1, high=100, distribution="log_uniform", steps=3).levels == (1.0, 10.0, 100.0)
    assert factor(low=1, high=3, whole=True, steps=9).levels == (1, 2, 3)


def test_one_path_or_several_get_the_value() -> None:
    assert factor(values=[1]).paths == ("horizon.weeks",)
    assert Factor(path=("a.b", "c.d"), values=(1,)).paths == ("a.b", "c.d")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "give `values`, or `low` and `high`"),
        ({"low": 1}, "give `high`"),
        ({"high": 1}, "give `low`"),
        ({"values": [1], "low": 1}, "`low` goes with a range"),
        ({"values": [1, 2, 1.0]}, "a level stands twice"),
        ({"values": []}, "at least 1 item"),
        ({"low": 2, "high": 2}, "`low` must be less than `high`; got 2 and 2"),
        ({"low": 0, "high": 2, "distribution": "log_uniform"}, "greater than 0 for log_uniform"),
        ({"low": 0, "high": 2, "distribution": "triangular"}, "triangular needs a `mode`"),
        ({"low": 0, "high": 2, "distribution": "triangular", "mode": 3}, "triangular needs a `mode`"),
        ({"low": 0, "high": 2, "distribution": "normal", "mode": 1}, "normal needs `sd`"),
        ({"low": 0, "high": 2, "mode": 1}, "`mode` has no meaning for uniform"),
        ({"low": 0.5, "high": 2, "whole": True}, "must be whole numbers"),
        ({"low": 0, "high": float("inf")}, "finite"),
        ({"values": [float("nan")]}, "numbers must be finite"),
        ({"values": [object()]}, "only text, numbers, lists and mappings fit"),
    ],
)
def test_what_makes_no_factor_is_refused_with_what_would(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        factor(**fields)
    assert words in str(caught.value)
