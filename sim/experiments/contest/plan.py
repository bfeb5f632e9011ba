"""What a contest is to run: players, what each may pick, all combinations; checked before any market."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import factorial, prod
from pathlib import Path
from typing import Any

from sim.experiments import provenance
from sim.experiments.contest.cell import changes_for, check_metric
from sim.experiments.contest.player import Player, Players, seated
from sim.experiments.errors import ExperimentError
from sim.experiments.plan import Plan
from sim.experiments.run import Cell
from sim.scenario import Scenario
from sim.scenario.part import thaw

MOST_PROFILES = 256
MOST_SEATINGS = 120
"""Orders of the seats that are averaged at most: those of five players."""


@dataclass(frozen=True)
class ContestPlan:
    """Players and what each may pick; checked when made."""

    base: Plan
    """the scenario, with what the focal firm may pick among its designs, and how often, long and large it is run"""
    players: tuple[Player, ...]
    metric: str
    symmetric: bool

    @classmethod
    def of(
        cls,
        world: Scenario,
        *,
        players: Players | None = None,
        metric: str = "profit",
        symmetric: bool = False,
        replicates: int = 32,
        seed: int = 1,
        customers: int | None = None,
        weeks: int | None = None,
        workers: int | None = None,
    ) -> ContestPlan:
        """Fill what is left out; ExperimentError or ScenarioError says what makes no sense (see `contest`)."""
        check_metric(metric)
        found = seated(world, players)
        number = prod(len(player.choices) for player in found)
        if number > MOST_PROFILES:
            sizes = " x ".join(str(len(player.choices)) for player in found)
            raise ExperimentError(
                f"{len(found)} players with {sizes} designs make {number:,} combinations, more than {MOST_PROFILES}; "
                "name fewer players or designs, with --players"
            )
        if symmetric:
            _check_alike(world, found)
        for player in found:
            if player.firm == world.focus:
                world = world.replace("designs", {**thaw(world.designs), **thaw(player.patches)})
        base = Plan.of(
            world, replicates=replicates, seed=seed, customers=customers, weeks=weeks, workers=workers
        )
        return cls(base, found, metric, symmetric)

    @property
    def profiles(self) -> list[tuple[str, ...]]:
        """All combinations by name, the last player's choice changing fastest."""
        return list(product(*(player.choices for player in self.players)))

    @property
    def cells(self) -> list[Cell]:
        """All markets, replicate by replicate: those of one replicate share every draw."""
        made = [self._seating(profile) for profile in self.profiles]
        base = self.base
        return [
            Cell(design, replicate, base.seed, base.customers, base.weeks, changes)
            for replicate in range(base.replicates)
            for design, changes in made
        ]

    def _seating(self, profile: tuple[str, ...]) -> tuple[str | None, str]:
        """The focal firm's design and, for the other players, the changes of a cell."""
        return seating(
            self.base.world,
            {p.firm: (choice, p.patches[choice]) for p, choice in zip(self.players, profile, strict=True)},
        )

    @property
    def settings(self) -> dict[str, Any]:
        """The settings by the names of the arguments of `contest`, without the workers."""
        return {
            "players": {player.firm: list(player.choices) for player in self.players},
            "metric": self.metric,
            "symmetric": self.symmetric,
            "replicates": self.base.replicates,
            "seed": self.base.seed,
            "customers": self.base.customers,
            "weeks": self.base.weeks,
        }

    @property
    def identity(self) -> dict[str, Any]:
        """All that decides the numbers; every measure of every firm is kept, so the metric does not."""
        return {
            **{name: self.base.identity[name] for name in self.base.identity if name != "designs"},
            "experiment": "contest",
            "players": [[player.firm, list(thaw(player.patches).items())] for player in self.players],
        }

    def folder(self, name: str) -> Path:
        """A folder under `results/` of its own: the same plan finds its own run again, another plan none."""
        return own_folder(f"contest-{name}", self.identity)


def seating(world: Scenario, plays: Mapping[str, tuple[str, Mapping[str, Any]]]) -> tuple[str | None, str]:
    """The design and the changes of a cell in which these firms play these patches (name, patch).

    The focal firm plays by its design, which the world must have; the others change when the burn-in ends.
    """
    rivals = {firm: patch for firm, (_, patch) in plays.items() if firm != world.focus}
    return plays[world.focus][0] if world.focus in plays else None, changes_for(world, rivals)


def own_folder(name: str, identity: Mapping[str, Any]) -> Path:
    """A folder under `results/` that goes with what decides the numbers."""
    slug = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "_-") else "-" for sign in name)
    return Path("results") / f"{slug.strip('-')}-{provenance.digest(identity)[:8]}"


def _spelt(events: list[Any]) -> list[str]:
    return sorted(json.dumps(event, sort_keys=True) for event in events)


def _turned(events: list[Any], one: str, other: str) -> list[str]:
    """Events with two firms in each other's place."""
    names = {one: other, other: one}

    def turn(part: Any) -> Any:
        if isinstance(part, dict):
            return {names.get(key, key): turn(value) for key, value in part.items()}
        if isinstance(part, list | tuple):
            return [turn(value) for value in part]
        return names.get(part, part) if isinstance(part, str) else part

    return _spelt([turn(event) for event in events])


def _check_alike(world: Scenario, players: tuple[Player, ...]) -> None:
    """ExperimentError where averaging the seats would average what is not alike."""
    first, *rest = players
    if factorial(len(players)) > MOST_SEATINGS:
        raise ExperimentError(
            f"{len(players)} players have too many orders of seats to average; drop --symmetric"
        )
    for other in rest:
        if thaw(other.patches) != thaw(first.patches) or other.choices != first.choices:
            raise ExperimentError(
                f"--symmetric averages the seats, so all must have the same to pick; {first.firm} has "
                f"{', '.join(first.choices)} and {other.firm} has {', '.join(other.choices)}"
            )
        ours, theirs = thaw(world.firm(first.firm)), thaw(world.firm(other.firm))
        unlike = [name for name in ours if name != "name" and ours[name] != theirs[name]]
        shares = [s.shares for s in world.customers.segments if s.shares]
        if any(known.get(first.firm) != known.get(other.firm) for known in shares):
            unlike.append("shares of segments")
        if _turned(thaw(world.events), first.firm, other.firm) != _spelt(thaw(world.events)):
            unlike.append("events")
        if unlike:
            raise ExperimentError(
                f"--symmetric averages the seats, and {first.firm} and {other.firm} are not alike in "
                f"{', '.join(unlike)}; drop --symmetric, or use a market of firms alike"
            )
