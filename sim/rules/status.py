"""Status: a level is worth something by itself, draws who nearly has it or nearly loses it, and hurts when it is lost.

identity: value = weight x rank, rank = level / number of levels, 0 to 1 (logit units);
stake: value = gradient x progress^2 x worth / (worth + salience_half) x reach, reach = m / (m + missing),
m = pace x weeks left (purchases one can still make), missing the purchases still needed: who cannot make it feels
nothing, nor who has only begun. Rise by so many levels: gift of promotion x steps baskets; fall: promotion x
loss_aversion x steps baskets are taken (see equity, which weighs what is taken once more).
With the mechanism off a level means nothing.

Source: Drèze & Nunes 2009, JCR 35:890 (status of a level: from memory); Kivetz, Urminsky & Zheng 2006, JMR 43:39 (goal
gradient); Wagner, Hennig-Thurau & Rudolph 2009, J. Marketing 73(3):69 (the demoted intend to buy less than those
who never rose; demotion outweighs promotion); sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, TINY, scalar
from sim.rules.parameter import Mechanism, param


class StatusNumbers(NamedTuple):
    weight: np.float32
    gradient: np.float32
    salience_half: np.float32
    promotion: np.float32
    loss_aversion: np.float32


class Status(Mechanism):
    """Levels that one is proud of, strives for and resents to lose."""

    weight: float = param(
        0.2,
        unit="logit",
        meaning="attraction that the highest level adds by itself",
        bounds=(0.0, 10.0),
        interval=(0.0, 0.5),
        source="judgement: small (Drèze & Nunes 2009: direction)",
        status="PROPOSED",
    )
    gradient: float = param(
        0.4,
        unit="logit",
        meaning="pull of a level worth very much that is all but reached, or all but kept",
        bounds=(0.0, 10.0),
        interval=(0.0, 1.0),
        source="judgement: half the pull of a reward ahead (Kivetz et al. 2006: direction)",
        status="PROPOSED",
    )
    salience_half: float = param(
        0.5,
        unit="baskets",
        meaning="worth of a level that is noticed half as well as one worth very much",
        bounds=(0.01, 10.0),
        source="judgement: as for a reward ahead",
        status="PROPOSED",
    )
    promotion: float = param(
        0.2,
        unit="baskets per level",
        meaning="what a rise by one level counts for as a gift",
        bounds=(0.0, 10.0),
        source="judgement: a courtesy",
        status="PROPOSED",
    )
    loss_aversion: float = param(
        1.5,
        unit="ratio",
        meaning="how much larger a fall is felt than a rise by as many levels",
        bounds=(1.0, 10.0),
        source="Wagner et al. 2009 (direction); size by judgement",
        status="VERIFIED-DIR",
    )

    def numbers(self) -> StatusNumbers:
        on = 1.0 if self.enabled else 0.0
        return StatusNumbers(
            F32(on * self.weight),
            F32(on * self.gradient),
            F32(self.salience_half),
            F32(on * self.promotion),
            F32(self.loss_aversion),
        )


@scalar
def status_value(rank, numbers):
    """What a level adds to the attraction of the firm by itself (logit units); rank: 0 none, 1 the highest."""
    return numbers.weight * rank


@scalar
def within_reach(pace, weeks_left, missing):
    """How far a goal can still be made in the time left, 0 to 1.

    pace: purchases a week; weeks_left: whole weeks; missing: purchases still needed, above 0 until it is reached.
    """
    possible = pace * F32(weeks_left) + TINY
    return possible / (possible + missing)


@scalar
def stake_value(progress, weeks_left, pace, missing, worth, numbers):
    """Pull of a level nearly reached or nearly lost (logit units).

    progress: share of the requirement that is met, 0 to 1; weeks_left: weeks until it is reckoned; pace: purchases a
    week; missing: purchases still needed; worth: what the level is worth while it lasts, in typical baskets.
    """
    reach = within_reach(pace, weeks_left, missing)
    return numbers.gradient * progress * progress * worth / (worth + numbers.salience_half) * reach


@scalar
def promotion_size(steps, numbers):
    """What a rise by so many levels counts for as a gift (baskets)."""
    return numbers.promotion * F32(steps)


@scalar
def demotion_size(steps, numbers):
    """What a fall by so many levels counts for as something taken (baskets)."""
    return numbers.promotion * numbers.loss_aversion * F32(steps)
