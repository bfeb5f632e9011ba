"""How points are earned beyond the plain rate: when more, when less, and where else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from sim.scenario.findings import Finding, raised
from sim.scenario.part import Name, Part, unit


class Multiplier(Part):
    """More (or fewer) points on some purchases: a day of the week, a category, a coupon, a campaign."""

    name: Name = Field(description="What it is called.")
    factor: float = Field(
        ge=0.0,
        le=100.0,
        description="What the points of such a purchase are multiplied by; 2 is double points.",
        json_schema_extra=unit("factor"),
    )
    share: float = Field(
        default=1.0,
        gt=0.0,
        le=1.0,
        description="Share of purchases that it applies to.",
        json_schema_extra=unit("share of purchases"),
    )
    segments: tuple[Name, ...] = Field(
        default=(), max_length=100, description="Segments of customers that have it; left out, all of them."
    )
    first_week: int = Field(
        default=0,
        ge=0,
        le=5199,
        description="First week in which it applies; week 0 is the start of the simulation.",
        json_schema_extra=unit("week"),
    )
    weeks: int | None = Field(
        default=None,
        ge=1,
        le=5200,
        description="How long it applies; left out, for good.",
        json_schema_extra=unit("weeks"),
    )
    every: int | None = Field(
        default=None,
        ge=2,
        le=5200,
        description="Weeks from one start to the next; left out, it does not come back.",
        json_schema_extra=unit("weeks"),
    )

    @model_validator(mode="after")
    def _what_comes_back_has_ended_before(self) -> Self:
        return raised(self, self._misfits())

    def _misfits(self) -> Iterator[Finding]:
        if self.every is not None and self.weeks is None:
            yield Finding(
                ("every",), "what applies for good cannot come back; add 'weeks', how long it lasts"
            )
        elif self.every is not None and self.weeks is not None and self.every <= self.weeks:
            yield Finding(
                ("every",),
                f"it lasts {self.weeks} weeks and would come back after {self.every}, before it has ended; "
                f"write more than {self.weeks}, or leave both out for a multiplier without end",
            )


class Cap(Part):
    """The most points that a member can earn; at least one limit is given."""

    per_purchase: int | None = Field(
        default=None,
        ge=1,
        le=100_000_000,
        description="The most for one purchase; left out, no limit.",
        json_schema_extra=unit("points per purchase"),
    )
    per_week: int | None = Field(
        default=None,
        ge=1,
        le=100_000_000,
        description="The most in a week; left out, no limit.",
        json_schema_extra=unit("points per week"),
    )
    per_year: int | None = Field(
        default=None,
        ge=1,
        le=100_000_000,
        description="The most in a year of 52 weeks; left out, no limit.",
        json_schema_extra=unit("points per year"),
    )

    @model_validator(mode="after")
    def _some_limit_is_given(self) -> Self:
        return raised(self, self._misfits())

    def _misfits(self) -> Iterator[Finding]:
        if self.per_purchase is None and self.per_week is None and self.per_year is None:
            yield Finding(
                (), "limits nothing; give 'per_purchase', 'per_week' or 'per_year', or write 'cap: null'"
            )


class OutsideEarning(Part):
    """Points that members earn outside this category, at partners who buy them from the firm."""

    per_week: float = Field(
        gt=0.0,
        le=1.0,
        description="Probability that a member earns such points in a week.",
        json_schema_extra=unit("probability per member-week"),
    )
    points: int = Field(
        ge=1, le=100_000_000, description="Points earned each time.", json_schema_extra=unit("points")
    )
    price: float = Field(
        default=0.0,
        ge=0.0,
        le=1e6,
        description="What the partner pays the firm for a point.",
        json_schema_extra=unit("currency per point"),
    )
