"""Demand: what a campaign does to the wants of those whom it reaches; a market is led, not only followed.

won <- won + appeal x (1 - won / limit), at most the limit: what campaigns of a firm have added so far to a customer's
taste for it; taste <- taste + what is added. So repeats move less and less, and never more than `limit` in all.
rate <- rate x want, once a campaign, where wants <- min(most, wants x want) bounds what all campaigns together do.
Taste is a log weight against all alternatives: a brand wins from the others of its own house as well.
Units: taste, appeal, limit in logit (log weight); rate in purchases per week; want, most ratios.
With the mechanism off campaigns move nobody. Acts on whole columns, between two weeks.

Source: Jaworski, Kohli & Sahay 2000, J. Academy of Marketing Science 28:45 (market-driven and driving markets);
Carpenter & Nakamoto 1989, JMR 26:285 (preferences are formed by what is offered first). Both from memory, directions
only; saturation and sizes proposed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE
from sim.rules.parameter import Mechanism, param


class DemandNumbers(NamedTuple):
    on: np.float32
    limit: np.float32
    most: np.float32


class Demand(Mechanism):
    """Campaigns form tastes and wants, within bounds."""

    limit: float = param(
        1.5,
        unit="logit",
        meaning="most that the campaigns of a firm can add to a customer's taste for it",
        bounds=(0.1, 10.0),
        source="judgement: as much as trust can do",
        status="PROPOSED",
    )
    most: float = param(
        1.5,
        unit="ratio",
        meaning="most by which all campaigns together can multiply how often a customer buys in the category",
        bounds=(1.0, 10.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> DemandNumbers:
        return DemandNumbers(F32(1.0 if self.enabled else 0.0), F32(self.limit), F32(self.most))


def persuaded(won: Any, appeal: float, numbers: DemandNumbers) -> Any:
    """What campaigns have added to the taste for a firm (logit, any shape) after one more message of this appeal."""
    step = F32(numbers.on * min(F32(appeal), numbers.limit))
    return np.minimum(won + step * (ONE - won / numbers.limit), numbers.limit)


def wanted(wants: Any, want: float, numbers: DemandNumbers) -> Any:
    """Factor of all campaigns on the purchase rate (ratio >= 1, any shape) after one more with this factor."""
    more = F32(want) if numbers.on > 0 else ONE
    return np.minimum(wants * more, numbers.most)
