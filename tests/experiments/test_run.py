"""Cells on threads: all of them, each once, stopped cleanly."""

from __future__ import annotations

import threading
import time

import pytest

from sim.experiments.errors import CellError
from sim.experiments.run import Cell, Outcome, Stopped, run_many
from sim.scenario import Fault, ScenarioError
from tests.experiments.fake import run_cell, world

WORLD = world()
CELLS = [Cell(design, replicate, 1, 100, 30) for replicate in range(4) for design in ("none", "points")]


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_every_cell_is_run_once_whatever_the_number_of_workers(workers: int) -> None:
    finished = [cell for cell, _ in run_many(WORLD, CELLS, workers=workers, run_cell=run_cell)]
    assert sorted(finished, key=CELLS.index) == CELLS


def test_as_many_cells_run_at_once_as_there_are_workers() -> None:
    both = threading.Barrier(2, timeout=20)

    def meet(given, cell, stop) -> Outcome:
        both.wait()
        return run_cell(given, cell, stop)

    assert len(list(run_many(WORLD, CELLS, workers=2, run_cell=meet))) == len(CELLS)


def test_a_failing_market_is_named_with_the_command_that_runs_it_alone() -> None:
    def fail(given, cell, stop) -> Outcome:
        if cell.design == "points" and cell.replicate == 2:
            raise ZeroDivisionError("no customers")
        return run_cell(given, cell, stop)

    with pytest.raises(CellError) as caught:
        list(run_many(WORLD, CELLS, workers=2, run_cell=fail))
    assert "--design points --seed 1 --replicate 2 --customers 100 --weeks 30" in str(caught.value)
    assert "ZeroDivisionError: no customers" in str(caught.value)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_wrong_scenario_is_not_a_failed_market() -> None:
    def refuse(given, cell, stop) -> Outcome:
        raise ScenarioError([Fault("too many points")])

    with pytest.raises(ScenarioError, match="too many points"):
        list(run_many(WORLD, CELLS, workers=2, run_cell=refuse))


def test_leaving_the_loop_stops_running_cells_and_starts_no_more() -> None:
    started = []

    def wait_for_stop(given, cell, stop) -> Outcome:
        started.append(cell)
        if len(started) == 1:
            return run_cell(given, cell, stop)
        if stop.wait(timeout=20):
            raise Stopped
        raise AssertionError("was never told to stop")

    begin = time.monotonic()
    for _ in run_many(WORLD, CELLS, workers=2, run_cell=wait_for_stop):
        break
    assert time.monotonic() - begin < 10
    assert len(started) < len(CELLS)
