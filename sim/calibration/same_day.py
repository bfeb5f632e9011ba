"""How many further brands (or baskets) a customer buys on a shopping day: Poisson, its mean gamma between customers.

Source: Ehrenberg 1959, Applied Statistics 8:26 (gamma-Poisson of purchases).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from sim.calibration.likelihood import maximise

Array = NDArray[np.float64]


@dataclass(frozen=True)
class SameDay:
    """Further purchases per shopping day ~ Poisson with a mean ~ Gamma(shape, scale days); shape 0: there are none."""

    shape: float
    scale: float

    @property
    def mean(self) -> float:
        """Of a customer of whom nothing is known."""
        return self.shape / self.scale

    def expected(self, days: NDArray[np.int64], further: NDArray[np.int64]) -> Array:
        """Expected further purchases per day of customers who had so many of them on so many days."""
        result: Array = (self.shape + further) / (self.scale + days)
        return result if self.shape > 0 else np.zeros(len(days))


def fit_same_day(days: NDArray[np.int64], further: NDArray[np.int64]) -> SameDay:
    """By maximum likelihood; days, further: entries are customers."""
    if further.sum() == 0:
        return SameDay(0.0, 1.0)

    def log_likelihood(v: Mapping[str, float]) -> float:
        a, b = v["shape"], v["scale"]
        each = gammaln(a + further) - gammaln(a) + a * np.log(b / (b + days)) - further * np.log(b + days)
        return float(each.sum())

    mean = float(further.sum() / days.sum())
    starts = [{"shape": mean * scale, "scale": scale} for scale in (2.0, 20.0)]
    fit = maximise("same day", log_likelihood, starts, len(days))
    return SameDay(fit["shape"], fit["scale"])
