"""Attachment: a bond that grows slowly out of satisfaction, and breaks slowly.

attachment <- attachment + step x ((satisfaction - indifferent) / 10 - attachment), per purchase;
value = weight x attachment (logit units; one unit of attachment = 10 points of satisfaction held for long).

Source: Dick & Basu 1994, JAMS 22:99; Oliver 1999, J. Marketing 63:33 (affective before conative loyalty);
sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, scalar
from sim.rules.parameter import Mechanism, param


class AttachmentNumbers(NamedTuple):
    step: np.float32
    weight: np.float32
    indifferent: np.float32


class Attachment(Mechanism):
    """Affective loyalty."""

    step: float = param(
        0.1,
        unit="share per purchase",
        meaning="how fast attachment follows satisfaction",
        bounds=(0.0, 1.0),
        source="judgement: slower than satisfaction itself; chosen on S07b",
        status="PROPOSED",
    )
    weight: float = param(
        1.2,
        unit="logit per unit",
        meaning="attraction of a firm one is attached to",
        bounds=(0.0, 5.0),
        source="chosen on S07b (satisfaction and repeat purchase)",
        status="PROPOSED",
    )

    indifferent: float = param(
        70.0,
        unit="index 0-100",
        meaning="satisfaction that leaves a customer neither attached nor repelled",
        bounds=(0.0, 100.0),
        source="judgement: a little below the satisfaction of one who gets what was expected",
        status="PROPOSED",
    )

    def numbers(self) -> AttachmentNumbers:
        on = 1.0 if self.enabled else 0.0
        return AttachmentNumbers(F32(on * self.step), F32(on * self.weight), F32(self.indifferent))


_UNIT = F32(0.1)


@scalar
def attachment_value(attachment, numbers):
    """What attachment adds to the attraction of a firm (logit units)."""
    return numbers.weight * attachment


@scalar
def next_attachment(attachment, satisfaction, numbers):
    """Attachment after a purchase that left this satisfaction."""
    return attachment + numbers.step * ((satisfaction - numbers.indifferent) * _UNIT - attachment)
