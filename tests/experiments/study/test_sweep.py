"""Sweeps: every market of a study is a row, whoever ran it and however often the program was stopped."""

from __future__ import annotations

import json
import threading
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

import sim
from sim.experiments import ExperimentError, Interrupted
from sim.experiments.run import Cell, Outcome
from sim.experiments.store import read_parquet
from sim.experiments.study import Sweep, load_study, sweep
from sim.experiments.study.check import METRICS
from sim.experiments.study.collect import write_table
from sim.scenario import Scenario
from tests.experiments import fake
from tests.experiments.study.small import MILL_PRICE, broken_cell, run_cell, study

TABLES = ("cells.parquet", "points.parquet", "differences.csv", "study.yaml", "scenario.yaml")


@pytest.fixture(scope="module")
def swept() -> Sweep:
    return sweep(study(), run_cell=run_cell)


@pytest.fixture(scope="module")
def broken() -> Sweep:
    return sweep(study(), run_cell=broken_cell)


def test_every_market_is_a_row_with_its_factors_and_every_measure(swept: Sweep) -> None:
    table = swept.frame()
    assert list(table.columns) == [
        *("cell", "point", "lever_point", "uncertainty_point", "threshold", "reward", "mill_price"),
        *("design", "replicate", "error", *METRICS),
    ]
    assert len(table) == swept.cells == 6 * 4 * 2 * 3
    assert table["cell"].tolist() == list(range(swept.cells))
    assert table["threshold"].dtype == np.int64
    assert table["reward"].dtype == np.float64
    assert table["error"].isna().all()
    assert table["redemption_rate"].isna().all()


def test_a_row_has_the_numbers_of_its_own_market(swept: Sweep) -> None:
    table = swept.frame()
    points = table[table["design"] == "points"].set_index(["point", "replicate"])
    none = table[table["design"] == "none"].set_index(["point", "replicate"])
    gain = points["profit"] - none["profit"]
    assert np.allclose(gain, 10.0 * points["threshold"] - points["reward"])
    shared = none["profit"] - 1000.0 * none["mill_price"]
    assert np.allclose(shared.groupby("replicate").std(), 0.0, atol=1e-9)


def test_a_point_has_its_row_in_the_table_of_points(swept: Sweep) -> None:
    points = swept.point_table()
    assert list(points.columns) == [
        *("point", "lever_point", "uncertainty_point", "threshold", "reward", "mill_price")
    ]
    assert len(points) == swept.points == 24
    assert points.drop_duplicates(["threshold", "reward", "mill_price"]).shape == points.shape


def test_differences_are_paired_at_each_point(swept: Sweep) -> None:
    table = swept.differences(["profit"])
    assert len(table) == 24
    # The worlds of a replicate are the same for both designs, so their noise falls out of the difference.
    assert np.allclose(table["mean"], 10.0 * table["threshold"] - table["reward"])
    assert np.allclose(table["high"], table["low"], atol=1e-6)
    assert (table["verdict"] == "higher").all()
    means = swept.means(["profit"])
    assert ((means["high"] - means["low"]) > 100.0).all()


def test_means_over_all_else_are_seen_over_one_factor_or_two(swept: Sweep) -> None:
    one = swept.over("threshold", "profit")
    assert one["threshold"].tolist() == [50, 100, 200]
    assert np.allclose(one["mean"], 10.0 * one["threshold"] - 3.75)
    assert one["points"].tolist() == [8, 8, 8]
    two = swept.over(("reward", "threshold"), "profit", difference=False)
    assert len(two) == 6 * 2
    assert set(two["points"]) == {4}
    with pytest.raises(ExperimentError, match="did you mean 'threshold'"):
        swept.over("treshold")


def test_a_factor_of_many_values_is_seen_in_groups_of_as_many_points() -> None:
    many = study(
        levers={}, uncertainty_sampling={"method": "sobol", "points": 64}, metrics=("profit",), replicates=1
    )
    table = sweep(many, run_cell=run_cell).over("mill_price", difference=False)
    ours = table[table["design"] == "none"]
    assert ours["points"].tolist() == [8] * 8
    slope = np.diff(ours["mean"]) / np.diff(ours["mill_price"])
    assert np.allclose(slope, 1000.0)


def test_one_at_a_time_a_factor_is_seen_where_no_other_was_moved() -> None:
    alone = study(lever_sampling={"method": "one_at_a_time"}, uncertainties={})
    table = sweep(alone, run_cell=run_cell).over("threshold", "profit")
    assert table["points"].tolist() == [1, 1, 1]
    assert np.allclose(table["mean"], 10.0 * table["threshold"] - 5.0)


# Failures


def test_a_market_that_fails_is_a_row_with_its_error_and_the_others_are_run(
    broken: Sweep, swept: Sweep
) -> None:
    failures = broken.failures()
    assert broken.failed == len(failures) == 2 * 4
    assert set(failures["error"]) == {"RuntimeError: =1+1 is no market"}
    assert set(failures["threshold"]) == {100}
    assert set(failures["replicate"]) == {1}
    table, whole = broken.frame(), swept.frame()
    gone = table["error"].notna()
    assert table.loc[gone, list(METRICS)].isna().all(axis=None)
    pd.testing.assert_frame_equal(table[~gone].drop(columns="error"), whole[~gone].drop(columns="error"))
    assert "8 of 144 markets failed" in broken.summary()


def test_a_difference_takes_the_pairs_that_are_whole(broken: Sweep) -> None:
    table = broken.differences(["profit"])
    assert np.allclose(table["mean"], 10.0 * table["threshold"] - table["reward"])


# Stopped and taken up again


def test_a_stopped_sweep_goes_on_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    small = study(uncertainties={})
    calls = []

    def stopping(world: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
        calls.append(cell)
        return run_cell(world, cell, stop)

    def progress(done: int, total: int) -> None:
        if done == 10 and len(calls) < 20:
            raise KeyboardInterrupt

    sweep(small, out=tmp_path / "whole", run_cell=run_cell, workers=1)
    with pytest.raises(Interrupted) as caught:
        sweep(small, out=tmp_path / "cut", run_cell=stopping, workers=1, progress=progress)
    assert caught.value.done == 10
    assert not (tmp_path / "cut" / "manifest.json").exists()
    before = len(calls)
    again = sweep(small, out=tmp_path / "cut", run_cell=stopping, workers=3)
    assert len(calls) - before <= 36 - 10
    assert again.provenance["markets_kept"] >= 10
    for name in TABLES:
        assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name


def test_a_failed_market_is_tried_again_and_the_tables_are_those_of_a_run_without_failures(
    tmp_path: Path,
) -> None:
    small = study(uncertainties={})
    assert sweep(small, out=tmp_path / "one", run_cell=broken_cell).failed == 2
    again = sweep(small, out=tmp_path / "one", run_cell=run_cell)
    assert (again.failed, again.provenance["markets_run"]) == (0, 2)
    sweep(small, out=tmp_path / "two", run_cell=run_cell)
    for name in TABLES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_another_study_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    sweep(study(uncertainties={}), out=tmp_path / "run", run_cell=run_cell)
    with pytest.raises(ExperimentError, match=r"study\.replicates: 3 -> 4"):
        sweep(study(uncertainties={}, replicates=4), out=tmp_path / "run", run_cell=run_cell)


def test_what_only_tables_show_may_be_changed_and_the_run_taken_up(tmp_path: Path) -> None:
    sweep(study(uncertainties={}), out=tmp_path / "run", run_cell=run_cell)
    again = sweep(
        study(uncertainties={}, title="Other", metrics=("share",)), out=tmp_path / "run", run_cell=run_cell
    )
    assert again.provenance["markets_run"] == 0
    assert set(again.differences()["metric"]) == {"share"}


def test_the_study_of_a_run_folder_is_the_study_that_was_run(tmp_path: Path) -> None:
    sweep(study(), out=tmp_path / "run", run_cell=run_cell)
    assert load_study(tmp_path / "run" / "study.yaml") == study()


def test_memory_does_not_grow_with_the_number_of_rows(tmp_path: Path) -> None:
    kinds = {"cell": "BIGINT", **{f"m{i}": "DOUBLE" for i in range(10)}}

    def rows(count: int) -> Iterator[list[float]]:
        return ([number, *([number / 7] * 10)] for number in range(count))

    peaks = []
    for count in (5_000, 40_000):
        tracemalloc.start()
        write_table(tmp_path / "t.parquet", kinds, rows(count))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]
    assert read_parquet(tmp_path / "t.parquet")["cell"].tolist() == list(range(40_000))


def test_what_a_run_killed_while_it_wrote_has_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".collecting-x").mkdir()
    (tmp_path / ".collecting-x" / "table.duckdb").write_text("half")
    write_table(tmp_path / "t.parquet", {"cell": "BIGINT"}, [[1]])
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]


def test_a_wrong_study_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(sim.ScenarioError, match="no design is called"):
        sweep(study(designs=("none", "pionts")), out=tmp_path / "run", run_cell=run_cell)
    assert not (tmp_path / "run").exists()


def test_without_a_folder_the_tables_live_as_long_as_the_sweep() -> None:
    one = sweep(study(uncertainties={}), run_cell=run_cell)
    folder = one.folder
    assert (folder / "cells.parquet").exists()
    del one
    assert not folder.exists()


# Levels that are no numbers


def test_levels_of_any_kind_have_a_column() -> None:
    kinds = study(
        levers={
            "block": {"path": "firms.Mill.price", "values": [{"level": 1.1}, {"level": 0.9}]},
            "leavers": {"path": "customers.replace_leavers", "values": [True, False]},
        },
        uncertainties={},
    )
    points = sweep(kinds, run_cell=run_cell).point_table()
    assert points["block"].tolist() == ['{"level":1.1}'] * 2 + ['{"level":0.9}'] * 2
    assert points["leavers"].tolist() == [True, False] * 2


# Sharing


def test_a_workbook_has_the_numbers_of_the_tables_and_runs_nothing(broken: Sweep, tmp_path: Path) -> None:
    title = '=HYPERLINK("http://x")'
    named = replace(broken, study=broken.study.model_copy(update={"title": title}))
    path = named.to_excel(tmp_path / "made" / "sweep.xlsx")
    book = load_workbook(path)
    assert book.sheetnames == ["differences", "cells", "points", "about"]
    for sheet in book:
        assert not [cell for row in sheet for cell in row if cell.data_type == "f"]
    header, *rows = book["differences"].iter_rows(values_only=True)
    table = broken.differences()
    assert list(header) == list(table.columns)
    assert [row[header.index("mean")] for row in rows] == pytest.approx(table["mean"].tolist(), rel=1e-14)
    assert book["about"]["B2"].value == "'" + title


def test_a_table_too_long_for_a_sheet_says_what_to_use(
    monkeypatch: pytest.MonkeyPatch, swept: Sweep, tmp_path: Path
) -> None:
    monkeypatch.setattr("sim.experiments.excel.MOST_ROWS", 100)
    with pytest.raises(ExperimentError, match=r"'cells' has 144 rows.*to_parquet"):
        swept.to_excel(tmp_path / "sweep.xlsx")
    with pytest.raises(ExperimentError, match=r"NAME\.xlsx"):
        swept.to_excel(tmp_path / "sweep.xls")


def test_csv_and_parquet_are_the_table_of_cells(swept: Sweep, tmp_path: Path) -> None:
    pd.testing.assert_frame_equal(read_parquet(swept.to_parquet(tmp_path / "a.parquet")), swept.frame())
    again = pd.read_csv(swept.to_csv(tmp_path / "a.csv"))
    assert again["profit"].tolist() == swept.frame()["profit"].tolist()


def test_levers_on_a_grid_are_dimensions(swept: Sweep) -> None:
    pytest.importorskip("xarray")
    data = swept.to_xarray()
    assert dict(data.sizes) == {"threshold": 3, "reward": 2, "uncertainty": 4, "design": 2, "replicate": 3}
    table = swept.frame()
    for row in table.iloc[::17].to_dict("records"):
        found = data["profit"].sel(
            threshold=row["threshold"],
            reward=row["reward"],
            uncertainty=row["uncertainty_point"],
            design=row["design"],
            replicate=row["replicate"],
        )
        assert float(found) == row["profit"]
        assert float(found["mill_price"]) == row["mill_price"]
    assert data["profit"].attrs["units"] == "EUR"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lever_sampling": {"method": "sobol", "points": 4}}, "needs levers on a grid"),
        ({"constraints": ["reward <= 0.03 * threshold"]}, "left 3 points out"),
    ],
)
def test_points_that_are_no_grid_have_no_dimensions(changes: dict[str, Any], words: str) -> None:
    pytest.importorskip("xarray")
    with pytest.raises(ExperimentError, match=words):
        sweep(study(uncertainties={}, **changes), run_cell=run_cell).to_xarray()


def test_a_sweep_is_plain_json(broken: Sweep) -> None:
    said = json.loads(json.dumps(broken.to_dict(), allow_nan=False))
    assert (said["points"], said["cells"], said["failed"]) == (24, 144, 8)
    assert len(said["differences"]) == 24 * 2
    assert said["units"]["profit"] == "EUR"


def test_the_summary_says_what_is_not_certain() -> None:
    one = sweep(study(uncertainties={}, replicates=1), run_cell=run_cell)
    assert "One replicate has no interval" in one.summary()
    odd = study(uncertainty_sampling={"method": "sobol", "points": 5})
    words = sweep(odd, run_cell=run_cell).summary()
    assert (
        "A Sobol sequence of 5 points (uncertainties) loses its balance; take a power of 2, such as 4 or 8"
        in words
    )
    assert "3 replicates: the intervals are rough" in words
    assert "one in twenty" in words
    assert "On profit, points is better than none at 30 of 30 points" in words


# A real market


def test_a_sweep_that_varies_nothing_is_a_comparison() -> None:
    world = fake.world(horizon={"weeks": 20, "burn_in": 8})
    plain = study(scenario=world, levers={}, uncertainties={}, replicates=2)
    table = sweep(plain).differences(["profit", "retention"]).set_index("metric")
    compared = sim.compare(world, designs=["none", "points"], replicates=2).differences().set_index("metric")
    for metric in ("profit", "retention"):
        for column in ("mean", "low", "high", "verdict"):
            assert table.loc[metric, column] == compared.loc[metric, column]


def test_a_dearer_rival_leaves_more_to_us() -> None:
    world = fake.world(horizon={"weeks": 20, "burn_in": 8})
    dearer = study(
        scenario=world,
        designs=("none",),
        levers={},
        uncertainties={"mill_price": MILL_PRICE | {"steps": 2}},
        uncertainty_sampling={"method": "grid"},
        replicates=2,
    )
    cheap, dear = sweep(dearer).means(["share"])["mean"]
    assert dear > cheap + 0.05
