"""The points of a study and their cells: counted and gone through one by one, never held all at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.experiments.errors import ExperimentError
from sim.experiments.run import Cell
from sim.experiments.study.constraint import Constraint, ConstraintError
from sim.experiments.study.study import Study
from sim.scenario import Scenario
from sim.scenario.paths import value_at


@dataclass(frozen=True)
class Point:
    """One point of a study. levers, uncertainties: which point of their group it is, from 0.

    values: factors by name that are put; the others stay as the scenario says.
    """

    number: int
    levers: int
    uncertainties: int
    values: Mapping[str, Any]


class Points(Collection[Point]):
    """The points of a study that keep its constraints: every one of the levers with every one of the uncertainties."""

    def __init__(self, study: Study) -> None:
        """ConstraintError where a constraint cannot be read."""
        self.study = study
        self.base = base_of(study)
        self.levers = study.lever_sampling.of(study.levers, self.base)
        self.uncertainties = study.uncertainty_sampling.of(study.uncertainties, self.base)
        self.constraints = [Constraint.read(text, study.factors) for text in study.constraints]

    @property
    def all(self) -> int:
        """How many there would be without constraints."""
        return len(self.levers) * len(self.uncertainties)

    @cached_property
    def _kept(self) -> int:
        return sum(1 for _ in self) if self.constraints else self.all

    def __len__(self) -> int:
        return self._kept

    @property
    def left_out(self) -> int:
        """How many break a constraint."""
        return self.all - len(self)

    def __iter__(self) -> Iterator[Point]:
        """In order: the uncertainties turn fastest. ExperimentError where a constraint divides by 0."""
        number = 0
        for i, ours in enumerate(self.levers):
            for j, theirs in enumerate(self.uncertainties):
                values = {**ours, **theirs}
                if self._keeps({**self.base, **values}):
                    yield Point(number, i, j, values)
                    number += 1

    def __contains__(self, point: object) -> bool:
        return any(point == one for one in self)

    def _keeps(self, values: Mapping[str, Any]) -> bool:
        try:
            return all(constraint.holds(values) for constraint in self.constraints)
        except ConstraintError as error:
            raise ExperimentError(f"the study '{self.study.title}': {error}") from error

    def shown(self, point: Point) -> dict[str, Any]:
        """The value of every factor at a point, those among them that stay as the scenario says."""
        return {name: point.values.get(name, self.base.get(name)) for name in self.study.factors}


class Cells(Collection[Cell]):
    """The markets of a study: point by point, in it replicate by replicate, so that a run cut short has whole pairs."""

    def __init__(self, points: Points) -> None:
        self.points = points
        self._each = len(points.study.design_names) * points.study.replicates

    def __len__(self) -> int:
        return len(self.points) * self._each

    def __iter__(self) -> Iterator[Cell]:
        return (cell for _, cell in self.with_points())

    def __contains__(self, cell: object) -> bool:
        return any(cell == one for one in self)

    def with_points(self) -> Iterator[tuple[Point, Cell]]:
        """The cells, each with its point."""
        study = self.points.study
        for point in self.points:
            cell = study.cell(point.values, None, 0)
            same = (cell.seed, cell.customers, cell.weeks, cell.changes)
            for replicate in range(study.replicates):
                for design in study.design_names:
                    yield point, Cell(design, replicate, *same)


def base_of(study: Study) -> dict[str, Any]:
    """What the scenario says at the first path of each factor; nothing of factors whose place is new in it."""
    world: Scenario = study.world
    found = {name: value_at(world, factor.paths[0]) for name, factor in study.factors.items()}
    base = {name: value for name, (there, value) in found.items() if there}
    # `customers:` and `weeks:` of the study come before what the scenario says.
    for name, factor in study.factors.items():
        for path, said in (("customers.count", study.customers), ("horizon.weeks", study.weeks)):
            if said is not None and path in factor.paths:
                base[name] = said
    return base
