"""A customer as a Mesa agent."""

from __future__ import annotations

import gc
from typing import Any

import mesa
import numpy as np
import pytest

from sim.market import Market
from sim.measures.tally import Tally
from sim.population.customer import Customer
from sim.rules.points import LOTS
from tests.population.three_grocers import every_attribute, some_weeks_on, world
from tests.worlds import bustling


@pytest.fixture(scope="module")
def lived() -> Market:
    """A market that has lived some weeks; to be looked at only."""
    return some_weeks_on()


@pytest.fixture
def market() -> Market:
    """A new market, to be changed at will."""
    return Market(world(600))


def test_a_customer_is_a_mesa_agent_who_knows_her_market(lived: Market) -> None:
    customer = lived.customers[5]
    assert isinstance(customer, mesa.Agent)
    assert customer.model is lived
    assert customer.unique_id == 6
    assert customer.pos is None
    assert customer.random is lived.random
    assert repr(customer) == "<Customer 6, families>"


def test_views_of_one_customer_are_equal_and_of_two_markets_are_not(market: Market) -> None:
    other = Market(world(600))
    one, again = market.customers[7], market.customers[7]
    assert one is not again
    assert one == again
    assert len({one, again, market.customers[8]}) == 2
    assert one != other.customers[7]
    assert one not in other.customers


def test_every_attribute_of_a_customer_is_what_lies_in_the_columns(lived: Market) -> None:
    people = lived.population
    for row in (0, 3, 511, 512, 559, 560, 699):
        customer = lived.customers[row]
        assert customer.unique_id == row + 1
        assert customer.segment == ("families" if row < 560 else "singles")
        for name in (
            "rate",
            "hazard",
            "basket",
            "sensitivity",
            "reference_price",
            "taste_outside",
            "entered",
        ):
            assert getattr(customer, name) == people.get(row, name)
        for f, firm in enumerate(lived.world.firm_names):
            for name in ("taste", "expectation", "satisfaction", "attachment", "remembered"):
                assert getattr(customer, name)[firm] == people.get(row, name, f)
        assert customer.points["Harbour"] == sum(people.get(row, "lots", 0, part) for part in range(LOTS))
        assert customer.stamps["Harbour"] == people.get(row, "stamps")


def test_customers_have_python_values_of_one_kind_and_none_where_there_is_none(lived: Market) -> None:
    kinds = {name: {type(v) for v in lived.customers.get(name)} for name in every_attribute(lived)}
    # Here no firm binds its customers by contract.
    assert kinds.pop("contract_with") == {type(None)}
    assert all(len(k - {type(None)}) == 1 for k in kinds.values())
    assert set.union(*kinds.values()) == {float, int, bool, str, type(None)}
    with_none = {name.split(".")[0] for name, k in kinds.items() if type(None) in k}
    assert with_none == {
        "last_firm", "last_week", "member_since", "grievance_against", "left_firm", "left_because"
    }  # fmt: skip


@pytest.fixture(scope="module")
def rich() -> Market:
    """A market with programmes of many elements, after some weeks; to be looked at only."""
    market = Market(bustling(), design="cards")
    for _ in range(14):
        market.step()
    return market


def test_points_are_all_on_account_those_in_vouchers_and_those_that_wait_too(rich: Market) -> None:
    people, customers = rich.population, rich.customers
    lots, vouchers = (
        sum(people.column(name, 0, r).astype(np.int64) for r in range(5)) for name in ("lots", "vouchers")
    )
    pending = people.column("pending", 0)
    there = people.column("alive") == 1
    for name, values in (("points", lots + vouchers + pending), ("vouchers", vouchers), ("pending", pending)):
        assert customers.get(f"{name}.Harbour") == values[there].tolist()
        assert values.any()
        for customer in (customers[0], customers[33]):
            assert getattr(customer, name)["Harbour"] == values[customer.unique_id - 1]
    balance = rich.tallies[-1].sum(axis=(0, 2))[..., Tally.POINTS_BALANCE]
    for firm in (0, 1):
        assert customers.agg(f"points.{rich.firms[firm].name}", np.sum) == balance[firm]


def test_the_level_of_a_member_is_its_number_and_nought_for_none(rich: Market) -> None:
    levels = np.array(rich.customers.get("tier.Harbour"))
    counts = rich.tallies[-1, :, 0, :, Tally.TIER_1 : Tally.TIER_5 + 1].sum(axis=(0, 1))
    assert [int((levels == i).sum()) for i in range(1, 6)] == counts.tolist()
    assert set(levels) > {0, 1, 3}
    members = np.array(rich.customers.get("member.Harbour"))
    assert not levels[~members].any()
    assert len(rich.customers.select(where={"tier.Harbour": lambda level: level >= 3})) == (levels >= 3).sum()


def test_at_a_partner_a_member_has_what_she_has_at_the_owner(rich: Market) -> None:
    for name in ("points", "tier", "member", "member_since", "stamps"):
        there = rich.customers.get(f"{name}.Barrow")
        assert there == rich.customers.get(f"{name}.Harbour") != rich.customers.get(f"{name}.Mill")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("points.Harbour", "points move at purchases only, or the books of the programme would not balance"),
        ("vouchers.Harbour", "points move at purchases only"),
        ("pending.Mill", "points move at purchases only"),
        ("tier.Mill", "status follows from purchases"),
    ],
)
def test_what_stands_on_an_account_cannot_be_set_by_hand(rich: Market, path: str, reason: str) -> None:
    with pytest.raises(AttributeError, match=f"'{path}' cannot be set: {reason}"):
        rich.customers.set(path, 1)


def test_what_a_programme_does_not_have_is_said_by_name(rich: Market, lived: Market) -> None:
    customer = rich.customers[0]
    assert list(customer.vouchers) == ["Harbour", "Barrow"]
    assert list(customer.pending) == ["Harbour", "Mill", "Barrow"]
    with pytest.raises(KeyError, match=r"the programme of 'Mill' has no vouchers.*have: Harbour, Barrow"):
        customer.vouchers["Mill"]
    with pytest.raises(AttributeError, match="nobody has 'tier': programmes here have no levels of status"):
        lived.customers.agg("tier", np.mean)
    assert {"tier", "vouchers", "pending"} <= set(dir(customer))
    assert not {"tier", "vouchers", "pending", "lots", "club"} & set(dir(lived.customers[0]))


def test_a_customer_who_never_bought_has_no_last_firm(market: Market) -> None:
    customer = market.customers[0]
    assert customer.last_firm is None
    assert dict(customer.last_week) == {"Harbour": None, "Mill": None, "St. Mary": None}
    assert dict(customer.member) == {"Harbour": False}
    customer.last_firm, customer.last_week["Mill"], customer.member_since["Harbour"] = "Mill", 0, 0
    assert (customer.last_firm, customer.last_week["Mill"], customer.member["Harbour"]) == ("Mill", 0, True)
    customer.last_firm = customer.last_week["Mill"] = customer.member_since["Harbour"] = None
    assert (customer.last_firm, customer.last_week["Mill"], customer.member["Harbour"]) == (None, None, False)


def test_what_one_view_sets_another_sees_and_no_neighbour(market: Market) -> None:
    before = market.customers.get(["basket", "satisfaction.Mill", "satisfaction.Harbour", "alive"])
    customer = market.customers[550]
    customer.basket = 41.5
    customer.satisfaction["Mill"] = 12.25
    again = market.customers[550]
    assert (again.basket, again.satisfaction["Mill"]) == (41.5, 12.25)
    after = market.customers.get(["basket", "satisfaction.Mill", "satisfaction.Harbour", "alive"])
    assert [i for i in range(600) if before[i] != after[i]] == [550]
    assert after[550] == [41.5, 12.25, *before[550][2:]]


def test_a_firms_column_is_a_mapping_by_the_names_of_firms(lived: Market) -> None:
    customer = lived.customers[0]
    assert list(customer.satisfaction) == ["Harbour", "Mill", "St. Mary"]
    assert list(customer.points) == ["Harbour"]
    assert customer.satisfaction["St. Mary"] == getattr(customer, "satisfaction.St. Mary")
    assert "Mill" not in customer.points
    with pytest.raises(KeyError, match="did you mean 'Harbour'"):
        customer.satisfaction["Harbor"]
    with pytest.raises(KeyError, match=r"'Mill' has no programme.*programmes: Harbour"):
        customer.points["Mill"]
    with pytest.raises(TypeError, match="none can be deleted"):
        del customer.satisfaction["Mill"]


def test_an_attribute_that_is_not_declared_is_refused_with_the_nearest_name(market: Market) -> None:
    customer = market.customers[0]
    with pytest.raises(AttributeError, match="no attribute 'baskt'; did you mean 'basket'"):
        customer.baskt = 3.0
    with pytest.raises(AttributeError, match="did you mean 'satisfaction'"):
        _ = customer.satisfacton
    with pytest.raises(AttributeError, match=r"name one, such as 'satisfaction\.Harbour'"):
        customer.satisfaction = 3.0
    with pytest.raises(AttributeError, match="not kept per firm; write 'basket'"):
        getattr(customer, "basket.Harbour")
    for name in ("model", "unique_id", "pos", "step", "_row"):
        with pytest.raises(AttributeError, match="cannot be set"):
            setattr(customer, name, 1)
    assert "baskt" not in dir(customer)
    assert {"basket", "satisfaction", "segment", "points"} <= set(dir(customer))


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("basket", float("nan"), ValueError),
        ("basket", float("inf"), ValueError),
        ("basket", 0.0, ValueError),
        ("basket", "12", TypeError),
        ("basket", None, TypeError),
        ("rate", -0.5, ValueError),
        ("rate", 1e30, ValueError),
        ("alive", 2, ValueError),
        ("entered", 1.5, ValueError),
        ("entered", 3, ValueError),
        ("last_firm", "Harbor", ValueError),
        ("last_firm", 1, ValueError),
        ("satisfaction.Mill", 101.0, ValueError),
        ("satisfaction.Mill", float("nan"), ValueError),
        ("member_since.Harbour", -2, ValueError),
        ("last_week.Mill", float("nan"), ValueError),
        ("last_week.Mill", 1, ValueError),
        ("segment", "singles", AttributeError),
        ("cohort", 0, AttributeError),
        ("points.Harbour", 10, AttributeError),
        ("stamps.Harbour", 1, AttributeError),
        ("member.Harbour", True, AttributeError),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    market: Market, name: str, value: Any, fault: type[Exception]
) -> None:
    before = market.population.digest()
    with pytest.raises(fault):
        setattr(market.customers[0], name, value)
    with pytest.raises(fault):
        market.customers.set(name, value)
    with pytest.raises(fault):
        market.customers.set(name, [value] * 600)
    assert market.population.digest() == before


def test_numbers_of_numpy_can_be_set(market: Market) -> None:
    customer = market.customers[0]
    customer.basket, customer.alive = np.float32(2.5), np.int64(1)
    assert (type(customer.basket), customer.basket, customer.alive) == (float, 2.5, True)


def test_a_removed_customer_is_gone_from_the_market_and_buys_no_more(market: Market) -> None:
    gone = market.customers[10]
    gone.rate = 50.0
    gone.remove()
    gone.remove()
    assert not gone.alive
    assert gone not in market.customers
    assert gone not in market.agents
    assert len(market.customers) == 599
    assert [c.unique_id for c in market.customers][9:11] == [10, 12]
    market.step()
    assert gone.last_firm is None


def test_customers_who_leave_by_themselves_are_gone_too() -> None:
    market = Market(world(600, leaving={"shape": 5.0, "scale": 50.0}))
    for _ in range(3):
        market.step()
    alive = int(market.population.column("alive").sum())
    assert 0 < alive < 600
    assert len(market.customers) == len(list(market.customers)) == alive
    assert len(market.agents) == alive + 3


def test_a_customer_lives_no_week_alone_and_is_not_made_by_hand(market: Market) -> None:
    with pytest.raises(NotImplementedError, match=r"market\.step\(\)"):
        market.customers.do("step")
    with pytest.raises(NotImplementedError, match=r"market\.step\(\)"):
        market.customers[0].advance()
    with pytest.raises(TypeError, match=r"ask market\.customers"):
        Customer(market)


def test_what_is_set_on_a_customer_acts_in_the_market() -> None:
    market = Market(world(600).replace("behaviour.drift.enabled", False))
    market.customers.set("rate", 0.0)
    buyer = market.customers[300]
    buyer.rate = 3.0
    for firm in ("Mill", "St. Mary"):
        buyer.taste[firm] = -10_000.0
    for _ in range(4):
        market.step()
    purchases = market.tallies[..., Tally.PURCHASES].sum(axis=(0, 1, 3))
    assert purchases[0] > 0
    assert purchases[1] == purchases[2] == 0
    assert market.customers.groupby("last_firm").count() == {None: 599, "Harbour": 1}


def test_a_view_keeps_its_market() -> None:
    customer = Market(world(600)).customers[1]
    gc.collect()
    assert customer.basket > 0
    assert customer.model.customers[1] == customer
