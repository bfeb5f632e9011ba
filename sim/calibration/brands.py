"""How customers divide their purchases between brands: the Dirichlet model.

Each customer has brand probabilities ~ Dirichlet(S x shares); the brands of her purchases follow from them.
S near 0: everyone has one brand; S large: all split alike. The fit is to each customer's numbers of
purchases per brand, so the order of purchases plays no part: it is a fit of taste, without habit.

Source: Goodhardt, Ehrenberg & Chatfield 1984, JRSS A 147:621 (Dirichlet model); Mosimann 1962, Biometrika
49:65 (compound multinomial).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from sim.calibration.likelihood import Fit, maximise
from sim.calibration.transactions import Log, collapsed

Array = NDArray[np.float64]

OTHER = "Other"
MOST_FIRMS = 16
"""Firms that a scenario can hold."""
MOST_CONCENTRATED, LEAST_CONCENTRATED = 200.0, 0.01
"""Dirichlet S at which all customers divide their purchases alike (each within .04 of the shares), and at which each
has one brand for good; beyond, a log tells no more, and a scenario holds no less than the latter."""


def merge_small(log: Log, *, smallest: float = 0.02, keep: str | None = None) -> Log:
    """The log with its brands in the order of their purchases, the small ones as one brand 'Other'.

    Small are those below a share of purchases (but not `keep`), and those past the number of firms that a
    scenario can hold.
    """
    count = np.bincount(log.brand, minlength=len(log.brands))

    def size(brand: int) -> tuple[bool, int, str]:
        return log.brands[brand] != keep, -int(count[brand]), log.brands[brand]

    large = [
        b
        for b in sorted(range(len(log.brands)), key=size)
        if log.brands[b] != OTHER and (count[b] >= smallest * count.sum() or log.brands[b] == keep)
    ]
    if len(large) < len(log.brands) or len(large) > MOST_FIRMS:
        large = large[: MOST_FIRMS - 1]
    large.sort(key=lambda brand: size(brand)[1:])
    place = np.full(len(log.brands), len(large))
    place[large] = np.arange(len(large))
    rest = (OTHER,) if len(large) < len(log.brands) else ()
    merged = replace(log, brands=(*(log.brands[b] for b in large), *rest), brand=place[log.brand])
    return collapsed(merged)


@dataclass(frozen=True)
class Preferences:
    """Fitted Dirichlet: concentration S with its standard error, and the shares it implies."""

    concentration: float
    error: float
    shares: Mapping[str, float]
    fit: Fit


def dirichlet_log_likelihood(alpha: Array, patterns: NDArray[np.int64], weight: NDArray[np.int64]) -> float:
    """Of the numbers of purchases per brand (patterns x brands), each shown by `weight` customers, in their order."""
    s, total = alpha.sum(), patterns.sum(axis=1)
    each = gammaln(s) - gammaln(s + total) + (gammaln(alpha + patterns) - gammaln(alpha)).sum(axis=1)
    return float(weight @ each)


def fit_dirichlet(log: Log) -> Preferences:
    """Dirichlet of a log with two brands or more (ValueError otherwise), by maximum likelihood.

    A purchase is a customer, day and brand. S is sought from 0.01 to 200; at a bound it has no standard error.
    """
    if len(log.brands) < 2:
        raise ValueError(f"a Dirichlet needs two brands or more, not {len(log.brands)}")
    size = (len(log.customers), len(log.brands))
    counts = np.bincount(log.customer * size[1] + log.brand, minlength=size[0] * size[1]).reshape(size)
    patterns, weight = np.unique(counts, axis=0, return_counts=True)
    share = counts.sum(axis=0) / counts.sum()
    own = (counts / counts.sum(axis=1, keepdims=True)).mean(axis=0)

    def log_likelihood(v: Mapping[str, float]) -> float:
        return dirichlet_log_likelihood(np.array(list(v.values())), patterns, weight)

    start = dict(zip(log.brands, (1.5 * share).tolist(), strict=True))
    fit = maximise(
        "Dirichlet",
        log_likelihood,
        [start],
        size[0],
        # Where all divide alike the shares are those of purchases; where each has one brand, those of customers.
        most=dict(zip(log.brands, (MOST_CONCENTRATED * share).tolist(), strict=True)),
        least=dict(zip(log.brands, (LEAST_CONCENTRATED * own).tolist(), strict=True)),
    )
    alpha = np.array(list(fit.values.values()))
    s = float(alpha.sum())
    return Preferences(
        concentration=s,
        error=float(np.sqrt(alpha @ fit.log_covariance @ alpha)),
        shares=dict(zip(log.brands, (alpha / s).tolist(), strict=True)),
        fit=fit,
    )
