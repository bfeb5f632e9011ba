"""The stage of a market: how long it is watched, and what kind of goods it is about."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.part import Name, Part, unit
from sim.scenario.times import Season
from sim.scenario.weekdays import Weekdays


class Horizon(Part):
    """How long the market is simulated. Designs take effect, and measuring starts, when the burn-in ends."""

    weeks: int = Field(
        ge=1,
        le=5200,
        description="Weeks simulated, burn-in included.",
        json_schema_extra=unit("weeks"),
    )
    burn_in: int = Field(
        default=52,
        ge=0,
        le=5199,
        description="Weeks at the start in which the market settles; nothing is measured in them.",
        json_schema_extra=unit("weeks"),
    )

    @model_validator(mode="after")
    def _something_is_left_to_measure(self) -> Self:
        if self.weeks <= self.burn_in:
            raise PydanticCustomError(
                "no_measured_weeks",
                "weeks ({weeks}) must be greater than burn_in ({burn_in}); nothing would be left to measure",
                {"weeks": self.weeks, "burn_in": self.burn_in},
            )
        return self


class Category(Part):
    """The category of goods or services that the firms compete in."""

    name: Name = Field(description="What is bought, such as 'groceries'.")
    outside_share: float = Field(
        default=0.0,
        ge=0.0,
        lt=1.0,
        description="Share of category occasions that end without a purchase at any of the firms.",
        json_schema_extra=unit("share of occasions"),
    )
    lapse_weeks: int = Field(
        default=26,
        ge=1,
        le=5200,
        description="A customer who has not bought at a firm for more weeks than this has lapsed there.",
        json_schema_extra=unit("weeks"),
    )
    season: Season | None = Field(default=None, description="Its season; left out, all weeks are alike.")
    weeks: tuple[Annotated[float, Field(ge=0.0, le=10.0)], ...] | None = Field(
        default=None,
        min_length=52,
        max_length=52,
        description="Factor on purchases in each of the 52 weeks of the year, counted from week 0 of the "
        "simulation and times the season; left out, 1.",
        json_schema_extra=unit("ratio"),
    )
    weekdays: Weekdays | None = Field(
        default=None,
        description="On which days of the week purchases are dated in an exported log; left out, all alike.",
    )
    discount_rate: float = Field(
        default=0.12,
        ge=0.0,
        le=1.0,
        description="Rate at which money of later years is discounted.",
        json_schema_extra=unit("per year"),
    )
