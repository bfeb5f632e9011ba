"""What a session gives away can be read elsewhere."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

import sim
from sim.dashboard.exports import csv_text, data_csv, scenario_yaml
from sim.dashboard.session import Session
from tests.worlds import busy


def session() -> Session:
    return Session(busy(), ("kept", "cards"), keepers=0)


def test_the_data_read_back_are_those_of_the_session() -> None:
    opened = session()
    opened.step(8)
    table = pd.read_csv(io.StringIO(data_csv(opened), newline=""))
    assert table[["week", "side", "design"]].equals(opened.data()[["week", "side", "design"]])
    assert len(table) == 2 * opened.week
    for side, name in ((0, "left"), (1, "right")):
        rows = table[table["side"] == name]
        assert rows["profit"].tolist()[-1] == opened.series()["profit"][-1, side]
        assert rows["profit"].isna().sum() == opened.burn_in
        assert rows["measured"].tolist() == [week >= opened.burn_in for week in range(opened.week)]


def test_no_cell_of_the_data_is_run_as_a_formula() -> None:
    table = pd.DataFrame({"design": ["=1+1", "plain"], "profit": [float("nan"), -2.5]})
    assert csv_text(table).splitlines() == ["design,profit", "'=1+1,", "plain,-2.5"]


def test_the_exported_scenario_reads_back_as_what_is_seen(tmp_path: Path) -> None:
    opened = session()
    opened.set_lever(1, "price.level", 0.9)
    file = tmp_path / "seen.yaml"
    file.write_text(scenario_yaml(opened), encoding="utf-8")
    assert sim.load(file) == opened.scenario()
    assert "--seed 1" in file.read_text(encoding="utf-8").splitlines()[0]
