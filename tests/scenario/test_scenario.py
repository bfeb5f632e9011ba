"""A scenario: what it fills in, how it is varied, and that nothing changes it in place."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from sim.rules import Behaviour
from sim.scenario import Firm, MemberPrice, Programme, Scenario, ScenarioError
from tests.scenario.worlds import plain, world


def fault_of(path: str, value: Any) -> str:
    with pytest.raises(ScenarioError) as caught:
        world().replace(path, value)
    return str(caught.value)


# What is filled in


def test_the_usual_price_is_the_level_unless_the_file_says_otherwise() -> None:
    harbour, mill = world().firms
    assert (harbour.price.usual, mill.price.usual) == (1.1, 1.0)
    assert (harbour.quality.usual, mill.quality.usual) == (80.0, 75.0)
    said = world().replace("firms.Mill.price", {"level": 1.2, "usual": 1.0})
    assert (said.firm("Mill").price.level, said.firm("Mill").price.usual) == (1.2, 1.0)


def test_behaviour_has_its_locked_defaults_unless_the_file_says_otherwise() -> None:
    assert world().behaviour == Behaviour()
    assert world(behaviour={"price": {"loss_aversion": 1.2}}).behaviour.price.loss_aversion == 1.2


def test_a_scenario_without_designs_has_one_that_changes_nothing() -> None:
    data = plain()
    del data["designs"]
    alone = Scenario.model_validate(data)
    assert alone.design_names == ("as_written",)
    assert alone.with_design("as_written") == alone.firm("Harbour")


def test_an_empty_design_changes_nothing() -> None:
    assert world(designs={"as it is": None}).with_design("as it is") == world().firm("Harbour")


# Designs


def test_a_design_is_the_focal_firm_with_its_patch_laid_over() -> None:
    firm = world().with_design("points")
    assert isinstance(firm, Firm)
    assert firm.programme is not None
    assert firm.programme.points is not None
    assert firm.programme.points.reward == 5.0
    assert firm == world().firm("Harbour").model_copy(update={"programme": firm.programme})


def test_a_design_without_programme_removes_the_one_that_is_there() -> None:
    club = {"name": "Club", "member_price": {"depth": 0.05}}
    market = world().replace("firms.Harbour.programme", club)
    assert market.firm("Harbour").programme is not None
    assert market.with_design("none").programme is None


def test_a_design_adds_to_a_programme_that_is_there() -> None:
    club = {"name": "Club", "member_price": {"depth": 0.05}, "costs": {"launch": 10.0, "per_week": 3.0}}
    designs = {"more": {"programme": {"name": "Club+", "costs": {"per_week": 4.0}}}}
    firms = [plain()["firms"][0] | {"programme": club}, plain()["firms"][1]]
    programme = world(firms=firms, designs=designs).with_design("more").programme
    assert programme is not None
    assert programme.name == "Club+"
    assert programme.member_price == MemberPrice(depth=0.05)
    assert (programme.costs.launch, programme.costs.per_week) == (10.0, 4.0)


def test_a_design_that_moves_the_price_leaves_the_usual_price_where_it_was() -> None:
    price = world(designs={"dearer": {"price": {"level": 1.2}}}).with_design("dearer").price
    assert (price.level, price.usual) == (1.2, 1.1)


def test_the_first_design_is_the_reference() -> None:
    assert world().design_names == ("none", "points")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("pionts", "designs  no design is called 'pionts'; did you mean 'points'? designs are: none, points"),
        ("tiers", "designs  no design is called 'tiers'; designs are: none, points"),
    ],
)
def test_an_unknown_design_is_refused_with_those_there_are(name: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        world().with_design(name)
    assert str(caught.value) == message


def test_an_unknown_firm_is_refused_with_the_nearest() -> None:
    with pytest.raises(ScenarioError, match="no firm is called 'Harbor'; did you mean 'Harbour'\\?"):
        world().firm("Harbor")
    assert world().firm_names == ("Harbour", "Mill")


# Replacing


def test_a_replaced_field_is_the_only_difference() -> None:
    before = world()
    after = before.replace("firms.Harbour.price.level", 1.05)
    assert after.firm("Harbour").price.level == 1.05
    assert before.firm("Harbour").price.level == 1.1
    assert after.replace("firms.Harbour.price.level", 1.1) == before


def test_a_replaced_level_is_a_change_against_the_usual_one() -> None:
    price = world().replace("firms.Harbour.price.level", 1.05).firm("Harbour").price
    assert (price.level, price.usual) == (1.05, 1.1)


@pytest.mark.parametrize("path", ["firms.Mill.unit_cost", "firms[1].unit_cost", "firms.1.unit_cost"])
def test_an_entry_of_a_list_goes_by_name_or_number(path: str) -> None:
    assert world().replace(path, 0.75).firm("Mill").unit_cost == 0.75


def test_a_name_with_a_dot_is_found() -> None:
    saints = [{"name": name, "share": 0.1, "unit_cost": 0.7} for name in ("St", "St. John")]
    after = world(firms=plain()["firms"] + saints).replace("firms.St. John.unit_cost", 0.6)
    assert [after.firm(name).unit_cost for name in ("St", "St. John")] == [0.7, 0.6]


def test_a_whole_block_may_be_a_dict_or_a_part() -> None:
    programme = Programme(name="Club", member_price=MemberPrice(depth=0.05))
    by_part = world().replace("firms.Harbour.programme", programme)
    by_dict = world().replace("firms.Harbour.programme", {"name": "Club", "member_price": {"depth": 0.05}})
    assert by_part == by_dict
    assert by_part.firm("Harbour").programme == programme


def test_the_numbers_of_numpy_are_numbers() -> None:
    assert world().replace("horizon.weeks", np.int64(104)).horizon.weeks == 104
    assert world().replace("firms.Mill.unit_cost", np.float32(0.5)).firm("Mill").unit_cost == 0.5
    patched = world().replace("designs.points.programme.points.threshold", np.int64(50))
    assert patched.designs["points"]["programme"]["points"]["threshold"] == 50
    assert (
        patched.fingerprint()
        == world().replace("designs.points.programme.points.threshold", 50).fingerprint()
    )


def test_a_design_may_be_added_and_changed_field_by_field() -> None:
    added = world().replace("designs.dearer", {"price": {"level": 1.2}})
    assert added.design_names == ("none", "points", "dearer")
    both = added.replace("designs.dearer.quality.level", 85)
    assert both.with_design("dearer").quality.level == 85.0
    assert both.with_design("dearer").price.level == 1.2


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("horizn.weeks", "horizn.weeks  a scenario has no 'horizn'; did you mean 'horizon'?"),
        ("firms.Harbor.share", "firms.Harbor.share  'firms' has no entry 'Harbor'; did you mean 'Harbour'?"),
        ("firms[7].share", "firms[7].share  'firms' has no entry '7'; known: Harbour, Mill"),
        (
            "firms.Harbour.price.levle",
            "firms.Harbour.price.levle  'firms.Harbour.price' has no 'levle'; did you mean 'level'?",
        ),
        ("designs.pionts.share", "designs.pionts.share  'designs' has no 'pionts'; did you mean 'points'?"),
        ("events[3].week", "events[3].week  'events' has no entry '3'; it has 1"),
        (
            "firms.Mill.programme.points.reward",
            (
                "firms.Mill.programme.points.reward  'firms.Mill.programme' is null here, "
                "so it has no 'points'; replace the whole block instead"
            ),
        ),
        (
            "horizon.weeks.days",
            "horizon.weeks.days  'horizon.weeks' is a single value, so it has no 'days'",
        ),
        ("", "say which field to replace, such as 'horizon.weeks'"),
    ],
)
def test_an_unknown_path_is_refused_with_the_nearest_right_one(path: str, message: str) -> None:
    assert fault_of(path, 1.0) == message


def test_a_replaced_value_is_checked_like_one_in_a_file() -> None:
    assert (
        fault_of("firms.Harbour.price.level", -1)
        == "firms[0].price.level  must be between 0.01 and 100 (price index); got -1"
    )


def test_a_replaced_value_is_checked_against_the_rest_of_the_scenario() -> None:
    assert "events[0].week  the event starts in week 60, after the end" in fault_of("horizon.weeks", 60)
    assert fault_of("focus", "Harbuor") == "focus  no firm is called 'Harbuor'; did you mean 'Harbour'?"
    assert (
        fault_of("designs.points.programme.points.treshold", 50)
        == "designs.points.programme.points.treshold  unknown field; did you mean 'threshold'?"
    )


# Nothing changes in place


def test_no_field_can_be_set() -> None:
    scenario = world()
    with pytest.raises(ValidationError, match="frozen"):
        scenario.title = "Other"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        scenario.firms[0].price.level = 2.0  # type: ignore[misc]


def test_lists_and_mappings_cannot_be_changed() -> None:
    scenario = world().replace("customers.segments.families.shares", {"Harbour": 1.0, "Mill": 2.0})
    shares = scenario.customers.segments[0].shares
    assert shares is not None
    assert isinstance(scenario.firms, tuple)
    for change in (
        lambda: shares.update(Harbour=3.0),
        lambda: shares.pop("Mill"),
        lambda: scenario.designs.clear(),
        lambda: scenario.designs["none"].setdefault("share", 1.0),
        lambda: scenario.designs["points"]["programme"].__setitem__("name", "x"),
        lambda: scenario.designs["points"]["programme"].__delitem__("name"),
    ):
        with pytest.raises(TypeError, match="cannot be changed in place"):
            change()
    assert shares == {"Harbour": 1.0, "Mill": 2.0}


def test_changing_what_a_scenario_was_made_from_does_not_change_it() -> None:
    data = plain()
    scenario = Scenario.model_validate(data)
    data["designs"]["points"]["programme"]["points"]["reward"] = 99
    data["firms"][0]["share"] = 99
    assert scenario == world()


def test_a_scenario_survives_pickle_and_copy() -> None:
    scenario = world(provenance={"rows": [1, 2, {"a": None}]})
    for twin in (pickle.loads(pickle.dumps(scenario)), copy.deepcopy(scenario)):  # noqa: S301
        assert twin == scenario
        assert hash(twin) == hash(scenario)
        assert twin.fingerprint() == scenario.fingerprint()


def test_an_error_survives_the_way_back_from_another_process() -> None:
    with pytest.raises(ScenarioError) as caught:
        world().replace("focus", "x")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301


# The fingerprint


def test_the_fingerprint_is_the_same_however_a_number_is_written() -> None:
    one, other = plain(), plain()
    one["designs"]["points"]["programme"]["points"]["reward"] = 5
    other["designs"]["points"]["programme"]["points"]["reward"] = 5.0
    first, second = Scenario.model_validate(one), Scenario.model_validate(other)
    assert first == second
    assert first.fingerprint() == second.fingerprint()
    assert len(first.fingerprint()) == 64


def test_the_fingerprint_does_not_depend_on_the_order_of_fields() -> None:
    data = dict(reversed(plain().items()))
    assert Scenario.model_validate(data).fingerprint() == world().fingerprint()
    path, shares = "customers.segments.families.shares", {"Harbour": 1.0, "Mill": 2.0}
    one = world().replace(path, shares)
    other = world().replace(path, dict(reversed(shares.items())))
    assert one == other
    assert one.fingerprint() == other.fingerprint()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("title", "Other"),
        ("firms.Mill.unit_cost", 0.8000000001),
        ("designs.points.programme.points.reward", 4),
        ("behaviour.price.enabled", False),
    ],
)
def test_any_difference_shows_in_the_fingerprint(path: str, value: Any) -> None:
    assert world().replace(path, value).fingerprint() != world().fingerprint()


def test_another_reference_design_is_another_scenario() -> None:
    turned = world(designs=dict(reversed(plain()["designs"].items())))
    assert turned.design_names == ("points", "none")
    assert turned != world()
    assert turned.fingerprint() != world().fingerprint()
