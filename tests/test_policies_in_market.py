"""Firms that act by themselves, in a market with customers: books balance, programmes come and go, bits stay equal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.market import Market
from sim.measures.tally import Tally
from sim.scenario import Scenario
from sim.scenario.part import thaw
from tests.firms.fights import cutting
from tests.worlds import EAGER, POINTS, busy, duel, worlds

CLUB = {"enrolment": EAGER, "points": POINTS}
MATCH = {"kind": "retaliate", "threshold": 0.03, "forgive": 0}
CUT = [{"kind": "price_war", "firm": "Mill", "week": 6, "weeks": 2, "depth": 0.15}]


def policed(world: Scenario, **policies: Any) -> Scenario:
    """The world with policies, by firm."""
    for name, own in policies.items():
        world = world.replace(f"firms.{name}.policies", own)
    return world


@st.composite
def fighting(draw: st.DrawFn) -> Scenario:
    """A small world of any shape whose firms have policies of any kind."""
    world = draw(worlds(most_customers=8, most_weeks=14))
    names = list(world.firm_names)
    data = thaw(world)
    for firm in data["firms"]:
        others = [name for name in names if name != firm["name"]]
        choices: list[Any] = [{"kind": "answer_surveys", "below": 95, "every": 2, "quality": 3, "cost": 7.35}]
        choices += [{"kind": "high_low", "every": 3, "weeks": 1, "depth": 0.3}]
        if others:
            choices += [draw(cutting(firm["name"], names))]
            choices += [
                {"kind": "copy_programme", "rival": other["name"], "lag": 2, "share": 0.5}
                for other in data["firms"]
                if other["name"] != firm["name"] and other["programme"]
            ]
        if firm["programme"]:
            choices += [
                {"kind": "raise_reward", "churn_above": 0, "every": 2, "by": 0.35, "most": 3},
                {"kind": "withdraw", "profit_below": 5, "weeks": 4},
            ]
        firm["policies"] = draw(st.lists(st.sampled_from(choices), max_size=4))
    return Scenario.model_validate(data)


@settings(deadline=None, max_examples=40)
@given(fighting(), st.sampled_from([None, "as written", "new"]), st.integers(0, 9))
def test_books_balance_every_week_whatever_firms_do_by_themselves(
    world: Scenario, design: str | None, replicate: int
) -> None:
    market = Market(world, design=design, replicate=replicate)
    while market.week < market.weeks:
        market.step()
        assert [firm.ledger.imbalance for firm in market.firms] == [0] * len(market.firms)
    assert ((market.prices > 0) & (market.prices < 100)).all()


def test_policies_that_find_nothing_to_do_change_no_bit() -> None:
    quiet = Market(duel({"as written": {}}, customers=300, weeks=20, burn_in=5)).run()
    world = policed(quiet.world, Harbour=[MATCH], Mill=[{"kind": "follow", "rival": "Harbour"}])
    market = Market(world, policies={"Mill": sim.Policy}).run()
    assert market.population.digest() == quiet.population.digest()
    assert market.prices.tolist() == quiet.prices.tolist()


@pytest.mark.parametrize(("share", "ends"), [(1.0, False), (0.7, True)])
def test_a_war_among_two_who_retaliate_ends_as_their_parameters_say(share: float, ends: bool) -> None:
    match = [{**MATCH, "share": share}]
    world = duel({"as written": {}}, customers=50, weeks=40, burn_in=5, events=CUT)
    prices = Market(policed(world, Harbour=match, Mill=match)).run().prices
    assert (prices[:6] == 1.0).all()
    assert prices[7].min() < 0.9
    assert (prices[-6:].min() == 1.0) == ends


def test_a_war_is_declared_by_who_loses_customers_to_a_cut() -> None:
    plan = {"kind": "price_war", "trigger": {"sales_drop": 0.15, "weeks": 3}, "truce": 3}
    events = [{**CUT[0], "week": 20, "weeks": 4}]
    world = duel({"as written": {}}, customers=2000, weeks=40, burn_in=5, events=events)
    prices = Market(policed(world, Harbour=[plan])).run().prices[:, 0]
    assert (prices[:21] == 1.0).all()
    assert prices[21:29].min() == pytest.approx(0.85)
    assert (prices[32:] == 1.0).all()


def test_a_copied_programme_gets_members_and_ends_with_what_it_copies() -> None:
    end = {"kind": "change", "firm": "Harbour", "week": 30, "patch": {"programme": None}}
    designs = {"none": {}, "club": {"programme": CLUB}}
    world = duel(designs, customers=500, weeks=45, burn_in=10, events=[end])
    world = policed(world, Mill=[{"kind": "copy_programme", "rival": "Harbour", "lag": 5}])
    members = Market(world, design="club").run().tallies.sum(axis=(1, 3))[:, :, Tally.MEMBERS]
    assert [week for week in range(45) if members[week, 0]] == list(range(10, 30))
    assert [week for week in range(45) if members[week, 1]] == list(range(15, 35))
    assert not Market(world, design="none").run().tallies[..., Tally.MEMBERS].any()


def test_a_programme_that_is_withdrawn_leaves_no_points_behind() -> None:
    world = policed(busy(), Harbour=[{"kind": "withdraw", "profit_below": 1e9, "weeks": 9}])
    tallies = Market(world, design="kept").run().tallies.sum(axis=(1, 3))[:, 0]
    assert tallies[8, Tally.POINTS_BALANCE] > 0
    assert not tallies[9:, [Tally.POINTS_BALANCE, Tally.MEMBERS]].any()


def test_threads_change_no_bit_of_a_market_of_firms_that_act() -> None:
    world = policed(busy(), Harbour=[{"kind": "undercut", "by": 0.02}], Mill=[MATCH])
    one, two = (Market(world, threads=threads).run() for threads in (1, 2))
    assert one.population.digest() == two.population.digest()
    assert one.prices.tolist() == two.prices.tolist()


def test_policies_of_an_unknown_firm_are_refused_with_the_nearest_name() -> None:
    with pytest.raises(sim.ScenarioError, match="did you mean 'Harbour'"):
        Market(busy(), policies={"Harbor": sim.Policy})
