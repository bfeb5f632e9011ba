"""What can happen to a customer in a week, as bits of the column `happened`; and how `grieved`, `contract` and
`story` are packed into one whole number each.
"""

from __future__ import annotations

from enum import IntEnum

from sim.arithmetic import F32, I32, ZERO, scalar
from sim.draws import U64
from sim.measures.tally import Tally
from sim.rules.contract import is_bound

FAILED_CORE = 1 << 0
FAILED_ENCOUNTER = 1 << 1
COMPLAINED = 1 << 2
ANSWERED_WELL = 1 << 3
ANSWERED_BADLY = 1 << 4
NEVER_ANSWERED = 1 << 5
GIFT = 1 << 6
FEE_NOTICED = 1 << 7
REDEEMED = 1 << 8
JOINED = 1 << 9
PRAISED = 1 << 10
WARNED = 1 << 11
REFERRED = 1 << 12
HEARD_PRAISE = 1 << 13
HEARD_WARNING = 1 << 14
CONTACTED = 1 << 15
OPTED_OUT = 1 << 16
CREPT_UPON = 1 << 17
TAUGHT = 1 << 18
JOINED_COMMUNITY = 1 << 19
LEFT_COMMUNITY = 1 << 20
SIGNED = 1 << 21
RENEWED = 1 << 22
WON_BACK = 1 << 23
LEFT_FIRM = 1 << 24
ENTERED_MARKET = 1 << 25
HEARD_CLAIM = 1 << 26
CHANGED_TASTE = 1 << 27
RECONSIDERED = 1 << 28
PAYMENT_FAILED = 1 << 29
LEFT_MARKET = 1 << 30
MOMENTS: dict[str, int] = {
    name.lower(): bit for name, bit in list(globals().items()) if name.isupper() and isinstance(bit, int)
}
"""Every moment by its name."""


class Origin(IntEnum):
    """How a customer came into the category; the lowest bits of `story`."""

    THERE = 0
    """was there when the simulation began"""
    NEWCOMER = 1
    """took the place of one who left"""
    ADVERTISING = 2
    DEAL = 3
    REFERRAL = 4
    PRAISE = 5


@scalar
def bit(n):
    """The whole number in which bit n alone is set, 0 <= n < 32."""
    return I32(I32(1) << I32(n))


@scalar
def has(bits, n):
    """Whether bit n is set."""
    return ((bits >> n) & 1) == 1


_SCATTER = U64(2654435761)
"""Knuth's multiplier: spreads the customers' birthdays over the year."""


@scalar
def birthday(customer, week):
    """Whether a customer has her birthday this week."""
    return I32(((U64(customer) * _SCATTER) >> U64(16)) & U64(0xFFFF)) % 52 == week % 52


NONE = I32(-1)
CORE, ENCOUNTER, BADLY_ANSWERED = I32(0), I32(1), I32(2)
"""Kinds of a grievance."""


@scalar
def packed_grievance(firm, kind, complained, week):
    """`grieved` of a grievance against this firm; complained is 1 while a complaint waits for an answer."""
    return I32(firm + I32(16) * (kind + I32(4) * (complained + I32(2) * I32(week))))


@scalar
def grieved_firm(grieved):
    """Firm of a grievance; -1 for none."""
    return grieved & I32(15) if grieved >= 0 else NONE


@scalar
def grieved_kind(grieved):
    """Kind of a grievance: core, encounter, badly answered."""
    return (grieved >> 4) & I32(3)


@scalar
def has_complained(grieved):
    """1 while a complaint waits for an answer."""
    return (grieved >> 6) & I32(1) if grieved >= 0 else I32(0)


_FORGOTTEN = F32(0.5)
"""Index points below which a grievance is forgotten."""


@scalar
def still_hurts(grievance, grieved):
    """Whether a grievance lasts: it hurts, or its complaint still waits."""
    return (grievance >= _FORGOTTEN) | (has_complained(grieved) == 1)


@scalar
def grieved_week(grieved):
    """Week of the failure, or of the complaint."""
    return grieved >> 7


@scalar
def packed_contract(firm, until):
    """`contract` with this firm, free again from week `until` on."""
    return I32(firm + I32(16) * I32(until))


@scalar
def contract_firm(contract):
    """Firm of a contract; -1 for none."""
    return contract & I32(15) if contract >= 0 else NONE


@scalar
def contract_until(contract):
    """First week in which a contract no longer binds; -1 for none."""
    return contract >> 4 if contract >= 0 else NONE


NOT_CONSIDERED = F32(-3.0e4)
"""Attraction of a firm that is not considered: below every other, of no share even."""


@scalar
def considered(knows, contract, week, numbers):
    """What may be chosen: firm f at bit f, no purchase at bit 16. A contract leaves its firm alone."""
    bound = is_bound(contract_until(contract), week) & (numbers.on > ZERO)
    return I32(bit(contract_firm(contract) & I32(15)) if bound else (knows & I32(0xFFFF)) | I32(0x10000))


_NOBODY = F32(-0.9e4)
"""Log weight below which an alternative has no share at all."""


@scalar
def is_open(considered_firm, taste):
    """Whether an alternative is one at all: it is considered, and has a share in the customer's preferences."""
    return considered_firm & (taste > _NOBODY)


@scalar
def note_leaving(t, cause, contributing, tally):
    """Count a customer who leaves a firm; t: where the tally of her segment, firm and membership begins."""
    tally[t + Tally.LEFT_PRICE + cause] += 1
    for c in range(8):
        tally[t + Tally.WITH_PRICE + c] += (contributing >> c) & 1


@scalar
def told_leaving(story, firm, cause, contributing):
    """`story` after leaving a firm: decisive cause (0 to 7), contributing causes (bits), firm; the origin stays."""
    return (story & I32(7)) | I32(1 << 3) | (I32(cause) << 4) | (I32(contributing) << 7) | (I32(firm) << 15)


@scalar
def origin_of(story):
    """How the customer came: an `Origin`."""
    return story & I32(7)


@scalar
def has_left_a_firm(story):
    """1 for a customer who has left a firm."""
    return (story >> 3) & I32(1)


@scalar
def decisive_cause(story):
    """Decisive cause of the last leaving, a `Cause` of sim/rules/defection.py."""
    return (story >> 4) & I32(7)


@scalar
def contributing_causes(story):
    """Causes that contributed to the last leaving: bit c for cause c."""
    return (story >> 7) & I32(255)


@scalar
def firm_left(story):
    """Firm that was left last."""
    return (story >> 15) & I32(15)
