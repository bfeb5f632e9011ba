"""Personalisation: messages and service that fit, for those whose data the firm has; too much of it is creepy.

relevance = mass + gain x depth / (depth + half), gain 0 for one message to all, of_class for one a class of
customers, individual for one a customer; depth 0 to 1 how much is known of a customer.
Quality as perceived rises by quality x (relevance - mass) index points.
P(a contact is felt to pry) = creepiness x max(0, depth - comfort) / (1 - comfort) for individual messages, else 0; it
is a breach of trust of size `betrayal` (see trust.py).
With the mechanism off every message is as relevant as one to all.

Source: Ansari & Mela 2003, JMR 40:131 (gain of customised e-mail); White, Zahay, Thorbjørnsen & Shavitt 2008,
Marketing Letters 19:39 (personal messages that put off) (both from memory); all sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, I32, ONE, ZERO, scalar
from sim.rules.parameter import Mechanism, param


class PersonalisationNumbers(NamedTuple):
    on: np.float32
    mass: np.float32
    of_class: np.float32
    individual: np.float32
    half: np.float32
    quality: np.float32
    comfort: np.float32
    creepiness: np.float32
    betrayal: np.float32


class Personalisation(Mechanism):
    """Data make messages and service fit better, up to where they pry."""

    mass: float = param(
        0.2,
        unit="relevance 0-1",
        meaning="relevance of one message to all",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    of_class: float = param(
        0.3,
        unit="relevance 0-1",
        meaning="what a message to a class of customers gains, if all were known of it",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    individual: float = param(
        0.6,
        unit="relevance 0-1",
        meaning="what a message to one customer gains, if all were known of her",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    half: float = param(
        0.5,
        unit="data depth 0-1",
        meaning="depth of data at which half of that gain is reached",
        bounds=(0.01, 10.0),
        source="judgement",
        status="PROPOSED",
    )
    quality: float = param(
        4.0,
        unit="index points",
        meaning="rise of perceived quality per unit of relevance above that of one message to all",
        bounds=(0.0, 50.0),
        source="judgement",
        status="PROPOSED",
    )
    comfort: float = param(
        0.5,
        unit="data depth 0-1",
        meaning="depth of data that customers do not mind",
        bounds=(0.0, 0.99),
        source="judgement",
        status="PROPOSED",
    )
    creepiness: float = param(
        0.3,
        unit="probability per contact",
        meaning="chance that an individual message is felt to pry, at full depth of data",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )
    betrayal: float = param(
        0.2,
        unit="share of a full breach",
        meaning="size of the breach of trust when a message is felt to pry",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> PersonalisationNumbers:
        on = 1.0 if self.enabled else 0.0
        return PersonalisationNumbers(
            F32(on),
            F32(self.mass),
            F32(on * self.of_class),
            F32(on * self.individual),
            F32(self.half),
            F32(on * self.quality),
            F32(self.comfort),
            F32(on * self.creepiness),
            F32(on * self.betrayal),
        )


_CLASS, _INDIVIDUAL = I32(1), I32(2)


@scalar
def relevance(granularity, depth, numbers):
    """Relevance, 0 to 1, of a message for all (0), for a class (1) or for one (2), at this depth of data."""
    known = F32(depth)
    gain = numbers.individual if granularity == _INDIVIDUAL else ZERO
    gain = numbers.of_class if granularity == _CLASS else gain
    return numbers.mass + numbers.on * gain * known / (known + numbers.half)


@scalar
def quality_lift(relevance, numbers):
    """What service of this relevance adds to perceived quality (index points)."""
    return numbers.quality * (relevance - numbers.mass)


@scalar
def creepy_chance(granularity, depth, numbers):
    """Chance that a contact is felt to pry, by granularity (0, 1, 2) and depth of data."""
    beyond = F32(depth) - numbers.comfort
    beyond = beyond if beyond > ZERO else ZERO
    chance = numbers.creepiness * beyond / (ONE - numbers.comfort)
    return chance if granularity == _INDIVIDUAL else ZERO
