"""Cells on threads and in worker processes: all of them, each once, the same wherever they run, whoever dies."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.experiments.errors import CellError, ExperimentError
from sim.experiments.journal import Record
from sim.experiments.lab import Lab
from sim.experiments.run import Cell, Outcome, Stopped, changes_of, measure_market
from sim.experiments.threads import Threads
from sim.experiments.worker import pack_job
from sim.experiments.workers import Workers
from sim.scenario import Fault, ScenarioError
from tests.experiments.fake import die, run_cell, world

ROOT = Path(sim.__file__).parents[1]
WORLD = world()
CELLS = [Cell(design, replicate, 1, 100, 30) for replicate in range(4) for design in ("none", "points")]
posix = pytest.mark.skipif(os.name != "posix", reason="kill -9 is a thing of POSIX systems")


def lab(cell: Any = run_cell, **options: Any) -> Lab:
    return Lab(WORLD, identity={"what": "test"}, run_cell=cell, **options)


# --- all cells, each once ------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_every_cell_is_run_once_whatever_the_number_of_workers(workers: int) -> None:
    threads = Threads(WORLD, run_cell, workers)
    finished = [cell for cell, _ in threads.outcomes(iter(CELLS))]
    assert sorted(finished, key=CELLS.index) == CELLS


def test_as_many_cells_run_at_once_as_there_are_workers() -> None:
    both = threading.Barrier(2, timeout=20)

    def meet(given, cell, stop) -> Outcome:
        both.wait()
        return run_cell(given, cell, stop)

    with lab(meet, workers=2) as here:
        assert len(here.run(CELLS)) == len(CELLS)


def test_a_cell_that_fails_is_a_row_with_its_error_and_the_others_go_on() -> None:
    def fail(given, cell, stop) -> Outcome:
        if cell.design == "points" and cell.replicate == 2:
            raise ZeroDivisionError("no customers")
        return run_cell(given, cell, stop)

    with lab(fail, workers=2) as here:
        errors = {cell: outcome.error for cell, outcome in zip(CELLS, here.run(CELLS), strict=True)}
        assert [cell for cell, error in errors.items() if error] == [Cell("points", 2, 1, 100, 30)]
        assert errors[Cell("points", 2, 1, 100, 30)] == "ZeroDivisionError: no customers"
        with pytest.raises(
            CellError, match="--design points --seed 1 --replicate 2 --customers 100 --weeks 30"
        ):
            list(here.whole(CELLS))


def test_a_wrong_scenario_is_wrong_input_and_not_a_failed_market() -> None:
    def refuse(given, cell, stop) -> Outcome:
        raise ScenarioError([Fault("too many points")])

    with lab(refuse) as here, pytest.raises(ExperimentError, match="too many points"):
        here.run(CELLS)
        list(here.whole(CELLS))


def test_a_change_that_the_scenario_refuses_fails_its_own_cells_only() -> None:
    cells = [Cell("none", 0, 1, 100, 30, changes_of({"firms.Mill.price.level": p})) for p in (1.1, -1, 1.2)]
    with lab() as here:
        wrong = [outcome.error for outcome in here.run(cells)]
    assert [bool(error) for error in wrong] == [False, True, False]
    assert "firms[1].price.level" in wrong[1] and "got -1" in wrong[1]


def test_a_cell_lives_in_the_scenario_with_its_changes() -> None:
    def note(given, cell, stop) -> Outcome:
        return Outcome({"price": given.firm("Mill").price.level, "burn_in": given.horizon.burn_in})

    change = changes_of({"firms.Mill.price.level": 1.1, "horizon.burn_in": 5})
    with lab(note) as here:
        plain, changed = here.run([CELLS[0], Cell("none", 0, 1, 100, 30, change)])
    assert (plain.metrics, changed.metrics) == ({"price": 1.0, "burn_in": 10}, {"price": 1.1, "burn_in": 5})


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
    for _ in Threads(WORLD, wait_for_stop, 2).outcomes(iter(CELLS)):
        break
    assert time.monotonic() - begin < 10
    assert len(started) < len(CELLS)


def test_what_the_journal_holds_is_not_run_again(tmp_path: Path) -> None:
    def never(given, cell, stop) -> Outcome:
        raise AssertionError("a market was run")

    with lab(out=tmp_path) as here:
        first = here.run(CELLS)
        assert here.fresh == len(CELLS)
        assert [o.metrics for o in here.run(CELLS[:3])] == [o.metrics for o in first[:3]]
    with lab(never, out=tmp_path) as here:
        assert [o.metrics for o in here.run(CELLS)] == [o.metrics for o in first]
        assert here.fresh == 0


# --- worker processes ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> list[Cell]:
    return [Cell(design, replicate, 1, 100, 20) for replicate in range(4) for design in ("none", "points")]


def numbers(found: Iterator[tuple[Cell, Record]]) -> dict[Cell, str]:
    return {cell: record.error or record.metrics for cell, record in found}


@pytest.fixture(scope="module")
def here(real: list[Cell]) -> dict[Cell, str]:
    return numbers(Threads(WORLD, measure_market, 1).outcomes(iter(real)))


def in_processes(run: Any, cells: list[Cell], count: int = 2) -> dict[Cell, str]:
    workers = Workers(pack_job(WORLD, run), count)
    try:
        return numbers(workers.outcomes(iter(cells)))
    finally:
        workers.close()


def test_a_market_has_the_same_bits_in_a_worker_process(real: list[Cell], here: dict[Cell, str]) -> None:
    assert in_processes(measure_market, real) == here


@posix
def test_cells_of_a_worker_that_is_killed_are_run_by_another(
    real: list[Cell], here: dict[Cell, str], tmp_path: Path
) -> None:
    found = in_processes(partial(die, on=real[2], once=str(tmp_path / "died")), real)
    assert (tmp_path / "died").exists()
    assert found == here


@posix
def test_a_cell_that_kills_every_worker_is_a_row_with_its_error(
    real: list[Cell], here: dict[Cell, str]
) -> None:
    found = in_processes(partial(die, on=real[2]), real)
    assert found.pop(real[2]) == (
        "CellError: each of the 3 worker processes that ran it died, the last with exit code -9"
    )
    assert found == {cell: record for cell, record in here.items() if cell != real[2]}


def test_workers_that_cannot_start_are_said(monkeypatch: pytest.MonkeyPatch, real: list[Cell]) -> None:
    monkeypatch.setattr("sim.experiments.workers._START", "raise SystemExit(7)  # {path} {number} {address}")
    with pytest.raises(CellError, match=r"cannot be started \(exit code 7\).*--workers 1"):
        in_processes(measure_market, real)


def test_a_function_of_a_notebook_travels_to_the_workers(real: list[Cell]) -> None:
    twice = 2.0

    def mine(given, cell, stop) -> Outcome:
        return Outcome({"x": twice * cell.replicate})

    assert set(in_processes(mine, real).values()) == {f'{{"x": {2.0 * r}}}' for r in range(4)}


def test_workers_find_what_the_program_has_found(
    monkeypatch: pytest.MonkeyPatch, real: list[Cell], here: dict[Cell, str], tmp_path: Path
) -> None:
    deep = tmp_path / ("x" * 100)  # too long for the path of a socket
    deep.mkdir()
    monkeypatch.setattr("multiprocessing.util.get_temp_dir", lambda: str(deep))
    elsewhere = [entry for entry in sys.path if entry and not (Path(entry) / "sim" / "__init__.py").is_file()]
    monkeypatch.setattr(sys, "path", ["", tmp_path, *elsewhere])
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.chdir(tmp_path)
    assert in_processes(measure_market, real[:2], 1) == {cell: here[cell] for cell in real[:2]}


def test_what_a_worker_cannot_load_is_said_at_once(
    monkeypatch: pytest.MonkeyPatch, real: list[Cell], tmp_path: Path
) -> None:
    (tmp_path / "only_here.py").write_text("def mine(given, cell, stop): ...")
    monkeypatch.syspath_prepend(tmp_path)
    mine = importlib.import_module("only_here").mine
    job = pack_job(WORLD, mine)
    monkeypatch.undo()
    workers = Workers(job, 1)
    try:
        with pytest.raises(CellError, match=r"cannot load what it is to run .*only_here.*PYTHONPATH"):
            list(workers.outcomes(iter(real)))
    finally:
        workers.close()


def test_what_cannot_be_sent_to_workers_is_said() -> None:
    lock = threading.Lock()
    with pytest.raises(ExperimentError, match=r"cannot be sent to other processes .*--workers 1"):
        pack_job(WORLD, lambda *_: lock)


@pytest.mark.parametrize("workers", [0, -1])
def test_less_than_one_worker_is_refused_before_a_folder_is_made(workers: int, tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match=f"--workers is {workers}; it must be 1 or more"):
        lab(workers=workers, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_workers_killed_on_their_way_are_replaced(
    monkeypatch: pytest.MonkeyPatch, real: list[Cell], here: dict[Cell, str]
) -> None:
    workers, start = Workers(pack_job(WORLD, measure_market), 1), Workers._start

    def killed(these: Workers) -> None:
        start(these)
        if these._started <= 5:
            these._workers[these._started - 1].process.kill()

    monkeypatch.setattr(Workers, "_start", killed)
    try:
        assert numbers(workers.outcomes(iter(real[:2]))) == {cell: here[cell] for cell in real[:2]}
    finally:
        workers.close()


ORPHANS = """
from sim.experiments.run import Cell
from sim.experiments.worker import pack_job
from sim.experiments.workers import Workers
from tests.experiments.fake import long_cell, world
workers = Workers(pack_job(world(), long_cell), 2)
for cell, record in workers.outcomes(Cell("none", r, 1, 10, 20) for r in range(100)):
    print(*(w.process.pid for w in workers._workers.values()), flush=True)
"""


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return not (status.exists() and "State:\tZ" in status.read_text())


@posix
def test_workers_stop_at_once_when_the_program_is_killed_in_the_middle_of_their_cells() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        pids = [int(word) for word in process.stdout.readline().split()]
        process.send_signal(signal.SIGKILL)
    assert len(pids) == 2
    deadline = time.monotonic() + 10
    while any(alive(pid) for pid in pids):
        assert time.monotonic() < deadline, "a worker lives on without its program"
        time.sleep(0.05)


def test_workers_are_let_go_of_though_nobody_waits_for_them_any_more() -> None:
    workers = Workers(pack_job(WORLD, measure_market), 1)
    workers._listener.close()  # as when the last worker died on its way while the run ended
    workers.close()
    assert not workers._workers
