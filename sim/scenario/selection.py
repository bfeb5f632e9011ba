"""Choosing customers: whom a firm finds too dear to serve, and what it does with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import InitErrorDetails

from sim.scenario.findings import Finding, absent, raised
from sim.scenario.part import Name, Part, unit


class BasicService(Part):
    """Less service, at less cost, for customers who bring too little."""

    quality: float = Field(
        default=5.0,
        ge=0.0,
        le=100.0,
        description="Quality that they do without at a purchase.",
        json_schema_extra=unit("index points"),
    )
    cost: float = Field(
        default=0.5,
        ge=0.0,
        le=1.0,
        description="Cost of serving one of their purchases.",
        json_schema_extra=unit("share of service cost"),
    )


class Selection(Part):
    """Reviews of what customers bring, by the till: revenue less goods and service."""

    minimum: float = Field(
        default=0.0,
        ge=-1e9,
        le=1e9,
        description="Contribution between two reviews below which a customer is not worth serving.",
        json_schema_extra=unit("currency per review"),
    )
    every: int = Field(
        default=52, ge=1, le=5200, description="Weeks between reviews.", json_schema_extra=unit("weeks")
    )
    then: Literal["let_go", "hand_over", "basic"] = Field(
        default="let_go", description="What happens to customers below the minimum."
    )
    to: Name | None = Field(default=None, description="Firm that they are handed over to.")
    fee: float = Field(
        default=0.0,
        ge=0.0,
        le=1e7,
        description="What that firm pays for each of them.",
        json_schema_extra=unit("currency per customer"),
    )
    basic: BasicService | None = Field(default=None, description="What basic service is.")
    courtesy: float = Field(
        default=0.5,
        ge=0.0,
        le=1.0,
        description="How kindly they are told, and helped elsewhere: 1 leaves no hard feelings.",
        json_schema_extra=unit("share"),
    )
    cost: float = Field(
        default=0.0,
        ge=0.0,
        le=1e6,
        description="Cost of parting with a customer: letters, help in finding another firm.",
        json_schema_extra=unit("currency per customer"),
    )

    @model_validator(mode="after")
    def _what_is_done_is_said_in_full(self) -> Self:
        return raised(self, self._misfits())

    def _misfits(self) -> Iterator[Finding | InitErrorDetails]:
        if self.then == "hand_over" and self.to is None:
            yield absent("to")
        if self.then != "hand_over":
            for field, unset in (("to", None), ("fee", 0.0)):
                if getattr(self, field) != unset:
                    yield Finding((field,), "nobody is handed over; write 'then: hand_over' or leave it out")
        if self.then == "basic" and self.basic is None:
            yield absent("basic")
        if self.then != "basic" and self.basic is not None:
            yield Finding(("basic",), "nobody gets basic service; write 'then: basic' or leave it out")
