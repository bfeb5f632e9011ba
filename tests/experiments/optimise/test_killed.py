"""The command `optimise` killed with kill -9: given again, it ends with the bytes of an undisturbed search."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.scenario import save
from tests.experiments.fake import world

ROOT = Path(sim.__file__).parents[1]
STUDY = """
title: Points
scenario: world.yaml
designs: [none, points]
customers: 100
weeks: 30
levers:
  threshold: {path: designs.points.programme.points.threshold, low: 20, high: 300, whole: true}
  reward: {path: designs.points.programme.points.reward, low: 0.5, high: 8.0, distribution: log_uniform}
replicates: 2
optimise:
  design: points
  objectives: [{metric: retention, goal: max}, {metric: profit, goal: max}]
  population: 10
  generations: 3
  seeds: 1
  fresh: 3
"""
RUN = """
from sim.experiments import journal, lab
lab.WORTH_PROCESSES = 0  # even so short a search is given to worker processes
add = journal.Journal.add
def told(self, cell, record):
    add(self, cell, record)
    print("a market", flush=True)
journal.Journal.add = told
from sim.cli import main
main()
"""
pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is a thing of POSIX systems")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    save(world(), folder / "world.yaml")
    path = folder / "study.yaml"
    path.write_text(STUDY)
    return path


def start(study: Path, out: Path, workers: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", RUN, "optimise", str(study), "--out", str(out), "--workers", str(workers)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    )


def markets(process: subprocess.Popen[str], enough: int | None = None) -> int:
    """Markets that a run writes down until it ends, or until these are enough and it is killed."""
    assert process.stdout is not None
    for count, _ in enumerate((line for line in process.stdout if line == "a market\n"), start=1):
        if count == enough:
            process.send_signal(signal.SIGKILL)
    rest = process.wait(timeout=60)
    assert rest == (0 if enough is None else -signal.SIGKILL)
    return count


def test_a_search_killed_twice_ends_with_the_bytes_of_one_process_that_nothing_disturbed(
    study: Path, tmp_path: Path
) -> None:
    whole = markets(start(study, tmp_path / "whole", workers=1))
    folder, before = tmp_path / "run", 0
    for enough in (15, 20):
        before += markets(start(study, folder, workers=2), enough)
        assert not (folder / "front.csv").exists()
    last = markets(start(study, folder, workers=2))
    # A market may have been written down after the last one that was told.
    assert whole - before - 4 <= last <= whole - before
    for name in ("front.csv", "values.parquet", "study.yaml", "scenario.yaml", "front.png"):
        assert (folder / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
