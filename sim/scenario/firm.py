"""A firm: its place in the market, what it offers, what that costs, and what it does for loyalty."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.communication import Advertising, Contacts, Deal, Education, Referral
from sim.scenario.crisis import Response
from sim.scenario.dealers import Channel
from sim.scenario.improvement import Improvement
from sim.scenario.part import Name, Part, unit
from sim.scenario.policies import PolicyPlan
from sim.scenario.programme import Programme
from sim.scenario.selection import Selection
from sim.scenario.service import ComplaintDesk, Convenience, Gestures, Range, level_given
from sim.scenario.staff import Staff
from sim.scenario.survey import Survey
from sim.scenario.ties import Community, Contract, WinBack


class Price(Part):
    """The price of a firm, as an index against the category."""

    level: float = Field(
        default=1.0,
        ge=0.01,
        le=100.0,
        description="Price asked.",
        json_schema_extra=unit("price index"),
    )
    usual: float = Field(
        default_factory=level_given,
        ge=0.01,
        le=100.0,
        description="Price at which the firm's share was observed; left out, the level.",
        json_schema_extra=unit("price index"),
    )


class Quality(Part):
    """What customers meet at a purchase, on an index of 0 to 100."""

    level: float = Field(
        default=75.0,
        ge=0.0,
        le=100.0,
        description="Mean quality of a purchase without failure.",
        json_schema_extra=unit("index 0-100"),
    )
    usual: float = Field(
        default_factory=level_given,
        ge=0.0,
        le=100.0,
        description="Quality at which the firm's share was observed; left out, the level.",
        json_schema_extra=unit("index 0-100"),
    )
    spread: float = Field(
        default=10.0,
        ge=0.0,
        le=100.0,
        description="Standard deviation of quality from purchase to purchase.",
        json_schema_extra=unit("index points"),
    )
    failure_rate: float = Field(
        default=0.01,
        ge=0.0,
        le=1.0,
        description="Probability that a purchase fails.",
        json_schema_extra=unit("probability per purchase"),
    )
    failure_severity: float = Field(
        default=25.0,
        ge=0.0,
        le=100.0,
        description="Quality that a failure costs.",
        json_schema_extra=unit("index points"),
    )
    failure_core_share: float = Field(
        default=0.6,
        ge=0.0,
        le=1.0,
        description="Share of failures that are of the core service, not of the encounter.",
        json_schema_extra=unit("share of failures"),
    )
    improvement: Improvement | None = Field(
        default=None, description="Its budget for continuous improvement; left out, there is none."
    )


class Firm(Part):
    """A firm in the market."""

    name: Name = Field(description="Name of the firm.")
    share: float = Field(
        ge=0.0,
        le=1e9,
        description="Market share at usual price and quality, as a weight; shares need not sum to 1.",
        json_schema_extra=unit("weight"),
    )
    house: Name | None = Field(
        default=None,
        description="House to which this brand belongs, with all brands of that house; left out, its own.",
    )
    capacity: float | None = Field(
        default=None,
        gt=0.0,
        le=1e6,
        description="Purchases that it can serve in a week; left out, as many as are asked for.",
        json_schema_extra=unit("purchases per week per 1000 customers of the market"),
    )
    price: Price = Field(default=Price(), description="What it asks.")
    unit_cost: float = Field(
        ge=0.0,
        le=2.0,
        description="Cost of goods, as a share of the usual price.",
        json_schema_extra=unit("share of usual price"),
    )
    service_cost: float = Field(
        default=0.0,
        ge=0.0,
        le=1e7,
        description="Cost of serving one purchase.",
        json_schema_extra=unit("currency per purchase"),
    )
    fixed_cost: float = Field(
        default=0.0,
        ge=0.0,
        le=1e12,
        description="Cost that does not depend on sales.",
        json_schema_extra=unit("currency per week"),
    )
    quality: Quality = Field(default=Quality(), description="What customers meet at a purchase.")
    programme: Programme | None = Field(default=None, description="Its reward programme; null for none.")
    convenience: Convenience = Field(default=Convenience(), description="How easy it is to buy there.")
    switching_cost: float = Field(
        default=0.0,
        ge=0.0,
        le=20.0,
        description="What it costs its customers to change to another firm: papers, a number, learning.",
        json_schema_extra=unit("logit"),
    )
    awareness: float = Field(
        default=1.0,
        ge=0.0,
        le=1.0,
        description="Share of customers who know the firm and can reach it.",
        json_schema_extra=unit("share of customers"),
    )
    hidden_fee: float = Field(
        default=0.0,
        ge=0.0,
        le=1.0,
        description="Fee added at the till, which the price asked does not show.",
        json_schema_extra=unit("share of price"),
    )
    returns: float = Field(
        default=0.0,
        ge=0.0,
        lt=1.0,
        description="Share of purchases that are brought back: money is refunded, goods go back to stock.",
        json_schema_extra=unit("share of purchases"),
    )
    range: Range = Field(default=Range(), description="What its customers can vary between.")
    gestures: Gestures | None = Field(
        default=None, description="Gifts that nobody expects; left out, there are none."
    )
    complaint_desk: ComplaintDesk | None = Field(
        default=None, description="Where customers complain; left out, nobody answers complaints."
    )
    advertising: Advertising | None = Field(
        default=None, description="Advertisements; left out, there are none."
    )
    deal: Deal | None = Field(
        default=None, description="A lower price on the first purchase of prospects; left out, none."
    )
    referral: Referral | None = Field(
        default=None, description="Rewards for bringing friends; left out, people refer without."
    )
    contacts: Contacts | None = Field(
        default=None, description="Messages to customers it knows; left out, there are none."
    )
    education: Education | None = Field(
        default=None, description="Teaching customers to use what they buy; left out, there is none."
    )
    community: Community | None = Field(
        default=None, description="A community of customers; left out, there is none."
    )
    contract: Contract | None = Field(
        default=None, description="The contract that binds its customers; left out, they are free."
    )
    win_back: WinBack | None = Field(
        default=None, description="Offers to lost customers; left out, there are none."
    )
    staff: Staff | None = Field(
        default=None, description="Those who serve; left out, service is as planned whatever is asked of it."
    )
    channel: Channel | None = Field(
        default=None,
        description="Terms for its dealers; left out, the usual ones where the market has dealers.",
    )
    crisis_plan: Response | None = Field(
        default=None, description="How it answers a crisis; left out, as the event says."
    )
    selection: Selection | None = Field(
        default=None, description="How it chooses its customers; left out, it serves whoever comes."
    )
    survey: Survey = Field(default=Survey(), description="How it asks customers what they think.")
    policies: tuple[PolicyPlan, ...] = Field(
        default=(),
        max_length=16,
        description="What it does by itself, week by week, in this order; a patch gives the whole list.",
    )
