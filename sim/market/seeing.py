"""What firms see, and what they do by themselves on seeing it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.firms.conduct import Conduct
from sim.firms.firm import Firm as Seller
from sim.firms.policy import Own, Policy
from sim.firms.rewarding import forms_of
from sim.firms.view import Sights
from sim.market.courses import Course
from sim.scenario import Fault, Firm, Programme, Scenario, ScenarioError
from sim.scenario.errors import advice

_TAKEN = "_acts_in_a_market"


class Seeing:
    """The policies of all firms of one market. Firms without any see nothing, and cost nothing."""

    def __init__(self, world: Scenario, courses: Sequence[Course], own: Mapping[str, Own]) -> None:
        names = world.firm_names
        for name in own:
            if name not in names:
                raise ScenarioError([Fault(f"no firm is called '{name}'; {advice(name, names)}", "policies")])
        self._own = [_made(name, own.get(name, ())) for name in names]
        self._courses = courses
        self._acts = [
            bool(mine) or any(plan.policies for _, plan in course)
            for mine, course in zip(self._own, courses, strict=True)
        ]
        self._conducts = [Conduct(mine) for mine in self._own]
        self._sights = Sights(names, world.horizon.burn_in)
        self._followed: list[Firm] = []
        self._there: list[bool] = []

    def programmes(self, world: Scenario) -> dict[int, list[Programme]]:
        """Programmes that firms with policies may ever have, by number."""
        own = dict(zip(world.firm_names, self._own, strict=True))
        return {
            number: list(forms_of(world, world.firm_names[number], own))
            for number, acts in enumerate(self._acts)
            if acts
        }

    def plans(self, plans: Sequence[Firm], followed: Sequence[Firm], there: Sequence[bool]) -> list[Firm]:
        """What each firm follows this week. plans: without policies; followed: last week; there: which firms are."""
        self._followed, self._there = list(followed), list(there)
        return [
            conduct.plan(self._sights.view(number, plan, followed), plan) if acts and here else plan
            for number, (plan, conduct, acts, here) in enumerate(
                zip(plans, self._conducts, self._acts, self._there, strict=True)
            )
        ]

    def prices(self, plans: Sequence[Firm]) -> list[float]:
        """Price index that each firm posts, scripted price wars apart. plans: followed this week."""
        return [
            conduct.price(self._sights.view(number, plan, self._followed), plan.price.level)
            if acts and here
            else plan.price.level
            for number, (plan, conduct, acts, here) in enumerate(
                zip(plans, self._conducts, self._acts, self._there, strict=True)
            )
        ]

    def close_week(self, firms: Sequence[Seller], tally: NDArray[np.int64]) -> None:
        """Take in a week of all firms. tally: firm x membership x TALLIES, what is the owner's in the owner's row."""
        if any(self._acts):
            self._sights.close_week(
                [firm.spec for firm in firms],
                tally,
                [firm.price if firm.is_there else math.nan for firm in firms],
                [firm.ledger.last_profit for firm in firms],
                [firm.load for firm in firms],
            )


def _made(name: str, own: Own) -> list[Policy]:
    makers = list(own) if isinstance(own, Sequence) else [own]
    made = [make() if callable(make) else make for make in makers]
    for maker, policy in zip(makers, made, strict=True):
        if not callable(maker) or not isinstance(policy, Policy):
            text = (
                f"for '{name}' there is {maker!r}, which makes no policy when it is called; "
                "give a subclass of sim.Policy, not an object of it"
            )
            raise ScenarioError([Fault(text, "policies")])
        if vars(policy).get(_TAKEN):
            text = (
                f"for '{name}' there is a {type(policy).__name__} that acts already, here or in another market; "
                "make a new one for every market, as it remembers"
            )
            raise ScenarioError([Fault(text, "policies")])
        vars(policy)[_TAKEN] = True
    return made
