"""The same week as `week.py`, customer by customer in plain Python: slow, readable, and the truth.

It calls the same scalar rules and must leave the same bits, in the columns and in the tally. Read this to
learn what a week is; run it, on a small market, to check the fast pass. What a customer hears before she buys and
tells afterwards is in `hear.py`, `enter.py` and `talk.py`, which are written customer by customer anyway.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic import F32, HALF, I32, ONE, ZERO, exp, normal_quantile
from sim.draws import U32, Stream, philox, poisson, unit
from sim.measures.tally import INDEX_SCALE, TALLIES, Tally
from sim.population import moments
from sim.population.account import card, filling_lot, forfeit, on_account, ring_sum, waiting
from sim.population.appeal import appeal, benefits, personal_price
from sim.population.columns import CUSTOMER_REALS, CUSTOMER_WHOLES, HAPPENED, LOT, STAMPS, Row
from sim.population.enter import enter
from sim.population.hear import hear
from sim.population.life import go
from sim.population.membership import begin_week, pool
from sim.population.moments import has
from sim.population.partake import partake
from sim.population.population import Population
from sim.population.standing import level_of
from sim.population.talk import tell
from sim.population.told import Plan, Rule, Told
from sim.population.trade import TRADE, credited, dealer_of, forget, is_served
from sim.population.traits import DRIFT, OUTSIDE_TRAIT, TASTE_TRAIT, bear, drawn_fit, drawn_rate, drawn_taste
from sim.rules import BehaviourNumbers
from sim.rules.attachment import attachment_value, next_attachment
from sim.rules.barrier import barrier_value, convenience_value, held
from sim.rules.choice import attraction, odds
from sim.rules.complaint import after_voice, complaint_chance
from sim.rules.contact import reminder_value, rested
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
from sim.rules.failure import aggrieved, faded, failure_size, grievance_value, is_core
from sim.rules.inertia import inertia_value
from sim.rules.intention import intention
from sim.rules.lapse import is_active, lapses_now
from sim.rules.leaving import leaves
from sim.rules.loyalty import (
    attitude_is_high,
    behavioural_share,
    kind,
    patronage_is_high,
    rung,
    truly_loyal,
)
from sim.rules.memory import after_purchase, pace, remembered
from sim.rules.points import turns
from sim.rules.price import next_reference, price_value
from sim.rules.satisfaction import felt, next_satisfaction, shortfall
from sim.rules.standard import rivals_give, standard
from sim.rules.survey import answer, answers, stated
from sim.rules.trust import betrayed, next_trust, trust_scale, trust_value
from sim.rules.variety import next_satiation, refreshed, variety_value
from sim.rules.word_of_mouth import fades, regard_value

_CENTS = F32(100.0)
_SINGLES = ("rate", "hazard", "basket", "sensitivity", "reference", "taste_outside", "satiation", "fatigue",
            "grievance")  # fmt: skip
_PER_FIRM = ("taste", "expectation", "satisfaction", "attachment", "remembered", "trust", "equity", "regard")
_WHOLES = (
    "alive",
    "entered",
    "last_firm",
    "cohort",
    "knows",
    "ties",
    "happened",
    "grieved",
    "contract",
    "story",
)


class Customer:
    """One customer's columns, by name; firm columns are lists over firms. Memberships stay in the block."""

    rate: Any
    hazard: Any
    basket: Any
    sensitivity: Any
    reference: Any
    taste_outside: Any
    satiation: Any
    fatigue: Any
    grievance: Any
    alive: Any
    entered: Any
    last_firm: Any
    cohort: Any
    knows: Any
    ties: Any
    happened: Any
    grieved: Any
    contract: Any
    story: Any
    taste: list[Any]
    expectation: list[Any]
    satisfaction: list[Any]
    attachment: list[Any]
    remembered: list[Any]
    trust: list[Any]
    equity: list[Any]
    regard: list[Any]
    last_week: list[Any]

    def __init__(self, number: int, reals: Any, wholes: Any, slot: int, firms: int, network: bool) -> None:
        self.number = U32(number)
        self._reals, self._wholes, self._slot = reals, wholes, slot
        self._firms = firms
        self._per_firm = _PER_FIRM if network else _PER_FIRM[:-1]
        self.regard = []
        self.fetch()

    @property
    def place(self) -> tuple[Any, Any, int]:
        """Reals, wholes and slot of the block where the columns lie."""
        return self._reals, self._wholes, self._slot

    def fetch(self) -> None:
        """Read the columns."""
        r, w = [x.copy() for x in self._reals[:, self._slot]], [x.copy() for x in self._wholes[:, self._slot]]
        n = self._firms
        self.__dict__.update(zip(_SINGLES, r, strict=False))
        for i, name in enumerate(self._per_firm):
            first = CUSTOMER_REALS + i * n
            setattr(self, name, r[first : first + n])
        self.__dict__.update(zip(_WHOLES, w, strict=False))
        self.last_week = w[CUSTOMER_WHOLES : CUSTOMER_WHOLES + n]

    def store(self) -> None:
        """Write the columns back."""
        heard = CUSTOMER_REALS + self._firms * len(self._per_firm)
        self._reals[:heard, self._slot] = [
            *(getattr(self, name) for name in _SINGLES),
            *(x for name in self._per_firm for x in getattr(self, name)),
        ]
        own = CUSTOMER_WHOLES + self._firms
        self._wholes[:own, self._slot] = [*(getattr(self, name) for name in _WHOLES), *self.last_week]

    def is_member(self, programme: int) -> bool:
        """Whether she is a member of a programme (-1 for none). Memberships are kept where they lie."""
        return programme >= 0 and bool(self._wholes[card(self._firms, programme), self._slot] >= 0)

    def note(self, moment: int) -> None:
        """Something happened to her this week."""
        self.happened = I32(int(self.happened) | moment)

    def is_active(self, firm: int, week: int, lapse_weeks: int) -> bool:
        """Whether she has bought there lately, and is there at all."""
        return bool(is_active(week, self.last_week[firm], lapse_weeks)) and bool(self.alive == 1)


class Walk:
    """One week of a population, customer by customer."""

    def __init__(self, population: Population, *, told: Told, rules: BehaviourNumbers) -> None:
        self.population, self.told, self.rules = population, told, rules
        self.posted, self.terms, self.context = told.posted, told.terms, told.context
        self.programme_of = told.programme_of
        self.week = U32(told.context.week)
        self.tally = np.zeros((len(population.sizes), population.firms, 2, TALLIES), np.int64)
        self.trade = np.zeros((len(told.outlets.carries), population.firms, TRADE), np.int64)

    def live_week(self) -> NDArray[np.int64]:
        """Everybody lives one week; returns the tally, as `Population.live_week` does."""
        people = self.population
        for p in range(len(self.terms.firm)):
            if self.terms.rule[p, Rule.HOUSEHOLD] > 1:
                for b, size in enumerate(people.block_size):
                    pool(people.wholes[b], int(size), people.firms, p, self.terms)
        for number in range(len(people)):
            self.live_customer(number)
        self.population.pass_on()
        return self.tally

    def live_customer(self, number: int) -> None:
        """One customer lives the week; her columns and the tally are changed."""
        people, told = self.population, self.told
        b, j = people.place_of(number)
        self.seg = int(people.block_segment[b])
        for p in range(len(self.terms.firm)):
            self.keep_account(people.reals[b], people.wholes[b], j, number, p)
        network = told.circle.friends.size > 0
        c = Customer(number, people.reals[b], people.wholes[b], j, people.firms, network)
        self.rest(c)
        w0, w1, w2, w3 = self._draw(c, Stream.LIFE, 0)
        self.live(c, unit(w0), unit(w1), unit(w2))
        self.reminded = self.hear(c)
        for k in range(self.need(c, unit(w3))):
            self.purchase(c, k)
        c.store()
        if told.circle.friends.size:
            told.circle.says[number] = tell(
                *c.place, c.number, self.seg, people.firms, told.outreach, self.programme_of, self.rules,
                self.context, self._flat(),
            )  # fmt: skip
            c.fetch()
        self.count(c)

    def _flat(self) -> NDArray[np.int64]:
        return self.tally.reshape(-1)

    def _draw(self, c: Customer, stream: Stream, k: int) -> Any:
        return philox(c.number, self.week, U32(stream), U32(k), self.context.seed, self.context.replicate)

    def _add(self, firm: int, member: bool, what: int, amount: Any) -> None:
        self.tally[self.seg, firm, int(member), what] += int(amount)

    def _is_member(self, c: Customer, firm: int) -> bool:
        return c.is_member(int(self.programme_of[firm]))

    # --- live, hear, need ---------------------------------------------------------------------------------

    def rest(self, c: Customer) -> None:
        """A week has gone by: what was felt fades."""
        rules = self.rules
        c.happened = I32(0)
        c.fatigue = rested(c.fatigue, rules.contact)
        hurt = faded(c.grievance, rules.failure)
        if moments.still_hurts(hurt, c.grieved):
            c.grievance = hurt
        else:
            c.grievance, c.grieved = ZERO, I32(-1)
        c.regard = [fades(r, rules.word_of_mouth) for r in c.regard]
        if c.last_firm >= 0 and self.posted.freshness[c.last_firm] > ZERO:
            c.satiation = refreshed(c.satiation, self.posted.freshness[c.last_firm])

    def hear(self, c: Customer) -> int:
        """What reaches her; a prospect may be won. Returns the firms that reminded her, as bits."""
        told, people, reminded = self.told, self.population, 0
        c.store()
        if c.alive == 1:
            reminded = int(
                hear(
                    *c.place, c.number, self.seg, told.outreach, told.desk, self.terms, self.programme_of,
                    told.circle, self.rules, self.context, self._flat(),
                )
            )  # fmt: skip
        elif c.alive == -1:
            enter(
                *c.place, c.number, self.seg, people.segments, self.posted, told.outreach, told.circle,
                people.programmes, self.rules, self.context, self._flat(),
            )  # fmt: skip
        c.fetch()
        return reminded

    def keep_account(self, reals: Any, wholes: Any, j: int, number: int, p: int) -> None:
        """What a membership does at the start of the week."""
        terms, firms, week = self.terms, self.population.firms, self.context.week
        if terms.rule[p, Rule.WEEKLY] == 1:
            if wholes[card(firms, p), j] >= 0:
                begin_week(
                    reals, wholes, firms, j, U32(number), self.seg, p, self.programme_of, terms, self.rules,
                    self.context, self._flat(),
                )  # fmt: skip
        elif turns(week, terms.rule[p, Rule.LOT_WEEKS], terms.rule[p, Rule.LOT_START]):
            lot = card(firms, p) + LOT + filling_lot(terms, p, week)
            self._add(int(terms.firm[p]), True, Tally.POINTS_EXPIRED, wholes[lot, j])
            wholes[lot, j] = I32(0)

    def live(self, c: Customer, u_leave: Any, u_drift: Any, u_which: Any) -> None:
        """A leaver goes (and a newcomer takes the place); a trait may drift."""
        people, numbers = self.population, self.rules.drift
        per_taste, weights = numbers.taste_chance, F32(people.firms + 1)
        chance = numbers.rate_chance + weights * per_taste
        if leaves(u_leave, c.hazard, self.rules.leaving) and c.alive == 1:
            for f in range(people.firms):
                if is_active(self.context.week - 1, c.last_week[f], self.context.lapse_weeks):
                    member = self._is_member(c, f)
                    self._add(f, member, Tally.LAPSED, 1)
                    if has(c.knows, f):
                        self._add(f, member, Tally.LEFT_INVOLUNTARY, 1)
                        self._add(f, member, Tally.WITH_INVOLUNTARY, 1)
            for p, firm in enumerate(self.terms.firm):
                t = ((self.seg * people.firms + int(firm)) * 2 + 1) * TALLIES
                forfeit(c._wholes, people.firms, c._slot, self.terms, p, t, True, True, self._flat())
            c.store()
            forget(*c.place, people.firms, self.context)
            if self.context.leaver == 1:
                bear(
                    *c.place, c.number, U32(self.context.week + 1), self.context.week, self.seg, people.segments,
                    self.posted, self.rules, people.programmes, I32(moments.Origin.NEWCOMER), I32(-1), ZERO, ONE,
                    self.context.seed, self.context.replicate,
                )  # fmt: skip
                c._wholes[HAPPENED, c._slot] = I32(moments.LEFT_MARKET | moments.ENTERED_MARKET)
            else:
                go(c._wholes, c._slot, people.firms, self.context.leaver)
            c.fetch()
        elif u_drift < chance:
            name = (c.number, self.week, DRIFT)
            key = (self.context.seed, self.context.replicate)
            share = u_which * chance
            c.note(moments.CHANGED_TASTE)
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
        mean = c.rate * self.told.stage.need[self.seg] * (ONE if c.alive == 1 else ZERO)
        if u < exp(-mean):
            return 0
        key = (self.context.seed, self.context.replicate)
        return int(poisson(u, mean, c.number, self.week, U32(Stream.NEED), *key))

    # --- one purchase -------------------------------------------------------------------------------------

    def purchase(self, c: Customer, k: int) -> None:
        """Look at the prices, weigh, choose, experience, judge, react, stay or leave, take part, pay."""
        w0, w1, w2, w3 = self._draw(c, Stream.PURCHASE, k)
        gift, notice, complain, part = (unit(x) for x in self._draw(c, Stream.SERVICE, k))
        posted, outlets, stage = self.posted, self.told.outlets, self.told.stage
        dealers = len(outlets.carries)
        key = (self.context.seed, self.context.replicate)
        self.dealer = int(dealer_of(c.number, c.entered, dealers, *key)) if dealers else -1
        paid = self.prices(c)
        firm = self.choose(c, unit(w0), self.values(c, paid), k)
        if firm < 0:
            return
        failed = bool(unit(w1) < posted.failure_rate[firm])
        won = not is_active(self.context.week - 1, c.last_week[firm], self.context.lapse_weeks)
        over_price = price_hazard(
            paid[firm], c.reference, self.rules.price.loss_aversion, self.rules.defection
        )
        lift = self.experience(c, firm, unit(w1), normal_quantile(unit(w2)))
        c.reference = next_reference(c.reference, paid[firm], self.rules.price)
        self.sign(c, firm, paid, part)
        self.react(c, firm, unit(w1) if failed else None, gift, notice, complain)
        self.stay_or_leave(c, firm, over_price, part)
        if self.population.segments.variety[self.seg] > ZERO:
            same = bool(c.last_firm == firm)
            c.satiation = next_satiation(c.satiation, same, posted.brands[firm], self.rules.variety)
        sigma = self.population.segments.visit_sigma[self.seg]
        centre = -HALF * sigma * sigma
        volume = c.basket * stage.purse[self.seg] * exp(sigma * normal_quantile(unit(w3)) + centre) * _CENTS
        with_fee = ONE + posted.fee[firm]
        cents = np.int64(np.floor(volume * (paid[firm] * with_fee) + HALF))
        own_price = np.floor(volume * (posted.price[firm] * with_fee) + HALF)
        list_cents = np.int64(
            np.floor(own_price * outlets.price[self.dealer, firm] + HALF) if dealers else own_price
        )
        goods = np.int64(np.floor(volume * posted.unit_cost[firm] + HALF))
        p = int(self.programme_of[firm])
        back = posted.returns[firm] > ZERO and bool(
            unit(self._draw(c, Stream.EXTRA, k * 16 + firm)[0]) < posted.returns[firm]
        )
        reward_cents = self.take_part(c, p, firm, k, cents, list_cents - cents, lift, back) if p >= 0 else 0
        member = self._is_member(c, firm)
        if back:
            self._add(firm, member, Tally.RETURNED, 1)
            self._add(firm, member, Tally.RETURNED_CENTS, cents)
            self._add(firm, member, Tally.RETURNED_GOODS, goods)
        self._add(firm, member, Tally.PURCHASES, 1)
        self._add(firm, member, Tally.REVENUE, cents)
        self._add(firm, member, Tally.GOODS, goods)
        self._add(firm, member, Tally.DISCOUNT, list_cents - cents)
        self._add(firm, member, Tally.FAILURES, failed)
        self._add(firm, member, Tally.WON, won)
        other = 0 <= c.last_firm != firm
        self._add(firm, member, Tally.SWITCHED, other)
        self._add(firm, member, Tally.SWITCHED_INSIDE, other and has(posted.house[firm], c.last_firm))
        service = posted.service_cents[self.seg, firm]
        if self.context.worth >= 0:
            service = self.note_worth(c, firm, member, (cents - goods) * (not back), reward_cents)
        if dealers:
            uncut = np.int64(np.floor(F32(cents) / outlets.price[self.dealer, firm] + HALF))
            self.trade[self.dealer, firm] += (1, cents, uncut)
        if (int(c.cohort) >> (16 + firm)) & 1:
            self._add(
                firm,
                member,
                Tally.COHORT_CONTRIBUTION,
                cents - goods - service - (cents - goods) * back,
            )
            self._add(firm, True, Tally.COHORT_CONTRIBUTION, -reward_cents)
        c.last_firm = I32(firm)

    def note_worth(self, c: Customer, f: int, member: bool, gain: Any, reward_cents: int) -> Any:
        """What the purchase brought the firm is added to her account. Returns what serving her cost, cents."""
        reals, wholes, j = c.place
        basic = bool(has(wholes[self.context.served, j], f))
        service = (self.posted.basic_cents if basic else self.posted.service_cents)[self.seg, f]
        if reward_cents > 0:
            row = self.context.worth + int(self.terms.firm[self.programme_of[f]])
            reals[row, j] = credited(reals[row, j], -reward_cents)
        row = self.context.worth + f
        reals[row, j] = credited(reals[row, j], gain - service)
        self._add(f, member, Tally.BASIC_PURCHASES, basic)
        return service

    def prices(self, c: Customer) -> list[Any]:
        """Posted prices, or those of her dealer; a member sees her own."""
        paid = list(self.posted.price)
        for f, p in enumerate(self.programme_of):
            if not c.is_member(int(p)):
                continue
            if self.terms.rule[p, Rule.PERSONAL] == 1 or self.terms.plan[p, Plan.DISCOUNT] > ZERO:
                reals, wholes, j = c.place
                paid[f] = personal_price(
                    reals, wholes, j, c.number, self.population.firms, p, f, paid[f], self.terms, self.rules,
                    self.context,
                )  # fmt: skip
        if self.dealer >= 0:
            paid = [price * self.told.outlets.price[self.dealer, f] for f, price in enumerate(paid)]
        return paid

    def values(self, c: Customer, paid: list[Any]) -> list[Any]:
        """What each firm has going for it (logit units)."""
        rules, terms = self.rules, self.terms
        sensitivity = c.sensitivity * self.told.stage.thrift[self.seg]
        values = []
        for f in range(self.population.firms):
            value = (
                price_value(paid[f], c.reference, sensitivity, rules.price)
                + quality_value(c.expectation[f], self.posted.usual_quality[f], rules.expectation)
                + attachment_value(c.attachment[f], rules.attachment)
            )
            easy = convenience_value(
                self.posted.convenience[f], self.posted.usual_convenience[f], rules.barrier
            )
            value = (
                value + trust_value(c.trust[f], rules.trust) + equity_value(c.equity[f], rules.equity) + easy
            )
            last = bool(c.last_firm == f)
            cost = self.posted.switching_cost[f]
            value = value + inertia_value(last, rules.inertia) + barrier_value(cost, last, rules.barrier)
            if moments.grieved_firm(c.grieved) == f:
                value = value + grievance_value(c.grievance, rules.failure)
            variety = self.population.segments.variety[self.seg]
            if variety > ZERO:
                value = value + variety_value(variety, c.satiation, last, rules.variety)
            if has(self.reminded, f):
                fit, scale = self.told.outreach.relevance[f], trust_scale(c.trust[f], rules.trust)
                value = value + reminder_value(fit, c.fatigue, scale, rules.contact)
            if self.told.outreach.binds[f] == 1:
                value = value + education_value(has(c.ties, 16 + f), last, rules.education)
            if c.regard:
                value = value + regard_value(c.regard[f], rules.word_of_mouth)
            values.append(value)
        for f, p in enumerate(self.programme_of):
            if not c.is_member(int(p)) or terms.rule[p, Rule.DRAWS] == 0:
                continue
            ago = F32(int(self.context.week) - int(c.last_week[f]))
            rhythm = pace(remembered(c.remembered[f], ago, rules.memory), rules.memory)
            _, wholes, j = c.place
            values[f] = values[f] + appeal(
                wholes, j, self.population.firms, p, f, self.context.week, rhythm, c.basket, sensitivity,
                trust_scale(c.trust[f], rules.trust), terms, rules,
            )  # fmt: skip
        if self.dealer >= 0:
            pushed = self.told.outlets.push[self.dealer]
            values = [value + push for value, push in zip(values, pushed, strict=True)]
        return values

    def can_choose(self, c: Customer, k: int) -> Any:
        """Firms that she has in mind, less those that cannot serve her, as bits; bit 16 for no purchase."""
        may = moments.considered(c.knows, c.contract, self.context.week, self.rules.contract)
        if self.dealer >= 0:
            may &= self.told.outlets.carries[self.dealer]
        for f, available in enumerate(self.posted.available):
            key = (self.context.seed, self.context.replicate)
            if available < ONE and has(may, f):
                if is_served(c.number, self.week, k, f, available, *key):
                    continue
                may &= ~moments.bit(f)
                self._add(f, self._is_member(c, f), Tally.TURNED_AWAY, available > ZERO)
        return may

    def choose(self, c: Customer, u: Any, values: list[Any], k: int) -> int:
        """One firm, or none (-1), by the odds of the attractions."""
        rules = self.rules.choice
        may = self.can_choose(c, k)
        if may == 0:
            return -1
        outside = attraction(c.taste_outside, ZERO, rules) if has(may, 16) else moments.NOT_CONSIDERED
        attractions = [
            attraction(t, v, rules) if has(may, f) else moments.NOT_CONSIDERED
            for f, (t, v) in enumerate(zip(c.taste, values, strict=True))
        ]
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

    def experience(self, c: Customer, f: int, u: Any, z: Any) -> Any:
        """What is met, and what it does to expectation, satisfaction, trust, attachment and memory.

        Returns the soft benefits of a member, index points."""
        rules, posted = self.rules, self.posted
        rate = posted.failure_rate[f]
        size = posted.failure_severity[f] * failure_size(u, rate, posted.core_share[f], rules.failure)
        met = perceived(posted.quality[f], posted.spread[f], size, rate, z, u, rules.experience)
        anybody = posted.lift_members[f] == 0
        if posted.lift[f] > ZERO and (anybody or self._is_member(c, f)) and not has(c.knows, 16 + f):
            met = met + posted.lift[f]
        p, lift = int(self.programme_of[f]), ZERO
        if c.is_member(p) and self.terms.rule[p, Rule.LEVELS] > 0:
            lift = benefits(c.place[1], c.place[2], p, self.terms)
            met = met + lift
        if self.context.served >= 0 and has(c.place[1][self.context.served, c.place[2]], f):
            met = met - posted.basic[f]
        if rules.experience.fit > ZERO:
            y = drawn_fit(c.number, c.entered, f, self.context.seed, self.context.replicate)
            met = suits(met, y, rules.experience)
        lost = rules.experience.variation * (size if u < rate else ZERO)
        ago = F32(int(self.context.week) - int(c.last_week[f]))
        count = remembered(c.remembered[f], ago, rules.memory)
        total = ZERO
        for expected in c.expectation:
            total = total + expected
        self.rivals = rivals_give(total, c.expectation[f], self.population.firms)
        due = standard(c.expectation[f], self.rivals, rules.standard)
        surprise = felt(met, due, rules.satisfaction)
        c.satisfaction[f] = next_satisfaction(c.satisfaction[f], surprise, count + ONE, rules.satisfaction)
        c.trust[f] = next_trust(c.trust[f], shortfall(met, due, rules.satisfaction), rules.trust)
        c.equity[f] = kept_equity(c.equity[f], rules.equity)
        c.expectation[f] = next_expectation(c.expectation[f], met + lost, rules.expectation)
        c.remembered[f] = after_purchase(count)
        before = c.attachment[f]
        c.attachment[f] = next_attachment(before, c.satisfaction[f], rules.attachment)
        if c.is_member(p) and c.attachment[f] > before:
            keeps = kept_gain(self.terms.plan[p, Plan.HARD], self.terms.plan[p, Plan.SOFT], rules.crowding)
            c.attachment[f] = before + (c.attachment[f] - before) * keeps
        c.last_week[f] = I32(self.context.week)
        return lift

    def sign(self, c: Customer, f: int, paid: list[Any], part: Any) -> None:
        """A contract that has run out is renewed, or ends; who has none signs where the firm asks for it."""
        old, weeks, week = c.contract, int(self.posted.contract_weeks[f]), self.context.week
        if not self.rules.contract.on > ZERO or is_bound(moments.contract_until(old), week):
            return
        if old < 0 and weeks == 0:
            return
        c.contract = moments.packed_contract(I32(f), week + weeks) if weeks > 0 else I32(-1)
        with_firm = int(moments.contract_firm(old))
        if weeks > 0:
            self._add(f, self._is_member(c, f), Tally.RENEWED if with_firm == f else Tally.SIGNED, 1)
            c.note(moments.RENEWED if with_firm == f else moments.SIGNED)
        if 0 <= with_firm != f:
            self._add(with_firm, self._is_member(c, with_firm), Tally.NOT_RENEWED, 1)
            numbers, about, hurt = self.rules.defection, moments.grieved_kind(c.grieved), ZERO
            if moments.grieved_firm(c.grieved) == with_firm:
                hurt = grievance_hazard(c.grievance, about, numbers)
            cause, contributing = causes_of_not_renewing(
                part,
                price_hazard(paid[with_firm], c.reference, self.rules.price.loss_aversion, numbers),
                self._inconvenience(with_firm), hurt, about,
                competition_hazard(c.expectation[f], c.expectation[with_firm], numbers),
                ethics_hazard(c.trust[with_firm], self.rules.trust.start, numbers),
                numbers,
            )  # fmt: skip
            self._note_leaving(c, with_firm, cause, contributing)

    def react(self, c: Customer, f: int, u_failure: Any, gift: Any, notice: Any, complain: Any) -> None:
        """A gift, a hidden fee, a failure, a complaint. u_failure: the draw that failed, None if none did."""
        rules, posted, desk = self.rules, self.posted, self.told.desk
        member = self._is_member(c, f)
        if gift < posted.gift_chance[f]:
            c.equity[f] = given(c.equity[f], posted.gift_worth[f] / c.basket, rules.equity)
            self._add(f, member, Tally.GIFTS, 1)
            c.note(moments.GIFT)
        if posted.fee[f] > ZERO and notice < rules.equity.noticed:
            c.equity[f] = taken(c.equity[f], posted.fee[f], rules.equity)
            c.trust[f] = betrayed(c.trust[f], fee_size(posted.fee[f]), rules.trust)
            self._add(f, member, Tally.FEES_NOTICED, 1)
            c.note(moments.FEE_NOTICED)
        if u_failure is None:
            return
        rate, core = posted.failure_rate[f], posted.core_share[f]
        of_core = bool(is_core(u_failure, rate, core))
        points = posted.failure_severity[f] * failure_size(u_failure, rate, core, rules.failure)
        self._add(f, member, Tally.CORE_FAILURES, of_core)
        c.note(moments.FAILED_CORE if of_core else moments.FAILED_ENCOUNTER)
        if rules.failure.on == ZERO:
            return
        same = moments.grieved_firm(c.grieved) == f
        now = aggrieved(c.grievance if same else ZERO, points, rules.failure)
        if not same and now < c.grievance:
            return  # One grievance at a time, the sharper one.
        waits = moments.has_complained(c.grieved) if same else I32(0)
        since = moments.grieved_week(c.grieved) if waits == 1 else I32(self.context.week)
        if waits == 0 and complain < complaint_chance(of_core, points, desk.channels[f], rules.complaint):
            waits = I32(1)
            now = after_voice(now, rules.complaint)
            self._add(f, member, Tally.COMPLAINTS, 1)
            c.note(moments.COMPLAINED)
        about = moments.CORE if of_core else moments.ENCOUNTER
        c.grievance, c.grieved = now, moments.packed_grievance(I32(f), about, waits, since)

    def stay_or_leave(self, c: Customer, f: int, over_price: Any, u: Any) -> None:
        """The hazards of leaving the firm for good, of all causes; one who leaves considers it no more."""
        numbers = self.rules.defection
        easy = self._inconvenience(f)
        about, hurt = moments.grieved_kind(c.grieved), ZERO
        if moments.grieved_firm(c.grieved) == f:
            hurt = grievance_hazard(c.grievance, about, numbers)
        better = competition_hazard(self.rivals, c.expectation[f], numbers)
        doubt = ethics_hazard(c.trust[f], self.rules.trust.start, numbers)
        total = easy + over_price + hurt + better + doubt
        cost = self.posted.switching_cost[f]
        total = held(total, cost, self.rules.barrier) if cost > ZERO else total
        if is_bound(moments.contract_until(c.contract), self.context.week) or not decides(u, total):
            return
        elsewhere = [
            bool(
                moments.is_open(
                    bool(has(c.knows, g)) and g != f and self.posted.available[g] > ZERO, c.taste[g]
                )
            )
            for g in range(self.population.firms)
        ]
        if not any([*elsewhere, moments.is_open(True, c.taste_outside)]):
            return
        cause, contributing = causes(u, total, over_price, easy, hurt, about, better, doubt, numbers)
        self._note_leaving(c, f, cause, contributing)
        c.knows = I32(c.knows & ~moments.bit(f))

    def _inconvenience(self, f: int) -> Any:
        level, usual = self.posted.convenience[f], self.posted.usual_convenience[f]
        return inconvenience_hazard(level, usual, self.rules.defection)

    def _note_leaving(self, c: Customer, f: int, cause: Any, contributing: Any) -> None:
        member = self._is_member(c, f)
        self._add(f, member, Tally.LEFT_PRICE + int(cause), 1)
        for i in range(8):
            self._add(f, member, Tally.WITH_PRICE + i, (int(contributing) >> i) & 1)
        c.story = moments.told_leaving(c.story, I32(f), cause, contributing)
        c.note(moments.LEFT_FIRM)

    def take_part(
        self, c: Customer, p: int, f: int, k: int, cents: Any, saved: Any, lift: Any, brings_back: bool
    ) -> int:
        """The purchase under the programme. Returns reward cost in cents."""
        reals, wholes, j = c.place
        wholes[HAPPENED, j] = c.happened
        c.equity[f], cost = partake(
            reals, wholes, j, c.number, self.seg, k, f, p, self.programme_of, cents, saved, lift, brings_back,
            c.remembered[f], c.equity[f], self.terms, self.rules, self.context, self._flat(),
        )  # fmt: skip
        c.happened = wholes[HAPPENED, j]
        return int(cost)

    # --- count --------------------------------------------------------------------------------------------

    def count(self, c: Customer) -> None:
        """What the customer is at the end of the week, for each firm."""
        week, lapse_weeks, surveys = self.context.week, self.context.lapse_weeks, self.told.surveys
        low = self.rules.satisfaction.neutral - self.rules.satisfaction.band
        high = self.rules.satisfaction.neutral + self.rules.satisfaction.band
        for f in range(self.population.firms):
            p, member = int(self.programme_of[f]), self._is_member(c, f)
            self._add(f, member, Tally.MEMBERS, member)
            self._add(f, member, Tally.LAPSED, c.alive == 1 and lapses_now(week, c.last_week[f], lapse_weeks))
            complains = moments.has_complained(c.grieved) == 1 and moments.grieved_firm(c.grieved) == f
            self._add(f, member, Tally.COMPLAINTS_WAITING, complains)
            bound = moments.contract_firm(c.contract) == f and is_bound(
                moments.contract_until(c.contract), week
            )
            self._add(f, member, Tally.CONTRACTS, bound)
            self._add(f, member, Tally.PARTICIPANTS, has(c.ties, f) and c.alive == 1)
            if p >= 0 and f == self.terms.firm[p]:
                self.count_account(c, f, p)
            if c.is_active(f, week, lapse_weeks):
                self._add(f, member, Tally.ACTIVE, 1)
                self._add(f, member, Tally.REACHABLE, not has(c.knows, 16 + f))
                self._add(f, member, Tally.DISSATISFIED, c.satisfaction[f] < low)
                self._add(f, member, Tally.DELIGHTED, c.satisfaction[f] > high)
                for what, value in (
                    (Tally.SATISFACTION, c.satisfaction[f]),
                    (Tally.EXPECTATION, c.expectation[f]),
                    (Tally.ATTACHMENT, c.attachment[f]),
                    (Tally.TRUST, c.trust[f]),
                    (Tally.EQUITY, c.equity[f]),
                ):
                    self._add(f, member, what, I32(value * F32(INDEX_SCALE)))
            if c.alive == 1 and self.context.census == 1:
                self.count_loyalty(c, f, member)
            if surveys.now[f] == 1 and c.is_active(f, week, lapse_weeks):
                self.ask(c, f, member)

    def count_account(self, c: Customer, f: int, p: int) -> None:
        """What the firm owes her, and where she stands in its programme."""
        _, wholes, j = c.place
        firms, terms = self.population.firms, self.terms
        vouchers, tier = int(terms.row[p, Row.VOUCHERS]), int(terms.row[p, Row.TIER])
        self._add(f, True, Tally.POINTS_BALANCE, on_account(wholes, firms, j, terms, p))
        self._add(f, True, Tally.POINTS_PENDING, waiting(wholes, j, terms, p))
        self._add(f, True, Tally.VOUCHERS, ring_sum(wholes, vouchers, j) if vouchers >= 0 else 0)
        self._add(f, True, Tally.STAMPS_BALANCE, wholes[card(firms, p) + STAMPS, j])
        level = int(level_of(wholes[tier, j])) if tier >= 0 else 0
        if level > 0:
            self._add(f, True, Tally.TIER_1 + level - 1, 1)

    def count_loyalty(self, c: Customer, f: int, member: bool) -> None:
        """The census: what kind of loyalty the customer has to a firm, and on which rung she stands."""
        rules, numbers, week = self.rules, self.rules.satisfaction, int(self.context.week)
        active = c.is_active(f, week, self.context.lapse_weeks)
        if not active and not has(c.knows, f):
            return
        hurt = c.grievance if moments.grieved_firm(c.grieved) == f else ZERO
        value = quality_value(
            c.expectation[f], self.posted.usual_quality[f], rules.expectation
        ) + equity_value(c.equity[f], rules.equity)
        barrier = barrier_value(self.posted.switching_cost[f], bool(c.last_firm == f), rules.barrier)
        means_to = intention(c.satisfaction[f], numbers.neutral, c.attachment[f], hurt, value, barrier)
        counts = [
            remembered(n, F32(week - int(last)), rules.memory)
            for n, last in zip(c.remembered, c.last_week, strict=True)
        ]
        total = ZERO
        for n in counts:
            total = total + n
        share = behavioural_share(counts[f], total)
        mark = answer(
            c.satisfaction[f], c.attachment[f], normal_quantile(unit(self._draw(c, Stream.SURVEY, 0)[0]))
        )
        true = active and bool(truly_loyal(c.satisfaction[f], numbers.neutral, numbers.band, means_to, mark))
        likes, buys = bool(attitude_is_high(c.attachment[f])), bool(patronage_is_high(share))
        if active:
            self._add(f, member, Tally.CENSUS, 1)
            self._add(f, member, Tally.INTENTION, I32(means_to * F32(INDEX_SCALE)))
            self._add(f, member, Tally.BEHAVIOURAL, I32(share * F32(INDEX_SCALE)))
            kinds = (Tally.DISLOYAL, Tally.LATENT, Tally.HOSTAGE, Tally.LOYAL)
            self._add(f, member, kinds[int(kind(likes, buys))], 1)
            self._add(f, member, Tally.TRULY_LOYAL, true)
        trusts = bool(c.trust[f] > rules.trust.start)
        satisfied = active and bool(c.satisfaction[f] >= numbers.neutral - numbers.band)
        step = int(rung(True, satisfied, satisfied and likes and buys, true and likes and buys and trusts))
        self._add(f, member, Tally.RUNG_AWARE + step - 1, 1)

    def ask(self, c: Customer, f: int, member: bool) -> None:
        """The firm's survey: whether she is asked and answers, and what she says."""
        surveys = self.told.surveys
        w0, w1, w2, _ = self._draw(c, Stream.SURVEY, 0)
        far = c.satisfaction[f] - self.rules.satisfaction.neutral
        if not answers(unit(w1), surveys.asked[f], surveys.bias[f], far):
            return
        mark = answer(c.satisfaction[f], c.attachment[f], normal_quantile(unit(w0)))
        said = stated(c.satisfaction[f], normal_quantile(unit(w2)))
        self._add(f, member, Tally.ASKED, 1)
        self._add(f, member, Tally.PROMOTERS, mark >= 9)
        self._add(f, member, Tally.DETRACTORS, mark <= 6)
        self._add(f, member, Tally.SURVEYED_SATISFACTION, I32(said * F32(INDEX_SCALE)))
