"""From what is written to what acts: the policies of a firm's plan, and the price wars that the scenario scripts.

A policy sees only what a firm can see. Those of the plan come first, in its order; scripted wars come last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sim.firms.policy import Policy
from sim.firms.pricing import ByLoad, CostPlus, Follow, HighLow, Retaliate, Undercut
from sim.firms.rewarding import CopyProgramme, MatchStatus, RaiseReward, Withdraw
from sim.firms.serving import AnswerSurveys, LayOff, Staffing
from sim.firms.war import PriceWar as DeclaredPriceWar
from sim.scenario import Event, Firm, PriceWar
from sim.scenario.policies import PolicyPlan

ACTS: Mapping[str, Callable[[Any], Policy]] = {
    "cost_plus": CostPlus,
    "high_low": HighLow,
    "follow": Follow,
    "undercut": Undercut,
    "retaliate": Retaliate,
    "price_war": DeclaredPriceWar,
    "by_load": ByLoad,
    "answer_surveys": AnswerSurveys,
    "staffing": Staffing,
    "lay_off": LayOff,
    "copy_programme": CopyProgramme,
    "match_status": MatchStatus,
    "raise_reward": RaiseReward,
    "withdraw": Withdraw,
}
"""What acts by a plan, by its kind."""


def policy_of(entry: PolicyPlan) -> Policy:
    """A new policy that acts by this plan and remembers nothing yet."""
    return ACTS[entry.kind](entry)


def policies_of(plan: Firm) -> tuple[Policy, ...]:
    """New policies, those of a plan in its order."""
    return tuple(policy_of(entry) for entry in plan.policies)


class PricePolicy(Protocol):
    """One step in setting a price that looks at nothing but the date."""

    def price(self, week: int, price: float) -> float:
        """The price index to post, given what the firm would post without this policy."""
        ...


@dataclass(frozen=True)
class ScriptedPriceWar:
    """The price is cut by a share for some weeks."""

    first_week: int
    weeks: int
    depth: float

    def price(self, week: int, price: float) -> float:
        """The price index during the war, or the price as it was."""
        at_war = self.first_week <= week < self.first_week + self.weeks
        return price * (1.0 - self.depth) if at_war else price


def price_policies(firm: str, events: Sequence[Event]) -> tuple[PricePolicy, ...]:
    """The price wars that the events of a scenario give a firm."""
    wars = [e for e in events if isinstance(e, PriceWar) and e.firm == firm]
    return tuple(ScriptedPriceWar(war.week, war.weeks, war.depth) for war in wars)
