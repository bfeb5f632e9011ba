"""The staff of a firm: who comes and goes, how they feel, what they can, and what they cost."""

from __future__ import annotations

from math import isnan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.firms.ledger import Account
from sim.firms.staff import MOST_TENURE, NOBODY, StaffRoom
from sim.market import Market
from sim.rules.staffing import Staffing
from sim.scenario import Staff
from tests.worlds import duel

CUSTOMERS = 2000
USUAL = 500.0
"""Purchases of a usual week."""
PLAN = Staff(
    employees=5.0,
    wage=500.0,
    training=5.0,
    quit_rate=0.4,
    hire_cost=800.0,
    severance=3000.0,
    market_wage=500.0,
)
RULE = Staffing()


def plan(**changes: Any) -> Staff:
    return PLAN.model_copy(update=changes)


def room(first: Staff = PLAN, rule: Staffing = RULE) -> StaffRoom:
    started = StaffRoom(rule)
    started.start(first, USUAL, CUSTOMERS)
    return started


def lived(weeks: int, first: Staff = PLAN, then: Staff | None = None, purchases: float = USUAL) -> StaffRoom:
    """A room of staff that started by one plan and lived so many weeks by another."""
    staff = room(first)
    for _ in range(weeks):
        staff.week(then or first, purchases, CUSTOMERS)
    return staff


@st.composite
def plans(draw: st.DrawFn) -> Staff:
    """Any plan a file may hold, with some that are extreme."""

    def real(low: float, high: float) -> float:
        return draw(st.floats(low, high, allow_nan=False))

    return Staff(
        employees=real(0.001, 1e4),
        pace=draw(st.none() | st.floats(0.01, 1e4)),
        wage=real(0.01, 1e5),
        market_wage=real(0.01, 1e5),
        training=real(0, 1e4),
        empowerment=real(0, 1),
        quit_rate=real(0, 10),
        hire_cost=real(0, 1e5),
        severance=real(0, 1e5),
    )


WEEKS = st.lists(
    st.tuples(st.none() | plans(), st.floats(0, 1e7), st.none() | st.floats(0.01, 0.99), st.booleans()),
    max_size=15,
)


# --- invariants -------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=100, derandomize=True)
@given(plans(), WEEKS, st.integers(1, 10_000))
def test_people_are_never_negative_and_morale_stays_within_0_and_100(
    first: Staff, weeks: Any, customers: int
) -> None:
    staff = StaffRoom(RULE)
    staff.start(first, 10.0, customers)
    for now, purchases, laid_off, watching in weeks:
        if laid_off is not None:
            staff.lay_off(laid_off)
        staff.week(now, purchases, customers, watching)
        assert staff.people >= 0
        if now is None:
            continue
        assert staff.people <= now.employees * customers / 1000 * (1 + 1e-9)
        assert 0 <= staff.morale <= 100
        assert staff.skill > 0
        assert 0 <= staff.load <= 2
        assert staff.tenure >= 0
        assert -100 < staff.quality_shift < 100
        assert 0 < staff.failure_factor < 1e3
        assert 0 < staff.answer_factor < 1e3


@settings(deadline=None, max_examples=100, derandomize=True)
@given(plans(), WEEKS)
def test_those_who_are_there_are_those_who_were_there_less_who_left_and_who_came(
    first: Staff, weeks: Any
) -> None:
    staff = StaffRoom(RULE)
    staff.start(first, 10.0, 1000)
    for now, purchases, laid_off, _ in weeks:
        if laid_off is not None:
            staff.lay_off(laid_off)
        there = staff.people
        started = now is not None and isnan(staff.morale)
        staff.week(now, purchases, 1000)
        if now is not None and not started:
            w = staff.last
            assert w.people == pytest.approx(there - w.laid_off - w.quits + w.hires, abs=1e-9)
            assert min(w.quits, w.hires, w.laid_off) >= 0


@settings(deadline=None, max_examples=100, derandomize=True)
@given(plans(), WEEKS)
def test_the_cost_of_a_week_is_the_sum_of_its_parts_to_the_cent(first: Staff, weeks: Any) -> None:
    staff = StaffRoom(RULE)
    staff.start(first, 10.0, 1000)
    for now, purchases, _, _ in weeks:
        staff.week(now, purchases, 1000)
        w = staff.last
        parts = (w.wages, w.training, w.hiring, w.severance)
        assert all(type(part) is int and part >= 0 for part in parts)
        assert w.cost == sum(parts)
        if now is None:
            assert w.cost == 0
        else:
            working = w.people - w.hires + w.quits
            assert w.wages == pytest.approx(100 * working * now.wage, abs=0.51, rel=1e-9)
            assert w.severance == pytest.approx(100 * w.laid_off * now.severance, abs=0.51, rel=1e-9)


@settings(deadline=None, max_examples=25, derandomize=True)
@given(plans(), st.floats(0, 1e6), st.booleans())
def test_a_firm_that_goes_on_as_it_did_changes_nothing_for_500_weeks(
    first: Staff, purchases: float, watching: bool
) -> None:
    staff = StaffRoom(RULE)
    staff.start(first, purchases, 1000)
    for week in range(500):
        staff.week(first, purchases, 1000, watching and week < 52)
    assert staff.people == pytest.approx(first.employees)
    assert staff.quality_shift == pytest.approx(0, abs=1e-6)
    assert staff.failure_factor == pytest.approx(1, abs=1e-6)
    assert staff.answer_factor == pytest.approx(1, abs=1e-6)


# --- pay, training, trust ---------------------------------------------------------------------------------


def test_more_pay_lifts_morale_and_quality_and_keeps_people() -> None:
    usual, better = lived(104), lived(104, then=plan(wage=600.0))
    assert better.morale > usual.morale + 3
    assert better.quality_shift > 0.5
    assert better.last.quits < usual.last.quits
    assert better.tenure > usual.tenure


def test_less_pay_than_others_does_the_contrary() -> None:
    assert lived(104, then=plan(market_wage=600.0)).quality_shift < -0.5


def test_training_makes_skill_and_fewer_failures_and_takes_time() -> None:
    soon, late = (lived(weeks, then=plan(training=25.0)) for weeks in (2, 104))
    assert 1 < soon.skill < late.skill
    assert 1 > soon.failure_factor > late.failure_factor
    assert 0 < soon.quality_shift < late.quality_shift
    assert lived(104, then=plan(training=0.0)).failure_factor > 1


def test_trust_lifts_morale() -> None:
    assert lived(52, then=plan(empowerment=1.0)).morale > lived(52).morale


# --- load -------------------------------------------------------------------------------------------------


def test_more_work_for_the_same_people_lowers_quality_morale_and_the_desk_and_makes_failures() -> None:
    busy, usual, idle = (lived(26, purchases=USUAL * share) for share in (1.3, 1.0, 0.7))
    assert busy.load > usual.load > idle.load
    assert busy.quality_shift < -1 < usual.quality_shift + 1e-9 < 1 < idle.quality_shift
    assert busy.morale < usual.morale < idle.morale
    assert busy.failure_factor > 1 > idle.failure_factor
    assert busy.answer_factor < 1 < idle.answer_factor


def test_without_a_pace_the_usual_load_is_one_and_with_it_what_it_is() -> None:
    assert lived(1).load == pytest.approx(1)
    assert lived(1, first=plan(pace=100.0)).load == pytest.approx(0.5)


def test_a_firm_that_sells_nothing_has_nothing_to_do() -> None:
    staff = StaffRoom(RULE)
    staff.start(PLAN, 0.0, CUSTOMERS)
    for _ in range(10):
        staff.week(PLAN, 0.0, CUSTOMERS)
    assert (staff.load, staff.failure_factor) == (0, 1)
    assert lived(10, purchases=0.0).load == 0


def test_what_is_usual_is_learnt_in_the_weeks_that_are_watched() -> None:
    watched, unwatched = room(), room()
    for week in range(60):
        purchases = 0.6 * USUAL if week % 2 else 0.4 * USUAL
        watched.week(PLAN, purchases, CUSTOMERS, watching=week < 52)
        unwatched.week(PLAN, purchases, CUSTOMERS)
    after = watched.weeks[52:]
    assert sum(w.load for w in after) / len(after) == pytest.approx(1, abs=0.02)
    assert abs(watched.morale - room().morale) < 1
    assert unwatched.load < 0.7


# --- coming and going -------------------------------------------------------------------------------------


def test_a_lay_off_shocks_those_who_stay_who_get_over_it() -> None:
    staff = room()
    usual = staff.morale
    staff.week(plan(employees=4.5), 0.9 * USUAL, CUSTOMERS)
    assert staff.last.laid_off == pytest.approx(1.0)
    assert staff.last.severance == 300_000
    at_once, quits = staff.morale, staff.last.quits
    assert at_once < usual - 5
    assert quits / 9 > 1.2 * lived(1).last.quits / 10
    for _ in range(150):
        staff.week(plan(employees=4.5), 0.9 * USUAL, CUSTOMERS)
        assert staff.last.laid_off == pytest.approx(0)
    assert staff.morale == pytest.approx(usual, abs=0.5)


def test_the_larger_the_lay_off_the_worse_the_shock() -> None:
    morales = [lived(1, then=plan(employees=e)).morale for e in (5.0, 4.5, 4.0, 3.0)]
    assert morales == sorted(morales, reverse=True)


def test_a_lay_off_by_share_lasts_until_the_plan_names_another_number() -> None:
    staff = room()
    staff.lay_off(0.2)
    for _ in range(30):
        staff.week(PLAN, USUAL, CUSTOMERS)
    assert sum(w.laid_off for w in staff.weeks) == pytest.approx(2.0)
    assert staff.people == pytest.approx(8.0, rel=0.03)
    for _ in range(100):
        staff.week(plan(employees=6.0), USUAL, CUSTOMERS)
    assert staff.people == pytest.approx(12.0, rel=0.01)


def test_hiring_takes_weeks_and_newcomers_know_less() -> None:
    staff = room()
    staff.week(plan(employees=7.0), USUAL, CUSTOMERS)
    assert 10 < staff.people < 11
    assert staff.last.hiring == round(100 * staff.last.hires * 800)
    for _ in range(8):
        staff.week(plan(employees=7.0), USUAL, CUSTOMERS)
    assert 12.5 < staff.people < 14
    assert staff.skill < 0.97
    assert staff.tenure < room().tenure
    for _ in range(150):
        staff.week(plan(employees=7.0), USUAL, CUSTOMERS)
    assert staff.people == pytest.approx(14, rel=0.01)
    assert staff.skill == pytest.approx(1, abs=0.02)


def test_where_nobody_quits_everybody_has_been_there_long() -> None:
    assert room(plan(quit_rate=0.0)).tenure == MOST_TENURE


def test_without_a_plan_there_is_no_staff_and_with_one_it_begins_at_its_own_steady_state() -> None:
    staff = StaffRoom(RULE)
    staff.week(None, USUAL, CUSTOMERS)
    assert (staff.last, staff.people) == (NOBODY, 0)
    assert isnan(staff.load)
    assert (staff.quality_shift, staff.failure_factor, staff.answer_factor) == (0, 1, 1)
    staff.week(PLAN, USUAL, CUSTOMERS)
    assert staff.people == pytest.approx(10)
    assert staff.quality_shift == pytest.approx(0)


def test_with_the_mechanism_off_people_are_paid_and_change_nothing() -> None:
    staff = room(rule=Staffing(enabled=False))
    staff.week(plan(employees=2.0, wage=300.0), 2 * USUAL, CUSTOMERS)
    assert staff.last.wages == 4 * 300 * 100
    assert (staff.quality_shift, staff.failure_factor, staff.answer_factor) == (0, 1, 1)


def test_the_table_has_a_row_a_week_in_currency() -> None:
    table = lived(3).table()
    assert len(table) == 3
    assert table["wages"].iloc[0] == pytest.approx(5000, rel=0.01)
    assert {"morale", "skill", "load", "laid_off"} <= set(table.columns)


# --- in a market ------------------------------------------------------------------------------------------


def test_the_books_hold_what_staff_and_improvement_cost() -> None:
    world = duel(
        {"none": {}},
        customers=200,
        weeks=12,
        burn_in=4,
        firm={"staff": PLAN.model_dump(), "quality": {"improvement": {"budget": 7.25}}},
        events=[{"kind": "lay_off", "firm": "Harbour", "week": 6, "share": 0.5}],
    )
    market = Market(world, design="none").run()
    for firm in market.firms:
        assert firm.ledger.balance(Account.STAFF) == sum(w.cost for w in firm.staff.weeks) > 0
        assert firm.ledger.balance(Account.IMPROVEMENT) == 12 * 725
        assert firm.ledger.imbalance == 0
    harbour, mill = (firm.staff for firm in market.firms)
    assert [w.laid_off > 0 for w in harbour.weeks] == [week == 6 for week in range(12)]
    assert not any(w.laid_off for w in mill.weeks)


def test_a_market_without_staff_pays_none() -> None:
    market = Market(duel({"none": {}}, customers=50, weeks=6, burn_in=2), design="none").run()
    assert all(firm.ledger.balance(Account.STAFF) == 0 for firm in market.firms)
    assert all(isnan(firm.staff.load) for firm in market.firms)
