"""Lower prices for members: for all of them, or as personal offers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.part import Part, unit


class MemberPrice(Part):
    """Lower prices for members, on all or part of the range."""

    depth: float = Field(
        gt=0.0, lt=1.0, description="Price cut for members.", json_schema_extra=unit("share of price")
    )
    range_share: float = Field(
        default=1.0,
        gt=0.0,
        le=1.0,
        description="Share of a basket that the price cut applies to.",
        json_schema_extra=unit("share of basket"),
    )


class Offers(Part):
    """Personal offers: a price cut for one member's next purchase."""

    per_week: float = Field(
        gt=0.0,
        le=1.0,
        description="Probability that a member who is aimed at gets an offer in a week.",
        json_schema_extra=unit("probability per member-week"),
    )
    depth: float = Field(
        gt=0.0, lt=1.0, description="Price cut of an offer.", json_schema_extra=unit("share of price")
    )
    target: Literal["any", "lapsing", "heavy"] = Field(
        default="any", description="Whom they are aimed at: anybody, who stays away, or who buys most."
    )
    activated: float = Field(
        default=1.0,
        gt=0.0,
        le=1.0,
        description="Share of offers that members load before they shop.",
        json_schema_extra=unit("share of offers"),
    )
