"""Stated intention: how likely a customer says she is to buy from the firm again, 0 to 1.

intention = 1 / (1 + exp(-x)),
x = ease + a (satisfaction - neutral) / 10 + b attachment - c grievance / 10 + value + barrier, in logit units:
ease 3, a = 1/2, b = 1/2, c = 1.6; value is what expected quality and the ledger of give and take add to the attraction
of the firm, barrier what it would cost her to change (0 where she bought elsewhere last). Nothing in the market acts on
it: it is how conative loyalty is read, and what is said may differ from what is done.

Source: Oliver 1999, J. Marketing 63:33 (conative loyalty); TARP 1979/1986 (intention after problems: what the size of
c is to be held against); sizes proposed.
"""

from __future__ import annotations

from sim.arithmetic import F32, ONE, exp, scalar

_EASE = F32(3.0)
_PER_POINT = F32(0.05)
_PER_BOND = F32(0.5)
_PER_GRIEVANCE = F32(0.16)


@scalar
def intention(satisfaction, neutral, attachment, grievance, value, barrier):
    """Stated probability of buying again, by satisfaction and grievance (index points), attachment (units), value and
    barrier (logit units)."""
    leaning = (
        _EASE
        + _PER_POINT * (satisfaction - neutral)
        + _PER_BOND * attachment
        - _PER_GRIEVANCE * grievance
        + value
        + barrier
    )
    return ONE / (ONE + exp(-leaning))
