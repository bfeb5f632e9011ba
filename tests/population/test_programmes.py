"""Whole markets under programmes of any shape: no point is lost or made, and the two weeks are one."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import Tally
from sim.population.account import on_account
from sim.population.columns import BLOCK, Row
from sim.population.terms import point_worth
from sim.population.told import Rule
from sim.population.walk import Walk
from sim.scenario import Programme, Scenario
from tests.programmes import programmes
from tests.worlds import busy

GONE = (
    Tally.POINTS_REDEEMED,
    Tally.POINTS_EXPIRED,
    Tally.POINTS_FORFEITED,
    Tally.POINTS_REVERSED,
    Tally.POINTS_STOLEN,
)
FEW = settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck), print_blob=True)
ANY = programmes(partners=("Barrow",), segments=("families", "singles"), returns=True)
STATIONARY = st.sampled_from([0.0, 0.2])


def town(programme: Programme | dict[str, Any] | None, *, returns: float = 0.0, **more: Any) -> Scenario:
    """Harbour with this programme, Mill with its stamp card, and Barrow, which may be a partner."""
    world = busy().model_dump(mode="json")
    written = programme.model_dump(mode="json") if isinstance(programme, Programme) else programme
    if written and written.get("points") and not returns:
        written["points"] |= {"on_return": "reverse"}
    world["firms"][0] |= {"programme": written, "returns": returns}
    world["horizon"] = {"weeks": 24, "burn_in": 6}
    world["designs"] = {"closed": {"programme": None}, "kept": {}}
    world["customers"]["count"] = 16
    return Scenario.model_validate(world | more)


def accounts(market: Market, p: int = 0) -> NDArray[np.int64]:
    """What every customer has: pocket (lots, vouchers, pending) x customer."""
    people, rows = market.population, [("lots", part) for part in range(5)]
    needs = people.layout[p]
    rows += [("vouchers", part) for part in range(needs.get(Row.VOUCHERS, 0))]
    rows += [("pending", part) for part in range(needs.get(Row.PENDING, 0))]
    return np.array([people.column(name, p, part) for name, part in rows], np.int64)


def held(market: Market, p: int = 0) -> NDArray[np.int64]:
    """Points of every customer."""
    return accounts(market, p).sum(axis=0)


class Witness(Walk):
    """Walks customers through the week, and holds each one's account against what was counted of her alone."""

    def live_customer(self, number: int) -> None:
        before, counted = self._points(number), self._flows()
        super().live_customer(number)
        after, flows = self._points(number), self._flows() - counted
        np.testing.assert_array_equal(after, before + flows, f"customer {number}, week {self.week}")

    def _points(self, number: int) -> NDArray[np.int64]:
        b, j = self.population.place_of(number)
        wholes, firms = self.population.wholes[b], self.population.firms
        return np.array(
            [on_account(wholes, firms, j, self.terms, p) for p in range(self.population.programmes)], np.int64
        )

    def _flows(self) -> NDArray[np.int64]:
        """What came in less what went out, by programme; partners count for its owner."""
        t = self.tally.sum(axis=(0, 2))
        net = t[:, Tally.POINTS_EARNED] - t[:, list(GONE)].sum(axis=1)
        return np.array(
            [net[self.programme_of == p].sum() for p in range(self.population.programmes)], np.int64
        )


def on_foot(market: Market) -> Market:
    """The same market, whose customers are walked through their weeks one by one."""
    people = market.population

    def live_week(*, threads: int, told: Any, rules: Any) -> Any:
        return Witness(people, told=told, rules=rules).live_week()

    people.live_week = live_week  # type: ignore[method-assign]
    return market


@FEW
@given(ANY, STATIONARY, st.sampled_from(["kept", "closed"]), st.integers(0, 9))
def test_a_market_with_any_programme_walked_is_the_market_run_and_every_member_has_all_her_points(
    programme: Programme, returns: float, design: str, replicate: int
) -> None:
    world = town(programme, returns=returns)
    ran, walked = (Market(world, design=design, replicate=replicate) for _ in range(2))
    on_foot(walked)
    for week in range(10):
        ran.step()
        walked.step()
        differing = [t.name for t in Tally if (ran.tallies[-1][..., t] != walked.tallies[-1][..., t]).any()]
        assert not differing, f"week {week}"
        assert ran.population.digest() == walked.population.digest(), f"week {week}"


@FEW
@given(ANY, STATIONARY, st.sampled_from(["kept", "closed"]), st.integers(0, 9))
def test_with_any_programme_accounts_add_up_to_what_is_counted_and_nobody_owes_points(
    programme: Programme, returns: float, design: str, replicate: int
) -> None:
    market = Market(town(programme, returns=returns), design=design, replicate=replicate, customers=200)
    owed = 0
    while market.week < market.weeks:
        market.step()
        t = market.tallies[-1][:, :, :].sum(axis=(0, 2))
        mine = t[market.told().programme_of == 0]
        assert accounts(market).min() >= 0
        assert mine[:, Tally.POINTS_BALANCE].sum() == held(market).sum()
        assert t[0, Tally.MEMBERS] == (market.population.column("member_since", 0) >= 0).sum()
        net = mine[:, Tally.POINTS_EARNED].sum() - mine[:, list(GONE)].sum()
        assert held(market).sum() == owed + net, "to the unit, every week"
        owed = int(held(market).sum())
        strangers = market.population.column("member_since", 0) < 0
        assert not held(market)[strangers].any(), "only members have points"
        card = market.population.column("stamps", 0)
        assert card.min() >= 0
        assert mine[:, Tally.STAMPS_BALANCE].sum() == card.sum()
        assert (mine[:, Tally.REDEMPTIONS] <= mine[:, Tally.ELIGIBLE]).all()
        assert (
            mine[:, Tally.POINTS_PENDING] + mine[:, Tally.VOUCHERS] <= mine[:, Tally.POINTS_BALANCE]
        ).all()
        assert (t[:, Tally.RENEWALS] <= t[:, Tally.RENEWALS_DUE]).all()
        assert (t[:, Tally.TRIALS_CONVERTED] <= t[:, Tally.TRIALS_ENDED]).all()
        assert (t[:, Tally.OFFERS_USED] <= t[:, Tally.PURCHASES]).all()
        assert market.tallies.min(where=_not_signed(market), initial=0) >= 0


def _not_signed(market: Market) -> NDArray[np.bool_]:
    """Tallies that cannot be negative."""
    signed = np.ones(market.tallies.shape, bool)
    signed[..., [Tally.COHORT_CONTRIBUTION, Tally.ATTACHMENT, Tally.EQUITY, Tally.DISCOUNT]] = False
    return signed


@settings(FEW, max_examples=4)
@given(ANY, STATIONARY)
def test_with_any_programme_threads_and_chunks_do_not_change_a_bit(
    programme: Programme, returns: float
) -> None:
    bits = set()
    for threads, chunk in ((1, None), (2, 1), (3, 2)):
        market = Market(town(programme, returns=returns), customers=4 * BLOCK + 100, threads=threads)
        people = market.population
        people.live_week = partial(people.live_week, chunk=chunk)  # type: ignore[method-assign]
        for _ in range(9):
            market.step()
        bits.add((people.digest(), market.tallies.tobytes()))
    assert len(bits) == 1


# --- the end of a programme -------------------------------------------------------------------------------


def _cents(points: NDArray[np.int64], worth: float) -> int:
    """Cents of these accounts at face value, each rounded by itself."""
    return int(np.floor(points * np.float64(np.float32(worth)) * 100 + 0.5).sum())


@FEW
@given(ANY, st.integers(0, 9), st.sampled_from(["honour", "forfeit"]))
def test_a_programme_that_ends_keeps_its_rule_to_the_unit(
    programme: Programme, replicate: int, rule: str
) -> None:
    ending = programme.model_dump(mode="json") | {"ending": {"points": rule}}
    market = Market(town(ending), design="closed", replicate=replicate, customers=300)
    while market.week < market.burn_in:
        market.step()
    mine, cards = held(market), market.population.column("stamps", 0).astype(np.int64)
    needed = programme.stamps.needed if programme.stamps else 0
    full = int((cards // needed).sum()) if needed and rule == "honour" else 0
    market.step()
    t = market.tallies[-1][:, 0].sum(axis=(0, 1))
    assert not held(market).any()
    assert (market.population.column("member_since", 0) == -1).all()
    assert t[Tally.POINTS_FORFEITED] == (mine.sum() if rule == "forfeit" else 0)
    paid = mine.sum() if rule == "honour" else 0
    assert t[Tally.POINTS_REDEEMED] == t[Tally.PAID_OUT] == paid
    cash = _cents(mine, point_worth(programme)) if rule == "honour" else 0
    assert t[Tally.REWARDS_FACE] == t[Tally.REWARDS_COST] == cash
    assert t[Tally.STAMPS_REWARDS] == full
    assert t[Tally.STAMPS_HANDED_IN] == full * needed
    assert t[Tally.STAMPS_FORFEITED] == cards.sum() - full * needed
    market.run()
    after = market.tallies[market.burn_in + 1 :, :, 0].sum(axis=(0, 1, 2))
    assert not after[
        [Tally.POINTS_EARNED, Tally.POINTS_REDEEMED, Tally.JOINED, Tally.MEMBERS, Tally.FEES]
    ].any()


# --- change in mid-run ------------------------------------------------------------------------------------

POINTS: dict[str, Any] = {"per_currency": 1, "threshold": 100, "reward": 5.0, "redeem": 0.1}
WEEK = 12


def changed(patch: dict[str, Any], points: dict[str, Any] | None = None, **event: Any) -> Market:
    """A market just before the week in which Harbour's programme changes."""
    programme = {"enrolment": {"automatic": True}, "points": POINTS | (points or {})}
    change = {"kind": "change", "firm": "Harbour", "week": WEEK, "patch": {"programme": patch}, **event}
    market = Market(town(programme, designs={"kept": {}}).replace("events", [change]), customers=400)
    while market.week < WEEK:
        market.step()
    return market


@pytest.mark.parametrize("threshold", [50, 80, 130, 200, 1000])
@pytest.mark.parametrize("pending", [0, 3])
def test_points_that_are_grandfathered_keep_their_worth_to_half_a_point_a_lot(
    threshold: int, pending: int
) -> None:
    market = changed(
        {"points": {"threshold": threshold}},
        {"expire_weeks": 20, "pending_weeks": pending},
        grandfather=True,
    )
    before, worth = accounts(market), 5.0 / 100
    people = market.population
    terms = market._terms
    market._adopt()
    assert market._terms is not terms
    after = accounts(market)
    np.testing.assert_array_equal(after, np.floor(before * (threshold / 100) + 0.5))
    assert np.abs(after * 5.0 / threshold - before * worth).max() <= 0.5 * 5.0 / threshold + 1e-9
    assert people.column("member_since", 0).max() >= 0


def test_points_that_are_not_grandfathered_stay_as_many_and_are_worth_less() -> None:
    market = changed({"points": {"threshold": 200}})
    before = held(market)
    market._adopt()
    np.testing.assert_array_equal(held(market), before)


@FEW
@given(ANY, ANY, st.booleans(), st.integers(0, 8), st.integers(0, 9))
def test_when_any_programme_becomes_any_other_no_point_is_lost_or_made(
    before: Programme, after: Programme, grandfather: bool, announced: int, replicate: int
) -> None:
    """The market itself compares accounts with what was counted, every week, and would say so."""
    change = {
        "kind": "change", "firm": "Harbour", "week": 9, "announced": announced, "grandfather": grandfather,
        "patch": {"programme": None},
    }  # fmt: skip
    new = {"preset": None, **after.model_dump(mode="json")}  # in place of the old one, not laid over it
    new["partners"] = before.model_dump(mode="json")["partners"] if after.points else None
    back = {"kind": "change", "firm": "Harbour", "week": 14, "patch": {"programme": None}}
    world = town(
        before, returns=0.1, designs={"next": {"programme": new}, "kept": {}}, events=[change | back]
    )
    market = Market(world, design="next", replicate=replicate, customers=60)
    while market.week < market.weeks:
        market.step()
        assert accounts(market).min() >= 0
        t = market.tallies[-1].sum(axis=(0, 2))[market.told().programme_of == 0]
        assert t[:, Tally.POINTS_BALANCE].sum() == held(market).sum()


LEVELS = [{"name": "Silver", "spend": 60}, {"name": "Gold", "spend": 240}]


def _with_levels(after: dict[str, Any], **event: Any) -> Market:
    programme = {"enrolment": {"automatic": True}, "tiers": {"levels": LEVELS}}
    change = {
        "kind": "change",
        "firm": "Harbour",
        "week": WEEK,
        "patch": {"programme": after},
        **event,
    }
    market = Market(town(programme, designs={"kept": {}}).replace("events", [change]), customers=400)
    while market.week < WEEK:
        market.step()
    return market


def levels_of(market: Market) -> NDArray[np.int64]:
    return market.population.column("tier", 0).astype(np.int64) & 7


@pytest.mark.parametrize("grandfather", [True, False])
def test_a_level_that_is_added_on_top_takes_nobodys_status_who_has_earned_it_this_year(
    grandfather: bool,
) -> None:
    market = _with_levels(
        {"tiers": {"levels": [*LEVELS, {"name": "Black", "spend": 5000}]}}, grandfather=grandfather
    )
    before = levels_of(market)
    assert np.bincount(before, minlength=3).min() > 20
    stayed = market.population.column("entered")
    market.step()
    same = (stayed == market.population.column("entered")) & (
        market.population.column("member_since", 0) >= 0
    )
    assert (levels_of(market)[same] >= before[same]).all()


@pytest.mark.parametrize("grandfather", [True, False])
def test_a_level_that_is_cut_sends_those_who_had_it_to_the_one_below(grandfather: bool) -> None:
    # Levels merge by name, so that one goes only with a programme written anew.
    anew = {"preset": None, "enrolment": {"automatic": True}, "tiers": {"levels": LEVELS[:1]}}
    market = _with_levels(anew, grandfather=grandfather)
    before = levels_of(market)
    stayed = market.population.column("entered")
    market.step()
    same = (stayed == market.population.column("entered")) & (before > 0)
    assert (levels_of(market)[same] == 1).all()


def test_when_levels_ask_for_more_status_is_reviewed_at_once_unless_it_is_grandfathered() -> None:
    dearer = {"tiers": {"levels": [{"name": "Silver", "spend": 120}, {"name": "Gold", "spend": 480}]}}
    for grandfather in (True, False):
        market = _with_levels(dearer, grandfather=grandfather)
        before, spent = levels_of(market), market.population.column("spend", 0)
        stayed = market.population.column("entered")
        market._adopt()
        told = market.told()
        market.population.live_week(told=told, rules=market.rules)
        same = stayed == market.population.column("entered")
        now, spends = levels_of(market), market.population.column("spend", 0)
        quiet = same & (spends == spent)
        assert quiet.sum() > 50
        if grandfather:
            np.testing.assert_array_equal(now[quiet], before[quiet])
        else:
            np.testing.assert_array_equal(
                now[quiet], (spent >= 120_00).astype(int)[quiet] + (spent >= 480_00)[quiet]
            )


# --- several firms, several people ------------------------------------------------------------------------


def test_at_a_partner_members_earn_and_redeem_in_the_programme_of_its_owner() -> None:
    programme = {
        "enrolment": {"automatic": True}, "points": POINTS | {"threshold": 30, "redeem": 1.0},
        "partners": {"firms": ["Barrow"], "price": 0.02},
    }  # fmt: skip
    market = Market(town(programme), customers=400)
    people = market.run().population
    t = market.tallies.sum(axis=(0, 1, 3))
    harbour, barrow = t[0], t[2]
    owned = int(held(market).sum())
    assert barrow[Tally.POINTS_EARNED] == barrow[Tally.POINTS_SETTLED] > 0
    assert barrow[Tally.POINTS_REDEEMED] > 0
    assert harbour[Tally.POINTS_SETTLED] == 0
    assert market.tallies[-1].sum(axis=(0, 2))[2, Tally.POINTS_BALANCE] == 0, "accounts lie with the owner"
    earned, gone = (harbour + barrow)[Tally.POINTS_EARNED], (harbour + barrow)[list(GONE)].sum()
    assert owned == earned - gone
    assert t[1, Tally.POINTS_EARNED] == 0
    joined_there = (people.column("last_week", 0) < 0) & (people.column("last_week", 2) >= 0)
    assert joined_there.any()
    assert (people.column("member_since", 0)[joined_there] >= 0).all()


def test_a_household_reaches_a_reward_that_none_of_it_would_reach_alone() -> None:
    handed = {}
    for household in (1, 4):
        programme = {
            "enrolment": {"automatic": True}, "points": POINTS | {"threshold": 400, "redeem": 1.0},
            "household": household,
        }  # fmt: skip
        handed[household] = (
            Market(town(programme), customers=400).run().tallies[..., Tally.POINTS_REWARDS].sum()
        )
    assert handed[4] > 1.1 * handed[1]


def test_a_member_with_two_accounts_of_points_keeps_them_apart() -> None:
    """Two firms with programmes of their own: what is done at one moves nothing at the other."""
    mine = {"enrolment": {"automatic": True}, "points": POINTS}
    world = town(mine).replace("firms.Mill.programme", mine | {"points": POINTS | {"threshold": 7}})
    market = Market(world, customers=300)
    for _ in range(20):
        before = [held(market, p) for p in (0, 1)]
        market.step()
        week = market.week - 1
        for p in (0, 1):
            away = (market.population.column("last_week", p) != week) & (
                market.population.column("entered") < week
            )
            np.testing.assert_array_equal(held(market, p)[away], before[p][away])


def test_what_a_walk_sees_of_pooling_is_what_the_week_does() -> None:
    programme = {
        "enrolment": {"automatic": True}, "household": 3,
        "points": POINTS | {"expire_weeks": 8, "payout": {"form": "voucher", "every": 4, "least": 20}},
    }  # fmt: skip
    ran, walked = (Market(town(programme)) for _ in range(2))
    on_foot(walked)
    for _ in range(12):
        ran.step()
        walked.step()
    assert ran.population.digest() == walked.population.digest()
    assert ran.told().terms.rule[0, Rule.HOUSEHOLD] == 3
    assert ran.tallies[-1][..., Tally.VOUCHERS].any()
