"""Policies in a scenario: what is read, and what is refused since it names nobody or could never act."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.scenario import Scenario, ScenarioError, dumps, load
from sim.scenario.scenario import Scenario as Whole
from sim.scenario.wording import faults_of
from tests.scenario.worlds import plain

STAMPS: dict[str, Any] = {"stamps": {"needed": 5, "reward": 2.0}}
GOLD: dict[str, Any] = {"tiers": {"levels": [{"name": "Gold", "visits": 3, "quality": 4.0}]}}
DESK: dict[str, Any] = {"complaint_desk": {}}
FOLLOW = {"kind": "follow", "rival": "Mill"}
COPY = {"kind": "copy_programme", "rival": "Mill"}
MATCH = {"kind": "match_status", "rival": "Mill", "level": "Gold"}
ALL = [
    {"kind": "cost_plus", "margin": 0.2},
    {"kind": "high_low", "every": 6, "weeks": 1, "depth": 0.2},
    FOLLOW,
    {"kind": "undercut", "by": 0.02},
    {"kind": "retaliate"},
    {"kind": "price_war", "trigger": {"sales_drop": 0.1, "rival_below": 0.9}},
    {"kind": "answer_surveys", "below": 70, "quality": 1, "desk": 2, "cost": 100},
    COPY,
    MATCH,
    {"kind": "raise_reward", "churn_above": 0.3},
    {"kind": "withdraw"},
]


def market(
    *policies: Any,
    harbour: dict[str, Any] | None = None,
    mill: dict[str, Any] | None = None,
    designs: dict[str, Any] | None = None,
    events: list[dict[str, Any]] | None = None,
) -> Scenario:
    """Two grocers, with policies of Harbour."""
    data = plain() | {"designs": designs or {"as_written": {}}, "events": events or []}
    first, second = data["firms"]
    data["firms"] = [first | {"policies": list(policies)} | (harbour or {}), second | (mill or {})]
    return Scenario.model_validate(data)


def refused(*policies: Any, **more: Any) -> str:
    """What is said of policies, one line a fault: path and message."""
    with pytest.raises(ValueError, match="validation error") as error:
        market(*policies, **more)
    faults = faults_of(error.value, Whole)  # type: ignore[arg-type]
    return "\n".join(f"{fault.path}: {fault.message}" for fault in faults)


def test_all_kinds_of_policies_are_read_and_written_again(tmp_path: Path) -> None:
    world = market(*ALL, harbour={"programme": GOLD, **DESK}, mill={"programme": GOLD})
    assert [policy.kind for policy in world.firms[0].policies] == [entry["kind"] for entry in ALL]
    file = tmp_path / "world.yaml"
    file.write_text(dumps(world), encoding="utf-8")
    assert load(file) == world


def test_a_firm_without_policies_does_nothing_by_itself() -> None:
    assert all(firm.policies == () for firm in market().firms)


def test_a_design_gives_the_whole_list() -> None:
    world = market(
        {"kind": "retaliate"}, designs={"a": {}, "b": {"policies": [FOLLOW]}, "c": {"policies": []}}
    )
    found = [[policy.kind for policy in world.with_design(name).policies] for name in "abc"]
    assert found == [["retaliate"], ["follow"], []]


def test_a_field_of_a_policy_is_found_by_its_path() -> None:
    world = market(FOLLOW).replace("firms.Harbour.policies[0].share", 0.5)
    assert getattr(world.firms[0].policies[0], "share") == 0.5  # noqa: B009  (not every policy has it)
    with pytest.raises(ScenarioError, match=r"firms\[0\].policies\[0\].share"):
        world.replace("firms.Harbour.policies[0].share", 1.5)


def test_an_unknown_rival_is_refused_with_the_nearest_name() -> None:
    said = refused({**FOLLOW, "rival": "Mil"}, {"kind": "undercut", "by": 0.1, "rival": "Nobody"})
    assert said.splitlines() == [
        "firms[0].policies[0].rival: no firm is called 'Mil'; did you mean 'Mill'?",
        "firms[0].policies[1].rival: no firm is called 'Nobody'; known: Mill",
    ]


def test_a_firm_is_no_rival_of_itself() -> None:
    said = refused({**COPY, "rival": "Harbour"}, harbour={"programme": STAMPS})
    assert "firms[0].policies[0].rival: a firm is no rival of itself" in said
    assert "others: Mill" in said


@pytest.mark.parametrize("place", ["design", "change"])
def test_rivals_are_looked_for_in_designs_and_changes_too(place: str) -> None:
    patch = {"policies": [{**FOLLOW, "rival": "Mil"}]}
    change = {"kind": "change", "firm": "Harbour", "week": 60, "patch": patch}
    more: dict[str, Any] = {"designs": {"bold": patch}} if place == "design" else {"events": [change]}
    where = "designs.bold" if place == "design" else "events[0].patch"
    assert refused(**more) == f"{where}.policies[0].rival: no firm is called 'Mil'; did you mean 'Mill'?"


@pytest.mark.parametrize(
    ("policy", "path"),
    [
        ({"kind": "retaliate"}, ""),
        ({"kind": "undercut", "by": 0.1}, ""),
        ({"kind": "price_war", "trigger": {"rival_below": 0.9}}, ".trigger.rival_below"),
    ],
)
def test_who_is_alone_has_nobody_to_answer(policy: dict[str, Any], path: str) -> None:
    data = plain() | {"events": []}
    data["firms"] = [data["firms"][0] | {"policies": [policy]}]
    with pytest.raises(ValueError, match="no other firm to answer") as error:
        Scenario.model_validate(data)
    (fault,) = faults_of(error.value, Whole)  # type: ignore[arg-type]
    assert fault.path == f"firms[0].policies[0]{path}"


def test_a_programme_that_never_is_cannot_be_copied() -> None:
    assert "'Mill' never has a programme to copy" in refused(COPY)
    assert market(COPY, mill={"programme": STAMPS})
    change = {"kind": "change", "firm": "Mill", "week": 60, "patch": {"programme": STAMPS}}
    assert market(COPY, events=[change])


def test_two_who_copy_each_other_need_one_who_begins() -> None:
    back = {"policies": [{**COPY, "rival": "Harbour"}]}
    assert refused(COPY, mill=back).count("never has a programme to copy") == 2
    assert market(COPY, mill=back, harbour={"programme": STAMPS})
    assert market(COPY, mill=back, designs={"a": {}, "b": {"programme": STAMPS}})


def test_a_partner_of_a_programme_copies_none() -> None:
    points = {"per_currency": 1, "threshold": 9, "reward": 1}
    coalition = {"points": points, "partners": {"firms": ["Harbour"]}}
    assert "a partner of 'Mill'" in refused(COPY, mill={"programme": coalition})


def test_status_is_matched_between_firms_that_have_levels() -> None:
    assert market(MATCH, harbour={"programme": GOLD}, mill={"programme": GOLD})
    said = refused(MATCH, harbour={"programme": GOLD}, mill={"programme": STAMPS})
    assert "'Mill' never has levels of status" in said
    said = refused({**MATCH, "level": "Gld"}, harbour={"programme": GOLD}, mill={"programme": GOLD})
    assert said == "firms[0].policies[0].level: no level of the firm is called 'Gld'; did you mean 'Gold'?"
    assert "never has a programme of its own" in refused(MATCH, mill={"programme": GOLD})


def test_who_copies_levels_may_match_status_at_them() -> None:
    assert market(COPY, MATCH, mill={"programme": GOLD})


@pytest.mark.parametrize("policy", [{"kind": "withdraw"}, {"kind": "raise_reward", "churn_above": 0.3}])
def test_who_never_has_a_programme_can_neither_raise_its_reward_nor_end_it(policy: dict[str, Any]) -> None:
    assert "never has a programme of its own" in refused(policy)
    assert market(policy, harbour={"programme": STAMPS})
    assert market(policy, designs={"a": {}, "b": {"programme": STAMPS}})
    assert market(COPY, policy, mill={"programme": STAMPS})


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"kind": "staffing", "target_load": 0.8}, "the firm has no 'staff', so this never acts"),
        ({"kind": "lay_off", "share": 0.1}, "the firm has no 'staff', so this never acts"),
        ({"kind": "by_load"}, "the firm has no 'staff' and no 'capacity', so this never acts"),
        ({"kind": "answer_surveys", "below": 70, "training": 1}, "training: the firm has no 'staff'"),
        (
            {"kind": "answer_surveys", "below": 70, "improvement": 1},
            "improvement: the firm has no 'quality.improvement'",
        ),
        ({"kind": "answer_surveys", "below": 70, "desk": 1}, "desk: the firm has no 'complaint_desk'"),
    ],
)
def test_what_a_policy_acts_on_must_be_there(policy: dict[str, Any], said: str) -> None:
    assert said in refused(policy)


def test_a_part_that_a_design_brings_is_there() -> None:
    policy = {"kind": "answer_surveys", "below": 70, "desk": 1}
    assert market(policy, harbour=DESK)
    assert market(policy, designs={"a": {}, "b": DESK})


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"kind": "high_low", "every": 4, "weeks": 4, "depth": 0.1}, "weeks: the next sale begins after 4"),
        ({"kind": "price_war", "trigger": {}}, "trigger: nothing starts this war"),
        ({"kind": "answer_surveys", "below": 70}, "a poor survey changes nothing"),
        ({"kind": "cost_plus", "margin": 1.0}, "margin: must be between 0 and 0.95 (share of price)"),
        ({"kind": "flee"}, "must be one of: cost_plus, high_low"),
        ({"kind": "follw", "rival": "Mill"}, "did you mean 'follow'?"),
        ({"rival": "Mill"}, "required field 'kind' is missing"),
        ({**FOLLOW, "lagg": 2}, "lagg: unknown field; did you mean 'lag'?"),
        ({"kind": "follow"}, "required field 'rival' is missing in 'firms[0].policies[0]'"),
        ("follow", "must be a block of fields, of the kind cost_plus"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_with_the_remedy(policy: Any, said: str) -> None:
    assert said in refused(policy)


def test_policies_of_a_firm_that_is_made_of_parts_are_looked_at_too() -> None:
    data = plain() | {"events": []}
    mill = market().firms[1].model_validate({**data["firms"][1], "policies": [{**FOLLOW, "rival": "Harbur"}]})
    with pytest.raises(ValueError, match="did you mean 'Harbour'"):
        Scenario.model_validate(data | {"firms": [data["firms"][0], mill]})
