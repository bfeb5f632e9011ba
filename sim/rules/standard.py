"""Comparison standard: what rivals give is part of what a customer measures a firm by.

norm <- norm + step x (met - norm), per purchase anywhere in the category (index points);
standard = expected + weight x (norm - expected), which takes the place of the expectation when a purchase is
judged. A rival that becomes better makes the same service look poorer.
With the mechanism off the norm does not move, and the firm's own record is all that counts.

Source: Cadotte, Woodruff & Jenkins 1987, JMR 24:305 (experience-based norms); Thibaut & Kelley 1959, The Social
Psychology of Groups (comparison level) (both from memory); sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, scalar
from sim.rules.parameter import Mechanism, param


class StandardNumbers(NamedTuple):
    weight: np.float32
    step: np.float32


class Standard(Mechanism):
    """Customers compare with what rivals give."""

    weight: float = param(
        0.3,
        unit="share",
        meaning="how far the standard lies from the firm's own record toward the norm of the category",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    step: float = param(
        0.1,
        unit="share per purchase",
        meaning="how fast the norm follows what is met anywhere",
        bounds=(0.0, 1.0),
        source="judgement: slower than the expectation of one firm",
        status="PROPOSED",
    )

    def numbers(self) -> StandardNumbers:
        on = 1.0 if self.enabled else 0.0
        return StandardNumbers(F32(on * self.weight), F32(on * self.step))


@scalar
def standard(expected, norm, numbers):
    """What a purchase is measured by (index points)."""
    return expected + numbers.weight * (norm - expected)


@scalar
def next_norm(norm, met, numbers):
    """The norm of the category after a purchase that met this quality (index points)."""
    return norm + numbers.step * (met - norm)
