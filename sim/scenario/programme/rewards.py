"""What points buy: the rewards of the menu, and the payout of points at fixed dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.findings import Finding, raised
from sim.scenario.part import Name, Part, unit

RewardKind = Literal[
    "discount", "free_item", "catalogue", "points_plus_cash", "partner", "donation", "experience", "upgrade"
]
"""Kinds of rewards."""

KINDS: tuple[RewardKind, ...] = (
    "discount",
    "free_item",
    "catalogue",
    "points_plus_cash",
    "partner",
    "donation",
    "experience",
    "upgrade",
)
"""Kinds of rewards in the order of their numbers, 0 first."""


class Reward(Part):
    """One entry of the menu of rewards."""

    name: Name = Field(description="What the reward is called.")
    points: int = Field(
        ge=1, le=100_000_000, description="Points that it costs.", json_schema_extra=unit("points")
    )
    worth: float = Field(gt=0.0, le=1e7, description="Its face value.", json_schema_extra=unit("currency"))
    cost_ratio: float = Field(
        default=1.0,
        ge=0.0,
        le=5.0,
        description="What it costs the firm, against its face value.",
        json_schema_extra=unit("cost / face value"),
    )
    kind: RewardKind = Field(default="discount", description="What kind of thing it is.")
    fulfilment: float = Field(
        default=0.0,
        ge=0.0,
        le=1e6,
        description="Cost of handing it out: packing, post, a partner's charge.",
        json_schema_extra=unit("currency per reward"),
    )
    availability: float = Field(
        default=1.0,
        gt=0.0,
        le=1.0,
        description="Chance that it can be had when it is wanted.",
        json_schema_extra=unit("probability"),
    )
    limit: int | None = Field(
        default=None,
        ge=1,
        le=10_000,
        description="The most of it at one purchase; left out, no limit.",
        json_schema_extra=unit("rewards per purchase"),
    )
    blackout: tuple[Annotated[int, Field(ge=0, le=51)], ...] = Field(
        default=(), max_length=51, description="Weeks of the year, 0 to 51, in which it cannot be had."
    )
    from_tier: Name | None = Field(
        default=None, description="Lowest level whose members can have it; left out, everyone."
    )


class Payout(Part):
    """Points turned into money at fixed dates, by themselves, at the rate of the cheapest reward."""

    every: int = Field(
        ge=1, le=520, description="Weeks from one payout to the next.", json_schema_extra=unit("weeks")
    )
    form: Literal["voucher", "cheque"] = Field(
        default="voucher",
        description="A voucher, redeemed at a later purchase, or a cheque, which is money at once.",
    )
    least: int = Field(
        default=1,
        ge=1,
        le=100_000_000,
        description="Points below which nothing is paid out; they wait for the next date.",
        json_schema_extra=unit("points"),
    )
    step: int = Field(
        default=1,
        ge=1,
        le=100_000_000,
        description="Points are paid out in whole multiples of this.",
        json_schema_extra=unit("points"),
    )
    cap: int | None = Field(
        default=None,
        ge=1,
        le=100_000_000,
        description="The most points paid out at one date; left out, no limit.",
        json_schema_extra=unit("points per payout"),
    )
    voucher_weeks: int | None = Field(
        default=None,
        ge=1,
        le=5200,
        description="Weeks after which a voucher is void; left out, it never is.",
        json_schema_extra=unit("weeks"),
    )

    @model_validator(mode="after")
    def _something_can_be_paid_out(self) -> Self:
        return raised(self, self._misfits())

    def _misfits(self) -> Iterator[Finding]:
        if self.form == "cheque" and self.voucher_weeks is not None:
            yield Finding(
                ("voucher_weeks",), "a cheque is paid at once; leave it out or write 'form: voucher'"
            )
        for field, needed in (("least", self.least), ("step", self.step)):
            if self.cap is not None and self.cap < needed:
                yield Finding(
                    ("cap",),
                    f"nothing could ever be paid out: the most ({self.cap}) is below {field} ({needed}); "
                    f"write at least {needed}",
                )
                return
