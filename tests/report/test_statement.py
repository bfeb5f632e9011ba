"""The waterfall: its bars add up to the difference of profit, to the cent."""

from __future__ import annotations

import pytest
from matplotlib.axes import Axes

from sim.report import statement, waterfall
from tests.report.markets import compared, flat


def bars(axis: Axes) -> list[tuple[float, float, str | None]]:
    return [(bar.get_x(), bar.get_width(), bar.get_hatch()) for bar in axis.patches]


@pytest.mark.parametrize("design", ["points", "cheaper"])
def test_the_bars_of_the_waterfall_add_up_to_the_difference_of_profit_to_the_cent(design: str) -> None:
    result = compared()
    first, *steps, last = bars(waterfall(result, design))
    assert len(steps) >= 2
    assert sum(size for _, size, _ in steps) == pytest.approx(result.paired[design]["profit"].mean, abs=0.005)
    ends = [start + size for start, size, _ in (first, *steps, last)]
    assert ends[0] == pytest.approx(result.metrics["none"]["profit"].mean, abs=0.005)
    assert ends[-1] == pytest.approx(ends[-2], abs=0.005)
    for (start, _, _), end in zip(steps, ends, strict=False):
        assert start == pytest.approx(end, abs=0.005)


def test_what_lowers_profit_is_hatched_and_what_raises_it_is_not() -> None:
    steps = bars(waterfall(compared(), "points"))[1:-1]
    assert {size < 0 for _, size, _ in steps} == {True, False}
    assert all((hatch is not None) == (size < 0) for _, size, hatch in steps)


def test_a_step_has_the_whisker_of_its_paired_difference() -> None:
    result = compared()
    axis = waterfall(result, "points")
    drawn = [c.lines[2][0].get_segments()[0][:, 0] for c in axis.containers if hasattr(c, "has_xerr")]
    so_far = result.metrics["none"]["profit"].mean
    for step, (low, high) in zip(statement.steps(result, "points"), drawn, strict=False):
        assert (low - so_far, high - so_far) == pytest.approx((step.change.low, step.change.high))
        so_far += step.change.mean
    assert len(drawn) == len(statement.steps(result, "points")) + 1


def test_one_replicate_has_no_whisker_and_says_so() -> None:
    axis = waterfall(compared(1, ("none", "points")))
    assert not any(hasattr(c, "has_xerr") for c in axis.containers)
    assert "no interval" in flat(axis)


def test_bars_that_are_cut_off_say_so_and_whole_ones_begin_at_0(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = waterfall(compared(), "points")
    assert bars(whole)[0][0] == 0.0 == whole.get_xlim()[0]
    assert "cut off" not in flat(whole)
    monkeypatch.setattr(statement, "FAR", 0.0)  # as if all profits were far from 0
    cut = waterfall(compared(), "points")
    assert bars(cut)[0][0] == cut.get_xlim()[0] > 0.0
    assert "cut off" in flat(cut)
    assert bars(cut)[1:-1] == bars(whole)[1:-1]


def test_a_design_of_which_nothing_differs_has_no_steps() -> None:
    assert len(bars(waterfall(compared(), "twin"))) == 2


def test_a_design_that_is_not_there_or_alone_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"no design 'gold'.*there is points, cheaper, twin"):
        waterfall(compared(), "gold")
    with pytest.raises(ValueError, match="compare two designs"):
        waterfall(compared(1, ("none",)))
