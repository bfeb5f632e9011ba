"""A file that extends another: what it inherits, what it changes, and where it may reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import ScenarioError, check, load
from tests.scenario.worlds import GROCERS, world


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of scenarios with the two grocers in it."""
    top = tmp_path / "scenarios"
    (top / "lessons").mkdir(parents=True)
    (top / "grocers.yaml").write_text(GROCERS)
    return top


def extending(folder: Path, text: str, name: str = "mine.yaml", base: str = "grocers.yaml") -> Path:
    file = folder / name
    file.write_text(f"extends: {base}\n{text}")
    return file


def test_a_file_that_only_extends_is_the_other_one(folder: Path) -> None:
    assert load(extending(folder, "")) == world()


def test_blocks_are_laid_over_field_by_field(folder: Path) -> None:
    mine = load(extending(folder, "horizon: {weeks: 104}\n"))
    assert (mine.horizon.weeks, mine.horizon.burn_in) == (104, 52)
    assert mine == world().replace("horizon.weeks", 104)


def test_firms_and_segments_are_laid_over_by_name(folder: Path) -> None:
    text = """\
firms:
  - {name: Mill, unit_cost: 0.75}
  - {name: Barrow, share: 0.3, unit_cost: 0.85}
customers: {segments: [{name: singles, weight: 0.9}]}
"""
    mine = load(extending(folder, text))
    assert mine.firm_names == ("Harbour", "Mill", "Barrow")
    assert (mine.firm("Mill").unit_cost, mine.firm("Mill").share) == (0.75, 0.6)
    assert [segment.weight for segment in mine.customers.segments] == [0.6, 0.9]


def test_designs_are_added_to_those_there_are(folder: Path) -> None:
    mine = load(extending(folder, "designs:\n  prices: {programme: {member_price: {depth: 0.05}}}\n"))
    assert mine.design_names == ("none", "points", "prices")


def test_events_are_replaced_as_a_whole(folder: Path) -> None:
    war = "{kind: price_war, firm: Harbour, week: 1, weeks: 2, depth: 0.1}"
    assert [event.firm for event in load(extending(folder, f"events: [{war}]\n")).events] == ["Harbour"]
    assert load(extending(folder, "events: []\n")).events == ()


def test_an_empty_list_says_that_nothing_shall_be_there(folder: Path) -> None:
    (fault,) = check(extending(folder, "customers: {segments: []}\n"))
    assert (fault.path, fault.message) == ("customers.segments", "must have at least 1 entry; got 0")


def test_files_may_extend_in_a_chain(folder: Path) -> None:
    extending(folder, "horizon: {weeks: 104}\n", "short.yaml")
    mine = load(extending(folder, "title: Cheap\n", base="short.yaml"))
    assert (mine.title, mine.horizon.weeks, mine.focus) == ("Cheap", 104, "Harbour")


def test_a_fault_is_placed_in_the_file_that_holds_it(folder: Path) -> None:
    base = folder / "grocers.yaml"
    base.write_text(GROCERS.replace("unit_cost: 0.8", "unit_cost: 8"))
    mine = extending(folder, "firms:\n  - {name: Harbour, price: {levle: 1}}\n")
    assert [str(fault) for fault in check(mine)] == [
        f"{base}:24:16  firms[1].unit_cost  must be between 0 and 2 (share of usual price); got 8",
        f"{mine}:3:29  firms[0].price.levle  unknown field; did you mean 'level'?",
    ]


def test_a_file_may_reach_up_to_the_folder_of_scenarios_and_no_further(folder: Path) -> None:
    lesson = extending(folder / "lessons", "", base="../grocers.yaml")
    assert load(lesson) == world()
    (folder.parent / "outside.yaml").write_text(GROCERS)
    out = extending(folder / "lessons", "", base="../../outside.yaml")
    message = f"'../../outside.yaml' is outside of the folder tree of the scenarios, {folder}; copy it there"
    assert [str(fault) for fault in check(out)] == [f"{out}:1:10  extends  {message}"]


def test_a_file_elsewhere_reaches_only_its_own_folder_unless_told(tmp_path: Path) -> None:
    inner = tmp_path / "mine" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "mine" / "grocers.yaml").write_text(GROCERS)
    file = extending(inner, "", base="../grocers.yaml")
    with pytest.raises(ScenarioError, match="outside of the folder tree"):
        load(file)
    assert load(file, root=tmp_path / "mine") == world()


def test_absolute_paths_and_links_out_of_the_tree_are_refused(folder: Path) -> None:
    outside = folder.parent / "outside.yaml"
    outside.write_text(GROCERS)
    (folder / "link.yaml").symlink_to(outside)
    for base in (str(folder / "grocers.yaml"), str(outside), "link.yaml"):
        with pytest.raises(ScenarioError, match="outside of the folder tree"):
            load(extending(folder, "", base=base))


def test_a_circle_is_refused(folder: Path) -> None:
    extending(folder, "", "one.yaml", base="two.yaml")
    two = extending(folder, "", "two.yaml", base="one.yaml")
    assert [str(fault) for fault in check(folder / "one.yaml")] == [
        f"{two}:1:10  extends  files extend each other in a circle: one.yaml -> two.yaml -> one.yaml"
    ]
    own = extending(folder, "", "own.yaml", base="own.yaml")
    assert "own.yaml -> own.yaml" in str(check(own)[0])


@pytest.mark.parametrize(
    ("base", "message"),
    [
        ("grocer.yaml", "no such file: {folder}/grocer.yaml; did you mean '{folder}/grocers.yaml'?"),
        ("3", "must be the path of another scenario file, relative to this one"),
        ("[a, b]", "must be the path of another scenario file, relative to this one"),
        ("''", "must be the path of another scenario file, relative to this one"),
    ],
)
def test_a_base_that_is_none_is_refused(folder: Path, base: str, message: str) -> None:
    (fault,) = check(extending(folder, "", base=base))
    assert (fault.path, fault.line, fault.column) == ("extends", 1, 10)
    assert fault.message == message.format(folder=folder)
