"""Leaving for good: eight causes, each raised by its own lever, and the way back."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.market import Market
from sim.measures.tally import Tally
from sim.population.moments import RECONSIDERED
from tests.levers.pairs import (
    NETWORK,
    REPLICATES,
    counted,
    differences,
    lowers,
    measured,
    pair,
    raises,
    run,
    weeks_of,
)

CAUSES = tuple(Tally)[Tally.LEFT_PRICE : Tally.LEFT_INVOLUNTARY + 1]
WITH = tuple(Tally)[Tally.WITH_PRICE : Tally.WITH_INVOLUNTARY + 1]
WORLD = pair(
    {
        "none": {},
        "price": {"price": {"level": 1.2}},
        "inconvenience": {"convenience": {"level": -1.0}},
        "core": {"quality": {"failure_rate": 0.1, "failure_core_share": 1.0}},
        "encounter": {"quality": {"failure_rate": 0.1, "failure_core_share": 0.0}},
        "ethics": {"hidden_fee": 0.2},
    },
    customers=4000,
)


@pytest.mark.parametrize(
    ("lever", "cause", "measure"),
    [
        ("price", Tally.LEFT_PRICE, "left_for_price"),
        ("inconvenience", Tally.LEFT_INCONVENIENCE, "left_for_inconvenience"),
        ("core", Tally.LEFT_CORE_FAILURE, "left_for_core_failure"),
        ("encounter", Tally.LEFT_ENCOUNTER_FAILURE, "left_for_encounter_failure"),
        ("ethics", Tally.LEFT_ETHICS, "left_for_ethics"),
    ],
)
def test_each_lever_raises_its_own_cause_of_leaving(lever: str, cause: Tally, measure: str) -> None:
    assert (counted(WORLD, cause, lever) > 1.5 * counted(WORLD, cause, "none")).all()
    assert raises(WORLD, measure, lever)
    assert raises(WORLD, "defection_rate", lever)


def test_a_price_rise_drives_away_until_it_is_thought_normal() -> None:
    """Per purchase: in the first quarter after it and in the last of the year."""
    left = [
        counted(WORLD, Tally.LEFT_PRICE, "price", *weeks) / counted(WORLD, Tally.PURCHASES, "price", *weeks)
        for weeks in ((26, 39), (65, 78))
    ]
    assert (left[0] > 1.5 * left[1]).all()


def test_complaints_that_nobody_answers_drive_customers_away() -> None:
    desk = {"channels": 4, "capacity": 100.0, "empowerment": 1.0, "compensation": 100.0}
    world = pair(
        {"none": {"complaint_desk": desk}, "turned": {"complaint_desk": desk | {"capacity": 0.0}}},
        customers=4000,
        firm={"quality": {"failure_rate": 0.1}},
    )
    assert raises(world, "left_for_response")
    assert (counted(world, Tally.LEFT_RESPONSE, "turned") > counted(world, Tally.LEFT_RESPONSE, "none")).all()


def test_a_rival_that_becomes_better_draws_customers_away() -> None:
    risen = {"kind": "change", "firm": "Mill", "week": 26, "patch": {"quality": {"level": 90}}}
    after = WORLD.replace("events", [risen])
    assert (differences(WORLD, after, "left_for_competition") > 0).all()
    assert (
        counted(after, Tally.LEFT_COMPETITION, "none") > 1.3 * counted(WORLD, Tally.LEFT_COMPETITION, "none")
    ).all()


def test_who_moves_away_or_whose_payment_fails_leaves_without_wanting_to() -> None:
    assert not counted(WORLD, Tally.LEFT_INVOLUNTARY, "none").any()
    moving = WORLD.replace("customers.segments[0].leaving", {"shape": 2.0, "scale": 400.0})
    assert (measured(moving, "left_involuntarily", "none") > 0.1).all()
    contract = {"weeks": 26}
    world = pair(
        {"none": {"contract": contract}, "turned": {"contract": contract | {"payment_failure": 0.01}}}
    )
    assert raises(world, "left_involuntarily")
    assert not counted(world, Tally.LEFT_INVOLUNTARY, "none").any()


ALL_AT_ONCE = pair(
    {
        "none": {
            "price": {"level": 1.1},
            "convenience": {"level": -0.5},
            "quality": {"failure_rate": 0.1},
            "hidden_fee": 0.05,
        }
    },
    customers=4000,
)


def test_a_decisive_cause_is_among_the_contributing_ones_and_most_leave_for_several() -> None:
    decisive, contributing = (
        np.array([counted(ALL_AT_ONCE, t, "none") for t in tallies]) for tallies in (CAUSES, WITH)
    )
    assert (contributing >= decisive).all()
    assert (contributing[: Tally.LEFT_INVOLUNTARY - Tally.LEFT_PRICE] > 0).sum() >= 6
    assert (contributing.sum(axis=0) > 1.3 * decisive.sum(axis=0)).all()
    story = run(ALL_AT_ONCE, "none", 0).population.column("story")
    left = story[((story >> 3) & 1) == 1]
    cause, causes = (left >> 4) & 7, (left >> 7) & 255
    assert left.size > 0
    assert ((causes >> cause) & 1 == 1).all()


def test_the_eight_causes_sum_to_all_who_left() -> None:
    names = (
        "price",
        "inconvenience",
        "core_failure",
        "encounter_failure",
        "response",
        "competition",
        "ethics",
    )
    parts = [measured(ALL_AT_ONCE, f"left_for_{name}", "none") for name in names]
    np.testing.assert_allclose(sum(parts) + measured(ALL_AT_ONCE, "left_involuntarily", "none"), 1.0)


@pytest.mark.parametrize("r", REPLICATES)
def test_who_has_left_buys_there_no_more_until_she_considers_it_again(r: int) -> None:
    market, away = Market(ALL_AT_ONCE, replicate=r), np.zeros(4000, bool)
    for week in weeks_of(market):
        people = market.population
        bought = people.column("last_week", 0) == week
        again = (people.column("happened") & RECONSIDERED) != 0
        assert not (bought & away & ~again).any()
        away = (people.column("knows") & 1) == 0
    slow = ALL_AT_ONCE.replace("behaviour.defection.reconsider", 1040.0)
    gone_for_long = (run(slow, "none", r).population.column("knows") & 1) == 0
    assert gone_for_long.sum() > 1.1 * away.sum() > 0


# --- the way back -----------------------------------------------------------------------------------------


def offers(**changes: Any) -> dict[str, Any]:
    return {"win_back": {"reach": 0.1, "worth": 20.0} | changes}


LOST = pair(
    {
        "none": {},
        "small": offers(worth=5.0),
        "usual": offers(),
        "often": offers(reach=0.3),
        "large": offers(worth=80.0),
    },
    customers=4000,
    firm={"quality": {"failure_rate": 0.15}},
)


def test_offers_bring_lost_customers_back() -> None:
    assert (counted(LOST, Tally.WON_BACK, "usual") > 0).all()
    assert raises(LOST, "share", "large")
    considers = [
        np.array([(run(LOST, d, r).population.column("knows") & 1).mean() for r in REPLICATES])
        for d in ("none", "usual", "often")
    ]
    for less, more in pairwise(considers):
        assert (more > less).all()


def test_the_larger_the_offer_the_more_accept_it() -> None:
    assert raises(LOST, "win_back_rate", "usual", "small")
    assert raises(LOST, "win_back_rate", "large", "usual")


def test_an_offer_puts_a_lost_customer_in_the_firms_debt_and_costs_it_money() -> None:
    assert raises(LOST, "equity", "large")
    assert (measured(LOST, "cost_per_acquired", "large") > 80.0).all()
    assert lowers(LOST, "cost_per_acquired", "small", "large")


def test_those_won_back_talk_again() -> None:
    told = LOST.replace("customers.network", NETWORK)
    assert (counted(told, Tally.PRAISE, "large") > counted(told, Tally.PRAISE, "none")).all()
