"""The frontier: designs where they are, what is owed as area and word, and a line through those that none beats."""

from __future__ import annotations

import pytest

from sim.report import frontier
from sim.report.tradeoff import LARGEST, SMALLEST, undominated
from tests.report.markets import compared, flat


def test_every_design_stands_at_its_means_and_the_area_grows_with_what_is_owed() -> None:
    result = compared()
    axis = frontier(result)
    marks = [mark for mark in axis.collections if hasattr(mark, "get_sizes") and len(mark.get_offsets()) == 1]
    for design, mark in zip(result.designs, marks, strict=True):
        found = result.metrics[design]
        (at,) = mark.get_offsets()
        assert list(at) == pytest.approx([100 * found["retention"].mean, found["profit"].mean])
        owed = found["points_liability"].mean
        assert mark.get_sizes()[0] == pytest.approx(LARGEST if owed else SMALLEST)
    said = flat(axis)
    assert f"points {result.metrics['points']['points_liability'].mean:,.0f} EUR owed" in said
    for word in ("EUR owed", "nothing owed", "retention, %", "profit, EUR", *result.designs):
        assert word in said


def test_crosses_are_the_intervals_of_the_means_and_one_replicate_has_none() -> None:
    result = compared()
    crosses = [c for c in frontier(result).containers if hasattr(c, "has_xerr")]
    for design, cross in zip(result.designs, crosses, strict=True):
        across, up = (part.get_segments()[0] for part in cross.lines[2])
        found = result.metrics[design]
        assert across[:, 0] == pytest.approx([100 * found["retention"].low, 100 * found["retention"].high])
        assert up[:, 1] == pytest.approx([found["profit"].low, found["profit"].high])
    single = frontier(compared(1, ("none", "points")))
    assert not any(c.lines[2] for c in single.containers if hasattr(c, "has_xerr"))
    assert "no interval" in flat(single)


def test_the_line_leaves_out_what_another_design_exceeds() -> None:
    points = {"a": (1.0, 5.0), "worse": (1.5, 2.0), "b": (2.0, 3.0), "c": (0.5, 6.0), "level": (0.5, 5.5)}
    assert undominated(points) == ["c", "a", "b"]
    assert undominated({"one": (1.0, 1.0), "twin": (1.0, 1.0)}) == ["one", "twin"], (
        "equals do not beat each other"
    )
