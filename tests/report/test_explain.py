"""Pictures and tables of an explanation."""

from __future__ import annotations

from io import BytesIO

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.report import explain, explained
from sim.report.picture import save
from tests.experiments.explain.worlds import of_points


def bars(figure: Figure, panel: int = 0) -> list[tuple[float, float]]:
    """(start, size) of the bars of a panel, from the top."""
    return [(bar.get_x(), bar.get_width()) for bar in figure.axes[panel].patches]


def test_each_step_of_the_waterfall_begins_where_the_last_ended_and_the_last_is_the_whole() -> None:
    found = bars(explain.lines(of_points()))
    so_far = 0.0
    for start, size in found[:-1]:
        assert start == pytest.approx(so_far)
        so_far += size
    assert found[-1] == pytest.approx((0.0, so_far), abs=0.01)
    assert so_far == pytest.approx(of_points().difference.mean)


def test_families_and_what_remains_add_up_to_the_difference_that_is_drawn_last() -> None:
    found = [size for _, size in bars(explain.shapley(of_points()))]
    assert sum(found[:-1]) == pytest.approx(found[-1])


def test_what_lowers_a_metric_is_hatched_and_what_raises_it_is_not() -> None:
    figure = explain.lines(of_points())
    steps = figure.axes[0].patches[:-1]
    assert {bar.get_width() < 0 for bar in steps} == {True, False}
    for bar in steps:
        assert (bar.get_hatch() is not None) == (bar.get_width() < 0)


@pytest.mark.parametrize("name", ["shapley", "lines", "groups", "causes"])
def test_no_label_lies_on_another_and_the_same_picture_gives_the_same_bytes(name: str) -> None:
    figures = [of_points().plot(name) for _ in range(2)]
    buffers = [BytesIO() for _ in figures]
    for figure, buffer in zip(figures, buffers, strict=True):
        save(figure, buffer)
    assert buffers[0].getvalue() == buffers[1].getvalue()
    figure = figures[0]
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    texts = [
        text
        for axis in figure.axes
        for text in (*axis.texts, *axis.get_yticklabels(), axis.title, axis.xaxis.label)
        if text.get_text() and text.get_visible()
    ]
    texts += [text for axis in figure.axes if axis.get_legend() for text in axis.get_legend().get_texts()]
    texts += [text for text in (figure._suptitle, figure._supxlabel) if text is not None]
    boxes = [text.get_window_extent(renderer) for text in texts]
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.width for box in boxes)
    for i, box in enumerate(boxes):
        for j in range(i):
            assert not box.overlaps(boxes[j]), (texts[i].get_text(), texts[j].get_text())


def test_the_tables_for_the_terminal_have_a_row_a_reason() -> None:
    titles = [str(table.title) for table in explained.tables(of_points())]
    assert titles == [
        "profit: families of mechanisms (Shapley)",
        "profit: change of the difference without",
        "profit, line by line",
        "what customers bring",
        "who changed their mind, a world",
    ]
    without = explained.tables(of_points())[1]
    assert "stamps" not in list(without.columns[0].cells), "it changes nothing"
