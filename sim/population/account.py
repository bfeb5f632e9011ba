"""A member's account: her points in lots, what is pending, what is in vouchers, her stamps.

Every function takes the whole rows of one block (row x slot, changed in place), the slot j, and the programme p.
Points are whole; what leaves an account leaves it oldest first. Nothing here knows why points move.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic import I32, scalar
from sim.measures.tally import Tally
from sim.population.columns import CUSTOMER_WHOLES, LOT, PROGRAMME_WHOLES, STAMPS, Row
from sim.population.told import Rule
from sim.rules.points import LOTS, filling, taken_from_lot


@scalar
def card(firms, p):
    """First of the seven rows that every programme has."""
    return CUSTOMER_WHOLES + firms + PROGRAMME_WHOLES * p


@scalar
def filling_lot(terms, p, week):
    """Which lot of points fills in this week."""
    rule = terms.rule
    return filling(week, rule[p, Rule.LOT_WEEKS], rule[p, Rule.LOT_START], rule[p, Rule.LOT_COUNT])


@scalar
def ring_sum(wholes, first, j):
    """Points in a ring of lots."""
    return I32(
        wholes[first, j]
        + wholes[first + 1, j]
        + wholes[first + 2, j]
        + wholes[first + 3, j]
        + wholes[first + 4, j]
    )


@scalar
def ready(wholes, firms, j, terms, p):
    """Points that can be spent on rewards now: those in vouchers where points are paid out so, else all in lots."""
    vouchers = terms.row[p, Row.VOUCHERS]
    return ring_sum(wholes, vouchers if vouchers >= 0 else card(firms, p) + LOT, j)


@scalar
def waiting(wholes, j, terms, p):
    """Points earned that cannot be spent yet."""
    first, total = terms.row[p, Row.PENDING], I32(0)
    if first >= 0:
        for r in range(max(terms.rule[p, Rule.PENDING_WEEKS], 1)):
            total += wholes[first + r, j]
    return total


@scalar
def on_account(wholes, firms, j, terms, p):
    """All points of an account: in lots, in vouchers, pending."""
    total = ring_sum(wholes, card(firms, p) + LOT, j) + waiting(wholes, j, terms, p)
    vouchers = terms.row[p, Row.VOUCHERS]
    return I32(total + ring_sum(wholes, vouchers, j)) if vouchers >= 0 else I32(total)


@scalar
def take(wholes, first, j, wanted, youngest):
    """Take points out of a ring of lots, oldest first; returns how many were there to be taken."""
    left = np.int64(wanted)
    for step in range(LOTS):
        r = first + (youngest + 1 + step) % LOTS
        part = taken_from_lot(np.int64(wholes[r, j]), left)
        wholes[r, j] = I32(wholes[r, j] - part)
        left -= part
    return wanted - left


@scalar
def credit(wholes, firms, j, terms, p, week, points, t, tally):
    """Points earned: they go where the terms say, to be spent at once or later."""
    first = terms.row[p, Row.PENDING]
    if first < 0:
        row = card(firms, p) + LOT + filling_lot(terms, p, week)
    else:
        row = first + week % max(terms.rule[p, Rule.PENDING_WEEKS], 1)
    wholes[row, j] += I32(points)
    tally[t + Tally.POINTS_EARNED] += points


@scalar
def release(wholes, firms, j, terms, p, week):
    """Points whose time of waiting is over can be spent from now on."""
    row = terms.row[p, Row.PENDING] + week % max(terms.rule[p, Rule.PENDING_WEEKS], 1)
    wholes[card(firms, p) + LOT + filling_lot(terms, p, week), j] += wholes[row, j]
    wholes[row, j] = I32(0)


@scalar
def take_back(wholes, firms, j, terms, p, week, wanted):
    """Take back points for goods brought back: pending ones first, then the youngest; returns how many there were."""
    left = np.int64(wanted)
    first, weeks = terms.row[p, Row.PENDING], max(terms.rule[p, Rule.PENDING_WEEKS], 1)
    if first >= 0:
        for step in range(weeks):
            r = first + (week - 1 - step + weeks) % weeks
            part = taken_from_lot(np.int64(wholes[r, j]), left)
            wholes[r, j] = I32(wholes[r, j] - part)
            left -= part
    lot, youngest = card(firms, p) + LOT, filling_lot(terms, p, week)
    for step in range(LOTS):
        r = lot + (youngest - step + LOTS) % LOTS
        part = taken_from_lot(np.int64(wholes[r, j]), left)
        wholes[r, j] = I32(wholes[r, j] - part)
        left -= part
    return wanted - left


@scalar
def drain(wholes, firms, j, terms, p):
    """Empty an account; returns the points that were in it."""
    total = np.int64(on_account(wholes, firms, j, terms, p))
    lot, vouchers, pending = card(firms, p) + LOT, terms.row[p, Row.VOUCHERS], terms.row[p, Row.PENDING]
    for r in range(LOTS):
        wholes[lot + r, j] = I32(0)
        if vouchers >= 0:
            wholes[vouchers + r, j] = I32(0)
    if pending >= 0:
        for r in range(max(terms.rule[p, Rule.PENDING_WEEKS], 1)):
            wholes[pending + r, j] = I32(0)
    if terms.row[p, Row.RETURNED] >= 0:
        wholes[terms.row[p, Row.RETURNED], j] = I32(0)
    return total


@scalar
def forfeit(wholes, firms, j, terms, p, t, points, stamps, tally):
    """What is on a membership is lost: its points, its stamps; with both the membership ends."""
    first = card(firms, p)
    if points:
        tally[t + Tally.POINTS_FORFEITED] += drain(wholes, firms, j, terms, p)
    if stamps:
        tally[t + Tally.STAMPS_FORFEITED] += wholes[first + STAMPS, j]
        wholes[first + STAMPS, j] = I32(0)
    if points and stamps:
        wholes[first, j] = I32(-1)
        for kind in range(terms.row.shape[1]):
            row = terms.row[p, kind]
            if row >= 0:
                several = kind == Row.SPEND or kind == Row.VISITS or kind == Row.QUALIFYING
                for r in range(4 if several and terms.rule[p, Rule.WINDOW] == 2 else 1):
                    wholes[row + r, j] = I32(0)
