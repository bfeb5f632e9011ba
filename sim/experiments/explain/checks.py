"""What is asked of an explanation, checked before any market; errors name what there is."""

from __future__ import annotations

from collections.abc import Sequence

from sim.experiments.errors import ExperimentError
from sim.experiments.explain import mechanisms
from sim.experiments.explain.families import ALWAYS_ON, MECHANISMS
from sim.experiments.explain.mechanisms import Off
from sim.experiments.plan import check_design
from sim.scenario import Fault, Scenario, ScenarioError
from sim.scenario.errors import advice


def two_designs(
    world: Scenario, known: Sequence[str], design: str | None, against: str | None
) -> tuple[str, str]:
    """The design to be explained and the one it is held against; known: where the default is looked for."""
    for name in (design, against):
        if name is not None:
            check_design(world, name)
    theirs = known[0] if against is None else against
    others = [name for name in known if name != theirs]
    if design is None:
        if len(others) != 1:
            raise ExperimentError(
                f"which design is to be explained? Name it with --design: {', '.join(others) or 'there is none'}"
            )
        design = others[0]
    if design == theirs:
        raise ExperimentError(f"'{design}' against itself has nothing to explain; name two designs")
    return design, theirs


def switched(asked: Sequence[str] | None) -> Off:
    """The mechanisms that are switched off; all where none are named."""
    for name in asked or ():
        if name in ALWAYS_ON:
            text = f"'{name}' is never switched off: all other mechanisms act through it"
            raise ScenarioError([Fault(text, "behaviour")])
    return mechanisms.in_order(named("mechanism", asked, MECHANISMS))


def named(what: str, asked: Sequence[str] | None, known: Sequence[str]) -> tuple[str, ...]:
    """Names, each known; all where none are asked for."""
    names = tuple(known) if asked is None else tuple(asked)
    if not names:
        raise ScenarioError([Fault(f"no {what} is named; known: {', '.join(known)}")])
    faults = [
        Fault(f"no {what} is called '{name}'; {advice(name, known)}") for name in names if name not in known
    ]
    if faults:
        raise ScenarioError(faults)
    return names


def enough(orders: int) -> int:
    """Orders of families, of which one alone would have no error."""
    if orders < 2:
        raise ExperimentError(f"--orders is {orders}; it must be 2 or more, so that its error can be told")
    return orders
