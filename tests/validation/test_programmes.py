"""Findings on programmes: small versions of their experiments, and that it is the mechanism which is scored."""

from __future__ import annotations

import pytest

from sim.validation import Verdict, designs, goals, membership, rows, stockpiling
from sim.validation.repeat_buying import newcomers
from tests.validation.asking import asked, of, off


def test_every_row_on_programmes_has_its_role() -> None:
    fitted = {f.id for f in rows() if f.id[0] == "L" and f.role == "CAL"}
    assert fitted == {"L01a", "L01b", "L07a", "L09a", "L09b", "L09c", "L22a"}
    assert all(of(row).role == "VAL" for row in ("L02a", "L06a", "L30a", "M12a"))


def test_without_the_pull_of_a_goal_the_last_stamps_come_no_sooner() -> None:
    with_pull = goals.acceleration(asked())["L07a"]
    assert goals.acceleration(asked({"programme_value.gradient": 0.0}))["L07a"] < with_pull - 0.05


def test_customers_who_feel_nothing_of_a_programme_fill_no_card_sooner_for_a_head_start() -> None:
    assert goals.illusion(asked(off("programme_value", "use")))["L08a"] == 1.0


def test_without_trouble_points_do_not_pile_up() -> None:
    piled = stockpiling.hoarding(asked())["L15a"]
    spent = stockpiling.hoarding(asked(off("redemption")))["L15a"]
    assert Verdict.of(of("L15a"), [piled]).agrees
    assert spent == pytest.approx(0.4, abs=0.02)
    assert not Verdict.of(of("L15a"), [spent]).agrees


def test_members_differ_from_others_by_far_more_than_membership_does_to_them() -> None:
    felt = membership.selection(asked())
    unfelt = membership.selection(asked(off("programme_value")))
    assert felt["naive gap"] > 5 * felt["L01b"] > 0
    assert unfelt["naive gap"] > 0.2
    assert unfelt["L01b"] < felt["L01b"] - 0.005


def test_a_coalition_without_pull_brings_no_sales() -> None:
    assert designs.coalition(asked(off("programme_value", "equity", "crowding")))["L06a"] == 0.0


def test_new_customers_of_a_shop_repeat_as_the_curve_fitted_to_them_says() -> None:
    found = newcomers(asked())
    for row in ("M12a", "M12b", "M12c"):
        assert of(row).low <= found[row] <= of(row).high, row
