"""Crises, campaigns and the choice of customers in a file: what may stand there, and what is said of what may not."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario import Campaign, Crisis, Fault, Response, Scenario, ScenarioError, Selection
from sim.scenario.wording import faults_of
from tests.scenario.worlds import plain, world


def faults(**changes: Any) -> list[Fault]:
    """What is wrong with the two grocers after some blocks at the top are exchanged."""
    from pydantic import ValidationError

    with pytest.raises(ValidationError) as error:
        Scenario.model_validate(plain() | changes)
    return faults_of(error.value, Scenario)


def of_event(**event: Any) -> Fault:
    (fault,) = faults(events=[{"firm": "Mill", "week": 60, **event}])
    return fault


def of_harbour(**fields: Any) -> Fault:
    harbour, mill = plain()["firms"]
    (fault,) = faults(firms=[harbour | fields, mill])
    return fault


def test_a_crisis_needs_no_more_than_a_firm_and_a_week() -> None:
    (event,) = world(events=[{"kind": "crisis", "firm": "Mill", "week": 60}]).events
    assert isinstance(event, Crisis)
    assert event.response == Response(kind="silent")
    assert event.truth.per_week == 0.05


def test_a_campaign_needs_what_it_shall_move() -> None:
    data = {"kind": "campaign", "firm": "Mill", "week": 60, "want": 1.2, "segments": ["singles"]}
    (event,) = world(events=[data]).events
    assert isinstance(event, Campaign)
    assert event.weeks == 1
    fault = of_event(kind="campaign")
    assert fault.path == "events[0]"
    assert "set 'appeal' (taste for the firm) or 'want' (factor on need)" in fault.message


def test_a_firm_has_a_plan_for_a_crisis_and_designs_may_differ_in_it() -> None:
    honest = {"crisis_plan": {"kind": "own_up", "recall_weeks": 3}}
    two = world(designs={"silent": {"crisis_plan": {"kind": "silent"}}, "honest": honest})
    assert two.with_design("honest").crisis_plan == Response(kind="own_up", recall_weeks=3)
    assert two.with_design("silent").crisis_plan == Response(kind="silent")


def test_a_design_may_choose_customers() -> None:
    dear = world(
        designs={"all": {}, "some": {"selection": {"minimum": 20, "then": "hand_over", "to": "Mill"}}}
    )
    chosen = dear.with_design("some").selection
    assert chosen == Selection(minimum=20, then="hand_over", to="Mill")
    assert dear.firm("Harbour").selection is None


EVENTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "an unknown firm": (
        {"kind": "crisis", "firm": "Mil"},
        "events[0].firm",
        "no firm is called 'Mil'; did you mean 'Mill'?",
    ),
    "a severity out of bounds": (
        {"kind": "crisis", "severity": 130},
        "events[0].severity",
        "must be greater than 0 and at most 100 (index points); got 130",
    ),
    "a share that is none": (
        {"kind": "crisis", "spill_over": 1.5},
        "events[0].spill_over",
        "must be between 0 and 1 (share of the breach); got 1.5",
    ),
    "an unknown response": (
        {"kind": "crisis", "response": {"kind": "denie"}},
        "events[0].response.kind",
        "must be one of: own_up, silent, deny; got the text 'denie'; did you mean 'deny'?",
    ),
    "a firm that denies and recalls": (
        {"kind": "crisis", "response": {"kind": "deny", "recall_weeks": 2}},
        "events[0].response.recall_weeks",
        "a firm whose answer is 'deny' does not do this; write 'kind: own_up' or leave it out",
    ),
    "a firm that keeps silent and pays": (
        {"kind": "crisis", "response": {"kind": "silent", "compensation": 20}},
        "events[0].response.compensation",
        "a firm whose answer is 'silent' does not do this; write 'kind: own_up' or leave it out",
    ),
    "the cost of no recall": (
        {"kind": "crisis", "response": {"kind": "own_up", "recall_cost": 2}},
        "events[0].response.recall_cost",
        "nothing is recalled, so it costs nothing; set 'recall_weeks' or leave it out",
    ),
    "a crisis after the end": (
        {"kind": "crisis", "week": 156},
        "events[0].week",
        "the event starts in week 156, after the end; weeks count from 0, so at most 155",
    ),
    "a misspelt field": (
        {"kind": "crisis", "recah": 0.5},
        "events[0].recah",
        "unknown field; did you mean 'reach'?",
    ),
    "an unknown segment": (
        {"kind": "campaign", "appeal": 0.3, "segments": ["single"]},
        "events[0].segments[0]",
        "no segment is called 'single'; did you mean 'singles'?",
    ),
    "a segment named twice": (
        {"kind": "campaign", "appeal": 0.3, "segments": ["singles", "singles"]},
        "events[0].segments[1]",
        "'singles' is named twice; keep one",
    ),
    "a campaign that makes people want less": (
        {"kind": "campaign", "want": 0.5},
        "events[0].want",
        "must be between 1 and 5 (ratio); got 0.5",
    ),
}


@pytest.mark.parametrize("case", EVENTS)
def test_a_bad_event_is_named_with_its_place_and_its_remedy(case: str) -> None:
    event, path, message = EVENTS[case]
    fault = of_event(**event)
    assert (fault.path, fault.message) == (path, message)


SELECTIONS: dict[str, tuple[dict[str, Any], str, str]] = {
    "nobody to hand over to": (
        {"then": "hand_over"},
        "firms[0].selection.to",
        "required field 'to' is missing in 'firms[0].selection'; add it: firm that they are handed over to",
    ),
    "handed over to nobody known": (
        {"then": "hand_over", "to": "Mil"},
        "firms[0].selection.to",
        "no firm is called 'Mil'; did you mean 'Mill'?",
    ),
    "handed over to itself": (
        {"then": "hand_over", "to": "Harbour"},
        "firms[0].selection.to",
        "a firm hands nobody over to itself; name another firm (others: Mill)",
    ),
    "a fee for those let go": (
        {"then": "let_go", "fee": 5},
        "firms[0].selection.fee",
        "nobody is handed over; write 'then: hand_over' or leave it out",
    ),
    "basic service that nobody gets": (
        {"basic": {"quality": 4}},
        "firms[0].selection.basic",
        "nobody gets basic service; write 'then: basic' or leave it out",
    ),
    "basic service that is not said": (
        {"then": "basic"},
        "firms[0].selection.basic",
        "required field 'basic' is missing in 'firms[0].selection'; add it: what basic service is",
    ),
    "too much courtesy": (
        {"courtesy": 2},
        "firms[0].selection.courtesy",
        "must be between 0 and 1 (share); got 2",
    ),
}


@pytest.mark.parametrize("case", SELECTIONS)
def test_a_bad_selection_is_named_with_its_place_and_its_remedy(case: str) -> None:
    selection, path, message = SELECTIONS[case]
    fault = of_harbour(selection=selection)
    assert (fault.path, fault.message) == (path, message)


def test_a_hand_over_in_a_design_or_on_a_date_is_checked_there() -> None:
    away = {"selection": {"then": "hand_over", "to": "Barrow"}}
    (design,) = faults(designs={"all": {}, "some": away})
    assert design.path == "designs.some.selection.to"
    (event,) = faults(events=[{"kind": "change", "firm": "Harbour", "week": 60, "patch": away}])
    assert event.path == "events[0].patch.selection.to"
    for fault in (design, event):
        assert fault.message == "no firm is called 'Barrow'; known: Mill"


def test_a_bad_plan_for_a_crisis_is_named_in_the_firm_and_in_a_design() -> None:
    bad = {"crisis_plan": {"kind": "deny", "compensation": 5}}
    assert of_harbour(**bad).path == "firms[0].crisis_plan.compensation"
    (fault,) = faults(designs={"all": {}, "liar": bad})
    assert fault.path == "designs.liar.crisis_plan.compensation"


def test_what_was_written_can_be_written_down_and_read_again() -> None:
    events = [
        {"kind": "crisis", "firm": "Mill", "week": 60, "response": {"kind": "own_up", "recall_weeks": 2}},
        {"kind": "campaign", "firm": "Mill", "week": 70, "appeal": 0.4},
    ]
    first = world(events=events).replace("firms.Harbour.selection", {"then": "basic", "basic": {}})
    assert Scenario.model_validate(first.model_dump(mode="json")) == first


def test_a_segment_that_is_not_there_is_refused_by_replace() -> None:
    two = world(events=[{"kind": "campaign", "firm": "Mill", "week": 70, "appeal": 0.4}])
    with pytest.raises(ScenarioError, match="no segment is called 'pupils'; known: families, singles"):
        two.replace("events[0].segments", ["pupils"])
