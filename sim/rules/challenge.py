"""Challenge: buy so often, or for so much, by a date, and get so many points.

P(takes it up) = seen x worth / (worth + half), worth the points it brings in typical baskets;
value = gradient x progress^2 x worth / (worth + salience_half) x reach (logit units), reach = m / (m + missing),
m the purchases one can still make in the time (see status): a challenge out of reach draws nobody.
Who makes it is proud, who falls short is sore: her ledger with the firm (see equity) gains feeling x worth, or loses
feeling x loss x worth.
With the mechanism off nobody takes one up.

Source: Wang, Lewis, Cryder & Sprigg 2016, Marketing Science 35:565 (members of a hotel programme set a goal with a date
stayed more, and most missed it; after it those who had made it came oftener than before, those who had missed it
seldomer); Kivetz, Urminsky & Zheng 2006, JMR 43:39 (goal gradient); forms and sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, scalar
from sim.rules.parameter import Mechanism, param


class ChallengeNumbers(NamedTuple):
    on: np.float32
    half: np.float32
    gradient: np.float32
    salience_half: np.float32
    feeling: np.float32
    loss: np.float32


class Challenge(Mechanism):
    """Goals with a date."""

    half: float = param(
        0.3,
        unit="share of a basket",
        meaning="worth at which half of those who see a challenge take it up",
        bounds=(0.01, 10.0),
        source="judgement",
        status="PROPOSED",
    )
    gradient: float = param(
        0.6,
        unit="logit",
        meaning="pull of a challenge worth very much that is all but done",
        bounds=(0.0, 10.0),
        interval=(0.0, 1.5),
        source="judgement: below that of a reward ahead (Kivetz et al. 2006: direction)",
        status="PROPOSED",
    )
    salience_half: float = param(
        0.5,
        unit="share of a basket",
        meaning="worth of a challenge that is noticed half as well as one worth very much",
        bounds=(0.01, 10.0),
        source="judgement: as for a reward ahead",
        status="PROPOSED",
    )

    feeling: float = param(
        0.5,
        unit="baskets per basket",
        meaning="what making a challenge counts for, against its points as a gift",
        bounds=(0.0, 10.0),
        source="Wang et al. 2016 (direction); size judgement",
        status="VERIFIED-DIR",
    )
    loss: float = param(
        0.5,
        unit="ratio",
        meaning="what falling short takes, against what making it gives; resentment weighs it again",
        bounds=(0.0, 10.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> ChallengeNumbers:
        on = 1.0 if self.enabled else 0.0
        return ChallengeNumbers(
            F32(on),
            F32(self.half),
            F32(on * self.gradient),
            F32(self.salience_half),
            F32(on * self.feeling),
            F32(self.loss),
        )


@scalar
def takes_up(u, seen, worth, numbers):
    """Whether a uniform draw says that a member sees the challenge and takes it up.

    seen: probability that it is seen; worth: its points in typical baskets.
    """
    return u < numbers.on * seen * worth / (worth + numbers.half)


@scalar
def goal_value(progress, worth, reach, numbers):
    """Pull of a challenge under way (logit units).

    progress: share of it that is done, 0 to 1; worth: its points in typical baskets; reach: how far the rest can
    still be made, 0 to 1.
    """
    return numbers.gradient * progress * progress * worth / (worth + numbers.salience_half) * reach


@scalar
def pride(worth, numbers):
    """What making a challenge gives (baskets); worth: its points in typical baskets."""
    return numbers.feeling * worth


@scalar
def chagrin(worth, numbers):
    """What falling short of a challenge taken up takes (baskets); worth: its points in typical baskets."""
    return numbers.feeling * numbers.loss * worth
