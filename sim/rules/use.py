"""Use: a member who must show a card at the till often has forgotten it, the longer ago she was there last and the less
there is on it.

P(shows it) = exp(-forgetting x weeks x (1 - progress)^4), weeks gone by since the week of her last purchase at the
firm (none in the week after), progress the share of the way to the next reward that is done, 0 to 1. A card with
nothing on it is easily left at home; some stamps on it, earned or given, make it worth carrying; a full one is not
forgotten. After a reward all begins again.
With the mechanism off every card is shown.

Source: Nunes & Drèze 2006, JCR 32:504 (a head start keeps people at it), Kivetz, Urminsky & Zheng 2006, JMR 43:39
(pause after a reward), COLLOQUY Loyalty Census (less than half of memberships are used): directions; form proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, ZERO, exp, scalar
from sim.rules.parameter import Mechanism, param


class UseNumbers(NamedTuple):
    forgetting: np.float32


class Use(Mechanism):
    """Cards are forgotten."""

    forgetting: float = param(
        0.31,
        unit="per week",
        meaning="how fast a card with nothing on it is forgotten",
        bounds=(0.0, 10.0),
        source="judgement; chosen on L09a, L09b, L09c, L22a",
        status="PROPOSED",
    )

    def numbers(self) -> UseNumbers:
        return UseNumbers(F32(self.forgetting if self.enabled else 0.0))


@scalar
def shows(u, weeks, progress, numbers):
    """Whether a uniform draw says that a member shows her card.

    weeks: since her last purchase at the firm; progress: share of the way to the reward, 0 to 1.
    """
    left, gone = ONE - progress, weeks - ONE
    return u < exp(-numbers.forgetting * (gone if gone > ZERO else ZERO) * left * left * left * left)
