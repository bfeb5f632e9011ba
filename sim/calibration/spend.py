"""How much customers spend per purchase, and how that differs between them and from visit to visit.

Two fits: the gamma-gamma model, which forecasts a customer's mean spend, and the lognormal components that a
scenario's `basket` is made of.

Source: Fader, Hardie & Lee 2005, J. Marketing Research 42:415; Fader & Hardie 2013, "The gamma-gamma model
of monetary value" (CDNOW estimates 6.25, 3.74, 15.44); Searle, Casella & McCulloch 1992, Variance Components.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from sim.calibration.likelihood import Fit, maximise
from sim.calibration.transactions import Log

Array = NDArray[np.float64]

FEWEST_SPENDERS = 10
"""Customers with spending below which differences between them cannot be told."""
MOST_CV = 5.0
"""Largest coefficient of variation that a scenario's `basket` holds."""
WIDEST = float(np.sqrt(np.log1p(MOST_CV**2))) * (1 - 1e-6)
"""The standard deviation of log amounts that makes it; just below, so that no rounding passes the bound."""


@dataclass(frozen=True, eq=False)
class Spending:
    """Number and mean amount of each customer's purchases with an amount above zero; one entry a customer."""

    purchases: Array
    mean: Array
    """0 where there is none"""


def spending(log: Log, *, repeats_only: bool = False) -> Spending:
    """Spending of the customers of a log per day; repeats_only leaves each customer's first day out."""
    log = log.days()
    n = len(log.customers)
    keep = log.amount > 0
    if repeats_only:
        first = np.full(n, np.iinfo(np.int64).max)
        np.minimum.at(first, log.customer, log.day)
        keep &= log.day > first[log.customer]
    count = np.bincount(log.customer[keep], minlength=n).astype(np.float64)
    total = np.bincount(log.customer[keep], weights=log.amount[keep], minlength=n)
    return Spending(count, total / np.maximum(count, 1))


def fit_gamma_gamma(spending: Spending) -> Fit:
    """Gamma-gamma model: p, q (above 1, so that the mean exists), gamma; of the customers with purchases."""
    some = spending.purchases > 0
    n, mean = spending.purchases[some], spending.mean[some]
    scale = float(np.average(mean, weights=n))

    def total(v: Mapping[str, float]) -> float:
        p, q, gamma = v["p"], 1 + v["q"], v["gamma"]
        return float(
            np.sum(
                gammaln(p * n + q) - gammaln(p * n) - gammaln(q) + q * np.log(gamma)
                + (p * n - 1) * np.log(mean) + p * n * np.log(n) - (p * n + q) * np.log(gamma + n * mean)
            )
        )  # fmt: skip

    fit = maximise("gamma-gamma", total, [{"p": 2.0, "q": 2.0, "gamma": scale}], len(n))
    return replace(fit, values={**fit.values, "q": 1 + fit["q"]})


def expected_spend(fit: Fit, spending: Spending) -> Array:
    """Expected amount of a next purchase of each customer; the market's mean for one never seen to spend."""
    n, total = spending.purchases, spending.purchases * spending.mean
    result: Array = fit["p"] * (fit["gamma"] + total) / (fit["p"] * n + fit["q"] - 1)
    return result


def next_spend(spending: Spending) -> Array:
    """Expected amount of a next purchase of each customer, fitted to these; too few spenders: their mean."""
    spent = spending.purchases > 0
    if np.count_nonzero(spent) >= FEWEST_SPENDERS:
        return expected_spend(fit_gamma_gamma(spending), spending)
    total = float(spending.purchases @ spending.mean)
    return np.full(len(spent), total / max(float(spending.purchases.sum()), 1.0))


@dataclass(frozen=True)
class Basket:
    """Mean amount of a purchase, and its coefficients of variation between customers and between visits."""

    mean: float
    between_cv: float
    within_cv: float
    fit: Fit


def fit_basket(log: Log) -> Basket:
    """Lognormal components of the amounts above zero.

    The mean is revenue per purchase, so that the scenario's revenue ties with the log's; the two coefficients
    of variation come from the likelihood of the logarithms.
    """
    keep = log.amount > 0
    y = np.log(log.amount[keep])
    _, who = np.unique(log.customer[keep], return_inverse=True)
    n = np.bincount(who).astype(np.float64)
    mean = np.bincount(who, weights=y) / n
    inside = float(np.sum((y - mean[who]) ** 2))

    def total(v: Mapping[str, float]) -> float:
        between, within = v["between_sd"] ** 2, v["within_sd"] ** 2
        variance = within + n * between
        weight = n / variance
        centre = float(weight @ mean / weight.sum())
        visits = (n - 1).sum() * np.log(within) + inside / within
        customers = np.log(variance).sum() + weight @ (mean - centre) ** 2
        return -0.5 * float(visits + customers + len(y) * np.log(2 * np.pi))

    spread = min(max(float(y.std()), 1e-3), WIDEST)
    fit = maximise(
        "lognormal amounts",
        total,
        [{"between_sd": 0.6 * spread, "within_sd": 0.8 * spread}],
        len(n),
        most={"between_sd": WIDEST, "within_sd": WIDEST},
    )
    return Basket(
        mean=float(log.amount.mean()),
        between_cv=float(np.sqrt(np.expm1(fit["between_sd"] ** 2))),
        within_cv=float(np.sqrt(np.expm1(fit["within_sd"] ** 2))),
        fit=fit,
    )
