"""Service policies: what firms do when surveys, load or takings say so."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.firms import serving
from sim.firms.policies import policies_of
from sim.firms.serving import LEVERS, value_at
from sim.scenario import Firm
from sim.scenario.firm import Quality
from sim.scenario.part import Part
from tests.firms.street import firm, views

DESK = {"complaint_desk": {"capacity": 5.0}}


class Staff(Part):
    employees: float = 10.0
    training: float = 2.0


class Improvement(Part):
    budget: float = 100.0


class BetterQuality(Quality):
    improvement: Improvement | None = Improvement()


class Employer(Firm):
    """A firm with people and a budget for improvement."""

    staff: Staff | None = Staff()
    quality: BetterQuality = BetterQuality()


@pytest.fixture
def employer(monkeypatch: pytest.MonkeyPatch) -> Firm:
    """A firm with people, whatever those of the scenario have."""
    monkeypatch.setattr(
        serving, "changed", lambda plan, patch: Employer.model_validate(merge(plan.model_dump(), patch))
    )
    return Employer.model_validate({"name": "Harbour", "share": 1, "unit_cost": 0.6, **DESK})


def merge(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    return under | {k: merge(under[k], v) if isinstance(v, dict) else v for k, v in over.items()}


def followed(plan: Firm, policy: dict[str, Any], weeks: int, figures: Any) -> list[Firm]:
    """What a firm with this policy does, week by week."""
    (acts,) = policies_of(firm("Harbour", policy))
    return [acts.plan(view, plan) for view in views(plan, weeks, figures)]


def answer(**more: Any) -> dict[str, Any]:
    return {"kind": "answer_surveys", "below": 70, "every": 4, "most": 3, **more}


def poor(week: int) -> dict[str, float]:
    return {"surveyed": 60.0} if week % 4 == 1 else {}


def test_a_poor_survey_makes_a_firm_do_more_step_by_step_to_a_limit() -> None:
    plans = followed(firm(), answer(quality=2.0, cost=50.0), 20, poor)
    assert [plan.quality.level - 75 for plan in plans] == [0] * 4 + [2] * 4 + [4] * 4 + [6] * 8
    assert [plan.fixed_cost for plan in plans] == [0] * 4 + [50] * 4 + [100] * 4 + [150] * 8


def test_a_good_survey_changes_nothing_and_a_plan_without_surveys_neither() -> None:
    plan = firm()
    for figures in (lambda week: {"surveyed": 70.0}, None):
        assert all(each is plan for each in followed(plan, answer(quality=2.0), 12, figures))


def test_what_was_begun_is_kept_up_when_surveys_get_better() -> None:
    plans = followed(firm(), answer(quality=2.0), 16, lambda week: {"surveyed": 60.0 if week < 4 else 90.0})
    assert [plan.quality.level for plan in plans][-1] == 77


def test_surveys_before_the_last_look_are_not_counted_again() -> None:
    plans = followed(firm(), answer(quality=2.0), 16, lambda week: {"surveyed": 10.0} if week == 0 else {})
    assert [plan.quality.level for plan in plans][-1] == 77


def test_a_bound_of_the_scenario_is_never_passed() -> None:
    assert followed(firm(), answer(quality=40.0), 16, poor)[-1].quality.level == 100


def test_a_survey_can_be_answered_at_the_desk_and_by_teaching_and_improving(employer: Firm) -> None:
    plan = followed(employer, answer(desk=3.0, training=0.5, improvement=40.0), 16, poor)[-1]
    assert {lever: value_at(plan, place) for lever, place in LEVERS.items()} == {
        "desk": 14.0,
        "training": 3.5,
        "improvement": 220.0,
        "quality": 75.0,
        "cost": 0.0,
    }


def people(plans: list[Firm]) -> list[float]:
    return [getattr(plan, "staff").employees for plan in plans]  # noqa: B009  (until all firms have it)


def staffing(**more: Any) -> dict[str, Any]:
    return {"kind": "staffing", "target_load": 0.8, "every": 4, "most_change": 0.1, **more}


def test_a_firm_hires_for_the_load_of_the_last_weeks(employer: Firm) -> None:
    plans = followed(employer, staffing(), 5, lambda week: {"load": [0.9, 0.8, 0.84, 0.82][week % 4]})
    assert people(plans) == pytest.approx([10] * 4 + [10 * 0.84 / 0.8])


def test_no_more_people_come_or_go_at_once_than_the_firm_can_bear(employer: Firm) -> None:
    busy, idle = (
        followed(employer, staffing(), 9, lambda week, load=load: {"load": load}) for load in (2, 0)
    )
    assert people(busy) == pytest.approx([10] * 4 + [11] * 4 + [12.1])
    assert people(idle) == pytest.approx([10] * 4 + [9] * 4 + [8.1])


def test_staff_settle_where_the_load_is_wanted(employer: Firm) -> None:
    """Work for 15 people at 80 % of their time; the load follows from the people there are."""
    (acts,) = policies_of(firm("Harbour", staffing(every=2)))
    loads: list[float] = []
    for _ in range(60):
        view = views(employer, len(loads) + 1, lambda week: {"load": [*loads, 0.0][week]})[-1]
        loads.append(12.0 / people([acts.plan(view, employer)])[0])
    assert loads[0] == 1.2
    assert loads[-1] == pytest.approx(0.8)


def test_who_does_not_know_the_load_keeps_its_people(employer: Firm) -> None:
    assert all(plan is employer for plan in followed(employer, staffing(), 12, None))


def lay_off(**more: Any) -> dict[str, Any]:
    return {"kind": "lay_off", "sales_below": 0.9, "weeks": 4, "share": 0.2, "again_after": 26, **more}


def recession(week: int) -> dict[str, float]:
    return {"revenue": 1000.0 if week < 60 else 800.0}


def test_in_a_recession_people_are_laid_off_some_weeks_after_takings_fall(employer: Firm) -> None:
    """Takings 20 % lower are 10 % lower over four weeks once two of them have passed, and lower yet after three."""
    plans = followed(employer, lay_off(), 120, recession)
    assert people(plans) == pytest.approx([10] * 63 + [8] * 26 + [6.4] * 26 + [6.4] * 5)


def test_nobody_is_laid_off_for_the_season(employer: Firm) -> None:
    def season(week: int) -> dict[str, float]:
        return {"revenue": 1000 + 400 * math.sin(2 * math.pi * week / 52)}

    assert all(plan is employer for plan in followed(employer, lay_off(), 200, season))


def test_nobody_is_laid_off_before_there_is_a_year_to_compare_with(employer: Firm) -> None:
    def falling(week: int) -> dict[str, float]:
        return {"revenue": 1000 * 0.97**week}

    plans = followed(employer, lay_off(), 60, falling)
    assert people(plans)[:56] == [10.0] * 56
    assert people(plans)[56] == 8.0


def test_a_firm_without_people_lays_nobody_off() -> None:
    plan = firm()
    assert all(each is plan for each in followed(plan, lay_off(), 100, recession))
