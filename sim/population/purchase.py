"""The purchases of a week, one plain loop a rule over the lanes of the scratch.

Lane j holds one buyer. All functions take the scratch (s: float32, w: int32) and the number of lanes m.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.arithmetic import F32, HALF, I32, KERNEL, ONE, ZERO, exp, normal_quantile
from sim.draws import U32, Stream, philox, unit
from sim.measures.tally import TALLIES, Tally
from sim.population.account import card
from sim.population.appeal import appeal, benefits, personal_price
from sim.population.columns import BLOCK, MAX_FIRMS
from sim.population.moments import (
    COMPLAINED,
    CORE,
    ENCOUNTER,
    FAILED_CORE,
    FAILED_ENCOUNTER,
    FEE_NOTICED,
    GIFT,
    LEFT_FIRM,
    NOT_CONSIDERED,
    RENEWED,
    SIGNED,
    bit,
    considered,
    contract_firm,
    contract_until,
    grieved_firm,
    grieved_kind,
    grieved_week,
    has,
    has_complained,
    is_open,
    note_leaving,
    packed_contract,
    packed_grievance,
    told_leaving,
)
from sim.population.partake import partake
from sim.population.scratch import (
    ATTACHMENT,
    BASKET,
    CENTS,
    CHOICE,
    COHORT,
    CONSIDERS,
    CONTRACT,
    CUSTOMER,
    ENTERED,
    EQUITY,
    EXPECTATION,
    FAILED,
    FATIGUE,
    FIRM_BITS,
    FLAG,
    GOODS_CENTS,
    GREATEST,
    GRIEVANCE,
    GRIEVED,
    HAPPENED,
    HAZARD_SUM,
    KNOWS,
    LAST_FIRM,
    LAST_WEEK,
    LIFT,
    LIST_CENTS,
    LOST,
    MEMBERSHIP,
    MET,
    MY_ATTACHMENT,
    MY_EQUITY,
    MY_EXPECTATION,
    MY_LAST_WEEK,
    MY_PAID,
    MY_REMEMBERED,
    MY_REMINDED,
    MY_SATISFACTION,
    MY_TRUST,
    ORDER,
    OUTSIDE,
    PAID,
    PRICE_HAZARD,
    REFERENCE,
    REGARD,
    REMEMBERED,
    RETURNED,
    RIVALS,
    SATIATION,
    SATISFACTION,
    SENSITIVITY,
    STORY,
    SUM,
    TASTE,
    TASTE_OUTSIDE,
    TIES,
    TOTAL,
    TRUST,
    U_CHOICE,
    U_COMPLAIN,
    U_FAILURE,
    U_GIFT,
    U_NOTICE,
    U_PART,
    VALUE,
    VOLUME,
    Z_BASKET,
    Z_QUALITY,
)
from sim.population.told import Plan, Rule, ways
from sim.population.trade import credited, find_served, serve_basically
from sim.population.traits import drawn_fit
from sim.rules.attachment import attachment_value, next_attachment
from sim.rules.barrier import barrier_value, convenience_value, held
from sim.rules.choice import attraction, odds
from sim.rules.complaint import after_voice, complaint_chance
from sim.rules.contact import reminder_value
from sim.rules.contract import is_bound
from sim.rules.crowding import kept_gain
from sim.rules.defection import (
    causes,
    causes_of_not_renewing,
    competition_hazard,
    decides,
    ethics_hazard,
    grievance_hazard,
    inconvenience_hazard,
    price_hazard,
)
from sim.rules.education import education_value
from sim.rules.equity import equity_value, fee_size, given, kept_equity, taken
from sim.rules.expectation import next_expectation, quality_value
from sim.rules.experience import perceived, suits
from sim.rules.failure import aggrieved, failure_size, grievance_value, is_core
from sim.rules.inertia import inertia_value
from sim.rules.lapse import is_active
from sim.rules.member_price import member_pays
from sim.rules.memory import after_purchase, pace, remembered
from sim.rules.price import next_reference, price_value
from sim.rules.satisfaction import felt, next_satisfaction, shortfall
from sim.rules.standard import rivals_give, standard
from sim.rules.trust import betrayed, next_trust, trust_scale, trust_value
from sim.rules.variety import next_satiation, variety_value
from sim.rules.word_of_mouth import regard_value

_PURCHASE, _EXTRA, _SERVICE = U32(Stream.PURCHASE), U32(Stream.EXTRA), U32(Stream.SERVICE)
_CENTS = F32(100.0)


@njit(**KERNEL)
def draw(s, w, m, week, k, seed, replicate):
    """The eight numbers of each customer's k-th purchase of the week."""
    for j in range(m):
        a, b, c, d = philox(U32(w[CUSTOMER + j]), U32(week), _PURCHASE, U32(k), seed, replicate)
        s[U_CHOICE + j] = unit(a)
        s[U_FAILURE + j] = unit(b)
        s[Z_QUALITY + j] = unit(c)
        s[Z_BASKET + j] = unit(d)
    for j in range(m):
        a, b, c, d = philox(U32(w[CUSTOMER + j]), U32(week), _SERVICE, U32(k), seed, replicate)
        s[U_GIFT + j] = unit(a)
        s[U_NOTICE + j] = unit(b)
        s[U_COMPLAIN + j] = unit(c)
        s[U_PART + j] = unit(d)
    for j in range(m):
        s[Z_QUALITY + j] = normal_quantile(s[Z_QUALITY + j])
    for j in range(m):
        s[Z_BASKET + j] = normal_quantile(s[Z_BASKET + j])


@njit(**KERNEL)
def see_prices(s, w, reals, wholes, m, lanes, posted, terms, programme_of, rules, context):
    """Posted prices; members see their own."""
    firms, mine = posted.price.size, ways(rules)
    for f in range(firms):
        paid = PAID + f * BLOCK
        price = posted.price[f]
        for j in range(lanes):
            s[paid + j] = price
        p = programme_of[f]
        if p < 0:
            continue
        member, discount = MEMBERSHIP + p * BLOCK, terms.plan[p, Plan.DISCOUNT]
        if terms.rule[p, Rule.PERSONAL] == 1:
            for j in range(m):
                if w[member + j] >= 0:
                    s[paid + j] = personal_price(
                        reals,
                        wholes,
                        w[ORDER + j],
                        U32(w[CUSTOMER + j]),
                        firms,
                        p,
                        f,
                        price,
                        terms,
                        mine,
                        context,
                    )
        elif discount > ZERO:
            lower = member_pays(price, discount, rules.member_price)
            for j in range(lanes):
                s[paid + j] = lower if w[member + j] >= 0 else price


@njit(**KERNEL)
def weigh(
    s, w, wholes, m, lanes, posted, outreach, terms, programme_of, rules, week, variety, thrift, network
):
    """What each firm has going for it, for each customer (logit units)."""
    for f in range(posted.price.size):
        usual = posted.usual_quality[f]
        easy = convenience_value(posted.convenience[f], posted.usual_convenience[f], rules.barrier)
        cost = posted.switching_cost[f]
        trust, equity = TRUST + f * BLOCK, EQUITY + f * BLOCK
        value, paid = VALUE + f * BLOCK, PAID + f * BLOCK
        attachment, expectation = ATTACHMENT + f * BLOCK, EXPECTATION + f * BLOCK
        for j in range(lanes):
            s[value + j] = (
                price_value(s[paid + j], s[REFERENCE + j], s[SENSITIVITY + j] * thrift, rules.price)
                + quality_value(s[expectation + j], usual, rules.expectation)
                + attachment_value(s[attachment + j], rules.attachment)
            )
        for j in range(lanes):
            s[value + j] = (
                s[value + j]
                + trust_value(s[trust + j], rules.trust)
                + equity_value(s[equity + j], rules.equity)
                + easy
            )
        for j in range(lanes):
            last = w[LAST_FIRM + j] == f
            s[value + j] = (
                s[value + j] + inertia_value(last, rules.inertia) + barrier_value(cost, last, rules.barrier)
            )
        for j in range(lanes):
            against = (w[GRIEVED + j] >= 0) & ((w[GRIEVED + j] & FIRM_BITS) == f)
            hurt = grievance_value(s[GRIEVANCE + j], rules.failure)
            s[value + j] = s[value + j] + (hurt if against else ZERO)
        if variety > ZERO:
            for j in range(lanes):
                last = w[LAST_FIRM + j] == f
                s[value + j] = s[value + j] + variety_value(variety, s[SATIATION + j], last, rules.variety)
        if outreach.acts[f] == 1:
            fit = outreach.relevance[f]
            for j in range(lanes):
                scale = trust_scale(s[trust + j], rules.trust)
                more = reminder_value(fit, s[FATIGUE + j], scale, rules.contact)
                s[value + j] = s[value + j] + (more if has(w[MY_REMINDED + j], f) else ZERO)
        if outreach.binds[f] == 1:
            for j in range(lanes):
                taught, last = has(w[TIES + j], 16 + f), w[LAST_FIRM + j] == f
                s[value + j] = s[value + j] + education_value(taught, last, rules.education)
        if network:
            regard = REGARD + f * BLOCK
            for j in range(lanes):
                s[value + j] = s[value + j] + regard_value(s[regard + j], rules.word_of_mouth)
    mine = ways(rules)
    for f in range(posted.price.size):
        p = programme_of[f]
        if p < 0 or terms.rule[p, Rule.DRAWS] == 0:
            continue
        member, trust = MEMBERSHIP + p * BLOCK, TRUST + f * BLOCK
        value, last, count = VALUE + f * BLOCK, LAST_WEEK + f * BLOCK, REMEMBERED + f * BLOCK
        for j in range(m):
            if w[member + j] >= 0:
                rhythm = pace(remembered(s[count + j], F32(week - w[last + j]), rules.memory), rules.memory)
                s[value + j] = s[value + j] + appeal(
                    wholes, w[ORDER + j], posted.price.size, p, f, week, rhythm, s[BASKET + j],
                    s[SENSITIVITY + j] * thrift, trust_scale(s[trust + j], rules.trust), terms, mine,
                )  # fmt: skip


@njit(**KERNEL)
def choose(s, w, m, lanes, k, seg, posted, outlets, programme_of, rules, context, tally):
    """One firm, or none (-1), by the odds of the attractions; none in the lanes after the first m.

    Only firms that the customer considers, and that can serve her, are weighed; under a contract, only its firm."""
    firms = posted.price.size
    limited = outlets.carries.size > 0
    for f in range(firms):
        limited |= posted.available[f] < ONE
    for j in range(lanes):
        w[CONSIDERS + j] = considered(w[KNOWS + j], w[CONTRACT + j], context.week, rules.contract)
    if limited:
        find_served(w, m, k, seg, posted, outlets, programme_of, context, tally)
    for j in range(lanes):
        a = attraction(s[TASTE_OUTSIDE + j], ZERO, rules.choice)
        s[OUTSIDE + j] = a if has(w[CONSIDERS + j], 16) else NOT_CONSIDERED
        s[GREATEST + j] = s[OUTSIDE + j]
    for f in range(firms):
        value, taste = VALUE + f * BLOCK, TASTE + f * BLOCK
        for j in range(lanes):
            a = attraction(s[taste + j], s[value + j], rules.choice)
            a = a if has(w[CONSIDERS + j], f) else NOT_CONSIDERED
            s[value + j] = a
            s[GREATEST + j] = a if a > s[GREATEST + j] else s[GREATEST + j]
    for j in range(lanes):
        s[TOTAL + j] = ZERO
        s[SUM + j] = ZERO
    for f in range(firms):
        value = VALUE + f * BLOCK
        for j in range(lanes):
            o = odds(s[value + j], s[GREATEST + j])
            s[value + j] = o
            s[TOTAL + j] = s[TOTAL + j] + o
    for j in range(lanes):
        outside = odds(s[OUTSIDE + j], s[GREATEST + j])
        s[TOTAL + j] = s[U_CHOICE + j] * (s[TOTAL + j] + outside)
    for j in range(lanes):
        w[CHOICE + j] = I32(-1)
    for f in range(firms):
        value = VALUE + f * BLOCK
        for j in range(lanes):
            s[SUM + j] = s[SUM + j] + s[value + j]
            hit = (w[CHOICE + j] < 0) & (s[TOTAL + j] < s[SUM + j])
            w[CHOICE + j] = I32(f) if hit else w[CHOICE + j]
    if limited:
        for j in range(m):
            w[CHOICE + j] = w[CHOICE + j] if w[CONSIDERS + j] != 0 else I32(-1)
    for j in range(m, lanes):
        w[CHOICE + j] = I32(-1)


@njit(inline="always", **KERNEL)
def pick(s, w, kind, mine, m, firms):
    """Each customer's entry, for the firm chosen, of a column kept per firm."""
    for f in range(firms):
        column = kind + f * BLOCK
        for j in range(m):
            theirs, before = s[column + j], s[mine + j]
            s[mine + j] = theirs if w[CHOICE + j] == f else before


@njit(inline="always", **KERNEL)
def put(s, w, kind, mine, m, firms):
    """The entry goes back into the column of the firm chosen."""
    for f in range(firms):
        column = kind + f * BLOCK
        for j in range(m):
            before, now = s[column + j], s[mine + j]
            s[column + j] = now if w[CHOICE + j] == f else before


@njit(**KERNEL)
def experience_and_judge(s, w, wholes, people, m, posted, terms, programme_of, rules, context):
    """What is met at the firm chosen, and what it does to expectation, satisfaction, trust, attachment, memory."""
    firms, week = posted.price.size, context.week
    pick(s, w, PAID, MY_PAID, m, firms)
    pick(s, w, EXPECTATION, MY_EXPECTATION, m, firms)
    pick(s, w, SATISFACTION, MY_SATISFACTION, m, firms)
    pick(s, w, ATTACHMENT, MY_ATTACHMENT, m, firms)
    pick(s, w, REMEMBERED, MY_REMEMBERED, m, firms)
    pick(s, w, TRUST, MY_TRUST, m, firms)
    pick(s, w, EQUITY, MY_EQUITY, m, firms)
    for f in range(firms):
        level, spread = posted.quality[f], posted.spread[f]
        rate, severity, core = posted.failure_rate[f], posted.failure_severity[f], posted.core_share[f]
        last = LAST_WEEK + f * BLOCK
        for j in range(m):
            size = severity * failure_size(s[U_FAILURE + j], rate, core, rules.failure)
            lost = rules.experience.variation * (size if s[U_FAILURE + j] < rate else ZERO)
            untold = s[LOST + j]
            s[LOST + j] = lost if w[CHOICE + j] == f else untold
            met = perceived(level, spread, size, rate, s[Z_QUALITY + j], s[U_FAILURE + j], rules.experience)
            before = s[MET + j]
            s[MET + j] = met if w[CHOICE + j] == f else before
        if posted.lift[f] > ZERO:
            lift, p = posted.lift[f], programme_of[f]
            member = MEMBERSHIP + max(p, 0) * BLOCK
            anybody = posted.lift_members[f] == 0
            for j in range(m):
                known = (anybody | ((w[member + j] >= 0) & (p >= 0))) & (not has(w[KNOWS + j], 16 + f))
                met = s[MET + j]
                s[MET + j] = met + lift if known & (w[CHOICE + j] == f) else met
        p = programme_of[f]
        if p >= 0 and terms.rule[p, Rule.LEVELS] > 0:
            for j in range(people):
                s[LIFT + j] = s[LIFT + j] if w[CHOICE + j] != f else ZERO
                if w[CHOICE + j] == f and w[MEMBERSHIP + p * BLOCK + j] >= 0:
                    s[LIFT + j] = benefits(wholes, w[ORDER + j], p, terms)
                    s[MET + j] = s[MET + j] + s[LIFT + j]
        if context.served >= 0 and posted.basic[f] > ZERO:
            serve_basically(s, w, wholes, people, f, posted.basic[f], context)
        easy = inconvenience_hazard(posted.convenience[f], posted.usual_convenience[f], rules.defection)
        for j in range(m):
            before = s[HAZARD_SUM + j]
            s[HAZARD_SUM + j] = easy if w[CHOICE + j] == f else before
        for j in range(m):
            before = w[FAILED + j]
            failed = I32(1) if s[U_FAILURE + j] < rate else I32(0)
            w[FAILED + j] = failed if w[CHOICE + j] == f else before
        for j in range(m):
            here = w[CHOICE + j] == f
            theirs, before = w[last + j], w[MY_LAST_WEEK + j]
            w[MY_LAST_WEEK + j] = theirs if here else before
            w[last + j] = I32(week) if here else theirs
    if rules.experience.fit > ZERO:
        for j in range(m):
            y = drawn_fit(
                U32(w[CUSTOMER + j]),
                w[ENTERED + j],
                w[CHOICE + j] & FIRM_BITS,
                context.seed,
                context.replicate,
            )
            s[MET + j] = suits(s[MET + j], y, rules.experience)
    for j in range(m):
        ago = F32(week - w[MY_LAST_WEEK + j])
        s[MY_REMEMBERED + j] = remembered(s[MY_REMEMBERED + j], ago, rules.memory)
    for j in range(m):
        s[RIVALS + j] = ZERO
    for f in range(firms):
        expectation = EXPECTATION + f * BLOCK
        for j in range(m):
            s[RIVALS + j] = s[RIVALS + j] + s[expectation + j]
    for j in range(m):
        s[RIVALS + j] = rivals_give(s[RIVALS + j], s[MY_EXPECTATION + j], firms)
    for j in range(m):
        due = standard(s[MY_EXPECTATION + j], s[RIVALS + j], rules.standard)
        f = felt(s[MET + j], due, rules.satisfaction)
        s[MY_SATISFACTION + j] = next_satisfaction(
            s[MY_SATISFACTION + j], f, s[MY_REMEMBERED + j] + ONE, rules.satisfaction
        )
        s[MY_TRUST + j] = next_trust(
            s[MY_TRUST + j], shortfall(s[MET + j], due, rules.satisfaction), rules.trust
        )
        s[MY_EQUITY + j] = kept_equity(s[MY_EQUITY + j], rules.equity)
        s[MY_EXPECTATION + j] = next_expectation(
            s[MY_EXPECTATION + j], s[MET + j] + s[LOST + j], rules.expectation
        )
        s[MY_REMEMBERED + j] = after_purchase(s[MY_REMEMBERED + j])
    for j in range(m):
        s[SUM + j] = s[MY_ATTACHMENT + j]
        s[MY_ATTACHMENT + j] = next_attachment(s[MY_ATTACHMENT + j], s[MY_SATISFACTION + j], rules.attachment)
    if rules.crowding.weight > ZERO:
        for f in range(firms):
            p = programme_of[f]
            if p >= 0:
                keeps = kept_gain(terms.plan[p, Plan.HARD], terms.plan[p, Plan.SOFT], rules.crowding)
                for j in range(m):
                    before, now = s[SUM + j], s[MY_ATTACHMENT + j]
                    paid_for = (w[CHOICE + j] == f) & (w[MEMBERSHIP + p * BLOCK + j] >= 0) & (now > before)
                    s[MY_ATTACHMENT + j] = before + (now - before) * keeps if paid_for else now
    for j in range(m):
        s[PRICE_HAZARD + j] = price_hazard(
            s[MY_PAID + j], s[REFERENCE + j], rules.price.loss_aversion, rules.defection
        )
        s[HAZARD_SUM + j] = s[HAZARD_SUM + j] + s[PRICE_HAZARD + j]
    for j in range(m):
        before = s[REFERENCE + j]
        now = next_reference(before, s[MY_PAID + j], rules.price)
        s[REFERENCE + j] = now if w[CHOICE + j] >= 0 else before
    put(s, w, EXPECTATION, MY_EXPECTATION, m, firms)
    put(s, w, SATISFACTION, MY_SATISFACTION, m, firms)
    put(s, w, ATTACHMENT, MY_ATTACHMENT, m, firms)
    put(s, w, REMEMBERED, MY_REMEMBERED, m, firms)
    put(s, w, TRUST, MY_TRUST, m, firms)
    put(s, w, EQUITY, MY_EQUITY, m, firms)


@njit(**KERNEL)
def grow_tired(s, w, m, posted, rules):
    """Satiation: the same firm again, or another one, with more or fewer brands to choose from."""
    for f in range(posted.price.size):
        brands = posted.brands[f]
        for j in range(m):
            before = s[SATIATION + j]
            now = next_satiation(before, w[LAST_FIRM + j] == f, brands, rules.variety)
            s[SATIATION + j] = now if w[CHOICE + j] == f else before


@njit(**KERNEL)
def react(s, w, m, seg, posted, desk, programme_of, rules, context, tally):
    """What is out of the ordinary at a purchase: a contract signed, a gift, a hidden fee, a failure, a complaint."""
    firms = posted.price.size
    for j in range(m):
        f = w[CHOICE + j]
        if f < 0:
            continue
        f = f & FIRM_BITS
        unusual = (
            (w[FAILED + j] == 1)
            | (s[U_GIFT + j] < posted.gift_chance[f])
            | (posted.fee[f] > ZERO)
            | (posted.contract_weeks[f] > 0)
            | (w[CONTRACT + j] >= 0)
        )
        if not unusual:
            continue
        p = programme_of[f]
        belongs = 1 if p >= 0 and w[MEMBERSHIP + p * BLOCK + j] >= 0 else 0
        t = ((seg * firms + f) * 2 + belongs) * TALLIES
        happened = w[HAPPENED + j]
        old, weeks = w[CONTRACT + j], posted.contract_weeks[f]
        with_firm = contract_firm(old)
        if (
            rules.contract.on > ZERO
            and not is_bound(contract_until(old), context.week)
            and (old >= 0 or weeks > 0)
        ):
            w[CONTRACT + j] = packed_contract(f, context.week + weeks) if weeks > 0 else I32(-1)
            if with_firm == f and weeks > 0:
                tally[t + Tally.RENEWED] += 1
                happened |= RENEWED
            elif weeks > 0:
                tally[t + Tally.SIGNED] += 1
                happened |= SIGNED
            if with_firm >= 0 and with_firm != f:
                q = programme_of[with_firm]
                theirs = 1 if q >= 0 and w[MEMBERSHIP + q * BLOCK + j] >= 0 else 0
                there = ((seg * firms + with_firm) * 2 + theirs) * TALLIES
                tally[there + Tally.NOT_RENEWED] += 1
                grieved = w[GRIEVED + j]
                kind, hurt = grieved_kind(grieved), ZERO
                if grieved_firm(grieved) == with_firm:
                    hurt = grievance_hazard(s[GRIEVANCE + j], kind, rules.defection)
                loss = rules.price.loss_aversion
                over = price_hazard(s[PAID + with_firm * BLOCK + j], s[REFERENCE + j], loss, rules.defection)
                easy = inconvenience_hazard(
                    posted.convenience[with_firm], posted.usual_convenience[with_firm], rules.defection
                )
                expected = s[EXPECTATION + with_firm * BLOCK + j]
                better = competition_hazard(s[MY_EXPECTATION + j], expected, rules.defection)
                trust = s[TRUST + with_firm * BLOCK + j]
                doubt = ethics_hazard(trust, rules.trust.start, rules.defection)
                cause, contributing = causes_of_not_renewing(
                    s[U_PART + j], over, easy, hurt, kind, better, doubt, rules.defection
                )
                note_leaving(there, cause, contributing, tally)
                w[STORY + j] = told_leaving(w[STORY + j], I32(with_firm), cause, contributing)
                happened |= LEFT_FIRM
        if s[U_GIFT + j] < posted.gift_chance[f]:
            worth = posted.gift_worth[f] / s[BASKET + j]
            s[MY_EQUITY + j] = given(s[MY_EQUITY + j], worth, rules.equity)
            tally[t + Tally.GIFTS] += 1
            happened |= GIFT
        if posted.fee[f] > ZERO and s[U_NOTICE + j] < rules.equity.noticed:
            s[MY_EQUITY + j] = taken(s[MY_EQUITY + j], posted.fee[f], rules.equity)
            s[MY_TRUST + j] = betrayed(s[MY_TRUST + j], fee_size(posted.fee[f]), rules.trust)
            tally[t + Tally.FEES_NOTICED] += 1
            happened |= FEE_NOTICED
        if w[FAILED + j] == 1:
            rate, core = posted.failure_rate[f], posted.core_share[f]
            of_core = is_core(s[U_FAILURE + j], rate, core)
            points = posted.failure_severity[f] * failure_size(s[U_FAILURE + j], rate, core, rules.failure)
            kind = CORE if of_core else ENCOUNTER
            tally[t + Tally.CORE_FAILURES] += 1 if of_core else 0
            happened |= FAILED_CORE if of_core else FAILED_ENCOUNTER
            if rules.failure.on > ZERO:
                grieved = w[GRIEVED + j]
                same = grieved_firm(grieved) == f
                before = s[GRIEVANCE + j] if same else ZERO
                now = aggrieved(before, points, rules.failure)
                # One grievance at a time, the sharper one.
                if same or now >= s[GRIEVANCE + j]:
                    waits = has_complained(grieved) if same else I32(0)
                    since = I32(grieved_week(grieved)) if waits == 1 else I32(context.week)
                    chance = complaint_chance(of_core, points, desk.channels[f], rules.complaint)
                    if waits == 0 and s[U_COMPLAIN + j] < chance:
                        waits = I32(1)
                        now = after_voice(now, rules.complaint)
                        tally[t + Tally.COMPLAINTS] += 1
                        happened |= COMPLAINED
                    s[GRIEVANCE + j] = now
                    w[GRIEVED + j] = packed_grievance(f, kind, waits, since)
        w[HAPPENED + j] = I32(happened)
        s[TRUST + f * BLOCK + j] = s[MY_TRUST + j]
        s[EQUITY + f * BLOCK + j] = s[MY_EQUITY + j]


@njit(**KERNEL)
def stay_or_leave(s, w, m, seg, posted, programme_of, rules, context, tally):
    """After each purchase: the hazards of leaving the firm for good, of all causes, and who gives in to them."""
    firms = posted.price.size
    for j in range(m):
        about = (w[GRIEVED + j] & FIRM_BITS) == w[CHOICE + j]
        hurt = grievance_hazard(s[GRIEVANCE + j], grieved_kind(w[GRIEVED + j]), rules.defection)
        s[HAZARD_SUM + j] = (
            s[HAZARD_SUM + j]
            + (hurt if (w[GRIEVED + j] >= 0) & about else ZERO)
            + competition_hazard(s[RIVALS + j], s[MY_EXPECTATION + j], rules.defection)
            + ethics_hazard(s[MY_TRUST + j], rules.trust.start, rules.defection)
        )
    for f in range(firms):
        cost = posted.switching_cost[f]
        if cost > ZERO:
            for j in range(m):
                free = s[HAZARD_SUM + j]
                s[HAZARD_SUM + j] = held(free, cost, rules.barrier) if w[CHOICE + j] == f else free
    for j in range(m):
        bound = is_bound(contract_until(w[CONTRACT + j]), context.week)
        goes = decides(s[U_PART + j], s[HAZARD_SUM + j]) & (w[CHOICE + j] >= 0) & (not bound)
        w[FLAG + j] = I32(1) if goes else I32(0)
    for j in range(m):
        if w[FLAG + j] == 1:
            f = w[CHOICE + j] & FIRM_BITS
            # Nobody leaves who has nowhere to go.
            elsewhere = is_open(True, s[TASTE_OUTSIDE + j])
            for g in range(firms):
                there = has(w[KNOWS + j], g) & (g != f) & (posted.available[g] > ZERO)
                elsewhere |= is_open(there, s[TASTE + g * BLOCK + j])
            if not elsewhere:
                continue
            p = programme_of[f]
            belongs = 1 if p >= 0 and w[MEMBERSHIP + p * BLOCK + j] >= 0 else 0
            grieved = w[GRIEVED + j]
            kind = grieved_kind(grieved)
            hurt = (
                grievance_hazard(s[GRIEVANCE + j], kind, rules.defection)
                if grieved_firm(grieved) == f
                else ZERO
            )
            cause, contributing = causes(
                s[U_PART + j],
                s[HAZARD_SUM + j],
                s[PRICE_HAZARD + j],
                inconvenience_hazard(posted.convenience[f], posted.usual_convenience[f], rules.defection),
                hurt,
                kind,
                competition_hazard(s[RIVALS + j], s[MY_EXPECTATION + j], rules.defection),
                ethics_hazard(s[MY_TRUST + j], rules.trust.start, rules.defection),
                rules.defection,
            )
            note_leaving(((seg * firms + f) * 2 + belongs) * TALLIES, cause, contributing, tally)
            w[KNOWS + j] = I32(w[KNOWS + j] & ~bit(f))
            w[STORY + j] = told_leaving(w[STORY + j], f, cause, contributing)
            w[HAPPENED + j] = I32(w[HAPPENED + j] | LEFT_FIRM)


@njit(**KERNEL)
def move_on(w, m):
    """The firm chosen is now the firm bought from last."""
    for j in range(m):
        before, now = w[LAST_FIRM + j], w[CHOICE + j]
        w[LAST_FIRM + j] = now if now >= 0 else before


@njit(**KERNEL)
def price_the_basket(s, w, m, visit_sigma, purse, posted):
    """Size of each basket; what it costs the customer, what it would at the posted price, and the firm, cents.

    Cents are whole numbers held in float32, which has them exactly up to 167,772.16 of currency, and rounded
    to its own grid beyond.
    """
    centre = -HALF * visit_sigma * visit_sigma
    for j in range(m):
        s[VOLUME + j] = s[BASKET + j] * purse * exp(visit_sigma * s[Z_BASKET + j] + centre) * _CENTS
    for f in range(posted.price.size):
        price, unit_cost, with_fee = posted.price[f], posted.unit_cost[f], ONE + posted.fee[f]
        for j in range(m):
            before = s[LIST_CENTS + j]
            listed = np.floor(s[VOLUME + j] * (price * with_fee) + HALF)
            s[LIST_CENTS + j] = listed if w[CHOICE + j] == f else before
        for j in range(m):
            before = s[MY_PAID + j]
            s[MY_PAID + j] = before * with_fee if w[CHOICE + j] == f else before
        for j in range(m):
            before = s[GOODS_CENTS + j]
            s[GOODS_CENTS + j] = np.floor(s[VOLUME + j] * unit_cost + HALF) if w[CHOICE + j] == f else before
    for j in range(m):
        s[CENTS + j] = np.floor(s[VOLUME + j] * s[MY_PAID + j] + HALF)


@njit(**KERNEL)
def pay(s, w, m, seg, firms, posted, programme_of, context, tally):
    """Count what was paid at the till, and what it brought, for members and for all."""
    for f in range(firms):
        p = programme_of[f]
        member = MEMBERSHIP + max(p, 0) * BLOCK
        t = (seg * firms + f) * 2 * TALLIES
        tm = t + TALLIES
        service, house = posted.service_cents[seg, f], posted.house[f]
        for j in range(m):
            w[FLAG + j] = I32(w[CHOICE + j] == f) + (
                I32(w[CHOICE + j] == f) & I32(w[member + j] >= 0) & I32(p >= 0)
            )
        bought, bought_m, failed, failed_m, won, won_m = 0, 0, 0, 0, 0, 0
        switched, switched_m, inside, inside_m = 0, 0, 0, 0
        for j in range(m):
            here, mine = w[FLAG + j] > 0, w[FLAG + j] > 1
            new = not is_active(context.week - 1, w[MY_LAST_WEEK + j], context.lapse_weeks)
            bought += here
            bought_m += mine
            failed += w[FAILED + j] if here else 0
            failed_m += w[FAILED + j] if mine else 0
            won += here & new
            won_m += mine & new
            other = (w[LAST_FIRM + j] >= 0) & (w[LAST_FIRM + j] != f)
            switched += here & other
            switched_m += mine & other
        if house != bit(f):
            for j in range(m):
                last = w[LAST_FIRM + j]
                same = (last >= 0) & (last != f) & (((house >> (last & FIRM_BITS)) & 1) == 1)
                inside += (w[FLAG + j] > 0) & same
                inside_m += (w[FLAG + j] > 1) & same
        revenue, revenue_m, goods, goods_m = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
        for j in range(m):
            here, mine = w[FLAG + j] > 0, w[FLAG + j] > 1
            cents, cost = np.int64(s[CENTS + j]), np.int64(s[GOODS_CENTS + j])
            revenue += cents if here else 0
            revenue_m += cents if mine else 0
            goods += cost if here else 0
            goods_m += cost if mine else 0
        listed, listed_m, cohort, cohort_m = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
        for j in range(m):
            here, mine = w[FLAG + j] > 0, w[FLAG + j] > 1
            price = np.int64(s[LIST_CENTS + j])
            listed += price if here else 0
            listed_m += price if mine else 0
            marked = ((w[COHORT + j] >> (16 + f)) & 1) == 1
            gain = np.int64(s[CENTS + j]) - np.int64(s[GOODS_CENTS + j]) - service
            cohort += gain if here & marked else 0
            cohort_m += gain if mine & marked else 0
        tally[tm + Tally.PURCHASES] += bought_m
        tally[t + Tally.PURCHASES] += bought - bought_m
        tally[tm + Tally.FAILURES] += failed_m
        tally[t + Tally.FAILURES] += failed - failed_m
        tally[tm + Tally.WON] += won_m
        tally[t + Tally.WON] += won - won_m
        tally[tm + Tally.REVENUE] += revenue_m
        tally[t + Tally.REVENUE] += revenue - revenue_m
        tally[tm + Tally.GOODS] += goods_m
        tally[t + Tally.GOODS] += goods - goods_m
        tally[tm + Tally.DISCOUNT] += listed_m - revenue_m
        tally[tm + Tally.SWITCHED] += switched_m
        tally[t + Tally.SWITCHED] += switched - switched_m
        tally[tm + Tally.SWITCHED_INSIDE] += inside_m
        tally[t + Tally.SWITCHED_INSIDE] += inside - inside_m
        tally[t + Tally.DISCOUNT] += listed - listed_m - revenue + revenue_m
        tally[tm + Tally.COHORT_CONTRIBUTION] += cohort_m
        tally[t + Tally.COHORT_CONTRIBUTION] += cohort - cohort_m
        if posted.returns[f] > ZERO:
            refund(s, w, m, seg, f, posted, programme_of, tally)


@njit(**KERNEL)
def bring_back(w, m, k, firms, posted, context):
    """Whose goods will come back within the week (RETURNED)."""
    for j in range(m):
        w[RETURNED + j] = I32(0)
    for f in range(firms):
        if posted.returns[f] > ZERO:
            for j in range(m):
                if w[CHOICE + j] == f:
                    word, _, _, _ = philox(
                        U32(w[CUSTOMER + j]), U32(context.week), _EXTRA, U32(k * MAX_FIRMS + f), context.seed,
                        context.replicate,
                    )  # fmt: skip
                    w[RETURNED + j] = I32(1) if unit(word) < posted.returns[f] else I32(0)


@njit(**KERNEL)
def refund(s, w, m, seg, f, posted, programme_of, tally):
    """Goods brought back: the money is refunded, the goods go back to stock."""
    p = programme_of[f]
    for j in range(m):
        if w[CHOICE + j] == f and w[RETURNED + j] == 1:
            member = 1 if p >= 0 and w[MEMBERSHIP + p * BLOCK + j] >= 0 else 0
            t = ((seg * posted.price.size + f) * 2 + member) * TALLIES
            cents, goods = np.int64(s[CENTS + j]), np.int64(s[GOODS_CENTS + j])
            tally[t + Tally.RETURNED] += 1
            tally[t + Tally.RETURNED_CENTS] += cents
            tally[t + Tally.RETURNED_GOODS] += goods
            if ((w[COHORT + j] >> (16 + f)) & 1) == 1:
                tally[t + Tally.COHORT_CONTRIBUTION] -= cents - goods


@njit(**KERNEL)
def take_part(s, w, reals, wholes, m, k, seg, posted, terms, programme_of, rules, context, tally):
    """A purchase under a programme: who is asked may join; members redeem, earn, play, come nearer to status."""
    firms, mine = posted.price.size, ways(rules)
    for f in range(firms):
        p = programme_of[f]
        if p < 0 or terms.rule[p, Rule.OPEN] == 0:
            continue
        since, equity = card(firms, p), EQUITY + f * BLOCK
        for j in range(m):
            if w[CHOICE + j] == f:
                slot = w[ORDER + j]
                wholes[HAPPENED // BLOCK, slot] = w[HAPPENED + j]
                now, cost = partake(
                    reals, wholes, slot, U32(w[CUSTOMER + j]), seg, k, f, p, programme_of, np.int64(s[CENTS + j]),
                    np.int64(s[LIST_CENTS + j]) - np.int64(s[CENTS + j]),
                    s[LIFT + j] if terms.rule[p, Rule.LEVELS] > 0 else ZERO, w[RETURNED + j] == 1,
                    s[REMEMBERED + f * BLOCK + j], s[equity + j], terms, mine, context, tally,
                )  # fmt: skip
                s[equity + j] = now
                w[HAPPENED + j] = wholes[HAPPENED // BLOCK, slot]
                w[MEMBERSHIP + p * BLOCK + j] = wholes[since, slot]
                if ((w[COHORT + j] >> (16 + f)) & 1) == 1 and cost > 0:
                    tally[((seg * firms + f) * 2 + 1) * TALLIES + Tally.COHORT_CONTRIBUTION] -= cost
                if context.worth >= 0 and cost > 0:
                    row = context.worth + terms.firm[p]
                    reals[row, slot] = credited(reals[row, slot], -cost)
