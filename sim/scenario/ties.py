"""What ties customers to a firm: a community, a contract; and what is tried when the tie is cut."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.part import Part, unit


class Community(Part):
    """A community of customers who meet at its events."""

    reach: float = Field(
        default=0.01,
        ge=0.0,
        le=1.0,
        description="Probability that an active customer is won for it in a week.",
        json_schema_extra=unit("probability per customer-week"),
    )
    every: int = Field(
        default=4, ge=1, le=5200, description="Weeks between events.", json_schema_extra=unit("weeks")
    )
    cost: float = Field(
        default=1.0,
        ge=0.0,
        le=1e6,
        description="Cost of each participant of an event.",
        json_schema_extra=unit("currency per participant"),
    )
    cost_per_event: float = Field(
        default=0.0,
        ge=0.0,
        le=1e12,
        description="Cost of an event, participants apart.",
        json_schema_extra=unit("currency per event"),
    )


class Contract(Part):
    """A contract that binds customers for a term."""

    weeks: int = Field(
        default=52, ge=1, le=520, description="Term of the contract.", json_schema_extra=unit("weeks")
    )
    payment_failure: float = Field(
        default=0.0,
        ge=0.0,
        le=1.0,
        description="Probability that a customer's payment fails, which ends the contract unwanted.",
        json_schema_extra=unit("probability per customer-week"),
    )


class WinBack(Part):
    """Offers to customers who were lost."""

    reach: float = Field(
        default=0.02,
        ge=0.0,
        le=1.0,
        description="Probability that a lost customer is offered something in a week.",
        json_schema_extra=unit("probability per lost customer-week"),
    )
    worth: float = Field(
        default=10.0,
        ge=0.0,
        le=1e7,
        description="What the offer is worth, given to those who come back.",
        json_schema_extra=unit("currency"),
    )
    cost: float = Field(
        default=0.5,
        ge=0.0,
        le=1e6,
        description="Cost of each offer made.",
        json_schema_extra=unit("currency per contact"),
    )
