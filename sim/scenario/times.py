"""The times: seasons that come every year, and recessions."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sim.scenario.findings import Finding, raised
from sim.scenario.part import Name, Part, unit


class Season(Part):
    """The yearly rise and fall of the category."""

    amplitude: float = Field(
        ge=0.0,
        lt=1.0,
        description="How much more than usual is bought at the peak, and less at the trough.",
        json_schema_extra=unit("share of purchases"),
    )
    peak_week: int = Field(
        default=50,
        ge=0,
        le=51,
        description="Week of the year with most purchases, counted from week 0 of the simulation.",
        json_schema_extra=unit("week of the year"),
    )


class Recession(Part):
    """Customers have less to spend and look more at prices, for some weeks."""

    kind: Literal["recession"] = Field(description="What happens.")
    week: int = Field(
        ge=0,
        le=5199,
        description="First week; week 0 is the start of the simulation, burn-in included.",
        json_schema_extra=unit("week"),
    )
    weeks: int = Field(ge=1, le=5200, description="How long it lasts.", json_schema_extra=unit("weeks"))
    baskets: float = Field(
        default=0.1,
        ge=0.0,
        lt=1.0,
        description="Share by which baskets shrink.",
        json_schema_extra=unit("share of the basket"),
    )
    need: float = Field(
        default=0.05,
        ge=0.0,
        lt=1.0,
        description="Share by which purchases become fewer.",
        json_schema_extra=unit("share of purchases"),
    )
    thrift: float = Field(
        default=0.3,
        ge=0.0,
        le=5.0,
        description="How much more price counts.",
        json_schema_extra=unit("share of price sensitivity"),
    )
    segments: tuple[Name, ...] = Field(
        default=(), max_length=16, description="Segments that it hits; left out, all."
    )

    @model_validator(mode="after")
    def _it_changes_something(self) -> Self:
        text = "this recession changes nothing; set 'baskets', 'need', or 'thrift', or leave it out"
        none = self.baskets == self.need == self.thrift == 0
        return raised(self, [Finding((), text)] if none else [])
