"""Drift: people's needs and tastes change.

chance a week = 1 - exp(-rate / 52), for each trait (the purchase rate; each firm's weight) to be drawn afresh
from the distribution it came from. This leaves every stationary law as it is, and makes heavy buyers lighter,
light buyers heavier.

Source: Sharp, Romaniuk & Graham 2019, SSRN 3498097 (law of buyer moderation; target of the calibration).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32
from sim.rules.parameter import Mechanism, param


class DriftNumbers(NamedTuple):
    rate_chance: np.float32
    taste_chance: np.float32


def _weekly(yearly: float) -> float:
    return 1.0 - math.exp(-yearly / 52.0)


class Drift(Mechanism):
    """Traits drawn afresh now and then; at most one trait of a customer in a week."""

    rate_per_year: float = param(
        0.25,
        unit="redraws per year",
        meaning="how often a customer's purchase rate is drawn afresh",
        bounds=(0.0, 5.0),
        source="chosen on M07a, M07b (Sharp et al. 2019): of a leading brand .55 stay top 20 %, .17 from non-buyers",
        status="PROPOSED",
    )
    taste_per_year: float = param(
        0.15,
        unit="redraws per year",
        meaning="how often one of a customer's weights for a firm is drawn afresh, per weight",
        bounds=(0.0, 2.0),
        source="chosen on M07a, M07b (Sharp et al. 2019): of a leading brand .55 stay top 20 %, .17 from non-buyers",
        status="PROPOSED",
    )

    def numbers(self) -> DriftNumbers:
        on = 1.0 if self.enabled else 0.0
        return DriftNumbers(F32(on * _weekly(self.rate_per_year)), F32(on * _weekly(self.taste_per_year)))
