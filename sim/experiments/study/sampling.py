"""How the points of a group of factors are chosen: grid, Latin hypercube, Sobol sequence, one at a time.

Sources: McKay, Beckman & Conover 1979, Technometrics 21:239 (Latin hypercube); Sobol' 1967, USSR Computational
Mathematics 7:86 and Owen 1998, Journal of Complexity 14:466 (scrambled sequence); Saltelli et al. 2008, Global
Sensitivity Analysis, ch. 2 (one at a time). The sequences are those of scipy.stats.qmc.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.experiments.study.factor import Factor, spelt
from sim.scenario.part import Part, unit

Method = Literal["grid", "latin_hypercube", "sobol", "one_at_a_time"]
AS_THEY_COME = ("grid", "one_at_a_time")
"""Methods whose number of points follows from the levels."""
USUAL = 64
"""Points of the other methods where none are given; a power of 2, as a Sobol sequence likes it."""
MOST_POINTS = 1_000_000


class Sampling(Part):
    """How the points of a group of factors are chosen."""

    method: Method = Field(default="grid", description="How points are chosen.")
    points: int | None = Field(
        default=None,
        ge=1,
        le=MOST_POINTS,
        description=f"How many points (default {USUAL}; of a Sobol sequence best a power of 2). Not for a grid and "
        "one_at_a_time, where they follow from the levels.",
        json_schema_extra=unit("points"),
    )
    seed: int = Field(
        default=1,
        ge=0,
        lt=2**32,
        description="Seed of the choice of points.",
        json_schema_extra=unit("none"),
    )

    @model_validator(mode="after")
    def _points_where_they_count(self) -> Self:
        if self.points is not None and self.method in AS_THEY_COME:
            raise PydanticCustomError(
                "sampling",
                "the points of {method} follow from the levels of the factors; leave `points` out, or use "
                "latin_hypercube or sobol",
                {"method": self.method},
            )
        return self

    @property
    def size(self) -> int:
        """How many points a Latin hypercube or Sobol sequence has."""
        return USUAL if self.points is None else self.points

    @property
    def unbalanced(self) -> bool:
        """Whether it is a Sobol sequence of a length that is no power of 2, which loses its balance."""
        return self.method == "sobol" and self.size & (self.size - 1) != 0

    def of(self, factors: Mapping[str, Factor], base: Mapping[str, Any]) -> Group:
        """The points of these factors. base: what the scenario says at their paths (for one_at_a_time)."""
        if not factors:
            return Group({})
        if self.method == "grid":
            return Grid(factors)
        if self.method == "one_at_a_time":
            return OneAtATime(factors, base)
        return Scatter(factors, self)


class Group:
    """Points of a group of factors, each a mapping of names to values; made one by one as they are asked for.

    A factor that a point does not name stays as the scenario says. Without factors there is one point, `{}`.
    """

    def __init__(self, factors: Mapping[str, Factor]) -> None:
        self.factors = dict(factors)

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: int) -> dict[str, Any]:
        return {}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(self.__getitem__, range(len(self)))


class Grid(Group):
    """Every level of every factor with every other; the last factor turns fastest."""

    def __init__(self, factors: Mapping[str, Factor]) -> None:
        super().__init__(factors)
        self.levels = {name: factor.levels for name, factor in factors.items()}

    def __len__(self) -> int:
        return math.prod(map(len, self.levels.values()))

    def __getitem__(self, index: int) -> dict[str, Any]:
        point = {}
        for name, levels in reversed(self.levels.items()):
            index, digit = divmod(index, len(levels))
            point[name] = levels[digit]
        return {name: point[name] for name in self.levels}


class OneAtATime(Group):
    """The scenario as it is, then each level (or end of a range) of each factor alone.

    A level that the scenario has already is no point of its own.
    """

    def __init__(self, factors: Mapping[str, Factor], base: Mapping[str, Any]) -> None:
        super().__init__(factors)
        self._points: list[dict[str, Any]] = [{}]
        for name, factor in factors.items():
            usual = spelt(base[name]) if name in base else None
            self._points += [{name: level} for level in factor.ends if spelt(level) != usual]

    def __len__(self) -> int:
        return len(self._points)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return dict(self._points[index])


class Scatter(Group):
    """A Latin hypercube or a scrambled Sobol sequence, read as quantiles of the factors."""

    def __init__(self, factors: Mapping[str, Factor], sampling: Sampling) -> None:
        super().__init__(factors)
        generator = np.random.default_rng(sampling.seed)
        if sampling.method == "sobol":
            with warnings.catch_warnings():
                # SciPy warns of what `Sampling.unbalanced` says in the words of a study.
                warnings.simplefilter("ignore", UserWarning)
                self._quantiles = (
                    _qmc().Sobol(len(factors), scramble=True, seed=generator).random(sampling.size)
                )
        else:
            self._quantiles = _qmc().LatinHypercube(len(factors), seed=generator).random(sampling.size)

    def __len__(self) -> int:
        return len(self._quantiles)

    def __getitem__(self, index: int) -> dict[str, Any]:
        row = self._quantiles[index].tolist()
        return {name: factor.at(u) for (name, factor), u in zip(self.factors.items(), row, strict=True)}


def _qmc() -> Any:
    from scipy.stats import qmc  # half a second, which every command would pay

    return qmc
