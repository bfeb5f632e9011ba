"""Parameter uncertainty beside chance: what of a difference is due to numbers that are not known for sure.

Where a scenario has draws of its numbers (`uncertainty`), replicate r lives in draw r modulo their number. A difference
in one world is then the sum of three: the mean over the draws, what this draw adds (parameters), and what the luck of
this world adds (chance). Draws with two replicates or more tell the last two apart: a one-way layout with random
effects.

    interval      of the mean over the draws, from one number a draw: replicates of one draw are no independent worlds,
                  and however many there are, what the draws do not agree on stays
    parameters    standard deviation, between draws, of the expected difference; chance: within a draw
    share         parameters^2 / (parameters^2 + chance^2), of the variance of the difference in one world
    effect        mean -+ t sqrt(parameters^2 + error^2), the range in which the expected difference lies for the
                  parameters of the true market, with 95 %; p_better: the probability that it is on the good side

Source: Searle, Casella & McCulloch 1992, Variance Components, ch. 3 (estimators of the one-way layout, interval of the
share); Higgins, Thompson & Spiegelhalter 2009, JRSS A 172:137 (range of the effect, t of draws - 2 degrees); Barton,
Nelson & Xie 2014, INFORMS J. Computing 26:74 (parameter uncertainty in the output of a simulation).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import fdtri, stdtr, stdtrit

from sim.experiments.statistics import LEVEL, mean_interval
from sim.scenario import Scenario

Array = NDArray[np.float64]

FEWEST = 3
"""Draws from which on the range of the effect can be told."""


def draws_of(world: Scenario) -> int:
    """How many draws a scenario has of its numbers; 0 where they are taken as known."""
    return 0 if world.uncertainty is None else len(world.uncertainty.draws)


def by_draw(values: ArrayLike, draws: int, *, keep: bool = False) -> Array:
    """One value a draw, the mean of its replicates; as given where no draw has two (or draws is 0).

    values: one a replicate, in their order, along the first axis. Missing ones (NaN) do not count; keep: a draw that
    misses one has none.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if draws < 1 or len(numbers) <= draws:
        return numbers
    groups = [numbers[k::draws] for k in range(draws)]
    if keep:
        return np.array([group.mean(axis=0) for group in groups])
    there = [np.isfinite(group) for group in groups]
    totals = np.array([np.where(ok, group, 0.0).sum(axis=0) for ok, group in zip(there, groups, strict=True)])
    counts = np.array([ok.sum(axis=0) for ok in there])
    means: Array = np.divide(totals, counts, out=np.full(totals.shape, np.nan), where=counts > 0)
    return means


def pair_by_draw(ours: ArrayLike, theirs: ArrayLike, draws: int) -> tuple[Array, Array]:
    """Both by draw, over the replicates in which both have a value."""
    a, b = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    both = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(both, a, np.nan), np.where(both, b, np.nan)
    return by_draw(a, draws), by_draw(b, draws)


@dataclass(frozen=True)
class Parts:
    """A paired difference taken apart (see above), in the metric's unit; None where the data cannot say."""

    mean: float | None
    low: float | None
    high: float | None
    parameters: float | None = None
    chance: float | None = None
    share: float | None = None
    share_low: float | None = None
    share_high: float | None = None
    effect_low: float | None = None
    effect_high: float | None = None
    p_better: float | None = None


def parts(differences: ArrayLike, draws: int, *, better: str = "higher") -> Parts:
    """Take differences apart: one a replicate, in the order of the replicates; missing ones (NaN) are left out."""
    numbers = np.asarray(differences, dtype=np.float64)
    groups = [group[np.isfinite(group)] for group in (numbers[k::draws] for k in range(draws))]
    groups = [group for group in groups if len(group)]
    means = np.array([group.mean() for group in groups])
    interval = mean_interval(means)
    sizes = np.array([len(group) for group in groups], dtype=np.float64)
    count, total = len(groups), float(sizes.sum())
    if count < 2 or total <= count or interval.mean is None:
        return Parts(interval.mean, interval.low, interval.high)
    # Equal replicates are 0 apart, without the rounding of their mean.
    apart = sum(float(((g - m) ** 2).sum()) for g, m in zip(groups, means, strict=True) if (g != g[0]).any())
    within = apart / (total - count)
    centre = float(sizes @ means / total)
    between = float(sizes @ (means - centre) ** 2) / (count - 1) if (means != means[0]).any() else 0.0
    each = (total - float(sizes @ sizes) / total) / (count - 1)
    variance = max(0.0, (between - within) / each)
    share, share_low, share_high = _share(between, within, variance, each, (count - 1, int(total) - count))
    effect_low = effect_high = p_better = None
    if count >= FEWEST:
        spread = sqrt(variance + float(means.var(ddof=1)) / count)
        half = float(stdtrit(count - 2, 0.5 + LEVEL / 2)) * spread
        effect_low, effect_high = interval.mean - half, interval.mean + half
        p_better = _above(interval.mean, spread, count - 2)
        p_better = 1 - p_better if better == "lower" else p_better
    return Parts(
        interval.mean, interval.low, interval.high, sqrt(variance), sqrt(within), share, share_low, share_high,
        effect_low, effect_high, p_better,
    )  # fmt: skip


def _share(
    between: float, within: float, variance: float, each: float, degrees: tuple[int, int]
) -> tuple[float | None, float | None, float | None]:
    """Share of the variance that is the parameters', with its 95 % interval; exact where draws have equally many."""
    if between == 0 == within:
        return None, None, None
    if within == 0:
        return 1.0, 1.0, 1.0
    ends = []
    for level in (0.5 + LEVEL / 2, 0.5 - LEVEL / 2):
        ratio = between / within / float(fdtri(*degrees, level))
        ends.append(min(1.0, max(0.0, (ratio - 1) / (ratio + each - 1))))
    return variance / (variance + within), ends[0], ends[1]


def _above(mean: float, spread: float, degrees: int) -> float:
    if spread == 0:
        return 0.5 if mean == 0 else float(mean > 0)
    return float(stdtr(degrees, mean / spread))


@dataclass(frozen=True)
class ParameterUncertainty:
    """Parameters and chance in the differences of a comparison.

    parts: design -> metric -> parts; the first design is left out.
    """

    source: str
    draws: int
    replicates: int
    parts: Mapping[str, Mapping[str, Parts]] = field(repr=False)

    @property
    def told_apart(self) -> bool:
        """Whether a draw has two replicates, so that parameters and chance can be told apart."""
        return self.replicates > self.draws

    def table(self) -> pd.DataFrame:
        """A row a design and metric: the fields of `Parts`."""
        rows = [
            {"design": design, "metric": metric, **vars(one)}
            for design, row in self.parts.items()
            for metric, one in row.items()
        ]
        frame = pd.DataFrame(rows, columns=["design", "metric", *Parts.__dataclass_fields__])
        return frame.astype(dict.fromkeys(Parts.__dataclass_fields__, float))

    def summary(self, metrics: Sequence[str]) -> list[str]:
        """In words: what share parameters have in the differences on these metrics."""
        if not self.told_apart:
            used = f"{min(self.replicates, self.draws)} of their {self.draws} draws"
            words = (
                f"The scenario's numbers are uncertain: {used} were used, once each, so that parameters and chance "
                f"cannot be told apart; --replicates {2 * self.draws} has two worlds a draw and tells them."
            )
            return [words]
        each, rest = divmod(self.replicates, self.draws)
        many = f"{each} to {each + 1}" if rest else f"{each}"
        words = (
            f"The scenario's numbers are uncertain ({self.draws} draws, {many} worlds each). All intervals are of the "
            "mean over the draws; more replicates narrow them no further than the draws agree."
        )
        lines = [words]
        for metric in metrics:
            shares = [
                (design, one.share)
                for design, row in self.parts.items()
                if (one := row[metric]).share is not None
            ]
            if shares:
                said = ", ".join(f"{share:.0%} ({design})" for design, share in shares)
                lines.append(
                    f"Parameters are, of the variance of the change of {metric} in one world, {said}."
                )
        return lines

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values; what does not exist is None (null)."""
        return {
            "source": self.source,
            "draws": self.draws,
            "draws_used": min(self.draws, self.replicates),
            "told_apart": self.told_apart,
            "differences": {
                d: {m: vars(one).copy() for m, one in row.items()} for d, row in self.parts.items()
            },
        }
