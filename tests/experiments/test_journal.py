"""The journal: what was finished stays finished, and never under other settings."""

from __future__ import annotations

import threading
from dataclasses import replace
from math import isnan
from pathlib import Path

import pandas as pd
import pytest

from sim.experiments.errors import CellError, ExperimentError
from sim.experiments.journal import FILE, Journal, Record, differences, pack, unpack
from sim.experiments.plan import Plan
from sim.experiments.run import changes_of
from tests.experiments.fake import run_cell, world

PLAN = Plan.of(world(), designs=["none", "points"], replicates=3)


def outcome(cell):
    return run_cell(PLAN.world, cell, threading.Event())


def test_what_was_added_is_read_back_to_the_last_bit(tmp_path: Path) -> None:
    cells = PLAN.cells
    book = Journal(tmp_path / FILE, PLAN.identity)
    for cell in cells:
        book.add(cell, Record.of(outcome(cell)))
    book.close()
    again = Journal(tmp_path / FILE, PLAN.identity)
    assert list(again.missing(cells)) == []
    for cell, stored in zip(cells, again.read(cells), strict=True):
        fresh = outcome(cell)
        pd.testing.assert_frame_equal(
            stored.tables["panel"], fresh.tables["panel"], check_exact=True, check_dtype=False
        )
        for name, value in fresh.metrics.items():
            assert stored.metrics[name] == value or (isnan(value) and isnan(stored.metrics[name]))
    again.close()


def test_only_what_is_missing_is_left_to_do_in_the_order_of_the_plan() -> None:
    book = Journal(None, PLAN.identity)
    for cell in PLAN.cells[::2]:
        book.add(cell, Record.of(outcome(cell)))
    assert list(book.missing(PLAN.cells)) == PLAN.cells[1::2]


def test_a_cell_that_failed_has_its_error_for_a_row_and_is_tried_again() -> None:
    book = Journal(None, PLAN.identity)
    first, second, *_ = PLAN.cells
    for words in ("no memory", "no memory again"):
        book.add(first, Record.failed(MemoryError(words)))
    assert list(book.missing([first, second])) == [first, second]
    assert [o.error for o in book.read([first])] == ["MemoryError: no memory again"]
    book.add(first, Record.of(outcome(first)))
    assert list(book.missing([first, second])) == [second]
    assert [o.error for o in book.read([first])] == [""]


def test_a_cell_is_known_by_all_that_decides_its_numbers() -> None:
    book = Journal(None, PLAN.identity)
    cell = PLAN.cells[0]
    others = [
        replace(cell, design="points"),
        replace(cell, replicate=9),
        replace(cell, seed=9),
        replace(cell, customers=9),
        replace(cell, weeks=9),
        replace(cell, changes=changes_of({"focus": "Mill"})),
    ]
    keys = {book.key(one) for one in (cell, *others)}
    assert len(keys) == 7
    assert Journal(None, {**PLAN.identity, "code": "another"}).key(cell) not in keys


def test_a_new_run_has_each_cell_to_do_once_and_works_out_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(None, PLAN.identity)
    monkeypatch.setattr(Journal, "key", None)
    assert list(journal.missing([*PLAN.cells, *PLAN.cells])) == PLAN.cells


def test_a_full_disk_is_said_and_what_is_finished_is_kept(tmp_path: Path) -> None:
    journal = Journal(tmp_path / FILE, PLAN.identity)
    first, second = PLAN.cells[:2]
    journal.add(first, Record("{}", b"", 0.0))
    journal._database.execute("PRAGMA max_page_count = 1")  # no more than there is already
    with pytest.raises(CellError, match=r"cannot write to .*: database or disk is full; what is finished"):
        journal.add(second, Record("{}", bytes(100_000), 0.0))
    journal.close()
    assert list(Journal(tmp_path / FILE, PLAN.identity).missing(PLAN.cells)) == PLAN.cells[1:]


def test_a_million_cells_are_gone_through_a_few_at_a_time() -> None:
    asked = []

    def many():
        for replicate in range(10**6):
            asked.append(replicate)
            yield replace(PLAN.cells[0], replicate=replicate)

    next(Journal(None, PLAN.identity).missing(many()))
    assert len(asked) < 1000


@pytest.mark.parametrize(
    "change, word",
    [
        ({"replicates": 4}, "replicates: 3 -> 4"),
        ({"seed": 2}, "seed: 1 -> 2"),
        ({"customers": 50}, "customers: 100 -> 50"),
        ({"weeks": 20}, "weeks: 30 -> 20"),
        ({"designs": ["none", "stamps"]}, 'designs[1]: "points" -> "stamps"'),
    ],
)
def test_other_settings_are_refused_and_named(tmp_path: Path, change: dict, word: str) -> None:
    Journal(tmp_path / FILE, PLAN.identity).close()
    other = Plan.of(PLAN.world, **{"designs": ["none", "points"], "replicates": 3, **change})
    with pytest.raises(ExperimentError) as caught:
        Journal(tmp_path / FILE, other.identity)
    assert word in str(caught.value)


def test_a_change_in_the_scenario_is_named_by_its_path(tmp_path: Path) -> None:
    Journal(tmp_path / FILE, PLAN.identity).close()
    dearer = PLAN.world.replace("firms.Mill.price.level", 1.2)
    other = Plan.of(dearer, designs=["none", "points"], replicates=3)
    with pytest.raises(ExperimentError, match=r"scenario\.firms\[1\]\.price\.level: 1\.0 -> 1\.2"):
        Journal(tmp_path / FILE, other.identity)


def test_a_changed_program_is_refused(tmp_path: Path) -> None:
    Journal(tmp_path / FILE, PLAN.identity).close()
    with pytest.raises(ExperimentError, match="the program itself has changed"):
        Journal(tmp_path / FILE, {**PLAN.identity, "code": "another"})


def test_two_runs_cannot_write_to_one_folder_at_once(tmp_path: Path) -> None:
    first = Journal(tmp_path / FILE, PLAN.identity)
    with pytest.raises(ExperimentError, match="another run is writing"):
        Journal(tmp_path / FILE, PLAN.identity)
    first.close()
    Journal(tmp_path / FILE, PLAN.identity).close()


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("shopping list\n" * 100)
    with pytest.raises(ExperimentError, match="cannot be used as the journal"):
        Journal(tmp_path / FILE, PLAN.identity)
    assert (tmp_path / FILE).read_text() == "shopping list\n" * 100


def test_a_panel_is_packed_without_pickles() -> None:
    panel = pd.DataFrame({"week": [0, 1], "firm": ["Harbour", "Möwe & Söhne"], "profit": [1.5, float("nan")]})
    blob = pack(panel)
    assert b"pickle" not in blob
    pd.testing.assert_frame_equal(unpack(blob), panel, check_dtype=False)
    categories = panel.assign(firm=panel["firm"].astype("category"))
    pd.testing.assert_frame_equal(unpack(pack(categories)), panel, check_dtype=False)


def test_differences_name_what_was_added_and_what_is_gone() -> None:
    assert list(differences({"a": 1, "b": {"c": [1, 2]}}, {"b": {"c": [1, 3]}, "d": 4})) == [
        "a: 1 -> null",
        "b.c[1]: 2 -> 3",
        "d: null -> 4",
    ]
