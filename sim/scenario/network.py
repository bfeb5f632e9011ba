"""Who talks with whom."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.part import Part, unit


class Network(Part):
    """Friendships among customers: a small world, in which friends are often of one segment."""

    degree: int = Field(
        default=10,
        ge=2,
        le=100,
        multiple_of=2,
        description="Friends of a customer; an even number.",
        json_schema_extra=unit("friends"),
    )
    rewiring: float = Field(
        default=0.1,
        ge=0.0,
        le=1.0,
        description="Share of friendships that reach far: 0 all among neighbours, 1 all at random.",
        json_schema_extra=unit("share of rewired friendships"),
    )
    homophily: float = Field(
        default=0.7,
        ge=0.0,
        le=1.0,
        description="Of the rewired friendships, the share within the own segment; the others are with anybody.",
        json_schema_extra=unit("share of rewired friendships"),
    )
