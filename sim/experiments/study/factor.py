"""A factor: what a study varies, and how."""

from __future__ import annotations

import json
import math
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from sim.scenario.part import Part, freeze, unit

Distribution = Literal["uniform", "log_uniform", "normal", "triangular"]
OF_THE_PATH = "that of the field at the path"
DIGITS = 12
"""Significant digits of a value between two ends: 0.15, and not 0.15000000000000002."""

_PATH = {"type": "string", "minLength": 1}
Paths = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    WithJsonSchema({"anyOf": [_PATH, {"type": "array", "items": _PATH, "minItems": 1}]}),
]
End = Annotated[float, Field(ge=-1e15, le=1e15)]


class Factor(Part):
    """One thing that a study varies: what may stand at one or more places of the scenario.

    Either `values`, a list of levels, or `low` and `high` with a distribution between them.
    """

    path: Paths = Field(
        min_length=1,
        description="Scenario path, or a list of paths that all get the same value, such as "
        "'firms.Harbour.price.level'.",
    )
    values: tuple[Annotated[Any, AfterValidator(freeze)], ...] | None = Field(
        default=None, min_length=1, max_length=10_000, description="Levels to try: numbers, text or blocks."
    )
    low: End | None = Field(default=None, description="Least value.", json_schema_extra=unit(OF_THE_PATH))
    high: End | None = Field(default=None, description="Greatest value.", json_schema_extra=unit(OF_THE_PATH))
    distribution: Distribution = Field(
        default="uniform", description="How likely values between the ends are; `normal` is cut off at them."
    )
    mode: End | None = Field(
        default=None,
        description="Most likely value of `triangular`, or mean of `normal`.",
        json_schema_extra=unit(OF_THE_PATH),
    )
    sd: Annotated[float, Field(gt=0, le=1e15)] | None = Field(
        default=None,
        description="Standard deviation of `normal`, before it is cut off.",
        json_schema_extra=unit(OF_THE_PATH),
    )
    whole: bool = Field(default=False, description="Whether only whole numbers between the ends make sense.")
    steps: int = Field(
        default=5,
        ge=2,
        le=10_000,
        description="Levels of a range in a grid, both ends among them.",
        json_schema_extra=unit("levels"),
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        fault = self._fault()
        if fault:
            raise PydanticCustomError("factor", "{fault}", {"fault": fault})
        return self

    def _fault(self) -> str:
        ends = [name for name in ("low", "high") if getattr(self, name) is not None]
        if self.values is not None:
            if len({spelt(value) for value in self.values}) < len(self.values):
                return "a level stands twice in `values`; keep one"
            odd = [name for name in ("low", "high", "mode", "sd") if getattr(self, name) is not None]
            return f"give either `values`, or `low` and `high`; `{odd[0]}` goes with a range" if odd else ""
        if len(ends) < 2:
            missing = (
                "`values`, or `low` and `high`" if not ends else "`high`" if ends == ["low"] else "`low`"
            )
            return f"says not what to try; give {missing}"
        assert self.low is not None and self.high is not None
        if not self.low < self.high:
            return f"`low` must be less than `high`; got {self.low:g} and {self.high:g}"
        if self.whole and not (self.low.is_integer() and self.high.is_integer()):
            return "with `whole`, both `low` and `high` must be whole numbers"
        if self.distribution == "log_uniform" and self.low <= 0:
            return f"`low` must be greater than 0 for log_uniform; got {self.low:g}"
        within = self.mode is not None and self.low <= self.mode <= self.high
        if self.distribution == "triangular" and not within:
            return "triangular needs a `mode` between `low` and `high`"
        if self.distribution == "normal" and (not within or self.sd is None):
            return "normal needs `sd`, and a `mode` (its mean) between `low` and `high`"
        needs = {"triangular": ("mode",), "normal": ("mode", "sd")}.get(self.distribution, ())
        for name in ("mode", "sd"):
            if getattr(self, name) is not None and name not in needs:
                return (
                    f"`{name}` has no meaning for {self.distribution}; leave it out, or change `distribution`"
                )
        return ""

    @property
    def paths(self) -> tuple[str, ...]:
        """Where the value is put."""
        return self.path

    @property
    def is_range(self) -> bool:
        """Whether it is a range of numbers, and not a list of levels."""
        return self.values is None

    @property
    def ends(self) -> tuple[Any, ...]:
        """All levels, or both ends of a range: what is tried one at a time, and checked before anything is run."""
        return self.values if self.values is not None else (self.at(0.0), self.at(1.0))

    @property
    def levels(self) -> tuple[Any, ...]:
        """What a grid tries: the levels, or so many `steps` of a range, at equal distances of probability."""
        if self.values is not None:
            return self.values
        return tuple(dict.fromkeys(self.at(step / (self.steps - 1)) for step in range(self.steps)))

    def at(self, u: float) -> Any:
        """The value at a quantile, 0 to 1: of a range by its distribution, of levels each as likely.

        u = 0 gives `low` and u = 1 gives `high`, exactly. Of a uniform range of whole numbers, each is as likely.
        """
        if self.values is not None:
            return self.values[min(int(u * len(self.values)), len(self.values) - 1)]
        assert self.low is not None and self.high is not None
        low, high = self.low, self.high
        if self.whole and self.distribution == "uniform":
            return min(int(low) + int(u * (high - low + 1)), int(high))
        # The ends stay as they are written, however many digits they have.
        exact = low if u == 0 else high if u == 1 else float(f"{self._quantile(u):.{DIGITS}g}")
        value = min(max(exact, low), high)
        return round(value) if self.whole else value

    def _quantile(self, u: float) -> float:
        assert self.low is not None and self.high is not None
        low, high = self.low, self.high
        if self.distribution == "uniform":
            return low * (1 - u) + high * u
        if self.distribution == "log_uniform":
            return math.exp(math.log(low) * (1 - u) + math.log(high) * u)
        return float(self.dist.ppf(u))

    @property
    def dist(self) -> Any:
        """The distribution of a range as one of scipy.stats, frozen; whole numbers are rounded from it."""
        from scipy import stats  # half a second, which every command would pay

        assert self.low is not None and self.high is not None
        low, high = self.low, self.high
        if self.distribution == "uniform":
            return stats.uniform(low, high - low)
        if self.distribution == "log_uniform":
            return stats.loguniform(low, high)
        assert self.mode is not None
        if self.distribution == "triangular":
            return stats.triang((self.mode - low) / (high - low), low, high - low)
        assert self.sd is not None
        return stats.truncnorm((low - self.mode) / self.sd, (high - self.mode) / self.sd, self.mode, self.sd)


def spelt(value: Any) -> str:
    """A level in one spelling, for tables and to tell levels apart: text as it is, everything else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
