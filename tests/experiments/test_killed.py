"""The command killed with kill -9, and its workers: the same command goes on, and ends with the same bytes."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import sim
from sim.experiments.journal import FILE
from sim.scenario import save
from tests.experiments.fake import world

ROOT = Path(sim.__file__).parents[1]
TABLES = (
    "metrics.parquet",
    "panel.parquet",
    "paths.parquet",
    "differences.csv",
    "comparison.png",
    "scenario.yaml",
)
pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is a thing of POSIX systems")


RUN = """
import sys
from contextlib import closing
from sim.experiments import compare
from sim.scenario import load
compare(load(sys.argv[1]), designs=["none", "points", "stamps"], replicates=100, workers=int(sys.argv[3]),
        out=sys.argv[2], progress=lambda done, total: print(done, flush=True))
"""


def start(scenario: Path, out: Path, workers: int, script: str = RUN) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", script, str(scenario), str(out), str(workers)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment)


def wait_until_done(process: subprocess.Popen[str], markets: int) -> None:
    assert process.stdout is not None
    assert any(int(line) >= markets for line in process.stdout), "it ended before it could be killed"


def end(process: subprocess.Popen[str]) -> int:
    process.communicate(timeout=300)
    return process.returncode


def finished(folder: Path) -> int:
    """Markets in the journal of a run that has been killed."""
    with closing(sqlite3.connect(folder / FILE)) as journal:
        return int(journal.execute("SELECT count(*) FROM cells WHERE error = ''").fetchone()[0])


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world") / "world.yaml"
    save(world(), path)
    return path


@pytest.fixture(scope="module")
def whole(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What an undisturbed run in one process leaves behind."""
    folder = tmp_path_factory.mktemp("run") / "whole"
    assert end(start(scenario, folder, workers=1)) == 0
    return {name: (folder / name).read_bytes() for name in TABLES}


def test_a_run_killed_again_and_again_ends_with_the_bytes_of_an_undisturbed_one(
    scenario: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    folder, before = tmp_path / "run", 0
    for _ in range(3):
        process = start(scenario, folder, workers=2)
        wait_until_done(process, before + 20)
        process.send_signal(signal.SIGKILL)
        end(process)
        assert not (folder / "manifest.json").exists()
        assert finished(folder) >= before + 20
        before = finished(folder)
    assert before < 300
    assert end(start(scenario, folder, workers=2)) == 0
    assert {name: (folder / name).read_bytes() for name in TABLES} == whole
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["markets_kept"] == before and manifest["markets_run"] == 300 - before


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="children are found in /proc")
def test_a_run_whose_workers_are_killed_ends_with_the_bytes_of_an_undisturbed_one(
    scenario: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    process = start(scenario, folder, workers=2)
    for markets in (20, 120):
        wait_until_done(process, markets)
        os.kill(children(process.pid)[0], signal.SIGKILL)
    assert end(process) == 0
    assert {name: (folder / name).read_bytes() for name in TABLES} == whole


SWEEP = """
import sys
from sim.experiments import Study, lab, sweep
from sim.scenario import load
lab.WORTH_PROCESSES = 0
study = Study(
    title="Prices", scenario=load(sys.argv[1]), designs=["none", "points"], replicates=5, customers=60, weeks=20,
    levers={"price": {"path": "firms.Mill.price.level", "low": 0.9, "high": 1.1, "steps": 10}},
)
sweep(study, workers=int(sys.argv[3]), out=sys.argv[2], progress=lambda done, total: print(done, flush=True))
"""
OF_SWEEP = ("cells.parquet", "points.parquet", "differences.csv", "study.yaml", "scenario.yaml")


def test_a_sweep_killed_with_its_workers_ends_with_the_bytes_of_an_undisturbed_one(
    scenario: Path, tmp_path: Path
) -> None:
    assert end(start(scenario, tmp_path / "whole", 1, SWEEP)) == 0
    folder = tmp_path / "run"
    process = start(scenario, folder, 2, SWEEP)
    wait_until_done(process, 30)
    process.send_signal(signal.SIGKILL)
    end(process)
    assert 30 <= finished(folder) < 100
    assert not (folder / "cells.parquet").exists()
    assert end(start(scenario, folder, 2, SWEEP)) == 0
    for name in OF_SWEEP:
        assert (folder / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
