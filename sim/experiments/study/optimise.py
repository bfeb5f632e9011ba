"""What a study's levers are to achieve: objectives, limits, and how long to search."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.part import Name, Part, unit

Over = Literal["mean", "worst", "quantile"]
_LIMIT = re.compile(r"\s*([A-Za-z_]\w*)\s*(<=|>=)\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*")


Bound = Annotated[float, Field(ge=-1e15, le=1e15)] | None


def _or_short(schema: dict[str, Any]) -> None:
    """A limit may be written as text, too."""
    schema["items"] = {"anyOf": [schema["items"], {"type": "string", "pattern": f"^{_LIMIT.pattern}$"}]}


class _Aim(Part):
    """A number that a candidate is judged by: one metric over all worlds it is tried in."""

    metric: Name = Field(description="Measure of the focal firm.")
    against: Name | None = Field(
        default=None, description="Design of which the metric is subtracted, world by world; default: none."
    )
    over: Over = Field(
        default="mean",
        description="Over worlds: `mean`; `worst`, the mean at the worst point of the uncertainties; `quantile`, what "
        "all but a share of worlds reach.",
    )
    quantile: float = Field(
        default=0.1,
        gt=0,
        lt=1,
        description="With `over: quantile`: share of worlds on the bad side.",
        json_schema_extra=unit("share of worlds"),
    )

    @property
    def name(self) -> str:
        """What it is called in tables."""
        parts = [self.metric] if self.against is None else [f"{self.metric} against {self.against}"]
        if self.over == "worst":
            parts.append("at worst")
        elif self.over == "quantile":
            parts.append(f"in all but {100 * self.quantile:g} % of worlds")
        return ", ".join(parts)


class Objective(_Aim):
    """What to make as large or as small as can be."""

    goal: Literal["max", "min"] = Field(description="Whether more or less is better.")

    @property
    def sign(self) -> int:
        """1 where more is better, -1 where less is."""
        return 1 if self.goal == "max" else -1


class Limit(_Aim):
    """What a metric may be at most, or must be at least; short: `points_liability <= 5000`."""

    at_most: Bound = Field(default=None, description="Upper limit.", json_schema_extra=unit("as the metric"))
    at_least: Bound = Field(default=None, description="Lower limit.", json_schema_extra=unit("as the metric"))

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = _LIMIT.fullmatch(value)
        if found is None:
            raise PydanticCustomError(
                "limit", "a limit is a metric, <= or >=, and a number, such as 'points_liability <= 5000'"
            )
        metric, sign, number = found.groups()
        return {"metric": metric, "at_most" if sign == "<=" else "at_least": float(number)}

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.at_most is None) == (self.at_least is None):
            raise PydanticCustomError("limit", "give either `at_most` or `at_least`")
        return self

    @property
    def bound(self) -> float:
        bound = self.at_least if self.at_most is None else self.at_most
        assert bound is not None
        return bound

    @property
    def sign(self) -> int:
        """1 where more is safer, -1 where less is."""
        return 1 if self.at_most is None else -1

    def __str__(self) -> str:
        return f"{self.name} {'>=' if self.at_most is None else '<='} {self.bound:g}"


class Optimise(Part):
    """How good values of the levers are searched for, and what good means."""

    design: Name = Field(description="Design that the firm runs while its levers are turned.")
    objectives: tuple[Objective, ...] = Field(min_length=1, max_length=5, description="What to improve.")
    limits: tuple[Limit, ...] = Field(
        default=(), max_length=20, description="What must hold on metrics.", json_schema_extra=_or_short
    )
    points: int = Field(
        default=4,
        ge=1,
        le=10_000,
        description="Points of the uncertainties in which every candidate is tried (not for a grid).",
        json_schema_extra=unit("points"),
    )
    population: int = Field(
        default=24,
        ge=4,
        le=10_000,
        description="Candidates a generation.",
        json_schema_extra=unit("candidates"),
    )
    generations: int = Field(
        default=12,
        ge=1,
        le=10_000,
        description="Generations, the first one drawn at random.",
        json_schema_extra=unit("generations"),
    )
    seeds: int = Field(
        default=1,
        ge=1,
        le=100,
        description="Searches, each with random choices and worlds of its own.",
        json_schema_extra=unit("searches"),
    )
    fresh: int = Field(
        default=16,
        ge=1,
        le=100_000,
        description="Worlds, seen by no search, in which what was found is tried anew.",
        json_schema_extra=unit("worlds"),
    )
