"""Programme policies: what a firm does about reward programmes, a rival's and its own."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.part import Name, Part, unit
from sim.scenario.policies.pricing import lag


class CopyProgrammePlan(Part):
    """Starts the programme of a rival some weeks after the rival did, in place of its own; ends it likewise.

    A copy holds at this firm only, without the rival's partners.
    """

    kind: Literal["copy_programme"] = Field(description="What it does.")
    rival: Name = Field(description="Name of the firm whose programme it copies.")
    lag: int = lag()
    share: float = Field(
        default=1.0,
        gt=0.0,
        le=2.0,
        description="What its rewards are worth, over the rival's.",
        json_schema_extra=unit("share of the rival's reward"),
    )


class MatchStatusPlan(Part):
    """Offers a status match at a level of its own, once a rival's programme has levels."""

    kind: Literal["match_status"] = Field(description="What it does.")
    rival: Name = Field(description="Name of the firm whose levels it answers.")
    lag: int = lag()
    level: Name = Field(description="Name of its own level at which the rival's members start.")
    weeks: int = Field(
        default=26, ge=1, le=520, description="Length of the trial.", json_schema_extra=unit("weeks")
    )
    spend: float = Field(
        default=0.0,
        ge=0.0,
        le=1e9,
        description="What they must spend within the trial to keep the level; 0 for nothing.",
        json_schema_extra=unit("currency"),
    )


class RaiseRewardPlan(Part):
    """Makes the rewards of its programme worth more when it loses too many members."""

    kind: Literal["raise_reward"] = Field(description="What it does.")
    churn_above: float = Field(
        ge=0.0,
        le=52.0,
        description="Members lost over active members, in a year, above which it acts.",
        json_schema_extra=unit("per year"),
    )
    by: float = Field(
        default=0.1,
        gt=0.0,
        le=10.0,
        description="Added to the worth of all rewards each time, over what it was at first.",
        json_schema_extra=unit("share of reward"),
    )
    most: float = Field(
        default=1.5,
        ge=1.0,
        le=10.0,
        description="Most that rewards come to be worth, over what they were at first.",
        json_schema_extra=unit("factor"),
    )
    every: int = Field(
        default=13,
        ge=1,
        le=520,
        description="Weeks from one look at the members lost to the next.",
        json_schema_extra=unit("weeks"),
    )


class WithdrawPlan(Part):
    """Ends its programme for good when its books say that the firm earns too little."""

    kind: Literal["withdraw"] = Field(description="What it does.")
    profit_below: float = Field(
        default=0.0,
        ge=-1e12,
        le=1e12,
        description="Mean profit below which it ends the programme.",
        json_schema_extra=unit("currency per week"),
    )
    weeks: int = Field(
        default=26,
        ge=1,
        le=520,
        description="Weeks with the programme whose profit is looked at.",
        json_schema_extra=unit("weeks"),
    )
