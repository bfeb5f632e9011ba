"""The same week with NumPy: a column a trait, whole arrays at a time, NumPy's generator.

What a careful user of NumPy would write: float32 columns, firm columns as firm x customer, the k-th purchase of
the week for those only who make one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.plain_mesa import lognormal
from sim.rules.points import LOTS
from sim.scenario import Scenario

NEVER = -1_000_000
F32 = np.float32


class Columns:
    """The market of the benchmark in NumPy columns."""

    def __init__(self, world: Scenario, customers: int) -> None:
        self.rules, self.firms, self.n = world.behaviour, world.firms, customers
        (self.segment,) = world.customers.segments
        self.outside, self.lapse_weeks = world.category.outside_share, world.category.lapse_weeks
        self.rng = np.random.default_rng(1)
        specs = self.firms
        self.prices = np.array([f.price.level / f.price.usual for f in specs], F32)
        self.level = np.array([f.quality.level for f in specs], F32)
        self.usual = np.array([f.quality.usual for f in specs], F32)
        self.spread = np.array([f.quality.spread for f in specs], F32)
        self.failure_rate = np.array([f.quality.failure_rate for f in specs], F32)
        self.severity = np.array([f.quality.failure_severity for f in specs], F32)
        self.unit_cost = np.array([f.unit_cost for f in specs], F32)
        self.programme = specs[0].programme
        self.points = self.programme.points  # type: ignore[union-attr]
        perceived = self.rules.programme_value.perceived
        self.back = perceived * self.points.per_currency * self.points.reward / self.points.threshold
        self.lot_weeks = -(-self.points.expire_weeks // (LOTS - 1))
        self.forgetting = F32(np.log(2.0) / self.rules.memory.half_life)
        self.pace_share = F32(-np.expm1(-self.forgetting))
        self.visit_sigma = F32(lognormal(1.0, self.segment.basket.within_cv)[0])
        f, n = len(specs), customers
        self.shares = np.array([s.share for s in specs])
        self.rate = np.empty(n, F32)
        self.hazard, self.basket, self.sensitivity = np.empty(n, F32), np.empty(n, F32), np.empty(n, F32)
        self.reference, self.weight_outside = np.empty(n, F32), np.empty(n, F32)
        self.weights, self.expectation = np.empty((f, n), F32), np.empty((f, n), F32)
        self.satisfaction, self.attachment = np.empty((f, n), F32), np.empty((f, n), F32)
        self.remembered, self.last_week = np.empty((f, n), F32), np.empty((f, n), np.int32)
        self.last_firm, self.member = np.empty(n, np.int32), np.empty(n, np.bool_)
        self.lots = np.empty((LOTS, n), np.int32)
        self.be_born(np.arange(n))
        self.week = 0

    def be_born(self, who: NDArray[np.int64]) -> None:
        """Draw the traits of newcomers."""
        rng, segment, n = self.rng, self.segment, len(who)
        rate, leaving, s = segment.purchase_rate, segment.leaving, segment.preference_concentration
        self.rate[who] = rng.gamma(rate.shape, rate.mean / (1.0 - self.outside) / rate.shape, n)
        self.hazard[who] = rng.gamma(leaving.shape, 1.0 / leaving.scale, n)
        sigma, centre = lognormal(segment.basket.mean, segment.basket.between_cv)
        self.basket[who] = np.exp(centre + sigma * rng.standard_normal(n))
        sigma, centre = lognormal(segment.price_sensitivity.mean, segment.price_sensitivity.spread)
        self.sensitivity[who] = np.exp(centre + sigma * rng.standard_normal(n))
        for f, share in enumerate(self.shares):
            self.weights[f, who] = rng.gamma(s * (1.0 - self.outside) * share, 1.0, n) + 1e-30
        self.weight_outside[who] = rng.gamma(s * self.outside, 1.0, n)
        self.reference[who] = 1.0
        self.expectation[:, who] = self.level[:, None]
        self.satisfaction[:, who] = self.rules.satisfaction.neutral
        self.attachment[:, who] = self.remembered[:, who] = 0.0
        self.last_week[:, who] = NEVER
        self.last_firm[who] = -1
        self.member[who] = False
        self.lots[:, who] = 0

    def step(self) -> None:
        """One week."""
        rng, n = self.rng, self.n
        firms = len(self.firms)
        self.tally = {
            name: np.zeros((firms, 2))
            for name in (
                "purchases", "revenue", "goods", "failures", "won", "active", "lapsed", "satisfaction",
                "expectation", "attachment",
            )
        }  # fmt: skip
        self.filling = self.week // self.lot_weeks % LOTS
        if self.week % self.lot_weeks == 0:
            self.lots[self.filling] = 0
        gone = rng.random(n, F32) < -np.expm1(-self.hazard)
        self.be_born(np.flatnonzero(gone))
        self.drift(gone)
        need = rng.poisson(self.rate)
        k = 0
        buyers = np.flatnonzero(need > 0)
        while len(buyers):
            self.buy(buyers)
            k += 1
            buyers = buyers[need[buyers] > k]
        self.count()
        self.week += 1

    def drift(self, gone: NDArray[np.bool_]) -> None:
        """One trait of some is drawn afresh."""
        rng, drift, segment = self.rng, self.rules.drift, self.segment
        rate = 1.0 - np.exp(-drift.rate_per_year / 52.0)
        taste = (len(self.firms) + 1) * (1.0 - np.exp(-drift.taste_per_year / 52.0))
        u = rng.random(self.n, F32)
        who = np.flatnonzero((u < rate) & ~gone)
        shape = segment.purchase_rate.shape
        mean = segment.purchase_rate.mean / (1.0 - self.outside)
        self.rate[who] = rng.gamma(shape, mean / shape, len(who))
        who = np.flatnonzero((u >= rate) & (u < rate + taste) & ~gone)
        which = rng.integers(0, len(self.firms), len(who))
        scale = segment.preference_concentration * (1.0 - self.outside)
        self.weights[which, who] = rng.gamma(scale * self.shares[which], 1.0) + 1e-30

    def buy(self, who: NDArray[np.int64]) -> None:
        """One purchase of each of these customers."""
        rng, rules, m = self.rng, self.rules, len(who)
        firms, columns = len(self.firms), np.arange(m)
        d = (self.prices[:, None] - self.reference[who]) / self.reference[who]
        value = -self.sensitivity[who] * np.where(d > 0, F32(rules.price.loss_aversion) * d, d)
        expected, bond = self.expectation[:, who], self.attachment[:, who]
        value += F32(rules.expectation.pull / 10.0) * (expected - self.usual[:, None])
        value += F32(rules.attachment.weight) * bond
        value[:, :] += F32(rules.inertia.edge) * (self.last_firm[who] == np.arange(firms)[:, None])
        value[0] += np.where(self.member[who], self.reward_value(who), F32(0.0))
        odds = self.weights[:, who] * np.exp(value)
        running = np.cumsum(odds, axis=0)
        threshold = rng.random(m, F32) * (running[-1] + self.weight_outside[who])
        choice = (threshold >= running).sum(axis=0)
        inside = choice < firms
        who, columns, choice = who[inside], columns[inside], choice[inside]
        m = len(who)
        failed = rng.random(m, F32) < self.failure_rate[choice]
        met = self.level[choice] + self.spread[choice] * rng.standard_normal(m, F32)
        lost = np.where(failed, self.severity[choice], F32(0.0))
        met -= lost
        judge, expected = rules.satisfaction, self.expectation[choice, who]
        d = met - expected
        felt = np.maximum(d - F32(judge.zone_above), 0) + F32(judge.asymmetry) * np.minimum(
            d + F32(judge.zone), 0
        )
        last = self.last_week[choice, who]
        count = self.remembered[choice, who] * np.exp(-self.forgetting * (self.week - last).astype(F32))
        before = self.satisfaction[choice, who]
        weight = np.maximum(F32(1.0) / (count + F32(5.0)), F32(judge.floor))
        now = before + weight * (F32(judge.neutral) + felt - before)
        self.satisfaction[choice, who] = now
        self.expectation[choice, who] = expected + F32(rules.expectation.weight) * (d + lost)
        bond = self.attachment[choice, who]
        bond += F32(rules.attachment.step) * ((now - F32(rules.attachment.indifferent)) / F32(10.0) - bond)
        self.attachment[choice, who] = bond
        self.remembered[choice, who] = count + F32(1.0)
        self.last_week[choice, who] = self.week
        self.last_firm[who] = choice
        carry, paid = F32(rules.price.carry_over), self.prices[choice]
        self.reference[who] = carry * self.reference[who] + (F32(1.0) - carry) * paid
        sigma = self.visit_sigma
        volume = self.basket[who] * np.exp(sigma * rng.standard_normal(m, F32) - sigma * sigma / F32(2.0))
        cents = np.floor(volume * paid * F32(100.0) + F32(0.5)).astype(np.int64)
        here = choice == 0
        self.take_part(who[here], cents[here])
        cell = 2 * choice + (self.member[who] & here)
        new = self.week - 1 - last > self.lapse_weeks
        goods = np.floor(volume * self.unit_cost[choice] * F32(100.0) + F32(0.5))
        for name, what in (
            ("purchases", None), ("revenue", cents), ("goods", goods), ("failures", failed), ("won", new)
        ):  # fmt: skip
            self.tally[name] += np.bincount(cell, what, 2 * firms).reshape(firms, 2)

    def reward_value(self, who: NDArray[np.int64]) -> NDArray[np.float32]:
        """Pull of the reward ahead."""
        value, points, basket = self.rules.programme_value, self.points, self.basket[who]
        have = self.lots[:, who].sum(axis=0).astype(F32)
        ago = (self.week - self.last_week[0, who]).astype(F32)
        pace = (self.remembered[0, who] * np.exp(-self.forgetting * ago) + F32(0.5)) * self.pace_share
        missing = np.maximum(F32(points.threshold) - have, 0)
        distance = missing / (basket * F32(points.per_currency)) + F32(1.0)
        x = F32(points.reward * value.perceived) / basket
        gap = F32(value.impatience) / pace
        ahead = x * np.exp(-gap * (distance - F32(1.0))) * (F32(1.0) - np.exp(-gap))
        progress = np.minimum(have / F32(points.threshold), F32(1.0))
        goal = F32(value.gradient) * progress * progress * x / (x + F32(value.salience_half))
        result: NDArray[np.float32] = self.sensitivity[who] * ahead + goal
        return result

    def take_part(self, who: NDArray[np.int64], cents: NDArray[np.int64]) -> None:
        """Join, redeem, earn."""
        rng, points, enrolment = self.rng, self.points, self.programme.enrolment  # type: ignore[union-attr]
        pace = (self.remembered[0, who] + F32(0.5)) * self.pace_share
        worth = F32(52.0 * self.back) * pace * self.basket[who]
        chance = F32(enrolment.ask) * worth**2 / (worth**2 + F32(enrolment.effort) ** 2)
        self.member[who] |= rng.random(len(who), F32) < chance
        mine = self.member[who]
        who, cents = who[mine], cents[mine]
        balance = self.lots[:, who].sum(axis=0)
        redeems = (balance >= points.threshold) & (rng.random(len(who), F32) < points.redeem)
        wanted = np.where(redeems, balance // points.threshold * points.threshold, 0)
        for i in range(LOTS):
            lot = (self.filling + 1 + i) % LOTS
            taken = np.minimum(self.lots[lot, who], wanted)
            self.lots[lot, who] -= taken.astype(np.int32)
            wanted -= taken
        self.lots[self.filling, who] += (cents * points.per_currency / 100.0).astype(np.int32)

    def count(self) -> None:
        """Stocks at the end of the week."""
        for f in range(len(self.firms)):
            ago = self.week - self.last_week[f]
            mine = self.member if f == 0 else np.zeros(self.n, np.bool_)
            active = ago <= self.lapse_weeks
            cell = mine.astype(np.int8)
            self.tally["lapsed"][f] += np.bincount(cell, ago == self.lapse_weeks + 1, 2)
            self.tally["active"][f] += np.bincount(cell, active, 2)
            for name in ("satisfaction", "expectation", "attachment"):
                self.tally[name][f] += np.bincount(cell, np.where(active, getattr(self, name)[f], 0), 2)
        self.members, self.balance = int(self.member.sum()), int(self.lots.sum())

    @property
    def bytes_per_customer(self) -> float:
        """Bytes of all columns, per customer."""
        return (
            sum(v.nbytes for v in vars(self).values() if isinstance(v, np.ndarray) and v.size >= self.n)
            / self.n
        )


def totals(model: Any) -> dict[str, float]:
    """The focal firm's week in a few numbers, for the comparison of versions."""
    return {name: float(table[0].sum()) for name, table in model.tally.items()}
