"""Maximum likelihood of positive parameters, with standard errors.

The search runs over the logarithms of the parameters. Standard errors come from the second derivatives at
the maximum (central differences), carried back by the delta method; NaN where the likelihood is flat, which
is how a parameter that the log cannot tell shows itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

_LOW, _HIGH = -12.0, 14.0
_STEP = 1e-2
_MOVED = 0.02
"""Part of a parameter in a flat direction from which on the log is said not to tell it."""
_FLAT = 0.05
"""Curvature (log-likelihood per squared log-parameter) below which a direction counts as flat."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """A fitted model: parameters, standard errors, log-likelihood, and the customers it was fitted to."""

    model: str
    values: Mapping[str, float]
    errors: Mapping[str, float]
    log_likelihood: float
    customers: int
    log_covariance: Array = field(repr=False, compare=False)
    """covariance of the logarithms of the parameters (parameters x parameters)"""

    def __getitem__(self, name: str) -> float:
        return self.values[name]

    @property
    def aic(self) -> float:
        """Akaike's information criterion: a parameter must earn 1 of log-likelihood; lower is better."""
        return 2 * len(self.values) - 2 * self.log_likelihood

    def record(self) -> dict[str, object]:
        """The fit as plain numbers, for a provenance record."""
        return {
            "model": self.model,
            "parameters": {k: significant(v) for k, v in self.values.items()},
            "standard_errors": {
                k: significant(v) if math.isfinite(v) else None for k, v in self.errors.items()
            },
            "log_likelihood": round(self.log_likelihood, 2),
            "aic": round(self.aic, 2),
            "customers": self.customers,
        }


def significant(value: float, digits: int = 6) -> float:
    """A number rounded to so many significant digits."""
    return float(f"{value:.{digits}g}")


def maximise(
    model: str,
    log_likelihood: Callable[[Mapping[str, float]], float],
    starts: Sequence[Mapping[str, float]],
    customers: int,
    *,
    most: Mapping[str, float] | None = None,
    least: Mapping[str, float] | None = None,
) -> Fit:
    """The parameters (all positive) at which the log-likelihood is highest, searched from each start.

    log_likelihood takes the parameters by name; where it is not finite the search turns back. most, least: upper and
    lower bounds; a parameter that ends at its bound is taken as given and has no standard error.
    Raises ValueError when the likelihood is finite at none of the starts.
    """
    names = list(starts[0])
    bounds = [
        (
            math.log(least[name]) if least and name in least else _LOW,
            math.log(most[name]) if most and name in most else _HIGH,
        )
        for name in names
    ]

    def cost(logs: Array) -> float:
        with np.errstate(all="ignore"):
            value = log_likelihood(dict(zip(names, np.exp(logs).tolist(), strict=True)))
        return -value / customers if math.isfinite(value) else 1e6

    best = None
    for start in starts:
        first = np.clip(np.log([start[name] for name in names]), *np.array(bounds).T)
        found = minimize(
            cost,
            first,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 500, "ftol": 1e-11, "gtol": 1e-6, "eps": 1e-6},
        )
        if best is None or found.fun < best.fun:
            best = found
    if best is None or best.fun >= 1e6:
        raise ValueError(f"{model}: the likelihood is not finite at any starting point")
    free = np.array([low < x < high for x, (low, high) in zip(best.x, bounds, strict=True)])
    covariance = _covariance(cost, best.x, free, customers)
    values = np.exp(best.x)
    deviations = values * np.sqrt(np.diag(covariance))
    return Fit(
        model=model,
        values=dict(zip(names, values.tolist(), strict=True)),
        errors=dict(zip(names, deviations.tolist(), strict=True)),
        log_likelihood=-float(best.fun) * customers,
        customers=customers,
        log_covariance=covariance,
    )


def _covariance(cost: Callable[[Array], float], at: Array, free: NDArray[np.bool_], customers: int) -> Array:
    """Inverse of the information of the free log-parameters; NaN for those that flat directions move."""
    covariance = np.full((len(at), len(at)), np.nan)
    step = (np.eye(len(at)) * _STEP)[free]
    n = len(step)
    information = np.empty((n, n))
    middle = cost(at)
    for i in range(n):
        for j in range(i + 1):
            if i == j:
                second = cost(at + step[i]) - 2 * middle + cost(at - step[i])
            else:
                second = (
                    cost(at + step[i] + step[j])
                    - cost(at + step[i] - step[j])
                    - cost(at - step[i] + step[j])
                    + cost(at - step[i] - step[j])
                ) / 4
            information[i, j] = information[j, i] = second / _STEP**2 * customers
    if n and np.isfinite(information).all():
        curvature, direction = np.linalg.eigh(information)
        flat = curvature < _FLAT
        inverse = (direction[:, ~flat] / curvature[~flat]) @ direction[:, ~flat].T
        untold = (np.abs(direction[:, flat]) > _MOVED).any(axis=1)
        inverse[untold, :] = inverse[:, untold] = np.nan
        covariance[np.ix_(free, free)] = inverse
    return covariance
