"""A crisis: harm by a firm that becomes known, and what the firm says and does about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from sim.scenario.findings import Finding, raised
from sim.scenario.part import Name, Part, unit


class Response(Part):
    """What a firm says and does when harm becomes known."""

    kind: Literal["own_up", "silent", "deny"] = Field(
        default="silent", description="Whether it owns up, keeps silent, or denies."
    )
    after: int = Field(
        default=0,
        ge=0,
        le=520,
        description="Weeks until it speaks, or recalls; until then it is silent.",
        json_schema_extra=unit("weeks"),
    )
    compensation: float = Field(
        default=0.0,
        ge=0.0,
        le=1e7,
        description="Paid to each customer who was harmed, when it owns up.",
        json_schema_extra=unit("currency per customer harmed"),
    )
    recall_weeks: int = Field(
        default=0,
        ge=0,
        le=520,
        description="Weeks off the shelf, from owning up on; 0 for no recall.",
        json_schema_extra=unit("weeks"),
    )
    recall_cost: float = Field(
        default=0.0,
        ge=0.0,
        le=1e7,
        description="Cost of a recall for each customer who bought there lately.",
        json_schema_extra=unit("currency per recent buyer"),
    )

    @model_validator(mode="after")
    def _who_recalls_or_pays_owns_up(self) -> Self:
        return raised(self, self._misfits())

    def _misfits(self) -> Iterator[Finding]:
        if self.kind != "own_up":
            for field in ("compensation", "recall_weeks"):
                if getattr(self, field) > 0:
                    yield Finding(
                        (field,),
                        f"a firm whose answer is '{self.kind}' does not do this; "
                        f"write 'kind: own_up' or leave it out",
                    )
        if self.recall_cost > 0 and self.recall_weeks == 0:
            yield Finding(
                ("recall_cost",),
                "nothing is recalled, so it costs nothing; set 'recall_weeks' or leave it out",
            )


class Truth(Part):
    """How the truth comes out."""

    per_week: float = Field(
        default=0.05,
        ge=0.0,
        le=1.0,
        description="Chance that a denial, or a silence, is found out.",
        json_schema_extra=unit("probability per week"),
    )


class Crisis(Part):
    """Harm by a firm becomes known."""

    kind: Literal["crisis"] = Field(description="What happens.")
    firm: Name = Field(description="Name of the firm whose fault it is.")
    week: int = Field(
        ge=0,
        le=5199,
        description="Week in which it becomes known; week 0 is the start of the simulation, burn-in included.",
        json_schema_extra=unit("week"),
    )
    severity: float = Field(
        default=40.0,
        gt=0.0,
        le=100.0,
        description="How bad it is: quality that it costs those who are harmed.",
        json_schema_extra=unit("index points"),
    )
    reach: float = Field(
        default=0.5,
        ge=0.0,
        le=1.0,
        description="Share of customers who hear of it in the first week; later weeks reach fewer new ones.",
        json_schema_extra=unit("share of customers"),
    )
    harmed: float = Field(
        default=0.02,
        ge=0.0,
        le=1.0,
        description="Share of the firm's active customers whom it harms.",
        json_schema_extra=unit("share of active customers"),
    )
    response: Response = Field(
        default=Response(), description="What the firm does, unless its 'crisis_plan' says otherwise."
    )
    spill_over: float = Field(
        default=0.0,
        ge=0.0,
        le=1.0,
        description="Loss of trust in each rival, as a share of the breach by the firm.",
        json_schema_extra=unit("share of the breach"),
    )
    truth: Truth = Field(default=Truth(), description="How the truth comes out, unless the firm owns up.")
