"""The run folder: whole files or none, never over what is not ours, safe in a spreadsheet."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from sim.experiments import compare, store
from sim.experiments.errors import ExperimentError
from sim.scenario import load
from tests.experiments.fake import run_cell, world

FILES = {
    "manifest.json",
    "scenario.yaml",
    "metrics.parquet",
    "panel.parquet",
    "paths.parquet",
    "differences.csv",
    "comparison.png",
    "journal.sqlite3",
    ".gitignore",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / "new" / "folder"
    compare(
        world(),
        designs=["none", "points"],
        replicates=3,
        out=path,
        run_cell=run_cell,
        command="loyalty-sim ...",
    )
    return path


def test_the_folder_holds_the_whole_run_and_nothing_half_written(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == FILES


def test_the_manifest_says_where_the_numbers_come_from(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["command"] == "loyalty-sim ..."
    assert manifest["settings"] == {
        "designs": ["none", "points"],
        "replicates": 3,
        "seed": 1,
        "customers": 100,
        "weeks": 30,
    }
    assert manifest["scenario_fingerprint"] == world().fingerprint()
    assert len(manifest["code_hash"]) == 64
    assert {"python", "numpy", "numba", "mesa"} <= set(manifest["versions"])
    assert manifest["time"].endswith("+00:00")
    assert (manifest["markets_run"], manifest["markets_kept"]) == (6, 0)
    assert manifest["duration_seconds"] > 0


def test_the_scenario_of_a_folder_is_the_scenario_that_was_run(folder: Path) -> None:
    assert load(folder / "scenario.yaml") == world()


def test_the_metrics_are_tidy_and_a_missing_one_is_null(folder: Path) -> None:
    import duckdb

    metrics = store.read_parquet(folder / "metrics.parquet")
    assert list(metrics.columns) == ["design", "replicate", "metric", "value"]
    assert not metrics.duplicated(["design", "replicate", "metric"]).any()
    with duckdb.connect() as connection:
        missing = connection.execute(
            "SELECT DISTINCT design, metric FROM read_parquet(?) WHERE value IS NULL ORDER BY ALL",
            [str(folder / "metrics.parquet")],
        ).fetchall()
    assert missing == [("none", "breakage"), ("none", "redemption_rate")]


def test_the_panel_has_a_row_a_design_week_firm_segment_and_membership(folder: Path) -> None:
    panel = store.read_parquet(folder / "panel.parquet")
    assert len(panel) == 2 * 30 * 2 * 2 * 2
    assert list(panel.columns)[:6] == ["design", "week", "measured", "segment", "firm", "membership"]


def test_the_differences_name_unit_and_verdict(folder: Path) -> None:
    with (folder / "differences.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["design"] for row in rows} == {"points"}
    by_metric = {row["metric"]: row for row in rows}
    assert by_metric["redemption_rate"]["mean"] == ""
    assert by_metric["profit"]["verdict"] == "higher"


def test_git_is_told_to_ignore_a_run_folder(folder: Path) -> None:
    assert (folder / ".gitignore").read_text() == "*\n"


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(ExperimentError, match="not empty"):
        compare(world(), replicates=1, out=tmp_path, run_cell=run_cell)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def never(given, cell, stop):
    raise AssertionError("a market was simulated")


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_simulated(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(ExperimentError, match="file"):
            compare(world(), replicates=1, out=out, run_cell=never)


def test_a_wrong_plan_leaves_no_folder_behind(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError):
        compare(world(), designs=["nonne"], out=tmp_path / "run", run_cell=never)
    with pytest.raises(ExperimentError):
        compare(world(), workers=0, out=tmp_path / "run", run_cell=never)
    assert not (tmp_path / "run").exists()


def test_a_file_that_fails_while_it_is_written_leaves_the_old_one_and_no_rest(tmp_path: Path) -> None:
    target = tmp_path / "table.csv"
    target.write_text("old")

    def fail(path: Path) -> None:
        path.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        store.write_with(target, fail)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(tmp_path: Path, evil: str) -> None:
    store.write_csv(tmp_path / "t.csv", pd.DataFrame({"design": [evil], evil: [-1.5]}))
    with (tmp_path / "t.csv").open(newline="") as stream:
        header, row = csv.reader(stream)
    assert header == ["design", "'" + evil]
    assert row == ["'" + evil, "-1.5"]  # a number stays a number


def test_the_same_table_gives_the_same_parquet_bytes(tmp_path: Path) -> None:
    table = pd.DataFrame({"design": ["a", "b"], "it's": [1.0, float("nan")], "week": [1, 2]})
    for name in ("one's.parquet", "two.parquet"):
        store.write_parquet(tmp_path / name, table)
    assert (tmp_path / "one's.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    pd.testing.assert_frame_equal(store.read_parquet(tmp_path / "two.parquet"), table, check_dtype=False)
