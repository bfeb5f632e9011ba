"""Paid clubs, prices, offers, play, partners and abuse in paired worlds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.measures.tally import Tally
from tests.levers.members import ASKED, POINTS, members_of, more_of, points, programme, stock, weekly
from tests.levers.pairs import OFF, REPLICATES, counted, gains, lowers, measured, pair, raises, run

CUT = {"member_price": {"depth": 0.1}}


def club(**more: Any) -> dict[str, Any]:
    """Ten per cent off for those who pay to belong."""
    fee = {"fee": 12.0, "period_weeks": 13} | more
    return {"programme": {"enrolment": ASKED, "club": fee, **CUT}}


CLUBS = pair(
    {
        "none": {},
        "free": {"programme": {"enrolment": ASKED, **CUT}},
        "club": club(),
        "dear": club(fee=30.0),
        "trial": club(trial_weeks=6),
        "must renew": club(auto_renew=False),
        "guarantee": club(guarantee=True),
        "for life": club(period_weeks=None, fee=40.0),
        "by spending": {"programme": {"enrolment": ASKED | {"spend_per_year": 900}, **CUT}},
        "much trouble": {"programme": {"enrolment": ASKED | {"effort": 100}, **CUT}},
        "seldom asked": {"programme": {"enrolment": ASKED | {"ask": 0.02}, **CUT}},
    },
    customers=2000,
)


def members(design: str) -> np.ndarray:
    return stock(CLUBS, Tally.MEMBERS, design)


def test_a_fee_keeps_people_out_and_a_higher_one_more_of_them() -> None:
    assert (members("free") > members("club")).all()
    assert (members("club") > members("dear")).all()
    assert (members("dear") > 0).all()


@pytest.mark.parametrize("lever", ["by spending", "much trouble", "seldom asked"])
def test_who_is_not_asked_or_finds_it_too_much_trouble_stays_out(lever: str) -> None:
    assert (members(lever) < members("free")).all()


@pytest.mark.parametrize("r", REPLICATES)
def test_a_fee_sorts_those_who_buy_much(r: int) -> None:
    rates = []
    for design in ("free", "club", "dear"):
        market = run(CLUBS, design, r)
        rates.append(market.population.column("rate")[members_of(market)].mean())
    assert rates[0] < rates[1] < rates[2]
    asked = run(CLUBS, "by spending", r)
    assert asked.population.column("rate")[members_of(asked)].mean() > rates[0]


def test_a_free_trial_brings_in_more_and_not_all_of_them_stay() -> None:
    assert more_of(CLUBS, Tally.JOINED, "trial", "club")
    ended, stayed = (counted(CLUBS, t, "trial") for t in (Tally.TRIALS_ENDED, Tally.TRIALS_CONVERTED))
    assert (stayed > 0).all()
    assert (stayed < ended).all()
    assert (counted(CLUBS, Tally.TRIALS, "club") == 0).all()


def test_what_renews_by_itself_is_renewed_more_often() -> None:
    assert raises(CLUBS, "club_renewal", "club", "must renew")


def test_a_club_whose_fee_rises_is_left_by_more() -> None:
    rise = {"kind": "change", "firm": "Harbour", "week": 52, "patch": {"programme": {"club": {"fee": 30.0}}}}
    dearer = pair({"club": club()}, customers=2000)
    same, risen = (
        counted(world, Tally.RENEWALS, "club", first=52)
        / counted(world, Tally.RENEWALS_DUE, "club", first=52)
        for world in (dearer, dearer.replace("events", [rise]))
    )
    assert (risen < same).all()


def test_a_guarantee_gives_fees_back_and_keeps_members() -> None:
    assert (counted(CLUBS, Tally.FEES_REFUNDED, "club") == 0).all()
    assert (counted(CLUBS, Tally.FEES_REFUNDED, "guarantee") > 0).all()
    assert raises(CLUBS, "club_renewal", "guarantee", "club")


def test_a_fee_for_life_is_paid_once() -> None:
    fees, joined = (counted(CLUBS, t, "for life") for t in (Tally.FEES, Tally.JOINED))
    assert (fees == 4000 * joined).all()
    assert (counted(CLUBS, Tally.RENEWALS_DUE, "for life") == 0).all()


def test_fees_are_income() -> None:
    assert raises(CLUBS, "programme_income", "club", "free")
    fees = counted(CLUBS, Tally.FEES, "club") / 100
    np.testing.assert_allclose(measured(CLUBS, "programme_income", "club"), fees)


def test_what_was_paid_wants_to_be_used() -> None:
    forgotten = CLUBS.replace("behaviour.club.weight", 0.0)
    assert (
        counted(CLUBS, Tally.PURCHASES, "club", last=34)
        > counted(forgotten, Tally.PURCHASES, "club", last=34)
    ).all()


# --- prices and offers ------------------------------------------------------------------------------------

OFFER = {"per_week": 0.3, "depth": 0.2}


def challenge(**more: Any) -> dict[str, Any]:
    """Three purchases in four weeks, for points worth a third of a basket."""
    goal = {"visits": 3, "weeks": 4, "every": 4, "points": 300, "seen": 1.0} | more
    return programme(
        points=POINTS, challenge={name: value for name, value in goal.items() if value is not None}
    )


PRICES = pair(
    {
        "none": {},
        "member price": programme(**CUT),
        "half the range": programme(member_price={"depth": 0.1, "range_share": 0.5}),
        "any": programme(offers=OFFER),
        "lapsing": programme(offers=OFFER | {"target": "lapsing"}),
        "heavy": programme(offers=OFFER | {"target": "heavy"}),
        "deep": programme(offers=OFFER | {"depth": 0.4}),
        "loaded": programme(offers=OFFER | {"activated": 0.4}),
        "surprise": programme(surprise={"chance": 0.1, "worth": 15.0}),
        "base": points(),
        "challenge": challenge(),
        "small challenge": challenge(points=5),
        "unseen": challenge(seen=0.1),
        "spend challenge": challenge(visits=None, spend=90, every=8),
        "streak": programme(points=POINTS, streak={"every": 2, "length": 4, "points": 400}),
        "long streak": programme(points=POINTS, streak={"every": 2, "length": 12, "points": 400}),
        "household": programme(points=POINTS | {"threshold": 400, "reward": 12}, household=4),
        "alone": programme(points=POINTS | {"threshold": 400, "reward": 12}),
    },
    customers=2000,
)  # fmt: skip


def test_lower_prices_for_members_draw_and_cost_margin() -> None:
    assert raises(PRICES, "share", "member price")
    assert raises(PRICES, "share", "member price", "half the range")
    assert more_of(PRICES, Tally.DISCOUNT, "member price", "half the range")


def test_personal_offers_draw_the_deeper_and_the_more_are_loaded_the_more() -> None:
    assert raises(PRICES, "share", "any")
    assert raises(PRICES, "share", "deep", "any")
    assert raises(PRICES, "share", "any", "loaded")
    assert more_of(PRICES, Tally.OFFERS_USED, "any", "loaded")


def test_an_offer_is_used_by_no_one_but_who_had_it() -> None:
    """Offers used at purchases at which nothing was taken off would be none."""
    for design in ("any", "lapsing", "heavy"):
        used, cents = (counted(PRICES, t, design) for t in (Tally.OFFERS_USED, Tally.DISCOUNT))
        mean = cents / used / 100
        assert (mean > 0.8 * 0.2 * 30).all(), "a fifth of a basket of 30"


def test_offers_go_to_those_they_are_meant_for() -> None:
    assert (counted(PRICES, Tally.OFFERS, "lapsing") < counted(PRICES, Tally.OFFERS, "any")).all()
    assert (counted(PRICES, Tally.OFFERS, "heavy") < counted(PRICES, Tally.OFFERS, "any")).all()
    used = {
        d: counted(PRICES, Tally.OFFERS_USED, d) / counted(PRICES, Tally.OFFERS, d)
        for d in ("any", "lapsing", "heavy")
    }
    assert (used["heavy"] > used["any"]).all(), "who buys often has occasion to use them"
    assert (used["lapsing"] < used["any"]).all()


def test_the_lapsing_come_back_for_offers_more_cheaply_than_everybody() -> None:
    """Per purchase won, less is given away to those who would have come anyway."""
    given = {d: counted(PRICES, Tally.DISCOUNT, d) for d in ("any", "lapsing", "heavy")}
    won = {d: counted(PRICES, Tally.PURCHASES, d) - counted(PRICES, Tally.PURCHASES, "none") for d in given}
    assert (won["lapsing"] > 0).all()
    assert given["lapsing"].sum() / won["lapsing"].sum() < given["any"].sum() / won["any"].sum()
    assert (given["lapsing"] < given["heavy"]).all()


def test_a_surprise_is_a_gift_and_repaid() -> None:
    assert raises(PRICES, "equity", "surprise")
    assert raises(PRICES, "share", "surprise")
    deaf = PRICES.replace("behaviour.equity.gratitude", 0.0)
    assert (np.abs(gains(deaf, "equity", "surprise")) < 1e-9).all()


# --- play -------------------------------------------------------------------------------------------------


def test_a_challenge_is_taken_up_and_draws() -> None:
    assert (counted(PRICES, Tally.CHALLENGES_DONE, "challenge") > 0).all()
    assert more_of(PRICES, Tally.CHALLENGES_JOINED, "challenge", "unseen")
    assert more_of(PRICES, Tally.CHALLENGES_JOINED, "challenge", "small challenge")
    done, joined = (counted(PRICES, t, "challenge") for t in (Tally.CHALLENGES_DONE, Tally.CHALLENGES_JOINED))
    assert (done < 0.8 * joined).all(), "many miss it"
    assert (counted(PRICES, Tally.CHALLENGES_DONE, "spend challenge") > 0).all()


def test_the_pull_of_a_challenge_is_that_of_its_goal() -> None:
    numb = PRICES.replace("behaviour.challenge.gradient", 0.0)
    felt, not_felt = (counted(w, Tally.CHALLENGES_DONE, "challenge") for w in (PRICES, numb))
    assert (felt > not_felt).all()


def test_a_challenge_that_nobody_is_proud_or_sore_of_draws() -> None:
    calm = PRICES.replace("behaviour.challenge.feeling", 0.0)
    assert raises(calm, "share", "challenge", "base")


def test_a_streak_draws_and_a_long_one_is_seldom_kept() -> None:
    assert raises(PRICES, "share", "streak", "base")
    assert more_of(PRICES, Tally.STREAKS_DONE, "streak", "long streak")
    numb = PRICES.replace("behaviour.streak.weight", 0.0)
    assert (counted(PRICES, Tally.STREAKS_DONE, "streak") > counted(numb, Tally.STREAKS_DONE, "streak")).all()


def test_a_household_redeems_sooner_together() -> None:
    assert more_of(PRICES, Tally.POINTS_REDEEMED, "household", "alone")


def test_where_points_can_be_earned_and_spent_at_a_partner_more_are() -> None:
    world = pair(
        {
            "alone": points(),
            "coalition": programme(points=POINTS, partners={"firms": ["Mill"], "price": 0.03}),
        },
        customers=1500,
    )
    earned = {
        d: counted(world, Tally.POINTS_EARNED, d) + counted(world, Tally.POINTS_EARNED, d, firm=1)
        for d in ("alone", "coalition")
    }
    assert (earned["coalition"] > 1.5 * earned["alone"]).all()
    assert (counted(world, Tally.POINTS_SETTLED, "coalition", firm=1) > 0).all()
    assert (counted(world, Tally.POINTS_REDEEMED, "coalition", firm=1) > 0).all()
    share = {d: measured(world, "share", d) for d in ("alone", "coalition")}
    assert (share["coalition"] < share["alone"]).all(), "the rival draws as well"
    assert raises(world, "programme_income", "coalition", "alone")


# --- abuse ------------------------------------------------------------------------------------------------


def guarded(**guard: Any) -> dict[str, Any]:
    return programme(points=POINTS | {"welcome": 150}, guard={"detection": 0.0, **guard})


GUARD = pair(
    {
        "none": {},
        "honest": guarded(),
        "second accounts": guarded(multi_accounts=0.5),
        "second accounts, half caught": guarded(multi_accounts=0.5, detection=0.8),
        "thieves": guarded(takeovers=0.5),
        "thieves, half caught": guarded(takeovers=0.5, detection=0.8),
        "thieves, nothing back": guarded(takeovers=0.5, reimbursed=0.0),
        "staff": {"programme": {"enrolment": ASKED | {"ask": 0.05}, "points": POINTS,
                                "guard": {"staff_abuse": 0.2, "detection": 0.0}}},
        "honest staff": {"programme": {"enrolment": ASKED | {"ask": 0.05}, "points": POINTS}},
    },
    customers=2000,
)  # fmt: skip


@pytest.mark.parametrize(
    ("abuse", "honest"), [("second accounts", "honest"), ("thieves", "honest"), ("staff", "honest staff")]
)
def test_each_kind_of_abuse_costs(abuse: str, honest: str) -> None:
    assert raises(GUARD, "fraud_cost", abuse, honest)
    assert raises(GUARD, "programme_cost", abuse, honest)
    assert (measured(GUARD, "fraud_cost", honest) == 0).all()


@pytest.mark.parametrize("abuse", ["second accounts", "thieves"])
def test_what_is_caught_costs_less(abuse: str) -> None:
    assert lowers(GUARD, "fraud_cost", f"{abuse}, half caught", abuse)


def test_who_is_robbed_trusts_less_and_less_still_if_nothing_comes_back() -> None:
    assert lowers(GUARD, "trust", "thieves", "honest")
    assert lowers(GUARD, "trust", "thieves, nothing back", "thieves")
    stolen, back = (counted(GUARD, t, "thieves") for t in (Tally.POINTS_STOLEN, Tally.STOLEN_BACK))
    assert (back < 0.8 * stolen + 1).all()
    assert (back > 0.7 * stolen).all()
    assert (counted(GUARD, Tally.STOLEN_BACK, "thieves, nothing back") == 0).all()


def test_second_accounts_get_welcome_points() -> None:
    fraud, joined = (counted(GUARD, t, "second accounts") for t in (Tally.POINTS_FRAUD, Tally.JOINED))
    np.testing.assert_allclose(fraud, 0.5 * 150 * joined, rtol=0.15)


# --- nothing for nothing ----------------------------------------------------------------------------------


def test_where_nobody_weighs_a_fee_nobody_pays_it() -> None:
    off = CLUBS.replace("behaviour.club", OFF)
    assert (counted(off, Tally.FEES, "club") == 0).all()
    assert (stock(off, Tally.MEMBERS, "club") == 0).all()


def test_offers_are_used_by_members_only_once_they_are_members() -> None:
    """She who joins at this purchase paid the price of those who are not members."""
    world = pair(
        {
            "asked": {
                "programme": {"enrolment": {"effort": 0.0, "ask": 1.0}, "offers": OFFER | {"per_week": 1.0}}
            }
        },
        customers=500,
        weeks=30,
    )
    for r in REPLICATES:
        market = run(world, "asked", r)
        used, paid = (weekly(market, t)[26] for t in (Tally.OFFERS_USED, Tally.DISCOUNT))
        joined = weekly(market, Tally.JOINED)[26]
        assert joined > 50
        bought = market.tallies[26, :, 0, :, Tally.PURCHASES].sum()
        assert used <= bought - joined, "a member's second purchase of the week at most"
        assert paid > 0
