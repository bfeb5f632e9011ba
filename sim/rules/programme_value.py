"""What a reward programme is worth at the next purchase, to a member who looks ahead a little.

A reward worth R, d purchases away at a pace of g weeks a purchase, is worth
    R p [exp(-r (d - 1) g) - exp(-r d g)]
more if one buys now than if one does not, p the perceived share of its face value, r the impatience per week.
Those who buy often get there anyway, those who buy seldom never: both feel little pull. Against the typical
basket B and the customer's price sensitivity that is sensitivity x value / B (logit units).
On top of it comes the pull of the goal: gradient x progress^2 x salience, salience = y / (y + salience_half),
y = R p / B; progress counts as a fraction, so a head start helps, and small rewards are hardly noticed.

Of several rewards she saves for the one worth most per point once it is reached: R_k e^(-r w_k) / points_k, w_k
the weeks until she has the points at her own pace. So heavy buyers save for large rewards, light ones do not.

Source: Taylor & Neslin 2005, J. Retailing 81:293 (points pressure); Kivetz, Urminsky & Zheng 2006, JMR 43:39
(goal gradient, illusionary progress); Stourm, Bradlow & Fader 2015, JMR 52:253 (points below face value).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, TINY, ZERO, exp, scalar
from sim.rules.parameter import Mechanism, param


class ProgrammeValueNumbers(NamedTuple):
    weight: np.float32
    perceived: np.float32
    impatience: np.float32
    gradient: np.float32
    salience_half: np.float32


class ProgrammeValue(Mechanism):
    """Members feel the reward coming."""

    perceived: float = param(
        0.7,
        unit="share of face value",
        meaning="what a reward in points or kind is worth to a customer against cash",
        bounds=(0.0, 2.0),
        interval=(0.4, 1.0),
        source="Stourm et al. 2015 (separate mental accounts: direction)",
        status="VERIFIED-DIR",
    )
    impatience: float = param(
        0.05,
        unit="per week",
        meaning="rate at which a later reward counts less",
        bounds=(0.0, 1.0),
        source="judgement: bounded foresight of some months",
        status="PROPOSED",
    )
    gradient: float = param(
        1.0,
        unit="logit",
        meaning="pull of a goal that is nearly reached and large",
        bounds=(0.0, 10.0),
        source="Kivetz et al. 2006 (direction); chosen on L07a, L01a, L01b",
        status="PROPOSED",
    )
    salience_half: float = param(
        0.1,
        unit="share of a basket",
        meaning="worth of a reward that is noticed half as well as a very large one",
        bounds=(0.01, 10.0),
        source="judgement; chosen on L07a, L01a, L01b",
        status="PROPOSED",
    )

    def numbers(self) -> ProgrammeValueNumbers:
        return ProgrammeValueNumbers(
            F32(1.0 if self.enabled else 0.0),
            F32(self.perceived),
            F32(self.impatience),
            F32(self.gradient),
            F32(self.salience_half),
        )


@scalar
def reward_value(worth, distance, pace, progress, sensitivity, numbers):
    """What a reward ahead adds to the attraction of buying now (logit units).

    worth: reward over typical basket, at face value; distance: purchases until it is handed out, at least 1;
    pace: purchases a week; progress: share of the way done, 0 to 1.
    """
    x = worth * numbers.perceived
    gap = numbers.impatience / pace
    ahead = x * exp(-gap * (distance - ONE)) * (ONE - exp(-gap))
    goal = numbers.gradient * progress * progress * x / (x + numbers.salience_half)
    return numbers.weight * (sensitivity * ahead + goal)


@scalar
def purchases_to_go(needed, have, step):
    """Purchases until the reward is handed out: those that fill the card, and the one that redeems it."""
    missing = needed - have
    return (missing if missing > ZERO else ZERO) / step + ONE


@scalar
def progress_made(needed, have):
    """Share of the way to the next reward that is done, 0 to 1."""
    share = have / needed
    return share if share < ONE else ONE


@scalar
def desire(worth, points, have, step, pace, numbers):
    """How much a reward draws a saver: worth per point, later rewards counting less.

    worth: currency; points it takes, points she has, points a purchase brings (step), purchases a week (pace).
    """
    missing = points - have
    weeks = (missing if missing > ZERO else ZERO) / (step * pace + TINY)
    return worth / points * exp(-numbers.impatience * weeks)
