"""The picture of the tasks: where a figure is drawn is what the card says of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.report.tasks import EDGE, OUT, picture, steps
from sim.validation.tasks.goals import BOUNDS, limits
from sim.validation.tasks.patterns import PatternResult, targets
from sim.validation.tasks.task import Interval, TaskResult

NAN = float("nan")
MARKS = ("o", "X", "<", ">")


def result(task: str, value: float, difference: Interval = (NAN, NAN, NAN)) -> TaskResult:
    """A result in which every score of the task has this value, and CRPS this difference."""
    scores = {bound.score: value for bound in BOUNDS if bound.task == task and bound.against is None}
    return TaskResult(task, task, {"market": scores}, {"BG/NBD": {"CRPS, relative": difference}})


def marks(axis: Axes) -> dict[float, Line2D]:
    """Marks of the market by the height of their row."""
    return {line.get_ydata()[0]: line for line in axis.lines if line.get_marker() in MARKS}


@given(st.sampled_from([bound for bound in BOUNDS if bound.part == "mean"]), st.floats(-100, 100))
def test_a_figure_is_right_of_must_and_right_of_should_exactly_where_the_goals_say_so(
    bound, value: float
) -> None:
    numbers = limits({bound.task: result(bound.task, value)})
    row = numbers[(numbers["score"] == bound.score)].iloc[0]
    at = steps(row, value)
    if abs(at) > 1e-9:
        assert (at > 0) == row["reached"]
    if bound.should is not None and abs(at - 1) > 1e-9:
        assert (at > 1) == row["reached too"]


@given(st.sampled_from([bound for bound in BOUNDS if bound.should is not None]))
def test_the_ends_of_a_bound_are_at_nought_and_one(bound) -> None:
    row = {
        f"{kind} {end}": value
        for kind, ends in (("must", bound.must), ("should", bound.should))
        for end, value in zip(("low", "high"), ends, strict=True)
    }
    for place, ends in ((0, bound.must), (1, bound.should)):
        for end in ends:
            if np.isfinite(end):
                assert steps(row, end) == pytest.approx(place)
    assert np.isnan(steps(row, NAN))


def test_a_difference_is_drawn_with_its_interval_and_missed_where_the_interval_reaches_over_must() -> None:
    bounds = limits({"T2": result("T2", 1.0, difference=(-0.03, -0.09, 0.03))})
    (axis,) = picture(bounds).axes
    assert not bounds.iloc[0]["reached"] and bounds.iloc[0]["value"] == -0.03
    assert marks(axis)[0].get_marker() == "X"
    assert marks(axis)[0].get_xdata()[0] == pytest.approx(0.5)
    (bar,) = [line for line in axis.lines if len(line.get_xdata()) == 2 and line.get_ydata()[0] == 0]
    assert sorted(bar.get_xdata()) == pytest.approx([-0.5, 1.5])


def test_what_lies_far_out_is_an_arrow_at_the_edge_and_what_is_no_number_is_said() -> None:
    (axis,) = picture(
        limits({"T1": TaskResult("T1", "", {"market": {"AUC active": 0.1, "correlation": 1.0}})})
    ).axes
    found = {axis.get_yticklabels()[int(height)].get_text(): line for height, line in marks(axis).items()}
    assert {
        name.split("  ")[0]: (line.get_marker(), line.get_xdata()[0]) for name, line in found.items()
    } == {
        "AUC active": ("<", EDGE[0]),
        "correlation": (">", EDGE[1]),
    }
    assert [text.get_text() for text in axis.texts].count("no number") == 5


def test_a_pattern_is_drawn_in_tolerances_and_a_missed_one_is_a_cross() -> None:
    names = list(targets())
    year = {name: target.target * (1 + 0.5 * target.rel_tol) for name, target in targets().items()}
    year[names[3]] = targets()[names[3]].target * (1 - 1.5 * targets()[names[3]].rel_tol)
    year[names[5]] = 5 * targets()[names[5]].target
    null = {name: target.target for name, target in targets().items()}
    card = PatternResult("T4", "", {}, years={"market": (year,), "null": (null,)}).table()
    (axis,) = picture(limits({}), card).axes
    drawn = marks(axis)
    assert len(drawn) == 29
    assert [label.get_text() for label in axis.get_yticklabels()] == names
    for height, line in drawn.items():
        expected = {3: ("X", -1.5), 5: (">", OUT)}.get(int(height), ("o", 0.5))
        assert (line.get_marker(), line.get_xdata()[0]) == (expected[0], pytest.approx(expected[1]))
    assert axis.get_title(loc="left") == "Patterns kept of 29: market 27, null 29"
    assert sum(line.get_marker() == "s" for line in axis.lines) == 29


def test_bounds_and_patterns_stand_beside_each_other_and_nothing_at_all_is_said() -> None:
    year = {name: target.target for name, target in targets().items()}
    patterns = PatternResult("T4", "", {"market": {"patterns passed": 29.0}}, years={"market": (year,)})
    both = picture(limits({"T4": patterns}), patterns.table())
    assert [axis.get_title(loc="left") for axis in both.axes] == [
        "Goals: 1 of 1 must, 1 of 1 should",
        "Patterns kept of 29: market 29",
    ]
    (empty,) = picture(limits({}), None).axes
    assert [text.get_text() for text in empty.texts] == ["no task with a bound was run"]


def test_the_figures_are_printed_with_what_they_must_be() -> None:
    bounds = limits({"T5": result("T5", 0.4771)})
    (axis,) = picture(bounds).axes
    said = [text.get_text() for text in axis.texts]
    assert {"0.4771", "≤ 0.55", "≤ 0.52", "market", "must", "should"} <= set(said)
    assert isinstance(bounds, pd.DataFrame)
