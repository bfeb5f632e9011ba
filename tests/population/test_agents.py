"""Sets of customers, and of all agents of a market."""

from __future__ import annotations

import copy
import gc
import inspect
import pickle
import tracemalloc
import weakref
from typing import Any

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

import sim.population.agents
from sim.adapter import MarketAgent
from sim.firms.firm import Firm
from sim.market import Market
from sim.measures.tally import Tally
from sim.population.agents import AgentsOfMarket, CustomerSet
from sim.population.customer import Customer
from tests.population.three_grocers import every_attribute, some_weeks_on, world


@pytest.fixture(scope="module")
def lived() -> Market:
    """A market that has lived some weeks; to be looked at only."""
    return some_weeks_on()


@pytest.fixture
def market() -> Market:
    """A new market, to be changed at will."""
    return Market(world(600))


# --- sets -------------------------------------------------------------------------------------------------


def test_a_set_derived_from_customers_is_not_emptied_by_the_garbage_collector(lived: Market) -> None:
    derived = {
        "select": lived.customers.select(lambda c: c.segment == "singles"),
        "where": lived.customers.select(where={"segment": "singles"}),
        "group": lived.customers.groupby("segment").groups["singles"],
        "group of a function": lived.customers.groupby(lambda c: c.segment)["singles"],
        "shuffle": lived.customers.select(segment="singles").shuffle(),
        "sort": lived.customers.select(segment="singles").sort("rate"),
        "slice": lived.customers[560:],
        "agents": lived.agents.select(lambda a: getattr(a, "segment", None) == "singles"),
        "intersection": lived.customers & lived.customers[560:],
    }
    gc.collect()
    assert {name: len(list(those)) for name, those in derived.items()} == dict.fromkeys(derived, 140)
    assert all(isinstance(those, AgentsOfMarket) for those in derived.values())


def test_no_method_of_mesas_own_set_is_left_in_force() -> None:
    stock = {
        name
        for base in AgentSet.__mro__
        if base.__module__.startswith("mesa")
        for name, value in vars(base).items()
        if inspect.isfunction(value)
    }
    assert {"select", "get", "do"} <= stock
    ours = {
        name for base in AgentsOfMarket.__mro__ if base.__module__.startswith("sim") for name in vars(base)
    }
    assert stock - ours == set()


def test_a_set_reads_each_attribute_as_its_customers_do(lived: Market) -> None:
    some = lived.customers.sample(60)
    for name in [*every_attribute(lived), "unique_id", "satisfaction", "pos"]:
        assert some.get(name) == [getattr(c, name) for c in some], name
    assert some.get(["unique_id", "segment"]) == [[c.unique_id, c.segment] for c in some]
    assert some.get("brand", handle_missing="default", default_value=7) == [7] * 60
    with pytest.raises(AttributeError, match="brand"):
        some.get("brand")
    with pytest.raises(ValueError, match="handle_missing"):
        some.get("basket", handle_missing="ignore")  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("where", "same"),
    [
        ({"segment": "singles"}, lambda c: c.segment == "singles"),
        ({"last_firm": ["Mill", None]}, lambda c: c.last_firm in ("Mill", None)),
        ({"basket": lambda b: b > 30}, lambda c: c.basket > 30),
        ({"alive": True, "member.Harbour": True}, lambda c: c.alive and c.member["Harbour"]),
        ({"member_since.Harbour": None}, lambda c: c.member_since["Harbour"] is None),
        ({"last_week.Mill": lambda w: w >= 8}, lambda c: (c.last_week["Mill"] or 0) >= 8),
        ({"points.Harbour": lambda p: p > 20}, lambda c: c.points["Harbour"] > 20),
        ({"satisfaction.St. Mary": 75.0}, lambda c: c.satisfaction["St. Mary"] == 75.0),
    ],
)  # fmt: skip
def test_conditions_on_columns_choose_whom_a_function_would(lived: Market, where: Any, same: Any) -> None:
    chosen = lived.customers.select(where=where)
    assert len(chosen) > 0
    assert (
        chosen.to_list() == [c for c in lived.customers if same(c)] == lived.customers.select(same).to_list()
    )


def test_a_condition_can_be_given_as_a_keyword_and_joined_with_a_function(lived: Market) -> None:
    rich = lived.customers.select(lambda c: c.basket > 40, segment="families", where={"last_firm": "Mill"})
    assert rich.to_list() == [
        c for c in lived.customers if c.basket > 40 and c.segment == "families" and c.last_firm == "Mill"
    ]


def test_a_column_equals_the_number_that_was_written_there(market: Market) -> None:
    market.customers[3].basket = 36.1  # not a number that float32 has exactly
    for same in (36.1, np.float64(36.1), [36.1]):
        assert market.customers.select(basket=same).get("unique_id") == [4]


def test_a_condition_that_cannot_be_met_says_so(lived: Market) -> None:
    with pytest.raises(ValueError, match="did you mean 'singles'"):
        lived.customers.select(segment="single")
    with pytest.raises(AttributeError, match="did you mean 'segment'"):
        lived.customers.select(segmnt="singles")
    with pytest.raises(TypeError, match="cannot be '30'"):
        lived.customers.select(basket="30")
    with pytest.raises(TypeError, match="array of booleans"):
        lived.customers.select(basket=lambda b: 1.0)
    with pytest.raises(TypeError, match=r"ask market\.customers"):
        lived.agents.select(segment="singles")


@pytest.mark.parametrize(("at_most", "count"), [(5, 5), (0, 0), (0.1, 70), (1.0, 700), (1, 1), (9999, 700)])
def test_at_most_is_a_number_or_a_share(lived: Market, at_most: float, count: int) -> None:
    assert lived.customers.select(at_most=at_most).get("unique_id") == list(range(1, count + 1))
    assert len(lived.customers.select(lambda c: True, at_most)) == count


def test_a_function_is_asked_no_more_often_than_needed(lived: Market) -> None:
    asked: list[int] = []
    lived.customers.select(lambda c: not asked.append(c.unique_id), at_most=3)  # type: ignore[func-returns-value]
    assert asked == [1, 2, 3]
    with pytest.raises(ValueError, match="at_most"):
        lived.customers.select(at_most=-1)


def test_aggregates_are_those_of_the_values_and_plain_python_numbers(lived: Market) -> None:
    baskets = [c.basket for c in lived.customers]
    assert lived.customers.agg("basket", np.mean) == np.mean(baskets)
    assert lived.customers.agg("basket", [min, max, sum, len]) == [
        min(baskets),
        max(baskets),
        sum(baskets),
        700,
    ]
    assert type(lived.customers.agg("basket", np.mean)) is float
    assert type(lived.customers.agg("points.Harbour", np.sum)) is int
    assert lived.customers.agg("last_firm", lambda firms: firms.count("Mill")) == sum(
        c.last_firm == "Mill" for c in lived.customers
    )
    weeks = [w for c in lived.customers if (w := c.last_week["Mill"]) is not None]
    assert lived.customers.agg("last_week.Mill", np.nanmax) == max(weeks)
    assert np.isnan(lived.customers.agg("last_week.Mill", np.max))
    with pytest.raises(AttributeError, match="name one, such as"):
        lived.customers.agg("satisfaction", np.mean)


def test_groups_hold_everybody_once_in_order_of_first_appearance(lived: Market) -> None:
    groups = lived.customers.groupby("last_firm")
    assert list(groups.groups) == list(dict.fromkeys(c.last_firm for c in lived.customers))
    assert len(groups) == 4
    assert sum(groups.count().values()) == 700
    assert groups.agg("basket", np.mean) == {
        firm: np.mean([c.basket for c in lived.customers if c.last_firm == firm]) for firm, _ in groups
    }
    assert groups.map(len) == groups.count()
    seen: list[int] = []
    assert groups.do(lambda group: seen.append(len(group))) is groups
    assert seen == list(groups.count().values())
    by_function = lived.customers.groupby(lambda c: c.last_firm)
    assert {k: g.get("unique_id") for k, g in by_function} == {k: g.get("unique_id") for k, g in groups}
    lists = lived.customers.groupby("last_firm", result_type="list")
    assert {k: len(g) for k, g in lists} == groups.count()
    assert lists.agg("basket", np.mean) == pytest.approx(groups.agg("basket", np.mean))


def test_do_and_map_reach_everybody_by_name_or_by_function(market: Market) -> None:
    some = market.customers.select(segment="singles")

    def spend(customer: Customer, amount: float, *, twice: bool = False) -> float:
        customer.basket = amount * (1 + twice)
        return customer.basket

    assert some.map(spend, 10.0, twice=True) == [20.0] * len(some)
    assert some.do(spend, 10.0) is some
    assert set(some.get("basket")) == {10.0}
    some.shuffle_do("remove")
    assert len(market.customers) == 600 - len(some)


def test_who_is_made_to_leave_on_the_way_is_left_out(market: Market) -> None:
    called: list[int] = []

    def remove_the_next(customer: Customer) -> None:
        called.append(customer.unique_id)
        customer.model.customers[len(called)].remove()

    market.customers[:6].do(remove_the_next)
    assert called == [1, 3, 5]
    assert len(market.customers[:6].copy()) == 6
    market.customers[0].remove()
    assert market.customers.map(lambda c: c.unique_id)[:2] == [3, 5]


def test_a_value_is_set_for_all_or_one_for_each(market: Market) -> None:
    some = market.customers[100:103]
    assert some.set("basket", [1.0, 2.0, 3.0]) is some
    assert market.customers[99:104].get("basket")[1:4] == [1.0, 2.0, 3.0]
    assert some.set("last_firm", ["Mill", None, "St. Mary"]).get("last_firm") == ["Mill", None, "St. Mary"]
    assert some.set("satisfaction.Mill", 9).get("satisfaction.Mill") == [9.0, 9.0, 9.0]
    with pytest.raises(ValueError, match="3 customers need as many values"):
        some.set("basket", [1.0, 2.0])
    assert all(c.last_firm is None for c in market.customers if c not in some)


def test_samples_and_orders_come_from_named_draws(lived: Market) -> None:
    before = lived.random.getstate(), lived.rng.bit_generator.state
    ten = lived.customers.sample(10)
    assert ten.get("unique_id") == lived.customers.sample(10).get("unique_id")
    assert ten.get("unique_id") == lived.customers.sample(25).get("unique_id")[:10]
    assert ten.get("unique_id") != lived.customers.sample(10, seed=1).get("unique_id")
    assert len(set(lived.customers.sample(700))) == 700
    order = lived.customers.shuffle().get("unique_id")
    assert sorted(order) == list(range(1, 701)) != order
    assert (
        order
        == lived.customers.shuffle().get("unique_id")
        != lived.customers.shuffle(seed=1).get("unique_id")
    )
    assert lived.customers.shuffle(inplace=True).get("unique_id") == order
    assert (lived.random.getstate(), lived.rng.bit_generator.state) == before
    with pytest.raises(ValueError, match="cannot sample 701 of 700"):
        lived.customers.sample(701)


def test_another_week_has_another_order_and_the_same_sample(market: Market) -> None:
    order, sample = market.customers.shuffle().get("unique_id"), market.customers.sample(20).get("unique_id")
    market.step()
    assert market.customers.shuffle().get("unique_id") != order
    assert market.customers.sample(20).get("unique_id") == sample
    assert Market(world(600), replicate=1).customers.sample(20).get("unique_id") != sample


@pytest.mark.parametrize("key", ["rate", "segment", "points.Harbour", "alive", lambda c: -c.basket])
@pytest.mark.parametrize("ascending", [True, False])
def test_sorting_is_that_of_python_and_keeps_the_order_of_equals(
    lived: Market, key: Any, ascending: bool
) -> None:
    read = key if callable(key) else lambda c: getattr(c, key)
    expected = sorted(lived.customers, key=read, reverse=not ascending)
    assert lived.customers.sort(key, ascending=ascending).to_list() == expected


def test_customers_who_have_no_value_come_last(lived: Market) -> None:
    for ascending in (True, False):
        weeks = lived.customers.sort("last_week.St. Mary", ascending=ascending).get("last_week.St. Mary")
        known = [w for w in weeks if w is not None]
        assert 0 < len(known) < 700
        assert weeks == sorted(known, reverse=not ascending) + [None] * (700 - len(known))


def test_a_set_is_indexed_and_sliced(lived: Market) -> None:
    ids = lived.customers.get("unique_id")
    assert [lived.customers[i].unique_id for i in (0, 699, -1, -700)] == [1, 700, 700, 1]
    assert lived.customers[np.int64(4)].unique_id == 5
    assert lived.customers[10:400:7].get("unique_id") == ids[10:400:7]
    assert [c.unique_id for c in reversed(lived.customers)] == ids[::-1]
    for i in (700, -701):
        with pytest.raises(IndexError, match="set of 700"):
            lived.customers[i]
    assert lived.customers[4] in lived.customers[:5]
    assert lived.customers[5] not in lived.customers[:5]
    assert "Harbour" not in lived.customers


def test_sets_are_joined_and_compared_as_sets(lived: Market) -> None:
    low, high = lived.customers[:6], lived.customers[4:9]
    assert (low & high).get("unique_id") == [5, 6]
    assert (low | high).get("unique_id") == list(range(1, 10))
    assert (low - high).get("unique_id") == [1, 2, 3, 4]
    assert lived.customers[:6] == low != high
    assert lived.customers[:3] < low
    mine = low.copy()
    mine.add(lived.customers[50])
    mine.add(lived.customers[0])
    mine.discard(lived.customers[60])
    mine.remove(lived.customers[1])
    assert mine.get("unique_id") == [1, 3, 4, 5, 6, 51]
    assert low.get("unique_id") == [1, 2, 3, 4, 5, 6]
    with pytest.raises(KeyError):
        mine.remove(lived.customers[1])
    with pytest.raises(ValueError, match="not of this market"):
        mine.add(Market(world(600)).customers[0])


def test_a_selection_stays_while_the_market_goes_on(market: Market) -> None:
    everybody, first = market.customers, market.customers[:3]
    first[1].remove()
    assert len(everybody) == 599
    assert first.get(["unique_id", "alive"]) == [[1, True], [2, False], [3, True]]


def test_no_set_is_filled_with_agents_for_what_columns_can_do(monkeypatch: pytest.MonkeyPatch) -> None:
    market = Market(world(100_000))

    def refuse(*_: Any) -> Any:
        raise AssertionError("a customer was made")

    monkeypatch.setattr(sim.population.agents, "views", refuse)
    customers = market.customers
    assert len(customers) == 100_000
    assert len(customers.select(where={"segment": "families", "basket": lambda b: b > 0})) == 80_000
    assert customers.agg("basket", np.mean) == pytest.approx(30.0, rel=0.05)
    assert len(customers.get("basket")) == 100_000
    assert customers.groupby("segment").count() == {"families": 80_000, "singles": 20_000}
    customers.sort("rate").select(at_most=0.1).set("satisfaction.Mill", 20.0)
    assert len(customers.select(where={"satisfaction.Mill": 20.0}).sample(100).shuffle()) == 100
    assert len(customers[:5_000].copy()) == 5_000


# --- all agents of a market -------------------------------------------------------------------------------


def test_ids_of_customers_and_firms_never_clash(lived: Market) -> None:
    assert lived.customers.get("unique_id") == list(range(1, 701))
    assert [firm.unique_id for firm in lived.firms] == [701, 702, 703]
    assert len(set(lived.agents.get("unique_id"))) == len(lived.agents) == 703


def test_the_agents_of_a_market_are_its_customers_and_its_firms(lived: Market) -> None:
    agents = lived.agents
    assert [*lived.customers, *lived.firms] == list(agents)
    assert lived.customers[3] in agents
    assert lived.firms[1] in agents
    assert Market(world(600)).firms[0] not in agents
    assert agents.select(agent_type=Firm).to_list() == lived.firms
    assert len(agents.select(agent_type=Customer)) == 700
    assert len(agents.select(agent_type=mesa.Agent)) == 703
    assert agents.select(agent_type=Firm).get("name") == ["Harbour", "Mill", "St. Mary"]
    assert agents.get("name", handle_missing="default")[699:] == [None, "Harbour", "Mill", "St. Mary"]
    assert agents[-1] is lived.firms[2]
    assert set(agents.shuffle().get("unique_id")) == set(range(1, 704))
    assert agents.select(lambda a: a.unique_id > 699, at_most=3).get("unique_id") == [700, 701, 702]
    assert agents.groupby(type).count() == {Customer: 700, Firm: 3}
    with pytest.raises(AttributeError, match="did you mean 'rate'"):
        agents.get("rates")


def test_agents_are_found_by_their_class(lived: Market) -> None:
    assert lived.agent_types == [Customer, Firm]
    assert isinstance(lived.agents_by_type[Customer], CustomerSet)
    assert lived.agents_by_type[Customer] == lived.customers
    assert list(lived.agents_by_type[Firm]) == lived.firms


def test_an_agent_of_the_users_own_is_among_the_agents(market: Market) -> None:
    class Regulator(MarketAgent):
        pass

    regulator = Regulator(market, 10_000)
    assert regulator in market.agents
    assert market.agents_by_type[Regulator].to_list() == [regulator]
    assert len(market.agents) == 604


def test_mesas_collector_records_agents_of_a_market(market: Market) -> None:
    collector = mesa.DataCollector(
        model_reporters={"customers": lambda m: len(m.customers)},
        agent_reporters={"type": lambda a: type(a).__name__, "basket": lambda a: getattr(a, "basket", None)},
        agenttype_reporters={
            Customer: {"basket": "basket", "mill": "satisfaction.Mill", "firm": "last_firm"}
        },
    )
    recorded = []
    for _ in range(3):
        market.step()
        collector.collect(market)
        recorded.append(market.customers.get("satisfaction.Mill"))
    agents = collector.get_agent_vars_dataframe()
    assert agents.index.names == ["Step", "AgentID"]
    assert agents.index.get_level_values("Step").unique().tolist() == [1, 2, 3]
    assert agents.loc[3].index.tolist() == list(range(1, 604))
    assert agents.loc[1, "type"].value_counts().to_dict() == {"Customer": 600, "Firm": 3}
    assert agents.loc[(2, 5), "basket"] == market.customers[4].basket
    customers = collector.get_agenttype_vars_dataframe(Customer)
    assert customers["mill"].tolist() == [*recorded[0], *recorded[1], *recorded[2]]
    assert recorded[0] != recorded[2]
    assert type(collector.model_vars["customers"][0]) is int


def test_the_markets_own_collector_has_the_weekly_history(lived: Market) -> None:
    frame = lived.datacollector.get_model_vars_dataframe()
    assert len(frame) == 12
    revenue = lived.tallies[:, :, 1, :, Tally.REVENUE].sum(axis=(1, 2))
    assert frame["Mill.revenue"].tolist() == revenue.tolist()


def test_two_markets_share_nothing(market: Market) -> None:
    other = Market(world(600))
    before = other.population.digest()
    market.customers.set("basket", 1.0)
    market.customers.select(segment="singles").do("remove")
    market.step()
    assert other.population.digest() == before
    assert (len(market.customers), len(other.customers), len(other.agents)) == (480, 600, 603)


# --- copies and memory ------------------------------------------------------------------------------------


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])  # noqa: S301
def test_a_copy_of_a_market_has_agents_of_its_own(market: Market, copied: Any) -> None:
    market.step()
    twin = copied(market)
    assert all(firm.model is twin for firm in twin.firms)
    assert all(a.model is twin for a in twin.agents)
    assert twin.agents[-1] is twin.firms[-1]
    twin.customers[0].basket = 99.0
    assert market.customers[0].basket != 99.0
    twin.customers[0].basket = market.customers[0].basket
    market.step()
    twin.step()
    assert twin.population.digest() == market.population.digest()
    assert len(twin.tallies) == len(market.tallies) == 2


def test_a_copy_of_a_view_or_a_set_does_not_copy_the_market(market: Market) -> None:
    customer, some = market.customers[1], market.customers[:3]
    twin, those = copy.deepcopy((customer, some))
    assert twin == customer
    assert twin.model is market
    assert those == some
    assert those.model is market
    assert copy.deepcopy(customer.satisfaction) == dict(customer.satisfaction)
    assert type(copy.deepcopy(customer.satisfaction)) is dict
    assert pickle.loads(pickle.dumps(some)).get("unique_id") == [1, 2, 3]  # noqa: S301


def test_a_market_is_freed_with_all_its_sets_and_views() -> None:
    market = Market(world(600))
    market.step()
    kept = [market.customers, market.agents, market.customers[0], market.agents_by_type, market.datacollector]
    gone = weakref.ref(market.population)
    del market, kept
    gc.collect()
    assert gone() is None


def test_memory_stays_flat_over_two_hundred_markets() -> None:
    small = world(600)

    def use_one(seed: int) -> None:
        market = Market(small, seed=seed)
        assert len(market.agents.select(lambda a: a.unique_id > 3, at_most=5).to_list()) == 5
        assert market.customers.agg("basket", np.mean) > 0

    for seed in range(10):
        use_one(seed)
    size = Market(small).population.nbytes
    gc.collect()
    tracemalloc.start()
    try:
        for seed in range(200):
            use_one(seed)
        _, peak = tracemalloc.get_traced_memory()
        gc.collect()
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert left < size
    assert peak < 30 * size
