"""A factor: what a study varies, and how."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from scipy import stats

from sim.scenario.part import Part

Distribution = Literal["uniform", "log_uniform", "normal", "triangular"]


class Factor(Part):
    """One thing that a study varies: what may stand at one or more places of the scenario.

    Either `values`, a list of levels, or `low` and `high` with a distribution between them.
    """

    path: str | tuple[str, ...] = Field(
        description="Scenario path, or several that all get the same value, such as 'firms.Harbour.price.level'."
    )
    values: tuple[Any, ...] | None = Field(default=None, min_length=1, description="Levels to try.")
    low: float | None = Field(default=None, description="Least value.")
    high: float | None = Field(default=None, description="Greatest value.")
    distribution: Distribution = Field(default="uniform", description="How likely values between are.")
    mode: float | None = Field(default=None, description="Most likely value (triangular), or mean (normal).")
    sd: Annotated[float, Field(gt=0)] | None = Field(default=None, description="Standard deviation (normal).")
    whole: bool = Field(default=False, description="Whether only whole numbers make sense.")
    steps: int = Field(default=5, ge=2, description="Levels of a range in a grid.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.values is None) == (self.low is None or self.high is None):
            raise ValueError("give either `values`, or both `low` and `high`")
        if self.values is None:
            assert self.low is not None and self.high is not None
            if not self.low < self.high:
                raise ValueError("`low` must be less than `high`")
            if self.distribution == "log_uniform" and self.low <= 0:
                raise ValueError("`low` must be more than 0 for log_uniform")
            if self.distribution == "triangular" and not (
                self.mode is not None and self.low <= self.mode <= self.high
            ):
                raise ValueError("triangular needs a `mode` between `low` and `high`")
            if self.distribution == "normal" and (self.mode is None or self.sd is None):
                raise ValueError("normal needs `mode` (its mean) and `sd`; it is cut off at `low` and `high`")
        return self

    @property
    def paths(self) -> tuple[str, ...]:
        """Where the value is put."""
        return (self.path,) if isinstance(self.path, str) else self.path

    @property
    def is_range(self) -> bool:
        """Whether it is a range of numbers, and not a list of levels."""
        return self.values is None

    def at(self, u: float) -> Any:
        """The value at a quantile, 0 to 1: of a range by its distribution, of levels each as likely."""
        if self.values is not None:
            return self.values[min(int(u * len(self.values)), len(self.values) - 1)]
        assert self.low is not None and self.high is not None
        low, high = self.low, self.high
        if self.distribution == "uniform":
            value = low + u * (high - low)
        elif self.distribution == "log_uniform":
            value = math.exp(math.log(low) + u * (math.log(high) - math.log(low)))
        elif self.distribution == "triangular":
            assert self.mode is not None
            value = float(stats.triang.ppf(u, (self.mode - low) / (high - low), low, high - low))
        else:
            a, b = (low - self.mode) / self.sd, (high - self.mode) / self.sd  # type: ignore[operator]
            value = float(stats.truncnorm.ppf(u, a, b, self.mode, self.sd))
        value = min(max(value, low), high)
        return round(value) if self.whole else value
