"""Win-back: an offer to customers who left a firm brings some of them back.

P(comes back | reached) = min(1, 2 response x / (x + 1) x trust_scale), x the worth of the offer in typical baskets:
`response` at an offer worth a basket, to one who trusts the firm like a newcomer; less where trust was lost.
With the mechanism off nobody comes back for an offer.

Source: Stauss & Friege 1999, JSR 1:347 (regaining lost customers); Thomas, Blattberg & Fox 2004, JMR 41:31 (response
to the price of reacquisition) (both from memory); form and size proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, scalar
from sim.rules.parameter import Mechanism, param


class WinBackNumbers(NamedTuple):
    on: np.float32
    response: np.float32


class WinBack(Mechanism):
    """Lost customers answer to offers."""

    response: float = param(
        0.3,
        unit="probability per offer",
        meaning="chance that an offer worth a basket brings a lost customer back",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> WinBackNumbers:
        on = 1.0 if self.enabled else 0.0
        return WinBackNumbers(F32(on), F32(on * self.response))


_TWO = F32(2.0)


@scalar
def win_back_chance(worth_in_baskets, trust_scale, numbers):
    """Chance that an offer of this worth brings back a lost customer whom it reaches."""
    x = F32(worth_in_baskets)
    chance = _TWO * numbers.response * x / (x + ONE) * trust_scale
    return numbers.on * (chance if chance < ONE else ONE)
