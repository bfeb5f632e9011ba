"""Expectation: what a customer counts on at a firm; it follows experience: yesterday's delight is the norm.

expected <- expected + weight x (perceived - expected), per purchase (index points), perceived without what a
failure took: a failure is resented (satisfaction, trust, grievance), but taken for an exception. What is expected draws
customers: value = pull x (expected - usual) / 10, usual = the quality at which the firm's share was observed.
With the mechanism off expectations stay where they began and do not draw.

Source: Boulding, Kalra, Staelin & Zeithaml 1993, JMR 30:7 (updating); Johnson, Anderson & Fornell 1995,
JCR 21:695 ("small adaptive component"); Folkes 1984, JCR 10:398 (failures and attribution: from
memory); size of the pull proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, scalar
from sim.rules.parameter import Mechanism, param


class ExpectationNumbers(NamedTuple):
    weight: np.float32
    pull: np.float32


class Expectation(Mechanism):
    """Adaptive expectations that draw customers to the better firm."""

    weight: float = param(
        0.20,
        unit="share per purchase",
        meaning="how far expectation moves toward what was just met",
        bounds=(0.0, 1.0),
        interval=(0.05, 0.35),
        source="Johnson et al. 1995 (direction)",
        status="PROPOSED",
    )
    pull: float = param(
        0.4,
        unit="logit per 10 index points",
        meaning="attraction of higher expected quality",
        bounds=(0.0, 5.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> ExpectationNumbers:
        on = 1.0 if self.enabled else 0.0
        return ExpectationNumbers(F32(on * self.weight), F32(on * self.pull / 10.0))


@scalar
def quality_value(expected, usual, numbers):
    """What expected quality adds to the attraction of a firm (logit units)."""
    return numbers.pull * (expected - usual)


@scalar
def next_expectation(expected, perceived, numbers):
    """Expectation after one more experience (index points)."""
    return expected + numbers.weight * (perceived - expected)
