"""How a firm speaks: to everybody, to prospects, through its customers, and to customers it knows."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.part import Part, unit

COST_OF_CONTACT = {"mail": 0.6, "email": 0.02, "sms": 0.06, "social": 0.01}
"""Usual cost of one message, in currency, by channel."""


class Advertising(Part):
    """Advertisements, which customers and prospects of all firms may meet."""

    reach: float = Field(
        default=0.02,
        ge=0.0,
        le=1.0,
        description="Probability that a customer meets one in a week.",
        json_schema_extra=unit("probability per customer-week"),
    )
    cost: float = Field(
        default=0.02,
        ge=0.0,
        le=1e6,
        description="Cost of each person it meets.",
        json_schema_extra=unit("currency per contact"),
    )
    promise: float | None = Field(
        default=None,
        ge=0.0,
        le=100.0,
        description="Quality that it claims; left out, it claims none.",
        json_schema_extra=unit("index 0-100"),
    )


class Deal(Part):
    """A lower price on the first purchase of prospects, who are not yet customers of anybody."""

    depth: float = Field(
        default=0.3,
        ge=0.0,
        le=1.0,
        description="Price cut on the first purchase.",
        json_schema_extra=unit("share of price"),
    )
    reach: float = Field(
        default=0.01,
        ge=0.0,
        le=1.0,
        description="Probability that a prospect is offered it in a week.",
        json_schema_extra=unit("probability per prospect-week"),
    )
    cost: float = Field(
        default=0.1,
        ge=0.0,
        le=1e6,
        description="Cost of each offer, the cut apart.",
        json_schema_extra=unit("currency per contact"),
    )


class Referral(Part):
    """Rewards for customers who bring friends. Without it people refer too, only less."""

    reward: float = Field(
        default=0.0,
        ge=0.0,
        le=1e7,
        description="Paid to the customer who brought a friend.",
        json_schema_extra=unit("currency per new customer"),
    )
    friend_reward: float = Field(
        default=0.0,
        ge=0.0,
        le=1e7,
        description="Paid to the friend, at the first purchase.",
        json_schema_extra=unit("currency per new customer"),
    )


class Triggers(Part):
    """Occasions on which a message is sent besides the planned ones."""

    birthday: bool = Field(default=False, description="Whether one is sent on the customer's birthday.")
    lapse_weeks: int | None = Field(
        default=None,
        ge=1,
        le=5200,
        description="Weeks without a purchase after which one is sent; left out, none is.",
        json_schema_extra=unit("weeks"),
    )
    near_reward: bool = Field(
        default=False, description="Whether one is sent to a member who is near a reward of points or stamps."
    )


class Contacts(Part):
    """Messages to customers whom the firm knows."""

    per_week: float = Field(
        default=0.25,
        ge=0.0,
        le=1.0,
        description="Planned messages to each customer who can be reached.",
        json_schema_extra=unit("contacts per customer-week"),
    )
    channel: Literal["mail", "email", "sms", "social"] = Field(
        default="email",
        description="How they are sent: mail, email, sms or social; decides what they cost and how they tire.",
    )
    cost: float | None = Field(
        default=None,
        ge=0.0,
        le=1e6,
        description="Cost of a message; left out, by channel: mail 0.6, email 0.02, sms 0.06, social 0.01.",
        json_schema_extra=unit("currency per contact"),
    )
    members_only: bool = Field(
        default=True, description="Whether only members of the programme can be reached."
    )
    opt_in: float = Field(
        default=1.0,
        ge=0.0,
        le=1.0,
        description="Share of customers who agree to be contacted in the first place.",
        json_schema_extra=unit("share of customers"),
    )
    granularity: Literal["mass", "class", "individual"] = Field(
        default="mass", description="Whom a message is made for: mass (all alike), class or individual."
    )
    data_depth: float = Field(
        default=0.5,
        ge=0.0,
        le=1.0,
        description="How much is known of a customer and used: 0 nothing, 1 everything.",
        json_schema_extra=unit("share"),
    )
    data_cost: float = Field(
        default=0.0,
        ge=0.0,
        le=1e6,
        description="Cost of keeping the data of each customer who can be reached.",
        json_schema_extra=unit("currency per customer-week"),
    )
    triggers: Triggers = Field(default=Triggers(), description="Occasions for further messages.")

    @property
    def cost_per_contact(self) -> float:
        """Cost of one message in currency: as given, or else that of the channel."""
        return COST_OF_CONTACT[self.channel] if self.cost is None else self.cost


class Education(Part):
    """Teaching customers to get more out of what they buy."""

    reach: float = Field(
        default=0.01,
        ge=0.0,
        le=1.0,
        description="Probability that an active customer is taught in a week.",
        json_schema_extra=unit("probability per customer-week"),
    )
    cost: float = Field(
        default=0.5,
        ge=0.0,
        le=1e6,
        description="Cost of each customer taught.",
        json_schema_extra=unit("currency per customer"),
    )
