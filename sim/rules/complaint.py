"""Complaint: who speaks up after a failure; most say nothing.

chance = 1 - (1 - base)^e, e = points / usual_size x 1.5 channels / (channels + 1), so that a failure of usual size
at a firm with two ways to complain is complained of with the base chance of its kind (core or encounter).
Speaking relieves: grievance <- grievance x (1 - voice), whatever the answer will be.
Units: points are index points lost. With the mechanism off nobody speaks up.

Source: Goodman, Basic Facts on Customer Complaint Behavior (TARP; base chances); Hirschman 1970, Exit, Voice, and
Loyalty; Nyer 2000, J. Consumer Marketing 17:9 (relief by speaking) (both from memory); form proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, exp, log, scalar
from sim.rules.parameter import Mechanism, param


class ComplaintNumbers(NamedTuple):
    on: np.float32
    core: np.float32
    encounter: np.float32
    usual_size: np.float32
    voice: np.float32


class Complaint(Mechanism):
    """Some of those who were failed complain, and feel better for it."""

    core: float = param(
        0.62,
        unit="probability per failure",
        meaning="chance that a core failure of usual size is complained of, at two channels",
        bounds=(0.0, 0.99),
        interval=(0.5, 0.75),
        source="Goodman/TARP (problems that cost money; read here as the core service)",
        status="VERIFIED",
    )
    encounter: float = param(
        0.18,
        unit="probability per failure",
        meaning="chance that an encounter failure of usual size is complained of, at two channels",
        bounds=(0.0, 0.99),
        interval=(0.05, 0.3),
        source="Goodman/TARP (mistreatment and quality; read here as the encounter)",
        status="VERIFIED",
    )
    usual_size: float = param(
        25.0,
        unit="index points",
        meaning="size of a failure that is complained of with the base chance",
        bounds=(1.0, 100.0),
        source="judgement",
        status="PROPOSED",
    )
    voice: float = param(
        0.13,
        unit="share of the grievance",
        meaning="what speaking up relieves by itself",
        bounds=(0.0, 1.0),
        source="judgement; TARP 1979/1986 (those who complain in vain come back more than the silent: direction)",
        status="PROPOSED",
    )

    def numbers(self) -> ComplaintNumbers:
        on = 1.0 if self.enabled else 0.0
        return ComplaintNumbers(
            F32(on),
            F32(on * self.core),
            F32(on * self.encounter),
            F32(self.usual_size),
            F32(on * self.voice),
        )


_PER_CHANNEL = F32(1.5)


@scalar
def complaint_chance(core, points, channels, numbers):
    """Chance that a failure by so many index points is complained of at a firm with so many channels."""
    ways = F32(channels)
    e = points / numbers.usual_size * (_PER_CHANNEL * ways / (ways + ONE))
    base = numbers.core if core else numbers.encounter
    return numbers.on * (ONE - exp(e * log(ONE - base)))


@scalar
def after_voice(g, numbers):
    """What is left of a grievance (index points) once it was spoken of."""
    return g * (ONE - numbers.voice)
