"""Acquisition: prospects, who do not yet buy in the category, are won by advertising and by deals.

P(won by an advertisement that reached her) = advertising;
P(won by a deal that reached her) = deal + depth x (depth of the deal, 0 to 1). Those won begin with a taste for the
firm as if they had bought there `ad_similarity` times (advertising) or never (deal), and those won by a deal are
`deal_sensitivity` times as sensitive to price: who comes for the price goes for the price.
With the mechanism off nobody is won.

Source: Lewis 2006, JMR 43:195 (customers acquired by deep discounts are worth less: from memory); Villanueva, Yoo &
Hanssens 2008, JMR 45:48 (channel of acquisition and value: from memory); sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, scalar
from sim.rules.parameter import Mechanism, param


class AcquisitionNumbers(NamedTuple):
    on: np.float32
    advertising: np.float32
    deal: np.float32
    depth: np.float32
    ad_similarity: np.float32
    deal_sensitivity: np.float32


class Acquisition(Mechanism):
    """Prospects are won by advertising and deals."""

    advertising: float = param(
        0.01,
        unit="probability per contact",
        meaning="chance that an advertisement wins a prospect",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    deal: float = param(
        0.02,
        unit="probability per contact",
        meaning="chance that a deal of no depth wins a prospect",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    depth: float = param(
        0.2,
        unit="probability per unit of depth",
        meaning="what the depth of a deal adds to that chance",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    ad_similarity: float = param(
        1.0,
        unit="purchases",
        meaning="purchases at the firm that the taste of one won by advertising begins with",
        bounds=(0.0, 100.0),
        source="judgement",
        status="PROPOSED",
    )
    deal_sensitivity: float = param(
        1.5,
        unit="ratio",
        meaning="price sensitivity of one won by a deal, over what it would have been",
        bounds=(1.0, 10.0),
        source="judgement; Lewis 2006 (direction)",
        status="PROPOSED",
    )

    def numbers(self) -> AcquisitionNumbers:
        on = 1.0 if self.enabled else 0.0
        return AcquisitionNumbers(
            F32(on),
            F32(on * self.advertising),
            F32(on * self.deal),
            F32(on * self.depth),
            F32(on * self.ad_similarity),
            F32(self.deal_sensitivity if self.enabled else 1.0),
        )


@scalar
def deal_chance(depth, numbers):
    """Chance that a deal of this depth, 0 to 1, wins a prospect whom it reaches."""
    return numbers.on * (numbers.deal + F32(depth) * numbers.depth)
