"""New customers: how they are won, what that costs, and what they are worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.firms.ledger import Account
from sim.measures.tally import Tally
from sim.population.moments import Origin
from tests.levers.pairs import (
    NETWORK,
    OFF,
    REPLICATES,
    counted,
    measured,
    pair,
    raises,
    run,
)


def advertises(**changes: Any) -> dict[str, Any]:
    return {"advertising": {"reach": 0.1, "cost": 0.1} | changes}


def offers(**changes: Any) -> dict[str, Any]:
    return {"deal": {"reach": 0.02, "depth": 0.4} | changes}


OPEN = pair(
    {
        "none": {},
        "advertising": advertises(),
        "more advertising": advertises(reach=0.3),
        "deal": offers(),
        "more deals": offers(reach=0.06),
        "deeper": offers(depth=0.8),
        "both": advertises() | offers(),
    },
    customers=4000,
    prospects=0.6,
)


def test_without_advertising_deals_or_friends_nobody_new_comes() -> None:
    assert (measured(OPEN, "acquired", "none") == 0).all()


@pytest.mark.parametrize(("less", "more"), [("advertising", "more advertising"), ("deal", "more deals")])
def test_the_further_it_reaches_the_more_are_won(less: str, more: str) -> None:
    channel = f"acquired_by_{less}"
    assert raises(OPEN, channel, less)
    assert raises(OPEN, channel, more, less)
    assert raises(OPEN, "revenue", more, less)


def test_a_deeper_deal_wins_more_of_those_it_reaches_and_costs_more_for_each() -> None:
    rate = [measured(OPEN, "acquired_by_deal", d) / counted(OPEN, Tally.DEALS, d) for d in ("deal", "deeper")]
    assert (rate[1] > 1.5 * rate[0]).all()
    assert raises(OPEN, "cost_per_acquired", "deeper", "deal")


def test_an_advertisement_wins_fewer_of_those_it_meets_than_a_deal_does_and_far_fewer_than_a_friend() -> None:
    friendly = OPEN.replace("customers.network", NETWORK)
    chance = {
        # What meets customers is wasted: adverts go to everybody, deals to prospects only.
        "advertising": measured(OPEN, "acquired_by_advertising", "advertising")
        / counted(OPEN, Tally.ADVERTS, "advertising"),
        "deal": measured(OPEN, "acquired_by_deal", "deal") / counted(OPEN, Tally.DEALS, "deal"),
        "friend": measured(friendly, "acquired_by_referral", "none")
        / measured(friendly, "referrals", "none"),
    }
    assert (chance["advertising"] < 0.2 * chance["deal"]).all()
    assert (chance["advertising"] < 0.2 * chance["friend"]).all()


@pytest.mark.parametrize("r", REPLICATES)
def test_what_winning_costs_is_in_the_books(r: int) -> None:
    spent = {
        d: run(OPEN, d, r).firms[0].ledger.balance(Account.ACQUISITION) / 100
        for d in ("none", "advertising", "deal")
    }
    adverts, deals, cents = (
        run(OPEN, d, r).tallies[..., t].sum()
        for d, t in (("advertising", Tally.ADVERTS), ("deal", Tally.DEALS), ("deal", Tally.DEAL_CENTS))
    )
    assert spent["none"] == 0.0
    assert spent["advertising"] == pytest.approx(0.1 * adverts, abs=1.0)
    assert spent["deal"] == pytest.approx(0.1 * deals + cents / 100, abs=1.0)


KEEPING = pair(
    {
        "none": {},
        "keeping": {"gestures": {"chance": 0.05, "worth": 10.0}},
        "advertising": advertises(),
        "deal": offers(),
    },
    customers=4000,
    prospects=0.6,
)


def test_winning_a_customer_costs_more_than_keeping_one_for_a_year() -> None:
    """Keeping: gifts, by which all who are customers buy more at the firm; winning: by advertising or by deals."""
    for measure in ("share", "behavioural"):
        assert raises(KEEPING, measure, "keeping")
    for r in REPLICATES:
        market = run(KEEPING, "keeping", r)
        years = market.tallies[26:, :, 0, :, Tally.ACTIVE].sum() / 52
        each = market.firms[0].ledger.balance(Account.COMMUNICATION) / 100 / years
        for design in ("advertising", "deal"):
            assert run(KEEPING, design, r).metrics()["cost_per_acquired"] > 1.5 * each > 0


# --- what they are worth ----------------------------------------------------------------------------------

LONG = pair(
    {"none": advertises(reach=0.3, cost=0.0) | offers(reach=0.05, depth=0.4)},
    customers=4000,
    weeks=104,
    prospects=0.8,
    network=NETWORK,
    behaviour={"word_of_mouth": {"outright": 0.0}},
)


def traits(replicate: int, world: Any = LONG) -> dict[Origin, np.ndarray[Any, Any]]:
    """Of those won more than half a year ago, by origin: mean price sensitivity, share of Harbour in what they buy."""
    people = run(world, "none", replicate).population
    story, entered = people.column("story") & 7, people.column("entered")
    there = (people.column("alive") == 1) & (entered < 78)
    here, away = (people.column("remembered", f) for f in (0, 1))
    found = {}
    for origin in (Origin.ADVERTISING, Origin.DEAL):
        won = there & (story == origin) & (here + away > 0)
        share = here[won] / (here[won] + away[won])
        found[origin] = np.array([people.column("sensitivity")[won].mean(), share.mean()])
    return found


@pytest.mark.parametrize("r", REPLICATES)
def test_who_comes_for_the_price_minds_the_price_and_buys_less_at_the_firm(r: int) -> None:
    found = traits(r)
    deal, advert = found[Origin.DEAL], found[Origin.ADVERTISING]
    assert deal[0] > 1.3 * advert[0]
    assert deal[1] < advert[1] - 0.05


def test_who_comes_for_the_price_goes_for_the_price() -> None:
    """A rival's price war takes more from a firm that grew by deals than from one that grew by advertising."""
    war = {"kind": "price_war", "firm": "Mill", "week": 65, "weeks": 13, "depth": 0.2}
    world = pair(
        {"advertising": advertises(reach=0.8), "deal": offers(reach=0.08)}, customers=4000, prospects=0.9
    )
    fought = world.replace("events", [war])
    kept = {
        d: counted(fought, Tally.PURCHASES, d, 65) / counted(world, Tally.PURCHASES, d, 65)
        for d in ("advertising", "deal")
    }
    assert (kept["deal"] < kept["advertising"] - 0.02).all()


def test_a_reward_makes_friends_cheaper_or_dearer_than_advertising_but_never_free() -> None:
    friendly = OPEN.replace("customers.network", NETWORK).replace(
        "designs", {"none": {}, "reward": {"referral": {"reward": 10.0, "friend_reward": 10.0}}}
    )
    # Praise wins some besides, who cost nothing.
    assert (measured(friendly, "cost_per_acquired", "none") == 0.0).all()
    paid = measured(friendly, "cost_per_acquired", "reward")
    assert ((paid > 5.0) & (paid <= 20.0)).all()


def test_off_nobody_is_won_by_money() -> None:
    off = OPEN.replace("behaviour.acquisition", OFF)
    assert (measured(off, "acquired", "both") == 0).all()
