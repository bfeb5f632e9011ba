"""Price policies. The plans that they act by, with units and bounds: sim/scenario/policies/pricing.py.

r is a price over the firm's own usual price; a rival's is what it posted, over the rival's usual price.
"""

from __future__ import annotations

import math

from sim.firms.policy import HIGHEST, LOWEST, Policy, lowered
from sim.firms.view import View
from sim.scenario.policies import (
    ByLoadPlan,
    CostPlusPlan,
    FollowPlan,
    HighLowPlan,
    RetaliatePlan,
    UndercutPlan,
)


class CostPlus(Policy):
    """r = unit_cost / (1 - margin)."""

    def __init__(self, plan: CostPlusPlan) -> None:
        self._margin = plan.margin

    def price(self, view: View, price: float) -> float:  # noqa: ARG002  (whatever it was)
        """Cost and margin, within the bounds of a price."""
        cost = view.plan.unit_cost * view.plan.price.usual
        return min(max(cost / (1.0 - self._margin), LOWEST), HIGHEST)


class HighLow(Policy):
    """price x (1 - depth) in the first `weeks` of every `every` weeks."""

    def __init__(self, plan: HighLowPlan) -> None:
        self._plan = plan

    def price(self, view: View, price: float) -> float:
        """The price in a sale, or as it was."""
        into = view.week - self._plan.first_week
        on_sale = into >= 0 and into % self._plan.every < self._plan.weeks
        return max(price * (1.0 - self._plan.depth), LOWEST) if on_sale else price


class Follow(Policy):
    """r = (1 - share) x own + share x rival's of `lag` weeks ago.

    A mean of prices that were there: however many follow each other, none is ever posted outside of those. Firms that
    follow all the way pass a cut round forever; with a share below 1 it dies away.
    """

    def __init__(self, plan: FollowPlan) -> None:
        self._plan = plan

    def price(self, view: View, price: float) -> float:
        """On the way from its own price to the rival's."""
        plan, usual = self._plan, view.plan.price.usual
        rival, own = view.posted(plan.rival, plan.lag), price / usual
        if math.isnan(rival) or rival == own:
            return price
        to = (1.0 - plan.share) * own + plan.share * rival
        return min(to * usual, HIGHEST) if to > own else lowered(view.plan, price, to, plan.floor)


class Undercut(Policy):
    """r = (1 - by) x the rival's of last week, if that is less than its own. Two who undercut go down to a floor."""

    def __init__(self, plan: UndercutPlan) -> None:
        self._plan = plan

    def price(self, view: View, price: float) -> float:
        """Below the rival, or as it was."""
        rivals = view.rivals if self._plan.rival is None else (self._plan.rival,)
        return lowered(view.plan, price, (1.0 - self._plan.by) * lowest(view, rivals), self._plan.floor)


class Retaliate(Policy):
    """r = 1 - share x (1 - lowest rival's) for a rival below 1 - threshold, `lag` weeks later.

    While no rival is below it, the last answer stands for another `forgive` weeks. Two who match all of a cut answer
    each other's answers forever; with a share below 1 each answer is smaller, until one is let pass.
    """

    def __init__(self, plan: RetaliatePlan) -> None:
        self._plan = plan

    def price(self, view: View, price: float) -> float:
        """The rivals' cut, matched, or the price as it was."""
        plan = self._plan
        for ago in range(plan.lag, plan.lag + plan.forgive + 1):
            rival = lowest(view, view.rivals, ago)
            if rival < 1.0 - plan.threshold:
                return lowered(view.plan, price, 1.0 - plan.share * (1.0 - rival), plan.floor)
        return price


class ByLoad(Policy):
    """factor += gain x (load x (purchases + turned away) / purchases - target) a week, from low to high; from 1.

    Load rises as the price falls. Where a price 1 % lower brings e % more purchases, the factor settles if
    gain x e x load < 2, and swings between its bounds else.
    """

    def __init__(self, plan: ByLoadPlan) -> None:
        self._plan = plan
        self._factor = 1.0

    def price(self, view: View, price: float) -> float:
        """The price times the factor by now."""
        plan, load = self._plan, asked(view)
        if not math.isnan(load):
            self._factor = min(max(self._factor + plan.gain * (load - plan.target), plan.low), plan.high)
        return price if self._factor == 1.0 else min(max(price * self._factor, LOWEST), HIGHEST)


def lowest(view: View, rivals: tuple[str, ...], ago: int = 1) -> float:
    """Lowest price that any of these posted so many weeks ago, over its usual one; NaN if none is known."""
    known = [price for price in (view.posted(rival, ago) for rival in rivals) if not math.isnan(price)]
    return min(known, default=math.nan)


def asked(view: View) -> float:
    """What was asked of the firm last week over what it can serve; NaN if it does not know."""
    if not view.load:
        return math.nan
    served = view.purchases[-1]
    return view.load[-1] * (served + view.turned_away[-1]) / served if served else view.load[-1]
