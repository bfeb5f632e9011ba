"""Promise: a claim that is heard moves the expectation, as far as the firm is believed.

expected <- expected + min(weight x trust_scale, 1) x (promised - expected), per claim heard (index points),
trust_scale = trust over the trust of a newcomer (see trust.py). What is promised has to be kept: the higher
expectation is what the next purchase is measured by. With the mechanism off claims are not heard.

Source: Boulding, Kalra, Staelin & Zeithaml 1993, JMR 30:7 (what firms say moves expectations); Zeithaml, Berry &
Parasuraman 1993, JAMS 21:1 (explicit service promises); size proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, scalar
from sim.rules.parameter import Mechanism, param


class PromiseNumbers(NamedTuple):
    weight: np.float32


class Promise(Mechanism):
    """Claims that raise expectations."""

    weight: float = param(
        0.15,
        unit="share per claim heard",
        meaning="how far a claim moves the expectation of one who trusts like a newcomer",
        bounds=(0.0, 1.0),
        source="judgement: less than an experience of one's own",
        status="PROPOSED",
    )

    def numbers(self) -> PromiseNumbers:
        return PromiseNumbers(F32(self.weight if self.enabled else 0.0))


@scalar
def after_claim(expected, promised, trust_scale, numbers):
    """Expectation after a claim of this quality was heard (index points)."""
    share = numbers.weight * trust_scale
    share = share if share < ONE else ONE
    return expected + share * (promised - expected)
