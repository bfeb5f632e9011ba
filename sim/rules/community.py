"""Community: events that members of a club take part in bind them, and give them something to tell.

takes part at all: u < reach x (1 + attachment), attachment below 0 counting as 0;
attachment <- attachment + step x (limit - attachment) at an event, where it is below the limit (units of
attachment, see attachment.py); who belongs talks `talk` times as much; P(leaves the club in a week) = leaves.
With the mechanism off events bind nobody.

Source: Muniz & O'Guinn 2001, JCR 27:412 (brand community); Algesheimer, Dholakia & Herrmann 2005, J. Marketing
69(3):19 (belonging, loyalty and recommendation) (both from memory); sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, ZERO, scalar
from sim.rules.parameter import Mechanism, param


class CommunityNumbers(NamedTuple):
    step: np.float32
    limit: np.float32
    talk: np.float32
    leaves: np.float32


class Community(Mechanism):
    """Belonging raises attachment and talk."""

    step: float = param(
        0.05,
        unit="share per event",
        meaning="how far an event brings attachment toward its limit",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    limit: float = param(
        2.0,
        unit="units of attachment",
        meaning="attachment that belonging alone can bring about",
        bounds=(0.0, 10.0),
        source="judgement: as 20 points of satisfaction held for long",
        status="PROPOSED",
    )
    talk: float = param(
        2.0,
        unit="ratio",
        meaning="how much more often those who belong recommend",
        bounds=(1.0, 10.0),
        source="judgement; Algesheimer et al. 2005 (direction)",
        status="PROPOSED",
    )
    leaves: float = param(
        0.01,
        unit="probability per week",
        meaning="chance to drop out of the club",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> CommunityNumbers:
        on = 1.0 if self.enabled else 0.0
        return CommunityNumbers(
            F32(on * self.step),
            F32(self.limit),
            F32(self.talk if self.enabled else 1.0),
            F32(self.leaves),
        )


@scalar
def takes_part(u, reach, attachment):
    """Whether a uniform draw says that a customer whom the firm's club can reach joins it this week."""
    bond = attachment if attachment > ZERO else ZERO
    return u < reach * (ONE + bond)


@scalar
def after_event(attachment, numbers):
    """Attachment after an event; one who is attached more than events can bring about stays so."""
    room = numbers.limit - attachment
    return attachment + numbers.step * (room if room > ZERO else ZERO)


@scalar
def talk_factor(in_community, numbers):
    """Factor on the chance to recommend."""
    return numbers.talk if in_community else ONE
