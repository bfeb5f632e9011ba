"""Expiry: points about to die draw their owner to the firm, the more the nearer the date.

value = weight x sensitivity x min(at risk, 1) x exp(-weeks left / horizon) (logit units), at risk the face value of
the points about to die over the typical basket: no purchase saves more than it costs.
With the mechanism off nobody minds the date.

Source: Inman & McAlister 1994, JMR 31:423 (redemptions of coupons rise again just before they expire); form and sizes
proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, exp, scalar
from sim.rules.parameter import Mechanism, param


class ExpiryPressureNumbers(NamedTuple):
    weight: np.float32
    horizon: np.float32


class ExpiryPressure(Mechanism):
    """Members hurry to save points that are about to die."""

    weight: float = param(
        0.2,
        unit="share of face value",
        meaning="what points that die this week count for against as much money off the price",
        bounds=(0.0, 2.0),
        interval=(0.0, 0.7),
        source="judgement: below what points count for in the purse, as dates are overlooked",
        status="PROPOSED",
    )
    horizon: float = param(
        2.0,
        unit="weeks",
        meaning="time before the date over which the pull falls to 37 %",
        bounds=(0.1, 52.0),
        source="judgement: most of the rush falls into the last weeks (Inman & McAlister 1994: direction)",
        status="PROPOSED",
    )

    def numbers(self) -> ExpiryPressureNumbers:
        return ExpiryPressureNumbers(F32(self.weight if self.enabled else 0.0), F32(self.horizon))


@scalar
def expiry_value(at_risk, weeks_left, sensitivity, numbers):
    """What points about to die add to the attraction of the firm (logit units).

    at_risk: their face value over the typical basket; weeks_left: whole weeks until they die, 0 in the last;
    sensitivity: logit units per share of the price.
    """
    saved = at_risk if at_risk < ONE else ONE
    return numbers.weight * sensitivity * saved * exp(-F32(weeks_left) / numbers.horizon)
