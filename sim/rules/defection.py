"""Defection: why a customer breaks with a firm: eight causes that compete.

Each cause has a hazard per purchase at the firm:
price = a x loss_aversion x max(0, (paid - reference) / reference); inconvenience = b x max(0, usual - level);
core failure, encounter failure, response to failure = c x grievance / 10, c by what the grievance is about;
competition = d x max(0, rivals - expected) / 10; ethics = e x max(0, start - trust); involuntary is the market's.
P(breaks with the firm after a purchase) = 1 - exp(-sum of hazards). The decisive cause is drawn in proportion to the
hazards; those of at least the share `contributes` in the sum contribute. A firm that was left is considered again
with chance 1 - 2^(-1 / reconsider) a week. Nobody leaves a firm who has nowhere to go: no other firm that she
considers, nor the option not to buy. With the mechanism off nobody breaks with a firm: customers drift only.
Units: grievance and expectations in index points, level and usual in logit units, trust a share.

Source: Keaveney 1995, J. Marketing 59(2):71 (the eight causes, and that most switching has several); rates by
judgement, not from the shares of causes published there.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, I32, ONE, TINY, ZERO, exp, scalar
from sim.rules.parameter import Mechanism, param


class Cause(IntEnum):
    """Why a customer left a firm."""

    PRICE = 0
    INCONVENIENCE = 1
    CORE_FAILURE = 2
    ENCOUNTER_FAILURE = 3
    RESPONSE = 4
    COMPETITION = 5
    ETHICS = 6
    INVOLUNTARY = 7


class DefectionNumbers(NamedTuple):
    on: np.float32
    price: np.float32
    inconvenience: np.float32
    core: np.float32
    encounter: np.float32
    response: np.float32
    competition: np.float32
    ethics: np.float32
    contributes: np.float32
    reconsider: np.float32


class Defection(Mechanism):
    """Customers break with a firm, for a cause."""

    price: float = param(
        0.02,
        unit="per week and unit of felt loss",
        meaning="hazard of leaving over a price that is felt as a loss (1 = twice the reference price)",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    inconvenience: float = param(
        0.01,
        unit="per week and logit",
        meaning="hazard of leaving a firm that has become less convenient than usual",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    core: float = param(
        0.004,
        unit="per week and 10 index points",
        meaning="hazard of leaving over a grievance about the core service",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    encounter: float = param(
        0.004,
        unit="per week and 10 index points",
        meaning="hazard of leaving over a grievance about how one was treated",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    response: float = param(
        0.012,
        unit="per week and 10 index points",
        meaning="hazard of leaving over a grievance that was badly answered or not at all",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    competition: float = param(
        0.004,
        unit="per week and 10 index points",
        meaning="hazard of leaving a firm from which less is expected than rivals give",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    ethics: float = param(
        0.02,
        unit="per week and unit of trust",
        meaning="hazard of leaving a firm for each unit of trust that was lost in it",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    contributes: float = param(
        0.2,
        unit="share of the hazard",
        meaning="share from which on a cause counts among those that contributed",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    reconsider: float = param(
        52.0,
        unit="weeks",
        meaning="time in which half of those who left a firm consider it again",
        bounds=(1.0, 1040.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> DefectionNumbers:
        on = 1.0 if self.enabled else 0.0
        return DefectionNumbers(
            F32(on),
            F32(on * self.price),
            F32(on * self.inconvenience),
            F32(on * self.core / 10.0),
            F32(on * self.encounter / 10.0),
            F32(on * self.response / 10.0),
            F32(on * self.competition / 10.0),
            F32(on * self.ethics),
            F32(self.contributes),
            F32(1.0 - 2.0 ** (-1.0 / self.reconsider)),
        )


_CORE, _ENCOUNTER = I32(0), I32(1)


@scalar
def price_hazard(paid, reference, loss_aversion, numbers):
    """Hazard per purchase of leaving over the price, by price paid and reference price (indices)."""
    d = (paid - reference) / reference
    return numbers.price * loss_aversion * (d if d > ZERO else ZERO)


@scalar
def inconvenience_hazard(level, usual, numbers):
    """Hazard per purchase of leaving a firm that is less convenient than usual (logit units)."""
    missing = usual - level
    return numbers.inconvenience * (missing if missing > ZERO else ZERO)


@scalar
def grievance_hazard(grievance, kind, numbers):
    """Hazard per purchase of leaving over a grievance (index points).

    kind: 0 about the core service, 1 about the encounter, 2 badly answered.
    """
    rate = numbers.encounter if kind == _ENCOUNTER else numbers.response
    rate = numbers.core if kind == _CORE else rate
    return rate * grievance


@scalar
def competition_hazard(rivals, expected, numbers):
    """Hazard per purchase of leaving a firm from which less is expected than rivals give (index points)."""
    missing = rivals - expected
    return numbers.competition * (missing if missing > ZERO else ZERO)


@scalar
def ethics_hazard(trust, start, numbers):
    """Hazard per purchase of leaving a firm that is trusted less than at the start (shares)."""
    lost = start - trust
    return numbers.ethics * (lost if lost > ZERO else ZERO)


@scalar
def decides(u, total):
    """Whether a uniform draw says that a customer with this hazard in total leaves the firm."""
    return u < ONE - exp(-total)


@scalar
def causes(u, total, price, inconvenience, grievance, kind, competition, ethics, numbers):
    """Decisive cause (a `Cause`) and contributing causes (bit c for cause c) of one who leaves.

    u is the uniform draw that decided, below 1 - exp(-total), total what barriers left of the hazards; it is uniform
    there, so its place picks the cause, each in proportion to its hazard. A cause contributes with at least the share
    `contributes` of all hazards.
    """
    weighed = price + inconvenience + grievance + competition + ethics
    point = u / (ONE - exp(-total) + TINY) * weighed
    least = numbers.contributes * weighed
    failure = I32(Cause.CORE_FAILURE) + kind
    cause = I32(Cause.ETHICS)
    reached = price + inconvenience + grievance + competition
    cause = I32(Cause.COMPETITION) if point < reached else cause
    reached = price + inconvenience + grievance
    cause = failure if point < reached else cause
    cause = I32(Cause.INCONVENIENCE) if point < price + inconvenience else cause
    cause = I32(Cause.PRICE) if point < price else cause
    with_it = I32(1 << Cause.PRICE) if price >= least else I32(0)
    with_it |= I32(1 << Cause.INCONVENIENCE) if inconvenience >= least else I32(0)
    with_it |= I32(I32(1) << failure) if grievance >= least else I32(0)
    with_it |= I32(1 << Cause.COMPETITION) if competition >= least else I32(0)
    with_it |= I32(1 << Cause.ETHICS) if ethics >= least else I32(0)
    with_it |= I32(I32(1) << cause)
    return cause, with_it


@scalar
def causes_of_not_renewing(u, price, inconvenience, grievance, kind, competition, ethics, numbers):
    """Decisive and contributing causes of one who does not renew a contract, by a uniform draw: the same hazards;
    with nothing to complain of, it is the competition."""
    weighed = price + inconvenience + grievance + competition + ethics
    share = u * (ONE - exp(-weighed))
    cause, with_it = causes(
        share, weighed, price, inconvenience, grievance, kind, competition, ethics, numbers
    )
    calm = weighed <= ZERO
    rivals = I32(Cause.COMPETITION)
    return (rivals if calm else cause), (I32(1 << Cause.COMPETITION) if calm else with_it)
