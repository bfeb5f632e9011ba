"""What the designers of a programme say about it, beside its numbers."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.part import Part

LONGEST = 2000


class Answers(Part):
    """Answers to the questions of design that numbers do not answer; benefits and funding are in the numbers."""

    objective: str | None = Field(
        default=None, max_length=LONGEST, description="What the programme is to achieve."
    )
    target_group: str | None = Field(default=None, max_length=LONGEST, description="Whom it is for.")
    communication: str | None = Field(
        default=None, max_length=LONGEST, description="How members hear of it and from it."
    )
    roll_out: str | None = Field(
        default=None, max_length=LONGEST, description="How and when it is introduced."
    )
    measurement: str | None = Field(default=None, max_length=LONGEST, description="How success is measured.")
