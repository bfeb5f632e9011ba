"""What a programme costs to run, who pays for it, and how it is accounted for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.part import Part, unit


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
        description="The platform, and staff unless given apart.",
        json_schema_extra=unit("currency per week"),
    )
    per_member_week: float = Field(
        default=0.0,
        ge=0.0,
        le=1e6,
        description="Messages and service per member.",
        json_schema_extra=unit("currency per member-week"),
    )
    staff: float = Field(
        default=0.0,
        ge=0.0,
        le=1e12,
        description="Those who run it.",
        json_schema_extra=unit("currency per week"),
    )
    fulfilment: float = Field(
        default=0.0,
        ge=0.0,
        le=1e6,
        description="Handing out a reward, whichever.",
        json_schema_extra=unit("currency per reward"),
    )


class Funding(Part):
    """Who pays for the rewards."""

    supplier_share: float = Field(
        default=0.0,
        ge=0.0,
        le=1.0,
        description="Share of the cost of rewards that suppliers pay.",
        json_schema_extra=unit("share of reward costs"),
    )


class Guard(Part):
    """Abuse of the programme, and how much of it is caught."""

    multi_accounts: float = Field(
        default=0.0,
        ge=0.0,
        le=1.0,
        description="Share of those joining who open a second account for its welcome points.",
        json_schema_extra=unit("share of new members"),
    )
    takeovers: float = Field(
        default=0.0,
        ge=0.0,
        le=52.0,
        description="Accounts emptied by thieves.",
        json_schema_extra=unit("per member and year"),
    )
    reimbursed: float = Field(
        default=0.8,
        ge=0.0,
        le=1.0,
        description="Share of stolen points that the firm gives back.",
        json_schema_extra=unit("share of points"),
    )
    staff_abuse: float = Field(
        default=0.0,
        ge=0.0,
        le=1.0,
        description="Share of purchases by non-members whose points staff put on cards of their own.",
        json_schema_extra=unit("share of purchases"),
    )
    detection: float = Field(
        default=0.5,
        ge=0.0,
        le=1.0,
        description="Share of all of these that is caught and undone.",
        json_schema_extra=unit("share of cases"),
    )


class Books(Part):
    """How points stand in the books (IFRS 15, ASC 606)."""

    expected_breakage: float = Field(
        default=0.2,
        ge=0.0,
        lt=1.0,
        description="First estimate of the share of points that nobody will redeem.",
        json_schema_extra=unit("share of points"),
    )
    revise_every: int = Field(
        default=52,
        ge=1,
        le=5200,
        description="Weeks from one revision of the estimate to the next.",
        json_schema_extra=unit("weeks"),
    )
    stand_alone: float | None = Field(
        default=None,
        gt=0.0,
        le=1e6,
        description="Stand-alone selling price of a point; left out, its face value.",
        json_schema_extra=unit("currency per point"),
    )


class Ending(Part):
    """What becomes of what members hold when the programme, or its points, end."""

    points: Literal["honour", "forfeit"] = Field(
        default="forfeit",
        description="Points and stamps are paid out in cash at face value (honour), or lost (forfeit).",
    )
