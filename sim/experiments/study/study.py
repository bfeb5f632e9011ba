"""A study: what is varied in a scenario, how its points are chosen, and what is run at each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from sim.experiments.study.factor import Factor
from sim.scenario.part import FrozenDict, Name, Part

Method = Literal["grid", "latin_hypercube", "sobol", "one_at_a_time"]


class Sampling(Part):
    """How the points of a group of factors are chosen."""

    method: Method = Field(default="grid", description="How points are chosen.")
    points: int = Field(
        default=64, ge=1, le=1_000_000, description="How many (grid, one_at_a_time: as they come)."
    )
    seed: int = Field(default=1, ge=0, lt=2**32, description="Seed of the choice of points.")


class Study(Part):
    """An experiment over a scenario. Read it with `sim.load_study`.

    Every point of the levers meets every point of the uncertainties; at each, every design lives in every replicate.
    """

    title: Name = Field(description="What the study is called.")
    scenario: str = Field(description="Scenario file, by a path relative to this one.")
    designs: tuple[Name, ...] | None = Field(
        default=None, min_length=1, description="Designs to run, the reference first; default: all."
    )
    levers: FrozenDict[Name, Factor] = Field(
        default=FrozenDict(), description="What the firm decides, by a short name."
    )
    uncertainties: FrozenDict[Name, Factor] = Field(
        default=FrozenDict(), description="What nobody knows, by a short name."
    )
    lever_sampling: Sampling = Field(default=Sampling(), description="How points of the levers are chosen.")
    uncertainty_sampling: Sampling = Field(
        default=Sampling(method="latin_hypercube"), description="How points of the uncertainties are chosen."
    )
    constraints: tuple[str, ...] = Field(
        default=(), description="Conditions on the names of factors; a point that breaks one is left out."
    )
    metrics: tuple[str, ...] = Field(
        default=("retention", "profit"), min_length=1, description="Measures that tables and pictures show."
    )
    replicates: int = Field(default=8, ge=1, description="Worlds at each point.")
    seed: int = Field(default=1, ge=0, lt=2**32, description="Seed of the worlds.")
    customers: int | None = Field(default=None, ge=1, description="Customers; default: as in the scenario.")
    weeks: int | None = Field(default=None, ge=1, description="Weeks; default: as in the scenario.")

    @property
    def factors(self) -> Mapping[str, Factor]:
        """All that is varied, levers first."""
        return {**self.levers, **self.uncertainties}

    def changes(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Scenario paths and what stands there, for values of factors by name."""
        return {path: value for name, value in values.items() for path in self.factors[name].paths}
