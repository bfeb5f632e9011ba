"""What a league is to run: teams, seats and games; checked before any market."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from sim.experiments.contest.cell import check_metric
from sim.experiments.contest.plan import own_folder, seating
from sim.experiments.contest.player import can_play, largest_rival
from sim.experiments.contest.team import Team, Teams, teams_of
from sim.experiments.errors import ExperimentError
from sim.experiments.plan import Plan
from sim.experiments.run import Cell
from sim.scenario import Scenario
from sim.scenario.part import thaw

PAIRS, ALL = "pairs", "all"
MOST_TEAMS = 16
Seating = tuple[str, ...]
"""Which team sits in each seat."""


@dataclass(frozen=True)
class LeaguePlan:
    """Teams, seats and games; checked when made. All games are played in the same worlds."""

    base: Plan
    teams: tuple[Team, ...]
    form: str
    seats: tuple[str, ...]
    games: tuple[Seating, ...]
    metric: str

    @classmethod
    def of(
        cls,
        world: Scenario,
        *,
        teams: Teams,
        form: str = PAIRS,
        metric: str = "profit",
        replicates: int = 16,
        seed: int = 1,
        customers: int | None = None,
        weeks: int | None = None,
        workers: int | None = None,
    ) -> LeaguePlan:
        """Fill what is left out; ExperimentError or ScenarioError says what makes no sense (see `league`)."""
        check_metric(metric)
        if form not in (PAIRS, ALL):
            raise ExperimentError(f"--format is '{form}'; it must be {PAIRS} or {ALL}")
        found = teams_of(teams, world)
        names = [team.team for team in found]
        if len(found) > MOST_TEAMS:
            raise ExperimentError(f"{len(found)} teams are more than the {MOST_TEAMS} that a league takes")
        if form == PAIRS:
            seats: tuple[str, ...] = (world.focus, largest_rival(world))
            games: list[Seating] = [
                game for one, other in combinations(names, 2) for game in ((one, other), (other, one))
            ]
        else:
            seats = world.firm_names
            if len(seats) != len(names):
                raise ExperimentError(
                    f"{len(names)} teams cannot all play at once in a market of {len(seats)} firms; "
                    f"give as many teams as firms, or --format {PAIRS}"
                )
            # Every team sits in every seat once.
            games = [tuple(names[turn:] + names[:turn]) for turn in range(len(names))]
        for team in found:
            for seat in seats:
                can_play(
                    world, seat, team.team, team.patch, "Every team plays on every seat; change its design"
                )
        world = world.replace("designs", {**thaw(world.designs), **{t.team: t.patch for t in found}})
        base = Plan.of(
            world, replicates=replicates, seed=seed, customers=customers, weeks=weeks, workers=workers
        )
        return cls(base, found, form, seats, tuple(games), metric)

    @property
    def cells(self) -> list[Cell]:
        """All markets, replicate by replicate: those of one replicate share every draw."""
        base, patches = self.base, {team.team: team.patch for team in self.teams}
        made = [
            seating(
                base.world, {seat: (name, patches[name]) for seat, name in zip(self.seats, game, strict=True)}
            )
            for game in self.games
        ]
        return [
            Cell(design, replicate, base.seed, base.customers, base.weeks, changes)
            for replicate in range(base.replicates)
            for design, changes in made
        ]

    @property
    def settings(self) -> dict[str, Any]:
        """The settings, without the workers."""
        return {
            "teams": [team.team for team in self.teams],
            "form": self.form,
            "metric": self.metric,
            "replicates": self.base.replicates,
            "seed": self.base.seed,
            "customers": self.base.customers,
            "weeks": self.base.weeks,
        }

    @property
    def identity(self) -> dict[str, Any]:
        """All that decides the numbers."""
        return {
            **{name: self.base.identity[name] for name in self.base.identity if name != "designs"},
            "experiment": "league",
            "form": self.form,
            "teams": [[team.team, team.patch] for team in self.teams],
        }

    def folder(self, name: str) -> Path:
        """A folder under `results/` of its own."""
        return own_folder(f"league-{name}", self.identity)
