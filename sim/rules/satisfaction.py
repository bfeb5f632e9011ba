"""Satisfaction: experience minus expectation, with a zone of tolerance; shortfalls weigh more than surpluses.

d = perceived - standard (index points; see standard.py); from -zone to zone_above nothing is felt; beyond it
felt = d - zone_above, or asymmetry x (d + zone) below. The verdict on one purchase is neutral + felt; cumulative
satisfaction moves toward it with weight max(1 / (n + 4), floor), n the purchases remembered, this one among them:
new customers judge fast, old ones slowly. With the mechanism off satisfaction stays neutral.

Source: Oliver 1980, JMR 17:460; Anderson & Sullivan 1993, Marketing Science 12:125 (asymmetry); Zeithaml,
Berry & Parasuraman 1993, JAMS 21:1 (zone); Bolton 1998, Marketing Science 17:45 (falling weight).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, ZERO, scalar
from sim.rules.parameter import Mechanism, param


class SatisfactionNumbers(NamedTuple):
    on: np.float32
    neutral: np.float32
    zone: np.float32
    zone_above: np.float32
    asymmetry: np.float32
    floor: np.float32
    band: np.float32


_START = F32(4.0)


class Satisfaction(Mechanism):
    """Disconfirmation of expectations, accumulated."""

    neutral: float = param(
        75.0,
        unit="index 0-100",
        meaning="satisfaction of a customer who gets just what was expected",
        bounds=(0.0, 100.0),
        source="level of national satisfaction indices (ACSI, mid-seventies: from memory)",
        status="MEMORY",
    )
    zone: float = param(
        6.0,
        unit="index points",
        meaning="how far below the standard service is still tolerated",
        bounds=(0.0, 50.0),
        source="Zeithaml et al. 1993 (that there is one); width chosen on S01a",
        status="PROPOSED",
    )
    zone_above: float = param(
        2.0,
        unit="index points",
        meaning="how far above the standard service is taken for granted",
        bounds=(0.0, 50.0),
        source="Zeithaml et al. 1993 (what is predicted lies nearer to what is desired than to what is adequate)",
        status="PROPOSED",
    )
    asymmetry: float = param(
        1.7,
        unit="ratio",
        meaning="weight of a shortfall against a surplus of the same size",
        bounds=(1.0, 5.0),
        interval=(1.2, 2.2),
        source="Anderson & Sullivan 1993 (direction); size by analogy",
        status="VERIFIED-DIR",
    )
    floor: float = param(
        0.2,
        unit="share per purchase",
        meaning="least weight of the newest experience",
        bounds=(0.0, 1.0),
        source="Bolton 1998 (direction); chosen on S07 (Szymanski & Henard 2001)",
        status="PROPOSED",
    )

    band: float = param(
        3.0,
        unit="index points",
        meaning="cumulative satisfaction this far above neutral is delight, this far below dissatisfaction",
        bounds=(0.0, 50.0),
        source="judgement: how the answer to a survey is read",
        status="PROPOSED",
    )

    def numbers(self) -> SatisfactionNumbers:
        return SatisfactionNumbers(
            F32(1.0 if self.enabled else 0.0),
            F32(self.neutral),
            F32(self.zone),
            F32(self.zone_above),
            F32(self.asymmetry),
            F32(self.floor),
            F32(self.band),
        )


@scalar
def felt(perceived, expected, numbers):
    """Disconfirmation as it is felt (index points)."""
    d = perceived - expected
    above = d - numbers.zone_above
    below = d + numbers.zone
    gain = above if above > ZERO else ZERO
    loss = below if below < ZERO else ZERO
    return gain + numbers.asymmetry * loss


@scalar
def next_satisfaction(satisfaction, felt_now, experiences, numbers):
    """Cumulative satisfaction after one more purchase (index, neutral = as expected)."""
    weight = ONE / (experiences + _START)
    weight = weight if weight > numbers.floor else numbers.floor
    return satisfaction + numbers.on * weight * (numbers.neutral + felt_now - satisfaction)


@scalar
def shortfall(perceived, expected, numbers):
    """How far an experience fell below the zone of tolerance (index points, 0 or more)."""
    missing = expected - numbers.zone - perceived
    return missing if missing > ZERO else ZERO


@scalar
def recovered_satisfaction(satisfaction, restored, experiences, numbers):
    """Satisfaction after so many index points of a failure were made good.

    They count as they counted when they were lost, so a recovery never lifts satisfaction past where it was.
    Negative points are a further disappointment.
    """
    weight = ONE / (experiences + _START)
    weight = weight if weight > numbers.floor else numbers.floor
    return satisfaction + numbers.on * weight * numbers.asymmetry * restored
