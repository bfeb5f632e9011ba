"""What happens to a market on a date that the scenario sets."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from sim.scenario.campaign import Campaign
from sim.scenario.crisis import Crisis
from sim.scenario.design import Patch
from sim.scenario.findings import peek
from sim.scenario.part import Name, Part, unit
from sim.scenario.presence import Entry, Exit
from sim.scenario.presets import CHANGES, with_preset
from sim.scenario.times import Recession


class PriceWar(Part):
    """A firm cuts its price for some weeks."""

    kind: Literal["price_war"] = Field(description="What happens.")
    firm: Name = Field(description="Name of the firm that cuts its price.")
    week: int = Field(
        ge=0,
        le=5199,
        description="First week of the cut; week 0 is the start of the simulation, burn-in included.",
        json_schema_extra=unit("week"),
    )
    weeks: int = Field(ge=1, le=5200, description="How long it lasts.", json_schema_extra=unit("weeks"))
    depth: float = Field(
        gt=0.0,
        lt=1.0,
        description="Cut, as a share of the price asked until then.",
        json_schema_extra=unit("share of price"),
    )


class Change(Part):
    """A firm changes what it does, for good.

    `preset: NAME` starts from a change that is shipped, see `loyalty-sim scenarios`; what is written beside it
    is laid over it.
    """

    kind: Literal["change"] = Field(description="What happens.")
    firm: Name = Field(description="Name of the firm that changes.")
    week: int = Field(
        ge=0,
        le=5199,
        description="First week under the change; week 0 is the start of the simulation, burn-in included.",
        json_schema_extra=unit("week"),
    )
    patch: Patch = Field(
        min_length=1,
        description="What changes: a patch to the firm, like a design, laid over what it does by then.",
    )
    announced: int = Field(
        default=0,
        ge=0,
        le=520,
        description="Weeks before it that members are told of it; 0 where it comes unannounced.",
        json_schema_extra=unit("weeks"),
    )
    grandfather: bool = Field(
        default=False,
        description="Whether points already earned keep their worth, and status is kept until it runs out.",
    )
    as_of: str | None = Field(default=None, max_length=80, description="When such a change was made.")
    source: str | None = Field(default=None, max_length=10_000, description="Where its numbers come from.")
    note: str | None = Field(default=None, max_length=10_000, description="What a reader should know of it.")


class LayOff(Part):
    """A firm lays off a part of its staff in one week, and does not hire them again.

    Until it changes `staff.employees`; then it has what that says.
    """

    kind: Literal["lay_off"] = Field(description="What happens.")
    firm: Name = Field(description="Name of the firm that lays off.")
    week: int = Field(
        ge=0,
        le=5199,
        description="Week of the lay-off; week 0 is the start of the simulation, burn-in included.",
        json_schema_extra=unit("week"),
    )
    share: float = Field(
        gt=0.0,
        lt=1.0,
        description="Share of its people who have to go.",
        json_schema_extra=unit("share of employees"),
    )


def _kind(event: Any) -> str | None:
    """What tells events apart; nothing where a file does not say it as text."""
    kind = peek(event, "kind")
    return kind if isinstance(kind, str) else None


def _a_preset_is_laid_under(event: Any) -> Any:
    return with_preset(event, CHANGES)


# Not by the name of the field alone: pydantic refuses that where a validator runs before the field's own.
Event = Annotated[
    Annotated[PriceWar, Tag("price_war")]
    | Annotated[Change, Tag("change")]
    | Annotated[Recession, Tag("recession")]
    | Annotated[Entry, Tag("entry")]
    | Annotated[Exit, Tag("exit")]
    | Annotated[LayOff, Tag("lay_off")]
    | Annotated[Crisis, Tag("crisis")]
    | Annotated[Campaign, Tag("campaign")],
    Discriminator(_kind),
    BeforeValidator(_a_preset_is_laid_under),
]
"""Anything that may happen, told apart by its kind."""
