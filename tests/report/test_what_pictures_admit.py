"""What pictures say of their own limits: axes that are cut, intervals that do not exist, worlds too small to draw."""

from __future__ import annotations

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

import sim
from sim import report
from sim.experiments import ExperimentError, WhaleCurve
from sim.experiments.whale import DECILES, POINTS
from tests.report.markets import compared, flat
from tests.worlds import busy


def test_a_cut_axis_and_bands_that_may_mislead_are_said_below_the_curves() -> None:
    axis = report.retention(compared())
    assert (axis.get_ylim()[0] > 0) == ("axis does not begin at 0" in flat(axis))
    assert "can hide a sure difference" in flat(axis)
    extra = report.cumulative(compared())
    assert "can hide" not in flat(extra), "differences are paired already"
    assert "does not begin at 0" not in flat(extra)
    high = replace(compared(), paths=compared().paths.assign(profit=compared().paths["profit"] + 1e6))
    assert "axis does not begin at 0" in flat(report.profit(high))


def test_the_whisker_of_the_whole_profit_stays_within_the_axes(monkeypatch: pytest.MonkeyPatch) -> None:
    result = compared()
    own = result.paired["points"]
    wide = replace(own["profit"], low=own["profit"].mean - 1e6, high=own["profit"].mean + 1e6)
    monkeypatch.setitem(own, "profit", wide)
    low, high = report.waterfall(result, "points").get_xlim()
    start = result.metrics["none"]["profit"].mean
    assert low <= start + wide.low and high >= start + wide.high


def test_a_market_too_small_for_cohorts_says_what_to_do() -> None:
    world = busy(horizon={"weeks": 30, "burn_in": 0})
    watched = sim.watch(world, designs=["kept"], replicates=1, customers=5, workers=1)
    with pytest.raises(ValueError, match="take more customers"):
        report.cohorts(watched)


def test_one_word_for_designs_is_refused_with_the_list_it_should_be() -> None:
    with pytest.raises(ExperimentError, match=r"designs=\['kept'\]"):
        sim.watch(busy(), designs="kept", replicates=1)


def whale_of(finite: int, replicates: int) -> WhaleCurve:
    """A whale curve of which so many replicates have a whole that is positive."""
    curves = np.full((replicates, POINTS), np.nan)
    curves[:finite] = np.linspace(0.0, 1.0, POINTS) ** 0.5
    return WhaleCurve(
        busy(), "kept", replicates, curves, np.ones((replicates, DECILES)), np.full(replicates, 0.1)
    )


def test_a_whale_counts_only_the_replicates_it_shows() -> None:
    some = flat(report.whale(whale_of(3, 4)))
    assert "Mean of 3 replicates and 95 % interval" in some and "Left out: 1" in some
    one = report.whale(whale_of(1, 4))
    assert "no interval can be given" in flat(one) and not one.collections
    assert "Left out" not in flat(report.whale(whale_of(4, 4)))


def test_friends_before_the_first_week_are_of_no_week() -> None:
    world = busy().replace("customers.network", {"degree": 4, "rewiring": 0.2})
    market = sim.Market(world, customers=20)
    assert report.network(market).get_title(loc="left").endswith("before the first week")
    for nobody in (0, 21, 1.5, "a"):
        with pytest.raises(KeyError, match="ids run from 1 to 20"):
            report.network(market, nobody)  # type: ignore[arg-type]


def test_a_picture_leaves_the_users_style_alone() -> None:
    with mpl.rc_context({"lines.linewidth": 7.5, "axes.grid": False, "font.size": 17.0}):
        before = dict(mpl.rcParams)
        figure = Figure(facecolor="#123456")
        other, axis = figure.subplots(1, 2)
        report.retention(compared(), ax=axis)
        with pytest.raises(ValueError, match="no design 'gold'"):
            report.waterfall(compared(), "gold", ax=axis)
        assert dict(mpl.rcParams) == before
    assert mpl.colors.to_hex(figure.get_facecolor()) == "#123456" and not other.has_data()
