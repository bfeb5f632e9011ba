"""What a firm does from which week on: as written, under a design, after changes on a date."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario import Change, PriceWar, Scenario, ScenarioError, dumps, load
from tests.scenario.worlds import plain, world


def change(firm: str, week: int, **patch: Any) -> dict[str, Any]:
    return {"kind": "change", "firm": firm, "week": week, "patch": patch}


def test_a_change_and_a_price_war_are_told_apart_by_their_kind() -> None:
    war = plain()["events"][0]
    events = world(events=[war, change("Mill", 60, price={"level": 0.9})]).events
    assert isinstance(events[0], PriceWar)
    assert isinstance(events[1], Change)
    assert events[1].patch == {"price": {"level": 0.9}}


def test_events_may_be_given_as_parts() -> None:
    part = Change.model_validate(change("Mill", 60, awareness=0.5))
    assert world(events=[part]) == world(events=[change("Mill", 60, awareness=0.5)])


def test_a_scenario_with_changes_reads_back_as_the_same(tmp_path: Any) -> None:
    market = world(events=[change("Harbour", 60, programme=None, gestures={"chance": 0.1})])
    file = tmp_path / "world.yaml"
    file.write_text(dumps(market))
    assert load(file) == market
    assert load(file).fingerprint() == market.fingerprint()


def test_a_change_cannot_be_changed_in_place() -> None:
    (event,) = world(events=[change("Mill", 60, price={"level": 0.9})]).events
    assert isinstance(event, Change)
    with pytest.raises(TypeError, match="cannot be changed in place"):
        event.patch["price"]["level"] = 2.0
    assert isinstance(hash(event), int)


def test_a_change_is_replaced_field_by_field() -> None:
    market = world(events=[change("Mill", 60, price={"level": 0.9})])
    (event,) = market.replace("events[0].patch.price.level", 0.8).events
    assert isinstance(event, Change)
    assert event.patch == {"price": {"level": 0.8}}
    with pytest.raises(ScenarioError, match=r"patch\.price\.levle  unknown field; did you mean 'lev"):
        market.replace("events[0].patch.price.levle", 0.8)


def test_a_firm_that_nothing_happens_to_stays_as_it_is_written() -> None:
    assert world().course("Mill") == ((0, world().firm("Mill")),)


def test_changes_are_laid_over_one_another_in_the_order_of_their_weeks() -> None:
    later, earlier = change("Mill", 80, price={"level": 0.8}), change("Mill", 60, quality={"level": 90})
    course = world(events=[later, earlier]).course("Mill")
    assert [week for week, _ in course] == [0, 60, 80]
    assert [firm.price.level for _, firm in course] == [1.0, 1.0, 0.8]
    assert [firm.quality.level for _, firm in course] == [75.0, 90.0, 90.0]
    assert course[-1][1].price.usual == 1.0


def test_a_design_acts_when_the_burn_in_ends_and_later_changes_are_laid_over_it() -> None:
    events = [change("Harbour", week, price={"level": level}) for week, level in ((10, 1.2), (80, 0.9))]
    market = world(events=events, designs={"dear": {"price": {"level": 1.5}, "hidden_fee": 0.1}, "none": {}})
    course = market.course("Harbour", "dear")
    assert [(week, firm.price.level) for week, firm in course] == [(0, 1.1), (10, 1.2), (52, 1.5), (80, 0.9)]
    assert [firm.hidden_fee for _, firm in course] == [0.0, 0.0, 0.1, 0.1]
    assert [week for week, _ in market.course("Harbour")] == [0, 10, 80]


def test_in_the_week_in_which_the_burn_in_ends_a_change_is_laid_over_the_design() -> None:
    events = [change("Harbour", 52, price={"level": 0.9})]
    market = world(events=events, designs={"dear": {"price": {"level": 1.5}}})
    assert [(week, firm.price.level) for week, firm in market.course("Harbour", "dear")] == [
        (0, 1.1),
        (52, 0.9),
    ]


def test_a_design_does_not_act_on_other_firms() -> None:
    assert world().course("Mill", "points") == world().course("Mill")
    with pytest.raises(ScenarioError, match="no design is called 'tiers'"):
        world().course("Mill", "tiers")


def test_a_change_that_fits_every_design_is_right_though_it_does_not_fit_the_firm_as_written() -> None:
    costs = change("Harbour", 60, programme={"costs": {"launch": 5.0}})
    points = plain()["designs"]["points"]
    market = world(events=[costs], designs={"points": points})
    programme = market.course("Harbour", "points")[-1][1].programme
    assert programme is not None
    assert programme.costs.launch == 5.0
    with pytest.raises(ScenarioError, match="the programme gives members nothing"):
        market.course("Harbour")


def test_a_change_may_build_on_an_earlier_one_only() -> None:
    stamps = change("Mill", 60, programme={"stamps": {"needed": 5, "reward": 2.0}})
    richer = change("Mill", 70, programme={"stamps": {"reward": 3.0}})
    assert len(world(events=[richer, stamps]).course("Mill")) == 3
    with pytest.raises(ValueError, match="Field required"):
        world(events=[{**richer, "week": 50}, stamps])


def test_a_change_in_the_burn_in_that_breaks_a_design_is_a_fault_of_the_design() -> None:
    club = {"name": "Club", "member_price": {"depth": 0.05}}
    data = plain() | {
        "designs": {"more": {"programme": {"costs": {"launch": 5.0}}}},
        "events": [change("Harbour", 10, programme=None)],
    }
    data["firms"][0]["programme"] = club
    with pytest.raises(ValueError, match=r"designs\.more\.programme"):
        Scenario.model_validate(data)
