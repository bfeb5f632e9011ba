"""The discounted-gamma NBD: what a customer did lately counts for more. Two lines beyond the NBD, and hard to beat.

Rate ~ Gamma(a, b weeks). A week with x purchases adds x to a and 1 to b, and before that both are multiplied by the
discount, so that what is known of the rate grows vague as it ages; a and b start at r and alpha. Next week's purchases
are negative binomial. r, alpha and the discount are fitted to the weeks of the calibration, one step ahead.

Source: Harvey & Fernandes 1989, J. Business & Economic Statistics 7:407 (count data with a discounted gamma); West &
Harrison 1997, Bayesian Forecasting and Dynamic Models.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from sim import draws
from sim.calibration.forecast import Forecast
from sim.calibration.histories import Histories
from sim.calibration.likelihood import Fit, maximise
from sim.calibration.streams import Use, names

Array = NDArray[np.float64]

_MOST = {"discount": 1.0}


def fit_discounted(h: Histories) -> Fit:
    """r, alpha (weeks) and the discount a week (at most 1, which is the NBD)."""

    def total(p: Mapping[str, float]) -> float:
        return _filtered(h, p)[2]

    start = {"r": 1.0, "alpha": 1.0 / max(float(h.weekly.mean()), 1e-6), "discount": 0.95}
    return maximise("discounted NBD", total, [start], len(h.repeats), most=_MOST)


def _filtered(h: Histories, p: Mapping[str, float]) -> tuple[Array, Array, float]:
    """a and b of each customer at the end of her history, and the log-likelihood of all weeks."""
    n, weeks = h.weekly.shape
    a, b = np.full(n, p["r"]), np.full(n, p["alpha"])
    value = 0.0
    for week in range(weeks):
        length = np.clip(h.observed - week, 0.0, 1.0)
        seen = length > 0
        x = h.weekly[:, week].astype(np.float64)
        fade = p["discount"] ** length
        a, b = a * fade, b * fade
        after = b + length
        terms = gammaln(a + x) - gammaln(a) - gammaln(x + 1) + a * np.log(b / after)
        terms = terms + x * np.log(np.where(seen, length, 1.0) / after)
        value += float(terms[seen].sum())
        a, b = a + x, after
    return a, b, value


def discounted_forecast(h: Histories, fit: Fit, days: int, *, replicates: int, seed: int) -> Forecast:
    """Forecast of the purchases in so many days after the end of the histories: the last rate carried on."""
    a, b, _ = _filtered(h, fit.values)
    weeks = days / 7.0
    futures = np.empty((len(a), replicates), np.int32)
    for replicate in range(replicates):
        name = names(seed, replicate, len(a))
        rate = draws.gammas(a, week=Use.DISCOUNTED_RATE, **name) / b
        futures[:, replicate] = draws.poissons(rate * weeks, week=Use.DISCOUNTED_COUNT, **name)
    return Forecast(a / b * weeks, -np.expm1(-a * np.log1p(weeks / b)), futures)
