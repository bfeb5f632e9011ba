"""A study: what is varied in a scenario, how its points are chosen, and what is run at each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, InstanceOf, WithJsonSchema

from sim.experiments.errors import ExperimentError
from sim.experiments.run import AS_WRITTEN, Cell, changes_of
from sim.experiments.study.factor import Factor
from sim.experiments.study.optimise import Optimise
from sim.experiments.study.sampling import Sampling
from sim.scenario import Scenario
from sim.scenario.part import FrozenDict, Name, Part, thaw, unit

CUSTOMERS, WEEKS = "customers.count", "horizon.weeks"
"""Paths that a factor may vary, too, and that a cell is told beside its changes."""
NOT_DECIDING = ("title", "scenario", "metrics", "optimise")
"""Fields on which no number of a cell depends; the scenario counts by what it says, not by where it stands."""

World = Annotated[
    str | InstanceOf[Scenario],
    WithJsonSchema({"type": "string", "minLength": 1}),
]


class Study(Part):
    """An experiment over a scenario. Read it with `sim.load_study`, or make it with a scenario.

        sim.Study(title="Points", scenario=world, levers={"threshold": {"path": ..., "values": [...]}})

    Every point of the levers meets every point of the uncertainties; at each, every design lives in every replicate.
    """

    title: Name = Field(description="What the study is called.")
    scenario: World = Field(
        description="Scenario file, by a path relative to this one, in the same folder tree; in Python a Scenario."
    )
    designs: tuple[Name, ...] | None = Field(
        default=None, min_length=1, description="Designs to run, the reference first; default: all."
    )
    levers: FrozenDict[Name, Factor] = Field(
        default=FrozenDict(), description="What the firm decides: factors by a short name."
    )
    uncertainties: FrozenDict[Name, Factor] = Field(
        default=FrozenDict(), description="What nobody knows: factors by a short name."
    )
    lever_sampling: Sampling = Field(default=Sampling(), description="How points of the levers are chosen.")
    uncertainty_sampling: Sampling = Field(
        default=Sampling(method="latin_hypercube"), description="How points of the uncertainties are chosen."
    )
    constraints: tuple[str, ...] = Field(
        default=(),
        max_length=100,
        description="Conditions on names of factors, such as 'reward <= 0.1 * threshold'; a point that breaks one "
        "is left out.",
    )
    metrics: tuple[str, ...] = Field(
        default=("retention", "profit"),
        min_length=1,
        description="Measures that tables and pictures show; all measures are kept.",
    )
    replicates: int = Field(
        default=8,
        ge=1,
        le=100_000,
        description="Worlds at each point, the same ones at every point.",
        json_schema_extra=unit("worlds"),
    )
    seed: int = Field(
        default=1, ge=0, lt=2**32, description="Seed of the worlds.", json_schema_extra=unit("none")
    )
    customers: int | None = Field(
        default=None,
        ge=1,
        le=10_000_000,
        description="Customers; default: as in the scenario.",
        json_schema_extra=unit("customers"),
    )
    weeks: int | None = Field(
        default=None,
        ge=1,
        le=5_200,
        description="Weeks, burn-in included; default: as in the scenario.",
        json_schema_extra=unit("weeks"),
    )
    optimise: Optimise | None = Field(
        default=None, description="What `loyalty-sim optimise` is to search the levers for."
    )

    @property
    def world(self) -> Scenario:
        """The scenario. ExperimentError of a study that only knows the name of its file."""
        if isinstance(self.scenario, Scenario):
            return self.scenario
        raise ExperimentError(
            f"the study '{self.title}' has not read its scenario {self.scenario}; read the study with "
            "sim.load_study(path), or make it with scenario=sim.load(path)"
        )

    @property
    def factors(self) -> Mapping[str, Factor]:
        """All that is varied, levers first."""
        return {**self.levers, **self.uncertainties}

    @property
    def design_names(self) -> tuple[str, ...]:
        """Designs that are run, the reference first."""
        return self.world.design_names if self.designs is None else self.designs

    def changes(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Scenario paths and what stands there, for values of factors by name."""
        return {path: value for name, value in values.items() for path in self.factors[name].paths}

    def cell(self, values: Mapping[str, Any], design: str | None, replicate: int) -> Cell:
        """The market of a design in a replicate, at these values of factors by name."""
        world, changes = self.world, self.changes(values)
        customers = world.customers.count if self.customers is None else self.customers
        weeks = world.horizon.weeks if self.weeks is None else self.weeks
        return Cell(
            design,
            replicate,
            self.seed,
            int(changes.get(CUSTOMERS, customers)),
            int(changes.get(WEEKS, weeks)),
            changes_of(changes) if changes else AS_WRITTEN,
        )

    @property
    def decides(self) -> dict[str, Any]:
        """All of the study that decides which markets are run, as plain values."""
        return {name: value for name, value in self.to_dict().items() if name not in NOT_DECIDING}

    def to_dict(self) -> dict[str, Any]:
        """The study as plain JSON values; of the scenario its title, or the path of its file."""
        fields = {name: thaw(getattr(self, name)) for name in type(self).model_fields}
        fields["scenario"] = self.scenario.title if isinstance(self.scenario, Scenario) else self.scenario
        plain: dict[str, Any] = json.loads(json.dumps(fields))
        return plain
