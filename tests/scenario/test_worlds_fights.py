"""Worlds of firms that fight: a price war of grocers, a house of brands, a crisis of a drug."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import Tally
from sim.scenario import Crisis, Entry, PriceWar, Scenario, load

FOLDER = Path(__file__).parents[2] / "scenarios"
WAR, HOUSE, DRUG = WORLDS = ("price_war", "brand_house", "otc_crisis")
CUSTOMERS = 800

every_world = pytest.mark.parametrize("name", WORLDS)


@cache
def world_of(name: str) -> Scenario:
    return load(FOLDER / f"{name}.yaml")


@cache
def lived(name: str, design: str) -> Market:
    """A design of a world with few customers, to the end."""
    return Market(world_of(name), design=design, customers=CUSTOMERS).run()


def weekly(name: str, design: str, tally: Tally) -> NDArray[np.int64]:
    """Week x firm."""
    return np.asarray(lived(name, design).tallies[..., tally].sum(axis=(1, 3)))


@every_world
def test_designs_share_the_burn_in_and_no_two_are_the_same_after_it(name: str) -> None:
    found = {d: lived(name, d).tallies for d in world_of(name).design_names}
    first, *others = found.values()
    for other in others:
        np.testing.assert_array_equal(first[:52], other[:52])
    names = list(found)
    for i, one in enumerate(names):
        for other_name in names[:i]:
            assert (found[one][52:] != found[other_name][52:]).any(), (one, other_name)


@every_world
def test_every_firm_sells_in_every_year_that_it_is_there(name: str) -> None:
    for design in world_of(name).design_names[1:]:
        bought = weekly(name, design, Tally.PURCHASES)
        years = bought.reshape(-1, 52, bought.shape[1]).sum(axis=1)
        opened = np.array(
            [
                any(isinstance(e, Entry) and e.firm == firm for e in world_of(name).events)
                for firm in world_of(name).firm_names
            ]
        )
        assert (years[:, ~opened] > 0).all(), design
        assert (years[1:, opened] > 0).all(), design


# --- the price war ----------------------------------------------------------------------------------------


def over_usual(design: str) -> NDArray[np.float64]:
    """Prices over usual ones, week x firm."""
    market = lived(WAR, design)
    return np.asarray(market.prices) / np.array([firm.spec.price.usual for firm in market.firms])


def test_the_leader_starts_and_every_rival_answers_in_its_own_way_and_comes_back() -> None:
    (war,) = (event for event in world_of(WAR).events if isinstance(event, PriceWar))
    harbour, crown, mill, barrow, thrift = over_usual("stay_out").T
    assert (harbour == pytest.approx(1.0)) and (crown[:78] == pytest.approx(1.0))
    assert crown[war.week + 6] < mill[war.week + 6] < 1
    assert crown[war.week + 6] < barrow[war.week + 6] < 1
    assert thrift[1:] == pytest.approx(0.99 * barrow[:-1])
    assert crown[-1] == mill[-1] == pytest.approx(1.0)
    assert barrow[-1] == pytest.approx(1.0)


def test_harbour_follows_or_undercuts_only_where_the_design_says_so() -> None:
    match, undercut = over_usual("match").T, over_usual("undercut").T
    assert match[0][80:117] == pytest.approx(match[1][78:115])
    assert match[0][-1] == pytest.approx(1.0)
    assert undercut[0][78:104].min() < undercut[1].min()
    assert undercut[0][-1] == pytest.approx(1.0)
    for design in ("programme", "service"):
        assert over_usual(design)[:, 0] == pytest.approx(1.0)


def test_who_stays_out_loses_most_customers_in_the_war_who_seek_deals() -> None:
    bought = lived(WAR, "stay_out").tallies[..., Tally.PURCHASES].sum(axis=3)
    peace, war = (
        bought[weeks, :, 0].sum(axis=0) / bought[weeks].sum(axis=(0, 2))
        for weeks in (slice(52, 78), slice(78, 117))
    )
    settled, deal_seekers = war / peace
    assert deal_seekers < settled < 1


def test_households_of_a_town_at_war_pay_less_in_all() -> None:
    paid = weekly(WAR, "match", Tally.REVENUE).sum(axis=1)
    assert 0.85 * paid[52:78].mean() < paid[82:117].mean() < 0.98 * paid[52:78].mean()


# --- the house of brands ----------------------------------------------------------------------------------


def test_nobody_buys_the_new_brand_before_it_is_launched() -> None:
    (entry,) = (event for event in world_of(HOUSE).events if isinstance(event, Entry))
    assert entry.firm == world_of(HOUSE).focus
    assert weekly(HOUSE, "no_launch", Tally.PURCHASES)[:, 0].sum() == 0
    pip = weekly(HOUSE, "launch", Tally.PURCHASES)[:, 0]
    assert pip[: entry.week].sum() == 0
    assert pip[entry.week :].sum() > 0


def test_the_new_brand_takes_about_its_fair_share_from_its_sisters() -> None:
    house = [firm.house == "Fern" for firm in world_of(HOUSE).firms]
    assert sum(house) == 3
    sisters = np.flatnonzero(house)[1:]
    without, launch = (
        weekly(HOUSE, d, Tally.PURCHASES)[60:].sum(axis=0) for d in ("no_launch", "launch_cheap")
    )
    cannibalised = (without - launch)[sisters].sum() / launch[0]
    fair = without[sisters].sum() / without.sum()
    assert cannibalised == pytest.approx(fair, abs=0.12)
    inside = weekly(HOUSE, "launch_cheap", Tally.SWITCHED_INSIDE)[:, 0].sum()
    assert 0 < inside < weekly(HOUSE, "launch_cheap", Tally.SWITCHED)[:, 0].sum()


def contribution(design: str, replicate: int) -> NDArray[np.float64]:
    """Of every brand since the launch, less fixed cost, all customers there: fixed cost does not shrink."""
    market = Market(world_of(HOUSE), design=design, replicate=replicate).run()
    return np.array([sum(firm.ledger.profits[60:]) / 100 for firm in market.firms])


@pytest.mark.parametrize("replicate", [0, 1])
def test_what_pays_for_the_brand_need_not_pay_for_the_house(replicate: int) -> None:
    without, launch, cheap = (contribution(d, replicate) for d in ("no_launch", "launch", "launch_cheap"))
    assert cheap[0] > launch[0] > 0
    assert cheap[:3].sum() < without[:3].sum() < launch[:3].sum()


def test_the_campaign_leads_demand_that_rivals_share() -> None:
    campaign = world_of(HOUSE).replace("events", [e for e in thawed_events() if e["kind"] != "campaign"])
    without = Market(campaign, design="no_launch", customers=CUSTOMERS).run().tallies[..., Tally.PURCHASES]
    led = lived(HOUSE, "no_launch").tallies[..., Tally.PURCHASES]
    more = (led - without).sum(axis=3)
    assert (more[:91] == 0).all()
    settled, curious = more[91:].sum(axis=(0, 2))
    assert settled == 0 < curious
    clara, rivals = more[91:, 1, 1].sum(), more[91:, 1, 3:].sum()
    assert clara > 0
    assert rivals > 0


def thawed_events() -> list[dict[str, object]]:
    return [event.model_dump() for event in world_of(HOUSE).events]


# --- the crisis -------------------------------------------------------------------------------------------


def test_the_shelf_is_empty_while_the_drug_is_recalled() -> None:
    (crisis,) = (event for event in world_of(DRUG).events if isinstance(event, Crisis))
    for design, first in (("own_up_at_once", crisis.week), ("own_up_late", crisis.week + 13)):
        sold = weekly(DRUG, design, Tally.PURCHASES)[:, 0]
        assert sold[first : first + 8].sum() == 0
        assert (sold[first + 8 : first + 16] > 0).all()
    for design in ("stay_silent", "words_only", "deny"):
        assert (weekly(DRUG, design, Tally.PURCHASES)[crisis.week :, 0] > 0).all()


def test_trust_comes_back_where_the_firm_owns_up_with_a_recall_and_less_far_with_words() -> None:
    trust = {d: lived(DRUG, d).metrics()["trust"] for d in world_of(DRUG).design_names}
    assert trust["own_up_at_once"] > trust["words_only"] > trust["own_up_late"]
    assert trust["own_up_late"] > max(trust["stay_silent"], trust["deny"])


def test_some_of_it_sticks_to_the_rivals() -> None:
    alone = Market(
        world_of(DRUG).replace("events[0].spill_over", 0.0), design="stay_silent", customers=CUSTOMERS
    )
    alone.run()
    for firm in world_of(DRUG).firm_names[1:]:
        assert lived(DRUG, "stay_silent").metrics(firm)["trust"] < alone.metrics(firm)["trust"]
