"""What a customer tells her friends at the end of a week: a warning, a referral, praise, or nothing.

A message is one byte, kind + 4 x firm, and is heard in the week after. Functions take one customer: slot j of a
block (reals, wholes: row x slot).
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic import I32, scalar
from sim.draws import U32, Stream, philox, unit
from sim.measures.tally import TALLIES, Tally
from sim.population.columns import (
    ALIVE,
    BASKET,
    CUSTOMER_REALS,
    CUSTOMER_WHOLES,
    EQUITY,
    GRIEVANCE,
    GRIEVED,
    HAPPENED,
    LAST_FIRM,
    PROGRAMME_WHOLES,
    SATISFACTION,
    TIES,
)
from sim.population.moments import PRAISED, REFERRED, WARNED, grieved_firm, has
from sim.rules.community import talk_factor
from sim.rules.equity import equity_value
from sim.rules.lapse import is_active
from sim.rules.referral import refers
from sim.rules.word_of_mouth import praise_chance, warning_chance

_TALK = U32(Stream.TALK)
PRAISE, WARNING, REFERRAL = I32(1), I32(2), I32(3)


@scalar
def spoken(kind, firm):
    """A message as a byte."""
    return np.uint8(kind + I32(4) * firm)


@scalar
def spoken_kind(message):
    """Kind of a message: praise, warning, referral; 0 for none."""
    return I32(message) & I32(3)


@scalar
def spoken_firm(message):
    """Firm that a message is about."""
    return I32(message) >> 2


@scalar
def tell(reals, wholes, j, customer, seg, firms, outreach, programme_of, rules, context, tally):
    """What she says this week (a byte). Bad news goes first, then a referral, then praise."""
    if wholes[ALIVE, j] != 1:
        return np.uint8(0)
    a, b, c, _ = philox(customer, U32(context.week), _TALK, U32(0), context.seed, context.replicate)
    f, kind = grieved_firm(wholes[GRIEVED, j]), I32(0)
    if f >= 0 and unit(a) < warning_chance(reals[GRIEVANCE, j], rules.word_of_mouth):
        kind = WARNING
        wholes[HAPPENED, j] |= I32(WARNED)
    else:
        f = wholes[LAST_FIRM, j]
        if f >= 0 and is_active(context.week, wholes[CUSTOMER_WHOLES + f, j], context.lapse_weeks):
            satisfaction = reals[CUSTOMER_REALS + SATISFACTION * firms + f, j]
            gratitude = equity_value(reals[CUSTOMER_REALS + EQUITY * firms + f, j], rules.equity)
            talk = talk_factor(has(wholes[TIES, j], f), rules.community)
            worth = outreach.referral_reward[f] / reals[BASKET, j]
            neutral = rules.satisfaction.neutral
            praise = praise_chance(satisfaction, gratitude, talk, rules.word_of_mouth)
            bought = wholes[CUSTOMER_WHOLES + f, j] == context.week
            if refers(unit(c), satisfaction >= neutral - rules.satisfaction.band, worth, rules.referral):
                kind = REFERRAL
                wholes[HAPPENED, j] |= I32(REFERRED)
            elif bought and unit(b) < praise:
                kind = PRAISE
                wholes[HAPPENED, j] |= I32(PRAISED)
    if kind == 0:
        return np.uint8(0)
    p = programme_of[f]
    member = 1 if p >= 0 and wholes[CUSTOMER_WHOLES + firms + PROGRAMME_WHOLES * p, j] >= 0 else 0
    t = ((seg * firms + f) * 2 + member) * TALLIES
    if kind == WARNING:
        tally[t + Tally.WARNINGS] += 1
    elif kind == REFERRAL:
        tally[t + Tally.REFERRALS] += 1
    else:
        tally[t + Tally.PRAISE] += 1
    return spoken(kind, f)
