"""Service policies: what a firm does about quality, complaints and staff when its figures say so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from sim.scenario.findings import Finding, raised
from sim.scenario.part import Part, unit

LEVERS = ("training", "improvement", "quality", "desk")
"""What a firm can do about a poor survey."""


class AnswerSurveysPlan(Part):
    """Does more for service, step by step, as long as its surveys come out badly. It sees answers, not minds."""

    kind: Literal["answer_surveys"] = Field(description="What it does.")
    below: float = Field(
        ge=0.0,
        le=100.0,
        description="Mean satisfaction in the surveys below which it does more.",
        json_schema_extra=unit("index 0-100"),
    )
    every: int = Field(
        default=13,
        ge=1,
        le=520,
        description="Weeks from one look at the surveys to the next.",
        json_schema_extra=unit("weeks"),
    )
    training: float = Field(
        default=0.0,
        ge=0.0,
        le=1e6,
        description="Added to what is spent on teaching staff, at each step.",
        json_schema_extra=unit("currency per employee-week"),
    )
    improvement: float = Field(
        default=0.0,
        ge=0.0,
        le=1e9,
        description="Added to the budget for improvement, at each step.",
        json_schema_extra=unit("currency per week"),
    )
    quality: float = Field(
        default=0.0,
        ge=0.0,
        le=100.0,
        description="Added to the quality that customers meet, at each step; say under 'cost' what it costs.",
        json_schema_extra=unit("index points"),
    )
    desk: float = Field(
        default=0.0,
        ge=0.0,
        le=1e6,
        description="Added to the complaints that the desk can answer, at each step; say under 'cost' what it costs.",
        json_schema_extra=unit("complaints per week per 1000 customers of the market"),
    )
    cost: float = Field(
        default=0.0,
        ge=0.0,
        le=1e9,
        description="What each step costs beside teaching and improvement.",
        json_schema_extra=unit("currency per week"),
    )
    most: int = Field(
        default=4, ge=1, le=100, description="The most steps it takes.", json_schema_extra=unit("steps")
    )

    @model_validator(mode="after")
    def _something_is_done(self) -> Self:
        return raised(self, self._misfits())

    def _misfits(self) -> Iterator[Finding]:
        if not any(getattr(self, lever) for lever in LEVERS):
            yield Finding((), f"a poor survey changes nothing; give {', '.join(LEVERS)}, or some of them")


class StaffingPlan(Part):
    """Hires and lays off as its people are too busy or idle."""

    kind: Literal["staffing"] = Field(description="What it does.")
    target_load: float = Field(
        gt=0.0,
        le=2.0,
        description="Load that it wants of its staff: work over what they can do.",
        json_schema_extra=unit("share of what staff can do"),
    )
    every: int = Field(
        default=13,
        ge=1,
        le=520,
        description="Weeks from one decision to the next; the load is the mean of these weeks.",
        json_schema_extra=unit("weeks"),
    )
    most_change: float = Field(
        default=0.1,
        gt=0.0,
        lt=1.0,
        description="Most by which it changes the number of people at once.",
        json_schema_extra=unit("share of employees"),
    )


class LayOffPlan(Part):
    """Lays off people when it takes less than a year before."""

    kind: Literal["lay_off"] = Field(description="What it does.")
    sales_below: float = Field(
        default=0.9,
        gt=0.0,
        le=1.0,
        description="Takings, over those of the same weeks a year before, below which it lays off.",
        json_schema_extra=unit("share of last year's takings"),
    )
    weeks: int = Field(
        default=8,
        ge=1,
        le=52,
        description="Weeks whose takings are compared.",
        json_schema_extra=unit("weeks"),
    )
    share: float = Field(
        gt=0.0,
        lt=1.0,
        description="Share of its people who go.",
        json_schema_extra=unit("share of employees"),
    )
    again_after: int = Field(
        default=52,
        ge=1,
        le=5200,
        description="Weeks until it may lay off again.",
        json_schema_extra=unit("weeks"),
    )
