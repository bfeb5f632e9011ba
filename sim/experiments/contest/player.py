"""Who plays, and what each may pick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.experiments.contest.cell import changes_for
from sim.experiments.errors import ExperimentError
from sim.experiments.plan import check_design
from sim.scenario import Scenario, ScenarioError
from sim.scenario.errors import advice
from sim.scenario.part import thaw

Choices = Sequence[str] | Mapping[str, str | Mapping[str, Any] | None] | None
"""Names of designs of the scenario; or names with a patch each (a text: the design of this name); None: all designs."""
Players = Mapping[str, Choices]


@dataclass(frozen=True)
class Player:
    """A firm and what it may pick, by name: patches that it takes on when the burn-in ends."""

    firm: str
    patches: Mapping[str, Mapping[str, Any]]

    @property
    def choices(self) -> tuple[str, ...]:
        """Names of what it may pick."""
        return tuple(self.patches)


def players_in(text: str | None) -> Players | None:
    """Players as they are typed: `Harbour:none,points;Mill:none,points`; a firm alone may pick any design."""
    if text is None:
        return None
    found: dict[str, Choices] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        firm, colon, listed = part.partition(":")
        if firm.strip() in found:
            raise ExperimentError(f"--players names {firm.strip()} twice; name each firm once")
        names = [name.strip() for name in listed.split(",") if name.strip()]
        if colon and not names:
            raise ExperimentError(f"--players gives {firm.strip()} nothing to pick; write FIRM:DESIGN,DESIGN")
        found[firm.strip()] = names if colon else None
    return found


def largest_rival(world: Scenario) -> str:
    """The largest of the other firms, the first of those of a size; ExperimentError where there is none."""
    rivals = [firm for firm in world.firms if firm.name != world.focus]
    if not rivals:
        raise ExperimentError(f"{world.focus} is alone in this market; a game needs two firms or more")
    return max(rivals, key=lambda firm: firm.share).name


def seated(world: Scenario, asked: Players | None) -> tuple[Player, ...]:
    """The players asked for, each able to do what it may pick; by default the focal firm and its largest rival."""
    asked = asked if asked is not None else {world.focus: None, largest_rival(world): None}
    if not isinstance(asked, Mapping):
        raise ExperimentError(
            "players must be a mapping of firms to what each may pick, such as {'Harbour': None}"
        )
    if len(asked) < 2:
        raise ExperimentError(
            "a game needs two players or more; name them with --players 'FIRM:DESIGN,DESIGN;FIRM:DESIGN,DESIGN'"
        )
    for firm in asked:
        if firm not in world.firm_names:
            raise ExperimentError(f"no firm is called '{firm}'; {advice(firm, world.firm_names)}")
    players = tuple(Player(firm, _patches(world, firm, choices)) for firm, choices in asked.items())
    for player in players:
        for choice, patch in player.patches.items():
            can_play(world, player.firm, choice, patch)
    return players


def _patches(world: Scenario, firm: str, asked: Choices) -> dict[str, Mapping[str, Any]]:
    if isinstance(asked, str):
        asked = [asked]
    if asked is None:
        asked = world.design_names
    if not isinstance(asked, Mapping):
        for name in asked:
            if not isinstance(name, str):
                raise ExperimentError(f"{firm} may pick designs by name, or a mapping of names to patches")
            if list(asked).count(name) > 1:
                raise ExperimentError(f"design '{name}' of {firm} is named twice; name each design once")
        asked = {name: name for name in asked}
    if not asked:
        raise ExperimentError(f"{firm} has nothing to pick; name one design or more")
    return {
        str(choice): thaw(
            world.designs[check_design(world, patch)] if isinstance(patch, str) else patch or {}
        )
        for choice, patch in asked.items()
    }


def can_play(
    world: Scenario,
    firm: str,
    choice: str,
    patch: Mapping[str, Any],
    remedy: str = "Name what each firm may pick, with --players",
) -> None:
    """ExperimentError where a patch does not fit a firm."""
    if firm == world.focus:
        values: dict[str, Any] = {"designs": {**thaw(world.designs), choice: thaw(patch)}}
    elif patch:
        values = _values(world, firm, patch)
    else:
        return
    try:
        world.vary(values)
    except ScenarioError as error:
        raise ExperimentError(f"{firm} cannot play '{choice}':\n{error}\n{remedy}") from error


def _values(world: Scenario, firm: str, patch: Mapping[str, Any]) -> dict[str, Any]:
    import json

    found: dict[str, Any] = json.loads(changes_for(world, {firm: patch}))
    return found
