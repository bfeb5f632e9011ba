"""A price war that a firm declares and ends by itself; its plan: sim/scenario/policies/war.py."""

from __future__ import annotations

import math

from sim.firms.policy import Policy, lowered
from sim.firms.pricing import lowest
from sim.firms.view import View
from sim.scenario.policies import PriceWarPlan

AT_USUAL = 0.99
"""A rival who asks this of its usual price is back at it."""


class PriceWar(Policy):
    """Peace, war, rest.

    War is declared when purchases over `trigger.weeks` are more than `sales_drop` below those of as many weeks before,
    or a rival is below `rival_below`. The cut then grows by `step` a week to `depth` (with `undercut`, to a step below
    the lowest rival, where that is deeper), and never goes below the floor. It ends after `stamina` weeks, or when no
    rival has been below its usual price for `truce` weeks of war in a row. `rest` weeks of peace follow.
    """

    def __init__(self, plan: PriceWarPlan) -> None:
        self._plan = plan
        self._weeks = 0
        self._calm = 0
        self._cut = 0.0
        self._rests_until = 0

    @property
    def at_war(self) -> bool:
        """Whether a war is on."""
        return self._weeks > 0

    def price(self, view: View, price: float) -> float:
        """The price at war, or as it was."""
        rival = lowest(view, view.rivals)
        if self.at_war:
            self._end(view, rival)
        elif view.week >= self._rests_until and self._is_triggered(view, rival):
            self._weeks = 1
        if not self.at_war:
            return price
        self._cut = min(self._cut + self._plan.step, self._goal(rival))
        return lowered(view.plan, price, 1.0 - self._cut, self._plan.floor)

    def _is_triggered(self, view: View, rival: float) -> bool:
        trigger = self._plan.trigger
        if trigger.rival_below is not None and rival < trigger.rival_below:
            return True
        if trigger.sales_drop is None or view.week < 2 * trigger.weeks:
            return False
        before = view.mean("purchases", trigger.weeks, ago=trigger.weeks)
        return view.mean("purchases", trigger.weeks) < (1.0 - trigger.sales_drop) * before

    def _end(self, view: View, rival: float) -> None:
        """Another week of war, unless it is over."""
        self._calm = 0 if rival < AT_USUAL else self._calm + 1
        self._weeks += 1
        if self._weeks > self._plan.stamina or self._calm >= self._plan.truce:
            self._weeks, self._calm, self._cut = 0, 0, 0.0
            self._rests_until = view.week + self._plan.rest

    def _goal(self, rival: float) -> float:
        """How deep it would go by now, were it not for the floor."""
        if self._plan.undercut and not math.isnan(rival):
            return max(self._plan.depth, 1.0 - rival + self._plan.step)
        return self._plan.depth
