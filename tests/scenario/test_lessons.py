"""Each lesson shows what it says: signs of paired differences, the same in every replicate.

The lessons are run as they are shipped, only smaller. Sizes are not tested.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import INDEX_SCALE, Tally
from sim.population.moments import (
    ANSWERED_WELL,
    COMPLAINED,
    FAILED_CORE,
    FAILED_ENCOUNTER,
    Origin,
)
from sim.scenario import Scenario, load

FOLDER = Path(__file__).parents[2] / "scenarios" / "lessons"
RATCHET, HOSTAGES = "expectation_ratchet", "hostages_and_the_price_war"
SATISFACTION, COMPLAINT = "satisfaction_is_not_loyalty", "complaint_as_a_gift"
REFERRAL = "referral_and_the_network"
REPLICATES = (0, 1, 2)
CUSTOMERS = 2000
BURN_IN, YEAR = 52, 52
NEUTRAL = 75.0
"""Satisfaction of one who gets what was expected."""

each_replicate = pytest.mark.parametrize("replicate", REPLICATES)


@cache
def lesson(name: str) -> Scenario:
    return load(FOLDER / f"{name}.yaml")


@cache
def arm(name: str, design: str, replicate: int) -> Market:
    return Market(lesson(name), design=design, replicate=replicate, customers=CUSTOMERS).run()


def metric(name: str, design: str, replicate: int, what: str) -> float:
    return arm(name, design, replicate).metrics()[what]


def weekly(market: Market, tally: Tally) -> NDArray[np.int64]:
    """A tally of the focal firm by week."""
    return market.tallies[:, :, market.focus, :, tally].sum(axis=(1, 2))


def total(market: Market, tally: Tally, first: int = BURN_IN, last: int | None = None) -> int:
    return int(weekly(market, tally)[first:last].sum())


def mean_state(market: Market, tally: Tally) -> NDArray[np.float64]:
    """A state of mind of the focal firm's active customers by week."""
    return weekly(market, tally) / INDEX_SCALE / weekly(market, Tally.ACTIVE)


# --- the expectation ratchet ------------------------------------------------------------------------------


@each_replicate
def test_delight_over_better_quality_melts_while_expectation_climbs(replicate: int) -> None:
    steady, better = (arm(RATCHET, d, replicate) for d in ("steady", "better_for_a_year"))
    gain = mean_state(better, Tally.SATISFACTION) - mean_state(steady, Tally.SATISFACTION)
    expects = mean_state(better, Tally.EXPECTATION) - mean_state(steady, Tally.EXPECTATION)
    early, late = slice(56, 65), slice(95, 104)
    assert gain[early].mean() > 1.5 * gain[late].mean() > 0
    assert expects[late].mean() > expects[early].mean() > 0


@each_replicate
def test_the_old_quality_disappoints_after_a_better_year(replicate: int) -> None:
    market = arm(RATCHET, "better_for_a_year", replicate)
    satisfaction = mean_state(market, Tally.SATISFACTION)
    after = satisfaction[108:117].mean()
    assert after < satisfaction[BURN_IN - 1]
    assert after < mean_state(arm(RATCHET, "steady", replicate), Tally.SATISFACTION)[108:117].mean()
    assert satisfaction[-1] > after


@each_replicate
def test_a_promise_that_is_not_kept_lowers_satisfaction(replicate: int) -> None:
    for promised, silent in (("promise_for_a_year", "steady"), ("better_and_promised", "better_for_a_year")):
        with_it, without = (
            mean_state(arm(RATCHET, d, replicate), Tally.SATISFACTION) for d in (promised, silent)
        )
        assert (with_it[60:104] < without[60:104]).all()


@each_replicate
def test_the_better_year_sells_more_all_the_same(replicate: int) -> None:
    steady, better = (
        total(arm(RATCHET, d, replicate), Tally.PURCHASES, BURN_IN, BURN_IN + YEAR)
        for d in ("steady", "better_for_a_year")
    )
    assert better > steady


# --- hostages and the price war ---------------------------------------------------------------------------


@each_replicate
def test_the_held_are_dissatisfied_and_stay(replicate: int) -> None:
    held = arm(HOSTAGES, "held", replicate)
    assert held.metrics()["satisfaction"] < NEUTRAL
    assert weekly(held, Tally.DISSATISFIED)[-1] > 0.5 * weekly(held, Tally.ACTIVE)[-1]
    assert held.metrics()["retention"] > 0.7
    assert total(held, Tally.HOSTAGE) > 0.3 * total(held, Tally.CENSUS)


@each_replicate
def test_they_go_when_the_barrier_falls_though_nobody_is_less_satisfied(replicate: int) -> None:
    held, free = (arm(HOSTAGES, d, replicate) for d in ("held", "free"))
    assert free.metrics()["retention"] < held.metrics()["retention"] - 0.1
    last_quarter_of_peace = slice(91, 104)
    active, before = weekly(free, Tally.ACTIVE), weekly(held, Tally.ACTIVE)
    assert (active[last_quarter_of_peace] < 0.8 * before[last_quarter_of_peace]).all()
    difference = mean_state(free, Tally.SATISFACTION) - mean_state(held, Tally.SATISFACTION)
    assert np.abs(difference[BURN_IN:104]).max() < 1.0


@each_replicate
def test_the_price_war_takes_more_from_the_free_than_from_the_held(replicate: int) -> None:
    left = {}
    for design in ("held", "free", "free_and_good"):
        market = arm(HOSTAGES, design, replicate)
        peace, war = total(market, Tally.PURCHASES, 91, 104), total(market, Tally.PURCHASES, 104, 117)
        left[design] = war / peace
    assert left["free"] < left["free_and_good"] < left["held"]


@each_replicate
def test_service_is_worth_more_once_customers_can_leave(replicate: int) -> None:
    """As a factor on sales; a firm that lives by its barrier does not see it."""
    sales = {d: metric(HOSTAGES, d, replicate, "revenue") for d in lesson(HOSTAGES).design_names}
    assert sales["free_and_good"] / sales["free"] > sales["held_and_good"] / sales["held"] > 1


# --- satisfaction is not loyalty --------------------------------------------------------------------------


@each_replicate
def test_the_least_satisfied_guests_come_most(replicate: int) -> None:
    designs = lesson(SATISFACTION).design_names
    satisfaction = {d: metric(SATISFACTION, d, replicate, "satisfaction") for d in designs}
    share = {d: metric(SATISFACTION, d, replicate, "share") for d in designs}
    retention = {d: metric(SATISFACTION, d, replicate, "retention") for d in designs}
    assert min(satisfaction, key=satisfaction.__getitem__) == "prepaid_cards"
    assert max(satisfaction, key=satisfaction.__getitem__) == "better_cooking"
    assert max(share, key=share.__getitem__) == "prepaid_cards"
    assert max(retention, key=retention.__getitem__) == "prepaid_cards"


@each_replicate
def test_the_curious_are_no_less_satisfied_than_the_settled_and_go_elsewhere(replicate: int) -> None:
    market = arm(SATISFACTION, "better_cooking", replicate)
    settled, curious = market.tallies[BURN_IN:, :, market.focus].sum(axis=2).transpose(1, 0, 2)

    def satisfaction(t: NDArray[np.int64]) -> float:
        return float(t[-1, Tally.SATISFACTION] / INDEX_SCALE / t[-1, Tally.ACTIVE])

    def came_from_elsewhere(t: NDArray[np.int64]) -> float:
        return float(t[:, Tally.SWITCHED].sum() / t[:, Tally.PURCHASES].sum())

    assert satisfaction(curious) > satisfaction(settled) - 0.4
    assert came_from_elsewhere(curious) > 2 * came_from_elsewhere(settled)


@each_replicate
def test_new_menus_keep_the_curious_without_pleasing_anybody_more(replicate: int) -> None:
    plain, new = (arm(SATISFACTION, d, replicate) for d in ("as_it_is", "new_menus"))
    assert new.metrics()["share"] > plain.metrics()["share"]
    assert new.metrics()["satisfaction"] == pytest.approx(plain.metrics()["satisfaction"], abs=0.3)
    bought = [m.tallies[BURN_IN:, :, m.focus, :, Tally.PURCHASES].sum(axis=(0, 2)) for m in (plain, new)]
    assert bought[1][0] == bought[0][0]  # the settled live the same lives
    assert bought[1][1] > bought[0][1]


# --- the complaint as a gift ------------------------------------------------------------------------------


@each_replicate
def test_good_answers_keep_customers_and_listening_alone_does_not_pay(replicate: int) -> None:
    profit = {d: metric(COMPLAINT, d, replicate, "profit") for d in lesson(COMPLAINT).design_names}
    retention = {d: metric(COMPLAINT, d, replicate, "retention") for d in lesson(COMPLAINT).design_names}
    assert retention["good_answers_and_learning"] > retention["good_answers"] > retention["nobody_listens"]
    assert profit["good_answers_and_learning"] > profit["good_answers"] > profit["nobody_listens"]
    assert profit["nobody_listens"] > profit["listens_only"]


@each_replicate
def test_complaints_rise_and_then_fall_below_where_they_began_when_causes_are_removed(replicate: int) -> None:
    silent, heard, learning = (
        arm(COMPLAINT, d, replicate) for d in ("nobody_listens", "good_answers", "good_answers_and_learning")
    )
    assert total(heard, Tally.COMPLAINTS) > total(silent, Tally.COMPLAINTS)
    assert total(learning, Tally.COMPLAINTS, 52, 58) > total(silent, Tally.COMPLAINTS, 52, 58)
    assert total(learning, Tally.COMPLAINTS, 104) < total(silent, Tally.COMPLAINTS, 104)
    assert total(learning, Tally.FAILURES, 104) < 0.6 * total(silent, Tally.FAILURES, 104)


def test_complainers_answered_well_stay_longer_than_the_silent() -> None:
    """Customers whom the firm failed in the first half year, by what came of it; who still buys after two."""
    stayed = {"silent": [0, 0], "answered well": [0, 0]}
    for replicate in REPLICATES:
        market = Market(lesson(COMPLAINT), design="good_answers", replicate=replicate)
        people = market.population
        count = lesson(COMPLAINT).customers.count
        failed, spoke, well = (np.zeros(count, bool) for _ in range(3))
        while market.week < market.weeks:
            market.step()
            happened, grieved = people.column("happened"), people.column("grieved")
            if BURN_IN < market.week <= BURN_IN + 26:
                now = (happened & (FAILED_CORE | FAILED_ENCOUNTER)) != 0
                now &= (grieved >= 0) & ((grieved & 15) == market.focus) & ~failed
                failed |= now
                spoke |= now & ((happened & COMPLAINED) != 0)
            well |= spoke & ((happened & ANSWERED_WELL) != 0)
        still = people.column("last_week", market.focus) >= market.weeks - 13
        for name, group in (("silent", failed & ~spoke), ("answered well", well)):
            stayed[name][0] += int(still[group].sum())
            stayed[name][1] += int(group.sum())
    silent, answered = (kept / all_ for kept, all_ in stayed.values())
    assert answered > silent + 0.02


# --- referral and the network -----------------------------------------------------------------------------


@each_replicate
def test_a_reward_brings_more_friends_and_pays_for_those_who_would_have_come_anyway(replicate: int) -> None:
    plain, rewarded = (arm(REFERRAL, d, replicate) for d in ("word_of_mouth", "referral"))
    anyway, brought = (total(m, Tally.ACQUIRED_BY_REFERRAL) for m in (plain, rewarded))
    assert brought > anyway > 0


@each_replicate
def test_nobody_is_referred_where_nobody_knows_anybody(replicate: int) -> None:
    alone = lesson(REFERRAL).replace("customers.network", None)
    market = Market(alone, design="referral", replicate=replicate, customers=CUSTOMERS).run()
    assert total(market, Tally.ACQUIRED_BY_REFERRAL) == 0
    assert total(market, Tally.PRAISE_HEARD) == 0


@each_replicate
def test_deals_bring_more_and_advertising_more_than_friends_do(replicate: int) -> None:
    friends = total(arm(REFERRAL, "referral", replicate), Tally.ACQUIRED_BY_REFERRAL)
    adverts = total(arm(REFERRAL, "advertising", replicate), Tally.ACQUIRED_BY_ADVERTISING)
    deals = total(arm(REFERRAL, "first_deal", replicate), Tally.ACQUIRED_BY_DEAL)
    assert deals > adverts > friends


def test_friends_give_the_firm_more_of_their_purchases_than_those_won_by_advertising() -> None:
    """Purchases of those who came after the burn-in, all replicates together."""
    here, anywhere = {}, {}
    for replicate in REPLICATES:
        world = lesson(REFERRAL).replace(
            "designs.referral",
            {"referral": {"reward": 20.0, "friend_reward": 20.0}, "advertising": {"reach": 0.2}},
        )
        market = Market(world, design="referral", replicate=replicate, customers=6000)
        people = market.population
        while market.week < market.weeks:
            market.step()
            week = market.week - 1
            new = people.column("entered") >= BURN_IN
            origin = people.column("story") & 7
            for name in (Origin.REFERRAL, Origin.ADVERTISING):
                group = new & (origin == name)
                for firm in range(len(market.firms)):
                    bought = int((people.column("last_week", firm)[group] == week).sum())
                    anywhere[name] = anywhere.get(name, 0) + bought
                    if firm == market.focus:
                        here[name] = here.get(name, 0) + bought
    share = {name: here[name] / anywhere[name] for name in here}
    assert share[Origin.REFERRAL] > share[Origin.ADVERTISING]
