"""The NBD-Dirichlet: what a stationary market of these customers would show in a period, whoever they are.

Category purchases of a customer are NBD (gamma shape K, mean M a period); given n of them, those of brand j are
beta-binomial(alpha_j, S - alpha_j). All figures are sums over n.

Source: Goodhardt, Ehrenberg & Chatfield 1984, JRSS A 147:621.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import nbinom

from sim.calibration.brand_figures import BrandFigures
from sim.calibration.likelihood import maximise

Array = NDArray[np.float64]

_TAIL = 1e-12


@dataclass(frozen=True, eq=False)
class NbdDirichlet:
    """Parameters, a period as in the data they were fitted to."""

    shape: float
    """K of the NBD"""
    mean: float
    """M: category purchases per customer and period, buyers or not"""
    alpha: Array
    """one a brand, all others of the category last"""

    @property
    def concentration(self) -> float:
        return float(self.alpha.sum())

    def figures(self, brands: int, *, customers: float = 1.0, periods: float = 1.0) -> BrandFigures:
        """Figures of the first `brands` brands among so many customers, in a time of so many periods."""
        mean = self.mean * periods
        chance = self.shape / (self.shape + mean)
        last = int(nbinom.isf(_TAIL, self.shape, chance)) + 1
        n = np.arange(last + 1, dtype=np.float64)
        weight = nbinom.pmf(n, self.shape, chance)
        alpha, s = self.alpha[:brands], self.concentration

        def none(a: Array) -> Array:
            """Probability of no purchase of brands with these alphas: average over n."""
            rest = np.maximum(s - a, 1e-300)[:, None]
            logs = gammaln(rest + n) - gammaln(rest) + gammaln(s) - gammaln(s + n)
            result: Array = np.exp(logs) @ weight
            return result

        rest = np.maximum(s - alpha, 1e-300)[:, None]
        without = np.exp(gammaln(rest + n) - gammaln(rest) + gammaln(s) - gammaln(s + n))
        only = np.exp(gammaln(alpha[:, None] + n) - gammaln(alpha)[:, None] + gammaln(s) - gammaln(s + n))
        buys = 1 - without @ weight
        bought = alpha / s * mean
        requirements = mean - without @ (weight * n)
        pair = alpha[:, None] + alpha[None, :]
        neither = none(np.minimum(pair.ravel(), s)).reshape(pair.shape)
        both = buys[:, None] + buys[None, :] - (1 - neither)
        np.fill_diagonal(both, buys)
        return BrandFigures(
            buyers=customers * buys,
            frequency=bought / buys,
            scr=bought / requirements,
            sole=(only[:, 1:] @ weight[1:]) / buys,
            duplication=both / buys[:, None],
        )


def fit_nbd_dirichlet(
    counts: NDArray[np.int64], alpha: Array, silent: float | None
) -> tuple[NbdDirichlet, float]:
    """NBD by maximum likelihood to category purchases of customers (rows of counts), and customers in all.

    alpha: the Dirichlet, fitted apart. silent: customers who bought nothing; None where their number is not known:
    then the buyers count given that they bought at all, and the number follows.
    """
    total, weight = np.unique(counts.sum(axis=1), return_counts=True)
    buyers = float(weight.sum())
    known = buyers + (silent or 0.0)

    def log_likelihood(v: Mapping[str, float]) -> float:
        k, p = v["K"], v["K"] / (v["K"] + v["M"])
        each = gammaln(k + total) - gammaln(k) - gammaln(total + 1) + total * np.log1p(-p)
        nothing = float(k * np.log(p))
        value = float(weight @ each) + buyers * nothing
        if silent is not None:
            return value + silent * nothing
        return value - buyers * float(np.log(-np.expm1(nothing)))

    mean = float(total @ weight) / known
    fit = maximise("NBD", log_likelihood, [{"K": 0.5, "M": mean}, {"K": 2.0, "M": mean}], round(known))
    nothing = float((fit["K"] / (fit["K"] + fit["M"])) ** fit["K"])
    customers = known if silent is not None else buyers / max(1 - nothing, 1e-9)
    return NbdDirichlet(fit["K"], fit["M"], alpha), customers
