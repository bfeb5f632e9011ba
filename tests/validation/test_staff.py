"""Staff and customers: that it is the mechanism which is scored, and that a lay-off is felt."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario import Scenario
from sim.validation import score, staff

ROWS = {f.id: f for f in staff.FINDINGS}


def behaving(monkeypatch: pytest.MonkeyPatch, path: str, value: Any) -> None:
    """Let the experiments run with one parameter of behaviour changed."""
    plain = staff.world

    def world(*sellers: Any, **context: Any) -> Scenario:
        return plain(*sellers, **context).replace(f"behaviour.{path}", value)

    monkeypatch.setattr(staff, "world", world)


def test_more_pay_makes_a_better_attitude_and_a_better_impression_and_more_revenue() -> None:
    found = staff.pass_through(0)
    assert 3 < found["attitude"] < 7
    assert found["impression"] > 0
    assert found["growth"] > 0


def test_where_customers_do_not_notice_staff_no_attitude_makes_the_published_impression(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shipped = score([ROWS["S12a"]], 1)
    assert shipped[0].passes
    behaving(monkeypatch, "staffing.impression", 0.0)
    blind = score([ROWS["S12a"]], 1)
    assert not blind[0].passes


def test_a_lay_off_lowers_satisfaction_by_load_and_skill_alone_and_not_where_staff_do_not_matter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert staff.downsizing(0)["S13a"] == -1
    behaving(monkeypatch, "staffing.shock", 0.0)
    assert staff.downsizing(0)["S13a"] == -1
    behaving(monkeypatch, "staffing.enabled", False)
    assert staff.downsizing(0)["change"] == 0
