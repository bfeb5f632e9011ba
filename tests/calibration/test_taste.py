"""Taste: closed forms without drift, drift recovered where it is, habit not taken for it, segments found."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.calibration.brand_choices import Choices, leading
from sim.calibration.brands import dirichlet_log_likelihood
from sim.calibration.redraws import redraws_per_year
from sim.calibration.taste import Taste, fit_taste, log_likelihood
from sim.calibration.taste_segments import Segments, fit_segments
from sim.calibration.transactions import Log, as_day
from tests.calibration.made_brands import START, branded, log_of

ALPHA = (0.8, 0.5, 0.3)


def choices(log: Log) -> Choices:
    return Choices.of(log, leading(log))


MOVING = choices(branded(900, 78, ALPHA, rate=0.3, drift=0.15))


def one(alpha: np.ndarray, drift: float = 0.0) -> Taste:
    return Taste(Segments(alpha[None, :], np.ones(1), 0.0), drift, alpha)


def test_choices_without_drift_have_the_likelihood_of_the_dirichlet() -> None:
    """One purchase a day: the product of urn chances is the compound multinomial."""
    c = choices(branded(80, 30, ALPHA))
    alpha = np.array([0.8, 0.5, 0.3, 0.1])
    each = np.ones(len(c.counts), np.int64)
    assert log_likelihood(c, alpha, 0.0) == pytest.approx(dirichlet_log_likelihood(alpha, c.counts, each))


def test_a_brand_bought_today_is_not_chosen_again_today() -> None:
    """A, then one of the others: of B .5 and Other .1 the chance of B is .5 / .6, not .5 / 1.6."""
    log = log_of([(100, 0, 0), (100, 0, 1)], ("A", "B"))
    alpha = np.array([1.0, 0.5, 0.1])
    got = log_likelihood(Choices.of(log, ("A", "B")), alpha, 0.0)
    assert got == pytest.approx(np.log(1.0 / 1.6) + np.log(0.5 / 0.6))


def test_a_drifting_taste_forgets_by_the_redraws_since() -> None:
    """A 26 weeks ago, at two redraws a year: exp(-1) of that purchase is left."""
    log = log_of([(100, 0, 0), (100 + 182, 0, 0)], ("A", "B"))
    c, alpha = Choices.of(log, ("A", "B")), np.array([1.0, 1.0, 0.5])
    left = np.exp(-1.0)
    assert log_likelihood(c, alpha, 2.0) == pytest.approx(np.log(1 / 2.5) + np.log((1 + left) / (2.5 + left)))
    held = one(alpha, 2.0).remembered(c, 100 + 182)
    assert held[0] == pytest.approx([1 + left, 0, 0])


@pytest.fixture(scope="module")
def still() -> Taste:
    return fit_taste(choices(branded(500, 40, ALPHA, rate=1.0)))


@pytest.fixture(scope="module")
def moving() -> Taste:
    return fit_taste(MOVING)


def test_no_drift_is_found_where_there_is_none(still: Taste) -> None:
    assert still.forgetting == 0.0
    assert still.segments.alpha.sum(axis=1) == pytest.approx([1.6], rel=0.15)
    assert still.new_share[:3] == pytest.approx([0.5, 0.3125, 0.1875], abs=0.03)


def test_drift_is_recovered_from_weights_drawn_afresh_one_by_one(moving: Taste) -> None:
    assert moving.forgetting > 0.5
    assert redraws_per_year(moving, MOVING) == pytest.approx(0.15, rel=0.4)


def test_habit_is_not_taken_for_drift() -> None:
    """Still tastes, but half of all purchases repeat the brand of the one before."""
    log = branded(400, 52, ALPHA, rate=1.0)
    order = np.lexsort((log.day, log.customer))
    brand = log.brand.copy()
    for before, now in pairwise(order):
        if log.customer[before] == log.customer[now] and (log.day[now] * 7919 + log.customer[now]) % 2:
            brand[now] = brand[before]
    repeated = log_of(
        list(zip(log.day.tolist(), log.customer.tolist(), brand.tolist(), strict=True)), log.brands
    )
    taste = fit_taste(choices(repeated))
    _, plain, drifting, habit, _ = taste.fits
    assert drifting.aic < plain.aic - 10  # alone, drift would have been let in
    assert habit.aic < drifting.aic
    assert taste.forgetting == 0.0


def test_a_segment_of_loyal_buyers_is_found() -> None:
    """Half share all brands; half buy one brand only, nearly always the first."""
    many = np.array([[4, 3, 3], [3, 4, 3], [3, 3, 4], [5, 3, 2], [2, 5, 3], [3, 2, 5]] * 20)
    few = np.array([[10, 0, 0]] * 90 + [[0, 10, 0]] * 30)
    counts = np.vstack([many, few])
    found = fit_segments(counts, np.array([0.7, 0.5, 0.4]))
    assert len(found.weight) >= 2
    one_only = found.membership(np.array([[10, 0, 0], [4, 3, 3]]))
    assert np.abs(one_only[0] - one_only[1]).sum() > 1.8
    assert found.weight.sum() == pytest.approx(1.0)


def test_customers_of_one_kind_stay_one_segment(still: Taste) -> None:
    assert len(still.segments.weight) == 1


def test_one_brand_has_nothing_to_fit() -> None:
    log = log_of([(day, customer, 0) for customer in range(12) for day in (3, 9)], ("A",))
    taste = fit_taste(choices(log))
    assert taste.fits == ()
    assert taste.new_share[0] == pytest.approx(1, abs=0.03)
    assert taste.new_share[1] > 0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0.01, 20), min_size=2, max_size=6),
    st.floats(0, 2),
    st.integers(1, 400),
    st.integers(0, 2**20),
)
def test_shares_add_up_and_lie_between_all_customers_and_her_own(
    alpha: list[float], drift: float, days: int, bits: int
) -> None:
    a = np.array(alpha)
    held = np.array([[float((bits >> (3 * b)) & 7) for b in range(len(a))]])
    shares = one(a, drift).shares(held, np.ones((1, 1)), days)[0]
    prior, now = a / a.sum(), (a + held[0]) / (a.sum() + held.sum())
    assert shares.sum() == pytest.approx(1)
    assert (shares >= np.minimum(prior, now) - 1e-9).all()
    assert (shares <= np.maximum(prior, now) + 1e-9).all()


def test_the_largest_brands_lead_and_the_rest_are_others() -> None:
    counts = {"A": 60, "B": 30, "Other": 8, "d": 1, "e": 1}
    rows = [(i, i % 20, b) for b, n in enumerate(counts.values()) for i in range(n)]
    log = log_of(rows, tuple(counts))
    assert leading(log) == ("A", "B")
    assert leading(log, most=1) == ("A",)
    assert Choices.of(log, leading(log)).counts.sum(axis=0).tolist() == [60, 30, 10]
    equal = log_of([(i, i % 20, i % 100) for i in range(1000)], tuple(f"b{i:03d}" for i in range(100)))
    assert leading(equal) == tuple(f"b{i:03d}" for i in range(8))


def test_customers_seen_later_follow_those_known() -> None:
    early, late = log_of([(1, 0, 0), (2, 1, 1)], ("A", "B")), log_of([(9, 1, 0), (9, 5, 2)], ("A", "B", "C"))
    counts = Choices.of(late, ("A", "B"), early.customers).counts
    assert counts.tolist() == [[0, 0, 0], [1, 0, 0], [0, 0, 1]]


def test_days_are_counted_to_the_end_of_the_log() -> None:
    log = log_of([(as_day(START), 0, 0)], ("A", "B"))
    held = one(np.ones(3), 1.0).remembered(Choices.of(log, ("A", "B")), as_day(START + dt.timedelta(364)))
    assert held[0, 0] == pytest.approx(np.exp(-1))
