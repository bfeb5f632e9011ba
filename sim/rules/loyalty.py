"""Loyalty, as it is read: attitude and patronage are two things, and a customer may have one without the other.

share = remembered purchases at the firm / remembered purchases at all firms (behavioural loyalty);
kind = attitude + 2 patronage: 0 disloyal, 1 latent (likes the firm, buys elsewhere), 2 hostage (buys there, does not
like it), 3 loyal; attitude is high where attachment > 0, patronage where share >= 1/2.
Truly loyal is who is delighted (satisfaction above neutral + band), intends to return (intention >= 1/2) and
recommends (mark >= 9). The ladder: aware, satisfied, loyal, interdependent; each rung stands on those below it.
Nothing in the market acts on any of these: they are readings.

Source: Dick & Basu 1994, JAMS 22:99 (the two by two); Oliver 1999, J. Marketing 63:33 (loyalty beyond repeat
buying); cuts proposed.
"""

from __future__ import annotations

from sim.arithmetic import F32, HALF, I32, TINY, ZERO, scalar

KINDS = ("disloyal", "latent", "hostage", "loyal")
"""Names of what `kind` gives."""
RUNGS = ("outside", "aware", "satisfied", "loyal", "interdependent")
"""Names of what `rung` gives."""

_ONE, _TWO, _THREE, _FOUR, _NONE = I32(1), I32(2), I32(3), I32(4), I32(0)
_PROMOTER = I32(9)


@scalar
def behavioural_share(remembered_here, remembered_in_all):
    """Share of the remembered purchases that went to the firm, 0 to 1; 0 where none is remembered."""
    return F32(remembered_here) / (F32(remembered_in_all) + TINY)


@scalar
def attitude_is_high(attachment):
    """Whether a customer likes the firm (attachment in units, see attachment.py)."""
    return attachment > ZERO


@scalar
def patronage_is_high(share):
    """Whether the firm has at least half of what a customer buys."""
    return share >= HALF


@scalar
def kind(attitude_high, patronage_high):
    """Kind of loyalty: 0 disloyal, 1 latent, 2 hostage, 3 loyal."""
    return (_THREE if attitude_high else _TWO) if patronage_high else (_ONE if attitude_high else _NONE)


@scalar
def truly_loyal(satisfaction, neutral, band, intention, mark):
    """Whether a customer is delighted, intends to return (0 to 1) and recommends (mark of the survey)."""
    return (satisfaction > neutral + band) & (intention >= HALF) & (mark >= _PROMOTER)


@scalar
def rung(active, satisfied, loyal, interdependent):
    """Rung of the ladder: 0 outside (no active customer), 1 aware, 2 satisfied, 3 loyal, 4 interdependent."""
    top = _FOUR if interdependent else _THREE
    middle = top if loyal else _TWO
    low = middle if satisfied else _ONE
    return low if active else _NONE
