"""The books of a reward programme: every element of it, posted from a week's till reckoned by hand."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.firms.firm import Firm, Usual
from sim.firms.ledger import INCOME_AND_EXPENSE, Account
from sim.firms.settlement import OF_THE_OWNER, Agreement, Settlement, brought_home, settle
from sim.market import Market
from sim.measures.tally import TALLIES, Tally
from sim.rules import Behaviour
from sim.rules.learning import Learning
from sim.scenario import Firm as FirmPlan
from tests.worlds import busy

POINTS = {"per_currency": 1, "threshold": 100, "reward": 5}
"""A point costs, and is worth, 5 cents."""


def firm(**programme: Any) -> Firm:
    """A firm with this programme; none, if nothing is said of it."""
    made = {"name": "Harbour", "share": 1.0, "unit_cost": 0.7, "programme": programme or None}
    return Firm(
        mesa.Model(),
        1,
        0,
        FirmPlan.model_validate(made),
        (),
        Learning().numbers(),
        Behaviour(),
        Usual(100, 50.0, 900.0),
    )


def till(others: dict[str, int] | None = None, **members: int) -> NDArray[np.int64]:
    """A week at the till, in which nothing happened but what is named."""
    made = np.zeros((2, TALLIES), np.int64)
    for row, counts in enumerate((others or {}, members)):
        for name, value in counts.items():
            made[row, Tally[name.upper()]] = value
    return made


def posted(one: Firm, account: Account) -> list[int]:
    """What an account has gone up by, week by week, debits positive."""
    return [int(x) for x in np.diff(one.ledger.weeks[:, account], prepend=0)]


def profit(one: Firm) -> list[int]:
    return one.ledger.profits.tolist()


def owed(one: Firm) -> list[int]:
    return (-one.ledger.weeks[:, Account.POINTS_LIABILITY]).tolist()


# --- points -----------------------------------------------------------------------------------------------


def test_a_point_costs_what_it_does_in_the_cheapest_reward_until_one_is_redeemed() -> None:
    rewards = [
        {"name": "feast", "points": 1000, "worth": 80},
        {"name": "cup", "points": 60, "worth": 3, "cost_ratio": 0.5, "fulfilment": 0.3},
    ]
    one = firm(points={"per_currency": 1, "rewards": rewards})
    one.close_books(till(points_earned=600, points_balance=600))
    assert owed(one) == [600 * 180 // 60]
    assert profit(one) == [-1800]


def test_from_then_on_it_costs_what_redeemed_points_have_cost() -> None:
    rewards = [{"name": "cup", "points": 60, "worth": 3}, {"name": "feast", "points": 1000, "worth": 80}]
    one = firm(points={"per_currency": 1, "rewards": rewards})
    one.close_books(till(points_earned=3000, points_balance=3000))
    one.close_books(till(points_redeemed=1000, points_balance=2000, rewards_cost=8000, points_rewards=1))
    assert owed(one) == [15_000, 16_000]
    assert profit(one) == [-15_000, -9_000]
    one.close_books(till(points_redeemed=600, points_balance=1400, rewards_cost=3000, points_rewards=10))
    assert owed(one)[-1] == round(1400 * 11_000 / 1600)


def test_other_rewards_are_reckoned_anew() -> None:
    one = firm(points=POINTS)
    one.close_books(till(points_earned=900, points_redeemed=100, points_balance=800, rewards_cost=500))
    cheaper = one.spec.model_dump() | {"programme": {"points": POINTS | {"reward": 3}}}
    one.adopt(FirmPlan.model_validate(cheaper))
    one.close_books(till(points_balance=800))
    assert owed(one) == [4000, 2400]
    assert posted(one, Account.REWARDS) == [4500, -1600]


def test_a_change_of_something_else_leaves_the_cost_of_a_point_as_it_was() -> None:
    one = firm(points=POINTS)
    one.close_books(till(points_earned=900, points_redeemed=100, points_balance=800, rewards_cost=700))
    other = one.spec.model_dump() | {"programme": {"points": POINTS, "costs": {"per_week": 1.0}}}
    one.adopt(FirmPlan.model_validate(other))
    one.close_books(till(points_balance=800))
    assert owed(one) == [5600, 5600]


def test_points_taken_back_are_an_expense_that_never_was() -> None:
    one = firm(points=POINTS)
    one.close_books(till(points_earned=100, points_balance=100))
    one.close_books(till(points_reversed=40, points_balance=60))
    assert posted(one, Account.REWARDS) == [500, -200]
    assert posted(one, Account.BREAKAGE) == [0, 0]
    assert posted(one, Account.CASH) == [0, 0]


def test_points_that_lapse_are_income() -> None:
    one = firm(points=POINTS)
    one.close_books(till(points_earned=100, points_balance=100))
    one.close_books(till(points_expired=30, points_forfeited=10, points_balance=60))
    assert posted(one, Account.BREAKAGE) == [0, -200]
    assert profit(one) == [-500, 200]


def test_thieves_cost_what_members_would_have_and_what_is_given_back_costs_more() -> None:
    one = firm(points=POINTS)
    one.close_books(till(points_earned=100, points_balance=100))
    one.close_books(till(points_stolen=60, stolen_back=40, points_earned=40, points_balance=80))
    assert posted(one, Account.CASH) == [0, -300]
    assert posted(one, Account.FRAUD) == [0, 200]
    assert posted(one, Account.REWARDS) == [500, 0]
    assert owed(one) == [500, 400]


def test_points_of_second_accounts_are_fraud() -> None:
    one = firm(points=POINTS)
    one.close_books(till(points_earned=100, points_fraud=30, points_balance=100))
    assert posted(one, Account.FRAUD) == [150]
    assert posted(one, Account.REWARDS) == [350]


def test_staff_keep_the_points_of_those_who_are_no_members_unless_they_are_caught() -> None:
    guard = {"staff_abuse": 0.1, "detection": 0.25}
    one = firm(points=POINTS | {"eligible_share": 0.5, "per_visit": 2}, guard=guard)
    one.close_books(till({"revenue": 400_000, "purchases": 100}, revenue=10**6, purchases=500))
    assert posted(one, Account.FRAUD) == [5 * round(0.1 * 0.75 * (4000 * 0.5 + 2 * 100))]


# --- the other elements -----------------------------------------------------------------------------------


def test_rewards_are_handed_out_at_a_cost_of_their_own() -> None:
    stamps = {"needed": 10, "reward": 4, "cost_ratio": 0.5}
    one = firm(points=POINTS, stamps=stamps, costs={"fulfilment": 0.25})
    one.close_books(till(points_rewards=3, stamps_rewards=5, stamps_handed_in=50))
    assert posted(one, Account.FULFILMENT) == [200]
    assert posted(one, Account.REWARDS) == [5 * 200]


def test_staff_platform_and_launch_are_costs_of_the_programme() -> None:
    costs = {"launch": 100.0, "per_week": 7.0, "staff": 11.0, "per_member_week": 0.5}
    one = firm(points=POINTS, costs=costs)
    for _ in range(2):
        one.close_books(till(members=20))
    assert posted(one, Account.PROGRAMME) == [12_800, 2_800]


def test_fees_are_income_when_they_are_paid_less_what_is_given_back() -> None:
    one = firm(member_price={"depth": 0.1})
    one.close_books(till(fees=5000, fees_refunded=700))
    assert posted(one, Account.FEES) == [-4300]
    assert profit(one) == [4300]


def test_soft_benefits_and_surprises_are_expenses() -> None:
    one = firm(surprise={"chance": 0.1, "worth": 4.0, "cost_ratio": 0.5})
    one.close_books(till(benefits_cents=1234, surprises=3))
    assert posted(one, Account.BENEFITS) == [1234]
    assert posted(one, Account.SURPRISES) == [600]
    assert profit(one) == [-1834]


def test_what_is_brought_back_costs_the_money_less_the_goods() -> None:
    one = firm()
    one.close_books(till(revenue=10_000, goods=7_000, returned=1, returned_cents=1_000, returned_goods=700))
    assert posted(one, Account.REFUNDS) == [300]
    assert profit(one) == [2_700]


def test_suppliers_pay_their_share_of_the_rewards_handed_out() -> None:
    stamps = {"needed": 10, "reward": 4, "cost_ratio": 0.5}
    surprise = {"chance": 0.1, "worth": 4.0}
    one = firm(points=POINTS, stamps=stamps, surprise=surprise, funding={"supplier_share": 0.25})
    one.close_books(till(points_earned=900, points_balance=900))
    one.close_books(
        till(points_redeemed=100, points_balance=800, rewards_cost=500, stamps_rewards=1, surprises=2)
    )
    assert posted(one, Account.FUNDING) == [0, -round(0.25 * (500 + 200 + 800))]


def test_partners_outside_the_category_buy_the_points_that_they_hand_out() -> None:
    one = firm(points=POINTS | {"outside": {"per_week": 0.1, "points": 20, "price": 0.06}})
    one.close_books(till(outside_points=200, points_earned=200, points_balance=200))
    assert posted(one, Account.OUTSIDE) == [-1200]
    assert profit(one) == [1200 - 1000]
    assert one.deferral.liability == 1200


# --- partners ---------------------------------------------------------------------------------------------


def test_a_partner_pays_for_points_and_is_paid_for_rewards() -> None:
    tally = np.zeros((3, TALLIES), np.int64)
    tally[1, Tally.POINTS_SETTLED], tally[1, Tally.REWARDS_FACE] = 400, 1000
    tally[2, Tally.POINTS_SETTLED], tally[2, Tally.REWARDS_FACE] = 100, 0
    names = ("Harbour", "Mill", "Barrow")
    settled = settle({"Harbour": Agreement(("Mill", "Barrow"), price=0.06, refund=0.9)}, names, tally)
    assert settled == {
        "Harbour": Settlement(3000, 900), "Mill": Settlement(-2400, -900), "Barrow": Settlement(-600, 0)
    }  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=3, max_size=3))
def test_what_one_firm_pays_another_receives(counts: list[tuple[int, int]]) -> None:
    tally = np.zeros((3, TALLIES), np.int64)
    tally[:, [Tally.POINTS_SETTLED, Tally.REWARDS_FACE]] = counts
    settled = settle({"A": Agreement(("B", "C"), 0.0137, 0.77)}, "ABC", tally).values()
    assert sum(s.points for s in settled) == 0
    assert sum(s.rewards for s in settled) == 0


def test_points_that_partners_have_counted_are_brought_home() -> None:
    tally = np.arange(2 * 3 * 2 * TALLIES).reshape(2, 3, 2, TALLIES)
    home = brought_home(tally, [0, 0, 2])
    np.testing.assert_array_equal(home.sum(axis=1), tally.sum(axis=1))
    for column in Tally:
        wanted = tally[..., column].copy()
        if column in OF_THE_OWNER:
            wanted[:, 0] += wanted[:, 1]
            wanted[:, 1] = 0
        np.testing.assert_array_equal(home[..., column], wanted)
    assert brought_home(tally, [0, 1, 2]) is tally


def test_points_bought_by_a_partner_take_nothing_of_the_price_of_our_own_goods() -> None:
    one = firm(points=POINTS, partners={"firms": ["Mill"], "price": 0.06}, books={"expected_breakage": 0.0})
    own = till(revenue=9_500, points_earned=100, points_balance=100)
    one.close_books(own)
    more = till(revenue=9_500, points_earned=500, points_settled=400, points_balance=600)
    one.close_books(more, Settlement(2400))
    assert np.diff(one.deferral.weeks[:, 0], prepend=0).tolist() == [475, 475 + 2400]


def test_cards_that_a_programme_honours_as_it_ends_cost_what_was_promised() -> None:
    one = firm(stamps={"needed": 10, "reward": 4, "cost_ratio": 0.5})
    one.close_books(till(stamps_given=20, stamps_balance=20))
    one.adopt(FirmPlan.model_validate(one.spec.model_dump() | {"programme": None}))
    one.close_books(till(stamps_rewards=1, stamps_handed_in=10, stamps_forfeited=10))
    assert owed(one) == [400, 0]
    assert posted(one, Account.CASH) == [0, -200]
    assert posted(one, Account.BREAKAGE) == [0, -200]


def test_a_card_that_costs_nothing_any_more_costs_nothing() -> None:
    one = firm(stamps={"needed": 10, "reward": 4, "cost_ratio": 0.5})
    one.close_books(till(stamps_given=20, stamps_balance=20))
    free = {"stamps": {"needed": 10, "reward": 4, "cost_ratio": 0.0}}
    one.adopt(FirmPlan.model_validate(one.spec.model_dump() | {"programme": free}))
    one.close_books(till(stamps_rewards=1, stamps_handed_in=10, stamps_balance=10))
    assert posted(one, Account.CASH) == [0, 0]


def test_owner_and_partner_book_the_same_money() -> None:
    """The partner hands out 400 points at 6 cents, and a reward of 10 that costs it 7 and brings it 9."""
    partners = {"firms": ["Mill"], "price": 0.06, "refund": 0.9}
    owner, partner = firm(points=POINTS, partners=partners), firm()
    assert owner.agreement == Agreement(("Mill",), 0.06, 0.9)
    assert partner.agreement is None
    owner.close_books(till(points_earned=400, points_redeemed=200, points_balance=200), Settlement(2400, 900))
    partner.close_books(till(rewards_cost=700, points_settled=400), Settlement(-2400, -900))
    assert posted(owner, Account.SETTLEMENT) == [-2400]
    assert posted(partner, Account.SETTLEMENT) == [2400 - 900]
    assert posted(partner, Account.REWARDS) == [700]
    assert posted(owner, Account.CASH) == [2400 - 900]
    assert posted(partner, Account.CASH) == [900 - 2400 - 700]
    assert owed(owner) == [900], "200 points, at what the first 200 have cost"


# --- deferred revenue -------------------------------------------------------------------------------------


def test_revenue_is_deferred_at_stand_alone_prices_beside_the_ledger() -> None:
    books = {"expected_breakage": 0.05, "stand_alone": 0.01}
    one = firm(points=POINTS | {"reward": 1}, books=books)
    points = {"points_earned": 10_000, "points_redeemed": 4_500, "points_balance": 5_500}
    one.close_books(till({"revenue": 10**6}, revenue=100_000, rewards_cost=4_500, **points))
    assert one.deferral.allocated == 8_676
    assert one.deferral.liability == 4_566
    assert profit(one)[0] == 1_100_000 - 10_000, "profit is that of the points at cost"


def test_left_out_a_point_stands_alone_at_its_face_value() -> None:
    one = firm(points=POINTS | {"cost_ratio": 0.1}, books={"expected_breakage": 0.0})
    one.close_books(till(revenue=9_500, points_earned=100, points_balance=100))
    assert one.deferral.allocated == 475


def test_a_lower_price_for_members_is_a_discount_on_goods_and_points_alike() -> None:
    one = firm(points=POINTS, member_price={"depth": 0.1}, books={"expected_breakage": 0.0})
    one.close_books(till(revenue=9_000, discount=1_000, points_earned=100, points_balance=100))
    assert one.deferral.allocated == round(9_000 * 500 / 10_500)


def test_points_stolen_are_points_used() -> None:
    one = firm(points=POINTS)
    one.close_books(till(revenue=10_000, points_earned=100, points_stolen=60, points_balance=40))
    assert one.deferral.cohorts[0].redeemed == 60


# --- what members are given -------------------------------------------------------------------------------


def test_what_members_are_given_counts_at_face_value() -> None:
    stamps = {"needed": 10, "reward": 4, "cost_ratio": 0.5}
    one = firm(points=POINTS, stamps=stamps, surprise={"chance": 0.1, "worth": 2.0, "cost_ratio": 0.1})
    one.close_books(till(rewards_face=500, discount=30, stamps_rewards=2, surprises=3))
    assert one.faces.tolist() == [500 + 30 + 800 + 600]


# --- whatever happens -------------------------------------------------------------------------------------

EVERYTHING: dict[str, Any] = {
    "points": POINTS | {"outside": {"per_week": 0.1, "points": 20, "price": 0.013}},
    "stamps": {"needed": 10, "reward": 4},
    "surprise": {"chance": 0.1, "worth": 4.0},
    "costs": {"launch": 3, "per_week": 2, "staff": 1, "per_member_week": 0.1, "fulfilment": 0.13},
    "funding": {"supplier_share": 0.33},
    "guard": {"staff_abuse": 0.2},
    "books": {"revise_every": 2},
}
FREE = [
    "revenue", "goods", "discount", "purchases", "members", "rewards_cost", "rewards_face", "points_rewards",
    "stamps_rewards", "stamps_balance", "stamps_forfeited", "points_fraud", "stolen_back", "fees",
    "fees_refunded", "surprises", "benefits_cents", "returned_cents", "returned_goods", "outside_points",
]  # fmt: skip
GONE = ["points_redeemed", "points_expired", "points_forfeited", "points_reversed", "points_stolen"]


@st.composite
def weeks(draw: st.DrawFn) -> list[NDArray[np.int64]]:
    tills, balance = [], 0
    for _ in range(draw(st.integers(1, 8))):
        earned = draw(st.integers(0, 10**6))
        balance += earned
        members = {name: draw(st.integers(0, 10**6)) for name in FREE} | {"points_earned": earned}
        for name in GONE:
            members[name] = draw(st.integers(0, balance))
            balance -= members[name]
        others = {name: draw(st.integers(0, 10**6)) for name in ("revenue", "goods", "purchases")}
        tills.append(till(others, **members, points_balance=balance))
    return tills


@settings(deadline=None, max_examples=100)
@given(weeks(), st.integers(-(10**5), 10**5), st.integers(0, 10**5))
def test_the_books_of_every_programme_balance_and_say_what_is_owed(
    tills: list[NDArray[np.int64]], points: int, rewards: int
) -> None:
    one = firm(**EVERYTHING)
    for week in tills:
        one.close_books(week, Settlement(points, rewards))
        t = week.sum(axis=0)
        assert one.ledger.imbalance == 0
        assert owed(one)[-1] == one.promises.liability(
            int(t[Tally.POINTS_BALANCE]), int(t[Tally.STAMPS_BALANCE])
        )
        assert sum(c.outstanding for c in one.deferral.cohorts) == t[Tally.POINTS_BALANCE]
        assert one.deferral.liability + one.deferral.recognised == one.deferral.allocated
    assert not one.ledger.weeks.sum(axis=1).any()
    assert one.ledger.profits.sum() == -one.ledger.weeks[-1, list(INCOME_AND_EXPENSE)].sum()


@pytest.mark.parametrize("account", [a for a in Account if Account.ACQUISITION < a < Account.STAFF])
def test_every_new_account_is_used(account: Account) -> None:
    one = firm(**EVERYTHING)
    week = till({"revenue": 10**5}, **dict.fromkeys(FREE, 100), points_earned=500, points_balance=500)
    week[1, Tally.FEES] += 50
    week[1, Tally.RETURNED_CENTS] += 50
    one.close_books(week, Settlement(10, 20))
    assert one.ledger.balance(account) != 0


# --- in a market ------------------------------------------------------------------------------------------


def test_the_deferred_revenue_of_a_market_follows_every_point_of_its_members() -> None:
    market = Market(busy(), design="kept", customers=400)
    for _ in range(market.weeks):
        market.step()
        balances = market.tallies[-1].sum(axis=(0, 2))[:, Tally.POINTS_BALANCE]
        for one in market.firms:
            outstanding = sum(c.outstanding for c in one.deferral.cohorts)
            assert outstanding == balances[one.number]
            assert one.deferral.liability + one.deferral.recognised == one.deferral.allocated
    harbour = market.firms[0].deferral
    assert 0 < harbour.liability < harbour.allocated
    assert market.metrics()["deferred_revenue"] == harbour.liability / 100
    assert 0.0 < market.metrics()["ultimate_breakage"] < 1.0


def test_a_programme_that_closes_in_a_market_owes_no_revenue_afterwards() -> None:
    market = Market(busy(), design="closed", customers=400).run()
    weeks = market.firms[0].deferral.weeks
    assert weeks[5, 0] > weeks[5, 1]
    assert (weeks[6:, 0] == weeks[6:, 1]).all()


def coalition() -> Market:
    """Harbour's points and stamps are Barrow's, too; they expire, are paid for, stolen and brought back."""
    programme = {
        "enrolment": {"effort": 0.5, "ask": 0.9},
        "points": {"per_currency": 1, "welcome": 20, "threshold": 60, "reward": 5, "expire_weeks": 8},
        "stamps": {"needed": 4, "reward": 9},
        "surprise": {"chance": 0.1, "worth": 2.0},
        "club": {"fee": 2.0, "period_weeks": 4, "guarantee": True},
        "guard": {"multi_accounts": 0.3, "takeovers": 2.0},
        "partners": {"firms": ["Barrow"], "price": 0.07, "refund": 0.9},
    }
    world = busy(designs={"as written": {}}, events=[]).replace("firms.Harbour.programme", programme)
    return Market(world.replace("firms.Harbour.returns", 0.05), customers=400).run()


def test_in_a_coalition_everything_about_a_point_stands_in_the_books_of_its_owner() -> None:
    market = coalition()
    t = market.tallies.sum(axis=1)
    assert t[:, 2, 1, Tally.POINTS_REDEEMED].sum() > 0, "Barrow's till counts what is redeemed there"
    assert t[:, 2, 1, Tally.STAMPS_REWARDS].sum() > 0
    home = brought_home(t, [0, 1, 0]).sum(axis=2)
    for ways, balance in (
        (["points_earned", *GONE], Tally.POINTS_BALANCE),
        (["stamps_given", "stamps_handed_in", "stamps_forfeited"], Tally.STAMPS_BALANCE),
    ):
        came, *went = (home[..., Tally[name.upper()]] for name in ways)
        before = np.vstack([np.zeros((1, 3), np.int64), home[:-1, :, balance]])
        np.testing.assert_array_equal(before + came - sum(went), home[..., balance])
    np.testing.assert_array_equal(4 * home[:, 0, Tally.STAMPS_REWARDS], home[:, 0, Tally.STAMPS_HANDED_IN])
    barrow = market.firms[2].ledger
    for account in (Account.FEES, Account.POINTS_LIABILITY, Account.BREAKAGE, Account.FRAUD):
        assert barrow.balance(account) == 0
    assert market.firms[0].deferral.liability > 0 == market.firms[2].deferral.allocated


def test_in_a_coalition_points_and_rewards_are_paid_for() -> None:
    market = coalition()
    counted = market.tallies.sum(axis=(1, 3))[:, 2]
    paid = sum(round(7 * int(points)) for points in counted[:, Tally.POINTS_SETTLED])
    back = sum(round(0.9 * int(face)) for face in counted[:, Tally.REWARDS_FACE])
    harbour, barrow = market.firms[0].ledger, market.firms[2].ledger
    assert harbour.balance(Account.SETTLEMENT) == -paid < 0
    assert barrow.balance(Account.SETTLEMENT) == paid - back
    assert barrow.balance(Account.REWARDS) == counted[:, Tally.REWARDS_COST].sum() > 0
    gifts = market.tallies[..., Tally.SURPRISES].sum(axis=(0, 1, 3))
    assert gifts[2] > 0
    assert harbour.balance(Account.SURPRISES) == 200 * (gifts[0] + gifts[2])
