"""What is counted at the end of a week, by firm and membership."""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.arithmetic import F32, I32, KERNEL, ZERO, normal_quantile
from sim.draws import U32, Stream, philox, unit
from sim.measures.tally import INDEX_SCALE, TALLIES, Tally
from sim.population.account import card, ring_sum, waiting
from sim.population.columns import (
    ALIVE,
    ATTACHMENT,
    CONTRACT,
    CUSTOMER_REALS,
    CUSTOMER_WHOLES,
    EQUITY,
    EXPECTATION,
    GRIEVANCE,
    GRIEVED,
    KNOWS,
    LAST_FIRM,
    LOT,
    PROGRAMME_WHOLES,
    REMEMBERED,
    SATISFACTION,
    STAMPS,
    TIES,
    TRUST,
    Row,
)
from sim.population.moments import contract_firm, contract_until, grieved_firm, has, has_complained
from sim.population.scratch import TOTAL, U_CHOICE, U_FAILURE, Z_QUALITY
from sim.population.standing import level_of
from sim.rules.barrier import barrier_value
from sim.rules.contract import is_bound
from sim.rules.equity import equity_value
from sim.rules.expectation import quality_value
from sim.rules.intention import intention
from sim.rules.lapse import is_active, lapses_now
from sim.rules.loyalty import (
    attitude_is_high,
    behavioural_share,
    kind,
    patronage_is_high,
    rung,
    truly_loyal,
)
from sim.rules.memory import remembered
from sim.rules.points import LOTS
from sim.rules.survey import answer, answers, stated

_SURVEY = U32(Stream.SURVEY)
_FIXED = F32(INDEX_SCALE)


@njit(**KERNEL)
def count_stocks(
    s, reals, wholes, customer0, size, seg, firms, posted, surveys, terms, programme_of, rules, context, tally
):  # fmt: skip
    """How many are active, members, satisfied at the end of the week, by firm and membership."""
    count_memories(s, reals, wholes, customer0, size, firms, surveys, rules, context)
    for f in range(firms):
        p = programme_of[f]
        count_people(reals, wholes, size, seg, f, firms, p, rules, context, tally)
        count_obligations(wholes, size, seg, f, firms, p, context, tally)
        if p >= 0 and f == terms.firm[p]:
            count_accounts(wholes, size, seg, f, firms, p, terms, tally)
        if context.census == 1:
            count_loyalties(s, reals, wholes, size, seg, f, firms, p, posted, rules, context, tally)
        if surveys.now[f] == 1:
            ask(s, reals, wholes, size, seg, f, firms, p, surveys, rules, context, tally)


@njit(**KERNEL)
def count_memories(s, reals, wholes, customer0, size, firms, surveys, rules, context):
    """In a week in which somebody is asked: the noise of the answers, and all purchases that each remembers."""
    asks = context.census == 1
    for f in range(firms):
        asks = asks or surveys.now[f] == 1
    if not asks:
        return
    for j in range(size):
        a, b, c, _ = philox(
            U32(customer0 + j), U32(context.week), _SURVEY, U32(0), context.seed, context.replicate
        )
        s[U_CHOICE + j] = normal_quantile(unit(a))
        s[U_FAILURE + j] = unit(b)
        s[Z_QUALITY + j] = normal_quantile(unit(c))
    for j in range(size):
        s[TOTAL + j] = ZERO
    for f in range(firms):
        count, last = reals[CUSTOMER_REALS + REMEMBERED * firms + f], wholes[CUSTOMER_WHOLES + f]
        for j in range(size):
            ago = F32(context.week - last[j])
            s[TOTAL + j] = s[TOTAL + j] + remembered(count[j], ago, rules.memory)


@njit(**KERNEL)
def count_people(reals, wholes, size, seg, f, firms, p, rules, context, tally):
    """Active customers and members, and the states of their minds."""
    last = wholes[CUSTOMER_WHOLES + f]
    since = wholes[CUSTOMER_WHOLES + firms + PROGRAMME_WHOLES * p] if p >= 0 else wholes[LAST_FIRM]
    expectation = reals[CUSTOMER_REALS + EXPECTATION * firms + f]
    satisfaction = reals[CUSTOMER_REALS + SATISFACTION * firms + f]
    attachment = reals[CUSTOMER_REALS + ATTACHMENT * firms + f]
    trust = reals[CUSTOMER_REALS + TRUST * firms + f]
    equity = reals[CUSTOMER_REALS + EQUITY * firms + f]
    alive = wholes[ALIVE]
    low = rules.satisfaction.neutral - rules.satisfaction.band
    high = rules.satisfaction.neutral + rules.satisfaction.band
    active, active_members, members, lapsed, lapsed_members = 0, 0, 0, 0, 0
    for j in range(size):
        on = is_active(context.week, last[j], context.lapse_weeks) & (alive[j] == 1)
        belongs = (since[j] >= 0) & (p >= 0)
        active += on
        active_members += on & belongs
        members += belongs
        gone = lapses_now(context.week, last[j], context.lapse_weeks) & (alive[j] == 1)
        lapsed += gone
        lapsed_members += gone & belongs
    happy, happy_members, expects, expects_members = 0, 0, 0, 0
    bond, bond_members = 0, 0
    for j in range(size):
        on = is_active(context.week, last[j], context.lapse_weeks) & (alive[j] == 1)
        mine = on & (since[j] >= 0) & (p >= 0)
        x = I32(satisfaction[j] * _FIXED)
        y = I32(expectation[j] * _FIXED)
        z = I32(attachment[j] * _FIXED)
        happy += x if on else 0
        happy_members += x if mine else 0
        expects += y if on else 0
        expects_members += y if mine else 0
        bond += z if on else 0
        bond_members += z if mine else 0
    trusts, trusts_members, even, even_members = 0, 0, 0, 0
    angry, angry_members, glad, glad_members = 0, 0, 0, 0
    for j in range(size):
        on = is_active(context.week, last[j], context.lapse_weeks) & (alive[j] == 1)
        mine = on & (since[j] >= 0) & (p >= 0)
        x = I32(trust[j] * _FIXED)
        y = I32(equity[j] * _FIXED)
        trusts += x if on else 0
        trusts_members += x if mine else 0
        even += y if on else 0
        even_members += y if mine else 0
        below, above = satisfaction[j] < low, satisfaction[j] > high
        angry += on & below
        angry_members += mine & below
        glad += on & above
        glad_members += mine & above
    t = (seg * firms + f) * 2 * TALLIES
    tm = t + TALLIES
    tally[tm + Tally.ACTIVE] += active_members
    tally[t + Tally.ACTIVE] += active - active_members
    tally[tm + Tally.MEMBERS] += members
    tally[tm + Tally.LAPSED] += lapsed_members
    tally[t + Tally.LAPSED] += lapsed - lapsed_members
    tally[tm + Tally.SATISFACTION] += happy_members
    tally[t + Tally.SATISFACTION] += happy - happy_members
    tally[tm + Tally.EXPECTATION] += expects_members
    tally[t + Tally.EXPECTATION] += expects - expects_members
    tally[tm + Tally.ATTACHMENT] += bond_members
    tally[t + Tally.ATTACHMENT] += bond - bond_members
    tally[tm + Tally.TRUST] += trusts_members
    tally[t + Tally.TRUST] += trusts - trusts_members
    tally[tm + Tally.EQUITY] += even_members
    tally[t + Tally.EQUITY] += even - even_members
    tally[tm + Tally.DISSATISFIED] += angry_members
    tally[t + Tally.DISSATISFIED] += angry - angry_members
    tally[tm + Tally.DELIGHTED] += glad_members
    tally[t + Tally.DELIGHTED] += glad - glad_members


@njit(**KERNEL)
def count_obligations(wholes, size, seg, f, firms, p, context, tally):
    """What is open between a firm and its customers: complaints, contracts, consent."""
    last, alive, knows, ties = wholes[CUSTOMER_WHOLES + f], wholes[ALIVE], wholes[KNOWS], wholes[TIES]
    grieved, contract = wholes[GRIEVED], wholes[CONTRACT]
    since = wholes[CUSTOMER_WHOLES + firms + PROGRAMME_WHOLES * p] if p >= 0 else wholes[LAST_FIRM]
    waiting, bound, open_to, belongs = 0, 0, 0, 0
    waiting_m, bound_m, open_to_m, belongs_m = 0, 0, 0, 0
    for j in range(size):
        member = (since[j] >= 0) & (p >= 0)
        waits = (has_complained(grieved[j]) == 1) & (grieved_firm(grieved[j]) == f)
        under = (contract_firm(contract[j]) == f) & is_bound(contract_until(contract[j]), context.week)
        on = is_active(context.week, last[j], context.lapse_weeks) & (alive[j] == 1)
        consents = on & (not has(knows[j], 16 + f))
        part = has(ties[j], f) & (alive[j] == 1)
        waiting += waits
        waiting_m += waits & member
        bound += under
        bound_m += under & member
        open_to += consents
        open_to_m += consents & member
        belongs += part
        belongs_m += part & member
    t = (seg * firms + f) * 2 * TALLIES
    tm = t + TALLIES
    tally[tm + Tally.COMPLAINTS_WAITING] += waiting_m
    tally[t + Tally.COMPLAINTS_WAITING] += waiting - waiting_m
    tally[tm + Tally.CONTRACTS] += bound_m
    tally[t + Tally.CONTRACTS] += bound - bound_m
    tally[tm + Tally.REACHABLE] += open_to_m
    tally[t + Tally.REACHABLE] += open_to - open_to_m
    tally[tm + Tally.PARTICIPANTS] += belongs_m
    tally[t + Tally.PARTICIPANTS] += belongs - belongs_m


@njit(**KERNEL)
def count_accounts(wholes, size, seg, f, firms, p, terms, tally):
    """What a firm owes the members of its programme, and who stands where in it."""
    first = card(firms, p)
    points, stamps = np.int64(0), np.int64(0)
    for r in range(LOTS):
        lot = wholes[first + LOT + r]
        for j in range(size):
            points += lot[j]
    stamps_of = wholes[first + STAMPS]
    for j in range(size):
        stamps += stamps_of[j]
    tm = ((seg * firms + f) * 2 + 1) * TALLIES
    pending, vouchers = np.int64(0), np.int64(0)
    if terms.row[p, Row.PENDING] >= 0:
        for j in range(size):
            pending += waiting(wholes, j, terms, p)
    if terms.row[p, Row.VOUCHERS] >= 0:
        for j in range(size):
            vouchers += ring_sum(wholes, terms.row[p, Row.VOUCHERS], j)
    tally[tm + Tally.POINTS_BALANCE] += points + pending + vouchers
    tally[tm + Tally.POINTS_PENDING] += pending
    tally[tm + Tally.VOUCHERS] += vouchers
    tally[tm + Tally.STAMPS_BALANCE] += stamps
    if terms.row[p, Row.TIER] >= 0:
        tier = wholes[terms.row[p, Row.TIER]]
        for j in range(size):
            level = level_of(tier[j])
            if level > 0:
                tally[tm + Tally.TIER_1 + level - 1] += 1


@njit(**KERNEL)
def count_loyalties(s, reals, wholes, size, seg, f, firms, p, posted, rules, context, tally):
    """The census: what kind of loyalty each customer has to the firm, and on which rung of the ladder she is."""
    numbers = rules.satisfaction
    for j in range(size):
        if wholes[ALIVE, j] != 1:
            continue
        last = wholes[CUSTOMER_WHOLES + f, j]
        active = is_active(context.week, last, context.lapse_weeks)
        if not active and not has(wholes[KNOWS, j], f):
            continue
        satisfaction = reals[CUSTOMER_REALS + SATISFACTION * firms + f, j]
        attachment = reals[CUSTOMER_REALS + ATTACHMENT * firms + f, j]
        hurt = reals[GRIEVANCE, j] if grieved_firm(wholes[GRIEVED, j]) == f else ZERO
        expected = reals[CUSTOMER_REALS + EXPECTATION * firms + f, j]
        value = quality_value(expected, posted.usual_quality[f], rules.expectation) + equity_value(
            reals[CUSTOMER_REALS + EQUITY * firms + f, j], rules.equity
        )
        barrier = barrier_value(posted.switching_cost[f], wholes[LAST_FIRM, j] == f, rules.barrier)
        means_to = intention(satisfaction, numbers.neutral, attachment, hurt, value, barrier)
        ago = F32(context.week - last)
        here = remembered(reals[CUSTOMER_REALS + REMEMBERED * firms + f, j], ago, rules.memory)
        share = behavioural_share(here, s[TOTAL + j])
        mark = answer(satisfaction, attachment, s[U_CHOICE + j])
        true = active & truly_loyal(satisfaction, numbers.neutral, numbers.band, means_to, mark)
        likes, buys = attitude_is_high(attachment), patronage_is_high(share)
        member = 1 if p >= 0 and wholes[CUSTOMER_WHOLES + firms + PROGRAMME_WHOLES * p, j] >= 0 else 0
        t = ((seg * firms + f) * 2 + member) * TALLIES
        if active:
            of = kind(likes, buys)
            tally[t + Tally.CENSUS] += 1
            tally[t + Tally.INTENTION] += I32(means_to * _FIXED)
            tally[t + Tally.BEHAVIOURAL] += I32(share * _FIXED)
            tally[t + Tally.LOYAL] += of == 3
            tally[t + Tally.LATENT] += of == 1
            tally[t + Tally.HOSTAGE] += of == 2
            tally[t + Tally.DISLOYAL] += of == 0
            tally[t + Tally.TRULY_LOYAL] += true
        trusts = reals[CUSTOMER_REALS + TRUST * firms + f, j] > rules.trust.start
        satisfied = active & (satisfaction >= numbers.neutral - numbers.band)
        step = rung(True, satisfied, satisfied & likes & buys, true & likes & buys & trusts)
        tally[t + Tally.RUNG_AWARE] += step == 1
        tally[t + Tally.RUNG_SATISFIED] += step == 2
        tally[t + Tally.RUNG_LOYAL] += step == 3
        tally[t + Tally.RUNG_INTERDEPENDENT] += step == 4


@njit(**KERNEL)
def ask(s, reals, wholes, size, seg, f, firms, p, surveys, rules, context, tally):
    """The firm's survey: a sample of its active customers, those who care to answer, and what they say."""
    for j in range(size):
        active = is_active(context.week, wholes[CUSTOMER_WHOLES + f, j], context.lapse_weeks)
        if active and wholes[ALIVE, j] == 1:
            satisfaction = reals[CUSTOMER_REALS + SATISFACTION * firms + f, j]
            far = satisfaction - rules.satisfaction.neutral
            if answers(s[U_FAILURE + j], surveys.asked[f], surveys.bias[f], far):
                member = 1 if p >= 0 and wholes[CUSTOMER_WHOLES + firms + PROGRAMME_WHOLES * p, j] >= 0 else 0
                attachment = reals[CUSTOMER_REALS + ATTACHMENT * firms + f, j]
                mark = answer(satisfaction, attachment, s[U_CHOICE + j])
                t = ((seg * firms + f) * 2 + member) * TALLIES
                tally[t + Tally.ASKED] += 1
                tally[t + Tally.PROMOTERS] += mark >= 9
                tally[t + Tally.DETRACTORS] += mark <= 6
                tally[t + Tally.SURVEYED_SATISFACTION] += I32(stated(satisfaction, s[Z_QUALITY + j]) * _FIXED)
