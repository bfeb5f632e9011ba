"""What a membership is worth to its member at the next purchase: the reward ahead, status, what would be lost; and the
price she pays and the service she gets as a member.
"""

from __future__ import annotations

from sim.arithmetic import F32, ONE, TINY, ZERO, scalar
from sim.population.account import card, ready
from sim.population.columns import CUSTOMER_WHOLES, STAMPS, Row
from sim.population.membership import uses_offer
from sim.population.partake import goal, step_size, weeks_to_live
from sim.population.standing import next_goal, rank
from sim.population.told import Book, Level, Plan, Reward, Rule, Tag
from sim.rules.challenge import goal_value
from sim.rules.club import commitment_value
from sim.rules.expiry import expiry_value
from sim.rules.member_price import member_pays
from sim.rules.programme_value import progress_made, purchases_to_go, reward_value
from sim.rules.status import stake_value, status_value, within_reach
from sim.rules.streak import streak_value

_HALF_A_YEAR = 26


@scalar
def appeal(wholes, j, firms, p, f, week, rhythm, basket, sensitivity, trust, terms, rules):
    """What membership of programme p adds to the attraction of buying at firm f now (logit units), for a member.

    rhythm: purchases a week at the firm, as she reckons; basket: her typical one (currency); trust: trust scale.
    """
    book = Book(terms.rule, terms.row, terms.legs)
    rule, plan = terms.rule, terms.plan
    total = ZERO
    if rule[p, Rule.MENU] > 0:
        have, step = F32(ready(wholes, firms, j, book, p)), step_size(wholes, j, p, basket, terms)
        i = goal(wholes, j, p, terms, have, step, rhythm, rules.programme_value)
        if i >= 0:
            needed = F32(terms.tags[p, i, Tag.POINTS])
            gain = reward_value(
                terms.menu[p, i, Reward.WORTH] / basket, purchases_to_go(needed, have, step), rhythm,
                progress_made(needed, have), sensitivity, rules.programme_value,
            )  # fmt: skip
            total = total + gain * trust
    if rule[p, Rule.STAMPS_NEEDED] > 0:
        needed, have = F32(rule[p, Rule.STAMPS_NEEDED]), F32(wholes[card(firms, p) + STAMPS, j])
        gain = reward_value(
            plan[p, Plan.STAMPS_REWARD] / basket, purchases_to_go(needed, have, ONE), rhythm,
            progress_made(needed, have), sensitivity, rules.programme_value,
        )  # fmt: skip
        total = total + gain * trust
    if (
        rules.expiry.weight > ZERO
        and rule[p, Rule.LOT_WEEKS] + rule[p, Rule.INACTIVE_WEEKS] + rule[p, Rule.VOUCHER_WEEKS] > 0
    ):
        total = total + at_risk(wholes, j, firms, p, f, week, basket, sensitivity, terms, rules)
    if rule[p, Rule.PLAIN] == 1:
        return total
    return total + stakes(wholes, j, firms, p, week, rhythm, basket, sensitivity, terms, rules)


@scalar
def stakes(wholes, j, firms, p, week, rhythm, basket, sensitivity, terms, rules):
    """What status, games and fees add to the attraction of buying now (logit units)."""
    book = Book(terms.rule, terms.row, terms.legs)
    rule, plan, total = terms.rule, terms.plan, ZERO
    since = wholes[card(firms, p), j]
    if rule[p, Rule.LEVELS] > 0:
        level = rank(wholes, j, book, p)
        total = total + status_value(F32(level) / F32(rule[p, Rule.LEVELS]), rules.status)
        step = step_size(wholes, j, p, basket, terms)
        target, progress, missing, weeks = next_goal(wholes, j, book, p, week, since, basket, step)
        if target > 0:
            worth = step_worth(p, target - 1, rhythm, sensitivity, terms, rules)
            total = total + stake_value(progress, F32(weeks), rhythm, missing, worth, rules.status)
    if terms.row[p, Row.CLUB] >= 0:
        paid = F32(rule[p, Rule.FEE]) * F32(0.01) / basket
        until, period = wholes[terms.row[p, Row.CLUB], j], rule[p, Rule.PERIOD_WEEKS]
        ago = week - ((until >> 1) - period) if until > 0 else week - since
        trial = (until & 1) == 1
        total = total + (ZERO if trial else commitment_value(paid, F32(ago), rules.club))
    row = terms.row[p, Row.CHALLENGE]
    if row >= 0 and wholes[row, j] > 0:
        worth = F32(rule[p, Rule.CHALLENGE_POINTS]) * plan[p, Plan.POINT_WORTH] / basket
        by_visits = rule[p, Rule.CHALLENGE_VISITS] > 0
        target = F32(rule[p, Rule.CHALLENGE_VISITS] if by_visits else rule[p, Rule.CHALLENGE_SPEND])
        done = F32(wholes[row, j] - 1)
        left = F32(rule[p, Rule.CHALLENGE_WEEKS] - week % rule[p, Rule.CHALLENGE_EVERY])
        missing = (target - done) / (ONE if by_visits else basket * F32(100.0))
        total = total + goal_value(done / target, worth, within_reach(rhythm, left, missing), rules.challenge)
    row = terms.row[p, Row.STREAK]
    if row >= 0 and (wholes[row, j] & 1) == 0:
        worth = F32(rule[p, Rule.STREAK_POINTS]) * plan[p, Plan.POINT_WORTH] / basket
        links, length = F32(wholes[row, j] >> 1), F32(rule[p, Rule.STREAK_LENGTH])
        total = total + streak_value(links, length, worth, rules.streak)
    return total


@scalar
def step_worth(p, i, rhythm, sensitivity, terms, rules):
    """What a level gives in half a year, in typical baskets: lower prices, more points, better service."""
    rate = terms.plan[p, Plan.BACK_PER_CURRENCY]
    money = terms.ladder[p, i, Level.DISCOUNT] + rate * (terms.ladder[p, i, Level.MULTIPLIER] - ONE)
    service = terms.ladder[p, i, Level.QUALITY] * rules.expectation.pull / (sensitivity + TINY)
    return (money + service) * rhythm * F32(_HALF_A_YEAR)


@scalar
def at_risk(wholes, j, firms, p, f, week, basket, sensitivity, terms, rules):
    """Points that die unless she comes: all of them where staying away kills them, or those of age (logit units)."""
    book = Book(terms.rule, terms.row, terms.legs)
    rule = terms.rule
    warned, away = rule[p, Rule.WARNING_WEEKS], rule[p, Rule.INACTIVE_WEEKS]
    have = ready(wholes, firms, j, book, p)
    if away > 0:
        saved, weeks = have, away - (week - wholes[CUSTOMER_WHOLES + f, j]) + 1
    elif have < terms.tags[p, 0, Tag.POINTS]:
        # Points of age can only be saved by redeeming them; and that takes enough of them.
        return ZERO
    else:
        saved, weeks = weeks_to_live(wholes, firms, j, p, book, week)
    if saved <= 0 or weeks > warned or weeks < 0:
        return ZERO
    worth = F32(saved) * terms.plan[p, Plan.POINT_WORTH] / basket
    return expiry_value(worth, F32(weeks), sensitivity, rules.expiry)


@scalar
def personal_price(reals, wholes, j, customer, firms, p, f, price, terms, rules, context):
    """Price index that a member of programme p pays at firm f, of the price posted."""
    book = Book(terms.rule, terms.row, terms.legs)
    paid = member_pays(price, terms.plan[p, Plan.DISCOUNT], rules.member_price)
    if terms.rule[p, Rule.PERSONAL] == 1:
        level = rank(wholes, j, book, p)
        if level > 0:
            paid = member_pays(paid, terms.ladder[p, level - 1, Level.DISCOUNT], rules.member_price)
        if uses_offer(reals, wholes, firms, j, customer, p, f, terms, rules, context):
            paid = member_pays(paid, terms.plan[p, Plan.OFFER_DEPTH], rules.member_price)
    return paid


@scalar
def benefits(wholes, j, p, terms):
    """Soft benefits of a member at a purchase, index points added to what she meets."""
    book = Book(terms.rule, terms.row, terms.legs)
    level = rank(wholes, j, book, p)
    return terms.ladder[p, level - 1, Level.QUALITY] if level > 0 else ZERO
