"""What all pictures of one axes keep to: they stand where they are told, and a new one shows itself."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

import sim
from sim.experiments import Sensitivity
from sim.experiments.run import Cell, Outcome
from sim.report import picture
from sim.report.foot import folded
from sim.report.labels import pack
from sim.scenario import Scenario
from tests.experiments.explain.worlds import of_points
from tests.experiments.sensitivity import functions
from tests.experiments.test_campaign import lift
from tests.report.markets import compared, flat, played


def straight(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """Ten of a less four of b, and what a replicate adds to it."""
    values = functions.read(cell)
    noise = 0.1 * (cell.replicate + 1) * values["a"]
    return Outcome({"profit": 10 * values["a"] - 4 * values["b"] + noise})


@cache
def analysed() -> Sensitivity:
    study = functions.study("abc", replicates=3)
    return sim.sensitivity(study, method="one_at_a_time", metric="profit", run_cell=straight)


DRAWN: dict[str, Callable[[], tuple[Any, ...]]] = {
    **dict.fromkeys(
        ("retention", "profit", "cumulative", "forest", "frontier", "waterfall"), lambda: (compared(),)
    ),
    "tornado": lambda: (analysed(), "profit"),
    "payoffs": lambda: (played(),),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_drawn_on_given_axes_returns_them_and_makes_no_new_figure(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, figure = DRAWN[name](), Figure()
    axes = figure.subplots(1, 2)
    monkeypatch.setattr(picture, "Picture", None)  # making one would raise
    assert getattr(sim.report, name)(*data, ax=axes[1]) is axes[1]
    assert figure.axes == list(axes)
    assert not axes[0].has_data()
    assert axes[1].has_data() or name == "payoffs"


@pytest.mark.parametrize("name", ["cumulative", "waterfall", "tornado", "payoffs"])
def test_a_new_picture_shows_itself_and_is_the_same_each_time(name: str) -> None:
    first, second = (getattr(sim.report, name)(*DRAWN[name]()) for _ in range(2))
    assert isinstance(first, Axes)
    drawn = first._repr_png_()
    assert drawn.startswith(b"\x89PNG")
    assert drawn == second._repr_png_()
    assert first.get_figure() is not second.get_figure()


def test_a_picture_is_found_by_its_name_also_when_its_module_is_loaded() -> None:
    from sim.report import _HOME

    for name, module in _HOME.items():
        importlib.import_module(module)
        assert callable(getattr(sim.report, name)), name


def test_the_forest_is_of_the_metric_asked_for_and_refuses_what_is_not_there() -> None:
    axis = sim.report.forest(compared(), "retention")
    rows = {
        line.get_ydata()[0]: line.get_xdata()[0]
        for line in axis.lines
        if line.get_marker() in picture.MARKERS
    }
    for row, design in enumerate(compared().designs[1:]):
        assert rows[row] == pytest.approx(100 * compared().paired[design]["retention"].mean)
    assert "percentage points" in flat(axis)
    with pytest.raises(ValueError, match="no measure 'happiness'"):
        sim.report.forest(compared(), "happiness")
    with pytest.raises(ValueError, match="compare two designs"):
        sim.report.forest(compared(1, ("none",)))


def test_the_tornado_has_the_longest_bar_on_top_with_the_settings_at_its_ends() -> None:
    axis = sim.report.tornado(analysed(), "profit")
    reach = dict.fromkeys(range(3), 0.0)
    for bar in axis.patches:
        reach[round(bar.get_y() + bar.get_height() / 2)] += abs(bar.get_width())
    assert reach[0] > reach[1] > reach[2] == 0
    assert [label.get_text() for label in axis.get_yticklabels()] == ["a", "b", "c"]
    assert "3 replicates" in flat(axis)
    with pytest.raises(ValueError, match="no 'churn'; it has profit"):
        sim.report.tornado(analysed(), "churn")


def test_plots_of_results_go_on_giving_figures_and_take_axes() -> None:
    for draw in (played().plot, analysed().plot, lift("coupons").plot):
        assert isinstance(draw(), Figure)
        figure = Figure()
        assert draw(ax=figure.subplots()) is figure


@pytest.mark.parametrize("name", ["shapley", "lines"])
def test_an_explanation_is_drawn_on_given_axes(name: str) -> None:
    from sim.report import explain

    figure = Figure()
    axis = figure.subplots()
    assert getattr(explain, name)(of_points(), axis) is figure
    assert axis.patches
    assert axis.get_title(loc="left")


def test_long_names_are_folded_and_lose_no_letter() -> None:
    for name in ("a_card_for_everybody_who_asks", "Ten stamps a drink, and surprises", "x" * 50, "short"):
        lines = folded(name, 12).split("\n")
        assert max(map(len, lines)) <= 12
        assert "".join(lines).replace(" ", "") == name.replace(" ", "")


def test_labels_stand_where_they_are_wanted_unless_they_would_lie_on_each_other_or_outside() -> None:
    assert pack([0.2, 0.8], [0.1, 0.1]) == pytest.approx([0.2, 0.8])
    for wanted in ([0.5] * 6, [0.0, 0.0, 0.01, 1.0, 1.0], [0.9, 0.95, 0.1]):
        tall = list(np.linspace(0.05, 0.2, len(wanted)))
        placed = pack(wanted, tall)
        order = sorted(range(len(wanted)), key=placed.__getitem__)
        assert placed[order[0]] - tall[order[0]] / 2 >= -1e-9
        assert placed[order[-1]] + tall[order[-1]] / 2 <= 1 + 1e-9
        for a, b in pairwise(order):
            assert placed[b] - placed[a] >= (tall[a] + tall[b]) / 2 - 1e-9
    assert pack([0.5] * 30, [0.1] * 30) == sorted(pack([0.5] * 30, [0.1] * 30)), "a crowd is squeezed"


@pytest.mark.parametrize("name", ["retention", "cumulative", "forest", "frontier", "waterfall"])
def test_no_words_of_a_picture_stand_outside_it(name: str) -> None:
    figure = getattr(sim.report, name)(compared()).get_figure(root=True)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    (axis,) = figure.axes
    texts = [t for t in (*axis.texts, axis.title, axis.xaxis.label) if t.get_text()]
    for text in texts:
        box = Text.get_window_extent(text, canvas.get_renderer())
        assert -1 <= box.x0 <= box.x1 <= figure.bbox.width + 1, text.get_text()
        assert -1 <= box.y0 <= box.y1 <= figure.bbox.height + 1, text.get_text()
