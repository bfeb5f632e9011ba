"""When customers buy: the three standard models of repeat purchasing, fitted by maximum likelihood.

- NBD: purchases at a rate of one's own, rate ~ Gamma(r, alpha weeks), for ever.
- Pareto/NBD: the same until the customer leaves, at a hazard of one's own ~ Gamma(s, beta weeks).
- BG/NBD: the same until the customer leaves, which may happen after each purchase, chance ~ Beta(a, b).

The leaving integral of the Pareto/NBD is taken by quadrature, in logarithms, instead of by the difference of
two hypergeometric functions: it neither overflows nor cancels for customers with hundreds of purchases.

Source: Ehrenberg 1959, Applied Statistics 8:26 (NBD); Schmittlein, Morrison & Colombo 1987, Management
Science 33:1 (Pareto/NBD); Fader, Hardie & Lee 2005, Marketing Science 24:275 (BG/NBD, CDNOW estimates);
Fader & Hardie 2005, "A note on deriving the Pareto/NBD model" (likelihood).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln, logsumexp

from sim.calibration.histories import Histories, Panel
from sim.calibration.likelihood import Fit, maximise
from sim.calibration.quadrature import FRACTION, LOG_WEIGHT

Array = NDArray[np.float64]

MOST = {"r": 100.0, "s": 100.0}
"""Upper bounds of the search: at 100 the rates (hazards) of all customers are within a tenth of each other, and a
log cannot tell them from equal ones. Customers more regular than a Poisson process would drive r to no end."""
LEAST = {"r": 0.01, "beta": 1 / 7}
"""Lower bounds: the smallest gamma shape that a scenario holds; a day, as logs know no shorter stay."""


@dataclass(frozen=True, eq=False)
class _Distinct:
    """Distinct (x, t_x, T) and how many customers share each: most of a log are one-time buyers."""

    x: Array
    recency: Array
    observed: Array
    weight: Array
    customers: int
    panel: Panel | None

    def total(self, terms: Array) -> float:
        """Log-likelihood of all, from those of the distinct histories; of a panel, the last is silence."""
        value = float(self.weight @ terms)
        if self.panel is None:
            return value
        return value + self.panel.log_likelihood(float(terms[-1]), self.customers)


def _distinct(h: Histories) -> _Distinct:
    table = np.stack([h.repeats.astype(np.float64), h.recency, h.observed])
    unique, count = np.unique(table, axis=1, return_counts=True)
    if h.panel is not None:
        unique = np.column_stack([unique, [0.0, 0.0, h.panel.weeks]])
        count = np.append(count, 0)
    return _Distinct(unique[0], unique[1], unique[2], count.astype(np.float64), len(h.repeats), h.panel)


def _start(d: _Distinct) -> dict[str, float]:
    """A rate near the mean, spread out as markets usually are."""
    rate = max(float(d.weight @ d.x), 1.0) / float(d.weight @ d.observed)
    return {"r": 0.8, "alpha": 0.8 / rate}


def nbd_terms(r: float, alpha: float, x: Array, observed: Array) -> Array:
    """Log-likelihood of x purchases at their times in `observed` weeks, one entry a customer."""
    result: Array = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * np.log(alpha + observed)
    return result


def log_leaving_integral(
    r: float, alpha: float, s: float, beta: float, x: Array, recency: Array, observed: Array
) -> Array:
    """Log of the integral over (t_x, T) of s (alpha + t)^-(r + x) (beta + t)^-(s + 1) dt; -inf if t_x = T."""
    span = np.maximum(observed - recency, 0.0)
    t = recency[:, None] + span[:, None] * FRACTION
    terms = -(r + x)[:, None] * np.log(alpha + t) - (s + 1) * np.log(beta + t) + LOG_WEIGHT
    with np.errstate(divide="ignore"):
        result: Array = np.log(s) + np.log(span) + logsumexp(terms, axis=1)
    return result


def pareto_nbd_terms(
    r: float, alpha: float, s: float, beta: float, x: Array, recency: Array, observed: Array
) -> tuple[Array, Array]:
    """Log-likelihoods (still a customer at T; left between t_x and T), one entry a customer each."""
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    stayed = common - (r + x) * np.log(alpha + observed) - s * np.log(beta + observed)
    left = common + log_leaving_integral(r, alpha, s, beta, x, recency, observed)
    return stayed, left


def bg_nbd_terms(
    r: float, alpha: float, a: float, b: float, x: Array, recency: Array, observed: Array
) -> tuple[Array, Array]:
    """Log-likelihoods (still a customer at T; left after the last purchase), one entry a customer each."""
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    stayed = common + betaln(a, b + x) - (r + x) * np.log(alpha + observed)
    bought = np.maximum(x, 1.0)
    left = common + betaln(a + 1, b + bought - 1) - (r + x) * np.log(alpha + recency)
    return stayed, np.where(x > 0, left, -np.inf)


def fit_nbd(h: Histories) -> Fit:
    """NBD of the repeats: r, alpha (weeks)."""
    d = _distinct(h)

    def total(p: Mapping[str, float]) -> float:
        return d.total(nbd_terms(p["r"], p["alpha"], d.x, d.observed))

    return maximise("NBD", total, [_start(d)], d.customers, most=MOST, least=LEAST)


def fit_pareto_nbd(h: Histories) -> Fit:
    """Pareto/NBD: r, alpha (weeks), s, beta (weeks)."""
    d = _distinct(h)

    def total(p: Mapping[str, float]) -> float:
        terms = pareto_nbd_terms(p["r"], p["alpha"], p["s"], p["beta"], d.x, d.recency, d.observed)
        return d.total(np.logaddexp(*terms))

    longest = float(d.observed.max())
    start = _start(d)
    starts = [{**start, "s": 0.5, "beta": longest / 3}, {**start, "s": 2.0, "beta": 20 * longest}]
    return maximise("Pareto/NBD", total, starts, d.customers, most=MOST, least=LEAST)


def fit_bg_nbd(h: Histories) -> Fit:
    """BG/NBD: r, alpha (weeks), a, b; of newcomers only, as it lets nobody leave before a first purchase."""
    d = _distinct(h)

    def total(p: Mapping[str, float]) -> float:
        terms = bg_nbd_terms(p["r"], p["alpha"], p["a"], p["b"], d.x, d.recency, d.observed)
        return float(d.weight @ np.logaddexp(*terms))

    start = _start(d)
    starts = [{**start, "a": 0.8, "b": 2.5}, {**start, "a": 0.2, "b": 20.0}]
    return maximise("BG/NBD", total, starts, d.customers)
