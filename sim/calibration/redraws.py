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
from numpy.typing import NDArray

from sim.calibration.brand_choices import Choices
from sim.calibration.brand_kernels import drifting_brands
from sim.calibration.taste import DAYS_A_YEAR, MOST_FORGETTING, Taste, fit_order

GRID = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.0)
"""Redraws per year that are tried; the last is the most that the market's mechanism allows."""

_U32 = np.uint32


def simulated(choices: Choices, alpha: NDArray[np.float64], drift: float, seed: int = 1) -> Choices:
    """The same purchases with brands chosen by weights ~ Gamma(alpha), each drawn afresh `drift` times a year."""
    brand = np.empty_like(choices.brand)
    shape = np.maximum(alpha, 1e-6).astype(np.float32)
    drifting_brands(choices.customer, choices.day, shape, drift / DAYS_A_YEAR, _U32(seed), brand)
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
