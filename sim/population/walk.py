"""The same week as `week.py`, customer by customer in plain Python: slow, readable, and the truth.

It calls the same scalar rules and must leave the same bits, in the columns and in the tally. Read this to
learn what a week is; run it, on a small market, to check the fast pass.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic import F32, HALF, I32, ONE, ZERO, exp, normal_quantile
from sim.draws import U32, Stream, philox, poisson, unit
from sim.measures.tally import INDEX_SCALE, TALLIES, Tally
from sim.population.population import Population
from sim.population.told import Context, Posted, Terms
from sim.population.traits import DRIFT, OUTSIDE_TRAIT, TASTE_TRAIT, bear, drawn_rate, drawn_taste
from sim.rules import BehaviourNumbers
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

_CENTS = F32(100.0)


class Customer:
    """One customer's columns, by name; firm columns are lists over firms, programme columns over programmes."""

    def __init__(self, number: int, reals: Any, wholes: Any, slot: int, firms: int, programmes: int) -> None:
        self.number = U32(number)
        self._reals, self._wholes, self._slot = reals, wholes, slot
        self._firms, self._programmes = firms, programmes
        self.fetch()

    def fetch(self) -> None:
        """Read the columns."""
        r, w = [x.copy() for x in self._reals[:, self._slot]], [x.copy() for x in self._wholes[:, self._slot]]
        n = self._firms
        self.rate, self.hazard, self.basket, self.sensitivity, self.reference, self.taste_outside = r[:6]
        self.taste, self.expectation, self.satisfaction, self.attachment, self.remembered = (
            r[6 + kind * n : 6 + (kind + 1) * n] for kind in range(5)
        )
        self.alive, self.entered, self.last_firm, self.cohort = w[:4]
        self.last_week = w[4 : 4 + n]
        cards = [w[4 + n + 7 * p : 4 + n + 7 * (p + 1)] for p in range(self._programmes)]
        self.member_since, self.stamps = [c[0] for c in cards], [c[1] for c in cards]
        self.lots = [c[2:] for c in cards]

    def store(self) -> None:
        """Write the columns back."""
        firm_columns = [self.taste, self.expectation, self.satisfaction, self.attachment, self.remembered]
        self._reals[:, self._slot] = [
            self.rate, self.hazard, self.basket, self.sensitivity, self.reference, self.taste_outside,
            *(x for column in firm_columns for x in column),
        ]  # fmt: skip
        cards = [
            x for p in range(self._programmes) for x in (self.member_since[p], self.stamps[p], *self.lots[p])
        ]
        self._wholes[:, self._slot] = [
            self.alive, self.entered, self.last_firm, self.cohort, *self.last_week, *cards
        ]  # fmt: skip


class Walk:
    """One week of a population, customer by customer."""

    def __init__(
        self,
        population: Population,
        *,
        posted: Posted,
        terms: Terms,
        programme_of: NDArray[np.int32],
        rules: BehaviourNumbers,
        context: Context,
    ) -> None:
        self.population, self.posted, self.terms = population, posted, terms
        self.programme_of, self.rules, self.context = programme_of, rules, context
        self.week = U32(context.week)
        self.tally = np.zeros((len(population.sizes), population.firms, 2, TALLIES), np.int64)

    def live_week(self) -> NDArray[np.int64]:
        """Everybody lives one week; returns the tally, as `Population.live_week` does."""
        people = self.population
        for b in range(len(people.block_size)):
            for j in range(int(people.block_size[b])):
                number = int(people.block_first[b]) + j
                self.seg = int(people.block_segment[b])
                customer = Customer(
                    number, people.reals[b], people.wholes[b], j, people.firms, people.programmes
                )
                self.expire(customer)
                w0, w1, w2, w3 = self._draw(customer, Stream.LIFE, 0)
                self.live(customer, unit(w0), unit(w1), unit(w2))
                for k in range(self.need(customer, unit(w3))):
                    self.purchase(customer, k)
                customer.store()
                self.count(customer)
        return self.tally

    def _draw(self, c: Customer, stream: Stream, k: int) -> Any:
        return philox(c.number, self.week, U32(stream), U32(k), self.context.seed, self.context.replicate)

    def _add(self, firm: int, member: bool, what: Tally, amount: Any) -> None:
        self.tally[self.seg, firm, int(member), what] += int(amount)

    # --- live and need ------------------------------------------------------------------------------------

    def expire(self, c: Customer) -> None:
        """Points in the lot that the ring returns to have reached their age."""
        for p, firm in enumerate(self.terms.firm):
            period = self.terms.lot_weeks[p]
            if period > 0 and self.context.week % period == 0:
                lot = filling_lot(self.context.week, period)
                self._add(firm, True, Tally.POINTS_EXPIRED, c.lots[p][lot])
                c.lots[p][lot] = I32(0)

    def live(self, c: Customer, u_leave: Any, u_drift: Any, u_which: Any) -> None:
        """A leaver goes (and a newcomer takes the place); a trait may drift."""
        people, numbers = self.population, self.rules.drift
        per_taste, weights = numbers.taste_chance, F32(people.firms + 1)
        chance = numbers.rate_chance + weights * per_taste
        if leaves(u_leave, c.hazard, self.rules.leaving) and c.alive == 1:
            for f in range(people.firms):
                if is_active(self.context.week - 1, c.last_week[f], self.context.lapse_weeks):
                    p = int(self.programme_of[f])
                    member = p >= 0 and bool(c.member_since[p] >= 0)
                    self._add(f, member, Tally.LAPSED, 1)
            for p, firm in enumerate(self.terms.firm):
                self._add(firm, True, Tally.POINTS_FORFEITED, sum(int(x) for x in c.lots[p]))
                self._add(firm, True, Tally.STAMPS_FORFEITED, c.stamps[p])
                c.lots[p], c.stamps[p], c.member_since[p] = [I32(0)] * LOTS, I32(0), I32(-1)
            if self.context.replace_leavers == 1:
                bear(
                    c._reals, c._wholes, c._slot, c.number, U32(self.context.week + 1), self.context.week,
                    self.seg, people.segments, self.posted.quality, self.rules.satisfaction.neutral,
                    people.programmes, self.context.seed, self.context.replicate,
                )  # fmt: skip
                c.fetch()
            else:
                c.alive = I32(0)
        elif u_drift < chance:
            name = (c.number, self.week, DRIFT)
            key = (self.context.seed, self.context.replicate)
            share = u_which * chance
            if share < numbers.rate_chance:
                c.rate = drawn_rate(*name, self.seg, people.segments, *key)
                return
            which = int((share - numbers.rate_chance) / per_taste)
            if which < people.firms:
                shape = people.segments.weight_shape[self.seg, which]
                c.taste[which] = drawn_taste(shape, TASTE_TRAIT + which, *name, *key)
            else:
                shape = people.segments.outside_shape[self.seg]
                c.taste_outside = drawn_taste(shape, OUTSIDE_TRAIT, *name, *key)

    def need(self, c: Customer, u: Any) -> int:
        """Purchases the customer sets out for this week."""
        mean = c.rate * self.context.pull * F32(c.alive)
        if u < exp(-mean):
            return 0
        key = (self.context.seed, self.context.replicate)
        return int(poisson(u, mean, c.number, self.week, U32(Stream.NEED), *key))

    # --- one purchase -------------------------------------------------------------------------------------

    def purchase(self, c: Customer, k: int) -> None:
        """Look at the prices, weigh, choose, experience, judge, pay, take part in the programme."""
        w0, w1, w2, w3 = self._draw(c, Stream.PURCHASE, k)
        paid = self.prices(c)
        firm = self.choose(c, unit(w0), self.values(c, paid))
        if firm < 0:
            return
        failed = bool(unit(w1) < self.posted.failure_rate[firm])
        won = not is_active(self.context.week - 1, c.last_week[firm], self.context.lapse_weeks)
        self.experience(c, firm, unit(w1), normal_quantile(unit(w2)))
        c.reference = next_reference(c.reference, paid[firm], self.rules.price)
        c.last_firm = I32(firm)
        sigma = self.population.segments.visit_sigma[self.seg]
        centre = -HALF * sigma * sigma
        volume = c.basket * exp(sigma * normal_quantile(unit(w3)) + centre) * _CENTS
        cents = np.int64(np.floor(volume * paid[firm] + HALF))
        list_cents = np.int64(np.floor(volume * self.posted.price[firm] + HALF))
        goods = np.int64(np.floor(volume * self.posted.unit_cost[firm] + HALF))
        p = int(self.programme_of[firm])
        reward_cents = self.take_part(c, p, firm, k, cents) if p >= 0 else 0
        member = p >= 0 and bool(c.member_since[p] >= 0)
        self._add(firm, member, Tally.PURCHASES, 1)
        self._add(firm, member, Tally.REVENUE, cents)
        self._add(firm, member, Tally.GOODS, goods)
        self._add(firm, member, Tally.DISCOUNT, list_cents - cents)
        self._add(firm, member, Tally.FAILURES, failed)
        self._add(firm, member, Tally.WON, won)
        if (int(c.cohort) >> (16 + firm)) & 1:
            contribution = cents - goods - self.posted.service_cents[firm] - reward_cents
            self._add(firm, member, Tally.COHORT_CONTRIBUTION, contribution)

    def prices(self, c: Customer) -> list[Any]:
        """Posted prices; a member sees her own."""
        paid = list(self.posted.price)
        for p, firm in enumerate(self.terms.firm):
            if self.terms.discount[p] > ZERO and c.member_since[p] >= 0:
                paid[firm] = member_pays(paid[firm], self.terms.discount[p], self.rules.member_price)
        return paid

    def values(self, c: Customer, paid: list[Any]) -> list[Any]:
        """What each firm has going for it (logit units)."""
        rules, terms = self.rules, self.terms
        values = []
        for f in range(self.population.firms):
            value = (
                price_value(paid[f], c.reference, c.sensitivity, rules.price)
                + quality_value(c.expectation[f], self.posted.usual_quality[f], rules.expectation)
                + attachment_value(c.attachment[f], rules.attachment)
            )
            values.append(value + inertia_value(bool(c.last_firm == f), rules.inertia))
        for p, f in enumerate(terms.firm):
            if c.member_since[p] < 0:
                continue
            ago = F32(int(self.context.week) - int(c.last_week[f]))
            rhythm = pace(remembered(c.remembered[f], ago, rules.memory), rules.memory)
            rewards = []
            if terms.threshold[p] > 0:
                step = c.basket * (F32(terms.micro_points[p]) * F32(1e-6))
                have = F32(sum(int(x) for x in c.lots[p]))
                rewards.append((terms.points_reward[p], F32(terms.threshold[p]), have, step))
            if terms.stamps_needed[p] > 0:
                card = F32(c.stamps[p])
                rewards.append((terms.stamps_reward[p], F32(terms.stamps_needed[p]), card, ONE))
            for reward, needed, have, step in rewards:
                values[f] = values[f] + reward_value(
                    reward / c.basket, purchases_to_go(needed, have, step), rhythm,
                    progress_made(needed, have), c.sensitivity, rules.programme_value,
                )  # fmt: skip
        return values

    def choose(self, c: Customer, u: Any, values: list[Any]) -> int:
        """One firm, or none (-1), by the odds of the attractions."""
        rules = self.rules.choice
        outside = attraction(c.taste_outside, ZERO, rules)
        attractions = [attraction(t, v, rules) for t, v in zip(c.taste, values, strict=True)]
        greatest = outside
        for a in attractions:
            greatest = a if a > greatest else greatest
        weights = [odds(a, greatest) for a in attractions]
        total = ZERO
        for weight in weights:
            total = total + weight
        threshold = u * (total + odds(outside, greatest))
        reached = ZERO
        for firm, weight in enumerate(weights):
            reached = reached + weight
            if threshold < reached:
                return firm
        return -1

    def experience(self, c: Customer, f: int, u: Any, z: Any) -> None:
        """What is met, and what it does to expectation, satisfaction, attachment and memory."""
        rules, posted = self.rules, self.posted
        met = perceived(
            posted.quality[f], posted.spread[f], posted.failure_severity[f], posted.failure_rate[f], z, u,
            rules.experience,
        )  # fmt: skip
        ago = F32(int(self.context.week) - int(c.last_week[f]))
        count = remembered(c.remembered[f], ago, rules.memory)
        surprise = felt(met, c.expectation[f], rules.satisfaction)
        c.satisfaction[f] = next_satisfaction(c.satisfaction[f], surprise, count + ONE, rules.satisfaction)
        c.expectation[f] = next_expectation(c.expectation[f], met, rules.expectation)
        c.remembered[f] = after_purchase(count)
        c.attachment[f] = next_attachment(
            c.attachment[f], c.satisfaction[f], rules.satisfaction.neutral, rules.attachment
        )
        c.last_week[f] = I32(self.context.week)

    def take_part(self, c: Customer, p: int, f: int, k: int, cents: Any) -> int:
        """A member redeems, then earns; another may join, and earns at once. Returns reward cost in cents."""
        terms, week = self.terms, self.context.week
        if not terms.open[p]:
            return 0
        w0, w1, _, _ = self._draw(c, Stream.PROGRAMME, k * 16 + f)
        filling = filling_lot(week, terms.lot_weeks[p])
        if c.member_since[p] < 0:
            worth = yearly_benefit(
                pace(c.remembered[f], self.rules.memory), c.basket, terms.back_per_currency[p],
                terms.back_per_visit[p],
            )  # fmt: skip
            asked_and_yes = joins(unit(w0), terms.ask[p], worth, terms.effort[p], self.rules.join)
            if not (asked_and_yes or terms.automatic[p] == 1):
                return 0
            c.member_since[p] = I32(week)
            c.lots[p][filling] += terms.welcome[p]
            c.stamps[p] = terms.head_start[p]
            self._add(f, True, Tally.JOINED, 1)
            self._add(f, True, Tally.POINTS_EARNED, terms.welcome[p])
            self._add(f, True, Tally.STAMPS_GIVEN, terms.head_start[p])
        cost = 0
        if terms.threshold[p] > 0:
            threshold = int(terms.threshold[p])
            balance = sum(int(x) for x in c.lots[p])
            if balance >= threshold and unit(w1) < terms.redeem[p]:
                rewards = int(rewards_due(balance, threshold))
                wanted = rewards * threshold
                self._add(f, True, Tally.POINTS_REDEEMED, wanted)
                self._add(f, True, Tally.POINTS_REWARDS, rewards)
                cost += rewards * int(terms.points_cost_cents[p])
                for step in range(LOTS):
                    lot = (filling + 1 + step) % LOTS
                    taken = int(taken_from_lot(int(c.lots[p][lot]), wanted))
                    c.lots[p][lot] -= I32(taken)
                    wanted -= taken
            earned = points_earned(cents, terms.micro_points[p])
            c.lots[p][filling] += earned
            self._add(f, True, Tally.POINTS_EARNED, earned)
        if terms.stamps_needed[p] > 0:
            if card_is_full(c.stamps[p], terms.stamps_needed[p]):
                c.stamps[p] -= terms.stamps_needed[p]
                self._add(f, True, Tally.STAMPS_HANDED_IN, terms.stamps_needed[p])
                self._add(f, True, Tally.STAMPS_REWARDS, 1)
                cost += int(terms.stamps_cost_cents[p])
            c.stamps[p] += I32(1)
            self._add(f, True, Tally.STAMPS_GIVEN, 1)
        return cost

    # --- count --------------------------------------------------------------------------------------------

    def count(self, c: Customer) -> None:
        """What the customer is at the end of the week, for each firm."""
        week, lapse_weeks = self.context.week, self.context.lapse_weeks
        w0, _, _, _ = self._draw(c, Stream.SURVEY, 0)
        z = normal_quantile(unit(w0))
        for f in range(self.population.firms):
            p = int(self.programme_of[f])
            member = p >= 0 and bool(c.member_since[p] >= 0)
            self._add(f, member, Tally.MEMBERS, member)
            self._add(f, member, Tally.LAPSED, c.alive == 1 and lapses_now(week, c.last_week[f], lapse_weeks))
            if p >= 0:
                self._add(f, True, Tally.POINTS_BALANCE, sum(int(x) for x in c.lots[p]))
                self._add(f, True, Tally.STAMPS_BALANCE, c.stamps[p])
            if is_active(week, c.last_week[f], lapse_weeks) and c.alive == 1:
                self._add(f, member, Tally.ACTIVE, 1)
                for what, value in (
                    (Tally.SATISFACTION, c.satisfaction[f]),
                    (Tally.EXPECTATION, c.expectation[f]),
                    (Tally.ATTACHMENT, c.attachment[f]),
                ):
                    self._add(f, member, what, I32(value * F32(INDEX_SCALE)))
                if self.context.survey == 1:
                    mark = answer(c.satisfaction[f], c.attachment[f], z)
                    self._add(f, member, Tally.ASKED, 1)
                    self._add(f, member, Tally.PROMOTERS, mark >= 9)
                    self._add(f, member, Tally.DETRACTORS, mark <= 6)
