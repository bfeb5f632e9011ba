"""The few numbers of a scenario that one doubts most, each with a low and a high value to try.

Where a parameter of behaviour has a published interval, its ends are tried; the other ranges are chosen, so that the
size of an effect is an answer to "what if it were a quarter less", not to "what could it be".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.experiments.run import changes_of
from sim.scenario import Scenario, ScenarioError
from sim.scenario.part import thaw


@dataclass(frozen=True)
class Doubt:
    """A number that is doubted: what is put in its place, and how that reads."""

    name: str
    low: str
    high: str
    low_changes: str
    high_changes: str


def doubts(world: Scenario, design: str) -> tuple[Doubt, ...]:
    """The doubts about the profit of a design that this scenario can have."""
    at = world.firm_names.index(world.focus)
    firm, segments = world.firms[at], world.customers.segments

    def of_segments(field: str, factor: float) -> dict[str, Any]:
        return {
            f"customers.segments[{i}].{field}.mean": factor * getattr(segment, field).mean
            for i, segment in enumerate(segments)
        }

    found = [
        _doubt(
            world,
            f"goods of {world.focus}, share of price",
            *(
                (f"{cost:g}", {f"firms[{at}].unit_cost": cost})
                for cost in (round(max(0.0, firm.unit_cost - 0.05), 6), round(firm.unit_cost + 0.05, 6))
            ),
        ),
        _factor(world, "price sensitivity", 0.25, lambda by: of_segments("price_sensitivity", by)),
        _factor(world, "purchase rate", 0.25, lambda by: of_segments("purchase_rate", by)),
        _factor(
            world,
            f"share of {world.focus} at the start",
            0.25,
            lambda by: {f"firms[{at}].share": by * firm.share},
        ),
        *_behaviour(world),
        *_programme(world, design),
    ]
    return tuple(doubt for doubt in found if doubt is not None)


def _behaviour(world: Scenario) -> list[Doubt | None]:
    return [
        _published(world, "what a reward is worth to its owner", "programme_value", "perceived"),
        _published(world, "habit: edge of the firm bought from last", "inertia", "edge"),
    ]


def _published(world: Scenario, name: str, mechanism: str, parameter: str) -> Doubt | None:
    block = getattr(world.behaviour, mechanism)
    facts = type(block).model_fields[parameter].json_schema_extra or {}
    interval = facts.get("interval") if isinstance(facts, dict) else None
    if not block.enabled or not isinstance(interval, list):
        return None
    path = f"behaviour.{mechanism}.{parameter}"
    ends = [float(str(end)) for end in interval]
    return _doubt(world, name, *((f"{end:g}", {path: end}) for end in ends))


def _programme(world: Scenario, design: str) -> list[Doubt | None]:
    """The cost of running the programme that the design itself gives, half and double."""
    programme = world.with_design(design).programme
    patch = thaw(world.designs[design])
    if programme is None or not isinstance(patch.get("programme"), dict):
        return []
    costs = {
        "per_week": programme.costs.per_week,
        "staff": programme.costs.staff,
        "launch": programme.costs.launch,
    }
    costs["per_member_week"] = programme.costs.per_member_week
    if not any(costs.values()):
        return []

    def changed(by: float) -> dict[str, Any]:
        own = patch["programme"]
        given = {**(own.get("costs") or {}), **{name: by * cost for name, cost in costs.items()}}
        designs = {name: thaw(each) for name, each in world.designs.items()}
        return {"designs": {**designs, design: {**patch, "programme": {**own, "costs": given}}}}

    return [_doubt(world, "cost of running the programme", ("x 0.5", changed(0.5)), ("x 2", changed(2.0)))]


def _factor(
    world: Scenario, name: str, by: float, changes: Callable[[float], dict[str, Any]]
) -> Doubt | None:
    return _doubt(world, name, *((f"{100 * sign * by:+.0f} %", changes(1.0 + sign * by)) for sign in (-1, 1)))


def _doubt(world: Scenario, name: str, *ends: tuple[str, dict[str, Any]]) -> Doubt | None:
    """None where the scenario would not be right with it."""
    (low, low_changes), (high, high_changes) = ends
    try:
        for changes in (low_changes, high_changes):
            world.vary(changes)
    except ScenarioError:
        return None
    return Doubt(name, low, high, changes_of(low_changes), changes_of(high_changes))
