"""Paired worlds: two designs share every draw, so they differ only where the design acts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.market import Market
from sim.measures import MEASURES
from sim.measures.tally import Tally
from sim.population.columns import COLUMNS
from sim.population.traits import NO_WEIGHT
from sim.scenario import Scenario
from tests.worlds import POINTS, STAMPS, bustling, busy, duel


def columns(market: Market, *, programmes: bool = True) -> dict[tuple[str, int, int], NDArray[Any]]:
    """All columns of all customers, by name, firm or programme, and part."""
    people = market.population
    kinds = {
        "customer": 1,
        "firm": people.firms,
        "programme": people.programmes if programmes else 0,
        "network": 0,
    }
    found = {
        (c.name, which, part): people.column(c.name, which, part)
        for c in COLUMNS
        if c.scope not in ("element", "account")
        for which in range(kinds[c.scope])
        for part in range(c.rows)
    }
    for p, rows in enumerate(people.layout if programmes else ()):
        for row, number in rows.items():
            for part in range(number):
                found[row.name.lower(), p, part] = people.column(row.name.lower(), p, part)
    return found


def who_differs(one: Market, other: Market) -> set[int]:
    """Customers with a difference in any bit of any column."""
    mine, theirs = columns(one), columns(other)
    assert mine.keys() == theirs.keys()
    differing = [np.flatnonzero(mine[key].view(np.int32) != theirs[key].view(np.int32)) for key in mine]
    return {int(i) for customers in differing for i in customers}


# --- designs that are one design --------------------------------------------------------------------------


@pytest.mark.parametrize("replicate", [0, 1])
def test_two_designs_that_say_the_same_differ_by_exactly_nothing(replicate: int) -> None:
    """Written as a patch, as the same patch again, or as what the file says anyway."""
    programme = busy().firms[0].programme
    assert programme is not None
    designs = {"kept": {}, "again": {}, "spelt out": {"programme": programme.model_dump()}}
    world = busy(designs=designs)
    markets = [
        Market(world, design=design, customers=700, replicate=replicate).run() for design in [None, *designs]
    ]
    first = markets[0].metrics()
    for other in markets[1:]:
        np.testing.assert_array_equal(other.tallies, markets[0].tallies)
        assert not who_differs(markets[0], other)
        for name, value in other.metrics().items():
            assert value == first[name] or (np.isnan(value) and np.isnan(first[name])), name
        for mine, theirs in zip(other.firms, markets[0].firms, strict=True):
            np.testing.assert_array_equal(mine.ledger.weeks, theirs.ledger.weeks)


@pytest.mark.parametrize("design", ["closed", "cards", "dear", "better", "points"])
def test_until_the_burn_in_ends_a_design_is_the_reference(design: str) -> None:
    programme = busy().designs["cards"]["programme"]
    world = busy(
        designs={
            "closed": {"programme": None},
            "kept": {},
            "cards": {"programme": programme},
            "dear": {"price": {"level": 1.5}},
            "better": {"quality": {"level": 99, "failure_rate": 0.0}},
            "points": {"programme": {"points": {"per_currency": 50}}},
        }
    )
    reference, other = (Market(world, design=name, customers=300) for name in ("kept", design))
    for _ in range(world.horizon.burn_in):
        reference.step()
        other.step()
        assert not who_differs(reference, other)
    np.testing.assert_array_equal(reference.tallies, other.tallies)
    for _ in range(4):
        reference.step()
        other.step()
    assert who_differs(reference, other)
    np.testing.assert_array_equal(reference.tallies[:6], other.tallies[:6])


def test_a_coalition_that_only_the_design_founds_is_not_there_before_it() -> None:
    """Barrow's customers earn nothing in Harbour's programme until Barrow is its partner."""
    founded = {"programme": {"partners": {"firms": ["Barrow"], "price": 0.02}}}
    world = busy(designs={"alone": {}, "coalition": founded})
    alone, coalition = (Market(world, design=name, customers=400) for name in world.design_names)
    barrow = world.firm_names.index("Barrow")
    for week in range(16):
        alone.step()
        coalition.step()
        differing = sorted(who_differs(alone, coalition))
        mine, theirs = columns(alone), columns(coalition)
        where = [key for key in mine if (mine[key] != theirs[key]).any()]
        assert (not differing) == (week < world.horizon.burn_in), (
            f"customers {differing[:9]}, columns {where}"
        )
        earned = coalition.tallies[-1][:, barrow, :, Tally.POINTS_EARNED].sum()
        assert (earned > 0) == (week >= world.horizon.burn_in)


def test_a_programme_that_only_the_design_has_is_not_there_before_it() -> None:
    world = duel(
        {"none": {}, "stamps": {"programme": {"stamps": STAMPS}}}, customers=300, weeks=20, burn_in=9
    )
    none, stamps = (Market(world, design=name) for name in world.design_names)
    for week in range(20):
        none.step()
        stamps.step()
        mine, theirs = (columns(m, programmes=False) for m in (none, stamps))
        same = all(np.array_equal(mine[key], theirs[key]) for key in mine)
        assert same == (week < 9)
        assert (stamps.population.column("member_since") >= 0).any() == (week >= 9)


@pytest.mark.parametrize(
    "gives", [{"points": POINTS | {"reward": 0.01}}, {"stamps": STAMPS | {"reward": 0.01}}]
)
def test_a_programme_that_nobody_is_asked_to_join_changes_nothing_but_costs(gives: dict[str, Any]) -> None:
    idle = {"enrolment": {"ask": 0.0}, "costs": {"launch": 100.0, "per_week": 2.5, "per_member_week": 9.0}}
    world = duel({"none": {}, "idle": {"programme": idle | gives}}, customers=1000, weeks=40, burn_in=10)
    none, idle_market = (Market(world, design=name).run() for name in world.design_names)
    np.testing.assert_array_equal(none.tallies, idle_market.tallies)
    mine, theirs = (columns(m, programmes=False) for m in (none, idle_market))
    for key in mine:
        np.testing.assert_array_equal(mine[key], theirs[key])
    cost = 100.0 + 30 * 2.5
    one, other = none.metrics(), idle_market.metrics()
    assert one["profit"] - other["profit"] == pytest.approx(cost)
    assert other["programme_cost"] == pytest.approx(cost)
    assert other["programme_result"] == pytest.approx(-cost)
    for name in MEASURES:
        if name not in ("profit", "house_profit", "programme_cost", "programme_result"):
            np.testing.assert_array_equal(one[name], other[name], name)


# --- one customer changed ---------------------------------------------------------------------------------


CHANGES = {
    "rate": ("rate", 0, 3.3),
    "taste for a firm": ("taste", 1, 4.0),
    "price sensitivity": ("sensitivity", 0, 20.0),
    "basket": ("basket", 0, 400.0),
    "expectation": ("expectation", 0, 99.0),
    "satisfaction": ("satisfaction", 2, 20.0),
    "membership": ("member_since", 0, 0),
    "hazard of leaving": ("hazard", 0, 30.0),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("customer", [0, 41])
def test_where_nobody_talks_or_queues_a_change_in_one_customer_changes_no_other_life_by_a_bit(
    change: str, customer: int
) -> None:
    """With leaving, drift, programmes, a price war and a change of design around them, but neither a network nor a
    complaint desk: these are the ways from one customer to another."""
    name, which, value = CHANGES[change]
    as_it_was, changed = (Market(busy(), design="cards", seed=11) for _ in range(2))
    for market in (as_it_was, changed):
        # One who buys often, stays, and has no favourite.
        for trait, common in (("rate", 4.0), ("hazard", 0.0)):
            market.population.put(customer, trait, common)
        for firm in range(3):
            market.population.put(customer, "taste", 0.0, firm)
    changed.population.put(customer, name, value, which)
    for _ in range(20):
        as_it_was.step()
        changed.step()
        assert who_differs(as_it_was, changed) <= {customer}
    assert not np.array_equal(as_it_was.tallies, changed.tallies), "she did live another life"


def test_of_friends_and_of_those_who_queue_with_her_some_live_another_life() -> None:
    """The other way round: in a market with a network and complaint desks others are reached."""
    world = bustling().replace("customers.prospects", 0.0).replace("behaviour.leaving.enabled", False)
    as_it_was, changed = (Market(world, customers=300) for _ in range(2))
    for market in (as_it_was, changed):
        market.population.put(41, "rate", 4.0)
    changed.population.put(41, "taste", 9.0)
    as_it_was.step()
    changed.step()
    assert who_differs(as_it_was, changed) == {41}
    as_it_was.run()
    changed.run()
    assert len(who_differs(as_it_was, changed)) > 3


def aloof(capacity: float = 1000.0, **customers: Any) -> Scenario:
    """Where the category does not answer to prices; of the firms alike only Harbour changes, in any way.

    capacity: of the complaint desks; with the default nobody queues. No firm learns from complaints.
    """
    desk = {"capacity": capacity, "channels": 10, "empowerment": 1.0, "acted_on": 0.0}
    world = duel(
        {
            "none": {},
            "all at once": {
                "price": {"level": 1.3},
                "quality": {"failure_rate": 0.3},
                "programme": {"points": POINTS},
                "complaint_desk": desk | {"capacity": 1.0},
            },
        },
        customers=600,
        weeks=30,
        burn_in=10,
        behaviour={"need": {"enabled": False}, "drift": {"enabled": False}},
        firm={"complaint_desk": desk, "quality": {"failure_rate": 0.1}},
    )
    world = world.replace("customers.segments[0].leaving", {"shape": 1.0, "scale": 100.0})
    world = world.replace("customers.replace_leavers", False)
    for name, value in customers.items():
        world = world.replace(f"customers.{name}", value)
    return world


def touched_by_the_design(world: Scenario, never: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Who lives another life, where some would never buy at Harbour."""
    markets = []
    for design in world.design_names:
        market = Market(world, design=design)
        taste = market.population.column("taste", 0)
        taste[never] = NO_WEIGHT
        market.population.set_column("taste", taste, 0)
        markets.append(market.run())
    mine, theirs = (columns(m, programmes=False) for m in markets)
    touched = np.zeros(len(markets[0].population), bool)
    for key in mine:
        touched |= mine[key] != theirs[key]
    return touched


def test_where_nobody_talks_queues_or_learns_a_design_does_not_touch_those_who_never_go_to_the_firm() -> None:
    """Not even those who have had enough of its only rival: what has no weight is no alternative to leave for."""
    never = np.arange(0, 600, 3)
    touched = touched_by_the_design(aloof(), never)
    assert not touched[never].any()
    assert touched.mean() > 0.3


def test_where_complaints_queue_a_design_reaches_those_who_never_go_to_the_firm() -> None:
    """Whom a design drives away complains at the rival's desk, and all wait longer there."""
    never = np.arange(0, 600, 3)
    assert touched_by_the_design(aloof(capacity=4.0), never)[never].any()


def test_where_friends_talk_a_design_reaches_those_who_never_go_to_the_firm() -> None:
    never = np.arange(0, 600, 3)
    assert touched_by_the_design(aloof(network={"degree": 10}), never)[never].any()


def test_pairing_makes_the_difference_of_two_designs_surer() -> None:
    """Paired, the difference in share varies far less over replicates than between unrelated markets."""
    world: Scenario = duel(
        {"none": {}, "dear": {"price": {"level": 1.02}}}, customers=1500, weeks=40, burn_in=10
    )
    shares = np.array(
        [
            [Market(world, design=design, replicate=r).run().metrics()["share"] for r in range(8)]
            for design in world.design_names
        ]
    )
    paired = np.var(shares[1] - shares[0], ddof=1)
    unrelated = np.var(shares[1] - np.roll(shares[0], 1), ddof=1)
    assert unrelated > 4 * paired


def test_two_replicates_share_nothing() -> None:
    world = busy()
    one, other = (Market(world, customers=400, replicate=r) for r in (0, 1))
    for name in ("rate", "basket", "sensitivity", "hazard"):
        assert (one.population.column(name) != other.population.column(name)).all()
    one.run()
    other.run()
    sold = [m.tallies[..., Tally.PURCHASES] for m in (one, other)]
    assert not np.array_equal(*sold)
