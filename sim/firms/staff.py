"""The staff of a firm: how many there are, how they feel, what they can, how busy they are, and what they cost.

People are counted in fractions, as means are: half an employee is one who works half-time. A week that is closed is
felt by customers in the next one. The firm knows its people and its sales, never a customer's mind.
"""

from __future__ import annotations

from collections import deque
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from sim.rules import staffing as rules
from sim.rules.staffing import Staffing
from sim.scenario import Staff

if TYPE_CHECKING:
    import pandas as pd

MOST_TENURE = 520.0
"""Weeks of service at the start where nobody ever quits."""


class StaffWeek(NamedTuple):
    """A week of the staff: state at its end, and what it cost in cents."""

    people: float = 0.0
    morale: float = float("nan")
    """0 to 100"""
    skill: float = float("nan")
    """1 is usual"""
    tenure: float = float("nan")
    """mean weeks of service"""
    load: float = float("nan")
    """purchases over what can be served at full pace"""
    quits: float = 0.0
    hires: float = 0.0
    laid_off: float = 0.0
    wages: int = 0
    training: int = 0
    hiring: int = 0
    severance: int = 0

    @property
    def cost(self) -> int:
        """All of it, in cents."""
        return self.wages + self.training + self.hiring + self.severance


NOBODY = StaffWeek()
"""A week of a firm whose staff the scenario does not describe."""


class StaffRoom:
    """State of the staff of one firm. Without a plan there is none, and nothing acts."""

    def __init__(self, rule: Staffing) -> None:
        self._rule = rule
        self._first: Staff | None = None
        self._employees = 0.0
        self._kept = 1.0
        self._sold: deque[float] = deque(maxlen=52)
        self._seen: list[float] = []
        self._pace = inf
        self._usual_strain = self._strain = 0.0
        self._usual_mood = self._mood = 0.0
        self._usual_mastery = self._mastery = 1.0
        self._tenure = 0.0
        self._people = 0.0
        self.weeks: list[StaffWeek] = []
        """all weeks closed so far"""

    # --- what it is ----------------------------------------------------------------------------------------

    @property
    def people(self) -> float:
        """Employees on hand."""
        return self._people

    @property
    def morale(self) -> float:
        """Morale, 0 to 100; NaN without staff."""
        return rules.morale(self._mood) if self._first else float("nan")

    @property
    def skill(self) -> float:
        """Mean mastery over that of the start; NaN without staff."""
        return self._mastery / self._usual_mastery if self._first else float("nan")

    @property
    def tenure(self) -> float:
        """Mean weeks of service; NaN without staff."""
        return self._tenure if self._first else float("nan")

    @property
    def load(self) -> float:
        """Purchases of the last week over what people can serve at full pace; NaN without staff."""
        return float(self._strain**0.5) if self._first else float("nan")

    @property
    def last(self) -> StaffWeek:
        """The week closed last."""
        return self.weeks[-1] if self.weeks else NOBODY

    # --- what customers meet -------------------------------------------------------------------------------

    @property
    def quality_shift(self) -> float:
        """Index points on the quality as planned, 0 at the start."""
        if self._first is None:
            return 0.0
        better = rules.morale(self._mood) - rules.morale(self._usual_mood)
        return rules.quality_shift(better, self.skill, self._strain - self._usual_strain, self._rule)

    @property
    def failure_factor(self) -> float:
        """Factor on the failure rate as planned, 1 at the start."""
        if self._first is None:
            return 1.0
        return rules.failure_factor(self.skill, self._strain - self._usual_strain, self._rule)

    @property
    def answer_factor(self) -> float:
        """Factor on the complaints that the desk can answer, 1 at the start."""
        return (
            1.0 if self._first is None else rules.answer_factor(self._strain - self._usual_strain, self._rule)
        )

    # --- the week ------------------------------------------------------------------------------------------

    def start(self, plan: Staff, purchases: float, customers: int) -> None:
        """Begin at the steady state of a plan. purchases: of a usual week; customers: of the market."""
        self._first, self._employees, self._kept = plan, plan.employees, 1.0
        self._people = plan.employees * customers / 1000.0
        self._mood = self._usual_mood = self._wanted_mood(plan, rules.strain(1.0))
        quits = rules.quit_chance(plan.quit_rate, self._mood, self._mood, self._rule)
        self._mastery = self._usual_mastery = rules.steady_mastery(quits, self._taught(plan), self._rule)
        self._tenure = min(MOST_TENURE, (1.0 - quits) / quits) if quits > 0.0 else MOST_TENURE
        self._seen = []
        self._settle([purchases / self._people if self._people > 0.0 else 0.0])
        self._strain = self._usual_strain

    def lay_off(self, share: float) -> None:
        """Plan with this share of people less; they go when the week is closed. 0 <= share <= 1.

        The firm does not hire them again until its plan names more employees than before; a plan with fewer lays off
        only who is still too many.
        """
        self._kept *= 1.0 - share

    def week(self, plan: Staff | None, purchases: float, customers: int, watching: bool = False) -> None:
        """Close a week. purchases: of the firm; customers: of the market.

        watching: the week is one of those that say what load is usual (the burn-in). A plan where there was none
        starts from its own steady state at the mean sales of the last year; no plan ends the staff, unpaid.
        """
        self._sold.append(purchases)
        if plan is None:
            self._first, self._people = None, 0.0
            self.weeks.append(NOBODY)
            return
        if self._first is None:
            self.start(plan, sum(self._sold) / len(self._sold), customers)
        if plan.employees != self._employees:
            more = plan.employees > self._employees
            self._kept = 1.0 if more else min(1.0, self._kept * self._employees / plan.employees)
            self._employees = plan.employees
        wanted = plan.employees * customers / 1000.0 * self._kept
        laid_off = self._lay_off_beyond(wanted)
        working = self._people
        self._serve(purchases, watching)
        self._mood = rules.next_mood(self._mood, self._wanted_mood(plan, self._strain), self._rule)
        quits, hires = self._turn_over(plan, wanted)
        self.weeks.append(
            StaffWeek(
                self._people,
                self.morale,
                self.skill,
                self._tenure,
                self.load,
                quits,
                hires,
                laid_off,
                wages=round(100.0 * working * plan.wage),
                training=round(100.0 * working * plan.training),
                hiring=round(100.0 * hires * plan.hire_cost),
                severance=round(100.0 * laid_off * plan.severance),
            )
        )

    def table(self) -> pd.DataFrame:
        """A row a week: people, morale, skill, tenure, load, quits, hires, laid_off; costs in currency."""
        import pandas as pd

        frame = pd.DataFrame(self.weeks, columns=list(StaffWeek._fields))
        money = ["wages", "training", "hiring", "severance"]
        frame[money] = frame[money] / 100.0
        return frame

    def _taught(self, plan: Staff) -> float:
        return rules.taught(plan.training, plan.market_wage, self._rule)

    def _wanted_mood(self, plan: Staff, strain: float) -> float:
        pay = plan.wage / plan.market_wage
        return rules.wanted_mood(pay, self._taught(plan), plan.empowerment, strain, self._rule)

    def _lay_off_beyond(self, wanted: float) -> float:
        """Lay off whoever is not wanted; returns how many."""
        laid_off = max(0.0, self._people - wanted)
        if laid_off > 0.0:
            self._mood = rules.shocked(self._mood, laid_off / self._people, self._rule)
            self._people = wanted
        return laid_off

    def _serve(self, purchases: float, watching: bool) -> None:
        hands = self._people * self.skill
        if watching and hands > 0.0:
            self._seen.append(purchases / hands)
            self._settle(self._seen)
        self._strain = rules.strain(rules.load(purchases, self._people, self._pace, self.skill))

    def _settle(self, per_hand: list[float]) -> None:
        """Take these purchases per employee of usual skill for what is usual, from week to week."""
        first = self._first
        assert first is not None
        mean = sum(per_hand) / len(per_hand)
        # Who has never sold anything does not know what is much.
        self._pace = first.pace or mean or inf
        strains = [rules.strain(rules.load(each, 1.0, self._pace, 1.0)) for each in per_hand]
        self._usual_strain = sum(strains) / len(strains)
        before, self._usual_mood = self._usual_mood, self._wanted_mood(first, self._usual_strain)
        # What was taken for usual was not: nothing has happened to anybody.
        self._mood += self._usual_mood - before

    def _turn_over(self, plan: Staff, wanted: float) -> tuple[float, float]:
        """People quit, stay, learn and are hired; returns how many quit and how many start."""
        foreseen = rules.quit_chance(plan.quit_rate, self._usual_mood, self._usual_mood, self._rule)
        chance = rules.quit_chance(plan.quit_rate, self._mood, self._usual_mood, self._rule)
        quits = self._people * chance
        stay = self._people - quits
        hires = rules.hires(max(0.0, wanted - stay), foreseen * wanted, self._rule)
        learnt = rules.next_mastery(self._mastery, self._taught(plan), self._rule)
        self._people = stay + hires
        if self._people > 0.0:
            self._mastery = (stay * learnt + hires * self._rule.novice) / self._people
            self._tenure = stay * (self._tenure + 1.0) / self._people
        return quits, hires
