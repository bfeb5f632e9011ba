"""Tables for the terminal: they fit, and say in words what they say in colour."""

from __future__ import annotations

import pytest
from rich.console import Console

from sim.experiments import Comparison, compare
from sim.measures import HEADLINE, MEASURES
from sim.report import tables
from tests.experiments.fake import run_cell, world


@pytest.fixture(scope="module")
def result() -> Comparison:
    return compare(world(), replicates=6, run_cell=run_cell)


def text(*what: object, width: int = 100) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        for one in what:
            console.print(one)
    return capture.get()


def row(lines: str, name: str) -> str:
    return next(line for line in lines.splitlines() if line.startswith(name))


def test_the_headline_has_mean_change_chance_and_rank_of_every_design(result: Comparison) -> None:
    lines = text(tables.headline(result, "profit"))
    assert "Profit at Harbour" in lines
    assert "change to 'none'" in lines
    assert "EUR" in lines
    assert row(lines, "points").split()[-2:] == [">0.999", "1="]
    assert row(lines, "member_prices").split()[-2:] == ["<0.001", "5"]
    assert "no difference" in row(lines, "twin")


def test_a_change_that_is_not_separated_is_marked_without_colour(result: Comparison) -> None:
    # `nps` of the fake moves with the effect; against itself with other noise nothing is separated.
    noisy = compare(world(), designs=["points", "stamps"], replicates=4, run_cell=run_cell)
    shown = {m: row(text(tables.headline(noisy, m)), "stamps") for m in ("retention", "profit")}
    for metric, line in shown.items():
        assert ("?" in line) == (noisy.paired["stamps"][metric].verdict == "not separated")


def test_good_and_bad_are_coloured_by_what_is_better(result: Comparison) -> None:
    def colour(metric: str, design: str) -> str:
        table = tables.headline(result, metric)
        return str(list(table.columns[2].cells)[result.designs.index(design)].style)

    assert colour("profit", "points") == tables.GOOD
    assert colour("profit", "member_prices") == tables.BAD
    assert colour("churn", "points") == tables.BAD
    assert colour("churn", "member_prices") == tables.GOOD


def test_whether_it_is_worth_it_is_said_of_every_design_but_the_first(result: Comparison) -> None:
    lines = text(tables.worth(result), width=80)
    assert "Is it worth it?" in lines
    assert not any(line.startswith("none") for line in lines.splitlines())
    cells = row(lines, "points").split()
    assert cells[1] == f"{result.worths['points'].cost:.1f}"
    assert cells[2] == f"{100 * result.worths['points'].roi:.0f}"
    assert row(lines, "member_prices").split()[6] == "never"
    twin = row(lines, "twin").split()
    assert twin[2] == "–", "it costs nothing more"
    assert "purchases that they would have made anyway" in " ".join(lines.split())


@pytest.mark.parametrize("width", [80, 100, 200])
def test_all_metrics_fit_into_the_width_of_the_terminal(result: Comparison, width: int) -> None:
    shown = tables.metrics(result, width)
    assert all(len(line) <= width for line in text(*shown, width=500).splitlines())
    for metric in HEADLINE:
        lines = text(*shown, width=width).splitlines()
        assert sum(line.startswith(f"{metric}, ") for line in lines) == len(shown)
    for design in result.designs:
        assert design in text(*shown, width=width)


def test_metrics_beyond_the_headline_are_shown_when_they_are_asked_for(result: Comparison) -> None:
    lines = text(*tables.metrics(result, 200), width=200)
    assert not any(f"{name}, " in lines for name in MEASURES if name not in HEADLINE)
    lines = text(*tables.metrics(result, 200, shown=("trust", "hostage")), width=200)
    assert "trust, index 0-1" in lines
    assert "hostage, % of active customers" in lines
    assert "profit" not in lines
    one = text(tables.values({"trust": 0.6, "profit": 1.0}, result.world, shown=("trust",)))
    assert row(one, "trust").split() == ["trust", "0.600", "index", "0-1"]
    assert "profit" not in one


def test_one_replicate_shows_means_only(result: Comparison) -> None:
    single = compare(world(), designs=["none", "points"], replicates=1, run_cell=run_cell)
    lines = text(tables.headline(single, "profit"), *tables.metrics(single))
    assert "±" not in lines.replace("mean ±", "")
    assert "no interval" in lines


def test_a_name_with_brackets_is_shown_as_it_is() -> None:
    patch = {"programme": None}
    named = world(designs={"[red]none": patch, "[/bold]": patch})
    result = compare(named, replicates=2, run_cell=lambda w, c, s: run_cell(world(), _as(c, "none"), s))
    lines = text(tables.headline(result, "profit"), *tables.metrics(result))
    assert "[red]none" in lines
    assert "[/bold]" in lines


def _as(cell, design):
    from dataclasses import replace

    return replace(cell, design=design)
