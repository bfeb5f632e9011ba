"""Deferred revenue: the standard's own example to the unit, and what holds of every history of points."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.firms.deferral import Cohort, Deferral, DeferralTerms, PointsWeek, allocate

# --- IFRS 15, Example 52: a customer loyalty programme ----------------------------------------------------

SALES, POINTS = 100_000, 10_000
EXAMPLE = DeferralTerms(expected_breakage=0.05, revise_every=10**6, stand_alone=1.0)


def test_the_price_is_shared_in_proportion_to_stand_alone_selling_prices() -> None:
    assert allocate(SALES, SALES, 9_500) == 8_676
    assert SALES - allocate(SALES, SALES, 9_500) == 91_324


def test_example_52_of_the_standard_to_the_unit() -> None:
    books = Deferral()
    first = books.close_week(EXAMPLE, PointsWeek(paid=SALES, listed=SALES, earned=POINTS, redeemed=4_500))
    assert (books.allocated, first, books.liability) == (8_676, 4_110, 4_566)
    books.cohorts[0].expected_breakage = 0.03
    second = books.close_week(EXAMPLE, PointsWeek(redeemed=4_000))
    assert (books.allocated, second, books.liability) == (8_676, 3_493, 1_073)


# --- allocation -------------------------------------------------------------------------------------------


def test_without_a_price_or_without_points_nothing_is_set_aside() -> None:
    assert allocate(0, 0, 100.0) == 0
    assert allocate(500, 500, 0.0) == 0
    assert allocate(-500, 500, 10.0) == 0


def test_goods_sold_under_their_price_leave_less_for_the_points() -> None:
    """A member price is a discount on goods and points alike (B41, 81)."""
    assert allocate(90, 100, 10.0) == 8
    assert allocate(90, 90, 10.0) == 9


# --- recognition ------------------------------------------------------------------------------------------


def cohort(**changes: Any) -> Cohort:
    made = Cohort(0, 0.2)
    made.issue(100, 1000)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def test_breakage_is_earned_along_with_the_points_that_are_redeemed() -> None:
    assert cohort(redeemed=40).recognised == 500
    assert cohort(redeemed=80).recognised == 1000


def test_points_redeemed_beyond_what_was_expected_find_all_money_earned() -> None:
    assert cohort(redeemed=90).recognised == 1000


def test_points_that_expire_as_expected_earn_nothing_before_their_time() -> None:
    assert cohort(redeemed=40, lost=20).recognised == 500


def test_more_lost_than_expected_is_earned_over_the_points_that_can_still_be_redeemed() -> None:
    """50 of 100 are lost: 50 can be redeemed, of which 40 were."""
    assert cohort(redeemed=40, lost=50).recognised == 800


def test_with_the_last_point_the_rest_is_earned() -> None:
    assert cohort(redeemed=1, lost=98).recognised < 1000
    assert cohort(redeemed=1, lost=99).recognised == 1000
    assert cohort(lost=100).recognised == 1000


def test_points_taken_back_take_their_part_of_the_money_along() -> None:
    made = cohort()
    made.take_back(25)
    assert (made.issued, made.allocated) == (75, 750)
    made.take_back(75)
    assert (made.issued, made.allocated, made.recognised) == (0, 0, 0)


# --- cohorts ----------------------------------------------------------------------------------------------

TERMS = DeferralTerms(expected_breakage=0.2, revise_every=1000, stand_alone=1.0)


def earning(points: int, **other: int) -> PointsWeek:
    return PointsWeek(paid=100 * points, listed=100 * points, earned=points, **other)


def lived(*weeks: PointsWeek, terms: DeferralTerms = TERMS, cohort_weeks: int = 2) -> Deferral:
    books = Deferral(cohort_weeks)
    for week in weeks:
        books.close_week(terms, week)
    return books


def test_points_of_one_year_are_one_cohort() -> None:
    books = lived(earning(10), earning(20), earning(30), earning(0), earning(40))
    assert [(c.opened, c.issued) for c in books.cohorts] == [(0, 30), (2, 30), (4, 40)]


def test_redeemed_and_lost_points_are_the_oldest_and_points_taken_back_the_newest() -> None:
    books = lived(
        earning(10), earning(0), earning(10), earning(0, redeemed=6), earning(10, lost=6, reversed=11)
    )
    assert [(c.issued, c.redeemed, c.lost) for c in books.cohorts] == [(10, 6, 4), (9, 0, 2), (0, 0, 0)]
    assert books.cohorts[2].allocated == 0


def test_a_cohort_begins_with_what_the_one_before_has_taught() -> None:
    terms = DeferralTerms(0.2, 2, 1.0)
    books = lived(earning(100), earning(0, redeemed=25, lost=25), earning(100), terms=terms)
    # Half of the fates are known, and half of those were losses: 0.5 x 0.5 + 0.5 x 0.2 of the 50 outstanding.
    assert books.cohorts[0].expected_breakage == pytest.approx((25 + 50 * 0.35) / 100)
    assert books.cohorts[1].first_estimate == books.cohorts[0].expected_breakage


def test_a_cohort_is_looked_at_when_its_turn_comes_and_not_before() -> None:
    weeks = [earning(100), earning(0, lost=40), earning(0), earning(0, lost=10)]
    seen = []
    for until in range(1, 5):
        books = lived(*weeks[:until], terms=DeferralTerms(0.2, 3, 1.0), cohort_weeks=52)
        seen.append(books.cohorts[0].expected_breakage)
    assert seen[0] == seen[1] == 0.2
    assert seen[2] == seen[3] == pytest.approx((40 + 60 * (0.4 + 0.6 * 0.2)) / 100)


def test_a_new_expectation_catches_up_at_once_and_moves_no_allocation() -> None:
    books = lived(earning(100, redeemed=40))
    allocated, before = books.allocated, books.recognised
    books.cohorts[0].expected_breakage = 0.0
    caught_up = books.close_week(TERMS, PointsWeek())
    assert books.allocated == allocated
    assert books.recognised == before + caught_up == round(allocated * 0.4)
    assert caught_up < 0


def test_points_that_others_bought_are_owed_at_what_they_paid() -> None:
    books = lived(PointsWeek(earned=50, sold=700))
    assert (books.allocated, books.liability) == (700, 700)


def test_a_programme_that_ends_owes_nothing_more() -> None:
    books = lived(earning(100, redeemed=10))
    books.close_week(None, PointsWeek(lost=90))
    assert books.liability == 0
    assert books.recognised == books.allocated > 0


def test_points_that_are_not_there_cannot_go() -> None:
    for way in ("redeemed", "lost", "reversed"):
        with pytest.raises(ArithmeticError, match="1 more points"):
            lived(earning(10, **{way: 11}))


def test_the_table_has_a_row_a_cohort_and_a_firm_without_points_none() -> None:
    table = lived(earning(10), earning(0, redeemed=4, lost=1), earning(20)).table()
    assert table["cohort"].tolist() == [0, 1]
    assert table["issued"].tolist() == [10, 20]
    assert table["outstanding"].tolist() == [5, 20]
    assert table["expected_breakage"].tolist() == pytest.approx([0.2, 0.2])
    np.testing.assert_allclose(table["allocated"], table["recognised"] + table["deferred"])
    assert len(Deferral().table()) == 0
    assert math.isnan(Deferral().expected_breakage)


# --- whatever happens -------------------------------------------------------------------------------------


@st.composite
def histories(draw: st.DrawFn) -> tuple[DeferralTerms, int, list[PointsWeek]]:
    terms = DeferralTerms(
        draw(st.floats(0.0, 0.99)),
        draw(st.integers(1, 6)),
        draw(st.floats(0.0, 500.0, allow_subnormal=False)),
    )
    weeks, there = [], 0
    for _ in range(draw(st.integers(1, 12))):
        earned = draw(st.integers(0, 10**7))
        there += earned
        gone = []
        for _ in range(3):
            gone.append(draw(st.integers(0, there)))
            there -= gone[-1]
        paid = draw(st.integers(0, 10**10))
        listed = paid + draw(st.integers(0, 10**9))
        sold = draw(st.integers(0, 10**6)) if earned else 0
        weeks.append(PointsWeek(paid, listed, sold, earned, gone[0], gone[1], gone[2]))
    return terms, draw(st.integers(1, 5)), weeks


@settings(deadline=None, max_examples=300)
@given(histories())
def test_every_cent_allocated_is_recognised_or_owed_and_nothing_is_owed_without_points(
    history: tuple[DeferralTerms, int, list[PointsWeek]],
) -> None:
    terms, cohort_weeks, weeks = history
    books, recognised, outstanding = Deferral(cohort_weeks), 0, 0
    for week in weeks:
        recognised += books.close_week(terms, week)
        outstanding += week.earned - week.redeemed - week.lost - week.reversed
        assert books.liability + books.recognised == books.allocated
        assert books.recognised == recognised
        assert sum(c.outstanding for c in books.cohorts) == outstanding
        for one in books.cohorts:
            assert 0 <= one.recognised <= one.allocated
            assert min(one.redeemed, one.lost, one.outstanding, one.issued) >= 0
            assert one.outstanding or one.deferred == 0
            assert 0.0 <= one.expected_breakage <= 1.0
        assert books.allocated <= sum(w.paid + w.sold for w in weeks)
    assert books.weeks[-1].tolist() == [books.allocated, books.recognised]


@settings(deadline=None, max_examples=200)
@given(histories(), st.floats(0.0, 1.0))
def test_no_change_of_expectation_moves_an_allocation(
    history: tuple[DeferralTerms, int, list[PointsWeek]], other: float
) -> None:
    terms, cohort_weeks, weeks = history
    books = Deferral(cohort_weeks)
    for week in weeks:
        books.close_week(terms, week)
    before = [c.allocated for c in books.cohorts]
    for one in books.cohorts:
        one.expected_breakage = other
    assert [c.allocated for c in books.cohorts] == before
    assert all(0 <= c.recognised <= c.allocated for c in books.cohorts)
