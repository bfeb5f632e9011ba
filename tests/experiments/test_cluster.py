"""A cluster of a real scheduler and two real workers on this machine, one of which is killed."""

from __future__ import annotations

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
from sim.experiments import compare
from sim.experiments.cluster import Cluster
from sim.experiments.errors import ExperimentError
from sim.experiments.lab import Lab
from sim.experiments.run import Cell, measure_market
from tests.experiments.fake import die, slow_market, world

distributed = pytest.importorskip("distributed", reason="the package distributed is not installed")

ROOT = Path(sim.__file__).parents[1]
WORLD = world()
CELLS = [Cell(design, replicate, 1, 100, 20) for replicate in range(12) for design in ("none", "points")]
DASK = "from distributed.cli.dask_{0} import main; import sys; sys.argv[0] = 'dask {0}'; main()"


def start(what: str, *words: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-c", DASK.format(what), *words], env=environment, stderr=subprocess.DEVNULL
    )


def worker(scheduler: Path, folder: Path) -> subprocess.Popen[bytes]:
    return start(
        "worker", "--scheduler-file", str(scheduler), "--nthreads", "1", "--no-nanny", "--no-dashboard",
        "--local-directory", str(folder),
    )  # fmt: skip


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[Path]:
    """A scheduler without workers; yields its file."""
    file = tmp_path / "scheduler.json"
    process = start(
        "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)
    )
    try:
        wait_for(file.exists)
        yield file
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def workers(scheduler: Path, tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two workers of one thread each."""
    processes = [worker(scheduler, tmp_path) for _ in range(2)]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def wait_for(what: Any, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def metrics(run: Any, cluster: Path | None, **options: Any) -> list[Any]:
    name = None if cluster is None else str(cluster)
    with Lab(WORLD, identity={"what": "test"}, run_cell=run, cluster=name, workers=1, **options) as lab:
        return [outcome.error or str(outcome.metrics) for outcome in lab.run(CELLS)]


def test_a_sweep_on_a_cluster_has_the_same_numbers_though_a_worker_is_killed_in_the_middle(
    scheduler: Path, workers: list[subprocess.Popen[bytes]]
) -> None:
    killed = threading.Event()

    def kill(done: int, total: int) -> None:
        if done >= 5 and not killed.is_set():
            workers[0].send_signal(signal.SIGKILL)
            killed.set()

    found = metrics(slow_market, scheduler, progress=kill)
    assert killed.is_set() and workers[0].wait() == -signal.SIGKILL
    assert found == metrics(measure_market, None)


def test_a_comparison_on_a_cluster_is_that_of_this_machine(
    scheduler: Path, workers: list[subprocess.Popen[bytes]]
) -> None:
    options: dict[str, Any] = {"designs": ["none", "points"], "replicates": 3, "customers": 60, "weeks": 15}
    there = compare(WORLD, cluster=str(scheduler), **options)
    here = compare(WORLD, **options)
    assert there.values.equals(here.values) and there.panel.equals(here.panel)


def test_a_cell_that_kills_the_workers_of_a_cluster_is_a_row_with_its_error(
    scheduler: Path, workers: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    stop = threading.Event()

    def replace_the_dead() -> None:
        while not stop.wait(0.2):
            for place, process in enumerate(workers):
                if process.poll() is not None:
                    workers[place] = worker(scheduler, tmp_path)

    keeper = threading.Thread(target=replace_the_dead)
    keeper.start()
    try:
        found = metrics(partial(die, on=CELLS[7]), scheduler)
    finally:
        stop.set()
        keeper.join()
    whole = metrics(measure_market, None)
    assert found[7] == "CellError: the workers of the cluster that ran it died"
    assert found[:7] + found[8:] == whole[:7] + whole[8:]


def test_a_scheduler_that_does_not_answer_is_said_with_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.experiments.cluster.PATIENCE", 0.5)
    with pytest.raises(
        ExperimentError, match=r"no scheduler answers at tcp://127\.0\.0\.1:9 .*dask scheduler"
    ):
        Cluster("tcp://127.0.0.1:9", b"")
    with pytest.raises(ExperimentError, match=r"no scheduler answers at nowhere\.json"):
        Cluster("nowhere.json", b"")
