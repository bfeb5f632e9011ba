"""Contacts that could reach nobody are refused; those that may come to reach somebody are not."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario import Firm, Scenario
from tests.scenario.worlds import plain

STAMPS = {"stamps": {"needed": 5, "reward": 2.0}}
PRICES = {"member_price": {"depth": 0.05}}
TO_MEMBERS = {"per_week": 0.5}
NEAR = {"members_only": False, "triggers": {"near_reward": True}}


def market(
    firm: str,
    patch: dict[str, Any],
    designs: dict[str, Any] | None = None,
    change: dict[str, Any] | None = None,
) -> Scenario:
    """The two grocers with a patch to a firm, designs of Harbour, and a change of the patched firm."""
    data = plain() | {"designs": designs or {"as_written": {}}}
    data["firms"] = [one | (patch if one["name"] == firm else {}) for one in data["firms"]]
    if change is not None:
        data["events"] = [{"kind": "change", "firm": firm, "week": 60, "patch": change}]
    return Scenario.model_validate(data)


@pytest.mark.parametrize("firm", ["Harbour", "Mill"])
@pytest.mark.parametrize(("contacts", "programme"), [(TO_MEMBERS, PRICES), (NEAR, STAMPS)])
def test_contacts_need_what_they_write_about(
    firm: str, contacts: dict[str, Any], programme: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="the firm has n"):
        market(firm, {"contacts": contacts})
    assert market(firm, {"contacts": contacts, "programme": programme}).firm(firm).contacts


@pytest.mark.parametrize("firm", ["Harbour", "Mill"])
@pytest.mark.parametrize(("contacts", "programme"), [(TO_MEMBERS, PRICES), (NEAR, STAMPS)])
def test_a_later_change_may_give_what_contacts_need(
    firm: str, contacts: dict[str, Any], programme: dict[str, Any]
) -> None:
    assert market(firm, {"contacts": contacts}, change={"programme": programme}).events
    with pytest.raises(ValueError, match="the firm has n"):
        market(firm, {"contacts": contacts}, change={"awareness": 0.5})


@pytest.mark.parametrize(("contacts", "programme"), [(TO_MEMBERS, PRICES), (NEAR, STAMPS)])
def test_one_design_may_give_what_the_contacts_of_the_focal_firm_need(
    contacts: dict[str, Any], programme: dict[str, Any]
) -> None:
    designs = {"none": {}, "club": {"programme": programme}}
    assert market("Harbour", {"contacts": contacts}, designs).designs
    with pytest.raises(ValueError, match="the firm has n"):
        market("Mill", {"contacts": contacts}, designs)


@pytest.mark.parametrize(("contacts", "programme"), [(TO_MEMBERS, PRICES), (NEAR, STAMPS)])
def test_a_design_with_contacts_of_its_own_is_not_helped_by_another_design(
    contacts: dict[str, Any], programme: dict[str, Any]
) -> None:
    club = {"programme": programme}
    assert market("Harbour", {}, {"club": {**club, "contacts": contacts}}).designs
    with pytest.raises(ValueError, match=r"designs\.letters\.contacts"):
        market("Harbour", {}, {"club": club, "letters": {"contacts": contacts}})
    assert market("Harbour", {}, {"letters": {"contacts": contacts}}, change=club).designs


def test_member_prices_alone_are_no_reward_to_be_near_to() -> None:
    with pytest.raises(ValueError, match="neither points nor stamps"):
        market("Mill", {"contacts": NEAR, "programme": PRICES})


def test_letters_to_everybody_need_no_programme() -> None:
    contacts = market("Mill", {"contacts": {"members_only": False}}).firm("Mill").contacts
    assert contacts is not None
    assert not contacts.members_only


def test_a_firm_that_is_made_of_parts_is_looked_at_too() -> None:
    mill = Firm.model_validate({"name": "Mill", "share": 0.6, "unit_cost": 0.8, "contacts": TO_MEMBERS})
    with pytest.raises(ValueError, match="no members to write to"):
        Scenario.model_validate(plain() | {"firms": [plain()["firms"][0], mill]})
