"""Play: challenges, streaks and surprises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from sim.scenario.findings import Finding, raised
from sim.scenario.part import Name, Part, unit


class Challenge(Part):
    """A goal to reach within some weeks, for points: so many purchases, or so much money."""

    visits: int | None = Field(
        default=None,
        ge=1,
        le=10_000,
        description="Purchases to be made; left out where 'spend' is the goal.",
        json_schema_extra=unit("purchases"),
    )
    spend: float | None = Field(
        default=None,
        gt=0.0,
        le=1e9,
        description="Money to be spent; left out where 'visits' is the goal.",
        json_schema_extra=unit("currency"),
    )
    weeks: int = Field(
        ge=1, le=520, description="Weeks in which to reach it.", json_schema_extra=unit("weeks")
    )
    every: int = Field(
        ge=1, le=5200, description="Weeks from one challenge to the next.", json_schema_extra=unit("weeks")
    )
    points: int = Field(
        ge=1, le=100_000_000, description="Points for reaching it.", json_schema_extra=unit("points")
    )
    seen: float = Field(
        default=0.5,
        gt=0.0,
        le=1.0,
        description="Share of members who notice it.",
        json_schema_extra=unit("share of members"),
    )

    @model_validator(mode="after")
    def _one_goal_at_a_time(self) -> Self:
        return raised(self, self._misfits())

    def _misfits(self) -> Iterator[Finding]:
        if self.visits is None and self.spend is None:
            yield Finding((), "there is no goal; give 'visits' (purchases) or 'spend' (money)")
        if self.visits is not None and self.spend is not None:
            yield Finding(
                ("spend",),
                "a challenge has one goal, and 'visits' is given; write 'spend: null' or 'visits: null'",
            )
        if self.every < self.weeks:
            yield Finding(
                ("every",),
                f"the next challenge would start after {self.every} weeks, before the {self.weeks} of this "
                f"one are over; write at least {self.weeks}",
            )


class Streak(Part):
    """Points for buying in so many weeks (or periods) in a row."""

    every: int = Field(
        default=1,
        ge=1,
        le=52,
        description="Weeks in which one purchase is due to keep the streak.",
        json_schema_extra=unit("weeks"),
    )
    length: int = Field(
        ge=2,
        le=1000,
        description="Purchases in a row that complete it.",
        json_schema_extra=unit("periods in a row"),
    )
    points: int = Field(
        ge=1, le=100_000_000, description="Points for completing it.", json_schema_extra=unit("points")
    )


class Surprise(Part):
    """Something for members at the till that nobody could expect."""

    chance: float = Field(
        gt=0.0,
        le=1.0,
        description="Probability that a member gets it at a purchase.",
        json_schema_extra=unit("probability per purchase"),
    )
    worth: float = Field(gt=0.0, le=1e7, description="Its face value.", json_schema_extra=unit("currency"))
    cost_ratio: float = Field(
        default=1.0,
        ge=0.0,
        le=5.0,
        description="What it costs the firm, against its face value.",
        json_schema_extra=unit("cost / face value"),
    )
    from_tier: Name | None = Field(
        default=None, description="Lowest level whose members may get it; left out, everyone."
    )
