"""Shipped changes of programmes: what each does to a firm, from which week, and how it is laid over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sim.scenario import Change, Programme, Scenario, ScenarioError, check, dumps, json_schema, load
from sim.scenario.presets import CHANGES, preset, preset_names
from tests.scenario.worlds import GROCERS, plain, world

NAMES = preset_names(CHANGES)
BEFORE: dict[str, dict[str, Any]] = {
    "visits-to-spend": {"points": {"per_visit": 1, "threshold": 12, "reward": 5.0}},
    "coffee-50-to-100": {
        "points": {
            "per_currency": 1,
            "rewards": [
                {"name": "Hot coffee", "points": 50, "worth": 3.25, "cost_ratio": 0.35, "kind": "free_item"}
            ],
        }
    },
    "stamps-8-to-10": {"preset": "coffee-stamp-app", "stamps": {"needed": 8}},
    "partners-3-to-2": {
        "preset": "grocer-points",
        "points": {"rewards": [{"name": "Partner", "worth": 4.50}]},
    },
    "spend-only-status": {
        "points": {"per_currency": 5, "threshold": 100, "reward": 1},
        "tiers": {"levels": [{"name": "Silver", "visits": 20}, {"name": "Gold", "visits": 40}]},
    },
    "new-top-tier": {
        "points": {"per_currency": 10, "threshold": 100, "reward": 1},
        "tiers": {
            "levels": [
                {"name": "Silver", "visits": 4, "spend": 2500},
                {"name": "Gold", "visits": 20, "spend": 7500},
                {"name": "Diamond", "visits": 30, "spend": 12000},
            ],
            "rollover": True,
        },
    },
    "expiry-announced": {"preset": "coalition-uk"},
    "expiry-cancelled": {"preset": "coalition-de"},
    "double-points": {"preset": "grocer-points"},
}
"""A programme that each was made for."""


def market(name: str, week: int = 60, **over: Any) -> Scenario:
    return mill(BEFORE[name], {"preset": name, "firm": "Mill", "week": week, **over})


def mill(programme: dict[str, Any], *events: dict[str, Any]) -> Scenario:
    return world().replace("firms.Mill.programme", programme).replace("events", list(events))


def turned(name: str, **over: Any) -> tuple[Programme, Programme]:
    """The programme before and after a change."""
    (_, before), (week, after) = market(name, **over).course("Mill")
    assert week == over.get("week", 60)
    assert before.programme is not None
    assert after.programme is not None
    return before.programme, after.programme


def test_there_is_one_for_every_change() -> None:
    assert set(NAMES) == set(BEFORE)


@pytest.mark.parametrize("name", NAMES)
def test_each_says_when_and_where_it_was_made_and_that_it_is_only_a_style(name: str) -> None:
    (event,) = market(name).events
    assert isinstance(event, Change)
    assert event.as_of
    assert event.source
    assert event.note is not None
    assert event.note.startswith("In the style of ")
    assert "Not affiliated with the firm" in event.note


@pytest.mark.parametrize("name", NAMES)
def test_each_survives_being_written_to_a_file_and_read_back(name: str, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(dumps(market(name)))
    assert load(tmp_path / "mine.yaml") == market(name)


@pytest.mark.parametrize("name", NAMES)
def test_each_keeps_to_the_schema_as_a_file_and_where_it_is_used(name: str) -> None:
    schema = jsonschema.Draft202012Validator(json_schema())
    schema.validate(plain() | {"events": [{"preset": name, "firm": "Mill", "week": 60}]})
    assert not schema.is_valid(plain() | {"events": [{"preset": name, "firm": "Mill"}]})
    assert not schema.is_valid(plain() | {"events": [{"preset": f"{name}x", "firm": "Mill", "week": 60}]})
    schema.validate({"extends": "a.yaml", "events": [{"preset": name, "firm": "Mill", "week": 60}]})


def test_rewards_for_visits_become_rewards_for_spending() -> None:
    before, after = turned("visits-to-spend")
    assert before.points is not None
    assert after.points is not None
    assert (before.points.per_visit, after.points.per_visit) == (1, 0)
    assert after.points.threshold / after.points.per_currency == 62.50  # type: ignore[operator]


def test_a_stamp_card_ends_when_rewards_are_for_spending() -> None:
    event = {"preset": "visits-to-spend", "firm": "Mill", "week": 60}
    card = {"stamps": {"needed": 12, "reward": 5.0}}
    after = mill(card, event).course("Mill")[-1][1].programme
    assert after is not None
    assert after.stamps is None
    assert after.points is not None


def test_a_coffee_costs_twice_as_many_points() -> None:
    before, after = turned("coffee-50-to-100")
    (old,), (new,) = (programme.points.menu for programme in (before, after))  # type: ignore[union-attr]
    assert (old.points, new.points) == (50, 100)
    assert new == old.model_copy(update={"points": 100})


def test_a_card_takes_ten_stamps_instead_of_eight() -> None:
    before, after = turned("stamps-8-to-10")
    assert (before.stamps.needed, after.stamps.needed) == (8, 10)  # type: ignore[union-attr]


def test_points_are_worth_less_at_partners() -> None:
    voucher, partner = turned("partners-3-to-2")[0].points.menu  # type: ignore[union-attr]
    assert partner.worth == 3 * voucher.worth
    voucher, partner = turned("partners-3-to-2")[1].points.menu  # type: ignore[union-attr]
    assert partner.worth == 2 * voucher.worth


def test_status_is_for_spending_only() -> None:
    after = turned("spend-only-status")[1].tiers
    assert after is not None
    assert [level.spend for level in after.levels] == [5000, 10000, 15000, 28000]
    assert {(level.visits, level.points) for level in after.levels} == {(None, None)}


def test_thresholds_fall_and_a_new_level_comes_at_the_top() -> None:
    before, after = turned("new-top-tier")
    assert before.tiers is not None
    assert after.tiers is not None
    assert (before.tiers.rollover, after.tiers.rollover) == (True, False)
    assert [level.visits for level in after.tiers.levels] == [4, 15, 25, 40]
    assert [level.spend for level in after.tiers.levels] == [2500, 6000, 11500, 18000]
    assert after.tiers.levels[-1].every_leg


def test_points_that_never_died_will_and_then_will_not() -> None:
    before, after = turned("expiry-announced")
    assert (before.points.lapse.mode, after.points.lapse.mode) == ("none", "rolling")  # type: ignore[union-attr]
    before, after = turned("expiry-cancelled")
    assert (before.points.lapse.mode, after.points.lapse.mode) == ("calendar", "none")  # type: ignore[union-attr]


@pytest.mark.parametrize("week", [53, 60, 100])
def test_double_points_start_in_the_week_of_the_event_and_last_seven(week: int) -> None:
    double = turned("double-points", week=week)[1].points.multipliers[-1]  # type: ignore[union-attr]
    assert (double.factor, double.first_week, double.weeks) == (2.0, week, 7)


def test_what_is_written_beside_the_preset_is_laid_over_it() -> None:
    mine: dict[str, Any] = {
        "patch": {"programme": {"stamps": {"needed": 12}}, "quality": {"level": 60}},
        "announced": 3,
    }
    event = market("stamps-8-to-10", **mine).events[0]
    assert isinstance(event, Change)
    assert event.announced == 3
    after = market("stamps-8-to-10", **mine).course("Mill")[-1][1]
    assert (after.programme.stamps.needed, after.quality.level) == (12, 60)  # type: ignore[union-attr]


def test_several_changes_may_follow_each_other() -> None:
    events = [
        {"preset": "expiry-announced", "firm": "Mill", "week": 60},
        {"preset": "expiry-cancelled", "firm": "Mill", "week": 80},
    ]
    course = mill({"preset": "coalition-uk"}, *events).course("Mill")
    modes = [firm.programme.points.lapse.mode for _, firm in course]  # type: ignore[union-attr]
    assert modes == ["none", "rolling", "none"]


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        (
            {"preset": "visit-to-spend", "firm": "Mill", "week": 60},
            "events[0].preset  no preset is called 'visit-to-spend'; did you mean 'visits-to-spend'?",
        ),
        (
            {"preset": "prime", "firm": "Mill", "week": 60},
            f"events[0].preset  no preset is called 'prime'; known: {', '.join(NAMES)}",
        ),
        (
            {"preset": "visits-to-spend", "firm": "Mil", "week": 60},
            "events[0].firm  no firm is called 'Mil'; did you mean 'Mill'?",
        ),
        (
            {"preset": "stamps-8-to-10", "firm": "Mill", "week": 60},
            (
                "events[0].patch.programme.stamps.reward  required field 'reward' is missing in "
                "'events[0].patch.programme.stamps'; add it: face value of the reward (currency, greater than 0 "
                "and at most 10_000_000)"
            ),
        ),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(event: dict[str, Any], fault: str) -> None:
    with pytest.raises(ScenarioError) as error:
        world().replace("events", [event])
    assert str(error.value) == fault


def test_a_fault_is_placed_where_the_change_is_used(tmp_path: Path) -> None:
    line = "  - {preset: stamps-8-to-10, firm: Mill, week: 60, patch: {programme: {stamps: {needed: 0}}}}\n"
    (tmp_path / "mine.yaml").write_text(GROCERS.replace("designs:\n", f"{line}designs:\n"))
    faults = check(tmp_path / "mine.yaml")
    assert {(fault.line, fault.path.partition(".")[0]) for fault in faults} == {(28, "events[1]")}


def test_what_one_takes_from_a_change_does_not_change_it_for_the_next() -> None:
    preset(CHANGES, "stamps-8-to-10")["patch"]["programme"]["stamps"]["needed"] = 3
    assert preset(CHANGES, "stamps-8-to-10")["patch"]["programme"]["stamps"]["needed"] == 10
