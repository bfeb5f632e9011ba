"""Membership that is paid for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from sim.scenario.findings import Finding, raised
from sim.scenario.part import Part, unit


class Club(Part):
    """Membership that is paid for: by the month, by the year, or once."""

    fee: float = Field(
        gt=0.0, le=1e7, description="What membership costs for a period.", json_schema_extra=unit("currency")
    )
    period_weeks: int | None = Field(
        default=52,
        ge=1,
        le=5200,
        description="Weeks that a fee pays for; null where it is paid once for life.",
        json_schema_extra=unit("weeks"),
    )
    trial_weeks: int = Field(
        default=0,
        ge=0,
        le=520,
        description="Weeks for which new members pay nothing.",
        json_schema_extra=unit("weeks"),
    )
    auto_renew: bool = Field(default=True, description="Whether it goes on unless a member says otherwise.")
    guarantee: bool = Field(
        default=False, description="Whether the firm refunds what a fee exceeds the value received."
    )

    @model_validator(mode="after")
    def _a_guarantee_has_a_period(self) -> Self:
        return raised(self, self._misfits())

    def _misfits(self) -> Iterator[Finding]:
        if self.guarantee and self.period_weeks is None:
            yield Finding(
                ("guarantee",),
                "a fee paid once for life has no period after which it could be settled; "
                "write 'guarantee: false' or give 'period_weeks'",
            )
