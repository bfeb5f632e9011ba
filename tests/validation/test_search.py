"""The search for defaults: it sees CAL rows alone, finds what is to be found, and says what the rows do not tell."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.experiments.run import Cell, Outcome
from sim.rules import Behaviour
from sim.scenario import Scenario
from sim.validation import rows
from sim.validation.choosing import chosen
from sim.validation.families import BY_NAME
from sim.validation.search import EASE, free_parameters, moments_of, outside, pull, search

ROOT = Path(__file__).parents[2]
FOUND = ROOT / "results" / "reference" / "default_search"
PATHS = ["satisfaction.zone", "attachment.weight", "use.forgetting"]
TRUTH = {"satisfaction.zone": 9.0, "attachment.weight": 0.9}
"""Where rows lie in the middle of their intervals; nothing depends on the third parameter."""


class World:
    """A simulator whose rows depend on parameters by straight lines, and a record of what was asked of it."""

    def __init__(self, weights: dict[str, tuple[float, float]]) -> None:
        self.weights = weights
        self.asked: set[str] = set()

    def __call__(self, _world: Scenario, cell: Cell, _stop: threading.Event) -> Outcome:
        name = str(cell.design)
        self.asked.add(name)
        at = json.loads(cell.changes)
        off = [at[f"behaviour.{path}"] / value - 1 for path, value in TRUTH.items()]
        found = {}
        for row in rows():
            if row.id in BY_NAME[name].rows and row.role == "CAL":
                a, b = self.weights.get(row.id, (0.0, 0.0))
                luck = 1e-6 * (cell.replicate - 0.5)
                found[row.id] = (row.low + row.high) / 2 + (a * off[0] + b * off[1] + luck) * row.width / 2
        return Outcome(found)


TOLD = {"S01a": (6.0, 0.0), "S07a": (0.0, 8.0), "S07b": (4.0, -5.0)}


def test_parameters_that_the_rows_tell_are_found_and_the_others_stay() -> None:
    found = search(paths=PATHS, rows=["S01", "S07"], run_cell=World(TOLD), workers=1)
    for path, value in TRUTH.items():
        begun = next(one.default for one in found.free if one.path == path)
        assert abs(found.found[path] / value - 1) < 0.5 * abs(begun / value - 1), path
    assert found.found["use.forgetting"] == pytest.approx(Behaviour().use.forgetting)
    told = found.identified().set_index("parameter")["told"]
    assert told["satisfaction.zone"] > 0.5 and told["attachment.weight"] > 0.5
    assert told["use.forgetting"] == pytest.approx(0.0, abs=1e-6)
    assert found.points["distance"].iloc[-1] < 0.5 * found.points["distance"].iloc[0]


def test_two_parameters_that_act_alike_are_said_not_to_be_told_apart() -> None:
    alike = {"S01a": (3.0, 3.0), "S07a": (4.0, 4.0)}
    found = search(paths=PATHS[:2], rows=["S01", "S07"], run_cell=World(alike), workers=1).identified()
    assert found["partner"].tolist() == PATHS[1::-1]
    assert (found["correlation"] < -0.8).all()


def test_no_row_that_is_never_fitted_to_and_no_echo_reaches_the_search() -> None:
    world = World({})
    found = search(paths=PATHS[:1], iterations=1, replicates=1, run_cell=world, workers=1)
    assert {row.role for row in found.rows} == {"CAL"}
    assert {row.id for row in found.rows}.isdisjoint({"S02a", "F09a", "F14a"})
    for name in world.asked:
        assert any(row.role == "CAL" for row in rows() if row.id in BY_NAME[name].rows), name


def test_rows_in_the_middle_of_their_intervals_do_not_pull() -> None:
    moments = np.array([-2.0, -EASE, 0.0, 0.5, EASE, 1.0])
    assert outside(moments) == pytest.approx([-1.2, 0, 0, 0, 0, 0.2])
    assert pull(moments).tolist() == [1, 0, 0, 0, 0, 1]


def test_a_row_that_gives_no_number_counts_as_far_out() -> None:
    from sim.validation import Verdict

    row = next(one for one in rows() if one.id == "S01a")
    assert moments_of([Verdict.of(row, [float("nan")])]).tolist() == [5.0]
    assert moments_of([Verdict.of(row, [row.low])]) == pytest.approx([-1.0])


def test_free_are_the_parameters_that_no_source_gives_within_their_bounds() -> None:
    free = {one.path: one for one in free_parameters()}
    assert set(free) == {name for name, *_ in chosen(Behaviour)}
    assert "price.loss_aversion" not in free
    for one in free.values():
        assert one.low <= one.default <= one.high, one.path
    assert free["recovery.quick"].high == 1.0


def test_a_stopped_search_goes_on_where_it_was(tmp_path: Path) -> None:
    world, again = World(TOLD), World(TOLD)
    settings: dict[str, Any] = {
        "paths": PATHS[:2],
        "rows": ["S01", "S07"],
        "workers": 1,
        "out": tmp_path / "s",
    }
    first = search(run_cell=world, **settings)
    second = search(run_cell=again, **settings)
    assert not again.asked
    pd.testing.assert_frame_equal(first.points, second.points)


# What was found


def test_the_defaults_are_those_that_were_locked_after_the_search_that_is_kept() -> None:
    locked = json.loads((FOUND / "decided.json").read_text(encoding="utf-8"))["locked"]
    assert {name: value for name, value, *_ in chosen(Behaviour)} == locked
    told = pd.read_csv(FOUND / "identified.csv").set_index("parameter")
    for name, value in locked.items():
        row = told.loc[name]
        moved = abs(row["found"] - row["default"]) >= 0.5 * row["error"]
        between = sorted((row["default"], row["found"]))
        assert (value == row["default"]) or (moved and between[0] - 0.01 <= value <= between[1] + 0.01), name


def test_the_page_on_the_defaults_is_the_one_of_the_search_that_is_kept() -> None:
    import importlib.util

    spec = importlib.util.spec_from_file_location("make_defaults", ROOT / "docs" / "make_defaults.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "defaults.md").read_text(encoding="utf-8") == module.text(), (
        "docs/defaults.md is out of date: .venv/bin/python docs/make_defaults.py --page"
    )
