"""Constraints: arithmetic and comparisons of factors, and nothing else that Python could do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sim.experiments.study import Constraint, ConstraintError

KNOWN = ("threshold", "reward")


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("reward <= 0.1 * threshold", True),
        ("reward > 0.1 * threshold", False),
        ("1 < reward < 10 < threshold", True),
        ("1 < reward < 4", False),
        ("not (reward >= 5 and threshold == 100)", False),
        ("reward != 5 or -threshold + 1 < 0", True),
        ("+reward / threshold - 0.05 >= 0", True),
    ],
)
def test_a_point_keeps_a_condition_or_breaks_it(text: str, holds: bool) -> None:
    assert Constraint.read(text, KNOWN).holds({"threshold": 100, "reward": 5.0}) is holds


numbers = some.recursive(
    some.sampled_from(["a", "b", "2", "0.5"]),
    lambda inner: some.builds("({} {} {})".format, inner, some.sampled_from("+-*"), inner),
    max_leaves=5,
)
conditions = some.recursive(
    some.builds("({} {} {})".format, numbers, some.sampled_from(["<", "<=", ">", ">=", "==", "!="]), numbers),
    lambda inner: some.one_of(
        some.builds("({} {} {})".format, inner, some.sampled_from(["and", "or"]), inner),
        some.builds("(not {})".format, inner),
    ),
    max_leaves=4,
)


@given(conditions, some.integers(-3, 3), some.floats(-3, 3))
def test_conditions_mean_what_they_mean_in_mathematics(text: str, a: int, b: float) -> None:
    values = {"a": a, "b": b}
    said = eval(text, {"__builtins__": {}}, values)  # noqa: S307  (our own text, to compare with)
    try:
        constraint = Constraint.read(text, values)
    except ConstraintError as error:
        assert "names no factor" in str(error)
        return
    assert constraint.holds(values) == said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("treshold < 3", "no factor is called 'treshold'; did you mean 'threshold'?"),
        ("reward", "is a number, not a condition"),
        ("1 < 2", "names no factor"),
        ("reward = 3", "write == for 'is equal to'"),
        ("reward <", "not readable as a condition"),
        ("", "not readable as a condition"),
        ("(reward < 3) & (threshold < 9)", "write 'and' and 'or'"),
        ("reward & 3 < 9", "write 'and' and 'or'"),
        ("(reward < 3) + 1 > 0", "is a condition where a number is needed"),
        ("reward ** 9 < 3", "has no place in it"),
        ("reward in (1, 2)", "'is' and 'in' are not allowed"),
        ("reward < 'many'", "has no place in it"),
        ("reward < True", "has no place in it"),
        ("reward < 1j", "has no place in it"),
        ("reward.real < 3", "'reward.real' has no place in it"),
        ("reward[0] < 3", "has no place in it"),
        ("abs(reward) < 3", "'abs(reward)' has no place in it"),
        ("__import__('os').system('true') < 1", "has no place in it"),
        ("(lambda: reward)() < 1", "has no place in it"),
        ("(x := reward) < 1", "has no place in it"),
        ("[reward for reward in ()] < 1", "has no place in it"),
        ("reward < 1 if threshold else 2", "has no place in it"),
        ("f'{reward}' < 1", "has no place in it"),
        ("(" * 150 + "reward" + ")" * 150 + " < 1", "longer than 300 characters"),
        ("-" * 250 + "reward < 1; import os", "not readable as a condition"),
        ("reward < 1\x00", "not readable as a condition"),
    ],
)
def test_what_is_no_condition_is_refused_with_a_reason(text: str, words: str) -> None:
    with pytest.raises(ConstraintError) as caught:
        Constraint.read(text, KNOWN)
    assert words in str(caught.value)


def test_a_division_by_0_names_the_point() -> None:
    with pytest.raises(ConstraintError, match="divides by 0 where reward = 0, threshold = 3"):
        Constraint.read("1 / reward < threshold", KNOWN).holds({"reward": 0, "threshold": 3})
