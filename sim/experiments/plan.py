"""What an experiment is to run: worlds, designs, replicates; checked before anything is written."""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.experiments import provenance
from sim.experiments.enough import Until
from sim.experiments.errors import ExperimentError
from sim.experiments.run import Cell
from sim.firms.policy import Own
from sim.scenario import Scenario

SEEDS = 2**32
Policies = Mapping[str, Own]


@dataclass(frozen=True)
class Plan:
    """What is to be run; checked when made, before anything is written or simulated."""

    world: Scenario
    designs: tuple[str, ...]
    replicates: int
    seed: int
    customers: int
    weeks: int
    workers: int
    """markets that run at once; the result does not depend on it"""
    policies: Policies = field(default_factory=dict)
    """what firms do by themselves, from the user's Python, by name"""
    until: Until | None = None
    """whether the run stops by itself; `replicates` are then those of a look, at first the most there may be"""

    @classmethod
    def of(
        cls,
        world: Scenario,
        *,
        designs: Sequence[str] | None = None,
        replicates: int = 32,
        seed: int = 1,
        customers: int | None = None,
        weeks: int | None = None,
        workers: int | None = None,
        policies: Policies | None = None,
        until: Until | None = None,
    ) -> Plan:
        """Fill what is left out from the scenario; ExperimentError says what makes no sense.

        until: the run grows until it is sure enough; `replicates` do not count then.
        """
        plan = cls(
            world=world,
            designs=_designs(world, designs),
            replicates=at_least_one("replicates", replicates if until is None else until.most),
            seed=check_seed(seed),
            customers=at_least_one("customers", world.customers.count if customers is None else customers),
            weeks=_weeks(world, world.horizon.weeks if weeks is None else weeks),
            workers=at_least_one("workers", provenance.cores() if workers is None else workers),
            policies=policies or {},
            until=until,
        )
        if until is not None and len(plan.designs) < 2:
            raise ExperimentError(
                f"--until-sure tells designs apart, and there is only {plan.designs[0]!r}; name two or more"
            )
        # The scenario knows its own upper bounds and says them.
        world.replace("customers.count", plan.customers).lasting(plan.weeks)
        check_draws(world, plan.replicates)
        return plan

    @property
    def cells(self) -> list[Cell]:
        """All markets, replicate by replicate, so that a run cut short has whole pairs."""
        return [
            Cell(design, replicate, self.seed, self.customers, self.weeks)
            for replicate in range(self.replicates)
            for design in self.designs
        ]

    @property
    def settings(self) -> dict[str, Any]:
        """The settings by the names of the command's options."""
        return {
            "designs": list(self.designs),
            # A run that grows is the same run at every look.
            **({"replicates": self.replicates} if self.until is None else self.until.settings),
            "seed": self.seed,
            "customers": self.customers,
            "weeks": self.weeks,
        }

    def folder(self, name: str) -> Path:
        """A folder under `results/` of its own: the same plan finds its own run again, another plan none."""
        return own(name, self.identity)

    @property
    def identity(self) -> dict[str, Any]:
        """All that decides the numbers."""
        known = {
            **self.settings,
            "scenario": provenance.scenario_dict(self.world),
            "code": provenance.code_hash(outward=False),
        }
        return known | {"policies": sources(self.policies)} if self.policies else known


def own(name: str, identity: Mapping[str, Any]) -> Path:
    """A folder under `results/` for what this identity decides, and for nothing else."""
    slug = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "run"
    return Path("results") / f"{slug}-{provenance.digest(identity)[:8]}"


def sources(policies: Policies) -> dict[str, list[str]]:
    """The text of each firm's own policies, by which one run of them is told from another.

    Raises ExperimentError where it cannot be read. What a policy imports or reads from elsewhere is not in it.
    """
    found = {}
    for name, own in policies.items():
        makers = list(own) if isinstance(own, Sequence) else [own]
        try:
            found[name] = [inspect.getsource(maker) for maker in makers]
        except (OSError, TypeError) as error:
            raise ExperimentError(
                f"the source of a policy of '{name}' cannot be read, so that its results could not be told from "
                "those of another; write it as a class or function in a file or a notebook cell"
            ) from error
    return found


def at_least_one(name: str, number: int) -> int:
    if number < 1:
        raise ExperimentError(f"--{name} is {number}; it must be 1 or more")
    return int(number)


def check_seed(seed: int, name: str = "seed") -> int:
    """A seed (or replicate) that fits the key of the random numbers: 0 to 2**32 - 1."""
    if not 0 <= seed < SEEDS:
        raise ExperimentError(f"--{name} is {seed}; it must be from 0 to {SEEDS - 1}")
    return int(seed)


def check_draws(world: Scenario, most: int | None = None) -> None:
    """Try the draws of a scenario's uncertainty, the first `most` of them; ScenarioError at the first that is wrong."""
    draws = 0 if world.uncertainty is None else len(world.uncertainty.draws)
    for number in range(draws if most is None else min(most, draws)):
        world.drawn(number)


def check_design(world: Scenario, name: str) -> str:
    """A design of the scenario; ExperimentError names the nearest and all that there are."""
    known = list(world.designs)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f" did you mean {near[0]!r}?" if near else ""
        raise ExperimentError(f"unknown design {name!r};{hint} the designs are {', '.join(known)}")
    return name


def _designs(world: Scenario, asked: Sequence[str] | None) -> tuple[str, ...]:
    if isinstance(asked, str):
        raise ExperimentError(f"designs is the word {asked!r}; give a list: designs=[{asked!r}]")
    names = tuple(world.designs) if asked is None else tuple(asked)
    if not names:
        raise ExperimentError(
            "no designs to compare; name them in `designs:` of the scenario or with --designs A,B"
        )
    for name in names:
        check_design(world, name)
    if len(set(names)) < len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise ExperimentError(f"design {twice!r} is named twice; name each design once")
    return names


def _weeks(world: Scenario, weeks: int) -> int:
    if weeks <= world.horizon.burn_in:
        raise ExperimentError(
            f"--weeks is {weeks}, but the burn-in of the scenario takes {world.horizon.burn_in} weeks and "
            f"nothing would be measured; give {world.horizon.burn_in + 1} or more (or change horizon.burn_in)"
        )
    return int(weeks)
