"""Failure: of what kind and size it is, and the grievance that it leaves.

A purchase fails when its draw u < rate; it is a failure of the core service when u < rate x core_share, else of
the encounter. Within its kind it is major with probability m = major_share, else minor:
minor_size = 1 / (1 - m + m r), major_size = r minor_size, r = major_ratio: factors on the firm's severity, with
mean 1, so that kinds and sizes do not change how bad failures are on the whole.
A failure leaves a grievance against that firm, in index points: g <- g + points; g <- g x 2^(-1 / half_life) each
week; value = -weight x g / 10 (logit units). With the mechanism off all failures are of one size, and no
grievance is left.

Source: Keaveney 1995, J. Marketing 59(2):71 (core and encounter failures); Smith, Bolton & Wagner 1999, JMR 36:356
(kind and magnitude: from memory); TARP 1979/1986 (minor and major problems); sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, scalar
from sim.rules.parameter import Mechanism, param


class FailureNumbers(NamedTuple):
    on: np.float32
    major_share: np.float32
    minor_size: np.float32
    major_size: np.float32
    keep: np.float32
    weight: np.float32


class Failure(Mechanism):
    """Failures have a kind and a size, and leave a grievance."""

    major_share: float = param(
        0.25,
        unit="share of failures",
        meaning="failures that are major",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    major_ratio: float = param(
        1.5,
        unit="ratio",
        meaning="severity of a major failure over that of a minor one",
        bounds=(1.0, 10.0),
        source="judgement",
        status="PROPOSED",
    )
    half_life: float = param(
        26.0,
        unit="weeks",
        meaning="time in which half of a grievance is forgotten",
        bounds=(1.0, 520.0),
        source="judgement: as long as purchases are remembered",
        status="PROPOSED",
    )
    weight: float = param(
        0.6,
        unit="logit per 10 index points",
        meaning="how far a grievance keeps a customer away",
        bounds=(0.0, 10.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> FailureNumbers:
        on = 1.0 if self.enabled else 0.0
        m, r = (self.major_share, self.major_ratio) if self.enabled else (0.0, 1.0)
        minor = 1.0 / (1.0 - m + m * r)
        keep = 2.0 ** (-1.0 / self.half_life) if self.enabled else 1.0
        return FailureNumbers(
            F32(on), F32(m), F32(minor), F32(r * minor), F32(keep), F32(on * self.weight / 10.0)
        )


@scalar
def is_core(u, rate, core_share):
    """Whether a purchase that failed (u < rate) failed in the core service, not in the encounter."""
    return u < rate * core_share


@scalar
def failure_size(u, rate, core_share, numbers):
    """Factor on the firm's severity for a purchase that failed (u < rate)."""
    core_rate = rate * core_share
    # The place of u inside its kind decides, written without the division.
    major = u < core_rate * numbers.major_share
    other = u - core_rate < (rate - core_rate) * numbers.major_share
    major = major if u < core_rate else other
    return numbers.major_size if major else numbers.minor_size


@scalar
def grievance_value(g, numbers):
    """What a grievance of so many index points adds to the attraction of a firm (logit units); never above 0."""
    return -numbers.weight * g


@scalar
def faded(g, numbers):
    """What is left of a grievance a week later (index points)."""
    return g * numbers.keep


@scalar
def aggrieved(before, points, numbers):
    """The grievance against a firm after it failed by so many index points."""
    return before + numbers.on * points
