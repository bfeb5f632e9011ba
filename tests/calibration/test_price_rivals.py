"""Plain logits and own shares: by hand, and with known coefficients."""

from __future__ import annotations

import numpy as np
import pytest

from sim.calibration.occasions import Occasions
from sim.calibration.price_rivals import LOYALTY, PRICE, guadagni_little, intercepts, own_shares, price_mix
from tests.calibration.shoppers import panel


def test_without_anything_to_see_the_shares_are_forecast() -> None:
    p = panel(30, 6)
    rows = p.first_part(0.5)
    fit = intercepts(p, rows)
    share = p.counts(rows).sum(axis=0) / rows.sum()
    assert fit.chance == pytest.approx(np.broadcast_to(share, fit.chance.shape), abs=1e-6)
    assert fit.log_likelihood == pytest.approx(float((rows.sum() * share * np.log(share)).sum()))


def test_a_logit_finds_the_coefficients_that_made_the_choices() -> None:
    rng = np.random.default_rng(4)
    n = 6000
    price = rng.uniform(0.7, 1.3, (n, 3))
    shown = (rng.random((n, 3, 1)) < 0.3).astype(float)
    v = np.array([0.5, -0.5, 0.0]) - 3.0 * price / price.mean() + 0.8 * shown[..., 0]
    chosen = (v + rng.gumbel(size=(n, 3))).argmax(axis=1)
    p = Occasions(("A", "B", "C"), np.repeat(np.arange(600), 10), chosen, price, shown, ("feature",))
    fit = price_mix(p, np.ones(n, bool))
    for name, true in ((PRICE, -3.0), ("feature", 0.8), ("intercept A", 0.5), ("intercept B", -0.5)):
        assert abs(fit.values[name] - true) < 3 * fit.errors[name] < 0.7


def test_loyalty_explains_customers_who_differ() -> None:
    p = panel(60, 10, movement=0.0)
    rows = p.first_part(0.8)
    fit = guadagni_little(p, rows)
    assert fit.values[LOYALTY] > 2
    assert fit.log_likelihood > intercepts(p, rows).log_likelihood + 100


def test_own_shares_are_those_of_the_rows_given_and_one_purchase_more() -> None:
    p = Occasions(
        ("A", "B"), np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), np.ones((4, 2)), np.zeros((4, 2, 0))
    )
    rows = np.array([True, True, False, True])
    assert own_shares(p, rows)[:, 0] == pytest.approx([(2 + 2 / 3) / 3] * 3 + [(0 + 2 / 3) / 2])


def test_rivals_do_not_see_the_rows_that_they_are_scored_on() -> None:
    p = panel(40, 10)
    rows = p.first_part(0.8)
    other = p.chosen.copy()
    other[~rows] = (other[~rows] + 1) % 3
    changed = Occasions(p.brands, p.customer, other, p.price, p.causal)
    for model in (intercepts, price_mix, guadagni_little):
        assert model(p, rows).values == model(changed, rows).values
    assert np.array_equal(own_shares(p, rows), own_shares(changed, rows))
