"""Picture and table of a front: what must be on them."""

from __future__ import annotations

import io

from matplotlib.figure import Figure
from rich.console import Console

from sim.experiments import Front, optimise
from sim.report import front_table
from sim.report.front import LABELLED, _spaced, picture
from sim.report.picture import save
from tests.experiments.optimise.plain import REWARD, THRESHOLD, noisy, study

THREE = [
    {"metric": "profit", "goal": "max"},
    {"metric": "retention", "goal": "max"},
    {"metric": "points_liability", "goal": "min"},
]


def front(objectives: list[dict]) -> Front:
    block = {"population": 8, "generations": 2, "fresh": 4, "objectives": objectives}
    return optimise(study(optimise=block), run_cell=noisy, workers=1)


def words(figure: Figure) -> str:
    axis = figure.axes[0]
    legend = axis.get_legend()
    assert legend is not None
    parts = [axis.get_xlabel(), axis.get_ylabel(), *(text.get_text() for text in legend.get_texts())]
    return " ".join([*parts, *(text.get_text() for text in figure.texts)])


def test_the_picture_names_axes_reference_and_what_the_size_of_a_marker_means() -> None:
    found = front(THREE)
    figure = picture(found)
    said = words(figure)
    for part in ("profit (EUR)", "retention", "reference: none", "on the front", "the more points_liability"):
        assert part in said
    labels = [text.get_text() for text in figure.axes[0].texts]
    named = [label for label, place in zip(found.labels, found.places, strict=True) if place == "front"]
    assert labels and set(labels) <= set(named)
    # A marker is a size of its own: liability differs.
    sizes = {float(dots.get_sizes()[0]) for dots in figure.axes[0].collections if hasattr(dots, "get_sizes")}
    assert len(sizes) > 2


def test_the_points_that_are_named_are_the_ends_and_others_far_from_each_other() -> None:
    places = {i: (float(i), 10.0 * i) for i in range(10)} | {
        i: (4.0 + 0.001 * i, 40.0) for i in range(10, 18)
    }
    ends_last = dict(sorted(places.items(), key=lambda item: item[1]))
    named = _spaced(ends_last)
    assert {0, 9} <= set(named)
    assert len(set(named)) == LABELLED
    assert len({round(places[i][0]) for i in named}) == LABELLED


def test_all_points_of_a_short_front_or_one_on_a_line_are_named() -> None:
    assert _spaced({3: (0.0, 1.0), 5: (1.0, 0.0)}) == [3, 5]
    assert len(_spaced({i: (1.0, -float(i)) for i in range(20)})) == LABELLED


def test_the_same_front_gives_the_same_bytes_and_one_objective_is_drawn_too() -> None:
    found = front(THREE[:1])
    one, two = io.BytesIO(), io.BytesIO()
    save(picture(found), one)
    save(found.plot(), two)
    assert one.getvalue() == two.getvalue()


def test_the_table_shows_levers_change_and_how_sure_a_place_is() -> None:
    found = front(THREE[:2])
    console = Console(width=120, file=io.StringIO(), record=True)
    console.print(front_table.table(found))
    said = console.export_text()
    for part in (
        "Front of 'points' at Harbour, in 4 fresh worlds",
        "reward",
        "threshold",
        "P of",
        "profit,",
    ):
        assert part in said
    rows = [place for place in found.places if place in front_table.SHOWN]
    assert sum(line.startswith("P") and line[1].isdigit() for line in said.splitlines()) == len(rows)


def test_at_eighty_columns_no_word_of_the_table_is_cut() -> None:
    console = Console(width=80, file=io.StringIO(), record=True)
    levers = {
        "threshold": {"path": THRESHOLD, "low": 10, "high": 1000, "whole": True},
        "reward": {"path": REWARD, "low": 0.1, "high": 10.0},
        "expire_weeks": {"path": "designs.points.programme.points.expire_weeks", "values": [26, 52]},
    }
    block = {"population": 8, "generations": 2, "fresh": 4, "objectives": THREE}
    console.print(
        front_table.table(optimise(study(optimise=block, levers=levers), run_cell=noisy, workers=1))
    )
    said = console.export_text()
    assert "…" not in said
    for word in ("threshold", "liability,", "retention,", "expire_", "front"):
        assert word in said


def test_points_that_the_reference_dominates_bear_a_mark() -> None:
    far = {"reward": {"path": REWARD, "values": [7.0, 8.0]}}
    block = {"population": 4, "generations": 1, "fresh": 2}
    console = Console(width=100, file=io.StringIO(), record=True)
    console.print(front_table.table(optimise(study(optimise=block, levers=far), run_cell=noisy, workers=1)))
    said = console.export_text()
    assert "P1*" in said and "*: 'none' as it stands dominates it." in " ".join(said.split())
