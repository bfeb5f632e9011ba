"""Service policies. The plans that they act by, with units and bounds: sim/scenario/policies/serving.py."""

from __future__ import annotations

import math
from typing import Any

from sim.firms.policy import Policy, changed
from sim.firms.view import YEAR, View
from sim.scenario import Firm
from sim.scenario.fields import bounds_of, field_at
from sim.scenario.findings import peek
from sim.scenario.policies import AnswerSurveysPlan, LayOffPlan, StaffingPlan

LEVERS = {
    "training": ("staff", "training"),
    "improvement": ("quality", "improvement", "budget"),
    "quality": ("quality", "level"),
    "desk": ("complaint_desk", "capacity"),
    "cost": ("fixed_cost",),
}
"""Where in the plan of a firm a step of `AnswerSurveys` acts."""
EMPLOYEES = ("staff", "employees")
FEWEST = 0.01
"""Least share of its people that a firm keeps."""


class AnswerSurveys(Policy):
    """plan + steps x levers; a step more each time that the mean of the surveys since the last look is below."""

    def __init__(self, plan: AnswerSurveysPlan) -> None:
        self._plan = plan
        self._steps = 0

    def plan(self, view: View, plan: Firm) -> Firm:
        """The plan with what has been done by now."""
        mine = self._plan
        if is_due(view, mine.every) and view.mean("surveyed", mine.every) < mine.below:
            self._steps = min(self._steps + 1, mine.most)
        for lever, place in LEVERS.items():
            more = self._steps * getattr(mine, lever)
            value = value_at(plan, place)
            if more and value is not None:
                plan = set_at(plan, place, value + more)
        return plan


class Staffing(Policy):
    """factor x= load / target, within 1 +- most_change, every `every` weeks; employees x factor."""

    def __init__(self, plan: StaffingPlan) -> None:
        self._plan = plan
        self._factor = 1.0

    def plan(self, view: View, plan: Firm) -> Firm:
        """The plan with the people that the work of the last weeks asks for."""
        mine = self._plan
        if is_due(view, mine.every):
            load = view.mean("load", mine.every)
            if not math.isnan(load):
                least, most = 1.0 - mine.most_change, 1.0 + mine.most_change
                self._factor = max(self._factor * min(max(load / mine.target_load, least), most), FEWEST)
        return with_employees(plan, self._factor)


class LayOff(Policy):
    """employees x (1 - share) when the takings of `weeks` weeks fall below `sales_below` x those of a year before.

    Nobody is taken back by this policy; `staffing` after it hires as the load rises.
    """

    def __init__(self, plan: LayOffPlan) -> None:
        self._plan = plan
        self._factor = 1.0
        self._next = 0

    def plan(self, view: View, plan: Firm) -> Firm:
        """The plan with the people who are left."""
        mine = self._plan
        if view.week >= max(self._next, YEAR + mine.weeks):
            before = view.mean("revenue", mine.weeks, ago=YEAR)
            if view.mean("revenue", mine.weeks) < mine.sales_below * before:
                self._factor = max(self._factor * (1.0 - mine.share), FEWEST)
                self._next = view.week + mine.again_after
        return with_employees(plan, self._factor)


def is_due(view: View, every: int) -> bool:
    """Whether this is a week to look at the figures: every so many weeks, not before there are as many."""
    return view.week > 0 and view.week % every == 0


def with_employees(plan: Firm, factor: float) -> Firm:
    """The plan with so many times the people; the same plan where that changes nothing."""
    people = value_at(plan, EMPLOYEES)
    return plan if people is None or factor == 1.0 else set_at(plan, EMPLOYEES, people * factor)


def value_at(plan: Firm, place: tuple[str, ...]) -> float | None:
    """A number in the plan of a firm; None where the firm has no such part."""
    value: Any = plan
    for step in place:
        value = peek(value, step)
    return None if value is None else float(value)


def set_at(plan: Firm, place: tuple[str, ...], value: float) -> Firm:
    """The plan with a number in it changed, at most to the bound of its field."""
    most = bounds_of(field_at(type(plan), place)).get("le", math.inf)
    patch: Any = min(value, most)
    for step in reversed(place):
        patch = {step: patch}
    return changed(plan, patch)
