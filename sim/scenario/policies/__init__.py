"""What a firm does by itself, week by week, as its user writes it: one entry of `policies` each.

The classes here are the plans; `sim/firms/` has a class of the same name, without Plan, that acts by each.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Tag

from sim.scenario.findings import peek
from sim.scenario.policies.pricing import (
    ByLoadPlan,
    CostPlusPlan,
    FollowPlan,
    HighLowPlan,
    RetaliatePlan,
    UndercutPlan,
)
from sim.scenario.policies.rewarding import CopyProgrammePlan, MatchStatusPlan, RaiseRewardPlan, WithdrawPlan
from sim.scenario.policies.serving import AnswerSurveysPlan, LayOffPlan, StaffingPlan
from sim.scenario.policies.war import PriceWarPlan, Trigger

__all__ = [
    "AnswerSurveysPlan",
    "ByLoadPlan",
    "CopyProgrammePlan",
    "CostPlusPlan",
    "FollowPlan",
    "HighLowPlan",
    "LayOffPlan",
    "MatchStatusPlan",
    "PolicyPlan",
    "PriceWarPlan",
    "RaiseRewardPlan",
    "RetaliatePlan",
    "StaffingPlan",
    "Trigger",
    "UndercutPlan",
    "WithdrawPlan",
]


def _kind(policy: Any) -> str | None:
    """What tells policies apart; nothing where a file does not say it as text."""
    kind = peek(policy, "kind")
    return kind if isinstance(kind, str) else None


PolicyPlan = Annotated[
    Annotated[CostPlusPlan, Tag("cost_plus")]
    | Annotated[HighLowPlan, Tag("high_low")]
    | Annotated[FollowPlan, Tag("follow")]
    | Annotated[UndercutPlan, Tag("undercut")]
    | Annotated[RetaliatePlan, Tag("retaliate")]
    | Annotated[PriceWarPlan, Tag("price_war")]
    | Annotated[ByLoadPlan, Tag("by_load")]
    | Annotated[AnswerSurveysPlan, Tag("answer_surveys")]
    | Annotated[StaffingPlan, Tag("staffing")]
    | Annotated[LayOffPlan, Tag("lay_off")]
    | Annotated[CopyProgrammePlan, Tag("copy_programme")]
    | Annotated[MatchStatusPlan, Tag("match_status")]
    | Annotated[RaiseRewardPlan, Tag("raise_reward")]
    | Annotated[WithdrawPlan, Tag("withdraw")],
    Discriminator(_kind),
]
"""Anything that a firm may do by itself, told apart by its kind."""
