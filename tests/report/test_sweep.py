"""Pictures of a sweep: what they show is what the tables say."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib import colormaps
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from sim.experiments import ExperimentError
from sim.experiments.study import Sweep, sweep
from sim.report import sweep as pictures
from tests.experiments.study.small import run_cell, study


@pytest.fixture(scope="module")
def swept() -> Sweep:
    return sweep(study(metrics=("profit", "share")), run_cell=run_cell)


def test_a_map_shows_the_mean_difference_at_each_pair_of_levels(swept: Sweep) -> None:
    (axis, *_) = swept.heat().axes
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("threshold", "reward")
    shown = np.asarray(axis.images[0].get_array())
    expected = [[10.0 * threshold - reward for threshold in (50, 100, 200)] for reward in (2.5, 5.0)]
    assert np.allclose(shown, expected)
    assert [text.get_text() for text in axis.texts][:2] == ["+498", "+998"]
    assert "difference to 'none' (EUR)" in axis.get_title(loc="left") + axis.get_title()


def test_a_map_says_in_brackets_where_the_difference_may_be_none(swept: Sweep) -> None:
    (axis, *_) = swept.heat("share").axes
    assert {text.get_text() for text in axis.texts} == {"(0)"}


def test_a_map_leaves_empty_what_the_constraints_left_out() -> None:
    some = sweep(study(constraints=["reward <= 0.03 * threshold"]), run_cell=run_cell)
    (axis, *_) = some.heat("profit").axes
    assert np.ma.getmaskarray(axis.images[0].get_array()).tolist() == [[False, False], [True, False]]
    assert len(axis.texts) == 3


def test_a_map_is_read_in_grey() -> None:
    colours = [to_rgb(colormaps[pictures.SHADES](x)) for x in np.linspace(0, 1, 20)]
    shades = [np.dot((0.2126, 0.7152, 0.0722), colour) for colour in colours]
    assert (np.diff(shades) > 0).all()


def test_lines_show_the_mean_at_each_level_with_its_interval(swept: Sweep) -> None:
    (axis,) = swept.lines("profit", difference=False).axes
    assert axis.get_xlabel() == "threshold"
    table = swept.over("threshold", "profit", difference=False)
    for line, design in zip(axis.containers, swept.designs, strict=True):
        ours = table[table["design"] == design]
        assert np.allclose(line.lines[0].get_ydata(), ours["mean"])
        (bars,) = line.lines[2]
        lows, highs = zip(*(segment[:, 1] for segment in bars.get_segments()), strict=True)
        assert np.allclose(lows, ours["low"])
        assert np.allclose(highs, ours["high"])


def test_lines_may_be_drawn_over_blocks_and_on_axes_of_ones_own(swept: Sweep) -> None:
    blocks = study(
        levers={"price": {"path": "firms.Mill.price", "values": [{"level": 1.1}, {"level": 0.9}]}},
        uncertainties={},
    )
    figure = sweep(blocks, run_cell=run_cell).lines("profit")
    (axis,) = figure.axes
    assert [label.get_text() for label in axis.get_xticklabels()] == ['{"level":1.1}', '{"level":0.9}']
    assert swept.lines("profit", ax=axis) is figure


def test_levels_too_near_to_each_other_are_not_written_over_each_other() -> None:
    def written(levels: list[float]) -> list[str]:
        lever = {"path": "firms.Mill.price.level", "values": levels}
        (axis,) = sweep(study(levers={"price": lever}, uncertainties={}), run_cell=run_cell).lines().axes
        return [label.get_text() for label in axis.get_xticklabels()]

    assert written([0.9, 1.0, 1.1]) == ["0.9", "1", "1.1"]
    assert "0.901" not in written([0.9, 0.901, 1.1])


def test_the_title_of_a_small_map_is_not_cut_off(swept: Sweep) -> None:
    figure = swept.heat("left_for_encounter_failure", x="reward", y="threshold")
    figure.draw_without_rendering()
    (axis, *_) = figure.axes
    (title,) = [text for text in axis.findobj(Text) if "Left for encounter failure" in text.get_text()]
    assert title.get_window_extent().x1 <= figure.bbox.x1


def test_the_picture_of_a_sweep_is_a_map_of_two_levers_or_else_lines(swept: Sweep) -> None:
    assert swept.plot().axes[0].images
    assert not sweep(study(levers={}), run_cell=run_cell).plot("profit").axes[0].images


def test_the_same_sweep_gives_the_same_picture(swept: Sweep) -> None:
    one, two = io.BytesIO(), io.BytesIO()
    pictures.save(swept.heat(), one)
    pictures.save(swept.heat(), two)
    assert one.getvalue() == two.getvalue()


def test_what_cannot_be_drawn_says_what_can(swept: Sweep) -> None:
    with pytest.raises(ExperimentError, match="there are points"):
        swept.heat(design="none")
    with pytest.raises(ExperimentError, match="did you mean 'reward'"):
        swept.heat(x="rewards", y="threshold")
    with pytest.raises(ExperimentError, match="no measure is called 'profits'"):
        swept.lines("profits")
    with pytest.raises(ExperimentError, match="needs two factors"):
        sweep(study(levers={}), run_cell=run_cell).heat()
