"""Pictures: what is drawn is what is known, and it can be read by everybody."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations, pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import colors
from matplotlib.figure import Figure

import sim
from sim.experiments import Comparison, compare
from sim.report import picture, plots
from tests.experiments.fake import run_cell, world


@pytest.fixture(scope="module")
def result() -> Comparison:
    return compare(world(), replicates=6, run_cell=run_cell)


def words(figure: Figure) -> str:
    from matplotlib.text import Text

    figure.draw_without_rendering()
    return "\n".join(text.get_text() for text in figure.findobj(Text))


def markers(axis) -> dict[float, tuple[float, bool]]:
    """row -> (centre, filled) of the markers of a forest plot."""
    found = {}
    for line in axis.lines:
        if line.get_marker() in picture.MARKERS:
            found[line.get_ydata()[0]] = (line.get_xdata()[0], line.get_markerfacecolor() == line.get_color())
    return found


def test_the_forest_shows_every_difference_where_it_is_and_hollow_where_it_is_not_sure(
    result: Comparison,
) -> None:
    for axis, metric, factor in zip(result.plot().axes, ("retention", "profit"), (100.0, 1.0), strict=True):
        drawn = markers(axis)
        for row, design in enumerate(result.designs[1:]):
            difference = result.paired[design][metric]
            assert drawn[row][0] == pytest.approx(difference.mean * factor)
            assert drawn[row][1] == (difference.verdict in ("higher", "lower"))


def test_the_forest_shows_the_metrics_that_are_asked_for(result: Comparison) -> None:
    axes = result.plot(metrics=["trust", "warning_rate", "hostage"]).axes
    assert [axis.get_title(loc="left") or axis.get_title() for axis in axes] == [
        "Trust",
        "Warning rate",
        "Hostage",
    ]
    for axis, metric in zip(axes, ("trust", "warning_rate"), strict=False):
        assert markers(axis)[0][0] == pytest.approx(result.paired["points"][metric].mean)


def test_the_forest_names_designs_units_reference_and_replicates(result: Comparison) -> None:
    said = words(result.plot())
    for design in result.designs[1:]:
        assert design in said
    for word in (
        "percentage points",
        "EUR",
        "difference to 'none'",
        "6 replicates of 100 customers, 30 weeks",
    ):
        assert word in said


def test_a_difference_of_nothing_is_drawn_at_zero_and_hollow(result: Comparison) -> None:
    row = result.designs.index("twin") - 1
    assert markers(result.plot().axes[1])[row] == (0.0, False)


def test_one_replicate_is_drawn_without_intervals() -> None:
    single = compare(world(), designs=["none", "points"], replicates=1, run_cell=run_cell)
    assert "no interval" in words(single.plot())
    plots.save(plots.paths(single), _nowhere())


def _nowhere():
    import io

    return io.BytesIO()


def test_a_single_design_and_many_designs_can_be_drawn() -> None:
    alone = compare(world(), designs=["none"], replicates=2, run_cell=run_cell)
    plots.save(alone.plot(), _nowhere())
    plots.save(plots.paths(alone), _nowhere())


def test_the_paths_name_events_burn_in_designs_and_units(result: Comparison) -> None:
    said = words(plots.paths(result))
    for word in ("price war: Mill", "burn-in", "customers", "EUR per week", "week", *result.designs):
        assert word in said


def test_the_path_is_the_mean_over_replicates(result: Comparison) -> None:
    line = plots.paths(result).axes[0].lines[1]
    ours = result.paths[result.paths["design"] == result.designs[1]]
    assert line.get_ydata() == pytest.approx(ours.groupby("week")["active"].mean().to_numpy())


def test_pictures_can_be_drawn_into_axes_of_ones_own(result: Comparison) -> None:
    figure = Figure()
    axes = figure.subplots(1, 2)
    assert result.plot(ax=axes) is figure
    assert plots.paths(result, ax=axes) is figure


def test_a_picture_shows_itself_in_a_notebook_and_is_the_same_each_time(result: Comparison) -> None:
    first, second = (result.plot()._repr_png_() for _ in range(2))
    assert first.startswith(b"\x89PNG")
    assert first == second


def test_the_settings_of_the_user_are_left_alone(result: Comparison) -> None:
    names = [name for name in mpl.rcParams if name != "backend"]  # asking for the backend would choose one
    before = [mpl.rcParams[name] for name in names]
    plots.save(result.plot(), _nowhere())
    assert [mpl.rcParams[name] for name in names] == before


def test_a_dollar_sign_in_a_name_is_a_dollar_sign() -> None:
    dear = world(title="Save $^$ now")
    result = compare(dear, designs=["none", "points"], replicates=2, run_cell=run_cell)
    plots.save(result.plot(), _nowhere())
    assert "Save $^$ now" in words(result.plot())


def test_no_picture_needs_pyplot() -> None:
    code = (
        "import sys; from sim.experiments import compare; from sim.report import plots\n"
        "from tests.experiments.fake import run_cell, world\n"
        "result = compare(world(), designs=['none', 'points'], replicates=2, run_cell=run_cell)\n"
        "result.plot()._repr_png_(); plots.paths(result)._repr_png_()\n"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.call([sys.executable, "-c", code], cwd=Path(sim.__file__).parents[1]) == 0


# Machado, Oliveira & Fernandes 2009, IEEE TVCG 15:1291: what is seen without the long, the middle cones.
BLIND = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


@pytest.mark.parametrize("kind", BLIND)
def test_the_first_five_colours_are_told_apart_without_one_kind_of_cone(kind: str) -> None:
    def seen(colour: str) -> np.ndarray:
        rgb = np.array(colors.to_rgb(colour))
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        left = np.clip(np.array(BLIND[kind]) @ linear, 0, 1)
        return np.where(left <= 0.0031308, left * 12.92, 1.055 * left ** (1 / 2.4) - 0.055)

    assert min(np.linalg.norm(seen(a) - seen(b)) for a, b in combinations(picture.COLOURS[:5], 2)) > 0.35


def test_designs_are_told_apart_without_any_colour() -> None:
    looks = [picture.look(i) for i in range(8)]
    assert len({look["marker"] for look in looks}) == 8
    assert len({str(look["linestyle"]) for look in looks[:4]}) == 4


def test_labels_are_moved_apart_and_stay_inside() -> None:
    moved = picture.spread([5.0, 5.0, 5.1, 9.9], gap=1.0, low=0.0, high=10.0)
    ordered = sorted(moved)
    assert all(b - a >= 1.0 - 1e-9 for a, b in pairwise(ordered))
    assert ordered[0] >= 0.0
    assert ordered[-1] <= 10.0
