"""The days of a week: on which of them customers buy."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.scenario.findings import Finding, raised
from sim.scenario.part import Part, unit


class Weekdays(Part):
    """On which days purchases are dated. The market itself lives in weeks: only the exported log knows of days."""

    shares: tuple[Annotated[float, Field(ge=0.0, le=1e6)], ...] = Field(
        default=(1.0,) * 7,
        min_length=7,
        max_length=7,
        description="Purchases on Monday, Tuesday, ... Sunday, as weights over the seven.",
        json_schema_extra=unit("weight"),
    )
    concentration: float | None = Field(
        default=None,
        ge=0.01,
        le=1e6,
        description="Dirichlet concentration of customers' own shares around these: small when each has a "
        "favourite day, large when all are alike; left out, all are alike.",
        json_schema_extra=unit("none"),
    )
    distinct: bool = Field(
        default=False,
        description="Whether the purchases of one customer and week fall on different days while there are any.",
    )

    @model_validator(mode="after")
    def _some_day_is_open(self) -> Self:
        text = "no day has a weight; give at least one of the seven a weight above 0, or leave 'shares' out"
        return raised(self, [] if sum(self.shares) > 0 else [Finding(("shares",), text)])
