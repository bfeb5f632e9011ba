"""What a sensitivity analysis is to run; checked when made, before any market."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from sim.experiments import provenance
from sim.experiments.errors import ExperimentError
from sim.experiments.plan import at_least_one, check_design, check_seed
from sim.experiments.run import Cell, changes_of, world_of
from sim.experiments.sensitivity import morris, one_at_a_time, sobol
from sim.experiments.sensitivity.points import Points
from sim.experiments.study import Study
from sim.measures import MEASURES
from sim.scenario import Fault, Scenario, ScenarioError
from sim.scenario.errors import advice

Method = Literal["morris", "sobol", "one_at_a_time"]
METHODS: tuple[str, ...] = get_args(Method)
POINTS = {"morris": 16, "sobol": 128, "one_at_a_time": 1}
"""Trajectories, or base samples, where none are asked for."""
METRICS = tuple(name for name in MEASURES if name != "incremental_profit")
"""What can be analysed; incremental profit is asked for as profit, `against` another design."""


@dataclass(frozen=True)
class SensitivityPlan:
    """The points of an analysis and the markets at each."""

    study: Study
    method: str
    metrics: tuple[str, ...]
    design: str | None
    against: str | None
    points: int
    """trajectories (morris) or base samples (sobol)"""
    second_order: bool
    points_seed: int
    replicates: int
    workers: int
    """markets that run at once; the result does not depend on it"""

    @classmethod
    def of(
        cls,
        study: Study,
        *,
        world: Scenario | None = None,
        method: str = "morris",
        metric: str | Sequence[str] = "profit",
        design: str | None = None,
        against: str | None = None,
        points: int | None = None,
        second_order: bool = False,
        seed: int = 1,
        replicates: int | None = None,
        workers: int | None = None,
    ) -> SensitivityPlan:
        """Fill what is left out from the study; ExperimentError or ScenarioError says what makes no sense."""
        if method not in METHODS:
            raise ExperimentError(f"no method is called {method!r}; the methods are {', '.join(METHODS)}")
        if world is not None:
            study = study.model_copy(update={"scenario": world})
        _check_study(study)
        world = study.world
        if against is not None and against == design:
            raise ExperimentError(f"{design!r} is compared with itself; name another design with --against")
        for name in (design, against):
            if name is not None:
                check_design(world, name)
        plan = cls(
            study=study,
            method=method,
            metrics=_metrics((metric,) if isinstance(metric, str) else tuple(metric)),
            design=design,
            against=against,
            points=_points(method, POINTS[method] if points is None else points),
            second_order=_second_order(method, second_order),
            points_seed=check_seed(seed),
            replicates=at_least_one("replicates", study.replicates if replicates is None else replicates),
            workers=at_least_one("workers", provenance.cores() if workers is None else workers),
        )
        if plan.weeks <= world.horizon.burn_in:
            raise ExperimentError(
                f"the study has {plan.weeks} weeks, but the burn-in takes {world.horizon.burn_in} and nothing would "
                f"be measured; give `weeks: {world.horizon.burn_in + 1}` or more"
            )
        world.replace("customers.count", plan.customers).lasting(plan.weeks)
        for name, factor in study.factors.items():
            # A path that leads nowhere is said now, and not once for every market.
            world_of(world, changes_of(study.changes({name: factor.at(0.5)})))
        return plan

    @property
    def world(self) -> Scenario:
        """The scenario of the study."""
        return self.study.world

    @property
    def seed(self) -> int:
        """Seed of the worlds."""
        return self.study.seed

    @property
    def customers(self) -> int:
        """Customers of a market, unless a factor says otherwise."""
        return self.study.customers or self.world.customers.count

    @property
    def weeks(self) -> int:
        """Weeks of a market, unless a factor says otherwise."""
        return self.study.weeks or self.world.horizon.weeks

    @cached_property
    def layout(self) -> Points:
        """The points at which the market is run."""
        factors = self.study.factors
        if self.method == "morris":
            return morris.points(len(factors), self.points, self.points_seed)
        if self.method == "sobol":
            return sobol.points(len(factors), self.points, self.points_seed, second_order=self.second_order)
        return one_at_a_time.points(tuple(factors.values()))

    @property
    def designs(self) -> tuple[str | None, ...]:
        """What lives at each point: the design, and the one that it is compared with."""
        return (self.design,) if self.against is None else (self.design, self.against)

    @cached_property
    def changes(self) -> list[str]:
        """What is changed at each point."""
        return [
            self.study.cell(self.layout.values(self.study, point), self.design, 0).changes
            for point in range(len(self.layout))
        ]

    @cached_property
    def cells(self) -> list[Cell]:
        """All markets, point by point; points with the same values share theirs."""
        first: dict[str, int] = {}
        for point, changes in enumerate(self.changes):
            first.setdefault(changes, point)
        return [
            self.study.cell(self.layout.values(self.study, point), design, replicate)
            for point in first.values()
            for design in self.designs
            for replicate in range(self.replicates)
        ]

    @property
    def settings(self) -> dict[str, Any]:
        """The settings by the names of the arguments of `sim.sensitivity`, with those that the study gave."""
        return {
            "method": self.method,
            "metric": list(self.metrics),
            "design": self.design,
            "against": self.against,
            "points": self.points,
            "second_order": self.second_order,
            "seed": self.points_seed,
            "replicates": self.replicates,
            "worlds_seed": self.seed,
            "customers": self.customers,
            "weeks": self.weeks,
        }

    def folder(self, name: str) -> Path:
        """A folder under `results/` of its own: the same factors and scenario find it again, others none."""
        slug = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "run"
        return Path("results") / f"{slug}-sensitivity-{provenance.digest(self.identity)[:8]}"

    @property
    def identity(self) -> dict[str, Any]:
        """What a run folder must have in common to be gone on with.

        Points, metrics, replicates and method are not in it: markets that are there serve a larger analysis, too.
        """
        return {
            "kind": "sensitivity",
            "levers": self.study.to_dict()["levers"],
            "uncertainties": self.study.to_dict()["uncertainties"],
            "scenario": provenance.scenario_dict(self.world),
            "code": provenance.code_hash(outward=False),
        }


def _check_study(study: Study) -> None:
    if not study.factors:
        raise ExperimentError(
            "the study varies nothing; name what to vary under `levers:` or `uncertainties:`"
        )
    if study.constraints:
        raise ExperimentError(
            f"the study has constraints ({'; '.join(study.constraints)}), which the points of a sensitivity analysis "
            "cannot keep: each factor must be free to move while the others stand. Leave them out, and choose ranges "
            "within which every combination makes sense (a factor may be a share of another's value)"
        )
    if sum(len(factor.paths) for factor in study.factors.values()) > len(
        {path for factor in study.factors.values() for path in factor.paths}
    ):
        raise ExperimentError("two factors of the study change the same path; let each path have one factor")


def _metrics(asked: tuple[str, ...]) -> tuple[str, ...]:
    if not asked:
        raise ScenarioError([Fault(f"no metric is named; known: {', '.join(METRICS)}", "metric")])
    faults = [
        Fault(f"no metric is called '{name}'; {advice(name, METRICS)}", "metric")
        for name in dict.fromkeys(asked)
        if name not in METRICS
    ]
    faults += [
        Fault(f"metric '{name}' is named twice; name it once", "metric")
        for name in dict.fromkeys(asked)
        if asked.count(name) > 1
    ]
    if faults:
        raise ScenarioError(faults)
    return asked


def _points(method: str, points: int) -> int:
    at_least_one("points", points)
    if method == "morris" and points < 2:
        raise ExperimentError(
            "--points is 1; Morris needs 2 trajectories or more, and 10 to be worth reading"
        )
    if method == "sobol" and (points < 2 or points & (points - 1)):
        below = 1 << max(1, points.bit_length() - 1)
        raise ExperimentError(
            f"--points is {points}; a Sobol sequence is even only at powers of two: give {below} or {2 * below}"
        )
    return points if method != "one_at_a_time" else 1


def _second_order(method: str, asked: bool) -> bool:
    if asked and method != "sobol":
        raise ExperimentError("indices of pairs (second order) are given by Sobol only; add --method sobol")
    return asked
