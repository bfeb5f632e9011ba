"""Levels of status: how they are reached and kept, and what they give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from sim.scenario.agreement import same_names
from sim.scenario.errors import Loc, advice
from sim.scenario.findings import Finding, raised
from sim.scenario.part import Name, Part, unit

LEGS = ("spend", "visits", "points")
"""What a level can ask for."""


class Level(Part):
    """A level of status. It asks for at least one of spend, visits and points within the window."""

    name: Name = Field(description="Name of the level.")
    spend: float | None = Field(
        default=None,
        gt=0.0,
        le=1e9,
        description="Money spent at the firm that reaches it; left out, spending does not count.",
        json_schema_extra=unit("currency per window"),
    )
    visits: int | None = Field(
        default=None,
        ge=1,
        le=100_000,
        description="Purchases that reach it; left out, they do not count.",
        json_schema_extra=unit("purchases per window"),
    )
    points: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000_000,
        description="Points earned that reach it; left out, they do not count.",
        json_schema_extra=unit("points per window"),
    )
    every_leg: bool = Field(
        default=False, description="Whether all that is asked for must be met; else any one of it is enough."
    )
    multiplier: float = Field(
        default=1.0,
        ge=0.0,
        le=100.0,
        description="What the points of members here are multiplied by.",
        json_schema_extra=unit("factor"),
    )
    quality: float = Field(
        default=0.0,
        ge=0.0,
        le=100.0,
        description="What members here meet above others: upgrades, priority, recognition.",
        json_schema_extra=unit("index points"),
    )
    quality_cost: float = Field(
        default=0.0,
        ge=0.0,
        le=1e7,
        description="What these benefits cost at each purchase of members here.",
        json_schema_extra=unit("currency per purchase"),
    )
    discount: float = Field(
        default=0.0,
        ge=0.0,
        lt=1.0,
        description="Price cut for members here.",
        json_schema_extra=unit("share of price"),
    )
    keep_points: bool = Field(default=False, description="Whether the points of members here never expire.")


class Match(Part):
    """Status match: customers with status at a rival start at a level, on trial."""

    level: Name = Field(description="Name of the level that they start at.")
    weeks: int = Field(ge=1, le=520, description="Length of the trial.", json_schema_extra=unit("weeks"))
    spend: float = Field(
        default=0.0,
        ge=0.0,
        le=1e9,
        description="What they must spend within the trial to keep the level; 0 for nothing.",
        json_schema_extra=unit("currency"),
    )


class Gift(Part):
    """Status given away at joining."""

    level: Name = Field(description="Name of the level given.")
    share: float = Field(
        gt=0.0,
        le=1.0,
        description="Share of those joining who are given it.",
        json_schema_extra=unit("share of new members"),
    )


class Milestone(Part):
    """Points for every so many purchases within the window."""

    visits: int = Field(
        ge=1,
        le=100_000,
        description="Purchases from one milestone to the next.",
        json_schema_extra=unit("purchases"),
    )
    points: int = Field(
        ge=1, le=100_000_000, description="Points for each milestone.", json_schema_extra=unit("points")
    )


class Tiers(Part):
    """Levels of status."""

    levels: tuple[Level, ...] = Field(
        min_length=1, max_length=5, description="The levels, the lowest first; below it members have none."
    )
    window: Literal["calendar", "anniversary", "rolling", "lifetime"] = Field(
        default="calendar",
        description="What counts towards a level: the calendar year, the year since joining, the last "
        "52 weeks, or everything ever.",
    )
    year_start: int = Field(
        default=0,
        ge=0,
        le=51,
        description="Week of the year in which the window starts (calendar).",
        json_schema_extra=unit("week of the year"),
    )
    valid_windows: int = Field(
        default=1,
        ge=0,
        le=3,
        description="A level reached holds for the rest of the window and so many further ones.",
        json_schema_extra=unit("windows"),
    )
    downgrade: Literal["none", "one", "full"] = Field(
        default="full",
        description="Who no longer reaches a level: keeps it, falls by one, or falls to what was reached.",
    )
    grace: int = Field(
        default=0,
        ge=0,
        le=104,
        description="Weeks for which a level is left after it has run out.",
        json_schema_extra=unit("weeks"),
    )
    rollover: bool = Field(
        default=False, description="Whether what exceeds the level reached counts in the next window."
    )
    match: Match | None = Field(default=None, description="Status match; left out, there is none.")
    gift: Gift | None = Field(default=None, description="Status given at joining; left out, none is.")
    milestone: Milestone | None = Field(
        default=None, description="Points for every so many purchases; left out, there are none."
    )

    @property
    def level_names(self) -> tuple[str, ...]:
        """Names of the levels, the lowest first."""
        return tuple(level.name for level in self.levels)

    @model_validator(mode="after")
    def _levels_rise(self) -> Self:
        return raised(self, self._misfits())

    def _misfits(self) -> Iterator[Finding]:
        yield from same_names(self.levels, ("levels",), "levels")
        for i, level in enumerate(self.levels):
            if all(getattr(level, leg) is None for leg in LEGS):
                yield Finding(
                    ("levels", i),
                    f"nothing reaches the level '{level.name}'; give {', '.join(LEGS)}, or some",
                )
        for leg in LEGS:
            yield from self._rising(leg)
        for field, names in (("match", self.match), ("gift", self.gift)):
            if names is not None and names.level not in self.level_names:
                yield unknown_level((field, "level"), names.level, self.level_names)
        if self.year_start and self.window != "calendar":
            yield Finding(
                ("year_start",),
                f"nothing reads it where the window is {self.window}; "
                "leave it out or write 'window: calendar'",
            )
        if self.rollover and self.window in ("rolling", "lifetime"):
            yield Finding(
                ("rollover",),
                f"a window that is {self.window} has no next one; "
                "write 'rollover: false', or 'window: calendar' or 'window: anniversary'",
            )
        if self.grace and (self.window == "lifetime" or self.downgrade == "none"):
            yield Finding(
                ("grace",),
                "no level ever runs out here; leave it out, or choose another window or downgrade",
            )

    def _rising(self, leg: str) -> Iterator[Finding]:
        below: Level | None = None
        for i, level in enumerate(self.levels):
            asked = getattr(level, leg)
            if asked is None:
                continue
            if below is not None and asked <= getattr(below, leg):
                yield Finding(
                    ("levels", i, leg),
                    f"levels must rise: '{level.name}' asks for {asked:_.12g}, and '{below.name}' below it "
                    f"for {getattr(below, leg):_.12g}; write more, or put the lowest level first",
                )
            below = level


def unknown_level(loc: Loc, name: str, known: tuple[str, ...]) -> Finding:
    """A level that there is not, and the one that was meant."""
    return Finding(loc, f"no level is called '{name}'; {advice(name, known)}")
