"""A scenario over another number of weeks."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import ScenarioError, load
from tests.scenario.worlds import plain, world

GROCERS = Path(__file__).parents[2] / "scenarios" / "grocers.yaml"


def test_a_shorter_run_leaves_out_what_begins_after_its_end() -> None:
    world = load(GROCERS)
    first = min(event.week for event in world.events)
    assert world.lasting(first).events == ()
    assert world.lasting(first + 1).events == world.events
    assert world.lasting(first).horizon.weeks == first


def test_changes_after_the_end_are_left_out_as_well() -> None:
    change = {"kind": "change", "firm": "Mill", "week": 70, "patch": {"awareness": 0.5}}
    market = world(events=[*plain()["events"], change])
    assert [event.kind for event in market.lasting(71).events] == ["price_war", "change"]
    assert [event.kind for event in market.lasting(70).events] == ["price_war"]


def test_a_run_that_ends_with_the_burn_in_is_refused() -> None:
    world = load(GROCERS)
    with pytest.raises(ScenarioError, match="burn_in"):
        world.lasting(world.horizon.burn_in)
