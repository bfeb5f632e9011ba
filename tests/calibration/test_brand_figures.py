"""Figures of brands by hand, and the table of Goodhardt, Ehrenberg & Chatfield (1984)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import draws
from sim.calibration.brand_figures import BrandSums, brand_figures, figure_scores
from sim.calibration.nbd_dirichlet import NbdDirichlet, fit_nbd_dirichlet
from tests.calibration.made import PURPOSE, STREAM

SHARES = np.array([0.25, 0.19, 0.1, 0.1, 0.09, 0.08, 0.03, 0.02])
"""Toothpaste, UK, first quarter of 1973."""


@pytest.fixture(scope="module")
def toothpaste() -> NbdDirichlet:
    """As estimated by the package NBDdirichlet 1.4: M 1.456, K .78, S 1.3."""
    return NbdDirichlet(0.78, 1.456, 1.3 * np.append(SHARES, 1 - SHARES.sum()))


def test_the_published_table_of_toothpaste_is_reproduced(toothpaste: NbdDirichlet) -> None:
    quarter = toothpaste.figures(8)
    assert quarter.buyers.round(2).tolist() == [0.2, 0.16, 0.09, 0.09, 0.08, 0.07, 0.03, 0.02]
    assert quarter.frequency == pytest.approx([1.82, 1.76, 1.68, 1.68, 1.67, 1.66, 1.62, 1.61], abs=0.011)
    category = quarter.frequency / quarter.scr
    assert category == pytest.approx([3.16, 3.22, 3.30, 3.30, 3.31, 3.32, 3.37, 3.38], abs=0.011)
    others = quarter.duplication[1:, 0], quarter.duplication[0, 1:]
    assert others[1] == pytest.approx([0.19, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02], abs=0.011)
    assert (others[0] > 0.2).all()  # the largest brand is duplicated most


def test_a_year_is_four_quarters(toothpaste: NbdDirichlet) -> None:
    year = toothpaste.figures(8, periods=4)
    assert year.buyers[0] == pytest.approx(0.386, abs=0.003)
    assert year.frequency[0] == pytest.approx(3.78, abs=0.02)
    assert year.scr[0] == pytest.approx(0.425, abs=0.004)
    assert year.sole[0] == pytest.approx(0.2, abs=0.005)


def test_theory_agrees_with_simulated_customers(toothpaste: NbdDirichlet) -> None:
    n, k = 40_000, np.arange(9)
    name = {"seed": 2, "replicate": 0, "stream": STREAM}
    who = np.arange(n)
    rate = draws.gammas(0.78, customer=who, week=PURPOSE, **name) * 1.456 / 0.78
    weight = draws.gammas(toothpaste.alpha, customer=who[:, None], week=PURPOSE + 1, trait=k, **name)
    mean = rate[:, None] * weight / weight.sum(axis=1, keepdims=True)
    counts = draws.poissons(mean, customer=who[:, None], week=PURPOSE + 16 * (1 + k), **name).astype(np.int64)
    theory, made = toothpaste.figures(8, customers=n), brand_figures(counts, 8)
    assert made.buyers[:6] == pytest.approx(theory.buyers[:6], rel=0.06)
    assert made.frequency[:6] == pytest.approx(theory.frequency[:6], rel=0.05)
    assert made.scr[:6] == pytest.approx(theory.scr[:6], rel=0.06)
    assert made.sole[:6] == pytest.approx(theory.sole[:6], abs=0.03)
    assert made.duplication[:4, :4] == pytest.approx(theory.duplication[:4, :4], abs=0.03)


def test_the_nbd_is_recovered_with_and_without_the_number_of_non_buyers() -> None:
    n = 8000
    name = {"seed": 4, "replicate": 0, "stream": STREAM, "customer": np.arange(n)}
    total = draws.poissons(draws.gammas(0.6, week=PURPOSE, **name) * 3.0 / 0.6, week=PURPOSE + 1, **name)
    counts = total[total > 0][:, None].astype(np.int64)
    silent = float((total == 0).sum())
    known, customers = fit_nbd_dirichlet(counts, np.ones(2), silent)
    assert customers == n
    assert (known.shape, known.mean) == pytest.approx((0.6, 3.0), rel=0.07)
    guessed, customers = fit_nbd_dirichlet(counts, np.ones(2), None)
    assert customers == pytest.approx(n, rel=0.1)
    assert guessed.shape == pytest.approx(0.6, rel=0.2)


def test_figures_by_hand() -> None:
    """Three customers, two brands and others: (2,0,0), (1,1,0), (0,1,2)."""
    f = brand_figures(np.array([[2, 0, 0], [1, 1, 0], [0, 1, 2]]), 2)
    assert f.buyers.tolist() == [2, 2]
    assert f.frequency.tolist() == [1.5, 1.0]
    assert f.scr == pytest.approx([3 / 4, 2 / 5])
    assert f.sole.tolist() == [0.5, 0.0]
    assert f.duplication.tolist() == [[1, 0.5], [0.5, 1]]


def test_scores_by_hand() -> None:
    true = brand_figures(np.array([[2, 0, 0], [1, 1, 0], [0, 1, 2]]), 2)
    ours = brand_figures(np.array([[2, 0, 0], [1, 0, 0], [0, 1, 2]]), 2)
    scores = figure_scores(ours, true)
    assert scores["penetration WAPE %"] == pytest.approx(25)
    assert scores["frequency WAPE %"] == pytest.approx(0)
    assert scores["SCR WAPE %"] == pytest.approx(100 * (0.25 + (0.4 - 1 / 3)) / (0.75 + 0.4))
    assert scores["sole MAD pts"] == pytest.approx(25)
    assert scores["duplication MAD pts"] == pytest.approx(50)


def test_a_brand_that_vanished_counts_as_wrong_not_as_missing() -> None:
    true = brand_figures(np.array([[2, 0], [3, 0]]), 2)
    ours = brand_figures(np.array([[2, 1], [3, 0]]), 2)
    scores = figure_scores(ours, true)
    assert scores["frequency WAPE %"] == pytest.approx(40)
    assert scores["duplication MAD pts"] == pytest.approx(75)
    assert np.isfinite(scores["sole MAD pts"])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=12))
def test_sums_of_parts_are_sums_of_the_whole(rows: list[list[int]]) -> None:
    counts = np.array(rows)
    half = len(rows) // 2
    parts = BrandSums.of(counts[:half], 2).plus(BrandSums.of(counts[half:], 2)).figures()
    whole = brand_figures(counts, 2)
    for part, all_ in zip(vars(parts).values(), vars(whole).values(), strict=True):
        np.testing.assert_allclose(part, all_)
    perfect = figure_scores(whole, whole)
    assert all(value == 0 or np.isnan(value) for value in perfect.values())
