"""Firms that come and go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from pydantic import Field

from sim.scenario.findings import Finding, peek, rows
from sim.scenario.part import Name, Part, unit

ACTS = ("price_war", "campaign", "crisis", "lay_off")
"""Kinds of events that a firm must be there for."""


class Entry(Part):
    """A firm opens; until then nobody can buy there, and it has neither cost nor programme."""

    kind: Literal["entry"] = Field(description="What happens.")
    firm: Name = Field(description="Name of the firm that opens.")
    week: int = Field(
        ge=1,
        le=5199,
        description="Week in which it opens; week 0 is the start of the simulation, burn-in included.",
        json_schema_extra=unit("week"),
    )


class Exit(Part):
    """A firm closes for good; its programme ends, and its customers look for another."""

    kind: Literal["exit"] = Field(description="What happens.")
    firm: Name = Field(description="Name of the firm that closes.")
    week: int = Field(
        ge=1,
        le=5199,
        description="First week without it; week 0 is the start of the simulation, burn-in included.",
        json_schema_extra=unit("week"),
    )


class Stay(NamedTuple):
    """When a firm is there: from the week of its entry up to, not including, that of its exit."""

    entry: int = 0
    exit: int | None = None


def presence_findings(data: Any) -> Iterator[Finding]:
    """Firms that come or go twice, go before they come, or do something while they are not there."""
    events = rows(peek(data, "events"))
    stays: dict[str, Stay] = {}
    for i, event in enumerate(events):
        kind, name, week = (peek(event, field) for field in ("kind", "firm", "week"))
        if kind not in ("entry", "exit") or not isinstance(name, str) or not isinstance(week, int):
            continue
        stay = stays.get(name, Stay())
        if (stay.entry > 0) if kind == "entry" else (stay.exit is not None):
            done = "opens" if kind == "entry" else "closes"
            yield Finding(("events", i), f"'{name}' {done} twice; keep one")
        else:
            stays[name] = stay._replace(**{kind: week})
    for i, event in enumerate(events):
        kind, name, week = (peek(event, field) for field in ("kind", "firm", "week"))
        stay = stays.get(name, Stay()) if isinstance(name, str) else Stay()
        if not isinstance(week, int):
            continue
        if kind == "exit" and stay.exit is not None and stay.exit <= stay.entry:
            text = f"'{name}' opens in week {stay.entry}; let it close after that, as who has closed does not come back"
            yield Finding(("events", i, "week"), text)
        elif kind in ACTS and week < stay.entry:
            text = f"'{name}' is not there before week {stay.entry}; let this happen later or leave it out"
            yield Finding(("events", i, "week"), text)
        elif kind in (*ACTS, "change") and stay.exit is not None and week >= stay.exit > stay.entry:
            text = f"'{name}' is gone from week {stay.exit} on; let this happen before or leave it out"
            yield Finding(("events", i, "week"), text)
    yield from _focus_is_measured(data, stays)


def _focus_is_measured(data: Any, stays: dict[str, Stay]) -> Iterator[Finding]:
    focus, horizon = peek(data, "focus"), peek(data, "horizon")
    stay, burn_in, weeks = stays.get(str(focus), Stay()), peek(horizon, "burn_in"), peek(horizon, "weeks")
    if isinstance(burn_in, int) and stay.exit is not None and stay.exit <= burn_in:
        text = f"'{focus}' closes in week {stay.exit}, so nothing of it is left to measure; name a firm that stays"
        yield Finding(("focus",), text)
    elif isinstance(weeks, int) and stay.entry >= weeks:
        text = f"'{focus}' opens in week {stay.entry}, after the end; name a firm that is there"
        yield Finding(("focus",), text)
