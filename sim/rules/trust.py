"""Trust: a kept promise builds it slowly, a broken one destroys it fast.

A shortfall is what the experience lacks of the expectation, beyond the zone of tolerance (index points).
trust <- trust + up x (1 - trust) where there is none;
trust <- trust - down x min(shortfall / 50, 1)^2 x trust where there is one: small slips are forgiven.
A hidden fee that is noticed, or a message that is felt to pry, of size 0 to 1:
trust <- trust - down x size x trust.
value = weight x (trust - start) (logit units); what a firm promises, offers or does to make up counts for
trust / start of what it counts for with a newcomer. Trust is a share, 0 to 1, and stays inside.
With the mechanism off trust stays where it began and counts for nothing.

Source: Slovic 1993, Risk Analysis 13:675 (trust is easier to destroy than to build: from memory); Morgan & Hunt
1994, J. Marketing 58(3):20 (trust and commitment: from memory); all sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, ZERO, scalar
from sim.rules.parameter import Mechanism, param


class TrustNumbers(NamedTuple):
    start: np.float32
    up: np.float32
    down: np.float32
    weight: np.float32


class Trust(Mechanism):
    """Trust that scales every promise and every offer."""

    start: float = param(
        0.6,
        unit="share",
        meaning="trust of a customer who knows nothing of the firm yet",
        bounds=(0.05, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    up: float = param(
        0.02,
        unit="share per kept promise",
        meaning="how much of the missing trust a purchase as expected builds",
        bounds=(0.0, 1.0),
        source="judgement: slow (Slovic 1993: direction)",
        status="PROPOSED",
    )
    down: float = param(
        0.5,
        unit="share per broken promise",
        meaning="how much of the trust a broken promise of full size (50 index points) destroys",
        bounds=(0.0, 1.0),
        source="judgement: fast (Slovic 1993: direction)",
        status="PROPOSED",
    )
    weight: float = param(
        1.5,
        unit="logit",
        meaning="attraction of a firm that is trusted wholly over one that is not trusted at all",
        bounds=(0.0, 10.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> TrustNumbers:
        on = 1.0 if self.enabled else 0.0
        return TrustNumbers(F32(self.start), F32(on * self.up), F32(on * self.down), F32(on * self.weight))


_FULL = F32(50.0)


@scalar
def trust_value(trust, numbers):
    """What trust adds to the attraction of a firm (logit units); 0 for a newcomer."""
    return numbers.weight * (trust - numbers.start)


@scalar
def trust_scale(trust, numbers):
    """What a promise, an offer or an apology counts for, against what it counts for with a newcomer (ratio)."""
    return trust / numbers.start


@scalar
def next_trust(trust, shortfall, numbers):
    """Trust after a purchase that fell short by so many index points, the zone of tolerance not counted."""
    size = shortfall / _FULL
    size = size if size < ONE else ONE
    kept = trust + numbers.up * (ONE - trust)
    broken = trust - numbers.down * size * size * trust
    return broken if shortfall > ZERO else kept


@scalar
def betrayed(trust, size, numbers):
    """Trust after a breach of this size, 0 to 1, that is no matter of quality."""
    return trust - numbers.down * size * trust
