"""The market's own model of which brand is bought at which prices, fitted to a panel.

Customer i chooses brand f with probability proportional to w_if exp(v_if). The tastes w_i are Dirichlet(S x
shares); v = -sensitivity_i x felt price + edge x (bought last) + what else is seen, and where the panel calls
for it a bond that grows with purchases. Sensitivities are lognormal; how dear a price is felt to be is the
market's rule (sim/rules/price.py), with its published loss aversion and reference price. Tastes and
sensitivities are integrated out over weighted draws; the rest is maximum likelihood.

Source: McFadden & Train 2000, J. Applied Econometrics 15:447 (mixed logit); Goodhardt, Ehrenberg & Chatfield
1984, JRSS A 147:621 (Dirichlet tastes); Dubé, Hitsch & Rossi 2010, RAND J. Economics 41:417 (state dependence
against heterogeneity); Train 2009, Discrete Choice Methods with Simulation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import digamma
from scipy.stats import norm

from sim.calibration.choice_draws import Draws, Law, drawn, log_dirichlet, shaped, wide
from sim.calibration.choice_kernel import forecasts, likelihoods
from sim.calibration.likelihood import significant
from sim.calibration.occasions import Occasions, felt_prices, last_bought, settled
from sim.rules.attachment import Attachment
from sim.rules.price import Price

Array = NDArray[np.float64]

DRAWS = 512
LAST, BOND = "last", "bond"
_LOW, _HIGH = (-9.0, -5.0, -4.0, -20.0), (7.0, 3.9, math.sqrt(math.log(10.0)), 20.0)
"""Bounds of log alpha, mean of log sensitivity, log of its standard deviation, effects; a spread is at most 3."""
_STEP = 1e-3
_FLAT = 0.05
_MOVED = 0.02


@dataclass(frozen=True)
class Habits:
    """What brand choice is made of. Logit units; `effects` are common to all customers."""

    shares: Mapping[str, float]
    concentration: float
    """Dirichlet S"""
    sensitivity: float
    """mean across customers, logit per 100 % price"""
    spread: float
    """standard deviation of the sensitivity over its mean"""
    effects: Mapping[str, float]
    """'last' (the edge of the brand bought last), 'bond', and the kinds of things seen"""


@dataclass(frozen=True, eq=False)
class ChoiceFit:
    """Fitted habits with standard errors (NaN: the panel cannot tell), and what they were fitted to."""

    habits: Habits
    errors: Mapping[str, float]
    """by 'concentration', 'sensitivity', 'spread' and the names of the effects"""
    log_likelihood: float
    parameters: int
    customers: int
    purchases: int
    usual: Array
    """usual price of each brand, at which customers begin"""
    fixed_price: bool
    """whether the sensitivity was given, not fitted"""
    draws_that_count: float
    """median over customers of the effective number of draws"""
    _laws: tuple[Law, ...] = field(repr=False)

    @property
    def aic(self) -> float:
        """Akaike's information criterion; lower is better."""
        return 2 * self.parameters - 2 * self.log_likelihood

    def record(self) -> dict[str, Any]:
        """The fit as plain numbers, for a provenance record."""
        h = self.habits
        values = {
            "concentration": h.concentration,
            "sensitivity": h.sensitivity,
            "spread": h.spread,
            **h.effects,
        }
        return {
            "model": "Dirichlet tastes, lognormal price sensitivity, edge of the last brand",
            "parameters": {k: significant(v) for k, v in values.items()},
            "standard_errors": {
                k: significant(v) if math.isfinite(v) else None for k, v in self.errors.items()
            },
            "log_likelihood": round(self.log_likelihood, 2),
            "aic": round(self.aic, 2),
            "customers": self.customers,
            "purchases": self.purchases,
        }


class _Problem:
    """A panel, draws, and the log-likelihood with its derivatives as a function of one vector.

    The vector: log alpha of each brand, mean and log standard deviation of log sensitivity, effects.
    """

    def __init__(self, occasions: Occasions, usual: Array, bond: bool, number: int) -> None:
        self.o, self.number = occasions, number
        self.starts = occasions.starts
        self.felt = felt(occasions, usual)
        self.seen = seen(occasions, bond)
        self.names = (LAST, *((BOND,) if bond else ()), *occasions.kinds)
        self.brands = len(occasions.brands)
        self.laws: tuple[Law, ...] = (wide(occasions.counts()),)
        self.draws: Draws = drawn(self.laws, number)

    def parts(self, at: Array) -> tuple[Array, Array, Array]:
        """Dirichlet parameters, sensitivities and the log of prior over proposal of each draw."""
        alpha = np.exp(at[: self.brands])
        mean, sd = at[self.brands], math.exp(at[self.brands + 1])
        prior = log_dirichlet(alpha, self.draws.log_taste) + norm.logpdf(self.draws.z)
        return alpha, np.exp(mean + sd * self.draws.z), prior - self.draws.log_density

    def value(self, at: Array) -> tuple[float, Array, Array]:
        """Log-likelihood, its derivatives, and the posterior weights of the draws (customers x draws)."""
        alpha, sensitivity, log_prior = self.parts(at)
        n, columns = len(self.starts) - 1, len(self.names)
        value, gradient = np.empty(n), np.empty((n, columns + 2))
        weight = np.empty((n, self.number))
        likelihoods(
            self.starts, self.o.chosen, self.felt, self.seen, self.draws.log_taste, sensitivity, log_prior,
            at[self.brands + 2 :], self.draws.z, value, gradient, weight,
        )  # fmt: skip
        liked = np.einsum("id,idf->f", weight, self.draws.log_taste)
        by_alpha = alpha * (n * (digamma(alpha.sum()) - digamma(alpha)) + liked)
        total = gradient.sum(axis=0)
        sd = math.exp(at[self.brands + 1])
        return (
            float(value.sum()),
            np.concatenate([by_alpha, [total[columns], sd * total[columns + 1]], total[:columns]]),
            weight,
        )

    def learn(self, at: Array) -> None:
        """Draw anew, half of the draws where the posterior at this vector is."""
        base = wide(self.o.counts())
        self.laws = (base, shaped(self.draws, self.value(at)[2], base))
        self.draws = drawn(self.laws, self.number)


def felt(occasions: Occasions, usual: Array) -> Array:
    """How dear each brand is felt to be, by the market's rule with its published numbers."""
    rule = Price()
    return np.ascontiguousarray(felt_prices(occasions, usual, rule.loss_aversion, rule.carry_over))


def seen(occasions: Occasions, bond: bool) -> Array:
    """What stands beside the price at each purchase: purchases x brands x columns."""
    columns = [last_bought(occasions)[..., None]]
    if bond:
        columns.append(settled(occasions, Attachment().step)[..., None])
    return np.ascontiguousarray(np.concatenate([*columns, occasions.causal], axis=2))


def price_movement(occasions: Occasions, usual: Array) -> float:
    """How much the prices of brands move against each other: root mean square of indices about their mean."""
    index = occasions.price / usual
    moved = index - index.mean(axis=1, keepdims=True)
    return float(np.sqrt((moved**2).sum(axis=1).mean() / max(index.shape[1] - 1, 1)))


def fit_choice(
    occasions: Occasions,
    *,
    bond: bool = False,
    sensitivity: tuple[float, float] | None = None,
    usual: Array | None = None,
    draws: int = DRAWS,
) -> ChoiceFit:
    """Habits at which the choices are most likely. All rows given are fitted to; the first is met by no habit.

    bond: whether a bond grows with purchases. sensitivity: mean and spread, where they are given and not
    fitted. usual: the price of each brand at which customers begin (default: its mean in these rows). draws: per
    customer.
    """
    usual = occasions.usual_prices() if usual is None else usual
    problem = _Problem(occasions, usual, bond, draws)
    brands, columns = problem.brands, len(problem.names)
    share = (occasions.counts().sum(axis=0) + 0.5) / (len(occasions.chosen) + 0.5 * brands)
    mean, spread = sensitivity or (4.0, 0.6)
    sigma = math.sqrt(math.log1p(spread**2))
    at = np.concatenate(
        [np.log(1.2 * share), [math.log(mean) - sigma**2 / 2, math.log(sigma)], np.zeros(columns)]
    )
    which = [0] * brands + [1, 2] + [3] * columns
    low, high = (np.array([ends[k] for k in which]) for ends in (_LOW, _HIGH))
    if sensitivity is not None:
        low[brands : brands + 2] = high[brands : brands + 2] = at[brands : brands + 2]
    # The draws are aimed twice: at what a first, rough fit says of each customer, and at what the next says.
    for accuracy in (1e-5, 1e-7, 1e-10):
        at = _climb(problem, at, low, high, accuracy)
        if accuracy > 1e-10:
            problem.learn(at)
    total, _, weight = problem.value(at)
    covariance = _covariance(problem, at, (at > low) & (at < high))
    habits, errors = _read(problem, at, covariance)
    return ChoiceFit(
        habits=habits,
        errors=errors,
        log_likelihood=total,
        parameters=brands + columns + (2 if sensitivity is None else 0),
        customers=occasions.customers,
        purchases=len(occasions.chosen),
        usual=usual,
        fixed_price=sensitivity is not None,
        draws_that_count=float(np.median(1 / (weight**2).sum(axis=1))),
        _laws=problem.laws,
    )


def best_choice(occasions: Occasions, **settings: Any) -> ChoiceFit:
    """The fit without a bond, or that with one where it has the lower AIC; settings as of `fit_choice`."""
    return min(
        (fit_choice(occasions, bond=bond, **settings) for bond in (False, True)), key=lambda fit: fit.aic
    )


def forecast(fit: ChoiceFit, occasions: Occasions) -> Array:
    """P(brand) at each purchase given the customer's purchases before it (purchases x brands).

    occasions: of the customers the fit was made to, in the same order, each with all purchases: those fitted to
    and those that followed.
    """
    if occasions.customers != fit.customers:
        raise ValueError(f"the fit knows {fit.customers} customers, not {occasions.customers}")
    h = fit.habits
    bond = BOND in h.effects
    draws = drawn(fit._laws, DRAWS)
    sigma = math.sqrt(math.log1p(h.spread**2))
    sensitivity = np.exp(math.log(h.sensitivity) - sigma**2 / 2 + sigma * draws.z)
    alpha = h.concentration * np.array([h.shares[brand] for brand in occasions.brands])
    log_prior = log_dirichlet(alpha, draws.log_taste) + norm.logpdf(draws.z) - draws.log_density
    chance = np.empty(occasions.price.shape)
    forecasts(
        occasions.starts, occasions.chosen, felt(occasions, fit.usual), seen(occasions, bond),
        draws.log_taste, sensitivity, log_prior, np.array(list(h.effects.values())), chance,
    )  # fmt: skip
    return chance


def _climb(problem: _Problem, at: Array, low: Array, high: Array, accuracy: float) -> Array:
    n = problem.o.customers

    def cost(x: Array) -> tuple[float, Array]:
        total, gradient, _ = problem.value(x)
        return -total / n, -gradient / n

    found = minimize(
        cost,
        np.clip(at, low, high),
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(low, high, strict=True)),
        options={"maxiter": 300, "ftol": accuracy, "gtol": 1e-6},
    )
    best: Array = found.x
    return best


def _covariance(problem: _Problem, at: Array, free: NDArray[np.bool_]) -> Array:
    """Inverse information from differences of the derivatives; NaN for what flat directions move."""
    covariance = np.full((len(at), len(at)), np.nan)
    places = np.flatnonzero(free)
    step = np.eye(len(at))[places] * _STEP
    rows = [(problem.value(at - s)[1] - problem.value(at + s)[1])[places] / (2 * _STEP) for s in step]
    information = (np.array(rows) + np.array(rows).T) / 2
    curvature, direction = np.linalg.eigh(information)
    flat = curvature < _FLAT
    inverse = (direction[:, ~flat] / curvature[~flat]) @ direction[:, ~flat].T
    untold = (np.abs(direction[:, flat]) > _MOVED).any(axis=1)
    inverse[untold, :] = inverse[:, untold] = np.nan
    covariance[np.ix_(places, places)] = inverse
    return covariance


def _read(problem: _Problem, at: Array, covariance: Array) -> tuple[Habits, dict[str, float]]:
    """The vector in words, with standard errors by the delta method."""
    brands = problem.brands
    alpha = np.exp(at[:brands])
    concentration = float(alpha.sum())
    mean, sigma = float(at[brands]), math.exp(at[brands + 1])
    spread = math.sqrt(math.expm1(sigma**2))
    sensitivity = math.exp(mean + sigma**2 / 2)
    by_sigma = math.exp(sigma**2) * sigma**2 / spread  # d spread / d log sigma
    slopes = np.array([sensitivity, sensitivity * sigma**2])
    pair = covariance[brands : brands + 2, brands : brands + 2]
    values = at[brands + 2 :].tolist()
    with np.errstate(invalid="ignore"):
        deviation = np.sqrt(np.diag(covariance))
        errors = {
            "concentration": float(np.sqrt(alpha @ covariance[:brands, :brands] @ alpha)),
            "sensitivity": float(
                np.sqrt(slopes @ pair @ slopes)
                if np.isfinite(pair).all()
                else sensitivity * deviation[brands]
            ),
            "spread": float(by_sigma * deviation[brands + 1]),
            **dict(zip(problem.names, deviation[brands + 2 :].tolist(), strict=True)),
        }
    habits = Habits(
        shares=dict(zip(problem.o.brands, (alpha / concentration).tolist(), strict=True)),
        concentration=concentration,
        sensitivity=sensitivity,
        spread=spread,
        effects=dict(zip(problem.names, values, strict=True)),
    )
    return habits, errors
