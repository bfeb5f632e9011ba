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
from sim.population.outrage import Whom, tallied
from sim.population.population import Population
from sim.population.selection import Review, review
from sim.rules import BehaviourNumbers
from sim.scenario import Campaign, Crisis, Scenario
from sim.scenario.selection import Selection

Count = Callable[[NDArray[np.int64]], None]
"""Takes a tally (segment x firm x membership x TALLIES) that is added to that of the week."""
Tell = Callable[[str, int, Whom], None]
"""Takes what has happened (a name of page.HAPPENINGS), at which firm, to whom."""
TOLD = {
    Tally.HEARD_OF_CRISIS: "heard_of_crisis",
    Tally.HARMED: "harmed",
    Tally.CAMPAIGN_REACHED: "reached_by_campaign",
    Tally.LET_GO: "let_go",
    Tally.HANDED_OVER: "handed_over",
    Tally.MOVED_TO_BASIC: "basic_service",
}
"""What diaries call it."""


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

    def week(
        self, week: int, firms: Sequence[Firm], programme_of: NDArray[np.int32], count: Count, tell: Tell
    ) -> None:
        """Live a week, before customers do. count: takes the tally of it; tell: notes it in diaries."""
        if week == self._world.horizon.burn_in and self._population.accounts:
            self._before = {firm.number: self._brought(firm.number) for firm in firms}

        def note(firm: int, what: Tally, whom: Whom) -> None:
            count(tallied(self._population, firm, int(programme_of[firm]), {what: whom}))
            tell(TOLD[what], firm, whom)

        plans = [firm.spec for firm in firms]
        for crisis in self._crises.week(
            week, self._population, self._rules, plans=plans, programme_of=programme_of
        ):
            firms[crisis.firm].spend(Account.CRISIS, crisis.cost)
            count(crisis.tally)
            note(crisis.firm, Tally.HEARD_OF_CRISIS, crisis.hearers)
            note(crisis.firm, Tally.HARMED, crisis.hit)
        gone = [firm.name for firm in firms if not firm.is_there]
        for campaign in self._campaigns.week(week, self._population, gone):
            firms[campaign.firm].spend(Account.ACQUISITION, campaign.cost)
            note(campaign.firm, Tally.CAMPAIGN_REACHED, campaign.whom)
        for firm in firms:
            if firm.spec.selection is not None and firm.is_there:
                programme = int(programme_of[firm.number])
                found = self._review(week, firm, firms, firm.spec.selection, programme, count)
                if found is not None:
                    parted = Tally.HANDED_OVER if found.handed_over else Tally.LET_GO
                    note(firm.number, parted, found.parted)
                    note(firm.number, Tally.MOVED_TO_BASIC, found.to_basic)
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

    def _review(
        self, week: int, firm: Firm, firms: Sequence[Firm], selection: Selection, programme: int, count: Count
    ) -> Review | None:
        f = firm.number
        if f not in self._reviewed:
            # Accounts are opened when the firm begins to choose.
            self._reviewed[f] = week
            self._start_anew(f, week)
        if week - self._reviewed[f] < selection.every:
            return None
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
        count(found.tally)
        self._start_anew(f, week)
        return found

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
