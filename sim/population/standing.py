"""A member's status: what counts towards it, how it is won, kept and lost.

The column `tier` packs the level (0 for none), the level to fall to when the days of grace are over, whether it is
a trial, and the first week in which it is no longer valid. Spending, purchases and points that count are kept since
the window began, in a rolling window by quarter.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic import F32, I32, ONE, TINY, ZERO, scalar
from sim.measures.tally import Tally
from sim.population.columns import Row
from sim.population.told import Leg, Rule
from sim.rules.equity import given, taken
from sim.rules.status import demotion_size, promotion_size

CALENDAR, ANNIVERSARY, ROLLING, LIFETIME = range(4)
YEAR, QUARTER = 52, 13
FOR_LIFE = 1 << 22
"""A week that never comes."""
_MOST = 2147483647


@scalar
def packed_tier(level, fallback, trial, until):
    """`tier` of a member."""
    return I32(level + 8 * fallback + 64 * trial + 128 * until)


@scalar
def level_of(tier):
    """Level, 0 for none."""
    return tier & 7


@scalar
def fallback_of(tier):
    """Level to fall to when validity ends."""
    return (tier >> 3) & 7


@scalar
def is_trial(tier):
    """1 for status on trial."""
    return (tier >> 6) & 1


@scalar
def valid_until(tier):
    """First week in which the status is no longer valid."""
    return tier >> 7


@scalar
def rank(wholes, j, terms, p):
    """Level of a member, 0 for none."""
    row = terms.row[p, Row.TIER]
    return level_of(wholes[row, j]) if row >= 0 else 0


@scalar
def counted(wholes, j, row, window):
    """What counts towards status on one leg; 0 where the leg is not kept."""
    total = np.int64(0)
    if row >= 0:
        for r in range(4 if window == ROLLING else 1):
            total += wholes[row + r, j]
    return total


@scalar
def leg_met(needed, have):
    """Whether a leg that counts is reached."""
    return (needed >= 0) & (have >= needed)


@scalar
def earned_level(wholes, j, terms, p):
    """The level that what counts now is enough for; 0 for none."""
    window = terms.rule[p, Rule.WINDOW]
    spend = counted(wholes, j, terms.row[p, Row.SPEND], window)
    visits = counted(wholes, j, terms.row[p, Row.VISITS], window)
    points = counted(wholes, j, terms.row[p, Row.QUALIFYING], window)
    level = 0
    for i in range(terms.rule[p, Rule.LEVELS]):
        a, b, c = terms.legs[p, i, Leg.SPEND], terms.legs[p, i, Leg.VISITS], terms.legs[p, i, Leg.POINTS]
        if terms.legs[p, i, Leg.EVERY] == 1:
            met = ((a < 0) | (spend >= a)) & ((b < 0) | (visits >= b)) & ((c < 0) | (points >= c))
        else:
            met = leg_met(a, spend) | leg_met(b, visits) | leg_met(c, points)
        level = i + 1 if met else level
    return level


@scalar
def window_end(terms, p, week, since):
    """First week after the window that this week is in; a rolling one is looked at every quarter."""
    window = terms.rule[p, Rule.WINDOW]
    if window == LIFETIME:
        return FOR_LIFE
    if window == ROLLING:
        return week + QUARTER - week % QUARTER
    start = since if window == ANNIVERSARY else terms.rule[p, Rule.YEAR_START]
    return week + YEAR - (week - start + YEAR) % YEAR


@scalar
def end_of_validity(terms, p, week, since):
    """First week in which status won now is no longer valid: after this window, and so many more."""
    if terms.rule[p, Rule.WINDOW] == LIFETIME:
        return FOR_LIFE
    return window_end(terms, p, week, since) + YEAR * terms.rule[p, Rule.VALID_WINDOWS]


@scalar
def add_to(wholes, j, row, amount):
    """More that counts on a leg; a leg that is not kept takes nothing."""
    if row >= 0:
        wholes[row, j] = I32(min(np.int64(wholes[row, j]) + amount, _MOST))


@scalar
def strive(wholes, j, terms, p, week, since, spend, visits, points, equity, t, rules, tally):
    """What a purchase (or points) adds to what counts; status may be won, or kept for longer. Returns her equity."""
    add_to(wholes, j, terms.row[p, Row.SPEND], spend)
    add_to(wholes, j, terms.row[p, Row.VISITS], visits)
    add_to(wholes, j, terms.row[p, Row.QUALIFYING], points)
    row = terms.row[p, Row.TIER]
    tier = wholes[row, j]
    level, now = earned_level(wholes, j, terms, p), level_of(tier)
    if level > 0 and level >= now:
        wholes[row, j] = packed_tier(level, 0, 0, end_of_validity(terms, p, week, since))
        if level > now:
            tally[t + Tally.UPGRADED] += 1
            equity = given(equity, promotion_size(F32(level - now), rules.status), rules.equity)
    return equity


@scalar
def bestow(wholes, j, terms, p, level, until, trial, t, tally):
    """Status given, not earned; one who has as much keeps what she has."""
    row = terms.row[p, Row.TIER]
    if level > level_of(wholes[row, j]):
        wholes[row, j] = packed_tier(level, 0, trial, until)
        tally[t + Tally.UPGRADED] += 1


@scalar
def roll_on(wholes, j, terms, p, level):
    """A new window begins: quarters move on, or all starts again, what exceeds the level reached kept if so ruled."""
    window = terms.rule[p, Rule.WINDOW]
    for leg in range(3):
        row = terms.row[p, Row.SPEND + leg]
        if row >= 0:
            if window == ROLLING:
                for r in range(3, 0, -1):
                    wholes[row + r, j] = wholes[row + r - 1, j]
                wholes[row, j] = I32(0)
            else:
                needed = terms.legs[p, max(level - 1, 0), leg]
                keeps = terms.rule[p, Rule.ROLLOVER] == 1 and level > 0 and needed >= 0
                wholes[row, j] = I32(max(np.int64(wholes[row, j]) - needed, 0)) if keeps else I32(0)


@scalar
def review(wholes, j, terms, p, week, since, equity, t, rules, tally):
    """At the end of a window what counted is looked at; status whose validity is over falls. Returns her equity."""
    rule = terms.rule
    row = terms.row[p, Row.TIER]
    window = rule[p, Rule.WINDOW]
    if window == ROLLING:
        over = week % QUARTER == 0
    else:
        start = since if window == ANNIVERSARY else rule[p, Rule.YEAR_START]
        over = window != LIFETIME and week > since and (week - start + YEAR) % YEAR == 0
    tier = wholes[row, j]
    level, until, earned = level_of(tier), valid_until(tier), 0
    trial = is_trial(tier) == 1
    ends = level > 0 and week >= until
    if over or ends:
        earned = earned_level(wholes, j, terms, p)
    if ends:
        # What was enough in a window that is over counts for the next one, unless status ends with its window.
        lasts = not over or window == ROLLING or rule[p, Rule.VALID_WINDOWS] > 0
        floor = max(fallback_of(tier), earned if lasts else 0)
        if trial and rule[p, Rule.MATCH_SPEND] > 0:
            spent = counted(wholes, j, terms.row[p, Row.SPEND], window)
            floor = level if spent >= rule[p, Rule.MATCH_SPEND] else floor
        if over and rule[p, Rule.GRACE] > 0 and floor < level and not trial:
            # The window is over, the days of grace begin; she may still win it back.
            wholes[row, j] = packed_tier(level, floor, 0, week + rule[p, Rule.GRACE])
        else:
            lost = level - floor if trial else min(rule[p, Rule.DOWNGRADE], max(level - floor, 0))
            left = level - lost
            # What is left was earned in the window before: this one is the first of those it is valid for.
            last = window_end(terms, p, week, since) + YEAR * max(rule[p, Rule.VALID_WINDOWS] - 1, 0)
            wholes[row, j] = packed_tier(left, 0, 0, last) if left > 0 else I32(0)
            if lost > 0:
                tally[t + Tally.DOWNGRADED] += 1
                if not trial:
                    equity = taken(equity, demotion_size(F32(lost), rules.status), rules.equity)
    # What is asked for within a trial counts all through it, also where a window ends in between.
    if over and not (trial and week < until):
        roll_on(wholes, j, terms, p, earned)
    return equity


@scalar
def next_goal(wholes, j, terms, p, week, since, basket, step):
    """The level to be won or kept next: (level, share of the way, purchases still missing, weeks left).

    basket: money a purchase brings (currency); step: points it brings. Of legs of which one will do the nearest
    counts, of legs that are all needed the farthest. Level 0 where there is nothing left to strive for.
    """
    rule, tier = terms.rule, wholes[terms.row[p, Row.TIER], j]
    window = rule[p, Rule.WINDOW]
    ends = window_end(terms, p, week, since)
    level = level_of(tier)
    # Who holds a level that ends with this window strives to keep it; else for the next.
    # Who has earned it again has nothing left to strive for there.
    runs_out = level > 0 and valid_until(tier) <= ends
    target = level if runs_out and earned_level(wholes, j, terms, p) < level else level + 1
    progress, missing = ZERO, ZERO
    if target > rule[p, Rule.LEVELS]:
        return 0, progress, missing, 0
    every, first = terms.legs[p, target - 1, Leg.EVERY] == 1, True
    for leg in range(3):
        needed = terms.legs[p, target - 1, leg]
        if needed > 0:
            have = F32(counted(wholes, j, terms.row[p, Row.SPEND + leg], window))
            share = have / F32(needed)
            share = share if share < ONE else ONE
            brings = basket * F32(100.0) if leg == 0 else (ONE if leg == 1 else step)
            left = F32(needed) - have
            takes = (left if left > ZERO else ZERO) / (brings + TINY)
            counts = first or (share < progress if every else share > progress)
            progress, missing, first = (share, takes, False) if counts else (progress, missing, first)
    return target, progress, missing, min(ends - week, 4 * YEAR)
