"""Need: how often a customer sets out to buy in the category.

Purchases of a week ~ Poisson(rate x pull), rate ~ Gamma(shape, mean) across customers (per customer-week).
pull = exp(-e (p - 1)), p the mean posted price over its usual level: dear weeks thin out the category.
With the mechanism off, pull = 1 and purchases are NBD.
The season is context of the scenario: a factor 1 + a cos(2 pi (week - peak) / 52) on all rates, mean 1 over a year.

Source: Ehrenberg 1959, Applied Statistics 8:26 (NBD); Gupta 1988, JMR 25:342 (most of the price response
is a change of brand, a small part a change of timing and quantity: from memory).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, exp, scalar
from sim.rules.parameter import Mechanism, param


class NeedNumbers(NamedTuple):
    price_elasticity: np.float32


class Need(Mechanism):
    """Category need that answers to the level of prices."""

    price_elasticity: float = param(
        0.35,
        unit="% purchases per % price",
        meaning="how far the category shrinks when all prices rise",
        bounds=(0.0, 3.0),
        interval=(0.1, 0.6),
        source="Gupta 1988 (share of timing and quantity in the response to price)",
        status="MEMORY",
    )

    def numbers(self) -> NeedNumbers:
        return NeedNumbers(F32(self.price_elasticity if self.enabled else 0.0))


@scalar
def pull(price_level, numbers):
    """Factor on the purchase rate at this mean price (1 = usual)."""
    return exp(-numbers.price_elasticity * (price_level - F32(1.0)))


def season_factor(week: int, amplitude: float, peak_week: int) -> float:
    """Factor of the season on the purchase rate in a week; amplitude 0 to 1."""
    return 1.0 + amplitude * math.cos(2.0 * math.pi * (week - peak_week) / 52.0)
