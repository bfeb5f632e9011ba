"""What a membership does at the start of a week, before its member does anything.

Points die, come free or are taken back; points are paid out; birthdays, earnings outside the category, thieves;
status is reviewed; a club's fee falls due; challenges begin and end, streaks break; a change of the terms is felt.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic import F32, I32, ZERO, scalar
from sim.draws import U32, Stream, philox, unit
from sim.measures.tally import TALLIES, Tally
from sim.population.account import (
    card,
    credit,
    drain,
    filling_lot,
    forfeit,
    on_account,
    release,
    ring_sum,
    take,
    take_back,
)
from sim.population.columns import (
    ATTACHMENT,
    BASKET,
    CUSTOMER_REALS,
    CUSTOMER_WHOLES,
    EQUITY,
    LOT,
    REMEMBERED,
    STAMPS,
    TRUST,
    Row,
)
from sim.population.moments import birthday
from sim.population.standing import YEAR, rank, review, strive
from sim.population.told import Book, Leg, Plan, Rule
from sim.rules.challenge import chagrin, takes_up
from sim.rules.club import renews
from sim.rules.equity import rewarded, taken
from sim.rules.fairness import breach, resentment
from sim.rules.memory import pace, remembered
from sim.rules.offer import chosen
from sim.rules.points import LOTS, filling, turns
from sim.rules.trust import betrayed

_MEMBER, _OFFER, _CARD = U32(Stream.MEMBER), U32(Stream.OFFER), U32(Stream.CARD)
_CENTS = F32(100.0)
_HALF_A_YEAR = F32(26.0)
"""Weeks of what a change takes from each purchase that are felt at once."""
DONE = -1
"""`challenge` of a member who has reached the goal."""


@scalar
def has_card(customer, p, share, context):
    """Whether a member has the co-brand card that keeps points alive: a trait, for good."""
    if share <= ZERO:
        return False
    word, _, _, _ = philox(customer, U32(0), _CARD, U32(p), context.seed, context.replicate)
    return unit(word) < share


@scalar
def keeps_points(wholes, j, customer, p, terms, context):
    """Whether the points of a member never die: by her level, or by her card."""
    book = Book(terms.rule, terms.row, terms.legs)
    level = rank(wholes, j, book, p)
    by_level = terms.legs[p, max(level - 1, 0), Leg.KEEPS_POINTS] == 1 and level > 0
    return by_level or has_card(customer, p, terms.plan[p, Plan.CARD_SHARE], context)


@scalar
def last_visit(wholes, j, firms, p, programme_of):
    """Week of the last purchase at any firm of the programme."""
    last = I32(-1000000)
    for f in range(firms):
        if programme_of[f] == p and wholes[CUSTOMER_WHOLES + f, j] > last:
            last = wholes[CUSTOMER_WHOLES + f, j]
    return last


@scalar
def expire(wholes, firms, j, customer, p, terms, programme_of, context, t, tally):
    """Points and vouchers that have reached their age die, as do all points of one who has stayed away too long."""
    rule, week = terms.rule, context.week
    lot, dead = card(firms, p) + LOT, np.int64(0)
    period, start, count = rule[p, Rule.LOT_WEEKS], rule[p, Rule.LOT_START], rule[p, Rule.LOT_COUNT]
    away = rule[p, Rule.INACTIVE_WEEKS]
    turn = turns(week, period, start)
    gone = away > 0 and week - last_visit(wholes, j, firms, p, programme_of) > away
    if (turn or gone) and not keeps_points(wholes, j, customer, p, terms, context):
        for r in range(LOTS):
            if gone or r == filling(week, period, start, count):
                dead += wholes[lot + r, j]
                wholes[lot + r, j] = I32(0)
    vouchers, life = terms.row[p, Row.VOUCHERS], rule[p, Rule.VOUCHER_WEEKS]
    if vouchers >= 0 and turns(week, life, 0):
        r = vouchers + filling(week, life, 0, LOTS)
        dead += wholes[r, j]
        wholes[r, j] = I32(0)
    tally[t + Tally.POINTS_EXPIRED] += dead


@scalar
def pay_out(reals, wholes, firms, j, p, f, terms, rules, context, t, tally):
    """Points are paid out on a date: in vouchers to be spent later, or in cash."""
    book = Book(terms.rule, terms.row, terms.legs)
    rule, week = terms.rule, context.week
    lot = card(firms, p) + LOT
    have = np.int64(ring_sum(wholes, lot, j))
    cap, step = rule[p, Rule.PAYOUT_CAP], max(rule[p, Rule.PAYOUT_STEP], 1)
    amount = (min(have, cap) if cap > 0 else have) // step * step
    if have < rule[p, Rule.PAYOUT_LEAST] or amount == 0:
        return
    take(wholes, lot, j, amount, filling_lot(book, p, week))
    if rule[p, Rule.PAYOUT_CHEQUE] == 0:
        into = terms.row[p, Row.VOUCHERS] + filling(week, rule[p, Rule.VOUCHER_WEEKS], 0, LOTS)
        wholes[into, j] += I32(amount)
        return
    worth = F32(amount) * terms.plan[p, Plan.POINT_WORTH]
    equity = CUSTOMER_REALS + EQUITY * firms + f
    reals[equity, j] = rewarded(reals[equity, j], worth / reals[BASKET, j], rules.equity)
    tally[t + Tally.POINTS_REDEEMED] += amount
    tally[t + Tally.PAID_OUT] += amount
    tally[t + Tally.REWARDS_COST] += price_of(amount, terms.plan[p, Plan.POINT_COST])
    tally[t + Tally.REWARDS_FACE] += price_of(amount, terms.plan[p, Plan.POINT_WORTH])
    receive(wholes, j, book, p, worth)


@scalar
def price_of(points, each):
    """Cents that so many points come to, each worth so much currency."""
    return np.int64(np.floor(np.float64(points) * np.float64(each) * 100.0 + 0.5))


@scalar
def receive(wholes, j, book, p, worth):
    """Remember what a membership gave (currency)."""
    row = book.row[p, Row.RECEIVED]
    if row >= 0:
        wholes[row, j] += I32(worth * _CENTS)


@scalar
def rob(reals, wholes, firms, j, p, f, terms, rules, week, t, tally):
    """A thief empties the account; the firm gives part of it back. Trust suffers."""
    book = Book(terms.rule, terms.row, terms.legs)
    stolen = drain(wholes, firms, j, book, p)
    back = np.int64(np.float64(stolen) * np.float64(terms.plan[p, Plan.REIMBURSED]))
    tally[t + Tally.POINTS_STOLEN] += stolen
    tally[t + Tally.STOLEN_BACK] += back
    credit(wholes, firms, j, book, p, week, back, t, tally)
    trust = CUSTOMER_REALS + TRUST * firms + f
    if stolen > 0:
        lost = F32(stolen - back) / F32(stolen)
        reals[trust, j] = betrayed(reals[trust, j], F32(0.2) + F32(0.8) * lost, rules.trust)


@scalar
def feel_change(reals, wholes, firms, j, p, f, terms, rules, context):
    """The terms have changed for the worse: what it takes from her is resented, the more so if nobody was told."""
    book = Book(terms.rule, terms.row, terms.legs)
    plan, basket = terms.plan, reals[BASKET, j]
    ago = F32(context.week - wholes[CUSTOMER_WHOLES + f, j])
    count = remembered(reals[CUSTOMER_REALS + REMEMBERED * firms + f, j], ago, rules.memory)
    points = F32(on_account(wholes, firms, j, book, p)) * plan[p, Plan.LOSS_PER_POINT] / basket
    loss = points + plan[p, Plan.LOSS_PER_CURRENCY] * pace(count, rules.memory) * _HALF_A_YEAR
    fair = plan[p, Plan.FAIR] > ZERO
    equity, trust = CUSTOMER_REALS + EQUITY * firms + f, CUSTOMER_REALS + TRUST * firms + f
    reals[equity, j] = taken(reals[equity, j], resentment(loss, fair, rules.fairness), rules.equity)
    reals[trust, j] = betrayed(reals[trust, j], breach(loss, fair, rules.fairness), rules.trust)


@scalar
def fee_falls_due(reals, wholes, firms, j, p, f, u, terms, rules, week, t, tally):
    """The time paid for, or the trial, is over: she pays for another period, or leaves and loses what she has."""
    book = Book(terms.rule, terms.row, terms.legs)
    rule, row = terms.rule, terms.row[p, Row.CLUB]
    trial = wholes[row, j] & 1
    fee, period = F32(rule[p, Rule.FEE]) / _CENTS, rule[p, Rule.PERIOD_WEEKS]
    cents = wholes[terms.row[p, Row.RECEIVED], j]
    received = F32(cents) / _CENTS
    if trial == 1:
        tally[t + Tally.TRIALS_ENDED] += 1
        length = F32(period if period > 0 else YEAR)
        received = received * length / F32(max(rule[p, Rule.TRIAL_WEEKS], 1))
    else:
        tally[t + Tally.RENEWALS_DUE] += 1
        short = rule[p, Rule.FEE] - cents
        if rule[p, Rule.GUARANTEE] == 1 and short > 0:
            tally[t + Tally.FEES_REFUNDED] += short
            received = fee
    attachment = reals[CUSTOMER_REALS + ATTACHMENT * firms + f, j]
    if renews(u, received, fee, attachment, rule[p, Rule.AUTO_RENEW] == 1, rules.club):
        tally[t + (Tally.TRIALS_CONVERTED if trial == 1 else Tally.RENEWALS)] += 1
        tally[t + Tally.FEES] += rule[p, Rule.FEE]
        wholes[row, j] = I32(2 * (week + period)) if period > 0 else I32(0)
        wholes[terms.row[p, Row.RECEIVED], j] = I32(0)
    else:
        tally[t + Tally.CANCELLED] += 1
        forfeit(wholes, firms, j, book, p, t, True, True, tally)


@scalar
def play(reals, wholes, firms, j, p, f, u, terms, rules, week):
    """A challenge begins or ends, to the chagrin of who fell short of it; a streak that was not kept up breaks."""
    rule, plan = terms.rule, terms.plan
    row, every = terms.row[p, Row.CHALLENGE], rule[p, Rule.CHALLENGE_EVERY]
    if row >= 0 and every > 0:
        worth = F32(rule[p, Rule.CHALLENGE_POINTS]) * plan[p, Plan.POINT_WORTH] / reals[BASKET, j]
        if week % every == rule[p, Rule.CHALLENGE_WEEKS] % every and wholes[row, j] > 1:
            equity = CUSTOMER_REALS + EQUITY * firms + f
            reals[equity, j] = taken(reals[equity, j], chagrin(worth, rules.challenge), rules.equity)
        if week % every == 0:
            wholes[row, j] = I32(1) if takes_up(u, plan[p, Plan.SEEN], worth, rules.challenge) else I32(0)
        elif week % every == rule[p, Rule.CHALLENGE_WEEKS]:
            wholes[row, j] = I32(0)
    row = terms.row[p, Row.STREAK]
    if row >= 0 and week % max(rule[p, Rule.STREAK_EVERY], 1) == 0:
        kept = wholes[row, j] & 1
        wholes[row, j] = I32(wholes[row, j] - 1) if kept == 1 else I32(0)


@scalar
def is_offered(reals, wholes, firms, j, customer, p, f, terms, rules, context):
    """Whether a personal offer of the firm is good for her this week; she may not have loaded it."""
    if terms.plan[p, Plan.OFFER_CHANCE] <= ZERO:
        return False
    a, _, _, _ = philox(customer, U32(context.week), _OFFER, U32(f), context.seed, context.replicate)
    absent, target = F32(context.week - wholes[CUSTOMER_WHOLES + f, j]), terms.rule[p, Rule.OFFER_TARGET]
    count = reals[CUSTOMER_REALS + REMEMBERED * firms + f, j]
    # Late is late against the pace of old; who stays away is not a heavy buyer any more.
    now = remembered(count, absent, rules.memory) if target == 2 else count
    return chosen(
        unit(a), terms.plan[p, Plan.OFFER_CHANCE], target, absent, pace(now, rules.memory), rules.offer
    )


@scalar
def uses_offer(reals, wholes, firms, j, customer, p, f, terms, rules, context):
    """Whether a member has a personal offer that she has loaded, good for this week."""
    if not is_offered(reals, wholes, firms, j, customer, p, f, terms, rules, context):
        return False
    _, b, _, _ = philox(customer, U32(context.week), _OFFER, U32(f), context.seed, context.replicate)
    return unit(b) < terms.plan[p, Plan.OFFER_ACTIVATED]


@scalar
def begin_week(reals, wholes, firms, j, customer, seg, p, programme_of, terms, rules, context, tally):
    """All that a membership does at the start of a week, for a member of programme p."""
    book = Book(terms.rule, terms.row, terms.legs)
    rule, plan, week, f = terms.rule, terms.plan, context.week, terms.firm[p]
    t = ((seg * firms + f) * 2 + 1) * TALLIES
    since, equity = wholes[card(firms, p), j], CUSTOMER_REALS + EQUITY * firms + f
    expire(wholes, firms, j, customer, p, terms, programme_of, context, t, tally)
    if rule[p, Rule.PENDING_WEEKS] > 0:
        release(wholes, firms, j, book, p, week)
    row = terms.row[p, Row.RETURNED]
    if row >= 0 and wholes[row, j] > 0:
        tally[t + Tally.POINTS_REVERSED] += take_back(wholes, firms, j, book, p, week, wholes[row, j])
        wholes[row, j] = I32(0)
    row = terms.row[p, Row.EARNED_WEEK]
    if row >= 0:
        wholes[row, j] = I32(0)
    row = terms.row[p, Row.EARNED_YEAR]
    if row >= 0 and week % YEAR == 0:
        wholes[row, j] = I32(0)
    if rule[p, Rule.MENU] > 0 and rule[p, Rule.OPEN] == 1:
        b, c, d = U32(0), U32(0), U32(0)
        if rule[p, Rule.LUCK_WEEKLY] == 1:
            _, b, c, d = philox(customer, U32(week), _MEMBER, U32(p), context.seed, context.replicate)
        gained = np.int64(0)
        if rule[p, Rule.BIRTHDAY] > 0 and birthday(customer, week):
            gained += rule[p, Rule.BIRTHDAY]
        if unit(c) < plan[p, Plan.OUTSIDE_CHANCE]:
            gained += rule[p, Rule.OUTSIDE_POINTS]
            tally[t + Tally.OUTSIDE_POINTS] += rule[p, Rule.OUTSIDE_POINTS]
        if gained > 0:
            credit(wholes, firms, j, book, p, week, gained, t, tally)
            if rule[p, Rule.LEVELS] > 0:
                reals[equity, j] = strive(
                    wholes, j, book, p, week, since, 0, 0, gained, reals[equity, j], t, rules, tally
                )
        if unit(d) < plan[p, Plan.TAKEOVER]:
            rob(reals, wholes, firms, j, p, f, terms, rules, week, t, tally)
        every = rule[p, Rule.PAYOUT_EVERY]
        if every > 0 and week > 0 and week % every == 0:
            pay_out(reals, wholes, firms, j, p, f, terms, rules, context, t, tally)
        play(reals, wholes, firms, j, p, f, unit(b), terms, rules, week)
    if rule[p, Rule.LEVELS] > 0:
        reals[equity, j] = review(wholes, j, book, p, week, since, reals[equity, j], t, rules, tally)
    weeks = rule[p, Rule.CARD_WEEKS]
    if weeks > 0 and week - wholes[terms.row[p, Row.CARD_WEEK], j] >= weeks:
        tally[t + Tally.STAMPS_FORFEITED] += wholes[card(firms, p) + STAMPS, j]
        wholes[card(firms, p) + STAMPS, j] = I32(0)
    if rule[p, Rule.OUTRANKED] == 1:
        feel_change(reals, wholes, firms, j, p, f, terms, rules, context)
    if is_offered(reals, wholes, firms, j, customer, p, f, terms, rules, context):
        tally[t + Tally.OFFERS] += 1
    row = terms.row[p, Row.CLUB]
    if row >= 0 and wholes[row, j] > 0 and week >= wholes[row, j] >> 1:
        a, _, _, _ = philox(customer, U32(week), _MEMBER, U32(p), context.seed, context.replicate)
        fee_falls_due(reals, wholes, firms, j, p, f, unit(a), terms, rules, week, t, tally)


@scalar
def pool(wholes, size, firms, p, terms):
    """Households put their points together: into the account of the first of them who is a member."""
    first, n = card(firms, p), terms.rule[p, Rule.HOUSEHOLD]
    vouchers, returned = terms.row[p, Row.VOUCHERS], terms.row[p, Row.RETURNED]
    for head in range(0, size, n):
        keeper = -1
        for j in range(head, min(head + n, size)):
            if wholes[first, j] >= 0:
                if keeper < 0:
                    keeper = j
                else:
                    if returned >= 0:
                        wholes[returned, keeper] += wholes[returned, j]
                        wholes[returned, j] = I32(0)
                    for r in range(LOTS):
                        wholes[first + LOT + r, keeper] += wholes[first + LOT + r, j]
                        wholes[first + LOT + r, j] = I32(0)
                        if vouchers >= 0:
                            wholes[vouchers + r, keeper] += wholes[vouchers + r, j]
                            wholes[vouchers + r, j] = I32(0)
