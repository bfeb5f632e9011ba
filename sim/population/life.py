"""The first half of a customer's week: memberships begin it, leavers leave, traits drift, need arises.

Each function takes one block: reals and wholes are row x slot, s and w the scratch of the thread.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.arithmetic import F32, I32, KERNEL, ONE, ZERO, scalar
from sim.draws import FEW, U32, Stream, philox, poisson, poisson_if_few, unit
from sim.measures.tally import TALLIES, Tally
from sim.population.account import card, filling_lot, forfeit
from sim.population.columns import (
    ALIVE,
    BLOCK,
    CONTRACT,
    CUSTOMER_REALS,
    CUSTOMER_WHOLES,
    FATIGUE,
    FIRM_REALS,
    GRIEVANCE,
    GRIEVED,
    HAPPENED,
    HAZARD,
    KNOWS,
    LAST_FIRM,
    LOT,
    RATE,
    SATIATION,
    TASTE_OUTSIDE,
    TIES,
)
from sim.population.enter import enter
from sim.population.hear import cell, hear, is_member
from sim.population.membership import begin_week, pool
from sim.population.moments import CHANGED_TASTE, ENTERED_MARKET, LEFT_MARKET, Origin, has, still_hurts
from sim.population.scratch import (
    COUNT,
    FLAG,
    ORDER,
    REMINDED,
    SORTED,
    START,
    U_DRIFT,
    U_LEAVE,
    U_NEED,
    U_WHICH,
)
from sim.population.told import Rule, ways
from sim.population.trade import forget
from sim.population.traits import DRIFT, OUTSIDE_TRAIT, TASTE_TRAIT, bear, drawn_rate, drawn_taste
from sim.rules.contact import rested
from sim.rules.failure import faded
from sim.rules.lapse import NEVER, is_active
from sim.rules.leaving import leaves
from sim.rules.points import turns
from sim.rules.variety import refreshed
from sim.rules.word_of_mouth import fades

_LIFE, _NEED = U32(Stream.LIFE), U32(Stream.NEED)


@njit(**KERNEL)
def keep_accounts(reals, wholes, customer0, size, firms, seg, programme_of, terms, rules, context, tally):
    """What memberships do at the start of a week."""
    mine = ways(rules)
    for p in range(terms.firm.size):
        first = card(firms, p)
        if terms.rule[p, Rule.HOUSEHOLD] > 1:
            pool(wholes, size, firms, p, terms)
        if terms.rule[p, Rule.WEEKLY] == 1:
            for j in range(size):
                if wholes[first, j] >= 0:
                    begin_week(
                        reals, wholes, firms, j, U32(customer0 + j), seg, p, programme_of, terms, mine, context,
                        tally,
                    )  # fmt: skip
        elif turns(context.week, terms.rule[p, Rule.LOT_WEEKS], terms.rule[p, Rule.LOT_START]):
            lot = wholes[first + LOT + filling_lot(terms, p, context.week)]
            expired = np.int64(0)
            for j in range(size):
                expired += lot[j]
                lot[j] = 0
            tally[((seg * firms + terms.firm[p]) * 2 + 1) * TALLIES + Tally.POINTS_EXPIRED] += expired


@njit(**KERNEL)
def rest(reals, wholes, size, posted, rules, network):
    """A week has gone by: fatigue, grievances, hearsay and satiation fade; what happened last week is past."""
    firms = posted.price.size
    fatigue, grievance, satiation = reals[FATIGUE], reals[GRIEVANCE], reals[SATIATION]
    grieved, last_firm = wholes[GRIEVED], wholes[LAST_FIRM]
    happened = wholes[HAPPENED]
    for j in range(size):
        happened[j] = I32(0)
    for j in range(size):
        fatigue[j] = rested(fatigue[j], rules.contact)
    for j in range(size):
        now = faded(grievance[j], rules.failure)
        keeps = still_hurts(now, grieved[j])
        grievance[j] = now if keeps else ZERO
        grieved[j] = grieved[j] if keeps else I32(-1)
    first = CUSTOMER_REALS + FIRM_REALS * firms
    for r in range(first, first + (firms if network else 0)):
        regard = reals[r]
        for j in range(size):
            regard[j] = fades(regard[j], rules.word_of_mouth)
    for f in range(firms):
        if posted.freshness[f] > ZERO:
            for j in range(size):
                tired = satiation[j]
                satiation[j] = refreshed(tired, posted.freshness[f]) if last_firm[j] == f else tired


@scalar
def go(wholes, j, firms, leaver):
    """A place is left empty (leaver 0), or to a prospect (-1)."""
    wholes[ALIVE, j] = I32(leaver)
    wholes[HAPPENED, j] = I32(LEFT_MARKET)
    wholes[GRIEVED, j] = I32(-1)
    wholes[CONTRACT, j] = I32(-1)
    wholes[TIES, j] = I32(0)
    for f in range(firms):
        wholes[CUSTOMER_WHOLES + f, j] = NEVER


@njit(**KERNEL)
def be_told(
    w, reals, wholes, customer0, size, seg, segments, posted, outreach, desk, terms, programme_of, circle, rules,
    context, tally,
):  # fmt: skip
    """Customers hear what reaches them; prospects may be won. Leaves in REMINDED who was reminded of which firm."""
    for j in range(size):
        w[REMINDED + j] = I32(0)
        if wholes[ALIVE, j] == 1:
            w[REMINDED + j] = hear(
                reals, wholes, j, U32(customer0 + j), seg, outreach, desk, terms, programme_of, circle, rules,
                context, tally,
            )  # fmt: skip
        elif wholes[ALIVE, j] == -1:
            enter(
                reals, wholes, j, U32(customer0 + j), seg, segments, posted, outreach, circle, terms.firm.size,
                rules, context, tally,
            )  # fmt: skip


@njit(**KERNEL)
def depart(wholes, j, firms, seg, terms, programme_of, context, tally):
    """A customer goes for good: lapses at once where she was active, and loses what her memberships hold."""
    for f in range(firms):
        if is_active(context.week - 1, wholes[CUSTOMER_WHOLES + f, j], context.lapse_weeks):
            t = cell(seg, firms, f, is_member(wholes, j, firms, programme_of[f]))
            tally[t + Tally.LAPSED] += 1
            if has(wholes[KNOWS, j], f):
                tally[t + Tally.LEFT_INVOLUNTARY] += 1
                tally[t + Tally.WITH_INVOLUNTARY] += 1
    for p in range(terms.firm.size):
        t = cell(seg, firms, terms.firm[p], 1)
        forfeit(wholes, firms, j, terms, p, t, True, True, tally)


@njit(**KERNEL)
def live(
    s, w, reals, wholes, customer0, size, seg, segments, posted, terms, programme_of, rules, context, tally
):
    """Leavers go (and newcomers take their place); a trait may drift."""
    firms = posted.price.size
    seed, replicate = context.seed, context.replicate
    week = U32(context.week)
    for j in range(size):
        a, b, c, d = philox(U32(customer0 + j), week, _LIFE, U32(0), seed, replicate)
        s[U_LEAVE + j] = unit(a)
        s[U_DRIFT + j] = unit(b)
        s[U_WHICH + j] = unit(c)
        s[U_NEED + j] = unit(d)
    alternatives = firms + 1
    drift_chance = rules.drift.rate_chance + F32(alternatives) * rules.drift.taste_chance
    hazard, alive = reals[HAZARD], wholes[ALIVE]
    for j in range(size):
        goes = leaves(s[U_LEAVE + j], hazard[j], rules.leaving) & (alive[j] == 1)
        w[FLAG + j] = I32(2) if goes else (I32(1) if s[U_DRIFT + j] < drift_chance else I32(0))
    for j in range(size):
        if w[FLAG + j] == 2:
            depart(wholes, j, firms, seg, terms, programme_of, context, tally)
            forget(reals, wholes, j, firms, context)
            if context.leaver == 1:
                bear(
                    reals, wholes, j, U32(customer0 + j), U32(context.week + 1), context.week, seg, segments,
                    posted, rules, terms.firm.size, I32(Origin.NEWCOMER), I32(-1), ZERO, ONE, seed, replicate,
                )  # fmt: skip
                wholes[HAPPENED, j] = I32(LEFT_MARKET | ENTERED_MARKET)
            else:
                go(wholes, j, firms, context.leaver)
        elif w[FLAG + j] == 1:
            drift(reals, j, U32(customer0 + j), week, seg, segments, firms, rules.drift, s[U_WHICH + j],
                  seed, replicate)  # fmt: skip
            wholes[HAPPENED, j] |= I32(CHANGED_TASTE)


@njit(**KERNEL)
def drift(reals, j, customer, week, seg, segments, firms, numbers, u, seed, replicate):
    """One trait of a customer is drawn afresh; u says which."""
    share = u * (numbers.rate_chance + F32(firms + 1) * numbers.taste_chance)
    if share < numbers.rate_chance:
        reals[RATE, j] = drawn_rate(customer, week, DRIFT, seg, segments, seed, replicate)
        return
    which = int((share - numbers.rate_chance) / numbers.taste_chance)
    if which < firms:
        reals[CUSTOMER_REALS + which, j] = drawn_taste(
            segments.weight_shape[seg, which], TASTE_TRAIT + which, customer, week, DRIFT, seed, replicate
        )
    else:
        reals[TASTE_OUTSIDE, j] = drawn_taste(
            segments.outside_shape[seg], OUTSIDE_TRAIT, customer, week, DRIFT, seed, replicate
        )


@njit(**KERNEL)
def need(s, w, reals, wholes, customer0, size, pull, context):
    """Purchases each customer sets out for; the buyers sorted by their number, most first. pull: see `Stage.need`.

    Returns the number of buyers; ORDER holds their slots, COUNT their purchases.
    """
    rate = reals[RATE]
    alive = wholes[ALIVE]
    for j in range(size):
        mean = rate[j] * pull * (ONE if alive[j] == 1 else ZERO)
        w[FLAG + j] = poisson_if_few(s[U_NEED + j], mean)
    buyers = 0
    most = 0
    for j in range(size):
        n = w[FLAG + j]
        if n >= FEW:
            mean = rate[j] * pull * (ONE if alive[j] == 1 else ZERO)
            n = poisson(
                s[U_NEED + j], mean, U32(customer0 + j), U32(context.week), _NEED, context.seed,
                context.replicate,
            )  # fmt: skip
        # Written anyway, and kept only where somebody buys: no branch that depends on luck.
        w[SORTED + buyers] = j
        w[COUNT + buyers] = n
        buyers += 1 if n > 0 else 0
        most = n if n > most else most
    most_first(w, buyers, most)
    return buyers


@njit(**KERNEL)
def most_first(w, buyers, most):
    """Sort the buyers (slots in SORTED, purchases in COUNT) into ORDER, most purchases first, stable."""
    top = min(most, BLOCK - 1)
    for n in range(top + 1):
        w[START + n] = I32(0)
    for i in range(buyers):
        w[START + min(w[COUNT + i], top) - 1] += I32(1)
    for n in range(top - 2, -1, -1):
        w[START + n] += w[START + n + 1]
    for i in range(buyers):
        n = min(w[COUNT + i], top)
        at = w[START + n]
        w[START + n] = at + I32(1)
        w[ORDER + at] = w[SORTED + i]
        w[FLAG + at] = w[COUNT + i]
    for i in range(buyers):
        w[COUNT + i] = w[FLAG + i]
    if most >= BLOCK:
        for i in range(1, buyers):
            j = i
            while j > 0 and w[COUNT + j - 1] < w[COUNT + j]:
                w[COUNT + j - 1], w[COUNT + j] = w[COUNT + j], w[COUNT + j - 1]
                w[ORDER + j - 1], w[ORDER + j] = w[ORDER + j], w[ORDER + j - 1]
                j -= 1
