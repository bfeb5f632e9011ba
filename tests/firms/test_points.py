"""Points and stamps are conserved, live as long as was promised, and are owed to the cent.

Every customer of these markets is a segment of her own, so that the weekly tally tells what happened on each
member's card.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.firms.points import Promise, Promises, cents
from sim.market import Market
from sim.measures.tally import Tally
from sim.population.told import Rule
from sim.rules.points import LOTS
from sim.scenario import Programme, Scenario
from tests.worlds import POINTS, STAMPS, busy, worlds

# --- what is owed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "whole"), [(0.0, 0), (1.0, 100), (0.35, 35), (19.99, 1999), (0.014, 1)])
def test_an_amount_is_whole_cents(amount: float, whole: int) -> None:
    assert cents(amount) == whole


@given(st.integers(0, 10**12), st.integers(0, 10**7), st.integers(1, 10**8))
def test_points_outstanding_cost_their_share_of_a_reward_to_the_nearest_cent(
    units: int, cost: int, needed: int
) -> None:
    owed = Promise(cost, needed).cost_of(units)
    assert abs(2 * (owed * needed - units * cost)) <= needed


def test_a_whole_reward_is_owed_at_its_cost_and_nothing_at_nothing() -> None:
    promise = Promise(cost_cents=499, needed=150)
    assert promise.cost_of(150) == 499
    assert promise.cost_of(450) == 3 * 499
    assert promise.cost_of(0) == 0


def test_what_a_reward_costs_is_its_face_value_times_the_cost_ratio() -> None:
    programme = Programme.model_validate(
        {
            "points": {"per_currency": 1, "threshold": 150, "reward": 5, "cost_ratio": 0.8},
            "stamps": {"needed": 10, "reward": 8.99, "cost_ratio": 0.5},
        }
    )
    promises = Promises.of(programme)
    assert promises.points == Promise(400, 150)
    assert promises.stamps == Promise(450, 10)
    assert promises.liability(75, 5) == 200 + 225


def test_without_a_programme_nothing_is_owed() -> None:
    assert Promises.of(None).liability(1000, 1000) == 0


# --- every member's card ----------------------------------------------------------------------------------


def one_by_one(world: Scenario, customers: int = 8) -> Scenario:
    """The same world with a few customers, each a segment of her own."""
    segments = world.customers.segments
    data = [
        segments[i % len(segments)].model_dump() | {"name": f"customer {i}", "weight": 1}
        for i in range(customers)
    ]
    return world.replace("customers.segments", data).replace("customers.count", customers)


class Cards:
    """What lies on every card of a market: customer x programme."""

    def __init__(self, market: Market) -> None:
        people, programmes = market.population, market.population.programmes
        shape = (len(people), programmes)
        self.member = np.zeros(shape, bool)
        self.points = np.zeros(shape, np.int64)
        self.stamps = np.zeros(shape, np.int64)
        self.least = 0
        for p in range(programmes):
            self.member[:, p] = people.column("member_since", p) >= 0
            self.stamps[:, p] = people.column("stamps", p)
            lots = np.array([people.column("lots", p, part) for part in range(LOTS)])
            self.points[:, p] = lots.sum(axis=0)
            self.least = min(self.least, int(lots.min()), int(self.stamps.min()))


def flows(market: Market) -> NDArray[np.int64]:
    """What the tills of the last week say of every card: customer x programme x tally."""
    firms = np.flatnonzero(market._programme_of >= 0)
    assert not market.tallies[-1][:, :, 0, Tally.POINTS_EARNED : Tally.JOINED + 1].any(), "only members earn"
    rows: NDArray[np.int64] = market.tallies[-1][:, firms, 1]
    return rows


@settings(deadline=None, max_examples=60)
@given(worlds(most_weeks=14), st.sampled_from([None, "new"]), st.integers(0, 9))
def test_points_and_stamps_are_conserved_on_every_card_every_week(
    world: Scenario, design: str | None, seed: int
) -> None:
    """Balance before + earned = redeemed + expired + forfeited + balance after."""
    market = Market(one_by_one(world), design=design, seed=seed)
    before = Cards(market)
    while market.week < market.weeks:
        market.step()
        after, t = Cards(market), flows(market)
        lost = t[..., [Tally.POINTS_REDEEMED, Tally.POINTS_EXPIRED, Tally.POINTS_FORFEITED]].sum(axis=-1)
        np.testing.assert_array_equal(before.points + t[..., Tally.POINTS_EARNED], lost + after.points)
        gone = t[..., Tally.STAMPS_HANDED_IN] + t[..., Tally.STAMPS_FORFEITED]
        np.testing.assert_array_equal(before.stamps + t[..., Tally.STAMPS_GIVEN], gone + after.stamps)
        np.testing.assert_array_equal(after.points, t[..., Tally.POINTS_BALANCE])
        np.testing.assert_array_equal(after.stamps, t[..., Tally.STAMPS_BALANCE])
        np.testing.assert_array_equal(after.member, t[..., Tally.MEMBERS] == 1)
        assert after.least == 0, "no lot and no card is below nought"
        assert not (after.points + after.stamps)[~after.member].any(), "nothing lies on the card of no member"
        before = after


@settings(deadline=None, max_examples=40)
@given(worlds(most_weeks=14), st.integers(0, 9))
def test_rewards_are_whole_and_paid_for(world: Scenario, seed: int) -> None:
    market = Market(one_by_one(world), seed=seed)
    programmes = [f.spec.programme for f in market.firms if f.spec.programme is not None]
    on = world.behaviour.points.enabled
    while market.week < market.weeks:
        market.step()
        t = flows(market)
        for p, programme in enumerate(programmes):
            threshold = programme.points.threshold if programme.points and on else 0
            needed = programme.stamps.needed if programme.stamps else 0
            mine = t[:, p]
            paid = mine[:, Tally.POINTS_REWARDS] * threshold
            np.testing.assert_array_equal(mine[:, Tally.POINTS_REDEEMED], paid)
            cards = mine[:, Tally.STAMPS_REWARDS] * needed
            np.testing.assert_array_equal(mine[:, Tally.STAMPS_HANDED_IN], cards)
            assert mine[:, Tally.STAMPS_BALANCE].max() <= needed


Book = deque[list[int]]
"""An own account of every point on a card, first in first out: [week in which it was earned, points]."""


def take(book: Book, amount: int) -> list[int]:
    """Take the oldest points out of a book; returns the weeks in which they were earned."""
    weeks = []
    while amount > 0:
        week, left = book[0]
        taken = min(left, amount)
        amount -= taken
        weeks.append(week)
        book[0][1] -= taken
        if book[0][1] == 0:
            book.popleft()
    return weeks


@settings(deadline=None, max_examples=100)
@given(worlds(most_weeks=40), st.sampled_from([None, "new"]), st.integers(0, 9))
def test_points_expire_oldest_first_not_before_their_time_and_soon_after(
    world: Scenario, design: str | None, seed: int
) -> None:
    """Points fall into lots of a quarter of their life (rounded up to weeks), and a lot expires a whole life
    after it was full: so a point lives at least as long as was promised, and at most five lots. Where a design
    changes how long a lot fills, the points there are start anew."""
    market = Market(one_by_one(world, 4), design=design, seed=seed)
    programmes = market.population.programmes
    books: dict[tuple[int, int], Book] = {(i, p): deque() for i in range(4) for p in range(programmes)}

    def lots() -> list[int]:
        return [int(weeks) for weeks in market._terms.rule[:, Rule.LOT_WEEKS]]

    def life(p: int) -> int | None:
        programme = market.firms[market._with_programme[p]].spec.programme
        return programme.points.expire_weeks if programme and programme.points else None

    while market.week < market.weeks:
        now, before = market.week, lots()
        market.step()
        for (i, p), book in books.items():
            t, weeks = flows(market)[i, p], life(p)
            if lots()[p] != before[p] and lots()[p] > 0:
                left = sum(points for _, points in book)
                book.clear()
                book.extend([[now - 1, left]] if left else [])
            for earned in take(book, int(t[Tally.POINTS_EXPIRED])):
                assert weeks is not None
                assert now - earned >= weeks, "a point died before its time"
            if weeks is not None and book:
                assert now - book[0][0] < 5 * -(-weeks // 4), "a point outlived its lot"
            if t[Tally.POINTS_FORFEITED]:
                assert t[Tally.POINTS_FORFEITED] == sum(points for _, points in book)
                book.clear()
            if t[Tally.POINTS_EARNED]:
                book.append([now, int(t[Tally.POINTS_EARNED])])
            take(book, int(t[Tally.POINTS_REDEEMED]))
            assert sum(points for _, points in book) == t[Tally.POINTS_BALANCE]


def keeping(**points: Any) -> Market:
    """One member who never redeems and never buys but once."""
    programme = {
        "enrolment": {"automatic": True},
        "points": {"per_currency": 10, "threshold": 10**8, "reward": 1} | points,
    }
    world = busy(designs={"as written": {}}).replace("firms.Harbour.programme", programme)
    world = world.replace("behaviour.leaving.enabled", False).replace("behaviour.drift.enabled", False)
    market = Market(world.replace("horizon.weeks", 200), customers=50)
    market.population.set_column("rate", 0.0)
    return market


@pytest.mark.parametrize(
    ("life", "earned", "dies"), [(52, 0, 65), (52, 12, 65), (52, 13, 78), (8, 3, 12), (4, 6, 11), (1, 9, 14)]
)
def test_a_point_earned_in_this_week_dies_in_that_week(life: int, earned: int, dies: int) -> None:
    market = keeping(expire_weeks=life)
    for week in range(dies + 1):
        market.population.set_column("rate", 3.0 if week == earned else 0.0)
        market.step()
    tally = market.tallies[:, :, 0].sum(axis=(1, 2))
    assert tally[earned, Tally.POINTS_EARNED] > 0
    assert np.flatnonzero(tally[:, Tally.POINTS_EXPIRED]).tolist() == [dies]
    assert tally[dies, Tally.POINTS_EXPIRED] == tally[earned, Tally.POINTS_EARNED]
    assert tally[dies, Tally.POINTS_BALANCE] == 0


def test_points_that_never_expire_are_there_in_the_end() -> None:
    market = keeping()
    market.population.set_column("rate", 3.0)
    market.step()
    market.population.set_column("rate", 0.0)
    market.run()
    tally = market.tallies[:, :, 0].sum(axis=(1, 2))
    assert tally[-1, Tally.POINTS_BALANCE] == tally[0, Tally.POINTS_EARNED] > 0


def test_points_are_earned_on_the_cents_paid() -> None:
    """A quarter point a currency unit: each purchase is rounded down by itself."""
    world = one_by_one(busy(designs={"as written": {}}), 16)
    world = world.replace("firms.Harbour.programme.points.per_currency", 0.25)
    world = world.replace("firms.Harbour.programme.points.welcome", 0)
    market = Market(world)
    while market.week < market.weeks:
        market.step()
        t = market.tallies[-1][:, 0, 1]
        bought_once = t[:, Tally.PURCHASES] == 1
        np.testing.assert_array_equal(
            t[bought_once, Tally.POINTS_EARNED], t[bought_once, Tally.REVENUE] // 400
        )
        most = t[:, Tally.REVENUE] // 400
        assert (t[:, Tally.POINTS_EARNED] <= most).all()
        assert (t[:, Tally.POINTS_EARNED] > most - np.maximum(t[:, Tally.PURCHASES], 1)).all()


def test_whoever_joins_gets_welcome_points_and_a_head_start_once() -> None:
    market = Market(one_by_one(busy(), 16), design="kept").run()
    joined = market.tallies[:, :, :, 1, Tally.JOINED].sum(axis=0)
    assert joined[:, :2].sum() > 10
    stamps = market.tallies[:, :, 1, 1, :].sum(axis=0)
    since = market.population.column("member_since", 1)
    assert (joined[since >= 0, 1] >= 1).all()
    given = stamps[:, Tally.STAMPS_GIVEN] - 2 * stamps[:, Tally.JOINED]
    np.testing.assert_array_equal(given, stamps[:, Tally.PURCHASES])


def test_closing_a_programme_forfeits_every_point_and_frees_every_promise() -> None:
    world = busy()
    kept, closed = (Market(world, design=design) for design in ("kept", "closed"))
    for _ in range(world.horizon.burn_in):
        kept.step()
        closed.step()
    outstanding = int(kept.tallies[-1][:, 0, :, Tally.POINTS_BALANCE].sum())
    owed = closed.firms[0].ledger.weeks[-1][1]
    assert outstanding > 0
    assert owed < 0
    closed.step()
    now = closed.tallies[-1][:, 0].sum(axis=(0, 1))
    assert now[Tally.POINTS_FORFEITED] == outstanding
    assert now[[Tally.POINTS_BALANCE, Tally.MEMBERS, Tally.POINTS_EARNED, Tally.JOINED]].tolist() == [0] * 4
    assert closed.firms[0].ledger.weeks[-1][1] == 0
    closed.run()
    after = closed.tallies[7:, :, 0].sum(axis=(0, 1, 2))
    assert not after[Tally.POINTS_EARNED : Tally.JOINED + 1].any()


@pytest.mark.parametrize("part", ["points", "stamps"])
def test_a_design_that_drops_points_or_stamps_forfeits_them_and_keeps_the_members(part: str) -> None:
    both = {"enrolment": {"automatic": True}, "points": POINTS, "stamps": STAMPS}
    world = busy(designs={"kept": {}, "dropped": {"programme": {part: None}}})
    world = world.replace("firms.Harbour.programme", both).replace("behaviour.leaving.enabled", False)
    forfeited, balance = Tally[f"{part.upper()}_FORFEITED"], Tally[f"{part.upper()}_BALANCE"]
    other = Tally.STAMPS_BALANCE if part == "points" else Tally.POINTS_BALANCE
    market = Market(world, design="dropped")
    for _ in range(7):
        market.step()
    before, now = market.tallies[5:, :, 0, 1].sum(axis=1)
    assert now[forfeited] == before[balance] > 0
    assert now[balance] == 0
    assert now[other] > 0
    assert now[Tally.MEMBERS] >= before[Tally.MEMBERS]
    books = market.books().query("firm == 'Harbour'").set_index("week")
    promised = Promises.of(world.firm("Harbour").programme)
    lost = (
        promised.liability(int(before[balance]), 0)
        if part == "points"
        else promised.liability(0, int(before[balance]))
    )
    assert -books["breakage"].diff()[6] == pytest.approx(lost / 100)
    market.run()
    assert not market.tallies[7:, :, 0, :, [balance, forfeited]].any()


@pytest.mark.parametrize("life", [8, 12, 16, 52])
@pytest.mark.parametrize("burn_in", [4, 5, 6, 52])
def test_points_start_anew_when_a_design_changes_how_long_they_live(burn_in: int, life: int) -> None:
    programme = {
        "enrolment": {"automatic": True},
        "points": POINTS | {"threshold": 10**8, "expire_weeks": None},
    }
    world = busy(
        designs={"mortal": {"programme": {"points": {"expire_weeks": life}}}},
        horizon={"weeks": burn_in + 70, "burn_in": burn_in},
        events=[],
    )
    world = world.replace("firms.Harbour.programme", programme).replace("behaviour.leaving.enabled", False)
    market = Market(world, design="mortal")
    while market.week < burn_in:
        market.step()
    market.population.set_column("rate", 0.0)
    market.world = market.world.replace("behaviour.drift.enabled", False)
    market.rules = market.world.behaviour.numbers()
    held = int(market.tallies[-1][:, 0, :, Tally.POINTS_BALANCE].sum())
    market.run()
    expired = market.tallies[:, :, 0, :, Tally.POINTS_EXPIRED].sum(axis=(1, 2))
    (week,) = np.flatnonzero(expired)
    assert expired[week] == held > 0
    assert life <= week - burn_in + 1 <= 5 * -(-life // 4)
