"""Segments of taste: a mixture of Dirichlets, so that some brands may have buyers more loyal than others have.

One Dirichlet gives all brands of a size the same loyalty and the same duplication. With segments, each with a Dirichlet
of its own, a brand can have its sole buyers, and two brands their common public. Their number, one to four, is the one
with the lowest AIC.

Source: Dempster, Laird & Rubin 1977, JRSS B 39:1 (EM); Kamakura & Russell 1989, J. Marketing Research 26:379
(segments of brand choice); Akaike 1974, IEEE Trans. Automatic Control 19:716.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import digamma, gammaln, logsumexp

Array = NDArray[np.float64]

MOST_SEGMENTS = 4
_ROUNDS, _LITTLE = 40, 0.5
_LOW, _HIGH = -9.0, 9.0
"""Bounds of the logarithm of an alpha."""


@dataclass(frozen=True, eq=False)
class Segments:
    """A fitted mixture."""

    alpha: Array
    """segments x brands"""
    weight: Array
    """share of customers in each segment"""
    log_likelihood: float

    @property
    def aic(self) -> float:
        """Akaike's information criterion."""
        return 2 * (self.alpha.size + len(self.weight) - 1) - 2 * self.log_likelihood

    def membership(self, counts: NDArray[np.int64]) -> Array:
        """Probability of each segment for customers with these purchases: customers x segments."""
        logs = log_chances(self.alpha, counts) + np.log(self.weight)
        result: Array = np.exp(logs - logsumexp(logs, axis=1, keepdims=True))
        return result


def log_chances(alpha: Array, counts: NDArray[np.int64]) -> Array:
    """Log-probability of each customer's purchases, in their order, in each segment: customers x segments."""
    n, s = counts.sum(axis=1)[:, None], alpha.sum(axis=1)
    each = [(gammaln(a + counts) - gammaln(a)).sum(axis=1) for a in alpha]
    result: Array = gammaln(s) - gammaln(s + n) + np.stack(each, axis=1)
    return result


def fit_segments(counts: NDArray[np.int64], alpha: Array, most: int = MOST_SEGMENTS) -> Segments:
    """The mixture with the lowest AIC, starting from the one Dirichlet `alpha`; counts: customers x brands.

    Segments are added one at a time, each split off the one that holds most customers. Brands that were not
    bought keep the alpha they have, spread evenly over the segments.
    """
    patterns, times = np.unique(counts, axis=0, return_counts=True)
    found = Segments(alpha[None, :], np.ones(1), float(times @ log_chances(alpha[None, :], patterns)[:, 0]))
    best = found
    while len(found.weight) < most:
        found = _em(patterns, times.astype(np.float64), _split(found, patterns, times))
        if found.aic >= best.aic:
            break
        best = found
    return best


def _split(old: Segments, patterns: NDArray[np.int64], times: NDArray[np.int64]) -> Segments:
    """The largest segment in two: one more sole-minded, with the brand its loyal buyers like best, one less so."""
    largest = int(old.weight.argmax())
    alpha = old.alpha[largest]
    member = old.membership(patterns)[:, largest] * times
    alone = patterns.max(axis=1) == patterns.sum(axis=1)
    loyal = (member * alone) @ (patterns > 0)
    favourite = int((loyal / (member @ (patterns > 0) + 1)).argmax())
    narrow, wide = 0.5 * alpha, 1.5 * alpha
    narrow[favourite] += alpha.sum()
    weight = old.weight.copy()
    weight[largest] /= 2
    return Segments(
        np.vstack([np.delete(old.alpha, largest, 0), narrow, wide]),
        np.append(np.delete(weight, largest), np.repeat(weight[largest], 2)),
        -np.inf,
    )


def _em(patterns: NDArray[np.int64], times: Array, start: Segments) -> Segments:
    alpha, weight, before = start.alpha.copy(), start.weight, -np.inf
    seen = np.flatnonzero(patterns.sum(axis=0))
    value = before
    for _ in range(_ROUNDS):
        logs = log_chances(alpha, patterns) + np.log(weight)
        norm = logsumexp(logs, axis=1, keepdims=True)
        value = float(times @ norm[:, 0])
        if value - before < _LITTLE:
            break
        before = value
        member = np.exp(logs - norm) * times[:, None]
        weight = np.maximum(member.sum(axis=0) / times.sum(), 1e-9)
        for c in range(len(alpha)):
            alpha[c, seen] = _dirichlet(patterns[:, seen], member[:, c], alpha[c, seen])
    return Segments(alpha, weight / weight.sum(), value)


def _dirichlet(counts: NDArray[np.int64], member: Array, start: Array) -> Array:
    """A few steps towards the alpha of highest likelihood for customers with these weights."""
    total, mass = counts.sum(axis=1), max(float(member.sum()), 1e-9)

    def cost(logs: Array) -> tuple[float, Array]:
        a = np.exp(logs)
        s = a.sum()
        each = gammaln(s) - gammaln(s + total) + (gammaln(a + counts) - gammaln(a)).sum(axis=1)
        slope = member @ (digamma(a + counts) - digamma(a)) + float(
            member @ (digamma(s) - digamma(s + total))
        )
        return -float(member @ each) / mass, -a * slope / mass

    found = minimize(
        cost, np.log(start), jac=True, method="L-BFGS-B", bounds=[(_LOW, _HIGH)] * len(start),
        options={"maxiter": 10},
    )  # fmt: skip
    result: Array = np.exp(found.x)
    return result
