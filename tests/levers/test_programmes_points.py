"""Points in paired worlds: how they are earned, when they can be spent, when they die, what they buy."""

from __future__ import annotations

import numpy as np
import pytest

from sim.measures.tally import Tally
from tests.levers.members import balances, more_of, points, programme, stock, weekly
from tests.levers.pairs import OFF, REPLICATES, counted, gains, lowers, measured, pair, raises, run

MENU = [{"name": "small", "points": 100, "worth": 3.0}, {"name": "large", "points": 400, "worth": 24.0}]
FLAT = [{"name": "small", "points": 100, "worth": 3.0}]
WORLD = pair(
    {
        "none": {},
        "plain": points(),
        "double": points(per_currency=2),
        "by visit": points(per_currency=0, per_visit=30),
        "low": points(threshold=75, reward=2.25),
        "high": points(threshold=600, reward=18),
        "rolling": points(expire_weeks=12),
        "rolling longer": points(expire_weeks=40),
        "calendar": points(expiry={"mode": "calendar", "years": 0, "week_of_year": 45}),
        "inactivity": points(expiry={"mode": "inactivity", "weeks": 6}),
        "inactivity, cards": points(expiry={"mode": "inactivity", "weeks": 6, "card_share": 0.8}),
        "welcome": points(welcome=100),
        "birthday": points(birthday=120),
        "twice": points(multipliers=[{"name": "x", "factor": 2}]),
        "campaign": points(
            multipliers=[{"name": "x", "factor": 3, "first_week": 30, "weeks": 2, "every": 10}]
        ),
        "some": points(multipliers=[{"name": "x", "factor": 2, "share": 0.4}]),
        "cap a purchase": points(cap={"per_purchase": 20}),
        "cap a week": points(cap={"per_week": 25}),
        "cap a year": points(cap={"per_year": 300}),
        "least basket": points(min_basket=30),
        "half the range": points(eligible_share=0.5),
        "up": points(per_currency=0.05, threshold=8, rounding="up"),
        "down": points(per_currency=0.05, threshold=8, rounding="down"),
        "pending": points(pending_weeks=8),
        "until next visit": points(pending_until_visit=True, threshold=20, reward=0.6),
        "at once": points(threshold=20, reward=0.6),
        "outside": points(outside={"per_week": 0.1, "points": 50, "price": 0.01}),
        "cheques": points(redeem=0, payout={"form": "cheque", "every": 13, "least": 20}),
        "vouchers": points(payout={"form": "voucher", "every": 13, "least": 20}),
        "vouchers that die": points(payout={"form": "voucher", "every": 13, "least": 20, "voucher_weeks": 8}),
        "seldom": points(redeem=0.1),
        "cooldown": points(cooldown=20, threshold=30, reward=0.9),
        "no cooldown": points(threshold=30, reward=0.9),
        "blackout": points(
            rewards=[FLAT[0] | {"blackout": list(range(40, 50))}], threshold=None, reward=None
        ),
        "scarce": points(rewards=[FLAT[0] | {"availability": 0.2}], threshold=None, reward=None),
        "flat": points(rewards=FLAT, threshold=None, reward=None),
        "convex": points(rewards=MENU, threshold=None, reward=None),
        "one at a time": points(rewards=[FLAT[0] | {"limit": 1}], threshold=None, reward=None),
        "treat": points(rewards=[FLAT[0] | {"kind": "experience"}], threshold=None, reward=None),
        "goods": points(rewards=[FLAT[0] | {"kind": "catalogue"}], threshold=None, reward=None),
        "donation": points(rewards=[FLAT[0] | {"kind": "donation"}], threshold=None, reward=None),
        "costly to hand out": points(rewards=[FLAT[0] | {"fulfilment": 1.0}], threshold=None, reward=None),
    },
    customers=1500,
)


def redeemed(design: str) -> np.ndarray:
    return counted(WORLD, Tally.POINTS_REDEEMED, design)


# --- earning ----------------------------------------------------------------------------------------------


def test_points_draw_customers_and_a_double_rate_draws_more() -> None:
    for measure in ("share", "behavioural"):
        assert raises(WORLD, measure, "plain")
        assert raises(WORLD, measure, "double", "plain")
    assert more_of(WORLD, Tally.REWARDS_FACE, "double", "plain")


@pytest.mark.parametrize(
    ("reference", "design", "least", "most"),
    [
        ("plain", "double", 2.0, 2.3),
        ("plain", "twice", 2.0, 2.3),
        ("plain", "some", 1.3, 1.5),
        ("plain", "half the range", 0.45, 0.5),
        ("plain", "by visit", 0.9, 1.1),
        ("plain", "cap a purchase", 0.3, 0.7),
        ("plain", "cap a week", 0.3, 0.8),
        ("plain", "cap a year", 0.2, 0.9),
        ("plain", "least basket", 0.4, 0.9),
        ("down", "up", 1.3, 3.0),
    ],
)
def test_what_is_earned_follows_the_terms(reference: str, design: str, least: float, most: float) -> None:
    ratio = counted(WORLD, Tally.POINTS_EARNED, design) / counted(WORLD, Tally.POINTS_EARNED, reference)
    assert (ratio > least).all()
    assert (ratio < most).all()


def test_a_year_brings_no_member_more_than_the_cap_of_a_year() -> None:
    for r in REPLICATES:
        people = run(WORLD, "cap a year", r).population
        assert people.column("earned_year", 0).max() == 300


def test_a_campaign_brings_points_in_its_weeks_and_in_no_others() -> None:
    for r in REPLICATES:
        earned, sold = (weekly(run(WORLD, "campaign", r), t) for t in (Tally.POINTS_EARNED, Tally.REVENUE))
        rate = 100 * earned[26:] / sold[26:]
        on = np.isin((np.arange(26, 78) - 30) % 10, (0, 1)) & (np.arange(26, 78) >= 30)
        assert rate[on].min() > 2.8
        assert rate[~on].max() < 1.05


def test_welcome_points_are_given_once_to_each_who_joins() -> None:
    extra = counted(WORLD, Tally.POINTS_EARNED, "welcome") - counted(WORLD, Tally.POINTS_EARNED, "plain")
    joined = counted(WORLD, Tally.JOINED, "welcome")
    assert (extra >= 0.9 * 100 * joined).all()
    assert (extra < 1.3 * 100 * joined).all()
    assert more_of(WORLD, Tally.POINTS_REDEEMED, "welcome", "plain", last=40)


def test_birthdays_bring_their_points_once_a_year() -> None:
    extra = counted(WORLD, Tally.POINTS_EARNED, "birthday") - counted(WORLD, Tally.POINTS_EARNED, "plain")
    for r in REPLICATES:
        years = weekly(run(WORLD, "birthday", r), Tally.MEMBERS)[26:].sum() / 52
        assert extra[r] == pytest.approx(120 * years, rel=0.25)


def test_points_from_outside_come_on_top_and_are_owed_too() -> None:
    outside = counted(WORLD, Tally.OUTSIDE_POINTS, "outside")
    extra = counted(WORLD, Tally.POINTS_EARNED, "outside") - counted(WORLD, Tally.POINTS_EARNED, "plain")
    for r in REPLICATES:
        weeks = weekly(run(WORLD, "outside", r), Tally.MEMBERS)[26:].sum()
        assert outside[r] == pytest.approx(0.1 * 50 * weeks, rel=0.1)
    assert (extra > 0.9 * outside).all()
    assert raises(WORLD, "programme_income", "outside", "plain")


# --- waiting, dying ---------------------------------------------------------------------------------------


def test_points_that_wait_are_redeemed_later() -> None:
    assert more_of(WORLD, Tally.POINTS_REDEEMED, "plain", "pending", last=45)
    assert (stock(WORLD, Tally.POINTS_PENDING, "pending") > 0).all()
    assert (stock(WORLD, Tally.POINTS_PENDING, "plain") == 0).all()


def test_points_that_wait_for_the_next_visit_are_there_at_the_next_visit() -> None:
    wait, free = (counted(WORLD, Tally.POINTS_REDEEMED, d) for d in ("until next visit", "at once"))
    np.testing.assert_allclose(wait, free, rtol=0.05)


def test_points_that_wait_for_weeks_do_so_also_where_they_wait_for_a_visit() -> None:
    """Who buys twice in a week spends none of what the first purchase brought."""
    world = pair(
        {"none": points(pending_weeks=8, pending_until_visit=True, threshold=5, reward=0.2, redeem=1.0)},
        customers=500,
        weeks=34,
        segment={"purchase_rate": {"mean": 3.0}},
    )
    for r in REPLICATES:
        spent = weekly(run(world, "none", r), Tally.POINTS_REDEEMED)
        assert not spent[26 : 26 + 8].any()
        earned = weekly(run(world, "none", r), Tally.POINTS_EARNED)
        assert earned[26:].min() > 0


@pytest.mark.parametrize("mode", ["rolling", "calendar", "inactivity"])
def test_points_that_die_are_breakage(mode: str) -> None:
    assert (counted(WORLD, Tally.POINTS_EXPIRED, "plain") == 0).all()
    assert (counted(WORLD, Tally.POINTS_EXPIRED, mode) > 0).all()
    assert raises(WORLD, "breakage", mode, "plain")
    assert lowers(WORLD, "points_liability", mode, "plain")


def test_the_longer_points_live_the_fewer_die_and_none_on_a_card_that_keeps_them() -> None:
    assert more_of(WORLD, Tally.POINTS_EXPIRED, "rolling", "rolling longer")
    assert more_of(WORLD, Tally.POINTS_EXPIRED, "inactivity", "inactivity, cards")


def test_points_of_a_calendar_year_die_in_one_week() -> None:
    for r in REPLICATES:
        expired = weekly(run(WORLD, "calendar", r), Tally.POINTS_EXPIRED)
        assert np.flatnonzero(expired).tolist() == [45]


def test_who_is_warned_saves_points_from_death() -> None:
    """Warned, members redeem what would die, and come for it."""
    dies = {"mode": "rolling", "weeks": 12}
    world = pair(
        {
            "warned": points(threshold=40, reward=3.0, redeem=0.9, expiry=dies | {"warning_weeks": 3}),
            "not warned": points(threshold=40, reward=3.0, redeem=0.9, expiry=dies | {"warning_weeks": 0}),
        },
        customers=3000,
        behaviour={"expiry": {"weight": 1.0}},
    )
    assert more_of(world, Tally.POINTS_EXPIRED, "not warned", "warned")
    assert more_of(world, Tally.POINTS_REDEEMED, "warned", "not warned")
    assert more_of(world, Tally.PURCHASES, "warned", "not warned")


# --- spending ---------------------------------------------------------------------------------------------


def test_rewards_within_reach_are_redeemed_more_of() -> None:
    assert (redeemed("low") > redeemed("plain")).all()
    assert (redeemed("plain") > redeemed("high")).all()


def test_who_seldom_redeems_owes_her_more() -> None:
    assert (redeemed("seldom") < redeemed("plain")).all()
    assert raises(WORLD, "points_liability", "seldom", "plain")


def test_the_trouble_of_redeeming_lets_points_pile_up_into_larger_pieces() -> None:
    design = {"none": points(threshold=20, reward=0.6)}
    trouble, none = (
        pair(design, customers=1500, behaviour={"redemption": b}) for b in ({"hassle": 0.5}, OFF)
    )
    assert (stock(trouble, Tally.POINTS_BALANCE, "none") > stock(none, Tally.POINTS_BALANCE, "none")).all()
    pieces = [
        counted(w, Tally.POINTS_REDEEMED, "none") / counted(w, Tally.REDEMPTIONS, "none")
        for w in (trouble, none)
    ]
    assert (pieces[0] > 1.2 * pieces[1]).all()


def test_a_cheque_is_paid_to_who_never_redeems_at_the_till() -> None:
    assert (counted(WORLD, Tally.REDEMPTIONS, "cheques") == 0).all()
    assert (counted(WORLD, Tally.PAID_OUT, "cheques") > 0).all()
    assert (counted(WORLD, Tally.PAID_OUT, "cheques") == redeemed("cheques")).all()
    for r in REPLICATES:
        assert set(np.flatnonzero(weekly(run(WORLD, "cheques", r), Tally.PAID_OUT)) % 13) == {0}


def test_vouchers_are_spent_at_purchases_and_die_where_they_are_mortal() -> None:
    assert (stock(WORLD, Tally.VOUCHERS, "vouchers") > 0).all()
    assert (counted(WORLD, Tally.REDEMPTIONS, "vouchers") > 0).all()
    assert (counted(WORLD, Tally.POINTS_EXPIRED, "vouchers") == 0).all()
    assert more_of(WORLD, Tally.POINTS_EXPIRED, "vouchers that die", "vouchers")


def test_a_cooldown_spaces_redemptions() -> None:
    assert more_of(WORLD, Tally.REDEMPTIONS, "no cooldown", "cooldown")
    assert more_of(WORLD, Tally.ELIGIBLE, "no cooldown", "cooldown")


def test_in_blacked_out_weeks_nothing_is_redeemed_and_more_after_them() -> None:
    for r in REPLICATES:
        out, free = (weekly(run(WORLD, d, r), Tally.POINTS_REDEEMED) for d in ("blackout", "flat"))
        assert not out[40:50].any()
        assert free[40:50].all()
        assert out[50:53].sum() > 1.2 * free[50:53].sum()


def test_rewards_that_are_out_of_stock_are_not_had() -> None:
    assert (redeemed("scarce") < redeemed("flat")).all()
    assert raises(WORLD, "eligible_unredeemed", "scarce", "flat")


def test_one_reward_at_a_purchase_is_one() -> None:
    rewards, times = (counted(WORLD, t, "one at a time") for t in (Tally.POINTS_REWARDS, Tally.REDEMPTIONS))
    assert (rewards == times).all()
    assert (counted(WORLD, Tally.POINTS_REWARDS, "flat") > counted(WORLD, Tally.REDEMPTIONS, "flat")).all()


def test_handing_out_rewards_costs_what_it_costs_each_time() -> None:
    cost, number = (
        counted(WORLD, t, "costly to hand out") for t in (Tally.REWARDS_COST, Tally.POINTS_REWARDS)
    )
    assert (cost == 400 * number).all(), "3.00 and 1.00"
    assert (counted(WORLD, Tally.REWARDS_FACE, "costly to hand out") == 300 * number).all()


def test_treats_are_thanked_for_more_than_money_and_donations_draw_less() -> None:
    assert raises(WORLD, "equity", "treat", "flat")
    assert raises(WORLD, "share", "treat", "flat")
    assert lowers(WORLD, "share", "donation", "flat")
    assert raises(WORLD, "equity", "goods", "flat")


@pytest.mark.parametrize("r", REPLICATES)
def test_heavy_buyers_save_for_the_large_reward_and_light_ones_take_the_small_one(r: int) -> None:
    """Twice the worth per point: only those who will get there soon wait for it."""
    flat, convex = (run(WORLD, d, r) for d in ("flat", "convex"))
    rate = flat.population.column("rate")
    np.testing.assert_array_equal(rate, convex.population.column("rate"))
    heavy, light = rate > np.quantile(rate, 0.7), rate < np.quantile(rate, 0.4)
    saved = [balances(convex)[who].mean() / balances(flat)[who].mean() for who in (heavy, light)]
    assert saved[0] > saved[1]
    faces, rewards = (weekly(convex, t)[26:].sum() for t in (Tally.REWARDS_FACE, Tally.POINTS_REWARDS))
    assert 300 < faces / rewards < 2400, "some of each"


# --- returns ----------------------------------------------------------------------------------------------


def test_points_of_goods_brought_back_are_taken_back_unless_they_are_kept() -> None:
    world = pair(
        {"back": points() | {"returns": 0.2}, "kept": points(on_return="keep") | {"returns": 0.2}},
        customers=1500,
    )
    reversed_, earned = (counted(world, t, "back") for t in (Tally.POINTS_REVERSED, Tally.POINTS_EARNED))
    assert (reversed_ / earned > 0.14).all()
    assert (reversed_ / earned < 0.21).all()
    assert (counted(world, Tally.POINTS_REVERSED, "kept") == 0).all()
    assert more_of(world, Tally.POINTS_REDEEMED, "kept", "back")


# --- stamps -----------------------------------------------------------------------------------------------

CARD = {"needed": 8, "reward": 10.0}
CARDS = pair(
    {
        "none": {},
        "plain": programme(stamps=CARD),
        "long": programme(stamps=CARD | {"needed": 16}),
        "bonus": programme(stamps=CARD | {"bonus_share": 0.3}),
        "least": programme(stamps=CARD | {"min_basket": 30}),
        "void": programme(stamps=CARD | {"card_weeks": 13}),
    },
    customers=1500,
)


def test_stamps_draw_customers() -> None:
    assert raises(CARDS, "share", "plain")


@pytest.mark.parametrize(
    ("fewer", "more"), [("long", "plain"), ("plain", "bonus"), ("least", "plain"), ("void", "plain")]
)
def test_full_cards_come_sooner_with_more_stamps_and_fewer_needed(fewer: str, more: str) -> None:
    assert more_of(CARDS, Tally.STAMPS_REWARDS, more, fewer)


def test_a_card_that_grows_old_is_void() -> None:
    assert (counted(CARDS, Tally.STAMPS_FORFEITED, "plain") == 0).all()
    assert (counted(CARDS, Tally.STAMPS_FORFEITED, "void") > 0).all()


def test_all_of_these_differ_from_no_programme() -> None:
    """No design of this file is dead weight."""
    sold = {d: counted(WORLD, Tally.PURCHASES, d).tolist() for d in WORLD.design_names}
    assert sold["none"] not in [numbers for name, numbers in sold.items() if name != "none"]
    assert measured(WORLD, "share", "none").size == gains(WORLD, "share", "plain").size == len(REPLICATES)
