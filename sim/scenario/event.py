"""What happens to a market on a date that the scenario sets."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.part import Name, Part, unit


class PriceWar(Part):
    """A firm cuts its price for some weeks."""

    kind: Literal["price_war"] = Field(description="What happens.")
    firm: Name = Field(description="Name of the firm that cuts its price.")
    week: int = Field(
        ge=0,
        le=5199,
        description="First week of the cut; week 0 is the start of the simulation, burn-in included.",
        json_schema_extra=unit("week"),
    )
    weeks: int = Field(ge=1, le=5200, description="How long it lasts.", json_schema_extra=unit("weeks"))
    depth: float = Field(
        gt=0.0,
        lt=1.0,
        description="Cut, as a share of the price asked until then.",
        json_schema_extra=unit("share of price"),
    )


# The union of all kinds; there is one so far.
Event = PriceWar
