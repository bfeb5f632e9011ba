"""Campaigns: whom they reach in a week, and what that adds to their tastes and wants.

What campaigns have added to a customer so far is remembered here, beside the columns, and only while there are any: one
number a customer for each firm that leads demand. A newcomer in her place starts afresh. All acts on the columns before
the pass of a week.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic import ONE
from sim.draws import Stream, uniforms
from sim.population.moments import bit
from sim.population.outrage import Whom
from sim.population.population import Population
from sim.rules.demand import DemandNumbers, persuaded, wanted
from sim.rules.lapse import NEVER
from sim.scenario.campaign import Campaign

CAMPAIGN = int(Stream.CAMPAIGN)
"""Stream of the draws: one call a customer, week and campaign: is reached (k: campaign)."""


class CampaignWeek(NamedTuple):
    """What a campaign did in a week."""

    firm: int
    reached: int
    """customers, prospects apart"""
    cost: int
    """whole cents"""
    whom: Whom = np.zeros(0, np.int64)
    """customers reached, counted from 0"""


class Campaigns:
    """All campaigns of a market; `week` is called once a week, before the pass."""

    def __init__(
        self,
        campaigns: Sequence[Campaign],
        *,
        firms: Sequence[str],
        segments: Sequence[str],
        numbers: DemandNumbers,
    ) -> None:
        """firms, segments: their names in the order of the scenario. Campaigns are numbered by their week."""
        self.campaigns = sorted(campaigns, key=lambda one: one.week)
        self.firms, self.segments, self.numbers = tuple(firms), tuple(segments), numbers
        self._won: dict[int, NDArray[np.float32]] = {}
        self._wants = np.zeros(0, np.float32)
        self._met: dict[int, NDArray[np.bool_]] = {}

    def week(self, week: int, population: Population, gone: Sequence[str] = ()) -> list[CampaignWeek]:
        """Live a week of all that run in it. gone: names of firms that are not there."""
        running = [
            (k, one)
            for k, one in enumerate(self.campaigns)
            if one.week <= week < one.week + one.weeks and one.firm not in gone
        ]
        if not running:
            return []
        self._begin(
            week, population, [self.firms.index(one.firm) for _, one in running], [k for k, _ in running]
        )
        return [self._reach(week, k, one, population) for k, one in running]

    def _begin(self, week: int, population: Population, firms: Sequence[int], numbers: Sequence[int]) -> None:
        """Room for what is remembered; who came since the last call has nothing to remember."""
        people = len(population)
        if not len(self._wants):
            self._wants, self._since = np.full(people, ONE), week
        for firm in firms:
            self._won.setdefault(firm, np.zeros(people, np.float32))
        for k in numbers:
            self._met.setdefault(k, np.zeros(people, np.bool_))
        fresh = population.column("entered") >= self._since
        self._wants[fresh] = ONE
        for won in self._won.values():
            won[fresh] = 0.0
        for met in self._met.values():
            met[fresh] = False
        self._since = week

    def _reach(self, week: int, k: int, one: Campaign, population: Population) -> CampaignWeek:
        firm = self.firms.index(one.firm)
        aimed = population.column("alive") == 1
        if one.segments:
            numbers = [self.segments.index(name) for name in one.segments]
            aimed &= np.isin(population.segment_of(np.arange(len(population))), numbers)
        whom = np.flatnonzero(aimed)
        draws = uniforms(
            seed=int(population.seed),
            replicate=int(population.replicate),
            stream=CAMPAIGN,
            customer=whom,
            week=week,
            k=k,
        )
        whom = whom[draws[:, 0] < one.reach]
        if self.numbers.on > 0:
            self._persuade(whom, firm, one.appeal, population)
            self._make_want(whom, k, one.want, population)
        return CampaignWeek(firm, len(whom), round(100 * one.cost) * len(whom), whom)

    def _persuade(self, whom: NDArray[np.int64], firm: int, appeal: float, population: Population) -> None:
        """Taste for the firm grows; who never bought there comes to know it."""
        won, taste = self._won[firm], population.column("taste", firm)
        more = persuaded(won[whom], appeal, self.numbers)
        taste[whom] = taste[whom] + (more - won[whom])
        won[whom] = more
        population.set_column("taste", taste, firm)
        knows = population.column("knows")
        # Who left the firm knows it already, and is not brought back by this.
        new = whom[population.column("last_week", firm)[whom] == NEVER]
        knows[new] |= bit(firm)
        population.set_column("knows", knows)

    def _make_want(self, whom: NDArray[np.int64], k: int, want: float, population: Population) -> None:
        """Whom this campaign reaches for the first time buys more often."""
        new = whom[~self._met[k][whom]]
        self._met[k][new] = True
        before = self._wants[new]
        self._wants[new] = wanted(before, want, self.numbers)
        rate = population.column("rate")
        rate[new] = rate[new] * (self._wants[new] / before)
        population.set_column("rate", rate)
