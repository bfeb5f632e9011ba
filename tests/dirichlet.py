"""The closed form of the NBD-Dirichlet: what the null model must come to, computed without simulating anything.

Category purchases of a period are negative binomial with mean M and shape K; of n of them, brand j gets a
beta-binomial number with a = S x share and S - a. All measures are sums over n of these two.

Source: Goodhardt, Ehrenberg & Chatfield 1984, JRSS A 147:621.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln
from scipy.stats import nbinom

_LEAST_CHANCE = 1e-12
"""Category purchases beyond which so little probability is left are not summed over."""


@dataclass(frozen=True)
class Dirichlet:
    """A category over one period: mean purchases M a customer, NBD shape K, Dirichlet S."""

    mean: float
    shape: float
    s: float

    @property
    def category(self) -> NDArray[np.float64]:
        """P(n category purchases), n = 0, 1, ..."""
        odds = self.shape / (self.shape + self.mean)
        most = int(nbinom.isf(_LEAST_CHANCE, self.shape, odds))
        chances: NDArray[np.float64] = nbinom.pmf(np.arange(most + 1), self.shape, odds)
        return chances

    def given(self, share: float, r: int | NDArray[np.int64]) -> NDArray[np.float64]:
        """P(r purchases of a brand | n category purchases) for all n; 0 where r > n."""
        n = np.arange(len(self.category))
        r = np.broadcast_to(np.asarray(r), n.shape)
        a, rest = self.s * share, np.maximum(n - r, 0)
        b = self.s - a
        log = gammaln(n + 1) - gammaln(r + 1) - gammaln(rest + 1) + betaln(a + r, b + rest) - betaln(a, b)
        return np.where(r <= n, np.exp(log), 0.0)

    def penetration(self, share: float) -> float:
        """Share of customers who buy the brand at least once."""
        return float(1.0 - self.category @ self.given(share, 0))

    def purchases_per_buyer(self, share: float) -> float:
        """Purchases of the brand per buyer of it."""
        return self.mean * share / self.penetration(share)

    def share_of_requirements(self, share: float) -> float:
        """Share of the category purchases of a brand's buyers that is the brand's."""
        n = np.arange(len(self.category))
        return float(self.mean * share / ((self.category * n) @ (1.0 - self.given(share, 0))))

    def sole_buyers(self, share: float) -> float:
        """Share of a brand's buyers who buy nothing else in the category."""
        n = np.arange(len(self.category))
        return float((self.category * self.given(share, n))[1:].sum() / self.penetration(share))

    def once_only(self, share: float) -> float:
        """Share of a brand's buyers who buy it just once."""
        return float(self.category @ self.given(share, 1)) / self.penetration(share)

    def duplication(self, share: float, other: float) -> float:
        """Share of a brand's buyers who also buy another brand."""
        one, two, both = self.penetration(share), self.penetration(other), self.penetration(share + other)
        return (one + two - both) / one
