"""Comparing designs in paired worlds: the same result however it is run, and nothing done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.experiments import ExperimentError, Interrupted, Plan, compare
from sim.scenario import ScenarioError
from tests.experiments.fake import run_cell, world

ROOT = Path(sim.__file__).parents[1]
TABLES = (
    "metrics.parquet",
    "panel.parquet",
    "paths.parquet",
    "differences.csv",
    "comparison.png",
    "scenario.yaml",
)


def tables(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in TABLES}


def test_the_result_does_not_depend_on_the_number_of_workers() -> None:
    one = compare(world(), replicates=4, workers=1, run_cell=run_cell)
    many = compare(world(), replicates=4, workers=5, run_cell=run_cell)
    pd.testing.assert_frame_equal(one.values, many.values, check_exact=True)
    pd.testing.assert_frame_equal(one.panel, many.panel, check_exact=True)
    pd.testing.assert_frame_equal(one.paths, many.paths, check_exact=True)


def test_a_design_has_the_same_numbers_whichever_others_it_is_compared_with() -> None:
    few = compare(world(), designs=["points"], replicates=3, run_cell=run_cell)
    many = compare(world(), designs=["stamps", "points", "none"], replicates=3, run_cell=run_cell)
    kept = many.values[(many.values["design"] == "points") & (many.values["metric"] != "incremental_profit")]
    alone = few.values[few.values["metric"] != "incremental_profit"]
    pd.testing.assert_frame_equal(kept.reset_index(drop=True), alone.reset_index(drop=True))


def test_every_design_of_a_replicate_lives_in_the_same_world() -> None:
    seen = []

    def note(given, cell, stop):
        seen.append((cell.design, cell.seed, cell.replicate, cell.customers, cell.weeks))
        return run_cell(given, cell, stop)

    compare(
        world(),
        designs=["none", "points"],
        replicates=2,
        seed=9,
        customers=50,
        weeks=20,
        workers=1,
        run_cell=note,
    )
    assert seen == [(design, 9, replicate, 50, 20) for replicate in (0, 1) for design in ("none", "points")]


def test_incremental_profit_is_profit_minus_that_of_the_first_design_world_by_world() -> None:
    result = compare(world(), designs=["none", "points"], replicates=4, run_cell=run_cell)
    profit, incremental = result.samples["profit"], result.samples["incremental_profit"]
    assert (incremental["points"] == profit["points"] - profit["none"]).all()
    assert (incremental["none"] == 0).all()


def test_progress_counts_from_none_to_all() -> None:
    calls = []
    compare(
        world(),
        designs=["none"],
        replicates=3,
        run_cell=run_cell,
        progress=lambda done, total: calls.append((done, total)),
    )
    assert calls == [(0, 3), (1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"replicates": 0}, "--replicates is 0; it must be 1 or more"),
        ({"workers": 0}, "--workers is 0"),
        ({"seed": -1}, "--seed is -1; it must be from 0 to 4294967295"),
        ({"seed": 2**32}, "--seed is 4294967296"),
        ({"customers": 0}, "--customers is 0"),
        ({"weeks": 10}, "burn-in of the scenario takes 10 weeks"),
        ({"designs": ["none", "pionts"]}, "unknown design 'pionts'; did you mean 'points'?"),
        ({"designs": ["xyz"]}, "the designs are none, points, stamps, member_prices, twin"),
        ({"designs": ["none", "none"]}, "'none' is named twice"),
        ({"designs": []}, "no designs to compare"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(wrong: dict, words: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        compare(world(), **{"replicates": 1, **wrong}, run_cell=run_cell)
    assert words in str(caught.value)


def test_the_largest_seed_is_allowed_and_more_customers_than_a_market_holds_are_not() -> None:
    assert Plan.of(world(), seed=2**32 - 1).seed == 2**32 - 1
    with pytest.raises(ScenarioError, match="customers"):
        Plan.of(world(), customers=10**9)
    with pytest.raises(ScenarioError, match="weeks"):
        Plan.of(world(), weeks=10**9)


def test_the_folder_of_a_plan_is_its_own() -> None:
    plan = Plan.of(world(), replicates=2)
    assert plan.folder("my market!") == Plan.of(world(), replicates=2).folder("my market!")
    assert plan.folder("x") != Plan.of(world(), replicates=3).folder("x")
    assert plan.folder("../x").parent == Path("results")


def test_an_interrupted_run_goes_on_where_it_was_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    compare(world(), replicates=3, out=tmp_path / "whole", run_cell=run_cell)
    calls = 0

    def interrupt(done: int, total: int) -> None:
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        compare(world(), replicates=3, out=tmp_path / "cut", run_cell=run_cell, progress=interrupt, workers=1)
    assert (caught.value.done, caught.value.total, caught.value.folder) == (7, 15, tmp_path / "cut")

    def count(given, cell, stop):
        nonlocal calls
        calls += 1
        return run_cell(given, cell, stop)

    result = compare(world(), replicates=3, out=tmp_path / "cut", run_cell=count)
    assert calls == 8
    assert (result.provenance["markets_run"], result.provenance["markets_kept"]) == (8, 7)
    assert tables(tmp_path / "cut") == tables(tmp_path / "whole")


SLOW_RUN = """
import sys
from sim.experiments import compare
from tests.experiments.fake import slow_cell, world
compare(world(), replicates=3, out=sys.argv[1], run_cell=slow_cell, workers=2,
        progress=lambda done, total: print(done, flush=True))
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a thing of POSIX systems")
def test_a_run_killed_with_kill_9_goes_on_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    compare(world(), replicates=3, out=tmp_path / "whole", run_cell=run_cell)
    words = [sys.executable, "-c", SLOW_RUN, str(tmp_path / "killed")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        for line in process.stdout:
            if int(line) >= 5:
                process.send_signal(signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "killed" / "manifest.json").exists()
    result = compare(world(), replicates=3, out=tmp_path / "killed", run_cell=run_cell)
    assert 5 <= result.provenance["markets_kept"] < 15
    assert tables(tmp_path / "killed") == tables(tmp_path / "whole")


def test_a_finished_run_is_read_not_run_again(tmp_path: Path) -> None:
    first = compare(world(), replicates=2, out=tmp_path, run_cell=run_cell)

    def never(given, cell, stop):
        raise AssertionError("a market was simulated")

    second = compare(world(), replicates=2, out=tmp_path, run_cell=never)
    pd.testing.assert_frame_equal(first.values, second.values, check_exact=True)


def test_a_failing_market_does_not_stop_the_others_and_they_are_kept(tmp_path: Path) -> None:
    def fail(given, cell, stop):
        if cell.replicate == 1:
            raise RuntimeError("bad luck")
        return run_cell(given, cell, stop)

    with pytest.raises(RuntimeError, match="bad luck"):
        compare(world(), designs=["none", "points"], replicates=3, out=tmp_path, run_cell=fail, workers=1)
    result = compare(world(), designs=["none", "points"], replicates=3, out=tmp_path, run_cell=run_cell)
    assert result.provenance["markets_kept"] == 4
