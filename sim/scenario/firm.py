"""A firm: its place in the market, what it offers, what that costs, and its programme."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from sim.scenario.part import Name, Part, unit
from sim.scenario.programme import Programme


def _level(given: dict[str, Any]) -> Any:
    """What is usual where a file does not say: the level itself. So a later change of level is a change."""
    return given.get("level")


class Price(Part):
    """The price of a firm, as an index against the category."""

    level: float = Field(
        default=1.0,
        ge=0.01,
        le=100.0,
        description="Price asked.",
        json_schema_extra=unit("price index"),
    )
    usual: float = Field(
        default_factory=_level,
        ge=0.01,
        le=100.0,
        description="Price at which the firm's share was observed; left out, the level.",
        json_schema_extra=unit("price index"),
    )


class Quality(Part):
    """What customers meet at a purchase, on an index of 0 to 100."""

    level: float = Field(
        default=75.0,
        ge=0.0,
        le=100.0,
        description="Mean quality of a purchase without failure.",
        json_schema_extra=unit("index 0-100"),
    )
    usual: float = Field(
        default_factory=_level,
        ge=0.0,
        le=100.0,
        description="Quality at which the firm's share was observed; left out, the level.",
        json_schema_extra=unit("index 0-100"),
    )
    spread: float = Field(
        default=10.0,
        ge=0.0,
        le=100.0,
        description="Standard deviation of quality from purchase to purchase.",
        json_schema_extra=unit("index points"),
    )
    failure_rate: float = Field(
        default=0.01,
        ge=0.0,
        le=1.0,
        description="Probability that a purchase fails.",
        json_schema_extra=unit("probability per purchase"),
    )
    failure_severity: float = Field(
        default=25.0,
        ge=0.0,
        le=100.0,
        description="Quality that a failure costs.",
        json_schema_extra=unit("index points"),
    )


class Firm(Part):
    """A firm in the market."""

    name: Name = Field(description="Name of the firm.")
    share: float = Field(
        ge=0.0,
        le=1e9,
        description="Market share at usual price and quality, as a weight; shares need not sum to 1.",
        json_schema_extra=unit("weight"),
    )
    price: Price = Field(default=Price(), description="What it asks.")
    unit_cost: float = Field(
        ge=0.0,
        le=2.0,
        description="Cost of goods, as a share of the usual price.",
        json_schema_extra=unit("share of usual price"),
    )
    service_cost: float = Field(
        default=0.0,
        ge=0.0,
        le=1e7,
        description="Cost of serving one purchase.",
        json_schema_extra=unit("currency per purchase"),
    )
    fixed_cost: float = Field(
        default=0.0,
        ge=0.0,
        le=1e12,
        description="Cost that does not depend on sales.",
        json_schema_extra=unit("currency per week"),
    )
    quality: Quality = Field(default=Quality(), description="What customers meet at a purchase.")
    programme: Programme | None = Field(default=None, description="Its reward programme; null for none.")
