"""The points of a member against a plain list of lots, each with the week of its issue."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.measures.tally import Tally
from sim.population.account import (
    card,
    credit,
    drain,
    filling_lot,
    forfeit,
    on_account,
    ready,
    release,
    take,
    take_back,
    waiting,
)
from sim.population.columns import LOT, STAMPS, Row
from sim.population.membership import begin_week, expire, pay_out, pool
from tests.population.accounts import FIRM_CELLS, Member

EXPIRIES: list[dict[str, Any]] = [
    {"mode": "none"},
    {"mode": "rolling", "weeks": 1},
    {"mode": "rolling", "weeks": 8},
    {"mode": "rolling", "weeks": 13},
    {"mode": "calendar", "years": 0, "week_of_year": 0},
    {"mode": "calendar", "years": 1, "week_of_year": 38},
    {"mode": "calendar", "years": 3, "week_of_year": 5},
    {"mode": "inactivity", "weeks": 6},
]
PENDING: list[dict[str, Any]] = [
    {},
    {"pending_weeks": 1},
    {"pending_weeks": 3},
    {"pending_until_visit": True},
]
BASICS = {"per_currency": 1, "threshold": 10, "reward": 1.0}


@dataclass
class Book:
    """A list of lots, oldest first: [opened, points]. Opened is the day from which the lot's life is reckoned."""

    expiry: dict[str, Any]
    pending_weeks: int
    lots: list[list[int]] = field(default_factory=list)
    pending: list[list[int]] = field(default_factory=list)
    """[week of earning, points]"""
    expired: int = 0
    last_visit: int = -1_000_000

    def opened(self, week: int) -> int:
        """Quarters of the life of a point, or years that end on the date, share a lot; where no point ages, one."""
        if self.expiry["mode"] == "rolling":
            quarter = -(-self.expiry["weeks"] // 4)
            return week - week % quarter
        if self.expiry["mode"] == "calendar":
            return week - (week - self.expiry["week_of_year"]) % 52
        return 0

    def dies(self, opened: int) -> float:
        if self.expiry["mode"] == "rolling":
            return opened + 5 * -(-self.expiry["weeks"] // 4)
        if self.expiry["mode"] == "calendar":
            return opened + 52 * (self.expiry["years"] + 1)
        return float("inf")

    def put(self, week: int, points: int) -> None:
        opened = self.opened(week)
        for lot in self.lots:
            if lot[0] == opened:
                lot[1] += points
                return
        self.lots.append([opened, points])
        self.lots.sort()

    def begin(self, week: int) -> None:
        """What is old dies, or all of one who has stayed away; then what has waited long enough comes free."""
        away = self.expiry["mode"] == "inactivity" and week - self.last_visit > self.expiry["weeks"]
        dead = [lot for lot in self.lots if away or self.dies(lot[0]) <= week]
        self.expired += sum(points for _, points in dead)
        self.lots = [lot for lot in self.lots if lot not in dead]
        if self.pending_weeks:
            self.release(week, until=week - self.pending_weeks)

    def release(self, week: int, until: int) -> None:
        for earned, points in self.pending:
            if earned <= until:
                self.put(week, points)
        self.pending = [one for one in self.pending if one[0] > until]

    def taken(self, wanted: int, lots: list[list[int]]) -> int:
        left = wanted
        for lot in lots:
            part = min(lot[1], left)
            lot[1] -= part
            left -= part
        return wanted - left

    @property
    def free(self) -> int:
        return sum(points for _, points in self.lots)

    @property
    def held(self) -> int:
        return sum(points for _, points in self.pending)


KINDS = ["earn", "spend", "wait"] * 6 + ["return", "return", "visit", "visit", "drain"]


def some_moves(seed: int) -> list[tuple[str, int]]:
    """A long life of an account, in which each pocket is full at times."""
    chance = random.Random(seed)
    return [(chance.choice(KINDS), chance.randint(0, 99)) for _ in range(150)]


@pytest.mark.parametrize("pending", PENDING, ids=str)
@pytest.mark.parametrize("expiry", EXPIRIES, ids=lambda e: " ".join(map(str, e.values())))
@settings(deadline=None, max_examples=4)
@given(seed=st.integers(0, 2**32))
def test_an_account_is_a_list_of_lots_oldest_first(
    expiry: dict[str, Any], pending: dict[str, Any], seed: int
) -> None:
    her = Member(points=BASICS | {"expiry": expiry} | pending)
    weeks = pending.get("pending_weeks", 0)
    book = Book(expiry, weeks)
    wholes, terms, tally, t = her.wholes, her.terms, her.tally, FIRM_CELLS
    lot = card(1, 0) + LOT
    week, gone = 0, 0
    longest = 60 if expiry["mode"] == "calendar" else 7
    for move, size in some_moves(seed):
        if move == "wait":
            for _ in range(1 + size % longest):
                week += 1
                expire(wholes, 1, 0, 0, 0, terms, her.programme_of, her.context(week), t, tally)
                if weeks:
                    release(wholes, 1, 0, terms, 0, week)
                book.begin(week)
        elif move == "visit":
            her.visits(week)
            book.last_visit = week
            if "pending_until_visit" in pending:
                release(wholes, 1, 0, terms, 0, week)
                book.release(week, until=week)
        elif move == "earn":
            credit(wholes, 1, 0, terms, 0, week, size, t, tally)
            if pending:
                book.pending.append([week, size])
            else:
                book.put(week, size)
        elif move == "spend":
            got = take(wholes, lot, 0, size, filling_lot(terms, 0, week))
            assert got == book.taken(size, book.lots) == min(size, got + book.free)
            gone += got
        elif move == "return":
            if any(earned == week for earned, _ in book.pending):
                continue  # what came back is settled as a week begins, before anything is earned in it
            got = take_back(wholes, 1, 0, terms, 0, week, size)
            young = book.taken(size, book.pending[::-1])
            assert got == young + book.taken(size - young, book.lots[::-1])
            gone += got
        else:
            got = drain(wholes, 1, 0, terms, 0)
            assert got == book.free + book.held
            book.lots, book.pending = [], []
            gone += got
        assert (wholes[lot : lot + 5, 0] >= 0).all()
        ring = [int(wholes[lot + (filling_lot(terms, 0, week) + 1 + i) % 5, 0]) for i in range(5)]
        assert [n for n in ring if n] == [n for _, n in book.lots if n], "oldest first"
        assert ready(wholes, 1, 0, terms, 0) == book.free
        assert waiting(wholes, 0, terms, 0) == book.held
        assert on_account(wholes, 1, 0, terms, 0) == book.free + book.held
        assert her.counted(Tally.POINTS_EXPIRED) == book.expired
        earned = her.counted(Tally.POINTS_EARNED)
        assert earned == gone + book.expired + on_account(wholes, 1, 0, terms, 0), "to the unit"


@pytest.mark.parametrize("weeks", [1, 4, 5, 26, 104])
def test_no_point_dies_before_its_time_and_none_outlives_five_quarters_of_it(weeks: int) -> None:
    quarter = -(-weeks // 4)
    for issued in range(2 * quarter + 1):
        her = Member(points=BASICS | {"expire_weeks": weeks})
        credit(her.wholes, 1, 0, her.terms, 0, issued, 7, FIRM_CELLS, her.tally)
        age = _age_at_death(her, issued)
        assert weeks <= age <= 5 * quarter


@pytest.mark.parametrize("years", [0, 1, 2, 3])
def test_points_die_on_the_date_on_which_they_have_lived_so_many_full_years(years: int) -> None:
    """Three years, on 30 September: what was earned in October dies four years later, less a few days."""
    for issued in (38, 39, 60, 89):
        her = Member(points=BASICS | {"expiry": {"mode": "calendar", "years": years, "week_of_year": 38}})
        credit(her.wholes, 1, 0, her.terms, 0, issued, 7, FIRM_CELLS, her.tally)
        age = _age_at_death(her, issued)
        assert (issued + age) % 52 == 38
        assert 52 * years < age <= 52 * (years + 1)


def _age_at_death(her: Member, issued: int) -> int:
    for week in range(issued + 1, issued + 400):
        expire(her.wholes, 1, 0, 0, 0, her.terms, her.programme_of, her.context(week), FIRM_CELLS, her.tally)
        if her.counted(Tally.POINTS_EXPIRED):
            assert her.counted(Tally.POINTS_EXPIRED) == 7
            return week - issued
    raise AssertionError("they live for ever")


def test_points_of_one_who_has_stayed_away_so_many_weeks_live_and_in_the_next_all_die() -> None:
    her = Member(points=BASICS | {"expiry": {"mode": "inactivity", "weeks": 26}})
    credit(her.wholes, 1, 0, her.terms, 0, 3, 90, FIRM_CELLS, her.tally)
    her.visits(3)
    assert _age_of_inactive(her, 3) == 27


def _age_of_inactive(her: Member, issued: int) -> int:
    for week in range(issued + 1, issued + 60):
        expire(her.wholes, 1, 0, 0, 0, her.terms, her.programme_of, her.context(week), FIRM_CELLS, her.tally)
        if her.counted(Tally.POINTS_EXPIRED):
            return week - issued
    return 0


def test_the_points_of_one_with_the_card_never_die() -> None:
    lasting = {"mode": "inactivity", "weeks": 26, "card_share": 1.0}
    her = Member(points=BASICS | {"expiry": lasting})
    credit(her.wholes, 1, 0, her.terms, 0, 3, 90, FIRM_CELLS, her.tally)
    her.visits(3)
    assert _age_of_inactive(her, 3) == 0
    assert on_account(her.wholes, 1, 0, her.terms, 0) == 90


def test_of_two_lots_the_older_is_spent_and_the_younger_taken_back() -> None:
    def two_lots() -> tuple[Member, list[int]]:
        her = Member(points=BASICS | {"expire_weeks": 40})
        for week, points in ((9, 60), (10, 40)):
            credit(her.wholes, 1, 0, her.terms, 0, week, points, FIRM_CELLS, her.tally)
        rows = [card(1, 0) + LOT + filling_lot(her.terms, 0, week) for week in (9, 10)]
        assert rows[0] != rows[1]
        return her, rows

    her, rows = two_lots()
    assert take(her.wholes, card(1, 0) + LOT, 0, 70, filling_lot(her.terms, 0, 10)) == 70
    assert [int(her.wholes[r, 0]) for r in rows] == [0, 30]
    her, rows = two_lots()
    assert take_back(her.wholes, 1, 0, her.terms, 0, 10, 70) == 70
    assert [int(her.wholes[r, 0]) for r in rows] == [30, 0]


# --- payouts ----------------------------------------------------------------------------------------------


def _paid(form: str, week: int, points: int, **payout: Any) -> Member:
    her = Member(points=BASICS | {"payout": {"form": form, "every": 13, "least": 50, **payout}})
    credit(her.wholes, 1, 0, her.terms, 0, week - 1, points, FIRM_CELLS, her.tally)
    pay_out(
        her.reals, her.wholes, 1, 0, 0, 0, her.terms, her.rules, her.context(week), FIRM_CELLS, her.tally
    )  # fmt: skip
    return her


@pytest.mark.parametrize(
    ("points", "payout", "paid"),
    [
        (49, {}, 0),
        (50, {}, 50),
        (129, {}, 129),
        (129, {"step": 50}, 100),
        (129, {"step": 50, "cap": 60}, 50),
        (129, {"cap": 60}, 60),
        (129, {"step": 70, "least": 1}, 70),
        (60, {"step": 70, "least": 1}, 0),
    ],
)
def test_a_payout_takes_whole_steps_from_the_least_on_and_never_more_than_the_most(
    points: int, payout: dict[str, int], paid: int
) -> None:
    cheque, voucher = (_paid(form, 13, points, **payout) for form in ("cheque", "voucher"))
    assert cheque.counted(Tally.POINTS_REDEEMED) == cheque.counted(Tally.PAID_OUT) == paid
    assert on_account(cheque.wholes, 1, 0, cheque.terms, 0) == points - paid
    assert cheque.counted(Tally.REWARDS_FACE) == 10 * paid, "cents: ten points are worth 1.00"
    assert voucher.counted(Tally.POINTS_REDEEMED) == 0
    assert ready(voucher.wholes, 1, 0, voucher.terms, 0) == paid
    assert on_account(voucher.wholes, 1, 0, voucher.terms, 0) == points


def test_a_voucher_lives_its_weeks_and_dies_whatever_becomes_of_points() -> None:
    """Paid out in week 13 for eight weeks: spent in week 21 at the latest."""
    her = _paid("voucher", 13, 80, voucher_weeks=8)
    left = []
    for week in range(14, 25):
        expire(her.wholes, 1, 0, 0, 0, her.terms, her.programme_of, her.context(week), FIRM_CELLS, her.tally)
        left.append(int(ready(her.wholes, 1, 0, her.terms, 0)))
    assert left[:8] == [80] * 8
    assert left[-1] == 0
    assert her.counted(Tally.POINTS_EXPIRED) == 80


# --- what belongs to a membership -------------------------------------------------------------------------


def test_who_leaves_loses_points_in_every_pocket_and_her_stamps() -> None:
    her = Member(
        points=BASICS | {"pending_weeks": 4, "payout": {"form": "voucher", "every": 13, "least": 1}},
        stamps={"needed": 10, "reward": 4.0},
    )
    first = card(1, 0)
    her.wholes[first + STAMPS, 0] = 6
    her.wholes[first + LOT + 2, 0] = 11
    her.wholes[her.row(Row.PENDING) + 3, 0] = 22
    her.wholes[her.row(Row.VOUCHERS) + 4, 0] = 33
    forfeit(her.wholes, 1, 0, her.terms, 0, FIRM_CELLS, True, True, her.tally)
    assert her.counted(Tally.POINTS_FORFEITED) == 66
    assert her.counted(Tally.STAMPS_FORFEITED) == 6
    assert her.wholes[first, 0] == -1, "a member no more"
    assert not her.wholes[first + 1 :, 0].any()


@settings(deadline=None)
@given(st.lists(st.integers(-1, 500), min_size=1, max_size=12), st.integers(2, 5))
def test_pooling_moves_points_to_the_first_member_of_each_household_and_loses_none(
    points: list[int], household: int
) -> None:
    """-1: not a member."""
    her = Member(points=BASICS, household=household)
    wholes = np.zeros((her.wholes.shape[0], len(points)), np.int32)
    first = card(1, 0)
    wholes[first] = [0 if n >= 0 else -1 for n in points]
    for j, n in enumerate(points):
        wholes[first + LOT + j % 5, j] = max(n, 0)
    pool(wholes, len(points), 1, 0, her.terms)
    for head in range(0, len(points), household):
        house = points[head : head + household]
        now = wholes[first + LOT : first + LOT + 5, head : head + household].sum(axis=0).tolist()
        keeper = next((i for i, n in enumerate(house) if n >= 0), None)
        wanted = [sum(n for n in house if n > 0) if i == keeper else 0 for i in range(len(house))]
        assert now == wanted


def test_a_household_gives_back_the_points_of_goods_that_one_of_it_brought_back() -> None:
    """Whoever of them bought: the points lie in one account."""
    her = Member(points=BASICS, household=2)
    wholes = np.zeros((her.wholes.shape[0], 2), np.int32)
    wholes[card(1, 0) + LOT] = [100, 40]
    wholes[her.row(Row.RETURNED)] = [0, 40]
    pool(wholes, 2, 1, 0, her.terms)
    reals = np.repeat(her.reals, 2, axis=1)
    for j in (0, 1):
        begin_week(
            reals, wholes, 1, j, j, 0, 0, her.programme_of, her.terms, her.rules, her.context(5), her.tally
        )  # fmt: skip
    assert her.counted(Tally.POINTS_REVERSED) == 40
    assert wholes[card(1, 0) + LOT].sum() == 100
