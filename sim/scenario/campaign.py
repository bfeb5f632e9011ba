"""A campaign: a firm forms the tastes and wants of those whom it reaches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.errors import advice
from sim.scenario.findings import Finding, peek, raised, rows
from sim.scenario.part import Name, Part, unit


class Campaign(Part):
    """A firm launches something new, or makes people want what it has."""

    kind: Literal["campaign"] = Field(description="What happens.")
    firm: Name = Field(description="Name of the firm that leads demand.")
    week: int = Field(
        ge=0,
        le=5199,
        description="First week; week 0 is the start of the simulation, burn-in included.",
        json_schema_extra=unit("week"),
    )
    weeks: int = Field(
        default=1, ge=1, le=5200, description="How long it lasts.", json_schema_extra=unit("weeks")
    )
    segments: tuple[Name, ...] = Field(
        default=(), max_length=100, description="Segments that it is made for; none named, all."
    )
    reach: float = Field(
        default=0.1,
        gt=0.0,
        le=1.0,
        description="Share of the customers of these segments whom a week reaches.",
        json_schema_extra=unit("share of customers per week"),
    )
    appeal: float = Field(
        default=0.0,
        ge=0.0,
        le=5.0,
        description="What a first message adds to the taste for the firm; repeats add less.",
        json_schema_extra=unit("logit"),
    )
    want: float = Field(
        default=1.0,
        ge=1.0,
        le=5.0,
        description="Factor on how often one whom it reaches buys in the category, once.",
        json_schema_extra=unit("ratio"),
    )
    cost: float = Field(
        default=0.0,
        ge=0.0,
        le=1e6,
        description="Cost of reaching a customer once.",
        json_schema_extra=unit("currency per customer reached"),
    )

    @model_validator(mode="after")
    def _it_moves_somebody(self) -> Self:
        return raised(self, self._misfits())

    def _misfits(self) -> Iterator[Finding]:
        if self.appeal == 0 and self.want == 1:
            yield Finding(
                (), "this campaign moves nobody; set 'appeal' (taste for the firm) or 'want' (factor on need)"
            )


def campaign_findings(data: Any) -> Iterator[Finding]:
    """Segments that campaigns and recessions name and that are not there, or are named twice."""
    known = [peek(segment, "name") for segment in rows(peek(peek(data, "customers"), "segments"))]
    if not known or not all(isinstance(name, str) for name in known):
        return
    for i, event in enumerate(rows(peek(data, "events"))):
        if peek(event, "kind") in ("campaign", "recession"):
            named = rows(peek(event, "segments"))
            for j, name in enumerate(named):
                if isinstance(name, str) and name not in known:
                    text = f"no segment is called '{name}'; {advice(name, known)}"
                    yield Finding(("events", i, "segments", j), text)
                elif name in named[:j]:
                    yield Finding(("events", i, "segments", j), f"'{name}' is named twice; keep one")
