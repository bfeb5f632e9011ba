"""Pictures of watched markets: they show what was seen, name their units, and say what they lack."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import sim
from sim import report
from sim.experiments import ExperimentError, Watched
from sim.report.picture import save
from sim.report.seen import means
from sim.scenario import Scenario
from tests.worlds import LEVELS, busy

NAMES = ("balances", "cohorts", "distance", "liability", "quadrants", "switching", "tiers", "whale")


@pytest.fixture(scope="module")
def watched() -> Watched:
    """Two designs: as it is, with levels and points; and with no programme at all."""
    tiers = {"levels": LEVELS[:2], "window": "rolling"}
    world = busy(horizon={"weeks": 45, "burn_in": 6}).replace("firms.Harbour.programme.tiers", tiers)
    return sim.watch(
        world, designs=["kept", "closed"], replicates=2, customers=200, without_gradient=True, workers=1
    )


def words(axis: Axes) -> str:
    """All that is written in a picture."""
    said = [*axis.texts, axis.title, axis.xaxis.label, axis.yaxis.label, *axis.get_xticklabels()]
    legend = axis.get_legend()
    said += [] if legend is None else legend.get_texts()
    return "\n".join(
        text.get_text()
        for text in [*said, axis._left_title]  # type: ignore[attr-defined]
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_stands_where_it_is_wanted_and_says_how_sure_it_is(watched: Watched, name: str) -> None:
    axis = Figure().add_subplot()
    assert getattr(report, name)(watched, ax=axis) is axis
    assert "Harbour, kept" in words(axis)
    assert "2 replicates" in words(axis).replace("\n", " ") or "± half" in words(axis)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_picture_has_the_same_bytes(watched: Watched, name: str) -> None:
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        save(getattr(report, name)(watched).get_figure(root=True), file)
    assert files[0].getvalue() == files[1].getvalue()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("balances", "no rewards.*take design kept"),
        ("distance", "no rewards.*take design kept"),
    ],
)
def test_what_a_design_lacks_is_said_and_where_it_is(watched: Watched, name: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        getattr(report, name)(watched, "closed")


def test_a_design_that_was_not_watched_is_named(watched: Watched) -> None:
    with pytest.raises(ValueError, match="'cards' was not watched; kept, closed were"):
        report.cohorts(watched, "cards")
    with pytest.raises(ExperimentError, match="did you mean 'kept'"):
        report.cohorts(watched, "kep")


def test_too_short_a_run_has_no_switching_and_a_plain_programme_no_levels() -> None:
    short = sim.watch(busy(), designs=["kept"], replicates=1, customers=60)
    with pytest.raises(ValueError, match="two whole quarters"):
        report.switching(short)
    with pytest.raises(ValueError, match="no programme with levels; no design that was watched has"):
        report.tiers(short)


def test_bars_of_the_liability_are_as_high_as_what_is_owed(watched: Watched) -> None:
    axis = report.liability(watched)
    whole = sum(p.get_height() for p in axis.patches if p.get_width() == 9.0)
    assert whole == pytest.approx(watched.lots[watched.lots["design"] == "kept"]["value"].sum() / 2)
    last = max(p.get_x() for p in axis.patches if p.get_height() > 0)
    drawn = sum(p.get_height() for p in axis.patches if p.get_x() == last and p.get_width() == 9.0)
    lots = watched.lots[watched.lots["design"] == "kept"]
    owed = lots[lots["week"] == lots["week"].max()]["value"].sum() / 2
    assert drawn == pytest.approx(owed) and owed > 0
    assert axis.get_ylabel() == watched.world.currency


def test_bars_of_the_balances_add_up_to_all_members(watched: Watched) -> None:
    axis = report.balances(watched)
    assert sum(p.get_height() for p in axis.patches) == pytest.approx(100.0)
    assert "reward at 60 points" in words(axis)


def test_the_four_shares_add_up_to_one(watched: Watched) -> None:
    axis = report.quadrants(watched)
    said = [t.get_text() for t in axis.texts if "\nend " in t.get_text()]
    assert {t.splitlines()[0] for t in said} == {"loyal", "latent", "spurious", "none"}
    assert sum(float(t.split("end ")[1].split()[0]) for t in said) == pytest.approx(100.0, abs=0.21)
    assert sum(float(t.split("start ")[1].split()[0]) for t in said) == pytest.approx(100.0, abs=0.21)


def test_rows_of_the_switching_matrix_add_up_to_one(watched: Watched) -> None:
    axis = report.switching(watched)
    shares = np.asarray(axis.images[0].get_array())
    assert shares.shape == (4, 4)
    np.testing.assert_allclose(shares.sum(axis=1), 100.0)


def test_what_is_left_without_the_goal_gradient_stands_beside(watched: Watched) -> None:
    axis = report.distance(watched)
    assert "no goal gradient" in words(axis) and "as it is" in words(axis)
    rows = watched.distance[(watched.distance["design"] == "kept") & (watched.distance["rule"] == "as it is")]
    near = rows[rows["missing"] == 0]
    mean = (near["purchases"] / near["member_weeks"]).mean()
    assert mean in axis.containers[0][0].get_ydata()


def test_levels_are_drawn_as_high_as_they_have_members(watched: Watched) -> None:
    axis = report.tiers(watched)
    flows = watched.flows[(watched.flows["design"] == "kept")]
    ends = flows[flows["target"] != "outside"]["customers"].sum() / 2
    bars: list[Any] = [p for c in axis.containers for p in c]
    right = max(p.get_x() for p in bars)
    outside = flows[flows["target"] == "outside"]["customers"].sum() / 2
    drawn = sum(p.get_height() for p in bars if p.get_x() == right)
    assert drawn == pytest.approx(ends + outside) and ends > 0
    ranks = {level: i for i, level in enumerate(("no level", "Bronze", "Silver"))}
    inside = flows[(flows["origin"] != "outside") & (flows["target"] != "outside")]
    up = inside[inside["target"].map(ranks) > inside["origin"].map(ranks)]["customers"].sum() / 2
    assert f"▲ {up:,.0f} " in words(axis) and up > 5


def test_the_whale_is_the_same_from_a_curve_and_from_what_was_watched(watched: Watched) -> None:
    one, two = report.whale(watched), report.whale(watched.whale("kept"))
    assert (one.lines[0].get_ydata() == two.lines[0].get_ydata()).all()  # type: ignore[union-attr]


def test_a_picture_goes_before_the_module_of_its_name() -> None:
    import importlib

    for name in (*NAMES, "network", "diary"):
        importlib.import_module(report._HOME[name])
    importlib.import_module("sim.report.whale_curve")
    assert all(callable(getattr(report, name)) for name in (*NAMES, "network", "diary"))


class _Seen:
    """As much of a watched market as `means` asks for."""

    def __init__(self, world: Scenario, replicates: int) -> None:
        self.world, self.replicates = world, replicates


@pytest.fixture
def two_draws() -> Scenario:
    """A world in which a number is not known: two draws of it."""
    path = "customers.segments.0.basket.mean"
    return busy().replace(
        "uncertainty", {"source": "made up for this test", "draws": [{path: 20.0}, {path: 40.0}]}
    )


def test_replicates_of_one_draw_count_as_one_world(two_draws: Scenario) -> None:
    """Four replicates in two draws: 1 and 3 in the first, 2 and 6 in the second, means 2 and 4."""
    frame = pd.DataFrame({"replicate": [0, 1, 2, 3], "week": [0] * 4, "value": [1.0, 2.0, 3.0, 6.0]})
    found = means(_Seen(two_draws, 4), frame, ["week"], "value").iloc[0]  # type: ignore[arg-type]
    assert found["mean"] == pytest.approx(3.0)
    assert found["half"] == pytest.approx(12.706, abs=0.01)  # t with one degree of freedom


def test_a_group_that_only_one_world_has_shows_no_interval(two_draws: Scenario) -> None:
    frame = pd.DataFrame({"replicate": [2], "week": [0], "value": [5.0]})
    found = means(_Seen(two_draws, 4), frame, ["week"], "value").iloc[0]  # type: ignore[arg-type]
    assert found["mean"] == 5.0
    assert np.isnan(found["half"])


def test_the_whale_curve_refuses_a_design_that_was_not_watched(watched: Watched) -> None:
    absent = next(name for name in watched.world.design_names if name not in watched.designs)
    with pytest.raises(ValueError, match="was not watched"):
        watched.whale(absent)
