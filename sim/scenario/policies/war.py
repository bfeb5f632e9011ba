"""A price war that a firm declares by itself, and ends by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from sim.scenario.findings import Finding, raised
from sim.scenario.part import Part, unit
from sim.scenario.policies.pricing import floor


class Trigger(Part):
    """What makes a firm declare war: any of what is given."""

    sales_drop: float | None = Field(
        default=None,
        gt=0.0,
        lt=1.0,
        description="Drop of purchases against the weeks before; left out, it does not count.",
        json_schema_extra=unit("share of purchases"),
    )
    weeks: int = Field(
        default=4,
        ge=1,
        le=260,
        description="Weeks over which purchases are compared with as many before.",
        json_schema_extra=unit("weeks"),
    )
    rival_below: float | None = Field(
        default=None,
        gt=0.0,
        lt=1.0,
        description="Price of a rival below which it is war; left out, it does not count.",
        json_schema_extra=unit("share of usual price"),
    )

    @model_validator(mode="after")
    def _something_starts_it(self) -> Self:
        return raised(self, self._misfits())

    def _misfits(self) -> Iterator[Finding]:
        if self.sales_drop is None and self.rival_below is None:
            yield Finding((), "nothing starts this war; give 'sales_drop', 'rival_below', or both")


class PriceWarPlan(Part):
    """Declares a price war, cuts step by step, and ends it when it tires or the rivals are back."""

    kind: Literal["price_war"] = Field(description="What it does.")
    trigger: Trigger = Field(description="When it starts.")
    depth: float = Field(
        default=0.15,
        gt=0.0,
        lt=1.0,
        description="How far below the usual price it goes.",
        json_schema_extra=unit("share of usual price"),
    )
    step: float = Field(
        default=0.05,
        gt=0.0,
        lt=1.0,
        description="Most that it cuts in a week.",
        json_schema_extra=unit("share of usual price per week"),
    )
    undercut: bool = Field(
        default=False,
        description="Whether it goes below its depth where a rival is there already: a step below the lowest one.",
    )
    floor: float = floor()
    stamina: int = Field(
        default=26,
        ge=1,
        le=5200,
        description="Weeks after which it gives up.",
        json_schema_extra=unit("weeks"),
    )
    truce: int = Field(
        default=4,
        ge=1,
        le=520,
        description="Weeks in a row at war without any rival more than 1 % below its usual price, after which it "
        "makes peace.",
        json_schema_extra=unit("weeks"),
    )
    rest: int = Field(
        default=26,
        ge=0,
        le=5200,
        description="Weeks after a war in which it starts none.",
        json_schema_extra=unit("weeks"),
    )
