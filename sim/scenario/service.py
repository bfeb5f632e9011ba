"""How a firm serves: the way to it, what it offers, what it gives unasked, and how it hears complaints."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from sim.scenario.part import Part, unit


def level_given(given: dict[str, Any]) -> Any:
    """What is usual where a file does not say: the level itself. So a later change of level is a change."""
    return given.get("level")


class Convenience(Part):
    """The ease of getting to the firm and buying there."""

    level: float = Field(
        default=0.0,
        ge=-10.0,
        le=10.0,
        description="Ease of buying; more is easier, only the difference to the usual acts.",
        json_schema_extra=unit("logit"),
    )
    usual: float = Field(
        default_factory=level_given,
        ge=-10.0,
        le=10.0,
        description="Ease at which the firm's share was observed; left out, the level.",
        json_schema_extra=unit("logit"),
    )


class Range(Part):
    """What a customer can vary between without going elsewhere."""

    brands: int = Field(
        default=1,
        ge=1,
        le=100,
        description="Brands or variants that its customers choose among.",
        json_schema_extra=unit("brands"),
    )
    novelties: float = Field(
        default=0.0,
        ge=0.0,
        le=52.0,
        description="How often something new is put on offer.",
        json_schema_extra=unit("novelties per year"),
    )


class Gestures(Part):
    """Small gifts that customers do not expect."""

    chance: float = Field(
        default=0.02,
        ge=0.0,
        le=1.0,
        description="Probability that a purchase comes with a gift.",
        json_schema_extra=unit("probability per purchase"),
    )
    worth: float = Field(
        default=5.0,
        ge=0.0,
        le=1e7,
        description="What a gift is worth to the customer.",
        json_schema_extra=unit("currency"),
    )
    cost_ratio: float = Field(
        default=0.6,
        ge=0.0,
        le=5.0,
        description="What a gift costs the firm, against its worth.",
        json_schema_extra=unit("cost / worth"),
    )


class ComplaintDesk(Part):
    """Where customers complain, and how they are answered."""

    channels: int = Field(
        default=2,
        ge=1,
        le=10,
        description="Ways to complain, such as counter, telephone, e-mail; more of them invite more.",
        json_schema_extra=unit("channels"),
    )
    capacity: float = Field(
        default=10.0,
        ge=0.0,
        le=1e6,
        description="Complaints that can be answered in a week; the others wait.",
        json_schema_extra=unit("complaints per week per 1000 customers of the market"),
    )
    empowerment: float = Field(
        default=0.5,
        ge=0.0,
        le=1.0,
        description="How far those at the desk may settle a complaint themselves: 0 not at all, 1 fully.",
        json_schema_extra=unit("share"),
    )
    compensation: float = Field(
        default=0.0,
        ge=0.0,
        le=1e7,
        description="Paid to a customer whose complaint is answered.",
        json_schema_extra=unit("currency per complaint"),
    )
    acted_on: float = Field(
        default=0.2,
        ge=0.0,
        le=1.0,
        description="Share of complaints whose cause is then removed.",
        json_schema_extra=unit("share of complaints"),
    )
    cost_per_complaint: float = Field(
        default=5.0,
        ge=0.0,
        le=1e6,
        description="Cost of answering, compensation apart.",
        json_schema_extra=unit("currency per complaint"),
    )
    cost_per_week: float = Field(
        default=0.0,
        ge=0.0,
        le=1e12,
        description="Cost of keeping the desk.",
        json_schema_extra=unit("currency per week"),
    )
