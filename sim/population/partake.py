"""What a programme does at a purchase: who is asked may join; members redeem, earn, get stamps, come nearer to status.

A member first redeems from what she had before, then earns: nothing is spent in the purchase that brings it.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic import F32, I32, ONE, TINY, ZERO, scalar
from sim.draws import U32, Stream, philox, unit
from sim.measures.tally import TALLIES, Tally
from sim.population.account import card, credit, drain, filling_lot, ready, release, take
from sim.population.columns import (
    BASKET,
    CUSTOMER_WHOLES,
    HAPPENED,
    LOT,
    MAX_FIRMS,
    SENSITIVITY,
    STAMPS,
    Row,
)
from sim.population.membership import DONE, price_of, receive, uses_offer
from sim.population.moments import JOINED, REDEEMED
from sim.population.standing import bestow, counted, end_of_validity, rank, strive
from sim.population.told import MOST_BONUSES, Book, Leg, Level, Plan, Reward, Rule, Tag
from sim.rules.challenge import pride
from sim.rules.club import subscribes
from sim.rules.equity import given, rewarded
from sim.rules.expectation import quality_value
from sim.rules.join import joins, yearly_benefit
from sim.rules.memory import pace
from sim.rules.points import LOTS, filling, points_earned, rewards_due
from sim.rules.programme_value import desire, progress_made
from sim.rules.redemption import redeem_chance
from sim.rules.stamps import card_is_full
from sim.rules.use import shows

_PROGRAMME, _EXTRA, _BONUS = U32(Stream.PROGRAMME), U32(Stream.EXTRA), U32(Stream.BONUS)
_WEEKS = F32(52.0)


@scalar
def goal(wholes, j, p, terms, have, step, rhythm, numbers):
    """The reward a member saves for: the one that draws her most; -1 where none is open to her."""
    book = Book(terms.rule, terms.row, terms.legs)
    if terms.rule[p, Rule.PLAIN] == 1:
        return 0
    best, most, level = -1, ZERO, rank(wholes, j, book, p)
    if terms.rule[p, Rule.MENU] == 1:
        return 0 if level >= terms.tags[p, 0, Tag.FROM_LEVEL] else -1
    for i in range(terms.rule[p, Rule.MENU]):
        if level >= terms.tags[p, i, Tag.FROM_LEVEL]:
            points = F32(terms.tags[p, i, Tag.POINTS])
            drawn = desire(terms.menu[p, i, Reward.WORTH], points, have, step, rhythm, numbers)
            best, most = (i, drawn) if drawn > most else (best, most)
    return best


@scalar
def nearest(wholes, firms, j, p, terms):
    """Share of the way done to the reward that is nearest: a full card, or the cheapest one for points."""
    done, needed = ZERO, terms.rule[p, Rule.STAMPS_NEEDED]
    if needed > 0:
        done = progress_made(F32(needed), F32(wholes[card(firms, p) + STAMPS, j]))
    if terms.rule[p, Rule.MENU] > 0:
        have = F32(ready(wholes, firms, j, Book(terms.rule, terms.row, terms.legs), p))
        way = progress_made(F32(terms.tags[p, 0, Tag.POINTS]), have)
        done = way if way > done else done
    return done


@scalar
def points_a_currency(p, terms):
    """Points a unit of money brings, as a member reckons."""
    return F32(terms.rule[p, Rule.MICRO_POINTS]) * F32(1e-6)


@scalar
def step_size(wholes, j, p, basket, terms):
    """Points a usual purchase brings a member."""
    book = Book(terms.rule, terms.row, terms.legs)
    step = basket * points_a_currency(p, terms)
    if terms.rule[p, Rule.PLAIN] == 0:
        step = step + F32(terms.rule[p, Rule.VISIT_POINTS]) * F32(1e-6)
        level = rank(wholes, j, book, p)
        step = step * (terms.ladder[p, max(level - 1, 0), Level.MULTIPLIER] if level > 0 else ONE)
    return step


@scalar
def join(wholes, firms, j, p, week, u_gift, u_second, terms, rival_level, t, tally):
    """A customer becomes a member: welcome points, a head start, status given or matched, the first fee or a trial."""
    book = Book(terms.rule, terms.row, terms.legs)
    rule, first = terms.rule, card(firms, p)
    wholes[first, j] = I32(week)
    wholes[HAPPENED, j] |= I32(JOINED)
    wholes[first + STAMPS, j] = I32(rule[p, Rule.HEAD_START])
    tally[t + Tally.JOINED] += 1
    tally[t + Tally.STAMPS_GIVEN] += rule[p, Rule.HEAD_START]
    if rule[p, Rule.WELCOME] > 0:
        credit(wholes, firms, j, book, p, week, rule[p, Rule.WELCOME], t, tally)
        if u_second < terms.plan[p, Plan.MULTI_ACCOUNTS]:
            credit(wholes, firms, j, book, p, week, rule[p, Rule.WELCOME], t, tally)
            tally[t + Tally.POINTS_FRAUD] += rule[p, Rule.WELCOME]
    if terms.row[p, Row.CARD_WEEK] >= 0:
        wholes[terms.row[p, Row.CARD_WEEK], j] = I32(week)
    if rule[p, Rule.LEVELS] > 0:
        if u_gift < terms.plan[p, Plan.GIFT_SHARE]:
            until = end_of_validity(book, p, week, week)
            bestow(wholes, j, book, p, rule[p, Rule.GIFT_LEVEL], until, 0, t, tally)
        if rival_level > 0 and rule[p, Rule.MATCH_LEVEL] > 0:
            until = week + rule[p, Rule.MATCH_WEEKS]
            bestow(wholes, j, book, p, rule[p, Rule.MATCH_LEVEL], until, 1, t, tally)
    if rule[p, Rule.FEE] > 0:
        trial, period = rule[p, Rule.TRIAL_WEEKS], rule[p, Rule.PERIOD_WEEKS]
        wholes[terms.row[p, Row.RECEIVED], j] = I32(0)
        if trial > 0:
            wholes[terms.row[p, Row.CLUB], j] = I32(2 * (week + trial) + 1)
            tally[t + Tally.TRIALS] += 1
        else:
            wholes[terms.row[p, Row.CLUB], j] = I32(2 * (week + period)) if period > 0 else I32(0)
            tally[t + Tally.FEES] += rule[p, Rule.FEE]


@scalar
def status_back(p, basket, sensitivity, rhythm, terms, numbers):
    """What the level that she would reach in a year brings, per unit of money spent: lower prices, points, service."""
    level, visits = 0, _WEEKS * rhythm
    points = visits * (
        basket * points_a_currency(p, terms) + F32(terms.rule[p, Rule.VISIT_POINTS]) * F32(1e-6)
    )
    for i in range(terms.rule[p, Rule.LEVELS]):
        a, b, c = terms.legs[p, i, Leg.SPEND], terms.legs[p, i, Leg.VISITS], terms.legs[p, i, Leg.POINTS]
        spends, comes, earns = visits * basket * F32(100.0) >= F32(a), visits >= F32(b), points >= F32(c)
        if terms.legs[p, i, Leg.EVERY] == 1:
            met = ((a < 0) | spends) & ((b < 0) | comes) & ((c < 0) | earns)
        else:
            met = ((a >= 0) & spends) | ((b >= 0) & comes) | ((c >= 0) & earns)
        level = i + 1 if met else level
    if level == 0:
        return ZERO
    more = terms.plan[p, Plan.BACK_PER_CURRENCY] * (terms.ladder[p, level - 1, Level.MULTIPLIER] - ONE)
    service = quality_value(terms.ladder[p, level - 1, Level.QUALITY], ZERO, numbers) / (sensitivity + TINY)
    return terms.ladder[p, level - 1, Level.DISCOUNT] + more + service


@scalar
def wants_in(u, p, basket, sensitivity, count, terms, rules):
    """Whether a customer joins at this purchase: she is asked, she spends enough, and it seems worth it."""
    rule, plan = terms.rule, terms.plan
    rhythm = pace(count, rules.memory)
    back = plan[p, Plan.BACK_PER_CURRENCY]
    if rule[p, Rule.LEVELS] > 0:
        back = back + status_back(p, basket, sensitivity, rhythm, terms, rules.expectation)
    benefit = yearly_benefit(rhythm, basket, back, plan[p, Plan.BACK_PER_VISIT])
    if _WEEKS * rhythm * basket < plan[p, Plan.SPEND_PER_YEAR]:
        return False
    if rule[p, Rule.FEE] > 0:
        period = rule[p, Rule.PERIOD_WEEKS]
        fee = F32(rule[p, Rule.FEE]) * F32(0.01)
        fee = fee * _WEEKS / F32(period) if period > 0 else fee * F32(0.2)
        # A trial costs nothing: only the trouble is weighed.
        fee = ZERO if rule[p, Rule.TRIAL_WEEKS] > 0 else fee
        return subscribes(u, plan[p, Plan.ASK], benefit, plan[p, Plan.EFFORT], fee, rules.club)
    return joins(u, plan[p, Plan.ASK], benefit, plan[p, Plan.EFFORT], rules.join)


@scalar
def redeem(wholes, firms, j, p, basket, count, equity, u, u_stock, terms, rules, context, t, tally):
    """A member who has the points for what she saves for may hand them in. Returns her equity and the cost (cents)."""
    book = Book(terms.rule, terms.row, terms.legs)
    rule, week, cost = terms.rule, context.week, np.int64(0)
    have = ready(wholes, firms, j, book, p)
    rhythm = pace(count, rules.memory)
    i = goal(
        wholes, j, p, terms, F32(have), step_size(wholes, j, p, basket, terms), rhythm, rules.programme_value
    )
    if i < 0 or have < terms.tags[p, i, Tag.POINTS]:
        return equity, cost
    points, last = terms.tags[p, i, Tag.POINTS], terms.row[p, Row.REDEEMED_WEEK]
    barred = terms.tags[p, i, Tag.CLOSED] == 1
    if last >= 0:
        barred |= (wholes[last, j] > 0) & (week - (wholes[last, j] - 1) < rule[p, Rule.COOLDOWN])
    if barred:
        return equity, cost
    tally[t + Tally.ELIGIBLE] += 1 if terms.plan[p, Plan.REDEEM] > ZERO else 0
    number = np.int64(rewards_due(have, points))
    number = min(number, terms.tags[p, i, Tag.LIMIT])
    worth = F32(number) * terms.menu[p, i, Reward.WORTH] / basket
    urgent = rule[p, Rule.URGENT] == 1 or dies_soon(wholes, firms, j, p, book, week)
    chance = redeem_chance(terms.plan[p, Plan.REDEEM], worth, urgent, rules.redemption)
    if u < chance and u_stock < terms.menu[p, i, Reward.AVAILABILITY]:
        vouchers = terms.row[p, Row.VOUCHERS]
        if vouchers >= 0:
            take(wholes, vouchers, j, number * points, filling(week, rule[p, Rule.VOUCHER_WEEKS], 0, LOTS))
        else:
            take(wholes, card(firms, p) + LOT, j, number * points, filling_lot(book, p, week))
        cost = number * terms.tags[p, i, Tag.COST]
        tally[t + Tally.POINTS_REDEEMED] += number * points
        tally[t + Tally.POINTS_REWARDS] += number
        tally[t + Tally.REWARDS_COST] += cost
        tally[t + Tally.REWARDS_FACE] += number * terms.tags[p, i, Tag.FACE]
        tally[t + Tally.REDEMPTIONS] += 1
        equity = rewarded(equity, F32(number) * terms.menu[p, i, Reward.GRATITUDE] / basket, rules.equity)
        wholes[HAPPENED, j] |= I32(REDEEMED)
        if last >= 0:
            wholes[last, j] = I32(week + 1)
        receive(wholes, j, book, p, F32(number * terms.tags[p, i, Tag.FACE]) * F32(0.01))
    return equity, cost


@scalar
def weeks_to_live(wholes, firms, j, p, book, week):
    """Points (or vouchers) that die next, and in how many weeks; (0, 0) where nothing dies of age."""
    rule, vouchers = book.rule, book.row[p, Row.VOUCHERS]
    first, period, start, count = (
        card(firms, p) + LOT, rule[p, Rule.LOT_WEEKS], rule[p, Rule.LOT_START], rule[p, Rule.LOT_COUNT]
    )  # fmt: skip
    if vouchers >= 0:
        first, period, start, count = vouchers, rule[p, Rule.VOUCHER_WEEKS], 0, LOTS
    if period == 0:
        return I32(0), 0
    oldest = (filling(week, period, start, count) + 1) % count
    return wholes[first + oldest, j], period - (week - start + period) % period


@scalar
def dies_soon(wholes, firms, j, p, book, week):
    """Whether a member has been warned that points of hers are about to die."""
    points, weeks = weeks_to_live(wholes, firms, j, p, book, week)
    return points > 0 and weeks <= book.rule[p, Rule.WARNING_WEEKS]


@scalar
def points_for(wholes, j, customer, seg, k, f, p, cents, terms, context):
    """Points that a purchase of this amount earns, before caps."""
    book = Book(terms.rule, terms.row, terms.legs)
    rule = terms.rule
    micro = np.float64(rule[p, Rule.MICRO_POINTS])
    if rule[p, Rule.PLAIN] == 1:
        return points_earned(cents, micro, 0.0)
    if cents < rule[p, Rule.LEAST_BASKET]:
        return np.int64(0)
    factor, level = ONE, rank(wholes, j, book, p)
    if level > 0:
        factor = factor * terms.ladder[p, level - 1, Level.MULTIPLIER]
    if rule[p, Rule.LUCK_BONUS] == 1:
        a, b, c, d = philox(
            customer, U32(context.week), _BONUS, U32(k * MAX_FIRMS + f), context.seed, context.replicate
        )
        for i in range(MOST_BONUSES):
            word = a if i == 0 else (b if i == 1 else (c if i == 2 else d))
            holds = ((terms.reaches[p, i] >> seg) & 1) == 1
            if holds and unit(word) < terms.bonus[p, i, 1]:
                factor = factor * terms.bonus[p, i, 0]
    micro = np.floor(micro * np.float64(factor) + 0.5)
    each = np.floor(np.float64(rule[p, Rule.VISIT_POINTS]) * np.float64(factor) + 0.5)
    more = (each + np.float64(rule[p, Rule.ROUNDING])) * 100.0
    return points_earned(cents, micro, more)


@scalar
def capped(wholes, j, p, points, book):
    """Points that a purchase earns within the limits of a purchase, a week and a year, which are used up by it."""
    rule = book.rule
    cap, week, year = rule[p, Rule.CAP_PURCHASE], book.row[p, Row.EARNED_WEEK], book.row[p, Row.EARNED_YEAR]
    points = min(points, cap) if cap > 0 else points
    points = min(points, max(rule[p, Rule.CAP_WEEK] - wholes[week, j], 0)) if week >= 0 else points
    points = min(points, max(rule[p, Rule.CAP_YEAR] - wholes[year, j], 0)) if year >= 0 else points
    if week >= 0:
        wholes[week, j] += I32(points)
    if year >= 0:
        wholes[year, j] += I32(points)
    return points


@scalar
def keep_playing(wholes, j, p, cents, basket, equity, terms, rules, t, tally):
    """Progress in the challenge and the streak; returns the points that are won, and her equity."""
    rule, won = terms.rule, np.int64(0)
    row = terms.row[p, Row.CHALLENGE]
    if row >= 0 and wholes[row, j] > 0:
        by_visits = rule[p, Rule.CHALLENGE_VISITS] > 0
        target = rule[p, Rule.CHALLENGE_VISITS] if by_visits else rule[p, Rule.CHALLENGE_SPEND]
        if wholes[row, j] == 1:
            tally[t + Tally.CHALLENGES_JOINED] += 1
        progress = np.int64(wholes[row, j]) - 1 + (np.int64(1) if by_visits else max(np.int64(cents), 1))
        wholes[row, j] = I32(min(progress, target) + 1)
        if progress >= target:
            wholes[row, j] = I32(DONE)
            won += rule[p, Rule.CHALLENGE_POINTS]
            tally[t + Tally.CHALLENGES_DONE] += 1
            worth = F32(rule[p, Rule.CHALLENGE_POINTS]) * terms.plan[p, Plan.POINT_WORTH] / basket
            equity = given(equity, pride(worth, rules.challenge), rules.equity)
    row = terms.row[p, Row.STREAK]
    if row >= 0 and (wholes[row, j] & 1) == 0:
        links = (wholes[row, j] >> 1) + 1
        if links >= rule[p, Rule.STREAK_LENGTH]:
            links = 0
            won += rule[p, Rule.STREAK_POINTS]
            tally[t + Tally.STREAKS_DONE] += 1
        wholes[row, j] = I32(2 * links + 1)
    return won, equity


@scalar
def stamp(wholes, firms, j, p, cents, basket, equity, u_second, terms, rules, context, t, tally):
    """A full card is handed in; then a stamp, or two. Returns her equity and the cost of the reward (cents)."""
    book = Book(terms.rule, terms.row, terms.legs)
    rule, row, cost = terms.rule, card(firms, p) + STAMPS, np.int64(0)
    needed = rule[p, Rule.STAMPS_NEEDED]
    started = terms.row[p, Row.CARD_WEEK]
    if card_is_full(wholes[row, j], needed):
        wholes[row, j] -= I32(needed)
        cost = rule[p, Rule.STAMPS_COST]
        tally[t + Tally.STAMPS_HANDED_IN] += needed
        tally[t + Tally.STAMPS_REWARDS] += 1
        equity = rewarded(equity, terms.plan[p, Plan.STAMPS_GRATITUDE] / basket, rules.equity)
        wholes[HAPPENED, j] |= I32(REDEEMED)
        receive(wholes, j, book, p, terms.plan[p, Plan.STAMPS_REWARD])
        if started >= 0:
            wholes[started, j] = I32(context.week)
    if cents >= rule[p, Rule.STAMPS_LEAST]:
        if started >= 0 and wholes[row, j] == 0:
            wholes[started, j] = I32(context.week)
        given_now = 2 if u_second < terms.plan[p, Plan.BONUS_SHARE] else 1
        wholes[row, j] += I32(given_now)
        tally[t + Tally.STAMPS_GIVEN] += given_now
    return equity, cost


@scalar
def partake(
    reals, wholes, j, customer, seg, k, f, p, programme_of, cents, saved, lift, brings_back, count, equity,
    terms, rules, context, tally,
):  # fmt: skip
    """One purchase at firm f under its programme p.

    cents: what she paid; saved: what the posted price was above it (cents); lift: index points of soft benefits;
    brings_back: whether the goods come back; count: purchases at the firm she remembers; equity: hers with the firm.
    Returns her equity after it and what rewards cost the firm (cents).
    """
    book = Book(terms.rule, terms.row, terms.legs)
    firms, rule = programme_of.size, terms.rule
    cost = np.int64(0)
    if rule[p, Rule.OPEN] == 0:
        return equity, cost
    first, week, basket = card(firms, p), context.week, reals[BASKET, j]
    t = ((seg * firms + f) * 2 + 1) * TALLIES
    a, b, c, d = philox(
        customer, U32(week), _PROGRAMME, U32(k * MAX_FIRMS + f), context.seed, context.replicate
    )
    comes_as_member = wholes[first, j] >= 0
    if not comes_as_member:
        if not (
            rule[p, Rule.AUTOMATIC] == 1
            or wants_in(unit(a), p, basket, reals[SENSITIVITY, j], count, terms, rules)
        ):
            return equity, cost
        rivals = 0
        for q in range(terms.firm.size):
            if q != p and wholes[card(firms, q), j] >= 0:
                rivals = max(rivals, rank(wholes, j, book, q))
        join(wholes, firms, j, p, week, unit(c), unit(d), terms, rivals, t, tally)
    elif rule[p, Rule.CARD] == 1:
        away = F32(week - wholes[CUSTOMER_WHOLES + f, j])
        if not shows(unit(c), away, nearest(wholes, firms, j, p, terms), rules.use):
            return equity, cost
    plain, gained = rule[p, Rule.PLAIN] == 1, np.int64(0)
    e1, e2, e3 = U32(0), U32(0), U32(0)
    if rule[p, Rule.LUCK_EXTRA] == 1:
        _, e1, e2, e3 = philox(
            customer, U32(week), _EXTRA, U32(k * MAX_FIRMS + f), context.seed, context.replicate
        )
    if rule[p, Rule.MENU] > 0:
        if rule[p, Rule.PENDING_VISIT] == 1 and rule[p, Rule.PENDING_WEEKS] == 0:
            release(wholes, firms, j, book, p, week)
        u_stock = unit(e3)
        equity, cost = redeem(
            wholes, firms, j, p, basket, count, equity, unit(b), u_stock, terms, rules, context, t, tally
        )
        gained = points_for(wholes, j, customer, seg, k, f, p, cents, terms, context)
        if not plain:
            points_won, equity = keep_playing(wholes, j, p, cents, basket, equity, terms, rules, t, tally)
            gained = capped(wholes, j, p, gained, book) + points_won
            visits = terms.row[p, Row.VISITS]
            every = rule[p, Rule.MILESTONE_VISITS]
            if every > 0 and (counted(wholes, j, visits, rule[p, Rule.WINDOW]) + 1) % every == 0:
                gained += rule[p, Rule.MILESTONE_POINTS]
        credit(wholes, firms, j, book, p, week, gained, t, tally)
        if f != terms.firm[p]:
            tally[t + Tally.POINTS_SETTLED] += gained
        if brings_back and terms.row[p, Row.RETURNED] >= 0:
            wholes[terms.row[p, Row.RETURNED], j] += I32(gained)
    if rule[p, Rule.STAMPS_NEEDED] > 0:
        equity, more = stamp(
            wholes, firms, j, p, cents, basket, equity, unit(e1), terms, rules, context, t, tally
        )
        cost += more
    if plain:
        return equity, cost
    # At the purchase at which she joins she has paid, and been served, as a stranger.
    if (
        comes_as_member
        and rule[p, Rule.PERSONAL] == 1
        and uses_offer(reals, wholes, firms, j, customer, p, f, terms, rules, context)
    ):
        tally[t + Tally.OFFERS_USED] += 1
    level = rank(wholes, j, book, p)
    if level > 0 and comes_as_member:
        tally[t + Tally.BENEFITS_CENTS] += terms.legs[p, level - 1, Leg.QUALITY_COST]
    if rule[p, Rule.LEVELS] > 0:
        # What is brought back counts for nothing.
        counts = np.int64(0) if brings_back else np.int64(1)
        equity = strive(
            wholes, j, book, p, week, wholes[first, j], np.int64(cents) * counts, counts, gained * counts, equity, t,
            rules, tally,
        )  # fmt: skip
    if level >= rule[p, Rule.SURPRISE_LEVEL] and unit(e2) < terms.plan[p, Plan.SURPRISE_CHANCE]:
        equity = given(equity, terms.plan[p, Plan.SURPRISE_WORTH] / basket, rules.equity)
        tally[t + Tally.SURPRISES] += 1
        cost += rule[p, Rule.SURPRISE_COST]
        receive(wholes, j, book, p, terms.plan[p, Plan.SURPRISE_WORTH])
    worth = F32(saved) * F32(0.01)
    if lift > ZERO:
        felt = quality_value(lift, ZERO, rules.expectation)
        worth = worth + basket * felt / (reals[SENSITIVITY, j] + TINY)
    receive(wholes, j, book, p, worth)
    return equity, cost


@scalar
def settle(wholes, firms, j, terms, p, t, points, stamps, tally):
    """A programme that ends pays what it owes: points in cash at face value, full cards as they would have been."""
    book = Book(terms.rule, terms.row, terms.legs)
    if points:
        owed = drain(wholes, firms, j, book, p)
        tally[t + Tally.POINTS_REDEEMED] += owed
        tally[t + Tally.PAID_OUT] += owed
        # In cash: what it is worth is what it costs.
        tally[t + Tally.REWARDS_COST] += price_of(owed, terms.plan[p, Plan.POINT_WORTH])
        tally[t + Tally.REWARDS_FACE] += price_of(owed, terms.plan[p, Plan.POINT_WORTH])
    needed, row = terms.rule[p, Rule.STAMPS_NEEDED], card(firms, p) + STAMPS
    if stamps and needed > 0:
        full = wholes[row, j] // needed
        wholes[row, j] -= I32(full * needed)
        tally[t + Tally.STAMPS_HANDED_IN] += full * needed
        tally[t + Tally.STAMPS_REWARDS] += full
