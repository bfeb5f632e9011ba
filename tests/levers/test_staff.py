"""The people of a firm, and its care: staffing, pay, training, lay-offs, improvement."""

from __future__ import annotations

from typing import Any

import pytest

from sim.firms.ledger import Account
from sim.measures.tally import Tally
from tests.levers.pairs import DESK, OFF, REPLICATES, counted, gains, lowers, mean_state, pair, raises, run

STAFF = {
    "employees": 5.0,
    "wage": 500.0,
    "training": 5.0,
    "hire_cost": 500.0,
    "severance": 2000.0,
    "quit_rate": 0.4,
}


def staff(**changes: Any) -> dict[str, Any]:
    return {"staff": changes}


STAFFED = pair(
    {
        "none": {},
        "more": staff(employees=6.5),
        "fewer": staff(employees=4.5),
        "paid": staff(wage=650.0),
        "underpaid": staff(wage=400.0),
        "trained": staff(training=25.0),
        "trusted": staff(empowerment=1.0),
        "careful": {"quality": {"improvement": {"budget": 150.0}}},
    },
    weeks=130,
    firm={"staff": STAFF, "quality": {"failure_rate": 0.05}},
)


def morale(design: str, week: int, replicate: int = 0) -> float:
    return run(STAFFED, design, replicate).firms[0].staff.weeks[week].morale


# --- staffing ---------------------------------------------------------------------------------------------


def test_more_staff_under_load_means_fewer_failures_and_more_satisfaction() -> None:
    assert lowers(STAFFED, "failure_rate", "more")
    assert raises(STAFFED, "satisfaction", "more")


def test_a_lay_off_lowers_satisfaction_and_makes_failures() -> None:
    assert lowers(STAFFED, "satisfaction", "fewer")
    assert raises(STAFFED, "failure_rate", "fewer")
    assert lowers(STAFFED, "revenue", "fewer")


def test_a_lay_off_saves_wages_less_severance() -> None:
    for r in REPLICATES:
        kept, cut = (run(STAFFED, d, r).firms[0] for d in ("none", "fewer"))
        saved = kept.ledger.balance(Account.STAFF) - cut.ledger.balance(Account.STAFF)
        assert 0 < saved < 104 * 1.2 * 50_500


def test_newcomers_make_service_worse_before_more_hands_make_it_better() -> None:
    weeks = [run(STAFFED, "more", r).firms[0].staff.weeks for r in REPLICATES]
    assert all(w[32].skill < 0.97 < 0.99 < w[129].skill for w in weeks)


def test_a_scripted_lay_off_lowers_satisfaction_from_its_week_on() -> None:
    fired = STAFFED.replace(
        "events", [{"kind": "lay_off", "firm": "Harbour", "week": 60, "share": 0.1}]
    ).replace("designs", {"none": {}})
    for r in REPLICATES:
        one, other = run(STAFFED, "none", r), run(fired, "none", r)
        with_it, without = mean_state(other, Tally.SATISFACTION), mean_state(one, Tally.SATISFACTION)
        assert (with_it[:61] == without[:61]).all()
        assert (with_it[66:] < without[66:]).all()
        assert other.firms[0].staff.weeks[60].morale < one.firms[0].staff.weeks[60].morale - 5


def test_the_more_customers_come_the_worse_each_is_served() -> None:
    war = {"kind": "price_war", "firm": "Harbour", "week": 60, "weeks": 40, "depth": 0.2}
    for r in REPLICATES:
        crowded = run(STAFFED.replace("events", [war]), "none", r).firms[0].staff
        usual = run(STAFFED, "none", r).firms[0].staff
        loads = [sum(week.load for week in staff.weeks[70:100]) for staff in (crowded, usual)]
        assert loads[0] > 1.1 * loads[1]
        assert crowded.weeks[99].morale < usual.weeks[99].morale - 1


# --- pay, training, trust ---------------------------------------------------------------------------------


def test_wages_make_morale_and_morale_quality_and_quality_revenue() -> None:
    for r in REPLICATES:
        assert morale("paid", 129, r) > morale("none", 129, r) + 3
        assert morale("underpaid", 129, r) < morale("none", 129, r) - 3
    for measure in ("satisfaction", "revenue", "share"):
        assert raises(STAFFED, measure, "paid")
        assert lowers(STAFFED, measure, "underpaid")


@pytest.mark.parametrize("design", ["trained", "trusted"])
def test_training_and_trust_make_satisfied_customers(design: str) -> None:
    assert raises(STAFFED, "satisfaction", design)
    assert raises(STAFFED, "revenue", design)


def test_training_makes_fewer_failures() -> None:
    assert lowers(STAFFED, "failure_rate", "trained")
    early, late = (
        counted(STAFFED, Tally.FAILURES, "trained", *w) / counted(STAFFED, Tally.FAILURES, "none", *w)
        for w in ((26, 39), (104, 130))
    )
    assert (late < early).all()


def test_satisfied_staff_stay() -> None:
    for r in REPLICATES:
        quits = {
            d: sum(w.quits for w in run(STAFFED, d, r).firms[0].staff.weeks[26:])
            for d in ("none", "paid", "underpaid")
        }
        assert quits["paid"] < quits["none"] < quits["underpaid"]


def test_with_the_mechanism_off_staff_cost_money_and_nothing_else() -> None:
    off = STAFFED.replace("behaviour.staffing", OFF)
    assert (gains(off, "satisfaction", "paid") == 0).all()
    assert (gains(off, "failure_rate", "fewer") == 0).all()
    assert (gains(off, "profit", "paid") < 0).all()


# --- the desk ---------------------------------------------------------------------------------------------


def test_busy_staff_leave_complaints_waiting() -> None:
    world = pair(
        {"none": {}, "turned": staff(employees=3.5)},
        firm={"staff": STAFF, "quality": {"failure_rate": 0.1}, "complaint_desk": DESK | {"capacity": 6.0}},
        behaviour={"staffing": {"slips": 0.0, "mistakes": 0.0}},
    )
    assert raises(world, "weeks_to_answer")


# --- improvement ------------------------------------------------------------------------------------------


def test_a_budget_for_improvement_lowers_failures_and_raises_satisfaction_and_costs_what_it_is() -> None:
    assert lowers(STAFFED, "failure_rate", "careful")
    assert raises(STAFFED, "satisfaction", "careful")
    for r in REPLICATES:
        assert run(STAFFED, "careful", r).firms[0].ledger.balance(Account.IMPROVEMENT) == 104 * 15_000


def test_improvement_that_is_off_lowers_nothing() -> None:
    off = STAFFED.replace("behaviour.improvement", OFF)
    assert (gains(off, "failure_rate", "careful") == 0).all()
