"""The customers of a market: how many, and in which segments."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, ModelWrapValidatorHandler, Strict, model_validator

from sim.scenario.agreement import same_names, unfit_degrees, weigh_nothing
from sim.scenario.findings import peek, together
from sim.scenario.network import Network
from sim.scenario.part import FrozenDict, Name, Part, unit

Weight = Annotated[float, Field(ge=0.0, le=1e9)]


class PurchaseRate(Part):
    """Category purchases per customer-week: Gamma distributed across the customers of a segment."""

    mean: float = Field(
        gt=0.0,
        le=100.0,
        description="Mean number of category purchases of a customer in a week.",
        json_schema_extra=unit("purchases per customer-week"),
    )
    shape: float = Field(
        default=0.78,
        ge=0.01,
        le=1000.0,
        description="Gamma shape K: small when a few buy most, large when all buy alike.",
        json_schema_extra=unit("none"),
    )


class Basket(Part):
    """Money per purchase at the firms' usual price: lognormal between customers and between visits."""

    mean: float = Field(
        gt=0.0, le=1e7, description="Mean basket.", json_schema_extra=unit("currency per purchase")
    )
    between_cv: float = Field(
        default=0.75,
        ge=0.0,
        le=5.0,
        description="How customers' own mean baskets differ: standard deviation over mean.",
        json_schema_extra=unit("sd / mean"),
    )
    within_cv: float = Field(
        default=1.35,
        ge=0.0,
        le=5.0,
        description="How one customer's baskets differ from visit to visit: standard deviation over mean.",
        json_schema_extra=unit("sd / mean"),
    )


class PriceSensitivity(Part):
    """Reaction to price in the choice of a firm: lognormal across customers."""

    mean: float = Field(
        default=5.5,
        ge=0.0,
        le=50.0,
        description="Logit price coefficient times mean price, as a positive number.",
        json_schema_extra=unit("logit per 100 % price"),
    )
    spread: float = Field(
        default=0.5,
        ge=0.0,
        le=3.0,
        description="Standard deviation over mean, across customers.",
        json_schema_extra=unit("sd / mean"),
    )


class Leaving(Part):
    """Leaving the category for good: a weekly hazard per customer, Gamma distributed across customers."""

    shape: float = Field(
        gt=0.0, le=1e6, description="Gamma shape of the hazard.", json_schema_extra=unit("none")
    )
    scale: float = Field(
        gt=0.0,
        le=1e9,
        description="Gamma rate of the hazard; the mean hazard per week is shape / scale.",
        json_schema_extra=unit("weeks"),
    )


class Segment(Part):
    """A group of customers who are drawn from the same distributions."""

    name: Name = Field(description="Name of the segment.")
    weight: Weight = Field(
        default=1.0,
        description="Size of the segment against the others; weights need not sum to 1.",
        json_schema_extra=unit("weight"),
    )
    purchase_rate: PurchaseRate = Field(description="How often its customers buy in the category.")
    # 1.3 is what Goodhardt et al. 1984 fitted to toothpaste, as if differences of taste made all repeat buying; chosen
    # on M02 with the inertia and attachment of the defaults on top (docs/defaults.md).
    preference_concentration: float = Field(
        default=1.5,
        ge=0.01,
        le=1000.0,
        description="Dirichlet S: small when each has one favourite firm, large when all split alike.",
        json_schema_extra=unit("none"),
    )
    shares: FrozenDict[str, Annotated[Weight, Strict()]] | None = Field(
        default=None,
        description="Firms' shares in this segment, as weights over all firms; left out, their own.",
        json_schema_extra=unit("weight"),
    )
    basket: Basket = Field(description="Money spent per purchase.")
    price_sensitivity: PriceSensitivity = Field(
        default=PriceSensitivity(), description="How price moves the choice of a firm."
    )
    leaving: Leaving | None = Field(
        default=None, description="How customers leave the category for good; left out, nobody leaves."
    )
    variety_seeking: float = Field(
        default=0.0,
        ge=0.0,
        le=10.0,
        description="How much a customer who has had enough of a firm wants another one.",
        json_schema_extra=unit("logit"),
    )
    cost_to_serve: float = Field(
        default=1.0,
        ge=0.0,
        le=100.0,
        description="What serving its customers costs, over the firms' usual cost of serving a purchase.",
        json_schema_extra=unit("ratio"),
    )
    degree: int | None = Field(
        default=None,
        ge=2,
        le=100,
        multiple_of=2,
        description="Friends of its customers, an even number; left out, the network's.",
        json_schema_extra=unit("friends"),
    )


class Customers(Part):
    """All customers of the market."""

    count: int = Field(
        default=2000,
        ge=1,
        le=20_000_000,
        description="Number of simulated customers.",
        json_schema_extra=unit("customers"),
    )
    replace_leavers: bool = Field(
        default=True, description="Whether a newcomer takes the place of a customer who leaves the category."
    )
    segments: tuple[Segment, ...] = Field(min_length=1, max_length=16, description="The segments, 1 to 16.")
    network: Network | None = Field(default=None, description="Who talks with whom; left out, nobody does.")
    prospects: float = Field(
        default=0.0,
        ge=0.0,
        le=0.95,
        description="Share of the places whose customers do not yet buy in the category at the start.",
        json_schema_extra=unit("share of customers"),
    )

    @model_validator(mode="wrap")
    @classmethod
    def _segments_agree(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        segments = peek(data, "segments")
        findings = [
            *same_names(segments, ("segments",), "segments"),
            *weigh_nothing(segments, ("segments",), "weight"),
            *unfit_degrees(data),
        ]
        return together(handler, data, findings)
