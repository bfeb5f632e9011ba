"""Staff and customers: that it is the mechanism which is scored, and that a lay-off is felt."""

from __future__ import annotations

from sim.validation import Verdict, staff
from tests.validation.asking import asked, of, off


def test_more_pay_makes_a_better_attitude_and_a_better_impression_and_more_revenue() -> None:
    found = staff.pass_through(asked())
    assert 3 < found["attitude"] < 7
    assert found["impression"] > 0
    assert found["growth"] > 0


def test_where_customers_do_not_notice_staff_no_attitude_makes_the_published_impression() -> None:
    shipped = staff.pass_through(asked())["S12a"]
    assert Verdict.of(of("S12a"), [shipped]).agrees
    blind = staff.pass_through(asked({"staffing.impression": 0.0}))["S12a"]
    assert not Verdict.of(of("S12a"), [blind]).agrees


def test_a_lay_off_lowers_satisfaction_by_load_and_skill_alone_and_not_where_staff_do_not_matter() -> None:
    assert staff.downsizing(asked())["S13a"] < 0
    assert staff.downsizing(asked({"staffing.shock": 0.0}))["S13a"] < 0
    assert staff.downsizing(asked(off("staffing")))["S13a"] == 0
