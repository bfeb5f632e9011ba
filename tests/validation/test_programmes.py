"""Findings on programmes: small versions of their experiments, and that it is the mechanism which is scored."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario import Scenario
from sim.validation import FINDINGS, designs, goals, membership, score, stockpiling
from sim.validation.repeat_buying import newcomers


def of(row: str) -> Any:
    """The finding of this id."""
    return next(f for f in FINDINGS if f.id == row)


def behaving(monkeypatch: pytest.MonkeyPatch, module: Any, path: str, value: Any) -> None:
    """Let the experiments of a family of findings run with one parameter of behaviour changed."""
    plain = module.world

    def world(*sellers: Any, **context: Any) -> Scenario:
        changed: Scenario = plain(*sellers, **context).replace(f"behaviour.{path}", value)
        return changed

    monkeypatch.setattr(module, "world", world)


def test_every_row_on_programmes_has_its_role() -> None:
    fitted = {f.id for f in FINDINGS if f.id[0] == "L" and f.role == "CAL"}
    assert fitted == {"L01a", "L01b", "L07a", "L09a", "L09b", "L09c", "L22a"}
    assert all(of(row).role == "VAL" for row in ("L02a", "L06a", "L30a", "M12a"))


def test_without_the_pull_of_a_goal_the_last_stamps_come_no_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    with_pull = goals.acceleration(0)["L07a"]
    behaving(monkeypatch, goals, "programme_value.gradient", 0.0)
    assert goals.acceleration(0)["L07a"] < with_pull - 0.05


def test_customers_who_feel_nothing_of_a_programme_fill_no_card_sooner_for_a_head_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    behaving(monkeypatch, goals, "programme_value.enabled", False)
    behaving(monkeypatch, goals, "use.enabled", False)
    assert goals.illusion(0)["L08a"] == 1.0


def test_without_trouble_points_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    (piled,) = score([of("L15a")], 1)
    behaving(monkeypatch, stockpiling, "redemption.enabled", False)
    (spent,) = score([of("L15a")], 1)
    assert piled.passes
    assert spent.mean == pytest.approx(0.4, abs=0.02)
    assert not spent.passes


def test_members_differ_from_others_by_far_more_than_membership_does_to_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    felt = membership.selection(0)
    behaving(monkeypatch, membership, "programme_value.enabled", False)
    unfelt = membership.selection(0)
    assert felt["naive gap"] > 5 * felt["L01b"] > 0
    assert unfelt["naive gap"] > 0.2
    assert unfelt["L01b"] < felt["L01b"] - 0.005


def test_a_coalition_without_pull_brings_no_sales(monkeypatch: pytest.MonkeyPatch) -> None:
    behaving(monkeypatch, designs, "programme_value.enabled", False)
    behaving(monkeypatch, designs, "equity.enabled", False)
    behaving(monkeypatch, designs, "crowding.enabled", False)
    assert designs.coalition(0)["L06a"] == 0.0


def test_new_customers_of_a_shop_repeat_as_the_curve_fitted_to_them_says() -> None:
    found = newcomers(0)
    for row in ("M12a", "M12b", "M12c"):
        assert of(row).low <= found[row] <= of(row).high, row
