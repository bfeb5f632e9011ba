"""The course of a firm: what it is as written, from when a design acts, and after each change on a date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic_core import ErrorDetails, InitErrorDetails

from sim.scenario.design import focal_firm, new_faults, observed
from sim.scenario.errors import Loc
from sim.scenario.findings import Finding, kept, peek, rows
from sim.scenario.merge import merged
from sim.scenario.part import thaw

BURN_IN = 52
"""The burn-in of a file that does not say."""


class Turn(NamedTuple):
    """A patch that a firm takes on in some week, and where the patch stands."""

    week: int
    loc: Loc
    patch: Mapping[str, Any]


def in_time(design: Turn | None, changes: list[Turn]) -> list[Turn]:
    """Turns in the order in which they are taken; within a week the design first, then as they are written."""
    return sorted([*([design] if design else []), *changes], key=lambda turn: turn.week)


def changes_of(data: Any, firm: str) -> list[Turn]:
    """The changes of a firm in raw data, as far as they can be read."""
    found = []
    for i, event in enumerate(rows(peek(data, "events"))):
        week, patch = peek(event, "week"), peek(event, "patch")
        if peek(event, "kind") == "change" and peek(event, "firm") == firm and isinstance(patch, Mapping):
            loc = ("events", i, "change", "patch")
            found.append(Turn(week if isinstance(week, int) else 0, loc, thaw(patch)))
    return found


def designs_of(data: Any) -> list[Turn]:
    """The designs in raw data, as far as they can be read."""
    designs = peek(data, "designs")
    if not isinstance(designs, Mapping):
        return []
    week = peek(peek(data, "horizon"), "burn_in")
    week = week if isinstance(week, int) else BURN_IN
    return [
        Turn(week, ("designs", name), thaw(patch))
        for name, patch in designs.items()
        if isinstance(patch, Mapping)
    ]


def change_findings(data: Any) -> Iterator[Finding | InitErrorDetails]:
    """What is wrong with the changes of firms in a scenario that is given as raw data.

    A patch is laid over what the firm does by then: over earlier changes and, for the focal firm, over each
    design. So a fault may arise under some designs only; then it is said under which.
    """
    for i, event in enumerate(rows(peek(data, "events"))):
        if peek(event, "kind") == "change":
            for loc in observed(peek(event, "patch")):
                yield Finding(
                    ("events", i, "patch", *loc),
                    "an event cannot change this: it says what was so at the start; leave it out",
                )
            if peek(event, "grandfather") is True and not _changes_programme(event):
                yield Finding(
                    ("events", i, "grandfather"),
                    "it keeps points and status as they were, and this changes no programme; leave it out",
                )
    focal = focal_firm(data)
    for firm in rows(peek(data, "firms")):
        changes = changes_of(data, str(peek(firm, "name")))
        if changes:
            yield from _faults_on_the_way(thaw(firm), changes, designs_of(data) if firm is focal else [])


def _changes_programme(event: Any) -> bool:
    patch = peek(event, "patch")
    return not isinstance(patch, Mapping) or "programme" in patch


def _faults_on_the_way(firm: Any, changes: list[Turn], designs: list[Turn]) -> Iterator[InitErrorDetails]:
    ways: list[Turn | None] = [*designs] or [None]
    at_once = {
        (design.loc, fault["loc"], fault["type"])
        for design in designs
        for fault in new_faults(firm, merged(firm, design.patch))
    }
    found: dict[Any, tuple[ErrorDetails, Loc, list[Turn | None]]] = {}
    for design in ways:
        plan = firm
        for turn in in_time(design, changes):
            before, plan = plan, merged(plan, turn.patch)
            for fault in new_faults(before, plan):
                # What is wrong with a design in itself is said elsewhere.
                key = (turn.loc, fault["loc"], fault["type"])
                if key not in at_once:
                    found.setdefault(key, (fault, turn.loc, []))[2].append(design)
    for fault, loc, under in found.values():
        if len(under) < len(ways) and under[0] is not None and loc != under[0].loc:
            fault = {**fault, "ctx": {**fault.get("ctx", {}), "under": under[0].loc[-1]}}
        yield kept(fault, *loc)
