"""Word of mouth: good and bad experiences are told to friends, and what is heard moves those who hear it.

P(praises after a purchase) = good_talk x max(0, (satisfaction - content) / 10 + max(0, value of equity)) x talk;
P(warns in a week) = bad_talk x grievance / 10. A friend hears it with chance min(1, audience / friends).
Each customer has a regard for each firm, what was heard of it (logit units, within +-limit):
regard <- regard + liking x (1 - regard / limit) after praise,
regard <- regard - disliking x (1 + regard / limit) after a warning, regard <- keep x regard each week;
value = regard. A message also moves the expectation of one who does not know better, by `expectation` index points.
With the mechanism off nobody talks.

Source: Goodman/TARP (audience of good and bad events); East, Hammond & Lomax 2008, IJRM 25:215 (shift of choice by
one message); Anderson 1998, JSR 1:5 (who talks: from memory). The shifts per message are put in here: what the
market then shows of them is an echo.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, ZERO, scalar
from sim.rules.parameter import Mechanism, param


class WordOfMouthNumbers(NamedTuple):
    on: np.float32
    good_talk: np.float32
    content: np.float32
    bad_talk: np.float32
    good_audience: np.float32
    bad_audience: np.float32
    liking: np.float32
    disliking: np.float32
    limit: np.float32
    keep: np.float32
    expectation: np.float32
    outright: np.float32


class WordOfMouth(Mechanism):
    """Customers tell their friends."""

    good_talk: float = param(
        0.1,
        unit="probability per purchase and 10 index points",
        meaning="chance to praise, for satisfaction above `content`",
        bounds=(0.0, 1.0),
        source="chosen on F09b (praise is about three times as common as warning)",
        status="PROPOSED",
    )
    content: float = param(
        70.0,
        unit="index 0-100",
        meaning="satisfaction from which a customer speaks well of the firm",
        bounds=(0.0, 100.0),
        source="judgement: that of a customer neither attached nor repelled",
        status="PROPOSED",
    )
    bad_talk: float = param(
        0.01,
        unit="probability per week and 10 index points",
        meaning="chance to warn, for a grievance",
        bounds=(0.0, 1.0),
        source="chosen on F09b (praise is about three times as common as warning)",
        status="PROPOSED",
    )
    good_audience: float = param(
        5.0,
        unit="persons",
        meaning="how many are told of a good experience",
        bounds=(0.0, 100.0),
        interval=(4.0, 8.0),
        source="Goodman/TARP",
        status="VERIFIED",
    )
    bad_audience: float = param(
        10.0,
        unit="persons",
        meaning="how many are told of a bad experience",
        bounds=(0.0, 100.0),
        interval=(8.0, 16.0),
        source="Goodman/TARP",
        status="VERIFIED",
    )
    liking: float = param(
        0.8,
        unit="logit per message",
        meaning="what praise adds to the regard of one who has heard nothing",
        bounds=(0.0, 2.0),
        interval=(0.2, 1.4),
        source="East et al. 2008: +.20 (.05 to .30) of purchase probability, at even chances",
        status="MEMORY",
    )
    disliking: float = param(
        0.44,
        unit="logit per message",
        meaning="what a warning takes from the regard of one who has heard nothing",
        bounds=(0.0, 2.0),
        interval=(0.12, 0.85),
        source="East et al. 2008: -.11 (-.20 to -.03) of purchase probability, at even chances",
        status="MEMORY",
    )
    limit: float = param(
        2.0,
        unit="logit",
        meaning="how far hearsay alone can move a customer, either way",
        bounds=(2.0, 10.0),
        source="judgement",
        status="PROPOSED",
    )
    half_life: float = param(
        8.0,
        unit="weeks",
        meaning="time in which half of what was heard is forgotten",
        bounds=(1.0, 520.0),
        source="judgement",
        status="PROPOSED",
    )
    expectation: float = param(
        1.0,
        unit="index points per message",
        meaning="how far a message moves the expectation of one who does not know better",
        bounds=(0.0, 20.0),
        source="judgement",
        status="PROPOSED",
    )
    outright: float = param(
        0.02,
        unit="probability per message",
        meaning="chance that praise alone makes a customer of one who was outside the category",
        bounds=(0.0, 1.0),
        source="judgement: far less than a referral",
        status="PROPOSED",
    )

    def numbers(self) -> WordOfMouthNumbers:
        on = 1.0 if self.enabled else 0.0
        return WordOfMouthNumbers(
            F32(on),
            F32(on * self.good_talk),
            F32(self.content),
            F32(on * self.bad_talk),
            F32(self.good_audience),
            F32(self.bad_audience),
            F32(on * self.liking),
            F32(on * self.disliking),
            F32(self.limit),
            F32(2.0 ** (-1.0 / self.half_life)),
            F32(on * self.expectation),
            F32(on * self.outright),
        )


_PER_TEN = F32(0.1)


@scalar
def praise_chance(satisfaction, equity_value, talk, numbers):
    """Chance to praise a firm after a purchase there; talk: factor of those who belong (see community.py)."""
    owed = equity_value if equity_value > ZERO else ZERO
    joy = (satisfaction - numbers.content) * _PER_TEN + owed
    return numbers.good_talk * (joy if joy > ZERO else ZERO) * talk


@scalar
def warning_chance(grievance, numbers):
    """Chance to warn of a firm this week, with a grievance of so many index points against it."""
    return numbers.bad_talk * grievance * _PER_TEN


@scalar
def chance_to_hear(audience, degree):
    """Chance that one of so many friends is among the audience."""
    share = audience / F32(degree)
    return share if share < ONE else ONE


@scalar
def after_message(regard, good, numbers):
    """Regard for a firm after praise (good) or a warning of it (logit units)."""
    place = regard / numbers.limit
    praised = regard + numbers.liking * (ONE - place)
    warned = regard - numbers.disliking * (ONE + place)
    return praised if good else warned


@scalar
def regard_value(regard, numbers):
    """What was heard of a firm adds so much to its attraction (logit units)."""
    return numbers.on * regard


@scalar
def fades(regard, numbers):
    """Regard a week later (logit units)."""
    return regard * numbers.keep


@scalar
def hearsay(expected, good, numbers):
    """Expectation after praise (good) or a warning, of one who does not know better (index points)."""
    return expected + numbers.expectation if good else expected - numbers.expectation
