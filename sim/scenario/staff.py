"""The people of a firm: how many, what they are paid, taught and trusted with, and what it costs to change them."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from sim.scenario.part import Part, unit


def wage_given(given: dict[str, Any]) -> Any:
    """What others pay where a file does not say: the same."""
    return given.get("wage")


class Staff(Part):
    """Those who serve the customers of a firm. Their wages are paid beside `fixed_cost` and `service_cost`.

    What the firm pays, teaches and allows as the file is written is what is usual: quality and failures are as
    written with these people at the load of the weeks before the designs start. Only what differs from it acts.
    """

    employees: float = Field(
        gt=0.0,
        le=1e6,
        description="People it wants to have; a lower number lays off at once, a higher one takes weeks to hire.",
        json_schema_extra=unit("employees per 1000 customers of the market"),
    )
    pace: float | None = Field(
        default=None,
        gt=0.0,
        le=1e9,
        description="Purchases that an employee of usual skill serves when fully busy; null for what each serves "
        "in the weeks before the designs start.",
        json_schema_extra=unit("purchases per employee-week"),
    )
    wage: float = Field(
        gt=0.0,
        le=1e9,
        description="Pay, all that an employee costs included.",
        json_schema_extra=unit("currency per employee-week"),
    )
    market_wage: float = Field(
        default_factory=wage_given,
        gt=0.0,
        le=1e9,
        description="What others pay for such work; left out, the wage.",
        json_schema_extra=unit("currency per employee-week"),
    )
    training: float = Field(
        default=0.0,
        ge=0.0,
        le=1e9,
        description="Spent on teaching staff.",
        json_schema_extra=unit("currency per employee-week"),
    )
    empowerment: float = Field(
        default=0.5,
        ge=0.0,
        le=1.0,
        description="How far staff may decide by themselves: 0 not at all, 1 fully.",
        json_schema_extra=unit("share"),
    )
    quit_rate: float = Field(
        default=0.3,
        ge=0.0,
        le=10.0,
        description="How often people leave by themselves at the usual morale.",
        json_schema_extra=unit("quits per employee-year"),
    )
    hire_cost: float = Field(
        default=0.0,
        ge=0.0,
        le=1e9,
        description="Cost of finding and receiving a new employee.",
        json_schema_extra=unit("currency per person"),
    )
    severance: float = Field(
        default=0.0,
        ge=0.0,
        le=1e9,
        description="Paid to an employee who is laid off.",
        json_schema_extra=unit("currency per person"),
    )
