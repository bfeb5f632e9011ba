"""How a firm asks its customers what they think."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.part import Part, unit


class Survey(Part):
    """The survey that a firm's figures of satisfaction come from; it sees only those who answer."""

    every: int = Field(
        default=13, ge=1, le=5200, description="Weeks between surveys.", json_schema_extra=unit("weeks")
    )
    sample: float = Field(
        default=1.0,
        ge=0.0,
        le=1.0,
        description="Share of active customers who are asked.",
        json_schema_extra=unit("share of customers"),
    )
    response: float = Field(
        default=1.0,
        ge=0.0,
        le=1.0,
        description="Share of those asked who answer.",
        json_schema_extra=unit("share of those asked"),
    )
    bias: float = Field(
        default=0.0,
        ge=0.0,
        le=1.0,
        description="How much more the delighted and the angry answer: of those 5 index points from neutral, 1 + bias "
        "times as many.",
        json_schema_extra=unit("share"),
    )
