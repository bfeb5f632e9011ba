"""The compiled week: every customer of a block lives one week, rule by rule.

The order is that of a customer's week: points of age expire; the customer lives (leaves, drifts); needs;
then, purchase by purchase, looks at the prices, weighs, chooses, experiences, judges, pays, redeems, earns,
joins. All customers see the same public state, so their order does not matter. Each step is one plain loop
over the customers of a block, calling the scalar function of `sim/rules/`; the compiler makes vector code of
it. `walk.py` is the same week customer by customer in plain Python, and gives the same bits.

The buyers of the week are copied into a scratch that fits the cache, those who buy most first, so the k-th
purchase of the week concerns the first m of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.arithmetic import F32, HALF, I32, ONE, ZERO, exp, normal_quantile, scalar
from sim.draws import U32, Stream, philox, poisson, unit
from sim.measures.tally import INDEX_SCALE, TALLIES, Tally
from sim.population.columns import BLOCK, MAX_FIRMS
from sim.population.traits import (
    DRIFT,
    OUTSIDE_TRAIT,
    TASTE_TRAIT,
    bear,
    drawn_rate,
    drawn_taste,
)
from sim.rules.attachment import attachment_value, next_attachment
from sim.rules.choice import attraction, odds
from sim.rules.expectation import next_expectation, quality_value
from sim.rules.experience import perceived
from sim.rules.inertia import inertia_value
from sim.rules.join import joins, yearly_benefit
from sim.rules.lapse import is_active, lapses_now
from sim.rules.leaving import leaves
from sim.rules.member_price import member_pays
from sim.rules.memory import after_purchase, pace, remembered
from sim.rules.points import LOTS, filling_lot, points_earned, rewards_due, taken_from_lot
from sim.rules.price import next_reference, price_value
from sim.rules.programme_value import progress_made, purchases_to_go, reward_value
from sim.rules.satisfaction import felt, next_satisfaction
from sim.rules.stamps import card_is_full
from sim.rules.survey import answer


class Posted(NamedTuple):
    """What everybody can see of the firms this week, one entry a firm."""

    price: NDArray[np.float32]
    """posted price over usual price"""
    unit_cost: NDArray[np.float32]
    """cost of goods over usual price"""
    service_cents: NDArray[np.int64]
    """cost of serving one purchase, cents"""
    quality: NDArray[np.float32]
    usual_quality: NDArray[np.float32]
    spread: NDArray[np.float32]
    failure_rate: NDArray[np.float32]
    failure_severity: NDArray[np.float32]


class Terms(NamedTuple):
    """The terms of the reward programmes, one entry a programme."""

    firm: NDArray[np.int32]
    open: NDArray[np.int32]
    """1 while customers may join, earn and redeem"""
    ask: NDArray[np.float32]
    automatic: NDArray[np.int32]
    effort: NDArray[np.float32]
    back_per_currency: NDArray[np.float32]
    """what a member gets back per unit of money spent, as customers reckon"""
    back_per_visit: NDArray[np.float32]
    """what a member gets back per purchase, currency, as customers reckon"""
    micro_points: NDArray[np.float64]
    """points per currency unit, in millionths; whole numbers"""
    threshold: NDArray[np.int32]
    """points of one reward; 0 where there are no points"""
    points_reward: NDArray[np.float32]
    points_cost_cents: NDArray[np.int64]
    redeem: NDArray[np.float32]
    lot_weeks: NDArray[np.int32]
    welcome: NDArray[np.int32]
    stamps_needed: NDArray[np.int32]
    """stamps of a full card; 0 where there is no card"""
    stamps_reward: NDArray[np.float32]
    stamps_cost_cents: NDArray[np.int64]
    head_start: NDArray[np.int32]
    discount: NDArray[np.float32]
    """member price: depth x share of the range"""


class Context(NamedTuple):
    """Numbers that hold for the whole market this week."""

    week: int
    seed: np.uint32
    replicate: np.uint32
    pull: np.float32
    lapse_weeks: int
    replace_leavers: int
    survey: int
    """1 in a week in which customers are asked how likely they are to recommend"""


LIFE, NEED, PURCHASE = U32(Stream.LIFE), U32(Stream.NEED), U32(Stream.PURCHASE)
PROGRAMME, SURVEY = U32(Stream.PROGRAMME), U32(Stream.SURVEY)

# Float32 rows of the scratch, as offsets. Fixed strides let the compiler see that rows never overlap.
RATE, HAZARD, BASKET, SENSITIVITY, REFERENCE, TASTE_OUTSIDE = (r * BLOCK for r in range(6))
_STRIDE = MAX_FIRMS * BLOCK
TASTE, EXPECTATION, SATISFACTION, ATTACHMENT, REMEMBERED, VALUE, PAID = (
    6 * BLOCK + kind * _STRIDE for kind in range(7)
)
_SINGLES = 6 * BLOCK + 7 * _STRIDE
(
    U_CHOICE,
    U_FAILURE,
    Z_QUALITY,
    Z_BASKET,
    GREATEST,
    TOTAL,
    SUM,
    MY_PAID,
    MY_EXPECTATION,
    MY_SATISFACTION,
    MY_ATTACHMENT,
    MY_REMEMBERED,
    MET,
    VOLUME,
    U_LEAVE,
    U_DRIFT,
    U_WHICH,
    U_NEED,
    U_JOIN,
    U_REDEEM,
    CENTS,
    LIST_CENTS,
    GOODS_CENTS,
) = (_SINGLES + r * BLOCK for r in range(23))
SCRATCH_REALS = _SINGLES + 23 * BLOCK

# Int32 rows of the scratch.
ALIVE, ENTERED, LAST_FIRM, COHORT = (r * BLOCK for r in range(4))
LAST_WEEK = 4 * BLOCK
MEMBERSHIP = LAST_WEEK + _STRIDE
_PROGRAMME_STRIDE = 7 * BLOCK
_FIRM_BITS = MAX_FIRMS - 1
"""A mask that tells the compiler what is known anyway: a firm number is 0 to 15."""
_WHOLE_SINGLES = MEMBERSHIP + MAX_FIRMS * _PROGRAMME_STRIDE
(
    CUSTOMER,
    ORDER,
    COUNT,
    CHOICE,
    MY_LAST_WEEK,
    FAILED,
    FLAG,
    SORTED,
    START,
    BALANCE,
    EARNED,
) = (_WHOLE_SINGLES + r * BLOCK for r in range(11))
LANES = 64
"""Vector loops run over whole groups of this many lanes; the last ones idle, their choice is none."""
SCRATCH_WHOLES = _WHOLE_SINGLES + 11 * BLOCK

_T = Tally
PURCHASES, REVENUE, GOODS, DISCOUNT, FAILURES = (
    int(_T.PURCHASES), int(_T.REVENUE), int(_T.GOODS), int(_T.DISCOUNT), int(_T.FAILURES)
)  # fmt: skip
POINTS_EARNED, POINTS_REDEEMED, POINTS_EXPIRED, POINTS_FORFEITED, POINTS_REWARDS = (
    int(_T.POINTS_EARNED), int(_T.POINTS_REDEEMED), int(_T.POINTS_EXPIRED), int(_T.POINTS_FORFEITED),
    int(_T.POINTS_REWARDS)
)  # fmt: skip
STAMPS_GIVEN, STAMPS_HANDED_IN, STAMPS_FORFEITED, STAMPS_REWARDS = (
    int(_T.STAMPS_GIVEN), int(_T.STAMPS_HANDED_IN), int(_T.STAMPS_FORFEITED), int(_T.STAMPS_REWARDS)
)  # fmt: skip
JOINED, LAPSED, WON, COHORT_CONTRIBUTION = (
    int(_T.JOINED), int(_T.LAPSED), int(_T.WON), int(_T.COHORT_CONTRIBUTION)
)  # fmt: skip
ACTIVE, MEMBERS, SUM_SATISFACTION, SUM_EXPECTATION, SUM_ATTACHMENT = (
    int(_T.ACTIVE), int(_T.MEMBERS), int(_T.SATISFACTION), int(_T.EXPECTATION), int(_T.ATTACHMENT)
)  # fmt: skip
POINTS_BALANCE, STAMPS_BALANCE, ASKED, PROMOTERS, DETRACTORS = (
    int(_T.POINTS_BALANCE), int(_T.STAMPS_BALANCE), int(_T.ASKED), int(_T.PROMOTERS), int(_T.DETRACTORS)
)  # fmt: skip

_CENTS = F32(100.0)
_PER_CENT = F32(0.01)
_FIXED = F32(INDEX_SCALE)
_DRAWN = np.int64(100_000_000)


# --- live and need ----------------------------------------------------------------------------------------


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def expire_points(wholes, size, firms, terms, seg, week, tally):  # type: ignore[no-untyped-def]
    """Points in the lot that the ring returns to have reached their age."""
    for p in range(terms.firm.size):
        period = terms.lot_weeks[p]
        if period > 0 and week % period == 0:
            first = 4 + firms + 7 * p
            lot = wholes[first + 2 + filling_lot(week, period)]
            expired = np.int64(0)
            for j in range(size):
                expired += lot[j]
                lot[j] = 0
            tally[((seg * firms + terms.firm[p]) * 2 + 1) * TALLIES + POINTS_EXPIRED] += expired


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def forfeit(wholes, j, firms, p, firm, seg, tally):  # type: ignore[no-untyped-def]
    """A membership ends: what is on it is lost."""
    first = 4 + firms + 7 * p
    t = ((seg * firms + firm) * 2 + 1) * TALLIES
    for r in range(LOTS):
        tally[t + POINTS_FORFEITED] += wholes[first + 2 + r, j]
        wholes[first + 2 + r, j] = 0
    tally[t + STAMPS_FORFEITED] += wholes[first + 1, j]
    wholes[first + 1, j] = 0
    wholes[first, j] = -1


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def live(s, w, reals, wholes, customer0, size, seg, segments, posted, terms, rules, context, tally):  # type: ignore[no-untyped-def]
    """Leavers go (and newcomers take their place); a trait may drift."""
    firms = posted.price.size
    seed, replicate = context.seed, context.replicate
    week = U32(context.week)
    for j in range(size):
        a, b, c, d = philox(U32(customer0 + j), week, LIFE, U32(0), seed, replicate)
        s[U_LEAVE + j] = unit(a)
        s[U_DRIFT + j] = unit(b)
        s[U_WHICH + j] = unit(c)
        s[U_NEED + j] = unit(d)
    alternatives = firms + 1
    drift_chance = rules.drift.rate_chance + F32(alternatives) * rules.drift.taste_chance
    hazard, alive = reals[1], wholes[0]
    for j in range(size):
        goes = leaves(s[U_LEAVE + j], hazard[j], rules.leaving) & (alive[j] == 1)
        w[FLAG + j] = I32(2) if goes else (I32(1) if s[U_DRIFT + j] < drift_chance else I32(0))
    for j in range(size):
        if w[FLAG + j] == 2:
            for p in range(terms.firm.size):
                forfeit(wholes, j, firms, p, terms.firm[p], seg, tally)
            if context.replace_leavers == 1:
                bear(
                    reals, wholes, j, U32(customer0 + j), U32(context.week + 1), context.week, seg, segments,
                    posted.quality, rules.satisfaction.neutral, terms.firm.size, seed, replicate,
                )  # fmt: skip
            else:
                wholes[0, j] = 0
        elif w[FLAG + j] == 1:
            drift(reals, j, U32(customer0 + j), week, seg, segments, firms, rules.drift, s[U_WHICH + j],
                  seed, replicate)  # fmt: skip


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def drift(reals, j, customer, week, seg, segments, firms, numbers, u, seed, replicate):  # type: ignore[no-untyped-def]
    """One trait of a customer is drawn afresh; u says which."""
    share = u * (numbers.rate_chance + F32(firms + 1) * numbers.taste_chance)
    if share < numbers.rate_chance:
        reals[0, j] = drawn_rate(customer, week, DRIFT, seg, segments, seed, replicate)
        return
    which = int((share - numbers.rate_chance) / numbers.taste_chance)
    if which < firms:
        reals[6 + which, j] = drawn_taste(
            segments.weight_shape[seg, which], TASTE_TRAIT + which, customer, week, DRIFT, seed, replicate
        )
    else:
        reals[5, j] = drawn_taste(
            segments.outside_shape[seg], OUTSIDE_TRAIT, customer, week, DRIFT, seed, replicate
        )


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def need(s, w, reals, wholes, customer0, size, context):  # type: ignore[no-untyped-def]
    """Purchases each customer sets out for; the buyers sorted by their number, most first.

    Returns the number of buyers; ORDER holds their slots, COUNT their purchases.
    """
    rate = reals[0]
    alive = wholes[0]
    for j in range(size):
        mean = rate[j] * context.pull * F32(alive[j])
        w[FLAG + j] = I32(1) if s[U_NEED + j] < exp(-mean) else I32(0)
    buyers = 0
    most = 0
    for j in range(size):
        if w[FLAG + j] == 0:
            mean = rate[j] * context.pull * F32(alive[j])
            n = poisson(
                s[U_NEED + j], mean, U32(customer0 + j), U32(context.week), NEED, context.seed,
                context.replicate,
            )  # fmt: skip
            if n > 0:
                w[SORTED + buyers] = j
                w[COUNT + buyers] = n
                buyers += 1
                most = n if n > most else most
    most_first(w, buyers, most)
    return buyers


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def most_first(w, buyers, most):  # type: ignore[no-untyped-def]
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


# --- one purchase -----------------------------------------------------------------------------------------


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def draw(s, w, m, week, k, seed, replicate):  # type: ignore[no-untyped-def]
    """The four numbers of each customer's k-th purchase of the week."""
    for j in range(m):
        a, b, c, d = philox(U32(w[CUSTOMER + j]), U32(week), PURCHASE, U32(k), seed, replicate)
        s[U_CHOICE + j] = unit(a)
        s[U_FAILURE + j] = unit(b)
        s[Z_QUALITY + j] = unit(c)
        s[Z_BASKET + j] = unit(d)
    for j in range(m):
        s[Z_QUALITY + j] = normal_quantile(s[Z_QUALITY + j])
    for j in range(m):
        s[Z_BASKET + j] = normal_quantile(s[Z_BASKET + j])


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def see_prices(s, w, m, posted, terms, rules):  # type: ignore[no-untyped-def]
    """Posted prices; members see their own."""
    for f in range(posted.price.size):
        paid = PAID + f * BLOCK
        price = posted.price[f]
        for j in range(m):
            s[paid + j] = price
    for p in range(terms.firm.size):
        discount = terms.discount[p]
        if discount > ZERO:
            paid = PAID + (terms.firm[p] & _FIRM_BITS) * BLOCK
            member = MEMBERSHIP + p * _PROGRAMME_STRIDE
            for j in range(m):
                price = s[paid + j]
                s[paid + j] = member_pays(price, discount, rules.member_price) if w[member + j] >= 0 else price


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def weigh(s, w, m, posted, terms, rules, week):  # type: ignore[no-untyped-def]
    """What each firm has going for it, for each customer (logit units)."""
    for f in range(posted.price.size):
        usual = posted.usual_quality[f]
        value, paid = VALUE + f * BLOCK, PAID + f * BLOCK
        attachment, expectation = ATTACHMENT + f * BLOCK, EXPECTATION + f * BLOCK
        for j in range(m):
            s[value + j] = (
                price_value(s[paid + j], s[REFERENCE + j], s[SENSITIVITY + j], rules.price)
                + quality_value(s[expectation + j], usual, rules.expectation)
                + attachment_value(s[attachment + j], rules.attachment)
            )
        for j in range(m):
            s[value + j] = s[value + j] + inertia_value(w[LAST_FIRM + j] == f, rules.inertia)
    for p in range(terms.firm.size):
        f = terms.firm[p] & _FIRM_BITS
        member = MEMBERSHIP + p * _PROGRAMME_STRIDE
        value, last, count = VALUE + f * BLOCK, LAST_WEEK + f * BLOCK, REMEMBERED + f * BLOCK
        if terms.threshold[p] > 0:
            needed = F32(terms.threshold[p])
            reward = terms.points_reward[p]
            per_currency = F32(terms.micro_points[p]) * F32(1e-6)
            for j in range(m):
                have = F32(
                    w[member + 2 * BLOCK + j] + w[member + 3 * BLOCK + j] + w[member + 4 * BLOCK + j]
                    + w[member + 5 * BLOCK + j] + w[member + 6 * BLOCK + j]
                )  # fmt: skip
                rhythm = pace(remembered(s[count + j], F32(week - w[last + j]), rules.memory), rules.memory)
                step = s[BASKET + j] * per_currency
                gain = reward_value(
                    reward / s[BASKET + j], purchases_to_go(needed, have, step), rhythm,
                    progress_made(needed, have), s[SENSITIVITY + j], rules.programme_value,
                )  # fmt: skip
                s[value + j] = s[value + j] + (gain if w[member + j] >= 0 else ZERO)
        if terms.stamps_needed[p] > 0:
            needed = F32(terms.stamps_needed[p])
            reward = terms.stamps_reward[p]
            for j in range(m):
                have = F32(w[member + BLOCK + j])
                rhythm = pace(remembered(s[count + j], F32(week - w[last + j]), rules.memory), rules.memory)
                gain = reward_value(
                    reward / s[BASKET + j], purchases_to_go(needed, have, ONE), rhythm,
                    progress_made(needed, have), s[SENSITIVITY + j], rules.programme_value,
                )  # fmt: skip
                s[value + j] = s[value + j] + (gain if w[member + j] >= 0 else ZERO)


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def choose(s, w, m, lanes, firms, rules):  # type: ignore[no-untyped-def]
    """One firm, or none (-1), by the odds of the attractions; none in the lanes after the first m."""
    for j in range(lanes):
        s[GREATEST + j] = attraction(s[TASTE_OUTSIDE + j], ZERO, rules.choice)
    for f in range(firms):
        value, taste = VALUE + f * BLOCK, TASTE + f * BLOCK
        for j in range(lanes):
            a = attraction(s[taste + j], s[value + j], rules.choice)
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
        outside = odds(attraction(s[TASTE_OUTSIDE + j], ZERO, rules.choice), s[GREATEST + j])
        s[TOTAL + j] = s[U_CHOICE + j] * (s[TOTAL + j] + outside)
    for j in range(lanes):
        w[CHOICE + j] = I32(-1)
    for f in range(firms):
        value = VALUE + f * BLOCK
        for j in range(lanes):
            s[SUM + j] = s[SUM + j] + s[value + j]
            hit = (w[CHOICE + j] < 0) & (s[TOTAL + j] < s[SUM + j])
            w[CHOICE + j] = I32(f) if hit else w[CHOICE + j]
    for j in range(m, lanes):
        w[CHOICE + j] = I32(-1)


@scalar
def pick(s, w, kind, mine, m, firms):  # type: ignore[no-untyped-def]
    """Each customer's entry, for the firm chosen, of a column kept per firm."""
    for f in range(firms):
        column = kind + f * BLOCK
        for j in range(m):
            theirs, before = s[column + j], s[mine + j]
            s[mine + j] = theirs if w[CHOICE + j] == f else before


@scalar
def put(s, w, kind, mine, m, firms):  # type: ignore[no-untyped-def]
    """The entry goes back into the column of the firm chosen."""
    for f in range(firms):
        column = kind + f * BLOCK
        for j in range(m):
            before, now = s[column + j], s[mine + j]
            s[column + j] = now if w[CHOICE + j] == f else before


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def experience_and_judge(s, w, m, posted, rules, week):  # type: ignore[no-untyped-def]
    """What is met at the firm chosen, and what it does to expectation, satisfaction, attachment, memory."""
    firms = posted.price.size
    pick(s, w, PAID, MY_PAID, m, firms)
    pick(s, w, EXPECTATION, MY_EXPECTATION, m, firms)
    pick(s, w, SATISFACTION, MY_SATISFACTION, m, firms)
    pick(s, w, ATTACHMENT, MY_ATTACHMENT, m, firms)
    pick(s, w, REMEMBERED, MY_REMEMBERED, m, firms)
    for f in range(firms):
        level, spread = posted.quality[f], posted.spread[f]
        rate, severity = posted.failure_rate[f], posted.failure_severity[f]
        last = LAST_WEEK + f * BLOCK
        for j in range(m):
            met = perceived(
                level, spread, severity, rate, s[Z_QUALITY + j], s[U_FAILURE + j], rules.experience
            )
            before = s[MET + j]
            s[MET + j] = met if w[CHOICE + j] == f else before
        for j in range(m):
            before = w[FAILED + j]
            failed = I32(1) if s[U_FAILURE + j] < rate else I32(0)
            w[FAILED + j] = failed if w[CHOICE + j] == f else before
        for j in range(m):
            here = w[CHOICE + j] == f
            theirs, before = w[last + j], w[MY_LAST_WEEK + j]
            w[MY_LAST_WEEK + j] = theirs if here else before
            w[last + j] = I32(week) if here else theirs
    for j in range(m):
        ago = F32(week - w[MY_LAST_WEEK + j])
        s[MY_REMEMBERED + j] = remembered(s[MY_REMEMBERED + j], ago, rules.memory)
    for j in range(m):
        f = felt(s[MET + j], s[MY_EXPECTATION + j], rules.satisfaction)
        s[MY_SATISFACTION + j] = next_satisfaction(
            s[MY_SATISFACTION + j], f, s[MY_REMEMBERED + j] + ONE, rules.satisfaction
        )
        s[MY_EXPECTATION + j] = next_expectation(s[MY_EXPECTATION + j], s[MET + j], rules.expectation)
        s[MY_REMEMBERED + j] = after_purchase(s[MY_REMEMBERED + j])
    for j in range(m):
        s[MY_ATTACHMENT + j] = next_attachment(
            s[MY_ATTACHMENT + j], s[MY_SATISFACTION + j], rules.satisfaction.neutral, rules.attachment
        )
    for j in range(m):
        before = s[REFERENCE + j]
        now = next_reference(before, s[MY_PAID + j], rules.price)
        s[REFERENCE + j] = now if w[CHOICE + j] >= 0 else before
    for j in range(m):
        before, now = w[LAST_FIRM + j], w[CHOICE + j]
        w[LAST_FIRM + j] = now if now >= 0 else before
    put(s, w, EXPECTATION, MY_EXPECTATION, m, firms)
    put(s, w, SATISFACTION, MY_SATISFACTION, m, firms)
    put(s, w, ATTACHMENT, MY_ATTACHMENT, m, firms)
    put(s, w, REMEMBERED, MY_REMEMBERED, m, firms)


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def price_the_basket(s, w, m, visit_sigma, posted):  # type: ignore[no-untyped-def]
    """Size of each basket; what it costs the customer, what it would at the posted price, and the firm, cents.

    Cents are whole numbers held in float32, which has them exactly up to 167,772.16 of currency, and rounded
    to its own grid beyond.
    """
    centre = -HALF * visit_sigma * visit_sigma
    for j in range(m):
        s[VOLUME + j] = s[BASKET + j] * exp(visit_sigma * s[Z_BASKET + j] + centre) * _CENTS
    for f in range(posted.price.size):
        price, unit_cost = posted.price[f], posted.unit_cost[f]
        for j in range(m):
            before = s[LIST_CENTS + j]
            s[LIST_CENTS + j] = np.floor(s[VOLUME + j] * price + HALF) if w[CHOICE + j] == f else before
        for j in range(m):
            before = s[GOODS_CENTS + j]
            s[GOODS_CENTS + j] = np.floor(s[VOLUME + j] * unit_cost + HALF) if w[CHOICE + j] == f else before
    for j in range(m):
        s[CENTS + j] = np.floor(s[VOLUME + j] * s[MY_PAID + j] + HALF)


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def pay(s, w, m, seg, firms, posted, programme_of, context, tally):  # type: ignore[no-untyped-def]
    """Count what was paid at the till, and what it brought, for members and for all."""
    for f in range(firms):
        p = programme_of[f]
        member = MEMBERSHIP + max(p, 0) * _PROGRAMME_STRIDE
        t = (seg * firms + f) * 2 * TALLIES
        tm = t + TALLIES
        service = posted.service_cents[f]
        for j in range(m):
            w[FLAG + j] = I32(w[CHOICE + j] == f) + (I32(w[CHOICE + j] == f) & I32(w[member + j] >= 0) & I32(p >= 0))
        bought, bought_m, failed, failed_m, won, won_m = 0, 0, 0, 0, 0, 0
        for j in range(m):
            here, mine = w[FLAG + j] > 0, w[FLAG + j] > 1
            new = not is_active(context.week, w[MY_LAST_WEEK + j], context.lapse_weeks)
            bought += here
            bought_m += mine
            failed += w[FAILED + j] if here else 0
            failed_m += w[FAILED + j] if mine else 0
            won += here & new
            won_m += mine & new
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
        tally[tm + PURCHASES] += bought_m
        tally[t + PURCHASES] += bought - bought_m
        tally[tm + FAILURES] += failed_m
        tally[t + FAILURES] += failed - failed_m
        tally[tm + WON] += won_m
        tally[t + WON] += won - won_m
        tally[tm + REVENUE] += revenue_m
        tally[t + REVENUE] += revenue - revenue_m
        tally[tm + GOODS] += goods_m
        tally[t + GOODS] += goods - goods_m
        tally[tm + DISCOUNT] += listed_m - revenue_m
        tally[t + DISCOUNT] += listed - listed_m - revenue + revenue_m
        tally[tm + COHORT_CONTRIBUTION] += cohort_m
        tally[t + COHORT_CONTRIBUTION] += cohort - cohort_m


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def take_part(s, w, m, k, seg, firms, terms, rules, context, tally):  # type: ignore[no-untyped-def]
    """A purchase under a programme: who is asked may join; members redeem, and earn."""
    for p in range(terms.firm.size):
        if terms.open[p] == 0:
            continue
        f = terms.firm[p] & _FIRM_BITS
        draw_name = U32(k * MAX_FIRMS + f)
        for j in range(m):
            a, b, _, _ = philox(
                U32(w[CUSTOMER + j]), U32(context.week), PROGRAMME, draw_name, context.seed, context.replicate
            )
            s[U_JOIN + j] = unit(a)
            s[U_REDEEM + j] = unit(b)
        member, count = MEMBERSHIP + p * _PROGRAMME_STRIDE, REMEMBERED + f * BLOCK
        ask, effort = terms.ask[p], terms.effort[p]
        back, back_per_visit = terms.back_per_currency[p], terms.back_per_visit[p]
        always = terms.automatic[p] == 1
        for j in range(m):
            worth = yearly_benefit(pace(s[count + j], rules.memory), s[BASKET + j], back, back_per_visit)
            yes = joins(s[U_JOIN + j], ask, worth, effort, rules.join) | always
            w[FLAG + j] = I32(yes & (w[CHOICE + j] == f) & (w[member + j] < 0))
        t = ((seg * firms + f) * 2 + 1) * TALLIES
        filling = filling_lot(context.week, terms.lot_weeks[p])
        lot = member + 2 * BLOCK + filling * BLOCK
        card = member + BLOCK
        joined = 0
        for j in range(m):
            if w[FLAG + j] == 1:
                w[member + j] = I32(context.week)
                w[lot + j] += terms.welcome[p]
                w[card + j] = terms.head_start[p]
                joined += 1
        tally[t + JOINED] += joined
        tally[t + POINTS_EARNED] += joined * np.int64(terms.welcome[p])
        tally[t + STAMPS_GIVEN] += joined * np.int64(terms.head_start[p])
        if terms.threshold[p] > 0:
            pay_in_points(s, w, m, f, member, lot, filling, terms.threshold[p], terms.micro_points[p],
                          terms.redeem[p], terms.points_cost_cents[p], t, tally)  # fmt: skip
        if terms.stamps_needed[p] > 0:
            stamp_cards(w, m, f, member, card, terms.stamps_needed[p], terms.stamps_cost_cents[p], t, tally)


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def pay_in_points(s, w, m, f, member, lot, filling, threshold, micro_points, chance, cost_cents, t, tally):  # type: ignore[no-untyped-def]  # noqa: E501
    """Members earn points; those with enough of them before may hand in all whole rewards."""
    for j in range(m):
        mine = (w[CHOICE + j] == f) & (w[member + j] >= 0)
        balance = (
            w[member + 2 * BLOCK + j] + w[member + 3 * BLOCK + j] + w[member + 4 * BLOCK + j]
            + w[member + 5 * BLOCK + j] + w[member + 6 * BLOCK + j]
        )  # fmt: skip
        w[FLAG + j] = I32(mine & (balance >= threshold) & (s[U_REDEEM + j] < chance))
        w[BALANCE + j] = I32(balance)
    earned_by_all = np.int64(0)
    for j in range(m):
        mine = (w[CHOICE + j] == f) & (w[member + j] >= 0)
        earned = points_earned(s[CENTS + j], micro_points) if mine else I32(0)
        w[EARNED + j] = earned
        earned_by_all += earned
    for j in range(m):
        w[lot + j] += w[EARNED + j]
    tally[t + POINTS_EARNED] += earned_by_all
    for j in range(m):
        if w[FLAG + j] == 1:
            rewards = np.int64(rewards_due(w[BALANCE + j], threshold))
            redeem(w, member + j, rewards * threshold, filling)
            tally[t + POINTS_REDEEMED] += rewards * threshold
            tally[t + POINTS_REWARDS] += rewards
            if (w[COHORT + j] >> (16 + f)) & 1:
                tally[t + COHORT_CONTRIBUTION] -= rewards * cost_cents


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def stamp_cards(w, m, f, member, card, needed, cost_cents, t, tally):  # type: ignore[no-untyped-def]
    """Members hand in full cards, and get a stamp."""
    stamped, handed_in, by_cohort = 0, 0, 0
    for j in range(m):
        mine = (w[CHOICE + j] == f) & (w[member + j] >= 0)
        full = mine & card_is_full(w[card + j], needed)
        marked = ((w[COHORT + j] >> (16 + f)) & 1) == 1
        stamped += mine
        handed_in += full
        by_cohort += full & marked
        w[card + j] = I32(w[card + j] + I32(mine) - (needed if full else I32(0)))
    tally[t + STAMPS_GIVEN] += stamped
    tally[t + STAMPS_HANDED_IN] += np.int64(handed_in) * needed
    tally[t + STAMPS_REWARDS] += handed_in
    tally[t + COHORT_CONTRIBUTION] -= by_cohort * cost_cents


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def redeem(w, at, wanted, filling):  # type: ignore[no-untyped-def]
    """Take points out of a member's lots, oldest first."""
    for step in range(LOTS):
        lot = at + (2 + (filling + 1 + step) % LOTS) * BLOCK
        taken = taken_from_lot(np.int64(w[lot]), wanted)
        w[lot] -= I32(taken)
        wanted -= taken
        if wanted == 0:
            return


# --- count ------------------------------------------------------------------------------------------------


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def count_stocks(s, reals, wholes, customer0, size, seg, firms, terms, programme_of, context, tally):  # type: ignore[no-untyped-def]
    """How many are active, members, satisfied at the end of the week, by firm and membership."""
    if context.survey == 1:
        for j in range(size):
            a, _, _, _ = philox(
                U32(customer0 + j), U32(context.week), SURVEY, U32(0), context.seed, context.replicate
            )
            s[U_CHOICE + j] = normal_quantile(unit(a))
    for f in range(firms):
        last = wholes[4 + f]
        p = programme_of[f]
        since = wholes[4 + firms + 7 * p] if p >= 0 else wholes[2]
        satisfaction = reals[6 + 2 * firms + f]
        expectation = reals[6 + firms + f]
        attachment = reals[6 + 3 * firms + f]
        alive = wholes[0]
        active, active_members, members, lapsed, lapsed_members = 0, 0, 0, 0, 0
        happy, happy_members, expects, expects_members = 0, 0, 0, 0
        bond, bond_members = 0, 0
        for j in range(size):
            on = is_active(context.week, last[j], context.lapse_weeks) & (alive[j] == 1)
            belongs = (since[j] >= 0) & (p >= 0)
            active += on
            active_members += on & belongs
            members += belongs
            gone = lapses_now(context.week, last[j], context.lapse_weeks)
            lapsed += gone
            lapsed_members += gone & belongs
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
        t = (seg * firms + f) * 2 * TALLIES
        tm = t + TALLIES
        tally[tm + ACTIVE] += active_members
        tally[t + ACTIVE] += active - active_members
        tally[tm + MEMBERS] += members
        tally[tm + LAPSED] += lapsed_members
        tally[t + LAPSED] += lapsed - lapsed_members
        tally[tm + SUM_SATISFACTION] += happy_members
        tally[t + SUM_SATISFACTION] += happy - happy_members
        tally[tm + SUM_EXPECTATION] += expects_members
        tally[t + SUM_EXPECTATION] += expects - expects_members
        tally[tm + SUM_ATTACHMENT] += bond_members
        tally[t + SUM_ATTACHMENT] += bond - bond_members
        if p >= 0:
            first = 4 + firms + 7 * p
            points, stamps = np.int64(0), np.int64(0)
            for r in range(LOTS):
                lot = wholes[first + 2 + r]
                for j in range(size):
                    points += lot[j]
            card = wholes[first + 1]
            for j in range(size):
                stamps += card[j]
            tally[tm + POINTS_BALANCE] += points
            tally[tm + STAMPS_BALANCE] += stamps
        if context.survey == 1:
            for j in range(size):
                if is_active(context.week, last[j], context.lapse_weeks) and alive[j] == 1:
                    member = 1 if p >= 0 and since[j] >= 0 else 0
                    mark = answer(satisfaction[j], attachment[j], s[U_CHOICE + j])
                    at = t + member * TALLIES
                    tally[at + ASKED] += 1
                    tally[at + PROMOTERS] += mark >= 9
                    tally[at + DETRACTORS] += mark <= 6


# --- the week ---------------------------------------------------------------------------------------------


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def fetch(s, w, reals, wholes, m, firms, programmes, customer0):  # type: ignore[no-untyped-def]
    """Copy the columns of the buyers into the scratch, in their order."""
    for r in range(6 + 5 * firms):
        row = reals[r]
        to = r * BLOCK if r < 6 else 6 * BLOCK + ((r - 6) // firms) * _STRIDE + ((r - 6) % firms) * BLOCK
        for i in range(m):
            s[to + i] = row[U32(w[ORDER + i])]
    for r in range(4 + firms + 7 * programmes):
        row = wholes[r]
        to = r * BLOCK if r < 4 + firms else MEMBERSHIP + (r - 4 - firms) * BLOCK
        for i in range(m):
            w[to + i] = row[U32(w[ORDER + i])]
    for i in range(m):
        w[CUSTOMER + i] = I32(customer0 + w[ORDER + i])


@njit(error_model="numpy")  # type: ignore[untyped-decorator]
def store(s, w, reals, wholes, m, firms, programmes):  # type: ignore[no-untyped-def]
    """Copy what purchases can change back into the block."""
    row = reals[4]
    for i in range(m):
        row[U32(w[ORDER + i])] = s[REFERENCE + i]
    for r in range(6 + firms, 6 + 5 * firms):
        row = reals[r]
        at = 6 * BLOCK + ((r - 6) // firms) * _STRIDE + ((r - 6) % firms) * BLOCK
        for i in range(m):
            row[U32(w[ORDER + i])] = s[at + i]
    last_firm = wholes[2]
    for i in range(m):
        last_firm[U32(w[ORDER + i])] = w[LAST_FIRM + i]
    for r in range(4, 4 + firms + 7 * programmes):
        whole = wholes[r]
        at = r * BLOCK if r < 4 + firms else MEMBERSHIP + (r - 4 - firms) * BLOCK
        for i in range(m):
            whole[U32(w[ORDER + i])] = w[at + i]


@njit(nogil=True, cache=True, error_model="numpy")  # type: ignore[untyped-decorator]
def pass_week(  # type: ignore[no-untyped-def]
    reals, wholes, block_segment, block_first, block_size, first, last, segments, posted, terms, programme_of,
    rules, context, s, w, tally,
):  # fmt: skip
    """Blocks first to last (exclusive) live one week.

    reals: block x row x 512 float32, wholes: block x row x 512 int32, both changed in place; s, w: scratch of
    SCRATCH_REALS and SCRATCH_WHOLES entries, one pair a thread; tally: flat segment x firm x membership x
    TALLIES int64, added to.
    """
    firms, programmes = posted.price.size, terms.firm.size
    for b in range(first, last):
        seg, customer0, size = block_segment[b], block_first[b], block_size[b]
        block_reals, block_wholes = reals[b], wholes[b]
        expire_points(block_wholes, size, firms, terms, seg, context.week, tally)
        live(s, w, block_reals, block_wholes, customer0, size, seg, segments, posted, terms, rules, context, tally)
        m = need(s, w, block_reals, block_wholes, customer0, size, context)
        if m > 0:
            fetch(s, w, block_reals, block_wholes, m, firms, programmes, customer0)
            buyers = m
            k = 0
            while m > 0:
                lanes = min((m + LANES - 1) // LANES * LANES, BLOCK)
                draw(s, w, lanes, context.week, k, context.seed, context.replicate)
                see_prices(s, w, lanes, posted, terms, rules)
                weigh(s, w, lanes, posted, terms, rules, context.week)
                choose(s, w, m, lanes, firms, rules)
                experience_and_judge(s, w, lanes, posted, rules, context.week)
                price_the_basket(s, w, lanes, segments.visit_sigma[seg], posted)
                take_part(s, w, lanes, k, seg, firms, terms, rules, context, tally)
                pay(s, w, lanes, seg, firms, posted, programme_of, context, tally)
                k += 1
                while m > 0 and w[COUNT + m - 1] <= k:
                    m -= 1
            store(s, w, block_reals, block_wholes, buyers, firms, programmes)
        count_stocks(
            s, block_reals, block_wholes, customer0, size, seg, firms, terms, programme_of, context, tally
        )


@njit(nogil=True, cache=True, error_model="numpy")  # type: ignore[untyped-decorator]
def populate(  # type: ignore[no-untyped-def]
    reals, wholes, block_segment, block_first, block_size, segments, posted, programmes, neutral, seed, replicate
):  # fmt: skip
    """The first population, before week 0."""
    for b in range(block_segment.size):
        for j in range(block_size[b]):
            bear(
                reals[b], wholes[b], j, U32(block_first[b] + j), U32(0), -1, block_segment[b], segments,
                posted.quality, neutral, programmes, seed, replicate,
            )  # fmt: skip
