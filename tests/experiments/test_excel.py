"""Workbooks of results: their numbers tie with the tables, and nothing in them is run."""

from __future__ import annotations

import threading
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from sim.experiments import Comparison, compare
from sim.experiments.excel import write_excel
from sim.experiments.run import Cell, Outcome
from sim.scenario import Scenario
from tests.experiments import fake

DIGITS = 1e-14
"""Excel keeps 15 significant digits."""


def run_cell(world: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """The fake market, with the panel and path of a real one."""
    found = fake.run_cell(world, cell, stop)
    if isinstance(found.tables, pd.DataFrame):
        return Outcome(found.metrics, {"panel": found.tables, "path": found.seconds})  # type: ignore[dict-item]
    return found


@pytest.fixture(scope="module")
def result() -> Comparison:
    return compare(
        fake.world(title='=cmd|"/c calc"!A1'), designs=["none", "points"], replicates=3, run_cell=run_cell
    )


def test_the_workbook_of_a_comparison_has_the_numbers_of_its_tables(
    result: Comparison, tmp_path: Path
) -> None:
    path = result.to_excel(tmp_path / "grocers.xlsx")
    book = pd.read_excel(path, sheet_name=None)
    assert list(book) == ["differences", "means", "worth", "margins", "values", "about"]
    for name, table in {
        "differences": result.differences(),
        "worth": result.worth().reset_index(drop=True),
        "margins": result.margins(),
        "values": result.values,
    }.items():
        pd.testing.assert_frame_equal(book[name], table, check_dtype=False, rtol=DIGITS)
    means = result.table()
    assert book["means"]["metric"].tolist() == [metric for metric, _ in means.index]
    high = means["points", "high"].dropna().tolist()
    assert book["means"]["points high"].dropna().tolist() == pytest.approx(high, rel=DIGITS)


def test_a_spreadsheet_runs_nothing_of_a_workbook(result: Comparison, tmp_path: Path) -> None:
    book = load_workbook(result.to_excel(tmp_path / "grocers.xlsx"))
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    assert book["about"]["B2"].value == '\'=cmd|"/c calc"!A1'


def test_text_that_a_sheet_cannot_hold_is_written_without_it(tmp_path: Path) -> None:
    table = pd.DataFrame({"=a": ["+1\x07", None, "fine"], "b": [-1.5, float("nan"), 2.0]})
    book = load_workbook(write_excel(tmp_path / "t.xlsx", {"t": table}))
    assert [[cell.value for cell in row] for row in book["t"]] == [
        ["'=a", "b"],
        ["'+1", -1.5],
        [None, None],
        ["fine", 2.0],
    ]
