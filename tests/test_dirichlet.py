"""The closed form of the NBD-Dirichlet, against what was published of it and against laws it must keep."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from tests.dirichlet import Dirichlet

QUARTER = Dirichlet(mean=1.456, shape=0.779, s=1.3)
YEAR = Dirichlet(mean=4 * 1.456, shape=0.779, s=1.3)


@pytest.mark.parametrize(
    ("share", "penetration"),
    [(0.25, 0.20), (0.19, 0.16), (0.10, 0.09), (0.09, 0.08), (0.08, 0.07), (0.03, 0.03), (0.02, 0.02)],
)
def test_it_gives_the_published_penetrations_of_a_quarter(share: float, penetration: float) -> None:
    """Table of the R package NBDdirichlet 1.4 for toothpaste, two decimals."""
    assert round(QUARTER.penetration(share), 2) == penetration


def test_it_gives_the_published_category_penetration_and_purchases_per_buyer() -> None:
    assert round(1.0 - QUARTER.category[0], 2) == 0.56
    assert round(QUARTER.purchases_per_buyer(0.25), 2) == 1.82
    assert round(QUARTER.purchases_per_buyer(0.02), 2) == 1.61


@pytest.mark.parametrize(
    ("share", "penetration", "per_buyer", "requirements", "sole", "once"),
    [(0.25, 0.386, 3.78, 0.425, 0.200, 0.362), (0.10, 0.181, 3.22, 0.341, 0.146, None)],
)
def test_it_projects_the_quarter_to_the_year_as_computed_elsewhere(
    share: float, penetration: float, per_buyer: float, requirements: float, sole: float, once: float | None
) -> None:
    assert YEAR.penetration(share) == pytest.approx(penetration, abs=0.001)
    assert YEAR.purchases_per_buyer(share) == pytest.approx(per_buyer, abs=0.01)
    assert YEAR.share_of_requirements(share) == pytest.approx(requirements, abs=0.001)
    assert YEAR.sole_buyers(share) == pytest.approx(sole, abs=0.001)
    if once is not None:
        assert YEAR.once_only(share) == pytest.approx(once, abs=0.001)


def test_duplication_follows_penetration_with_one_coefficient_for_all_brands() -> None:
    """The duplication of purchase law: b(j|k) = D b(j), D about 1.13 for the year."""
    shares = [0.25, 0.19, 0.10, 0.09, 0.08, 0.03, 0.02]
    coefficients = [
        YEAR.duplication(one, other) / YEAR.penetration(other)
        for i, one in enumerate(shares)
        for j, other in enumerate(shares)
        if i != j
    ]
    assert np.mean(coefficients) == pytest.approx(1.13, abs=0.02)
    assert np.std(coefficients) < 0.05


def test_chances_sum_to_one_and_purchases_to_the_market_share() -> None:
    assert YEAR.category.sum() == pytest.approx(1.0, abs=1e-9)
    counts = np.arange(len(YEAR.category))
    given = np.array([YEAR.given(0.25, int(r)) for r in counts])
    np.testing.assert_allclose(given.sum(axis=0), 1.0, rtol=1e-9)
    assert counts @ (given @ YEAR.category) == pytest.approx(YEAR.mean * 0.25, rel=1e-9)


def test_a_brand_that_has_the_whole_market_is_bought_by_all_who_buy_and_by_them_only() -> None:
    nearly_all = 1.0 - 1e-9
    assert YEAR.penetration(nearly_all) == pytest.approx(1.0 - YEAR.category[0], abs=1e-6)
    assert YEAR.share_of_requirements(nearly_all) == pytest.approx(1.0, abs=1e-6)
    assert YEAR.sole_buyers(nearly_all) == pytest.approx(1.0, abs=1e-6)


def test_penetration_is_the_integral_over_rates_and_preferences() -> None:
    """The same number by another way: who buys at rate m with preference q buys at all with 1 - exp(-m q)."""
    rate = stats.gamma(0.779, scale=1.456 / 0.779)
    taste = stats.beta(1.3 * 0.25, 1.3 * 0.75)

    def buys(q: float) -> float:
        # The mean of exp(-m q) over Gamma rates m.
        return float(taste.pdf(q) * (1.0 - (1.0 + q * 1.456 / 0.779) ** -0.779))

    assert rate.mean() == pytest.approx(QUARTER.mean)
    integral, _ = integrate.quad(buys, 0.0, 1.0, limit=200)
    assert QUARTER.penetration(0.25) == pytest.approx(integral, abs=1e-6)
