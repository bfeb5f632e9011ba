"""What befalls customers between two weeks: crises, campaigns, and firms that choose whom they serve."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.firms.firm import Firm
from sim.firms.ledger import Account
from sim.measures.tally import Tally
from sim.population.campaign import Campaigns
from sim.population.crises import Crises
from sim.population.population import Population
from sim.population.selection import Review, review
from sim.rules import BehaviourNumbers
from sim.scenario import Campaign, Crisis, Scenario
from sim.scenario.selection import Selection

Count = Callable[[NDArray[np.int64]], None]
"""Takes a tally (segment x firm x membership x TALLIES) that is added to that of the week."""


class Happenings:
    """All that happens to the customers of one market between its weeks; costs go to the firms' books at once."""

    def __init__(self, world: Scenario, population: Population, rules: BehaviourNumbers) -> None:
        self._world, self._population, self._rules = world, population, rules
        names = world.firm_names
        self._crises = Crises(
            [event for event in world.events if isinstance(event, Crisis)],
            firms=names,
            numbers=world.behaviour.crisis.numbers(),
            lapse_weeks=world.category.lapse_weeks,
        )
        self._campaigns = Campaigns(
            [event for event in world.events if isinstance(event, Campaign)],
            firms=names,
            segments=[segment.name for segment in world.customers.segments],
            numbers=world.behaviour.demand.numbers(),
        )
        self._reviewed: dict[int, int] = {}
        self._worth: dict[int, NDArray[np.float64]] = {}
        self._since: dict[int, int] = {}
        """week in which accounts were last started anew, by firm"""
        self._before: dict[int, NDArray[np.float64]] = {}

    def week(self, week: int, firms: Sequence[Firm], programme_of: NDArray[np.int32], count: Count) -> None:
        """Live a week, before customers do. count: takes the tally of it."""
        if week == self._world.horizon.burn_in and self._population.accounts:
            self._before = {firm.number: self._brought(firm.number) for firm in firms}
        plans = [firm.spec for firm in firms]
        for crisis in self._crises.week(
            week, self._population, self._rules, plans=plans, programme_of=programme_of
        ):
            firms[crisis.firm].spend(Account.CRISIS, crisis.cost)
            count(crisis.tally)
            count(
                self._counted(crisis.firm, {Tally.HEARD_OF_CRISIS: crisis.heard, Tally.HARMED: crisis.harmed})
            )
        gone = [firm.name for firm in firms if not firm.is_there]
        for campaign in self._campaigns.week(week, self._population, gone):
            firms[campaign.firm].spend(Account.ACQUISITION, campaign.cost)
            count(self._counted(campaign.firm, {Tally.CAMPAIGN_REACHED: campaign.reached}))
        for firm in firms:
            if firm.spec.selection is not None and firm.is_there:
                self._review(week, firm, firms, firm.spec.selection, int(programme_of[firm.number]), count)
            else:
                self._end_reviews(firm.number)

    def recalled(self, week: int, firm: int) -> bool:
        """Whether a firm is off the shelf this week; ask after `week`."""
        return self._crises.closed(week, firm)

    def brought(self, firm: int) -> NDArray[np.float64]:
        """What each customer has brought a firm since the burn-in ended (currency), by customer."""
        entered = self._population.column("entered")
        old = entered < self._world.horizon.burn_in
        return self._brought(firm) - np.where(old, self._before.get(firm, 0.0), 0.0)

    def _brought(self, firm: int) -> NDArray[np.float64]:
        """The same since the start."""
        now = self._population.column("worth", firm).astype(np.float64)
        stayed = self._population.column("entered") < self._since.get(firm, 0)
        return now + np.where(stayed, self._worth.get(firm, 0.0), 0.0)

    def _counted(self, firm: int, counts: dict[Tally, int]) -> NDArray[np.int64]:
        """A tally of counts that are not told apart by segment or membership: they stand in the first of each."""
        shape = (len(self._population.sizes), len(self._world.firms), 2, len(Tally))
        tally = np.zeros(shape, np.int64)
        for what, number in counts.items():
            tally[0, firm, 0, what] = number
        return tally

    def _review(
        self, week: int, firm: Firm, firms: Sequence[Firm], selection: Selection, programme: int, count: Count
    ) -> None:
        f = firm.number
        if f not in self._reviewed:
            # Accounts are opened when the firm begins to choose.
            self._reviewed[f] = week
            self._start_anew(f, week)
        if week - self._reviewed[f] < selection.every:
            return
        self._reviewed[f] = week
        to = None if selection.to is None else self._world.firm_names.index(selection.to)
        if to is not None and not firms[to].is_there:
            # Nobody is there to take them over.
            selection, to = selection.model_copy(update={"then": "let_go", "to": None, "fee": 0.0}), None
        found = review(
            self._population,
            self._population.column("worth", f),
            week,
            firm=f,
            selection=selection,
            to=to,
            numbers=self._world.behaviour.selection.numbers(),
            rules=self._rules,
            programme=programme,
        )
        self._mark(f, found, selection)
        firm.spend(Account.SELECTION, found.cost - found.fee)
        if to is not None:
            firms[to].spend(Account.SELECTION, found.fee)
        counts = {
            Tally.LET_GO: found.let_go,
            Tally.HANDED_OVER: found.handed_over,
            Tally.MOVED_TO_BASIC: found.moved_to_basic,
        }
        count(found.tally)
        count(self._counted(f, counts))
        self._start_anew(f, week)

    def _end_reviews(self, f: int) -> None:
        """A firm that no longer chooses its customers gives all of them its usual service."""
        if self._reviewed.pop(f, None) is not None:
            served = self._population.column("served")
            served &= ~np.int32(1 << f)
            self._population.set_column("served", served)

    def _start_anew(self, f: int, week: int) -> None:
        self._worth[f], self._since[f] = self._brought(f), week
        self._population.set_column("worth", 0.0, f)

    def _mark(self, f: int, found: Review, selection: Selection) -> None:
        """Who gets basic service until the next review; who was let go is not invited back."""
        served = self._population.column("served")
        served &= ~np.int32(1 << f)
        if selection.then == "basic":
            served[found.to_basic] |= np.int32(1 << f)
        else:
            served[found.parted] |= np.int64(1 << (16 + f)).astype(np.int32)
        self._population.set_column("served", served)
