"""When points die."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import InitErrorDetails

from sim.scenario.findings import Finding, absent, raised
from sim.scenario.part import Part, unit


class Expiry(Part):
    """When points die: never, at an age, on a date of the year, or when a member stays away."""

    mode: Literal["none", "rolling", "calendar", "inactivity"] = Field(
        default="none",
        description="none: never; rolling: each at its age; calendar: on a date of the year; "
        "inactivity: all of them, of a member who has not bought for some weeks.",
    )
    weeks: int | None = Field(
        default=None,
        ge=1,
        le=5200,
        description="Life of a point (rolling), or weeks without a purchase (inactivity).",
        json_schema_extra=unit("weeks"),
    )
    years: int | None = Field(
        default=None,
        ge=0,
        le=3,
        description="Full years that a point lives before it dies on the date (calendar).",
        json_schema_extra=unit("years"),
    )
    week_of_year: int = Field(
        default=0,
        ge=0,
        le=51,
        description="Week of the year in which points die (calendar).",
        json_schema_extra=unit("week of the year"),
    )
    warning_weeks: int = Field(
        default=4,
        ge=0,
        le=52,
        description="Weeks ahead in which members know that points are about to die.",
        json_schema_extra=unit("weeks"),
    )
    card_share: float = Field(
        default=0.0,
        ge=0.0,
        le=1.0,
        description="Share of members with a payment card of the programme, which keeps points alive.",
        json_schema_extra=unit("share of members"),
    )

    @model_validator(mode="after")
    def _the_mode_has_its_fields_and_no_others(self) -> Self:
        return raised(self, self._misfits())

    def _misfits(self) -> Iterator[Finding | InitErrorDetails]:
        by_weeks, by_date = self.mode in ("rolling", "inactivity"), self.mode == "calendar"
        if by_weeks and self.weeks is None:
            yield absent("weeks")
        if by_date and self.years is None:
            yield absent("years")
        if not by_weeks and self.weeks is not None:
            yield Finding(
                ("weeks",),
                f"nothing reads it in the mode '{self.mode}'; leave it out (null), "
                "or write 'mode: rolling' or 'mode: inactivity'",
            )
        for field, given in (("years", self.years is not None), ("week_of_year", self.week_of_year != 0)):
            if given and not by_date:
                yield Finding(
                    (field,),
                    f"nothing reads it in the mode '{self.mode}'; leave it out, or write 'mode: calendar'",
                )
        if self.mode == "none" and self.card_share > 0:
            yield Finding(
                ("card_share",),
                "no point dies, so no card keeps any alive; leave it out, "
                "or set 'mode' to rolling, calendar or inactivity",
            )
