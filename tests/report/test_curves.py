"""Curves of weeks: what is drawn is what the table of weeks says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.experiments.statistics import mean_interval
from sim.report import cumulative, profit, retention
from tests.report.markets import compared, flat

BURN_IN = 14


def curves(axis: Axes) -> list[Line2D]:
    return [line for line in axis.lines if len(line.get_xdata()) > 2]


def bands(axis: Axes) -> list[np.ndarray]:
    return [band.get_paths()[0].vertices for band in axis.collections]


def table(column: str, design: str) -> np.ndarray:
    paths = compared().paths
    own = paths[paths["design"] == design]
    return own.pivot(index="replicate", columns="week", values=column).to_numpy(float)


def test_the_retention_curve_begins_with_all_and_is_the_mean_share_of_those_who_are_kept() -> None:
    for design, line in zip(compared().designs, curves(retention(compared())), strict=True):
        kept = table("kept", design)[:, BURN_IN - 1 :]
        assert line.get_ydata()[0] == 100.0
        assert line.get_ydata() == pytest.approx(100 * (kept / kept[:, :1]).mean(axis=0))
        assert list(line.get_xdata()[[0, -1]]) == [BURN_IN - 1, 35]
        assert line.get_ydata()[-1] < 100.0


def test_profit_is_the_mean_of_four_weeks() -> None:
    line = curves(profit(compared()))[1]
    found = table("profit", "points").mean(axis=0)
    week = list(line.get_xdata()).index(30)
    assert line.get_ydata()[week] == pytest.approx(found[27:31].mean())


def test_the_last_point_of_extra_profit_is_the_paired_difference_of_profit_with_its_interval() -> None:
    axis = cumulative(compared())
    for design, line, band in zip(compared().designs[1:], curves(axis), bands(axis), strict=True):
        whole = compared().paired[design]["profit"]
        assert line.get_ydata()[-1] == pytest.approx(whole.mean, abs=0.01)
        ends = band[band[:, 0] == 35][:, 1]
        assert (ends.min(), ends.max()) == pytest.approx((whole.low, whole.high), abs=0.01)
    assert any(list(line.get_ydata()) == [0.0, 0.0] for line in axis.lines), "the line at 0"


def test_the_band_is_the_interval_over_replicates() -> None:
    vertices = bands(retention(compared()))[1]
    kept = table("kept", "points")[:, BURN_IN - 1 :]
    last = mean_interval(100 * kept[:, -1] / kept[:, 0])
    ends = vertices[vertices[:, 0] == 35][:, 1]
    assert (ends.min(), ends.max()) == pytest.approx((last.low, last.high))


def test_a_design_that_pays_back_has_a_diamond_in_its_week_and_the_others_say_what_they_do() -> None:
    result = compared()
    profits = result.paths.copy()
    extra = np.where(profits["week"] == BURN_IN, -100.0, np.where(profits["week"] < BURN_IN, 0.0, 30.0))
    none = profits[profits["design"] == "none"].set_index(["replicate", "week"])["profit"]
    base = profits.set_index(["replicate", "week"]).index.map(none)
    gains = {"none": 0.0, "points": 1.0, "cheaper": -1.0, "twin": 0.0}
    profits["profit"] = np.asarray(base) + extra * profits["design"].map(gains)
    axis = cumulative(replace(result, paths=profits))
    (diamond,) = [line for line in axis.lines if line.get_marker() == "D" and len(line.get_xdata()) == 1]
    assert list(diamond.get_xdata()) == [BURN_IN + 4]
    said = flat(axis)
    for words in (f"points paid back in week {BURN_IN + 4}", "cheaper not paid back", "twin no difference"):
        assert words in said


@pytest.mark.parametrize("draw", [retention, profit, cumulative])
def test_one_replicate_has_no_band_and_says_so(draw) -> None:
    single = draw(compared(1, ("none", "points")))
    assert not bands(single)
    assert "no interval" in flat(single)
    several = draw(compared())
    assert bands(several)
    assert "95 % interval" in flat(several)


@pytest.mark.parametrize("draw", [retention, profit, cumulative])
def test_events_burn_in_units_and_designs_are_named(draw) -> None:
    said = flat(draw(compared()))
    unit = "% of customers" if draw is retention else "EUR"
    for word in ("price war", "burn-in", "week", unit, "points", "cheaper", "twin"):
        assert word in said


@pytest.mark.parametrize("draw", [retention, profit, cumulative])
def test_designs_are_told_apart_without_colour(draw) -> None:
    axis = draw(compared())
    looks = [
        (str(line.get_linestyle()), line._unscaled_dash_pattern, line.get_marker()) for line in curves(axis)
    ]
    assert len({str(look[1]) for look in looks}) == len(looks)
    assert len({look[2] for look in looks}) == len(looks)


def test_a_run_of_an_older_version_and_a_market_without_a_past_are_refused_with_the_remedy() -> None:
    result = compared()
    old = replace(result, paths=result.paths.drop(columns="kept"))
    with pytest.raises(ValueError, match=r"no column 'kept'.*older version.*run it again"):
        retention(old)
    nobody = result.paths.assign(kept=0.0)
    with pytest.raises(ValueError, match=r"no active customers.*horizon\.burn_in"):
        retention(replace(result, paths=nobody))
    with pytest.raises(ValueError, match="compare two designs"):
        cumulative(compared(1, ("none",)))
