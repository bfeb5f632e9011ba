"""Dealers between makers and customers: who they are, and the terms on which a maker sells through them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.part import Part, unit

QUARTER = 13
"""Weeks after which dealers review what they carry and makers pay rebates."""


class DealerMargin(Part):
    """What dealers need of a sale to live, before what a line costs them."""

    mean: float = Field(
        default=0.2,
        ge=0.01,
        le=0.9,
        description="Mean over dealers.",
        json_schema_extra=unit("share of list price"),
    )
    spread: float = Field(
        default=0.02,
        ge=0.0,
        le=0.5,
        description="Standard deviation between dealers.",
        json_schema_extra=unit("share of list price"),
    )


class Dealers(Part):
    """The dealers of a market; where there are any, every firm sells through them."""

    count: int = Field(ge=1, le=1000, description="How many there are.", json_schema_extra=unit("dealers"))
    margin: DealerMargin = Field(default=DealerMargin(), description="What they need of a sale.")
    line_cost: float = Field(
        default=0.0,
        ge=0.0,
        le=1e7,
        description="What it costs a dealer to carry a maker, whatever is sold: display, stock, training.",
        json_schema_extra=unit("currency per dealer-week"),
    )


class Rebate(Part):
    """What a maker pays back to its dealers at the end of a quarter of 13 weeks."""

    kind: Literal["fixed_outlet", "fixed_quantity"] = Field(
        description="fixed_outlet: on all that is sold through the dealer's own outlet; fixed_quantity: on all "
        "sales of the quarter, if they reach a quantity.",
    )
    amount: float = Field(
        gt=0.0,
        le=0.5,
        description="What is paid back, of the list price of the quarter's sales.",
        json_schema_extra=unit("share of list price"),
    )
    quantity: int | None = Field(
        default=None,
        ge=1,
        le=10**9,
        description="Sales that a dealer must reach; for fixed_quantity alone.",
        json_schema_extra=unit("purchases per dealer and quarter"),
    )

    @model_validator(mode="after")
    def _a_quantity_where_one_counts(self) -> Self:
        if self.kind == "fixed_quantity" and self.quantity is None:
            raise PydanticCustomError("no_quantity", "a fixed_quantity rebate needs a 'quantity'; add one")
        if self.kind == "fixed_outlet" and self.quantity is not None:
            raise PydanticCustomError(
                "idle_quantity",
                "a fixed_outlet rebate has no quantity to reach; leave it out (in a patch: 'quantity: null'), "
                "or write 'kind: fixed_quantity'",
            )
        return self


class Channel(Part):
    """The terms on which a maker sells through dealers."""

    margin: float = Field(
        default=0.25,
        ge=0.0,
        le=0.9,
        description="What a dealer keeps of a sale at list price.",
        json_schema_extra=unit("share of list price"),
    )
    usual: float = Field(
        default_factory=lambda given: given.get("margin"),
        ge=0.0,
        le=0.9,
        description="Margin at which the firm's share was observed; left out, the margin.",
        json_schema_extra=unit("share of list price"),
    )
    coverage: float = Field(
        default=1.0,
        ge=0.0,
        le=1.0,
        description="Share of dealers that carry it at the start; 0 for a brand still to be introduced.",
        json_schema_extra=unit("share of dealers"),
    )
    rebate: Rebate | None = Field(default=None, description="What it pays back; left out, nothing.")
    shared_risk: float = Field(
        default=0.0,
        ge=0.0,
        le=1e7,
        description="Paid to each dealer that carries it, whatever is sold: its part in the risk.",
        json_schema_extra=unit("currency per dealer-week"),
    )
    help: float = Field(
        default=0.0,
        ge=0.0,
        le=1e7,
        description="Spent on each dealer that carries it: training, help in the shop, joint advertising.",
        json_schema_extra=unit("currency per dealer-week"),
    )
    exclusive: bool = Field(default=False, description="Whether who carries it must carry no other.")
    policing: float = Field(
        default=0.0,
        ge=0.0,
        le=1.0,
        description="Chance that a week of selling below list price is found; it costs the quarter's rebate.",
        json_schema_extra=unit("probability per dealer-week"),
    )
    fine: float = Field(
        default=0.05,
        ge=0.0,
        le=1.0,
        description="Fine for a week in which price cutting was found.",
        json_schema_extra=unit("share of list price"),
    )
    policing_cost: float = Field(
        default=0.0,
        ge=0.0,
        le=1e7,
        description="What it costs to look at a dealer's prices; policing costs that times its chance.",
        json_schema_extra=unit("currency per look"),
    )


DEFAULT = Channel()
"""The terms of a maker that does not say, in a market with dealers."""
