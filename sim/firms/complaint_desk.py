"""The complaint desk of a firm: how many complaints it can answer, and what the firm learns from them.

Every complaint that waits has the same chance to be answered in a week, capacity / complaints waiting (at most 1):
so when there are more complaints than hands, all wait longer. The desk sees complaints, never minds.
"""

from __future__ import annotations

from sim.arithmetic import F32
from sim.rules.learning import LearningNumbers, failure_factor, next_lessons
from sim.scenario import ComplaintDesk as DeskPlan

STAFF_ONLY = 1.0
"""Channels of a firm without a desk: whoever stands there. Nobody answers."""


class ComplaintDesk:
    """Capacity, queue and lessons of one firm."""

    def __init__(self, numbers: LearningNumbers) -> None:
        self._numbers = numbers
        self._lessons = F32(0.0)
        self.waiting = 0
        """complaints that wait at the end of the week"""

    def channels(self, plan: DeskPlan | None) -> float:
        """Ways to complain that customers find."""
        return plan.channels if plan else STAFF_ONLY

    def answer_chance(self, plan: DeskPlan | None, customers: int, hands: float = 1.0) -> float:
        """Chance that a complaint that waits is answered this week, in a market of so many customers.

        hands: what staff at work leave of the capacity, as a factor.
        """
        if plan is None:
            return 0.0
        capacity = plan.capacity * hands * customers / 1000.0
        return min(1.0, capacity / self.waiting) if self.waiting else 1.0

    @property
    def failure_factor(self) -> float:
        """What the lessons leave of the usual failure rate, 1 at first."""
        return float(failure_factor(self._lessons, self._numbers))

    def close_week(self, plan: DeskPlan | None, complaints: int, waiting: int, purchases: int) -> None:
        """Take in a week: complaints made, complaints waiting at its end, purchases."""
        acted_on = F32(plan.acted_on if plan else 0.0)
        if acted_on or self._lessons:
            self._lessons = next_lessons(
                self._lessons, acted_on, F32(complaints), F32(max(purchases, 1)), self._numbers
            )
        self.waiting = waiting
