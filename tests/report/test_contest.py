"""The picture of a payoff table: best replies and equilibria can be told without colour."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from sim.experiments import ExperimentError
from sim.experiments.contest import Contest, contest
from tests.experiments.contest import known

TWO = {"A": ["c", "d"], "B": ["c", "d"]}


def played(first: object, noise: float = 0.0) -> Contest:
    cell = known.cell_of(known.symmetric(first), noise)
    return contest(known.world(), players=TWO, replicates=6, run_cell=cell)


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text)]


def frames(figure: Figure) -> list[Rectangle]:
    return [patch for patch in figure.findobj(Rectangle) if patch.get_linewidth() > 2]


def test_best_replies_have_a_mark_and_the_equilibrium_a_frame() -> None:
    figure = played(known.DILEMMA).plot()
    said = words(figure)
    assert sum(text.startswith("▲ ") and "best" not in text for text in said) == 4
    (frame,) = frames(figure)
    assert (round(frame.get_x()), round(frame.get_y())) == (1, 1)
    assert frame.get_linestyle() in ("-", "solid")
    for name in ("A", "B", "c", "d", "Profit, EUR"):
        assert name in said


def test_the_title_stands_above_the_name_of_the_second_player_however_long_it_is() -> None:
    figure = played(known.DILEMMA).plot()
    figure.draw_without_rendering()
    (title,) = [text for text in figure.findobj(Text) if text.get_text() == "Profit, EUR"]
    (name,) = [text for text in figure.findobj(Text) if text.get_text() == "B"]
    assert name.get_window_extent().y1 <= title.get_window_extent().y0


def test_what_is_not_sure_has_a_question_mark_and_a_broken_frame() -> None:
    figure = played(((3.0, 0.0), (3.01, 1.0)), noise=2.0).plot()
    assert any(text.endswith(" ?") for text in words(figure))
    assert any(frame.get_linestyle() not in ("-", "solid") for frame in frames(figure))


def test_a_table_of_three_is_not_drawn() -> None:
    import numpy as np

    result = contest(
        known.world(3), players={"A": ["c"], "B": ["c"], "C": ["c"]}, replicates=1,
        run_cell=known.cell_of(np.zeros((3, 3, 3, 3))),
    )  # fmt: skip
    with pytest.raises(ExperimentError, match="can be drawn for two players, not for 3"):
        result.plot()
