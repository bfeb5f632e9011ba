"""What is not known for sure of a scenario: draws of its numbers, one for each world of an experiment.

A draw says what some numbers of the scenario may be instead, all of them together, so that what goes together stays
together. An experiment takes draw `replicate % draws`, for every design alike.

Source: Barton, Nelson & Xie 2014, INFORMS J. Computing 26:74 (draws of the parameters carried through a simulation).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from sim.scenario.errors import Loc, ScenarioError, dotted
from sim.scenario.findings import Finding
from sim.scenario.part import FrozenDict, Part
from sim.scenario.paths import resolve

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

FEWEST, MOST = 2, 1000
GIVEN = {
    "title": "the scenario is one",
    "source": "the scenario is one",
    "currency": "the scenario is one",
    "horizon": "all worlds of an experiment have the same weeks",
    "focus": "all worlds of an experiment are looked at from one firm",
    "events": "what happens when is the same in all worlds; draw a number of a firm, a segment or a mechanism",
    "uncertainty": "draws hold no draws",
    "provenance": "nothing is simulated by it",
}
"""Blocks at the top that no draw may touch, and why."""


def _single(value: Any) -> Any:
    if isinstance(value, bool | str | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise PydanticCustomError(
        "not_single",
        "must be one value: a finite number, text, or true or false; name each number by its own path",
    )


Value = Annotated[Any, AfterValidator(_single), WithJsonSchema({"type": ["number", "string", "boolean"]})]
Draw = FrozenDict[str, Value]
"""Dotted paths of the scenario, and what stands there in this draw."""


class Uncertainty(Part):
    """What is not known for sure: draws of the scenario's numbers. World r of an experiment takes draw r modulo their
    number, under every design; what an experiment itself changes wins over the draw. The scenario as it is written
    holds the central values, which a market run alone takes."""

    source: str = Field(min_length=1, max_length=10_000, description="Where the draws come from.")
    draws: tuple[Draw, ...] = Field(
        min_length=FEWEST,
        max_length=MOST,
        description="The draws, each a mapping of dotted paths, such as firms.Harbour.quality.level, to values; a path "
        "that a draw leaves out has its central value.",
    )


def draw_findings(world: Scenario) -> Iterator[Finding]:
    """Paths of draws that lead nowhere, or to what no draw may touch; each wrong path is said once."""
    if world.uncertainty is None:
        return
    known: dict[str, tuple[Loc, str]] = {}
    for number, draw in enumerate(world.uncertainty.draws):
        places: dict[Loc, str] = {}
        for path in draw:
            fresh = path not in known
            if fresh:
                known[path] = _place(world, path)
            place, wrong = known[path]
            loc = ("uncertainty", "draws", number, path)
            if wrong:
                if fresh:
                    yield Finding(loc, wrong)
            elif place in places:
                yield Finding(
                    loc, f"is the same place as '{places[place]}' of this draw; leave one of them out"
                )
            else:
                places[place] = path


def _place(world: Scenario, path: str) -> tuple[Loc, str]:
    """Where a path of a draw leads, and what is wrong with that; nothing if it is right."""
    try:
        place = resolve(world, path)
    except ScenarioError as error:
        return (), error.faults[0].message
    if place[0] in GIVEN:
        return place, f"no draw may change '{place[0]}': {GIVEN[str(place[0])]}; leave this path out"
    if place == ("customers", "count"):
        return place, "no draw may change the number of customers: all worlds of an experiment have as many"
    if place[-1] == "name":
        return place, "no draw may change a name; leave this path out"
    return place, ""


def outdone(world: Scenario, changed: Sequence[Loc]) -> dict[str, Any] | None:
    """The block of draws, in plain data, without what has been given another value; None if nothing is left of it.

    changed: the places given. What stands in a changed block is given with it.
    """
    block = world.uncertainty
    if block is None:
        return None
    paths = {path: resolve(world, path) for path in dict.fromkeys(p for draw in block.draws for p in draw)}
    gone = {path for path, place in paths.items() if any(_overlap(place, other) for other in changed)}
    draws = [{path: value for path, value in draw.items() if path not in gone} for draw in block.draws]
    return {"source": block.source, "draws": draws} if any(draws) or not gone else None


def _overlap(one: Loc, other: Loc) -> bool:
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]


def in_draw(number: int, draw: Mapping[str, Any], world: Scenario, loc: str) -> str:
    """Which path of a draw a fault comes from, in words; the whole draw where that cannot be said."""
    path = next((path for path in draw if dotted(resolve(world, path)) == loc), "")
    return f"uncertainty.draws[{number}]" + (f".{path}" if path else "")
