"""All crises of a market: each begins in its week, and is answered as the firm at fault then plans to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.population.crisis import CrisisCourse, CrisisWeek
from sim.population.population import Population
from sim.rules import BehaviourNumbers
from sim.rules.crisis import CrisisNumbers
from sim.scenario.crisis import Crisis
from sim.scenario.firm import Firm


class Crises:
    """The crises of a market; `week` is called once a week, before the pass."""

    def __init__(
        self, crises: Sequence[Crisis], *, firms: Sequence[str], numbers: CrisisNumbers, lapse_weeks: int
    ) -> None:
        """firms: their names in the order of the scenario. Crises are numbered by their week."""
        self.crises = sorted(crises, key=lambda one: one.week)
        self.firms, self.numbers, self.lapse_weeks = tuple(firms), numbers, lapse_weeks
        self.courses: list[CrisisCourse] = []

    def week(
        self,
        week: int,
        population: Population,
        rules: BehaviourNumbers,
        *,
        plans: Sequence[Firm],
        programme_of: Sequence[int] | np.ndarray[tuple[int], np.dtype[np.int32]],
    ) -> list[CrisisWeek]:
        """Live a week of all that run. plans: what each firm does this week; programme_of: in force there, or -1.

        A firm answers as its plan says in the first week of the crisis, whatever it plans later.
        """
        for number, event in enumerate(self.crises):
            if event.week == week:
                firm = self.firms.index(event.firm)
                course = CrisisCourse(
                    event,
                    number=number,
                    firm=firm,
                    response=plans[firm].crisis_plan,
                    numbers=self.numbers,
                    lapse_weeks=self.lapse_weeks,
                )
                self.courses.append(course)
        weeks = []
        for course in self.courses:
            desk = plans[course.firm].complaint_desk
            weeks.append(
                course.week(
                    week,
                    population,
                    rules,
                    channels=desk.channels if desk else 0,
                    programme=int(programme_of[course.firm]),
                )
            )
        return weeks

    def closed(self, week: int, firm: int) -> bool:
        """Whether a firm (its number) is off the shelf in this week, for a recall; ask after `week`."""
        return any(course.firm == firm and course.closed(week) for course in self.courses)
