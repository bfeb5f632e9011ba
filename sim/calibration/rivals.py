"""The forecasts that ours must stand beside: BG/NBD, NBD, and each customer's own past rate.

Source: Fader, Hardie & Lee 2005, Marketing Science 24:275 (BG/NBD).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

from sim import draws
from sim.calibration.forecast import Forecast
from sim.calibration.histories import Histories
from sim.calibration.likelihood import Fit
from sim.calibration.quadrature import FRACTION, LOG_WEIGHT, REST
from sim.calibration.streams import Use, names
from sim.calibration.timing import bg_nbd_terms

Array = NDArray[np.float64]


def _purchases_before_leaving(r: Array, alpha: Array, a: float, b: Array, weeks: Array) -> Array:
    """Expected purchases in `weeks` of customers with rate ~ Gamma(r, alpha) and chance ~ Beta(a, b).

    Given the chance p of leaving after each purchase, a customer makes (1 - exp(-p rate weeks)) / p of them.
    Chances too small for the nodes (a near 0) are taken for 0.
    """
    logs = (a - 1) * np.log(FRACTION) + (b[:, None] - 1) * np.log(REST) - betaln(a, b)[:, None] + LOG_WEIGHT
    weight = np.exp(logs)
    growth = np.log1p(FRACTION * (weeks / alpha)[:, None])
    value = -np.expm1(-r[:, None] * growth) / FRACTION
    never = np.clip(1 - weight.sum(axis=1), 0.0, None)
    result: Array = (weight * value).sum(axis=1) + never * r * weeks / alpha
    return result


def bg_nbd_repeats_by_day(fit: Fit, days: int) -> Array:
    """Expected repeats of a new customer by day 0, 1, ... `days` after the first purchase."""
    weeks = np.arange(days + 1) / 7.0
    one = np.ones_like(weeks)
    return _purchases_before_leaving(fit["r"] * one, fit["alpha"] * one, fit["a"], fit["b"] * one, weeks)


def bg_nbd_forecast(h: Histories, fit: Fit, days: int, *, replicates: int, seed: int) -> Forecast:
    """BG/NBD forecast of the purchases in so many days after the end of the histories."""
    r, alpha, a, b = (fit[name] for name in ("r", "alpha", "a", "b"))
    x, weeks = h.repeats.astype(np.float64), days / 7.0
    stayed, left = bg_nbd_terms(r, alpha, a, b, x, h.recency, h.observed)
    alive = np.exp(stayed - np.logaddexp(stayed, left))
    shape, scale, beta = r + x, alpha + h.observed, b + x
    futures = np.empty((len(x), replicates), np.int32)
    for replicate in range(replicates):
        name = names(seed, replicate, len(x))
        u = draws.uniforms(week=Use.RIVAL_ALIVE, **name)
        count = _poisson_of_gamma(shape, scale, weeks, name)
        first = draws.log_gammas(a, week=Use.RIVAL_CHANCE, trait=0, **name)
        second = draws.log_gammas(beta, week=Use.RIVAL_CHANCE, trait=1, **name)
        stay = -np.logaddexp(0.0, first.astype(np.float64) - second)  # log of 1 - chance of leaving
        with np.errstate(divide="ignore", over="ignore"):
            until = np.ceil(np.log(u[:, 1]) / np.minimum(stay, -1e-12))
        futures[:, replicate] = np.where(u[:, 0] < alive, np.minimum(count, np.maximum(until, 1)), 0)
    return Forecast(
        expected=alive * _purchases_before_leaving(shape, scale, a, beta, np.full(len(x), weeks)),
        active=alive * -np.expm1(-shape * np.log1p(weeks / scale)),
        futures=futures,
    )


def nbd_forecast(h: Histories, fit: Fit, days: int, *, replicates: int, seed: int) -> Forecast:
    """NBD forecast (nobody ever leaves) of the purchases in so many days after the end of the histories."""
    shape: Array = fit["r"] + h.repeats.astype(np.float64)
    scale, weeks = fit["alpha"] + h.observed, days / 7.0
    futures = np.empty((len(shape), replicates), np.int32)
    for replicate in range(replicates):
        name = names(seed, replicate, len(shape))
        futures[:, replicate] = _poisson_of_gamma(shape, scale, weeks, name)
    return Forecast(shape / scale * weeks, -np.expm1(-shape * np.log1p(weeks / scale)), futures)


def own_rate(h: Histories, days: int) -> Array:
    """Each customer's repeats so far, carried on at the same pace; 0 for one seen on the last day only."""
    result: Array = h.repeats / np.maximum(h.observed, 1 / 7) * days / 7.0
    return result


def _poisson_of_gamma(shape: Array, scale: Array, weeks: float, name: dict[str, Any]) -> NDArray[np.int32]:
    rate = draws.gammas(shape, week=Use.RIVAL_RATE, **name) / scale
    return draws.poissons(rate * weeks, week=Use.RIVAL_COUNT, **name)
