"""From forgetting to drift: at how many redraws of a weight per year would such a log be forgotten as fast as this one?

The filter of taste.py forgets all weights at one pace. In the market single weights are drawn afresh, once in
years, and the pace that forecasts best is faster than that: the more a customer buys, the sooner it pays to follow
a change. So the redraws are found by indirect inference: tastes with so many redraws are simulated for the same
customers on the same days, and the pace is fitted to them as to the log.

Source: Gourieroux, Monfort & Renault 1993, J. Applied Econometrics 8:S85 (indirect inference).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.calibration.brand_choices import Choices
from sim.calibration.streams import Use
from sim.calibration.taste import DAYS_A_YEAR, MOST_FORGETTING, Taste, fit_order
from sim.draws import Stream, log_gamma, philox, unit

GRID = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.0)
"""Redraws per year that are tried; the last is the most that the market's mechanism allows."""

_U32 = np.uint32
_STREAM = _U32(Stream.CALIBRATION)
_WEIGHT, _CHANCE = _U32(Use.REDRAW_WEIGHT), _U32(Use.REDRAW_CHANCE)


@njit(error_model="numpy", cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _simulate(customer, day, alpha, drift, seed, out):  # type: ignore[no-untyped-def]
    """Writes a brand for each purchase; weights (in logs) are drawn afresh at `drift` a day, one by one."""
    brands = alpha.size
    logs, bought = np.empty(brands), np.zeros(brands, np.bool_)
    for i in range(customer.size):
        first = i == 0 or customer[i] != customer[i - 1]
        chance = 1.0 if first else 1.0 - np.exp(-drift * (day[i] - day[i - 1]))
        if first or day[i] > day[i - 1]:
            bought[:] = False
            for b in range(brands):
                w0, _, _, _ = philox(_U32(i), _CHANCE, _STREAM, _U32(1 + b), seed, _U32(0))
                if first or unit(_U32(w0)) < chance:
                    logs[b] = log_gamma(alpha[b], _U32(i), _WEIGHT, _STREAM, b, seed, _U32(0))
        top, total = -np.inf, 0.0
        for b in range(brands):
            if not bought[b]:
                top = max(top, logs[b])
        for b in range(brands):
            if not bought[b]:
                total += np.exp(logs[b] - top)
        w0, _, _, _ = philox(_U32(i), _CHANCE, _STREAM, _U32(0), seed, _U32(0))
        u, chosen = np.float64(unit(_U32(w0))) * total, brands - 1
        for b in range(brands):
            if not bought[b]:
                chosen = b
                u -= np.exp(logs[b] - top)
                if u < 0.0:
                    break
        out[i] = chosen
        bought[chosen] = chosen != brands - 1


def simulated(choices: Choices, alpha: NDArray[np.float64], drift: float, seed: int = 1) -> Choices:
    """The same purchases with brands chosen by weights ~ Gamma(alpha), each drawn afresh `drift` times a year."""
    brand = np.empty_like(choices.brand)
    shape = np.maximum(alpha, 1e-6).astype(np.float32)
    _simulate(choices.customer, choices.day, shape, drift / DAYS_A_YEAR, _U32(seed), brand)
    counts = np.zeros_like(choices.counts)
    np.add.at(counts, (choices.customer, brand), 1)
    return replace(choices, brand=brand, counts=counts)


def redraws_per_year(taste: Taste, choices: Choices) -> float:
    """Redraws of a weight per year that explain the forgetting of a fitted taste; 0 where it forgets nothing.

    Where the forgetting is at its upper bound, the fewest redraws that lead there: there may be more.
    """
    if taste.forgetting == 0:
        return 0.0
    target = min(taste.forgetting, 0.98 * MOST_FORGETTING)
    last, before = 0.0, 0.0
    for drift in GRID:
        found = max(fit_order(simulated(choices, taste.plain, drift), taste.plain, taste.with_habit), last)
        if found >= target:
            part = (target - last) / max(found - last, 1e-9)
            return before + part * (drift - before)
        last, before = found, drift
    return GRID[-1]
