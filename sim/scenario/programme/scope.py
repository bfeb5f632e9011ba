"""Who may take part in a programme: how customers become members, and where else it holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from sim.scenario.findings import Finding, raised
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
    card: bool = Field(
        default=False,
        description="Whether members must show a card at the till to earn and redeem; else they are known there.",
    )
    spend_per_year: float = Field(
        default=0.0,
        ge=0.0,
        le=1e9,
        description="What a customer must have been spending at the firm to be asked; 0 for everyone.",
        json_schema_extra=unit("currency per year"),
    )

    @model_validator(mode="after")
    def _who_joins_unasked_needs_no_spending(self) -> Self:
        return raised(self, self._misfits())

    def _misfits(self) -> Iterator[Finding]:
        if self.automatic and self.spend_per_year > 0:
            yield Finding(
                ("spend_per_year",),
                "nobody is asked where every customer joins at the first purchase; "
                "leave it out or write 'automatic: false'",
            )


class Partners(Part):
    """Other firms of the market where members earn and redeem too: a coalition, or brands of one house."""

    firms: tuple[Name, ...] = Field(
        min_length=1,
        max_length=15,
        description="Names of the partner firms; none has a programme of its own.",
    )
    price: float = Field(
        default=0.0,
        ge=0.0,
        le=1e6,
        description="What a partner pays the owner of the programme for each point that it hands out.",
        json_schema_extra=unit("currency per point"),
    )
    refund: float = Field(
        default=1.0,
        ge=0.0,
        le=5.0,
        description="What the owner pays a partner for a reward redeemed there, against its face value.",
        json_schema_extra=unit("payment / face value"),
    )
