"""Variety seeking: the same again palls, and the unfamiliar draws.

s <- keep x s + (1 - keep) / brands at a purchase from the same firm as before, s <- (1 - keep) / brands at one from
another; s the satiation with the firm bought from last, 0 to 1, less where the house has several brands to choose
among. Novelties refresh: s <- s x (1 - novelties per week).
value = -seeking x s for the firm bought from last, else 0 (logit units), seeking of the segment.
With the mechanism off nothing palls.

Source: McAlister 1982, JCR 9:141 (satiation with attributes); Givon 1984, Marketing Science 3:1 (variety seeking as
avoidance of the last brand) (both from memory); sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, ZERO, scalar
from sim.rules.parameter import Mechanism, param


class VarietyNumbers(NamedTuple):
    on: np.float32
    keep: np.float32


class Variety(Mechanism):
    """Satiation with the firm bought from last."""

    keep: float = param(
        0.7,
        unit="share per purchase",
        meaning="how much of the satiation survives a purchase from the same firm",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> VarietyNumbers:
        return VarietyNumbers(F32(1.0 if self.enabled else 0.0), F32(self.keep if self.enabled else 1.0))


@scalar
def next_satiation(satiation, same, brands, numbers):
    """Satiation, 0 to 1, with a firm of so many brands after a purchase there; same: it was bought from last."""
    old = numbers.keep * satiation if same else ZERO
    return old + (ONE - numbers.keep) / F32(brands)


@scalar
def variety_value(seeking, satiation, is_last, numbers):
    """What satiation adds to the attraction of a firm (logit units); never above 0."""
    value = -numbers.on * seeking * satiation
    return value if is_last else ZERO


@scalar
def refreshed(satiation, novelties_per_week):
    """Satiation a week later, at a firm that brings out so many new things a week (at most one)."""
    return satiation * (ONE - F32(novelties_per_week))
