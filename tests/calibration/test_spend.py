"""Spend per purchase: published estimates, and components recovered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim import draws
from sim.calibration import Log
from sim.calibration.spend import Spending, expected_spend, fit_basket, fit_gamma_gamma, next_spend, spending
from tests.calibration.made import CDNOW_END, PURPOSE, STREAM


def test_the_gamma_gamma_of_cdnow_is_the_published_one(cdnow: Log) -> None:
    fit = fit_gamma_gamma(spending(cdnow.until(CDNOW_END), repeats_only=True))
    assert fit.customers == 946  # Fader & Hardie 2013
    assert dict(fit.values) == pytest.approx({"p": 6.25, "q": 3.74, "gamma": 15.44}, rel=2e-3)


def test_expected_spend_lies_between_the_market_s_mean_and_the_customer_s(cdnow: Log) -> None:
    seen = spending(cdnow)
    fit = fit_gamma_gamma(seen)
    market = fit["p"] * fit["gamma"] / (fit["q"] - 1)
    expected = expected_spend(fit, seen)
    low, high = np.minimum(seen.mean, market), np.maximum(seen.mean, market)
    some = seen.purchases > 0
    assert ((low - 1e-9 <= expected) & (expected <= high + 1e-9))[some].all()
    assert expected[~some] == pytest.approx(market)


def test_basket_components_are_recovered(cdnow: Log) -> None:
    customers, visits = 800, 6
    who = np.repeat(np.arange(customers), visits)
    name = {"seed": 3, "replicate": 0, "stream": STREAM}
    between = draws.normals(customer=np.arange(customers), week=PURPOSE, **name)[who, 0]
    within = draws.normals(customer=np.arange(len(who)), week=PURPOSE + 1, **name)[:, 0]
    made = replace(
        cdnow,
        customer=who,
        day=np.arange(len(who)),
        brand=0 * who,
        amount=np.exp(3 + 0.5 * between + 0.8 * within),
    )
    basket = fit_basket(made)
    assert basket.fit["between_sd"] == pytest.approx(0.5, abs=3 * basket.fit.errors["between_sd"])
    assert basket.fit["within_sd"] == pytest.approx(0.8, abs=3 * basket.fit.errors["within_sd"])
    assert basket.within_cv == pytest.approx(np.sqrt(np.expm1(basket.fit["within_sd"] ** 2)))
    assert basket.mean == pytest.approx(made.amount.mean())


def test_too_few_spenders_are_all_expected_to_spend_their_mean() -> None:
    few = Spending(np.array([2.0, 0.0, 1.0]), np.array([10.0, 0.0, 40.0]))
    assert next_spend(few).tolist() == [20.0] * 3


def test_a_purchase_for_nothing_is_no_spending(cdnow: Log) -> None:
    made = replace(
        cdnow,
        customers=("a", "b"),
        customer=np.array([0, 0, 1]),
        day=np.array([1, 2, 1]),
        amount=np.array([10.0, 0.0, 0.0]),
        brand=np.zeros(3, np.int64),
    )
    assert spending(made).purchases.tolist() == [1, 0]
    assert spending(made).mean.tolist() == [10, 0]
