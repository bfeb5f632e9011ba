"""Price policies. All changes of price are against a firm's own usual price, its own and its rivals'."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.findings import Finding, raised
from sim.scenario.part import Name, Part, unit


def floor() -> Any:
    """How low a policy may go."""
    return Field(
        default=0.7,
        gt=0.0,
        le=1.0,
        description="Lowest price to which this policy cuts.",
        json_schema_extra=unit("share of usual price"),
    )


def lag() -> Any:
    """How long a firm takes to answer."""
    return Field(
        default=1,
        ge=1,
        le=520,
        description="Weeks until it answers what it sees.",
        json_schema_extra=unit("weeks"),
    )


class CostPlusPlan(Part):
    """Sets the price at cost and a margin on top, whatever it was."""

    kind: Literal["cost_plus"] = Field(description="What it does.")
    margin: float = Field(
        ge=0.0,
        le=0.95,
        description="What is left of the price when goods are paid.",
        json_schema_extra=unit("share of price"),
    )


class HighLowPlan(Part):
    """Cuts the price every so often for some weeks, and not in between."""

    kind: Literal["high_low"] = Field(description="What it does.")
    every: int = Field(
        ge=2, le=520, description="Weeks from one sale to the next.", json_schema_extra=unit("weeks")
    )
    weeks: int = Field(ge=1, le=519, description="Length of a sale.", json_schema_extra=unit("weeks"))
    depth: float = Field(
        gt=0.0,
        lt=1.0,
        description="Cut in a sale, as a share of the price asked without.",
        json_schema_extra=unit("share of price"),
    )
    first_week: int = Field(
        default=0,
        ge=0,
        le=5199,
        description="Week of the first sale; week 0 is the start of the simulation, burn-in included.",
        json_schema_extra=unit("week"),
    )

    @model_validator(mode="after")
    def _a_sale_ends(self) -> Self:
        return raised(self, self._misfits())

    def _misfits(self) -> Iterator[Finding]:
        if self.weeks >= self.every:
            yield Finding(
                ("weeks",),
                f"the next sale begins after {self.every} weeks, so one of {self.weeks} would never end; "
                f"write at most {self.every - 1}",
            )


class FollowPlan(Part):
    """Moves its price as a rival moves its own, up and down."""

    kind: Literal["follow"] = Field(description="What it does.")
    rival: Name = Field(description="Name of the firm that it follows.")
    lag: int = lag()
    share: float = Field(
        default=1.0,
        gt=0.0,
        le=1.0,
        description="How far it goes from its own price, over the usual one, to the rival's: 1 all the way.",
        json_schema_extra=unit("share of the way"),
    )
    floor: float = floor()


class UndercutPlan(Part):
    """Asks less than a rival, both over their usual prices; never more than it would have asked."""

    kind: Literal["undercut"] = Field(description="What it does.")
    rival: Name | None = Field(
        default=None, description="Name of the firm to stay below; null for whichever has cut most."
    )
    by: float = Field(
        gt=0.0,
        lt=1.0,
        description="How far below the rival's price of last week.",
        json_schema_extra=unit("share of rival's price"),
    )
    floor: float = floor()


class RetaliatePlan(Part):
    """Matches the cut of any rival, and goes on for some weeks after the rival has come back."""

    kind: Literal["retaliate"] = Field(description="What it does.")
    threshold: float = Field(
        default=0.03,
        ge=0.0,
        lt=1.0,
        description="Cuts up to this are let pass.",
        json_schema_extra=unit("share of usual price"),
    )
    lag: int = lag()
    share: float = Field(
        default=1.0,
        gt=0.0,
        le=1.0,
        description="How much of the cut is matched: 1 all of it. Between firms that match all of it a war never "
        "ends.",
        json_schema_extra=unit("share of the cut"),
    )
    floor: float = floor()
    forgive: int = Field(
        default=4,
        ge=0,
        le=520,
        description="Weeks for which it goes on after no rival is below the threshold any more.",
        json_schema_extra=unit("weeks"),
    )


class ByLoadPlan(Part):
    """Raises the price where more is asked for than can be served, and lowers it where hands are idle."""

    kind: Literal["by_load"] = Field(description="What it does.")
    target: float = Field(
        default=0.85,
        gt=0.0,
        le=2.0,
        description="Load that it wants: what is asked for, over what it can serve.",
        json_schema_extra=unit("share of what can be served"),
    )
    gain: float = Field(
        default=0.05,
        gt=0.0,
        le=0.5,
        description="Change of price in a week for a load that is 1 off the target.",
        json_schema_extra=unit("share of price per week"),
    )
    low: float = Field(
        default=0.8,
        gt=0.0,
        le=1.0,
        description="Lowest price, over what it would ask otherwise.",
        json_schema_extra=unit("share of price"),
    )
    high: float = Field(
        default=1.25,
        ge=1.0,
        le=10.0,
        description="Highest price, over what it would ask otherwise.",
        json_schema_extra=unit("share of price"),
    )
