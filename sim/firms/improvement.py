"""What a firm has built up by continuous improvement, and what that does to failures and to the spread of quality."""

from __future__ import annotations

from sim.rules import improvement as rules
from sim.rules.improvement import Improvement as Rule
from sim.scenario import Improvement


class ImprovementRoom:
    """Care built up by one firm. The care of the start is usual: with it failures and spread are as planned."""

    def __init__(self, rule: Rule, plan: Improvement | None = None, sales: float = 0.0) -> None:
        """plan: the budget with which quality was observed. sales: currency in a usual week."""
        self._rule = rule
        self._care = self._usual = plan.budget if plan else 0.0
        self._keep = plan.keep if plan else 0.0
        self._sales = sales
        self._seen: list[float] = []
        self.cost = 0
        """cents spent in the week closed last"""

    @property
    def care(self) -> float:
        """Budget, in currency per week, that would have built up what there is."""
        return self._care

    @property
    def failure_factor(self) -> float:
        """Factor on the failure rate as planned, 1 at the start."""
        return 1.0 if self._care == self._usual else rules.failure_factor(*self._reach, self._rule)

    @property
    def spread_factor(self) -> float:
        """Factor on the spread of quality as planned, 1 at the start."""
        return 1.0 if self._care == self._usual else rules.spread_factor(*self._reach, self._rule)

    def week(self, plan: Improvement | None, sales: float, watching: bool = False) -> None:
        """Close a week. sales: currency; watching: the week is one of those that say what sales are usual."""
        if watching:
            self._seen.append(sales)
            self._sales = sum(self._seen) / len(self._seen)
        # A firm that ends its budget forgets at the pace at which it built up.
        self._keep = plan.keep if plan else self._keep
        budget = plan.budget if plan else 0.0
        self._care = rules.next_care(self._care, budget, self._keep)
        self.cost = round(100.0 * budget)

    def rest(self) -> None:
        """Close a week of a firm that is not there: nothing is spent, nothing forgotten."""
        self.cost = 0

    @property
    def _reach(self) -> tuple[float, float]:
        now, usual = (rules.reach(care, self._sales, self._rule) for care in (self._care, self._usual))
        return now, usual
