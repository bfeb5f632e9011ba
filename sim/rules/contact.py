"""Contact: a message reminds, and wears out.

value = reminder x relevance x exp(-fatigue / tolerance) x trust_scale (logit units), in the week of the contact;
fatigue <- fatigue + intrusion x (1 - relevance) at a contact, intrusion by channel; fatigue <- keep x fatigue a week;
P(opts out in a week) = opt_out x (fatigue - tolerance) where fatigue exceeds the tolerance, else 0.
Units: fatigue counts wholly irrelevant e-mails. With the mechanism off contacts neither remind nor annoy.

Source: Venkatesan & Kumar 2004, J. Marketing 68(4):106 (an optimal number of contacts, beyond which they harm);
Fournier, Dobscha & Mick 1998, HBR 76(1):42 (overdone relationship marketing) (both from memory); sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ONE, ZERO, exp, scalar
from sim.rules.parameter import Mechanism, param


class ContactNumbers(NamedTuple):
    reminder: np.float32
    keep: np.float32
    tolerance: np.float32
    opt_out: np.float32


class Contact(Mechanism):
    """Messages from a firm remind and tire."""

    reminder: float = param(
        0.6,
        unit="logit",
        meaning="pull of a wholly relevant message on one who is not tired of them",
        bounds=(0.0, 5.0),
        source="judgement",
        status="PROPOSED",
    )
    keep: float = param(
        0.8,
        unit="share per week",
        meaning="how much of the fatigue is left a week later",
        bounds=(0.0, 1.0),
        source="judgement: three weeks halve it",
        status="PROPOSED",
    )
    tolerance: float = param(
        2.0,
        unit="contacts",
        meaning="fatigue that is put up with",
        bounds=(0.1, 100.0),
        source="judgement",
        status="PROPOSED",
    )
    opt_out: float = param(
        0.05,
        unit="probability per week and contact",
        meaning="chance to opt out, for each contact beyond what is put up with",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> ContactNumbers:
        on = 1.0 if self.enabled else 0.0
        return ContactNumbers(
            F32(on * self.reminder), F32(self.keep), F32(self.tolerance), F32(on * self.opt_out)
        )


@scalar
def reminder_value(relevance, fatigue, trust_scale, numbers):
    """What a contact adds to the attraction of its firm this week (logit units)."""
    return numbers.reminder * relevance * exp(-fatigue / numbers.tolerance) * trust_scale


@scalar
def rested(fatigue, numbers):
    """Fatigue a week later (contacts)."""
    return fatigue * numbers.keep


INTRUSION = {"mail": 0.6, "email": 1.0, "sms": 1.6, "social": 0.8}
"""How much an irrelevant contact by each channel tires, against an e-mail: by judgement, more where it interrupts."""


@scalar
def after_contact(fatigue, relevance, intrusion):
    """Fatigue after a contact of this relevance, 0 to 1 (contacts); intrusion: that of its channel."""
    return fatigue + intrusion * (ONE - relevance)


@scalar
def opts_out(u, fatigue, numbers):
    """Whether a uniform draw says that a customer this tired opts out this week."""
    beyond = fatigue - numbers.tolerance
    return u < numbers.opt_out * (beyond if beyond > ZERO else ZERO)
