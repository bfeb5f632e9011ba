"""What a file may say of staff, improvement and lay-offs."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sim.scenario import Improvement, LayOff, Scenario, ScenarioError, Staff
from tests.scenario.worlds import plain, world

STAFF = {"employees": 5, "wage": 500}
LAY_OFF = {"kind": "lay_off", "firm": "Harbour", "week": 60, "share": 0.1}


def staffed(**changes: Any) -> Scenario:
    """The two grocers, the first with staff."""
    firms = plain()["firms"]
    firms[0]["staff"] = STAFF
    return world(**{"firms": firms, **changes})


def test_a_firm_has_no_staff_and_no_improvement_unless_it_says_so() -> None:
    harbour = world().firm("Harbour")
    assert harbour.staff is None
    assert harbour.quality.improvement is None


def test_others_pay_what_the_firm_pays_unless_the_file_says_otherwise() -> None:
    assert Staff.model_validate(STAFF).market_wage == 500
    assert Staff.model_validate(STAFF | {"market_wage": 450}).market_wage == 450


def test_a_rise_of_pay_leaves_what_others_pay() -> None:
    patch = {"none": {}, "paid": {"staff": {"wage": 600}}}
    paid = staffed(designs=patch).with_design("paid").staff
    assert paid is not None
    assert (paid.wage, paid.market_wage, paid.employees) == (600, 500, 5)


@pytest.mark.parametrize(
    ("field", "value"),
    [("employees", 0), ("wage", 0), ("pace", 0), ("training", -1), ("empowerment", 1.1), ("quit_rate", -0.1)],
)
def test_staff_that_cannot_be_is_refused(field: str, value: float) -> None:
    with pytest.raises(ValidationError, match=field):
        Staff.model_validate(STAFF | {field: value})


@pytest.mark.parametrize(("field", "value"), [("budget", -1), ("keep", 1.0)])
def test_improvement_that_cannot_be_is_refused(field: str, value: float) -> None:
    with pytest.raises(ValidationError, match=field):
        Improvement.model_validate({"budget": 10} | {field: value})


@pytest.mark.parametrize("share", [0, 1, 1.5])
def test_neither_nobody_nor_everybody_is_laid_off(share: float) -> None:
    with pytest.raises(ValidationError, match="share"):
        LayOff.model_validate(LAY_OFF | {"share": share})


def test_a_lay_off_is_read_and_written_again() -> None:
    one = staffed(events=[LAY_OFF])
    assert one.events == (LayOff(kind="lay_off", firm="Harbour", week=60, share=0.1),)
    assert Scenario.model_validate(one.model_dump()) == one


def test_who_has_no_staff_can_lay_off_nobody() -> None:
    with pytest.raises(ValidationError, match="'Mill' has no staff to lay off"):
        staffed(events=[LAY_OFF | {"firm": "Mill"}])
    with pytest.raises(ScenarioError, match="no staff to lay off"):
        staffed(events=[LAY_OFF]).replace("firms.Harbour.staff", None)


def test_staff_that_comes_by_a_design_or_a_change_may_be_laid_off() -> None:
    change = {"kind": "change", "firm": "Mill", "week": 55, "patch": {"staff": STAFF}}
    assert len(world(events=[change, LAY_OFF | {"firm": "Mill"}]).events) == 2
    assert len(world(designs={"staffed": {"staff": STAFF}}, events=[LAY_OFF]).events) == 1


def test_a_lay_off_of_an_unknown_firm_is_named() -> None:
    with pytest.raises(ValidationError, match="no firm is called 'Harbor'"):
        staffed(events=[LAY_OFF | {"firm": "Harbor"}])
