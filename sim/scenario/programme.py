"""A reward programme as its owner designs it: who gets in, what members get, what it costs to run."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.part import Name, Part, unit


class Enrolment(Part):
    """How customers become members."""

    effort: float = Field(
        default=3.0,
        ge=0.0,
        le=1e6,
        description="What membership must seem worth before half of those who are asked join.",
        json_schema_extra=unit("currency per year"),
    )
    ask: float = Field(
        default=0.3,
        ge=0.0,
        le=1.0,
        description="Probability that a customer is asked to join at a purchase.",
        json_schema_extra=unit("probability per purchase"),
    )
    automatic: bool = Field(default=False, description="Whether every customer joins at the first purchase.")


class Points(Part):
    """Points earned on money spent, and turned into rewards at a threshold."""

    per_currency: float = Field(
        gt=0.0,
        le=1000.0,
        description="Points earned per unit of money spent.",
        json_schema_extra=unit("points per currency"),
    )
    threshold: int = Field(
        ge=1, le=100_000_000, description="Points that buy one reward.", json_schema_extra=unit("points")
    )
    reward: float = Field(
        gt=0.0, le=1e7, description="Face value of one reward.", json_schema_extra=unit("currency")
    )
    cost_ratio: float = Field(
        default=1.0,
        ge=0.0,
        le=5.0,
        description="What a reward costs the firm, against its face value.",
        json_schema_extra=unit("cost / face value"),
    )
    expire_weeks: int | None = Field(
        default=None,
        ge=1,
        le=5200,
        description="Weeks after which a point expires; left out, points never expire.",
        json_schema_extra=unit("weeks"),
    )
    welcome: int = Field(
        default=0,
        ge=0,
        le=100_000_000,
        description="Points for joining.",
        json_schema_extra=unit("points"),
    )
    redeem: float = Field(
        default=0.6,
        ge=0.0,
        le=1.0,
        description="Probability that a member who has points for a reward redeems at a purchase.",
        json_schema_extra=unit("probability per purchase"),
    )


class Stamps(Part):
    """A stamp card: one stamp a purchase, a reward for a full card."""

    needed: int = Field(
        ge=1, le=10_000, description="Stamps that fill a card.", json_schema_extra=unit("stamps")
    )
    reward: float = Field(
        gt=0.0, le=1e7, description="Face value of the reward.", json_schema_extra=unit("currency")
    )
    cost_ratio: float = Field(
        default=0.7,
        ge=0.0,
        le=5.0,
        description="What the reward costs the firm, against its face value.",
        json_schema_extra=unit("cost / face value"),
    )
    head_start: int = Field(
        default=0,
        ge=0,
        le=9_999,
        description="Stamps already on the first card when a customer joins.",
        json_schema_extra=unit("stamps"),
    )

    @model_validator(mode="after")
    def _a_new_card_is_not_full(self) -> Self:
        if self.head_start >= self.needed:
            raise PydanticCustomError(
                "full_at_once",
                "head_start ({head_start}) must be smaller than needed ({needed}); a new card would be full",
                {"head_start": self.head_start, "needed": self.needed},
            )
        return self


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


class ProgrammeCosts(Part):
    """What it costs to run the programme, rewards apart."""

    launch: float = Field(
        default=0.0,
        ge=0.0,
        le=1e12,
        description="Paid once, at the start.",
        json_schema_extra=unit("currency"),
    )
    per_week: float = Field(
        default=0.0,
        ge=0.0,
        le=1e12,
        description="Platform and staff.",
        json_schema_extra=unit("currency per week"),
    )
    per_member_week: float = Field(
        default=0.0,
        ge=0.0,
        le=1e6,
        description="Messages and service per member.",
        json_schema_extra=unit("currency per member-week"),
    )


class Programme(Part):
    """A reward programme; at least one of points, stamps and member_price gives members something."""

    name: Name = Field(default="Programme", description="Name of the programme.")
    enrolment: Enrolment = Field(default=Enrolment(), description="How customers become members.")
    points: Points | None = Field(default=None, description="Points; left out, there are none.")
    stamps: Stamps | None = Field(default=None, description="A stamp card; left out, there is none.")
    member_price: MemberPrice | None = Field(default=None, description="Member prices; left out, none.")
    costs: ProgrammeCosts = Field(default=ProgrammeCosts(), description="Costs of running it, rewards apart.")

    @model_validator(mode="after")
    def _members_get_something(self) -> Self:
        if self.points is None and self.stamps is None and self.member_price is None:
            raise PydanticCustomError(
                "idle_programme",
                "the programme gives members nothing; add 'points', 'stamps' or 'member_price', "
                "or write 'programme: null' for none",
            )
        return self
