"""Levers move numbers of the design within what the scenario format allows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

import sim
from sim.dashboard.levers import lever_at, lever_keys, levers_of, patch_of
from sim.dashboard.setting import Setting
from sim.scenario import Firm, Scenario, ScenarioError
from sim.scenario.presets import shipped
from tests.worlds import busy

WORLDS = sorted([*shipped().glob("*.yaml"), *(shipped() / "lessons").glob("*.yaml")])


@pytest.mark.parametrize("file", [WORLDS[i] for i in range(0, len(WORLDS), 3)], ids=lambda file: file.stem)
def test_both_ends_of_every_lever_of_shipped_designs_are_numbers_the_format_knows(file: Path) -> None:
    world = sim.load(file)
    for design in world.design_names[:3]:
        firm = world.with_design(design)
        for lever in levers_of(firm, firm, currency=world.currency):
            assert lever.low <= lever.value <= lever.high, lever
            assert lever.low < lever.high, lever
            assert 0 < lever.step <= lever.high - lever.low, lever
            for value in (lever.low, lever.high):
                number = int(value) if lever.whole else value
                faults = refused(world, design, lever.path, number)
                assert not [f for f in faults if "greater" in f or "less" in f or "whole number" in f], faults


def refused(world: Scenario, design: str, path: str, value: float) -> list[str]:
    try:
        Setting((design, design)).move(1, path, value).firm(world, 1)
    except ValueError as error:
        return str(error).splitlines()
    return []


def test_a_design_has_the_levers_of_what_it_has() -> None:
    world = busy()
    paths = {
        name: [x.path for x in levers_of(f, f, currency="EUR")]
        for name, f in ((n, world.with_design(n)) for n in world.design_names)
    }
    assert "programme.points.reward" not in paths["closed"]
    assert "programme.points.reward" in paths["kept"]
    assert "programme.stamps.needed" not in paths["kept"]
    assert "programme.stamps.needed" in paths["cards"]
    assert paths["kept"][0] == "price.level"


def test_levers_that_are_asked_for_come_first_and_once() -> None:
    firm = busy().with_design("cards")
    first = ("programme.stamps.needed", "programme.costs.per_week", "programme.club.fee")
    paths = [x.path for x in levers_of(firm, firm, currency="EUR", first=first)]
    assert paths[:2] == list(first[:2])
    assert "programme.club.fee" not in paths
    assert len(paths) == len(set(paths))


def test_the_range_of_a_lever_stays_while_it_is_moved() -> None:
    world = busy()
    written = world.with_design("kept")
    moved = Setting(("kept", "kept")).move(0, "price.level", 1.1).firm(world, 0)
    before = lever_at(written, written, "price.level", currency="EUR")
    after = lever_at(written, moved, "price.level", currency="EUR")
    assert (before.low, before.high, before.step) == (after.low, after.high, after.step)
    assert (before.value, after.value) == (1.02, 1.1)


def test_a_lever_says_its_unit_in_the_currency_and_whether_it_is_whole() -> None:
    firm = busy().with_design("cards")
    reward = lever_at(firm, firm, "programme.points.reward", currency="CHF")
    needed = lever_at(firm, firm, "programme.stamps.needed", currency="CHF")
    assert (reward.unit, reward.whole) == ("CHF", False)
    assert (needed.whole, needed.step, needed.low) == (True, 1.0, 1.0)


def test_a_patch_names_the_entry_of_a_list() -> None:
    world = sim.load(shipped() / "lessons" / "status_and_its_loss.yaml")
    firm = world.with_design("strict")
    patch = patch_of(firm, "programme.tiers.levels.Gold.visits", 12)
    assert patch == {"programme": {"tiers": {"levels": [{"name": "Gold", "visits": 12}]}}}
    levels = Setting(("strict", "strict")).move(0, "programme.tiers.levels.Gold.visits", 12).firm(world, 0)
    assert levels.programme is not None
    assert levels.programme.tiers is not None
    assert [(x.name, x.visits, x.quality) for x in levels.programme.tiers.levels] == [("Gold", 12, 5.0)]


def test_what_a_design_does_without_has_no_lever() -> None:
    world = sim.load(shipped() / "lessons" / "status_and_its_loss.yaml")
    for design, there in (("strict", True), ("for_life", False)):
        firm = world.with_design(design)
        paths = [x.path for x in levers_of(firm, firm, currency="EUR", first=("programme.tiers.grace",))]
        assert ("programme.tiers.grace" in paths) is there
        assert "programme.enrolment.ask" not in paths  # everybody is a member


def test_what_is_no_number_has_no_lever() -> None:
    firm = busy().with_design("cards")
    for path in ("name", "programme.enrolment.automatic", "programme.points"):
        with pytest.raises(ScenarioError, match="no number"):
            lever_at(firm, firm, path, currency="EUR")


@pytest.mark.parametrize("key", [key for key in lever_keys() if key != "lever.rival.price.level"])
def test_every_named_lever_is_a_number_of_the_scenario_format(key: str) -> None:
    part: Any = Firm
    *blocks, last = key.removeprefix("lever.").replace(".*", "").split(".")
    for block in blocks:
        part = part_in(part.model_fields[block].annotation)
    annotation = part.model_fields[last].annotation
    assert {annotation, *get_args(annotation)} & {int, float}


def part_in(annotation: Any) -> Any:
    """The part of a scenario that an annotation speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((part for part in map(part_in, get_args(annotation)) if part is not None), None)
