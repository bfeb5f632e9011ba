"""Firms that come and go."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.part import Name, Part, unit


class Entry(Part):
    """A firm opens; until then nobody can buy there, and it has neither cost nor programme."""

    kind: Literal["entry"] = Field(description="What happens.")
    firm: Name = Field(description="Name of the firm that opens.")
    week: int = Field(
        ge=1,
        le=5199,
        description="Week in which it opens; week 0 is the start of the simulation, burn-in included.",
        json_schema_extra=unit("week"),
    )


class Exit(Part):
    """A firm closes for good; its programme ends, and its customers look for another."""

    kind: Literal["exit"] = Field(description="What happens.")
    firm: Name = Field(description="Name of the firm that closes.")
    week: int = Field(
        ge=1,
        le=5199,
        description="First week without it; week 0 is the start of the simulation, burn-in included.",
        json_schema_extra=unit("week"),
    )
