"""Each lesson shows what it says: signs of paired differences, the same in every replicate.

The lessons are run as they are shipped, only smaller. Sizes are not tested.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

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
from sim.validation.watching import live, shares

FOLDER = Path(__file__).parents[2] / "scenarios" / "lessons"
RATCHET, HOSTAGES = "expectation_ratchet", "hostages_and_the_price_war"
SATISFACTION, COMPLAINT = "satisfaction_is_not_loyalty", "complaint_as_a_gift"
REFERRAL = "referral_and_the_network"
GOAL, STATUS = "goal_gradient_and_the_stamp_card", "status_and_its_loss"
DEBT, CLUB, JOIN = "points_are_a_debt", "the_paid_club", "do_the_loyal_join"
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


@cache
def watched(name: str, design: str, replicate: int) -> tuple[Market, NDArray[np.int16]]:
    """A market, and what each customer bought: week x firm x customer."""
    market = Market(lesson(name), design=design, replicate=replicate, customers=CUSTOMERS)
    return market, live(market, market.weeks).astype(np.int16)


def seen(name: str, design: str, replicate: int, what: str) -> float:
    """A metric of a market that was watched."""
    return watched(name, design, replicate)[0].metrics()[what]


def joined(name: str, design: str, replicate: int) -> NDArray[np.int64]:
    """Week in which each customer joined; -1 for those who are no members at the end."""
    return watched(name, design, replicate)[0].population.column("member_since")


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


# --- the goal gradient and the stamp card -----------------------------------------------------------------


class Cards(NamedTuple):
    """Stamp cards as they were filled, by week x customer; -1 stamps: no member."""

    market: Market
    stamps: NDArray[np.int64]
    """Stamps when the week began."""
    here: NDArray[np.bool_]
    there: NDArray[np.bool_]
    """Whether coffee was drunk at the cart, and at the other one."""


@cache
def cards(design: str, replicate: int, gradient: bool = True) -> Cards:
    world = lesson(GOAL) if gradient else lesson(GOAL).replace("behaviour.programme_value.gradient", 0.0)
    market = Market(world, design=design, replicate=replicate, customers=CUSTOMERS)
    people = market.population
    stamps, here, there = [], [], []
    while market.week < market.weeks:
        stamps.append(np.where(people.column("member_since") >= 0, people.column("stamps"), -1))
        market.step()
        for bought, firm in ((here, 0), (there, 1)):
            bought.append(people.column("last_week", firm) == market.week - 1)
    return Cards(market, np.array(stamps), np.array(here), np.array(there))


def drunk_here(design: str, replicate: int, stamps: range, gradient: bool = True) -> float:
    """Of the weeks in which a member with so many stamps drank coffee: share with one from here, in the second year."""
    lived = cards(design, replicate, gradient)
    weeks = slice(BURN_IN + YEAR, None)
    on_card, here, there = lived.stamps[weeks], lived.here[weeks], lived.there[weeks]
    looked_at = (on_card >= stamps[0]) & (on_card <= stamps[-1]) & (here | there)
    return float(here[looked_at].mean())


@each_replicate
def test_the_fuller_the_card_the_more_of_their_coffees_members_drink_here(replicate: int) -> None:
    early, late = (drunk_here("ten_stamps", replicate, stamps) for stamps in (range(1, 4), range(8, 11)))
    assert late > 1.1 * early
    flat_early, flat_late = (
        drunk_here("ten_stamps", replicate, stamps, gradient=False) for stamps in (range(1, 4), range(8, 11))
    )
    assert late / early > flat_late / flat_early + 0.03


def test_two_stamps_given_fill_the_first_card_sooner() -> None:
    """Cards of those who joined in the first half year: filled within twelve weeks, all replicates together."""
    filled = dict.fromkeys(("ten_stamps", "twelve_two_given"), 0)
    for design in filled:
        for replicate in REPLICATES:
            lived = cards(design, replicate)
            since = lived.market.population.column("member_since")
            for i in np.flatnonzero((since >= BURN_IN) & (since < BURN_IN + 26)):
                first_card = lived.stamps[since[i] + 1 : since[i] + 14, i]
                filled[design] += int((np.diff(first_card) < 0).any())
    assert filled["twelve_two_given"] > filled["ten_stamps"]


@each_replicate
def test_the_card_of_twelve_gives_less_away(replicate: int) -> None:
    rewards = {
        d: total(cards(d, replicate).market, Tally.STAMPS_HANDED_IN) / needed
        for d, needed in (("ten_stamps", 10), ("twelve_two_given", 12))
    }
    assert rewards["twelve_two_given"] < 0.95 * rewards["ten_stamps"]
    profit = {d: cards(d, replicate).market.metrics()["profit"] for d in rewards}
    assert profit["twelve_two_given"] > profit["ten_stamps"]


@each_replicate
def test_the_shortest_card_sells_the_most_and_earns_the_least(replicate: int) -> None:
    metrics = {d: cards(d, replicate).market.metrics() for d in lesson(GOAL).design_names if d != "no_card"}
    metrics["no_card"] = arm(GOAL, "no_card", replicate).metrics()
    assert max(metrics, key=lambda design: metrics[design]["share"]) == "five_stamps"
    assert min(metrics, key=lambda design: metrics[design]["profit"]) == "five_stamps"


# --- status and its loss ----------------------------------------------------------------------------------

RUNS_OUT = 156
"""Week in which status reached in the first year of the programme runs out."""


class Guests(NamedTuple):
    """Guests of the hotel, by week x customer."""

    market: Market
    gold: NDArray[np.bool_]
    given: NDArray[np.float64]
    """What she feels that she was given beyond her due (baskets)."""
    came: NDArray[np.bool_]


@cache
def guests(design: str, replicate: int) -> Guests:
    market = Market(lesson(STATUS), design=design, replicate=replicate, customers=CUSTOMERS)
    people = market.population
    gold, given, came = [], [], []
    while market.week < market.weeks:
        market.step()
        has_levels = design != "no_status"
        gold.append((people.column("tier") & 7) > 0 if has_levels else np.zeros(len(people), bool))
        given.append(people.column("equity").astype(float))
        came.append(people.column("last_week") == market.week - 1)
    return Guests(market, np.array(gold), np.array(given), np.array(came))


def fallen(replicate: int) -> NDArray[np.bool_]:
    """Guests whom the strict hotel puts down after two years."""
    gold = guests("strict", replicate).gold
    return np.asarray(gold[RUNS_OUT - 2] & ~gold[RUNS_OUT + 2])


@each_replicate
def test_to_be_put_down_is_felt_more_than_to_be_raised(replicate: int) -> None:
    _, gold, given, _ = guests("strict", replicate)
    change = np.diff(given, axis=0)
    raised, put_down = gold[1:] & ~gold[:-1], gold[:-1] & ~gold[1:]
    assert -change[put_down].mean() > 1.3 * change[raised].mean() > 0


@each_replicate
def test_who_falls_comes_less_often_than_the_same_guests_had_they_kept_it(replicate: int) -> None:
    half_a_year = slice(RUNS_OUT + 2, RUNS_OUT + 28)
    came = {
        d: guests(d, replicate).came[half_a_year, fallen(replicate)].mean()
        for d in lesson(STATUS).design_names
    }
    assert came["strict"] < 0.95 * came["for_life"]
    assert came["strict"] - came["no_status"] < 0.5 * (came["for_life"] - came["no_status"])


@each_replicate
def test_grace_puts_the_fall_off_and_saves_few_from_it(replicate: int) -> None:
    strict, soft = (guests(d, replicate).market for d in ("strict", "soft_landing"))
    at_once, later = slice(0, RUNS_OUT + 20), slice(RUNS_OUT + 20, None)
    assert weekly(soft, Tally.DOWNGRADED)[at_once].sum() == 0
    fell = weekly(strict, Tally.DOWNGRADED)[at_once].sum()
    assert fell > 50
    assert 0.75 * fell < weekly(soft, Tally.DOWNGRADED)[later].sum() < fell


@each_replicate
def test_status_for_life_costs_more_every_year(replicate: int) -> None:
    strict, kept = (weekly(guests(d, replicate).market, Tally.TIER_1) for d in ("strict", "for_life"))
    assert kept[103] < kept[155] < kept[207]
    assert kept[207] > strict[207]
    cost = {d: total(guests(d, replicate).market, Tally.BENEFITS_CENTS) for d in ("strict", "for_life")}
    assert cost["for_life"] > cost["strict"]


# --- points are a debt ------------------------------------------------------------------------------------

TOLD, HALVED = 117, 130
POINT = 15.0 / 300
"""What a point is worth until it is halved (EUR)."""


@cache
def shop(halving: str, replicate: int) -> Market:
    """The shop with no halving ("none"), or one that nobody was told of ("sudden")."""
    change = ("events", []) if halving == "none" else ("events[0].announced", 0)
    world = lesson(DEBT).replace(*change)
    return Market(world, design="for_ever", replicate=replicate, customers=CUSTOMERS).run()


@each_replicate
def test_points_that_never_die_become_a_debt_of_more_than_a_weeks_sales(replicate: int) -> None:
    market = arm(DEBT, "for_ever", replicate)
    owed = weekly(market, Tally.POINTS_BALANCE) * POINT
    assert owed[BURN_IN + YEAR - 1] > 1.2 * owed[BURN_IN - 1]
    assert owed[BURN_IN + YEAR - 1] > weekly(market, Tally.REVENUE)[BURN_IN:].mean() / 100


@each_replicate
def test_points_that_die_shrink_the_debt_at_the_cost_of_the_members(replicate: int) -> None:
    owed = {d: weekly(arm(DEBT, d, replicate), Tally.POINTS_BALANCE)[TOLD] for d in lesson(DEBT).design_names}
    assert owed["for_ever"] > owed["a_year"]
    assert owed["for_ever"] > owed["vouchers"]
    assert owed["a_year"] > owed["one_per_cent"]
    lost = {d: metric(DEBT, d, replicate, "breakage") for d in owed}
    assert lost["for_ever"] == 0
    assert lost["vouchers"] > 0.2 > lost["a_year"] > 0.05
    assert metric(DEBT, "vouchers", replicate, "share") < metric(DEBT, "for_ever", replicate, "share")


@each_replicate
def test_a_smaller_promise_sells_less(replicate: int) -> None:
    small, large = (metric(DEBT, d, replicate, "revenue") for d in ("one_per_cent", "for_ever"))
    assert small < 0.98 * large


def test_the_larger_promise_does_not_pay() -> None:
    small, large = (
        np.mean([metric(DEBT, d, r, "profit") for r in REPLICATES]) for d in ("one_per_cent", "for_ever")
    )
    assert small > large


@each_replicate
def test_members_run_for_the_till_when_they_are_told_that_points_will_be_halved(replicate: int) -> None:
    told = arm(DEBT, "for_ever", replicate)
    none, sudden = (shop(change, replicate) for change in ("none", "sudden"))
    redeemed = {m: total(m, Tally.POINTS_REDEEMED, TOLD, HALVED) for m in (told, none, sudden)}
    assert redeemed[told] > 1.05 * redeemed[none]
    assert redeemed[sudden] == redeemed[none]
    for market in (told, sudden):
        assert total(market, Tally.POINTS_REDEEMED, BURN_IN, TOLD) == total(
            none, Tally.POINTS_REDEEMED, BURN_IN, TOLD
        )
    trust = {m: mean_state(m, Tally.TRUST)[HALVED + 1] for m in (told, none, sudden)}
    assert trust[none] - trust[sudden] > 1.5 * (trust[none] - trust[told]) > 0


# --- the paid club ----------------------------------------------------------------------------------------


@each_replicate
def test_a_fee_chooses_those_who_bought_most_before(replicate: int) -> None:
    member = joined(CLUB, "club", replicate) >= 0
    before = watched(CLUB, "nothing", replicate)[1][:BURN_IN, 0].sum(axis=0)
    assert before[member].mean() > 2 * before[~member].mean()
    assert member.sum() < 0.7 * (joined(CLUB, "for_nothing", replicate) >= 0).sum()
    market = watched(CLUB, "club", replicate)[0]
    by_members = market.tallies[BURN_IN:, :, market.focus, 1, Tally.REVENUE].sum()
    assert by_members > 0.7 * total(market, Tally.REVENUE)


@each_replicate
def test_what_is_given_for_nothing_sells_no_less_and_earns_the_least(replicate: int) -> None:
    profit = {d: seen(CLUB, d, replicate, "profit") for d in lesson(CLUB).design_names}
    assert min(profit, key=profit.__getitem__) == "for_nothing"
    assert seen(CLUB, "for_nothing", replicate, "share") > seen(CLUB, "club", replicate, "share")


@each_replicate
def test_a_free_trial_wins_more_members_who_buy_less_and_renew_less(replicate: int) -> None:
    members = {d: joined(CLUB, d, replicate) >= 0 for d in ("club", "free_trial")}
    bought = {
        d: watched(CLUB, d, replicate)[1][-YEAR:, 0, who].sum(axis=0).mean() for d, who in members.items()
    }
    assert members["free_trial"].sum() > 1.2 * members["club"].sum()
    assert bought["free_trial"] < bought["club"]
    renewed = {d: watched(CLUB, d, replicate)[0].metrics()["club_renewal"] for d in members}
    assert renewed["free_trial"] < renewed["club"]


@each_replicate
def test_the_cut_sells_and_the_fee_hardly_does(replicate: int) -> None:
    """The same customers, members of either from the first weeks on, in the first year."""
    early = BURN_IN + 8
    same = np.ones(CUSTOMERS, bool)
    for design in ("club", "for_nothing"):
        same &= (joined(CLUB, design, replicate) >= 0) & (joined(CLUB, design, replicate) < early)
    bought = {
        d: watched(CLUB, d, replicate)[1][early : BURN_IN + YEAR, 0, same].sum()
        for d in ("nothing", "for_nothing", "club")
    }
    assert bought["for_nothing"] > 1.03 * bought["nothing"]
    assert abs(bought["club"] - bought["for_nothing"]) < 0.02 * bought["for_nothing"]


# --- do the loyal join? -----------------------------------------------------------------------------------


@each_replicate
def test_of_the_gap_between_members_and_others_the_card_makes_a_small_part(replicate: int) -> None:
    since = joined(JOIN, "card", replicate)
    member = (since >= 0) & (since < BURN_IN + YEAR)

    def given(design: str, weeks: slice) -> NDArray[np.float64]:
        return shares(watched(JOIN, design, replicate)[1][weeks])[0]

    def gap(share: NDArray[np.float64]) -> float:
        return float(np.nanmean(share[member]) - np.nanmean(share[~member]))

    second_year = slice(BURN_IN + YEAR, None)
    card, none = given("card", second_year), given("no_card", second_year)
    effect = float(np.nanmean(card[member]) - np.nanmean(none[member]))
    assert effect > 0
    assert gap(card) > 4 * effect
    assert gap(none) > 0.8 * gap(card)
    assert gap(given("no_card", slice(0, BURN_IN))) > 0.8 * gap(card)


@each_replicate
def test_a_card_for_everybody_moves_little_and_a_better_shop_more(replicate: int) -> None:
    share = {d: seen(JOIN, d, replicate, "share") for d in lesson(JOIN).design_names}
    everybody = share["card_for_everybody"] - share["no_card"]
    assert 0 < everybody < 0.04
    assert share["better_shop"] - share["no_card"] > 1.2 * everybody
    market = watched(JOIN, "card_for_everybody", replicate)[0]
    assert market.tallies[BURN_IN:, :, market.focus, 0, Tally.PURCHASES].sum() == 0
