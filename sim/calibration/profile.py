"""How much likelihood a log loses when its timing is held at something else.

Source: Raue et al. 2009, Bioinformatics 25:1923 (profile likelihood).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from sim.calibration.component import Evidence, history_terms, silent_term
from sim.calibration.histories import Histories
from sim.calibration.renewal import Timing

Array = NDArray[np.float64]

MOST_PROFILED = 2_000
"""Customers that are looked at; of a larger log, so many evenly spaced ones."""


def profile_loss(h: Histories, timing: Timing, other: Timing) -> float:
    """Log-likelihood lost when the timing is `other`, its r and alpha fitted anew; of at most 2,000, scaled."""
    n = len(h.repeats)
    part = min(1.0, MOST_PROFILED / n)
    if part < 1:
        h = h.rows(np.linspace(0, n - 1, MOST_PROFILED).astype(np.int64))
        if h.panel is not None and h.panel.never is not None:
            h = replace(h, panel=replace(h.panel, never=h.panel.never * part))
    e = Evidence.of_histories(h)
    weight = np.bincount(e.which, minlength=len(e.distinct.repeats)).astype(np.float64)

    def total(now: Timing) -> float:
        with np.errstate(all="ignore"):
            value = float(weight @ history_terms(e.distinct, e.grid, now))
            if h.panel is not None:
                value += h.panel.log_likelihood(silent_term(e, now), len(h.repeats))
        return value if np.isfinite(value) else -1e12

    def highest(at: Timing) -> float:
        def cost(logs: Array) -> float:
            return -total(replace(at, r=float(np.exp(logs[0])), alpha=float(np.exp(logs[1]))))

        return _lowest(cost, np.log([at.r, at.alpha]))

    return max(0.0, (highest(other) - highest(timing)) / part)


def _lowest(cost: Callable[[Array], float], start: Array) -> float:
    found = minimize(cost, start, method="Nelder-Mead", options={"maxfev": 60, "xatol": 1e-2, "fatol": 1e-2})
    return float(found.fun)
