"""The ablation table in the terminal: it fits, and marks what is told from nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console

from sim.experiments import Ablation, ablate
from sim.report import ablation
from sim.report.tables import BAD, GOOD, UNSURE
from tests.experiments import fake

SHOWN = ("price", "join", "memory", "stamps")


def run_cell(given, cell, stop):
    """Without price there is surely more profit and less retention; without join luck moves profit."""
    outcome = fake.run_cell(given, replace(cell, design="points"), stop)
    metrics = dict(outcome.metrics)
    if not given.behaviour.price.enabled:
        metrics["profit"] += 2.0 + 0.1 * cell.replicate
        metrics["retention"] -= 0.5 + 0.1 * cell.replicate
        metrics["active_members"] += 3.0
    if not given.behaviour.join.enabled:
        metrics["profit"] += (-1) ** cell.replicate
    if not given.behaviour.memory.enabled:
        metrics.pop("breakage")
    return replace(outcome, metrics=metrics)


@pytest.fixture(scope="module")
def result() -> Ablation:
    return ablate(fake.world(), design="points", mechanisms=SHOWN, replicates=5, run_cell=run_cell)


def lines(result: Ablation, width: int = 200) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        for table in ablation.tables(result, width):
            console.print(table)
    return capture.get().splitlines()


def cells(result: Ablation, metric: str) -> dict[str, str]:
    only = replace(result, metrics=(metric,))
    return {line.split("  ")[0]: line.split()[-1] for line in lines(only)}


def test_what_is_told_from_nothing_is_marked_and_the_rest_is_not(result: Ablation) -> None:
    profit = cells(result, "profit")
    assert profit["price"] == "+2.20*"
    assert profit["join"].startswith("+0.2")
    assert not profit["join"].endswith("*")
    assert profit["stamps"] == "0"


def test_a_metric_beyond_the_headline_is_shown_when_it_is_asked_for(result: Ablation) -> None:
    asked = replace(result, metrics=("trust", "profit"))
    words = " ".join(lines(asked)).split()
    assert (words.count("trust"), words.count("profit"), words.count("retention")) == (1, 1, 0)


def test_the_first_row_is_the_level_that_changes_are_read_by(result: Ablation) -> None:
    level = result.levels["profit"].mean
    assert level is not None
    assert float(cells(result, "profit")["as it stands"]) == pytest.approx(level, rel=0.1)


def test_a_metric_that_goes_with_its_mechanism_has_a_dash(result: Ablation) -> None:
    assert cells(result, "breakage")["memory"] == "–"


def test_good_and_bad_are_coloured_by_what_is_better(result: Ablation) -> None:
    def colour(metric: str, mechanism: str) -> str:
        table = ablation.tables(replace(result, metrics=(metric,)))[0]
        return str(list(table.columns[1].cells)[1 + SHOWN.index(mechanism)].style)

    assert colour("profit", "price") == GOOD
    assert colour("retention", "price") == BAD
    assert colour("active_members", "price") == ""
    assert colour("profit", "join") == colour("profit", "stamps") == UNSURE


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_every_metric_is_shown_once_and_fits_into_the_width(result: Ablation, width: int) -> None:
    shown = lines(result, width)
    assert max(map(len, shown)) <= width
    words = " ".join(shown).split()
    for metric in result.shown:
        assert words.count(metric) == 1
    assert not set(words) & (set(result.metrics) - set(result.shown))
    assert "…" not in " ".join(shown)
