"""What a firm spends on getting better: quality control, and the removal of causes."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.part import Part, unit


class Improvement(Part):
    """A budget for continuous improvement. Failures and spread are as written under the budget as written."""

    budget: float = Field(
        ge=0.0,
        le=1e12,
        description="Spent on improvement.",
        json_schema_extra=unit("currency per week"),
    )
    keep: float = Field(
        default=0.98,
        ge=0.0,
        lt=1.0,
        description="Share of what has been built up that is still there a week later, if nothing is spent.",
        json_schema_extra=unit("share per week"),
    )
