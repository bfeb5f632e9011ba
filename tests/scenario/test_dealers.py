"""Dealers and the terms for them: what is taken, what is refused, and what to write instead."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario import Channel, Dealers, Scenario
from sim.scenario.fields import unit_of
from tests.scenario.worlds import plain

QUANTITY = {"kind": "fixed_quantity", "amount": 0.05, "quantity": 40}
OUTLET = {"kind": "fixed_outlet", "amount": 0.05}


def market(
    channel: dict[str, Any] | None = None,
    *,
    dealers: dict[str, Any] | None = None,
    design: dict[str, Any] | None = None,
    change: dict[str, Any] | None = None,
) -> Scenario:
    """The two grocers; terms for the dealers of Mill, a design of Harbour, a change of Mill."""
    data = plain() | {"designs": {"as_written": {}, "new": design or {}}}
    if channel is not None:
        data["firms"][1]["channel"] = channel
    if dealers is not None:
        data["dealers"] = dealers
    if change is not None:
        data["events"] = [{"kind": "change", "firm": "Mill", "week": 60, "patch": change}]
    return Scenario.model_validate(data)


def test_a_market_without_dealers_sells_directly() -> None:
    assert market().dealers is None
    assert market().firm("Mill").channel is None


def test_terms_without_dealers_are_refused_with_what_to_add() -> None:
    with pytest.raises(ValueError, match=r"firms\.1\.channel\n +this market has no dealers .* add 'dealers:"):
        market({"margin": 0.3})
    assert market({"margin": 0.3}, dealers={"count": 5}).firm("Mill").channel == Channel(margin=0.3)


def test_terms_of_a_design_or_a_change_need_dealers_too() -> None:
    with pytest.raises(ValueError, match=r"designs\.new\.channel"):
        market(design={"channel": {"margin": 0.3}})
    with pytest.raises(ValueError, match=r"events\.0\.change\.patch\.channel"):
        market(change={"channel": {"margin": 0.3}})
    assert market(design={"channel": {"margin": 0.3}}, dealers={"count": 5}).dealers
    assert market(change={"channel": {"margin": 0.3}}, dealers={"count": 5}).dealers
    assert market(change={"channel": None}).events


def test_firms_that_do_not_say_sell_through_dealers_on_the_usual_terms() -> None:
    from sim.firms.channel import channels_of

    world = market({"margin": 0.3}, dealers={"count": 5})
    assert [channel.margin for channel in channels_of(world.firms)] == [0.25, 0.3]


def test_the_margin_at_which_the_share_was_observed_is_the_margin_unless_it_is_said() -> None:
    assert Channel(margin=0.3).usual == 0.3
    assert Channel().usual == Channel().margin
    assert Channel(margin=0.3, usual=0.2).usual == 0.2


@pytest.mark.parametrize("observed", [{"usual": 0.2}, {"coverage": 0.5}])
def test_a_design_cannot_change_what_was_observed(observed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a design cannot change this"):
        market(design={"channel": observed}, dealers={"count": 5})


def test_a_margin_that_is_raised_keeps_what_was_usual() -> None:
    world = market({"margin": 0.3}, dealers={"count": 5}, change={"channel": {"margin": 0.4}})
    ((_, before), (_, after)) = world.course("Mill")
    assert before.channel == Channel(margin=0.3)
    assert after.channel == Channel(margin=0.4, usual=0.3)


def test_a_rebate_for_a_quantity_needs_one_and_one_for_the_outlet_has_none() -> None:
    with pytest.raises(ValueError, match="needs a 'quantity'"):
        market({"rebate": {"kind": "fixed_quantity", "amount": 0.05}}, dealers={"count": 5})
    with pytest.raises(ValueError, match="has no quantity to reach"):
        market({"rebate": OUTLET | {"quantity": 3}}, dealers={"count": 5})
    for rebate in (QUANTITY, OUTLET):
        assert market({"rebate": rebate}, dealers={"count": 5}).firm("Mill").channel


def test_a_change_turns_one_kind_of_rebate_into_the_other() -> None:
    other = {"channel": {"rebate": OUTLET | {"quantity": None}}}
    world = market({"rebate": QUANTITY}, dealers={"count": 5}, change=other)
    after = world.course("Mill")[-1][1].channel
    assert after is not None
    assert after.rebate is not None
    assert after.rebate.kind == "fixed_outlet"
    with pytest.raises(ValueError, match="'quantity: null'"):
        market({"rebate": QUANTITY}, dealers={"count": 5}, change={"channel": {"rebate": OUTLET}})


@pytest.mark.parametrize(
    ("dealers", "place"),
    [
        ({}, "dealers.count"),
        ({"count": 0}, "dealers.count"),
        ({"count": 1001}, "dealers.count"),
        ({"count": 5, "margin": {"mean": 0.0}}, "dealers.margin.mean"),
        ({"count": 5, "line_cost": -1}, "dealers.line_cost"),
        ({"count": 5, "shops": 3}, "dealers.shops"),
    ],
)
def test_dealers_that_cannot_be_are_refused(dealers: dict[str, Any], place: str) -> None:
    with pytest.raises(ValueError, match=place.replace(".", r"\.")):
        market(dealers=dealers)


def test_every_number_has_its_unit() -> None:
    from sim.scenario.dealers import DealerMargin, Rebate

    for model in (Dealers, DealerMargin, Rebate, Channel):
        for name, field in model.model_fields.items():
            assert field.description
            if field.annotation in (int, float):
                assert unit_of(field), name
