"""A team's design file: what a team lets its firm do, checked as a scenario file is, every fault at its line."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from sim.experiments.errors import ExperimentError
from sim.scenario import Fault, Scenario, ScenarioError
from sim.scenario.design import Patch
from sim.scenario.errors import Loc, in_order
from sim.scenario.files import text_of
from sim.scenario.part import FrozenDict, Name, Part, thaw
from sim.scenario.wording import Place, faults_of
from sim.scenario.yaml_text import Block, place_of, read

POLICIES = "policies"
Teams = Sequence[str | os.PathLike[str]] | Mapping[str, Mapping[str, Any]]


class Team(Part):
    """A team and its design, which is laid over whichever firm it gets."""

    team: Name = Field(description="What the team is called.")
    design: Patch = Field(
        default=FrozenDict(), description="A patch to its firm, as under `designs` of a scenario."
    )
    policies: tuple[Any, ...] | None = Field(
        default=None, description="What its firm does by itself; instead of `policies` within `design`."
    )
    source: str | None = Field(default=None, max_length=10_000, description="Where its numbers come from.")
    note: str | None = Field(default=None, max_length=10_000, description="What the team is up to.")

    @property
    def patch(self) -> dict[str, Any]:
        """The whole patch."""
        return _patch(self.design, self.policies)


def _patch(design: Any, policies: Any) -> dict[str, Any]:
    found: dict[str, Any] = thaw(design)
    return found if policies is None else {**found, POLICIES: thaw(policies)}


def read_team(path: str | os.PathLike[str], world: Scenario) -> Team:
    """The team in a YAML file, its design checked as one of the focal firm of the world.

    ScenarioError names all faults, each with file, line, column, path and remedy.
    """
    file = Path(path)
    faults: list[Fault] = []
    data = read(text_of(file), str(file), faults)

    def place(loc: Loc, is_name: bool) -> Place:
        return place_of(data, loc, is_name)

    try:
        team = Team.model_validate(data)
    except ValidationError as error:
        raise ScenarioError(in_order([*faults, *faults_of(error, Team, place)])) from None
    if POLICIES in team.design and team.policies is not None:
        mark = place_of(data, (POLICIES,), True)
        faults.append(Fault("policies stand here and in 'design'; keep one", POLICIES, *mark))
    faults += _faults_in(world, team.team, data)
    if faults:
        raise ScenarioError(in_order(faults))
    return team


def _faults_in(world: Scenario, name: str, data: Block) -> list[Fault]:
    """What is wrong with a team's design as a design of the focal firm, with its places in the team's file."""
    design = data.get("design")
    patch = _patch(design if isinstance(design, Mapping) else {}, data.get(POLICIES))
    whole = {**thaw(world), "designs": {**thaw(world.designs), name: patch}}

    def in_team(loc: Loc) -> Loc:
        inside = loc[2:] if loc[:2] == ("designs", name) else ()
        return inside if POLICIES in data and inside[:1] == (POLICIES,) else ("design", *inside)

    def place(loc: Loc, is_name: bool) -> Place:
        return place_of(data, in_team(loc), is_name)

    try:
        Scenario.model_validate(whole)
    except ValidationError as error:
        own = f"designs.{name}"
        return [
            Fault(f.message, f.path.replace(own, "design", 1), f.file, f.line, f.column)
            for f in faults_of(error, Scenario, place)
        ]
    return []


def _team(name: str, patch: Mapping[str, Any] | None) -> Team:
    if patch is not None and not isinstance(patch, Mapping):
        raise ExperimentError(f"team '{name}' needs a patch, a dict as under 'designs'; got {patch!r}")
    try:
        return Team(team=name, design=FrozenDict(patch or {}))
    except ValidationError as error:
        raise ScenarioError(faults_of(error, Team)) from None


def teams_of(asked: Teams, world: Scenario) -> tuple[Team, ...]:
    """The teams in these files, or with these patches; ExperimentError where they are too few or called alike."""
    if isinstance(asked, str | os.PathLike):
        asked = [asked]
    if isinstance(asked, Mapping):
        found = tuple(_team(name, patch) for name, patch in asked.items())
    else:
        found = tuple(read_team(path, world) for path in asked)
    if len(found) < 2:
        raise ExperimentError(f"a league needs two teams or more; {len(found)} is given")
    names = [team.team for team in found]
    for name in names:
        if names.count(name) > 1:
            raise ExperimentError(f"two teams are called '{name}'; give each a name of its own")
    return found
