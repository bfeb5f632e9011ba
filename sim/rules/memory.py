"""Memory: how many purchases at a firm a customer still remembers.

n <- n x 2^(-weeks / half_life) + 1 at a purchase; pace = (n + 1/2) (1 - 2^(-1 / half_life)) purchases a week.
The remembered number says how experienced the customer is with the firm (satisfaction) and at what pace she
buys there (programmes).

Source: exponential forgetting as in Guadagni & Little 1983, Marketing Science 2:203; half-life proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, HALF, ONE, exp, scalar
from sim.rules.parameter import Mechanism, param


class MemoryNumbers(NamedTuple):
    forgetting: np.float32
    share_per_week: np.float32


class Memory(Mechanism):
    """Forgetting. Off, nothing is forgotten (a half-life of 200 years): counts are exact, and as no pace is felt,
    neither is what a programme brings per year."""

    half_life: float = param(
        26.0,
        unit="weeks",
        meaning="time in which half of the purchases at a firm are forgotten",
        bounds=(1.0, 520.0),
        source="judgement; about the horizon of Guadagni and Little's carry-over at monthly purchases",
        status="PROPOSED",
    )

    def numbers(self) -> MemoryNumbers:
        forgetting = float(np.log(2.0)) / (self.half_life if self.enabled else 10400.0)
        return MemoryNumbers(F32(forgetting), F32(-np.expm1(-forgetting)))


@scalar
def remembered(count, weeks_ago, numbers):
    """Purchases remembered now, of `count` remembered right after the last one, so many weeks ago."""
    return count * exp(-numbers.forgetting * weeks_ago)


@scalar
def pace(count, numbers):
    """Purchases a week at a firm, as the customer reckons; half a purchase is added so that it is not 0."""
    return (count + HALF) * numbers.share_per_week


@scalar
def after_purchase(count):
    """Purchases remembered right after one more."""
    return count + ONE
