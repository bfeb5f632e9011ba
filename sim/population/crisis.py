"""The course of a crisis: who hears of it when, what that does to them, and what the firm's answer does.

Who hears is settled by one number a customer, u: she has heard once the share of those who have is above u. So a crisis
of more reach is heard of by the same and some more, and nothing but this number need be remembered of her. Those who
entered the category after the news know nothing of it. All acts on the columns before the pass of a week.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic import F32, ONE
from sim.draws import Stream, uniforms
from sim.measures.tally import Tally
from sim.population.harm import harm, settle
from sim.population.outrage import Whom, tallied
from sim.population.population import Population
from sim.rules import BehaviourNumbers
from sim.rules.crisis import (
    CrisisNumbers,
    believed,
    breach_size,
    chance_to_hear,
    credit,
    exposure_size,
    less_expected,
    regained,
)
from sim.rules.lapse import is_active
from sim.rules.trust import betrayed, trust_scale
from sim.scenario.crisis import Crisis, Response

CRISIS = int(Stream.CRISIS)
"""Stream of the draws: one call a customer and crisis, named by its first week: hears, is harmed, complains, is
settled with; and one a week for the market: the truth comes out (customer: THE_WORLD)."""
THE_WORLD = 0xFFFFFFFF
_UNHEARD = F32(-1.0)
_COMING_BACK = 156
"""Weeks after owning up in which trust comes back; nothing worth a bit is left of it then."""


class CrisisWeek(NamedTuple):
    """What a week of a crisis brought; counts of customers, money in whole cents."""

    tally: NDArray[np.int64]
    """segment x firm x membership x TALLIES, to be added to that of the week: complaints"""
    firm: int
    """number of the firm at fault"""
    heard: int = 0
    """who heard of it for the first time"""
    harmed: int = 0
    hearers: Whom = np.zeros(0, np.int64)
    """customers who heard of it for the first time, counted from 0"""
    hit: Whom = np.zeros(0, np.int64)
    """customers harmed"""
    complaints: int = 0
    settled: int = 0
    """harmed customers who were satisfied by what the firm did for them"""
    found_out: bool = False
    """whether the truth came out this week"""
    recall: int = 0
    compensation: int = 0

    @property
    def cost(self) -> int:
        """Cents that the firm spends on it this week."""
        return self.recall + self.compensation


class CrisisCourse:
    """One crisis as it runs; made before its first week, then `week` is called once a week, before the pass."""

    def __init__(
        self,
        event: Crisis,
        *,
        number: int,
        firm: int,
        response: Response | None = None,
        numbers: CrisisNumbers,
        lapse_weeks: int,
    ) -> None:
        """number: of the crisis among those of the scenario, by week; firm: its number; response: that of the
        firm's plan, if it has one; lapse_weeks: weeks for which a customer without a purchase is active."""
        self.event, self.number, self.firm = event, number, firm
        self.response = event.response if response is None else response
        self.numbers, self.lapse_weeks = numbers, lapse_weeks
        self.found_out = False
        self._size = breach_size(event.severity, numbers)
        self._share = 0.0
        self._draws = np.zeros((0, 4), np.float32)
        self._before = np.zeros(0, np.float32)
        self._due = np.zeros(0, np.float32)
        self._owed = np.zeros(0, np.float32)
        self._harmed = np.zeros(0, np.int64)

    @property
    def owns_up(self) -> bool:
        """Whether the firm owns up, sooner or later."""
        return self.response.kind == "own_up"

    def closed(self, week: int) -> bool:
        """Whether the firm is off the shelf in this week, for a recall."""
        first = self.event.week + self.response.after
        return self.owns_up and first <= week < first + self.response.recall_weeks

    def week(
        self,
        week: int,
        population: Population,
        rules: BehaviourNumbers,
        *,
        channels: int = 0,
        programme: int = -1,
    ) -> CrisisWeek:
        """Live a week of it. channels: ways to complain at the firm; programme: in force there, -1 for none."""
        since, late = week - self.event.week, week - self.event.week - self.response.after
        nobody = self._harmed[:0]
        if since < 0 or self.numbers.on == 0:
            return CrisisWeek(
                tallied(population, self.firm, programme, {}),
                self.firm,
                recall=self._recall(late, week, population),
            )
        if since == 0:
            self._begin(population)
        comes_out = self._comes_out(week, since, late, population)
        if late == 0 and self.response.kind == "deny":
            self._deny(population, rules)
        if self.owns_up and 0 < late <= _COMING_BACK:
            self._come_back(population, rules, first=late == 1)
        if comes_out:
            self._come_out(population, rules)
        harmed, complaining = nobody, nobody
        if since == 0:
            hit = self._buyers(week, population) & self._present(population)
            harmed = self._harmed = np.flatnonzero(hit & (self._draws[:, 1] < self.event.harmed))
            severity, u = F32(self.event.severity), self._draws[harmed, 2]
            complaining = harm(population, harmed, self.firm, severity, week, rules, channels, u)
        new = self._hear(since, late, comes_out, harmed, population, rules)
        settled, paid = nobody, 0
        if self.owns_up and late == 0:
            there = self._harmed[self._present(population)[self._harmed]]
            offer, u = self.response.compensation, self._draws[there, 3]
            settled = settle(population, there, self.firm, offer, self.response.after, rules, u)
            paid = round(100 * offer) * len(there)
        return CrisisWeek(
            tallied(population, self.firm, programme, {Tally.COMPLAINTS: complaining}),
            self.firm,
            heard=len(new),
            harmed=len(harmed),
            hearers=new,
            hit=harmed,
            complaints=len(complaining),
            settled=len(settled),
            found_out=comes_out,
            recall=self._recall(late, week, population),
            compensation=paid,
        )

    # --- what happens -------------------------------------------------------------------------------------

    def _begin(self, population: Population) -> None:
        self._draws = uniforms(
            seed=int(population.seed),
            replicate=int(population.replicate),
            stream=CRISIS,
            customer=np.arange(len(population)),
            week=self.event.week,
            k=self.number,
        )
        self._before = np.full(len(population), _UNHEARD)

    def _present(self, population: Population) -> NDArray[np.bool_]:
        """Who was in the category when the news broke, and still is."""
        there: NDArray[np.bool_] = population.column("alive") == 1
        there &= population.column("entered") < self.event.week
        return there

    def _heard(self, population: Population) -> Whom:
        return np.flatnonzero((self._before >= 0) & self._present(population))

    def _trust(
        self, population: Population, whom: Whom, size: Any, rules: BehaviourNumbers, firm: int
    ) -> None:
        """Trust in a firm is betrayed by so much (0 to 1)."""
        column = population.column("trust", firm)
        column[whom] = betrayed(column[whom], size, rules.trust)
        population.set_column("trust", column, firm)

    def _expect(self, population: Population, whom: Whom, severity: Any) -> None:
        column = population.column("expectation", self.firm)
        column[whom] = less_expected(column[whom], severity, self.numbers)
        population.set_column("expectation", column, self.firm)

    def _recall(self, late: int, week: int, population: Population) -> int:
        """Cents that a recall costs, in the week in which it begins."""
        if late != 0 or not self.owns_up or self.response.recall_weeks == 0:
            return 0
        return round(100 * self.response.recall_cost) * int(self._buyers(week, population).sum())

    def _buyers(self, week: int, population: Population) -> NDArray[np.bool_]:
        """The firm's active customers at the end of the week before."""
        last = population.column("last_week", self.firm)
        active: NDArray[np.bool_] = is_active(week - 1, last, self.lapse_weeks)
        active &= population.column("alive") == 1
        return active

    def _comes_out(self, week: int, since: int, late: int, population: Population) -> bool:
        """Whether a denial, or a silence, is found out this week: one draw for the whole market."""
        said = late if self.response.kind == "deny" else since
        if self.owns_up or self.found_out or said <= 0:
            return False
        draw = uniforms(
            seed=int(population.seed),
            replicate=int(population.replicate),
            stream=CRISIS,
            customer=THE_WORLD,
            week=week,
            k=self.number,
        )
        self.found_out = bool(draw[0] < self.event.truth.per_week)
        return self.found_out

    def _hear(
        self,
        since: int,
        late: int,
        comes_out: bool,
        harmed: Whom,
        population: Population,
        rules: BehaviourNumbers,
    ) -> Whom:
        """The news reaches more people; returns whom it reached for the first time."""
        over = self.owns_up and late > 0
        reach = self.event.reach if comes_out else chance_to_hear(self.event.reach, since, self.numbers)
        self._share = 1.0 - (1.0 - self._share) * (1.0 - (0.0 if over else reach))
        hears = self._draws[:, 0] < self._share
        hears[harmed] = True
        hears &= self._before < 0
        if not hears.any():
            return self._harmed[:0]
        new = np.flatnonzero(hears & self._present(population))
        trust = population.column("trust", self.firm)[new]
        self._before[new] = trust
        felt = np.full(len(new), ONE)
        if self.owns_up and since == late == 0:
            felt = felt - self.numbers.disarms
        elif self.response.kind == "deny" and late >= 0 and not self.found_out:
            felt = felt - believed(trust_scale(trust, rules.trust), self.numbers)
        self._trust(population, new, felt * self._size, rules, self.firm)
        self._expect(population, new, felt * F32(self.event.severity))
        if self.found_out:
            self._expose(population, new, rules)
        spill = F32(self.event.spill_over)
        for rival in range(population.firms):
            if rival != self.firm and spill > 0:
                self._trust(population, new, felt * self._size * spill, rules, rival)
        return new

    def _expose(self, population: Population, whom: Whom, rules: BehaviourNumbers) -> None:
        """That it was denied, or hidden, is a breach of its own."""
        size = exposure_size(self._size, self.response.kind == "deny", self.numbers)
        self._trust(population, whom, np.full(len(whom), size), rules, self.firm)

    def _deny(self, population: Population, rules: BehaviourNumbers) -> None:
        """Those who have heard already believe the denial in part, and take so much of it back."""
        whom = self._heard(population)
        column = population.column("trust", self.firm)
        before = self._before[whom]
        averted = believed(trust_scale(before, rules.trust), self.numbers)
        column[whom] = column[whom] + averted * np.maximum(before - column[whom], F32(0.0))
        population.set_column("trust", column, self.firm)
        self._expect(population, whom, -averted * F32(self.event.severity))

    def _come_out(self, population: Population, rules: BehaviourNumbers) -> None:
        """Those who have heard learn the truth: what a denial averted comes back, and that it was denied."""
        whom = self._heard(population)
        if self.response.kind == "deny":
            averted = believed(trust_scale(self._before[whom], rules.trust), self.numbers)
            self._trust(population, whom, averted * self._size, rules, self.firm)
            self._expect(population, whom, averted * F32(self.event.severity))
        self._expose(population, whom, rules)

    def _come_back(self, population: Population, rules: BehaviourNumbers, first: bool) -> None:
        """The firm has owned up: of those who have heard, trust comes back a part of the way.

        What comes back is what the crisis took, whatever else happens to her trust meanwhile.
        """
        whom = self._heard(population)
        column = population.column("trust", self.firm)
        if first:
            lasting = (
                ONE - credit(self.response.after, self.response.recall_weeks > 0, self.numbers)
            ) * self._size
            self._due, self._owed = np.zeros_like(self._before), np.zeros_like(self._before)
            self._due[whom] = betrayed(self._before[whom], lasting, rules.trust)
            self._owed[whom] = np.maximum(self._due[whom] - column[whom], F32(0.0))
        due, trust = self._due[whom], column[whom]
        without = due - self._owed[whom]
        back = regained(without, due, self.numbers) - without
        self._owed[whom] -= back
        column[whom] = np.minimum(trust + back, np.maximum(trust, due))
        population.set_column("trust", column, self.firm)
