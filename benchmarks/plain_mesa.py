"""The same week as a plain Mesa model: an object a customer, Python floats, Mesa's own random numbers.

What somebody would write who follows Mesa's tutorial: the same steps of the week, the same rules and
parameters, each customer an agent with attributes, lists over firms. It is written to be read and to be fair: no
work that the pass does not do, attributes bound to local names where a loop uses them often.
"""

from __future__ import annotations

import math
from typing import Any

import mesa

from sim.rules.points import LOTS
from sim.scenario import Scenario

NEVER = -1_000_000


class Customer(mesa.Agent):  # type: ignore[misc,unused-ignore]
    """One customer."""

    def __init__(self, model: Market) -> None:
        super().__init__(model)
        self.be_born()

    def be_born(self) -> None:
        """Draw traits; a leaver's place is taken in this way, too."""
        model = self.model
        rng, segment, firms = model.random, model.segment, model.firms
        rate = segment.purchase_rate
        occasions = rate.mean / (1.0 - model.outside)
        self.rate = rng.gammavariate(rate.shape, occasions / rate.shape)
        self.hazard = rng.gammavariate(segment.leaving.shape, 1.0 / segment.leaving.scale)
        self.basket = math.exp(model.basket_centre + model.basket_sigma * rng.gauss(0.0, 1.0))
        self.sensitivity = math.exp(model.sensitivity_centre + model.sensitivity_sigma * rng.gauss(0.0, 1.0))
        s = segment.preference_concentration * (1.0 - model.outside)
        self.weights = [rng.gammavariate(s * f.share, 1.0) + 1e-300 for f in firms]
        self.weight_outside = rng.gammavariate(segment.preference_concentration * model.outside, 1.0)
        self.reference = 1.0
        self.expectation = [f.quality.level for f in firms]
        self.satisfaction = [model.rules.satisfaction.neutral] * len(firms)
        self.attachment = [0.0] * len(firms)
        self.remembered = [0.0] * len(firms)
        self.last_week = [NEVER] * len(firms)
        self.last_firm = -1
        self.member = False
        self.lots = [0] * LOTS

    def step(self) -> None:
        """One week."""
        model = self.model
        rng, rules, week = model.random, model.rules, model.week
        if week % model.lot_weeks == 0:
            model.points_expired += self.lots[model.filling]
            self.lots[model.filling] = 0
        if rng.random() < 1.0 - math.exp(-self.hazard):
            self.be_born()
        elif rng.random() < model.drift_chance:
            self.drift()
        limit, n, product = math.exp(-self.rate), 0, rng.random()
        while product > limit:
            n += 1
            product *= rng.random()
        for _ in range(n):
            self.buy(week, rules, rng)
        self.count(week)

    def drift(self) -> None:
        """One trait is drawn afresh."""
        model = self.model
        rng, segment = model.random, model.segment
        if rng.random() < model.drift_of_rate:
            rate = segment.purchase_rate
            self.rate = rng.gammavariate(rate.shape, rate.mean / (1.0 - model.outside) / rate.shape)
        else:
            f = rng.randrange(len(self.weights))
            s = segment.preference_concentration * (1.0 - model.outside)
            self.weights[f] = rng.gammavariate(s * model.firms[f].share, 1.0) + 1e-300

    def buy(self, week: int, rules: Any, rng: Any) -> None:
        """One purchase: weigh, choose, experience, judge, pay, take part."""
        model = self.model
        firms, price, expectation, attachment = model.firms, rules.price, self.expectation, self.attachment
        odds = []
        for f, firm in enumerate(firms):
            d = (model.prices[f] - self.reference) / self.reference
            value = -self.sensitivity * (price.loss_aversion * d if d > 0.0 else d)
            value += rules.expectation.pull / 10.0 * (expectation[f] - firm.quality.usual)
            value += rules.attachment.weight * attachment[f]
            if f == self.last_firm:
                value += rules.inertia.edge
            if f == 0 and self.member:
                value += self.reward_value(week, rules)
            odds.append(self.weights[f] * math.exp(value))
        threshold = rng.random() * (sum(odds) + self.weight_outside)
        f = -1
        for g, weight in enumerate(odds):
            threshold -= weight
            if threshold < 0.0:
                f = g
                break
        if f < 0:
            return
        quality = firms[f].quality
        failed = rng.random() < quality.failure_rate
        lost = quality.failure_severity if failed else 0.0
        met = quality.level + quality.spread * rng.gauss(0.0, 1.0) - lost
        judge = rules.satisfaction
        d = met - expectation[f]
        felt = max(d - judge.zone_above, 0.0) + judge.asymmetry * min(d + judge.zone, 0.0)
        count = self.remembered[f] * math.exp(-model.forgetting * (week - self.last_week[f]))
        step = max(1.0 / (count + 5.0), judge.floor)
        self.satisfaction[f] += step * (judge.neutral + felt - self.satisfaction[f])
        expectation[f] += rules.expectation.weight * (met + lost - expectation[f])
        attachment[f] += rules.attachment.step * (
            (self.satisfaction[f] - rules.attachment.indifferent) / 10.0 - attachment[f]
        )
        self.remembered[f] = count + 1.0
        new = week - 1 - self.last_week[f] > model.lapse_weeks
        self.last_week[f] = week
        self.last_firm = f
        self.reference = price.carry_over * self.reference + (1.0 - price.carry_over) * model.prices[f]
        volume = self.basket * math.exp(model.visit_sigma * rng.gauss(0.0, 1.0) - model.visit_sigma**2 / 2.0)
        cents = int(100.0 * volume * model.prices[f] + 0.5)
        if f == 0:
            self.take_part(cents, rng)
        tally = model.tally[f][self.member and f == 0]
        tally["purchases"] += 1
        tally["revenue"] += cents
        tally["goods"] += int(100.0 * volume * firms[f].unit_cost + 0.5)
        tally["failures"] += failed
        tally["won"] += new

    def reward_value(self, week: int, rules: Any) -> float:
        """Pull of the reward ahead."""
        model, value = self.model, rules.programme_value
        points, have = model.points, sum(self.lots)
        count = self.remembered[0] * math.exp(-model.forgetting * (week - self.last_week[0]))
        pace = (count + 0.5) * model.remembered_share
        distance = max(points.threshold - have, 0) / (self.basket * points.per_currency) + 1.0
        x = points.reward / self.basket * value.perceived
        gap = value.impatience / pace
        ahead = x * math.exp(-gap * (distance - 1.0)) * (1.0 - math.exp(-gap))
        progress = min(have / points.threshold, 1.0)
        goal = value.gradient * progress * progress * x / (x + value.salience_half)
        return float(self.sensitivity * ahead + goal)

    def take_part(self, cents: int, rng: Any) -> None:
        """Join, redeem, earn."""
        model = self.model
        points, programme = model.points, model.programme
        if not self.member:
            pace = (self.remembered[0] + 0.5) * model.remembered_share
            worth = 52.0 * pace * self.basket * model.back
            effort = programme.enrolment.effort
            if rng.random() >= programme.enrolment.ask * worth**2 / (worth**2 + effort**2):
                return
            self.member = True
        balance = sum(self.lots)
        if balance >= points.threshold and rng.random() < points.redeem:
            wanted = balance // points.threshold * points.threshold
            model.points_redeemed += wanted
            for i in range(LOTS):
                lot = (model.filling + 1 + i) % LOTS
                taken = min(self.lots[lot], wanted)
                self.lots[lot] -= taken
                wanted -= taken
        self.lots[model.filling] += int(cents * points.per_currency / 100.0)

    def count(self, week: int) -> None:
        """Add to the stocks of the week."""
        model = self.model
        for f, last in enumerate(self.last_week):
            ago = week - last
            if ago <= model.lapse_weeks:
                tally = model.tally[f][self.member and f == 0]
                tally["active"] += 1
                tally["satisfaction"] += self.satisfaction[f]
                tally["expectation"] += self.expectation[f]
                tally["attachment"] += self.attachment[f]
            elif ago == model.lapse_weeks + 1:
                model.tally[f][self.member and f == 0]["lapsed"] += 1
        if self.member:
            model.tally[0][True]["members"] += 1
            model.tally[0][True]["points"] += sum(self.lots)


class Market(mesa.Model):  # type: ignore[misc,unused-ignore]
    """The market of the benchmark, one object a customer."""

    def __init__(self, world: Scenario, customers: int) -> None:
        super().__init__(rng=1)
        self.rules, self.firms = world.behaviour, world.firms
        (self.segment,) = world.customers.segments
        self.outside, self.lapse_weeks = world.category.outside_share, world.category.lapse_weeks
        self.prices = [f.price.level / f.price.usual for f in self.firms]
        self.programme = self.firms[0].programme
        self.points = self.programme.points  # type: ignore[union-attr]
        self.back = (
            self.rules.programme_value.perceived
            * self.points.per_currency * self.points.reward / self.points.threshold
        )  # fmt: skip
        self.lot_weeks = -(-self.points.expire_weeks // (LOTS - 1))
        self.basket_sigma, self.basket_centre = lognormal(
            self.segment.basket.mean, self.segment.basket.between_cv
        )
        self.visit_sigma, _ = lognormal(1.0, self.segment.basket.within_cv)
        sensitivity = self.segment.price_sensitivity
        self.sensitivity_sigma, self.sensitivity_centre = lognormal(sensitivity.mean, sensitivity.spread)
        rate = 1.0 - math.exp(-self.rules.drift.rate_per_year / 52.0)
        taste = (len(self.firms) + 1) * (1.0 - math.exp(-self.rules.drift.taste_per_year / 52.0))
        self.drift_chance, self.drift_of_rate = rate + taste, rate / (rate + taste)
        self.forgetting = math.log(2.0) / self.rules.memory.half_life
        self.remembered_share = -math.expm1(-self.forgetting)
        self.week = 0
        self.begin_week()
        Customer.create_agents(self, customers)

    def begin_week(self) -> None:
        """Empty tallies."""
        names = (
            "purchases", "revenue", "goods", "failures", "won", "active", "lapsed", "members", "points",
            "satisfaction", "expectation", "attachment",
        )  # fmt: skip
        self.tally = [[dict.fromkeys(names, 0.0) for _ in range(2)] for _ in self.firms]
        self.points_redeemed = self.points_expired = 0
        self.filling = self.week // self.lot_weeks % LOTS

    def step(self) -> None:
        """One week."""
        self.begin_week()
        self.agents.do("step")
        self.week += 1


def lognormal(mean: float, cv: float) -> tuple[float, float]:
    sigma = math.sqrt(math.log1p(cv * cv))
    return sigma, math.log(mean) - sigma * sigma / 2.0


def bytes_per_customer(model: Market) -> float:
    """Memory of the agents with all they hold, measured on a hundred of them."""
    import sys

    agents = list(model.agents)[:100]
    total = 0
    for agent in agents:
        total += sys.getsizeof(agent) + sys.getsizeof(agent.__dict__)
        for value in agent.__dict__.values():
            if value is model:
                continue
            total += sys.getsizeof(value)
            if isinstance(value, list):
                total += sum(sys.getsizeof(x) for x in value if isinstance(x, float))
    return total / len(agents)


__all__ = ["Customer", "Market", "bytes_per_customer"]
