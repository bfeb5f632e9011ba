"""Comparison standard: what rivals are thought to give is part of what a customer measures a firm by.

rivals = mean of what she expects of the other firms (index points; with no other firm, of this one);
standard = expected + weight x (rivals - expected), which takes the place of the expectation when a purchase is
judged. A rival that becomes better, or is said to, makes the same service look poorer. Expectation alone gives in:
whoever is served badly for long expects no better; the standard keeps her dissatisfied as long as she thinks better
of the rivals. With the mechanism off the firm's own record is all that counts.

Source: Thibaut & Kelley 1959, The Social Psychology of Groups (comparison level for alternatives); Cadotte,
Woodruff & Jenkins 1987, JMR 24:305 (norms of experience) (both from memory); size proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, TINY, scalar
from sim.rules.parameter import Mechanism, param


class StandardNumbers(NamedTuple):
    weight: np.float32


class Standard(Mechanism):
    """Customers compare with what rivals give."""

    weight: float = param(
        0.3,
        unit="share",
        meaning="how far the standard lies from the firm's own record toward what rivals give",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> StandardNumbers:
        return StandardNumbers(F32(self.weight if self.enabled else 0.0))


@scalar
def rivals_give(expected_of_all, expected, firms):
    """What is expected of the other firms on average (index points), from the sum over all firms."""
    others = F32(firms) - ONE
    mean = (expected_of_all - expected) / (others + TINY)
    return mean if others >= ONE else expected


@scalar
def standard(expected, rivals, numbers):
    """What a purchase is measured by (index points)."""
    return expected + numbers.weight * (rivals - expected)
