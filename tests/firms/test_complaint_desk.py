"""The complaint desk: hands, queue and lessons of one firm."""

from __future__ import annotations

import pytest

from sim.firms.complaint_desk import STAFF_ONLY, ComplaintDesk
from sim.rules.learning import Learning
from sim.scenario import ComplaintDesk as DeskPlan

NUMBERS = Learning(half_life=52.0, effect=4.0).numbers()
PLAN = DeskPlan(channels=4, capacity=5.0, acted_on=0.5)


def queued(waiting: int, plan: DeskPlan | None = PLAN) -> ComplaintDesk:
    desk = ComplaintDesk(NUMBERS)
    desk.close_week(plan, 0, waiting, 100)
    return desk


@pytest.mark.parametrize(
    ("waiting", "customers", "chance"), [(0, 2000, 1), (10, 2000, 1), (20, 2000, 0.5), (20, 400, 0.1)]
)
def test_each_complaint_has_the_same_chance_capacity_over_the_queue(
    waiting: int, customers: int, chance: float
) -> None:
    """Capacity is per 1000 customers of the market: 5 are 10 answers a week for 2000."""
    assert queued(waiting).answer_chance(PLAN, customers) == pytest.approx(chance)


def test_without_a_desk_nobody_answers_and_customers_find_the_staff_alone() -> None:
    desk = queued(20, None)
    assert desk.answer_chance(None, 2000) == 0
    assert desk.channels(None) == STAFF_ONLY == 1
    assert desk.channels(PLAN) == 4


def test_a_desk_that_acts_on_complaints_fails_less_often_and_one_that_does_not_fails_as_before() -> None:
    acting, idle = ComplaintDesk(NUMBERS), ComplaintDesk(NUMBERS)
    assert acting.failure_factor == 1
    for _ in range(10):
        acting.close_week(PLAN, 4, 0, 100)
        idle.close_week(None, 4, 0, 100)
    assert idle.failure_factor == 1
    assert 0 < acting.failure_factor < 1
    before = acting.failure_factor
    for _ in range(52):
        acting.close_week(PLAN, 0, 0, 100)
    assert before < acting.failure_factor < 1, "lessons are forgotten"


def test_a_week_without_sales_closes() -> None:
    desk = ComplaintDesk(NUMBERS)
    desk.close_week(PLAN, 0, 3, 0)
    assert (desk.waiting, desk.failure_factor) == (3, 1)
