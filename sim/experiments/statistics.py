"""Paired statistics: how large, how sure, and which designs the data can tell apart.

Every design of one replicate lives in the same world, so designs are compared replicate by replicate. A
value that does not exist (a redemption rate where there is no programme) is NaN: it is left out, and where
nothing is left the answer is None, never a guess.

Sources: Student 1908, Biometrika 6:1 (t-interval); Welch 1947, Biometrika 34:28 (interval of an unpaired
difference); Holm 1979, Scandinavian Journal of Statistics 6:65 (many comparisons at once); Law 2015,
Simulation Modeling and Analysis, ch. 10 (paired worlds against independent ones).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf, isnan, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

LEVEL = 0.95
"""Confidence of every interval, and of a ranking as a whole."""
POWER = 0.8
"""Chance of success for which the number of replicates still needed is worked out."""
MOST_REPLICATES = 1_000_000
"""Above this, the number of replicates needed is 'more than we would ever run'."""


@dataclass(frozen=True)
class Interval:
    """A mean and its two-sided 95 % t-interval; None where the data cannot say."""

    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Difference(Interval):
    """A mean paired difference; `p_better`: probability that the expected difference is on the good side."""

    p_better: float | None
    gain: float | None
    """width of the interval from independent worlds over the width from paired ones"""

    @property
    def verdict(self) -> str:
        """The difference in words: 'higher', 'lower', 'not separated', 'no difference' or 'unknown'."""
        if self.low is None or self.high is None:
            return "unknown"
        if self.low == 0 == self.high:
            return "no difference"
        if self.low > 0:
            return "higher"
        return "lower" if self.high < 0 else "not separated"


def _numbers(values: ArrayLike) -> NDArray[np.float64]:
    numbers = np.asarray(values, dtype=np.float64)
    return numbers[np.isfinite(numbers)]


def _centre(numbers: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and its standard error; equal numbers give themselves and exactly 0, without rounding."""
    if (numbers == numbers[0]).all():
        return float(numbers[0]), 0.0 if len(numbers) > 1 else nan
    return float(numbers.mean()), float(numbers.std(ddof=1)) / sqrt(len(numbers))


def _half_width(error: float, degrees: float) -> float:
    return float(stdtrit(degrees, 0.5 + LEVEL / 2)) * error


def mean_interval(values: ArrayLike) -> Interval:
    """Mean of the values that exist with its 95 % t-interval; one value has a mean and no interval."""
    numbers = _numbers(values)
    if len(numbers) == 0:
        return Interval(None, None, None)
    mean, error = _centre(numbers)
    if len(numbers) == 1:
        return Interval(mean, None, None)
    half = _half_width(error, len(numbers) - 1)
    return Interval(mean, mean - half, mean + half)


def probability_positive(differences: ArrayLike) -> float | None:
    """P(expected difference > 0) under the t posterior with a flat prior; 0.5 where all are exactly 0."""
    numbers = _numbers(differences)
    if len(numbers) < 2:
        return None
    mean, error = _centre(numbers)
    if error == 0:
        return 0.5 if mean == 0 else float(mean > 0)
    return float(stdtr(len(numbers) - 1, mean / error))


def unpaired_width(ours: ArrayLike, theirs: ArrayLike) -> float | None:
    """Width of the 95 % interval of a difference, had the designs been run in independent worlds (Welch)."""
    first, second = _numbers(ours), _numbers(theirs)
    if min(len(first), len(second)) < 2:
        return None
    a, b = _centre(first)[1] ** 2, _centre(second)[1] ** 2
    if a + b == 0:
        return 0.0
    degrees = (a + b) ** 2 / (a**2 / (len(first) - 1) + b**2 / (len(second) - 1))
    return 2 * _half_width(sqrt(a + b), degrees)


def paired_difference(ours: ArrayLike, theirs: ArrayLike, *, better: str = "higher") -> Difference:
    """Ours minus theirs, replicate by replicate, over the replicates in which both exist.

    better: 'higher', 'lower' or 'neither' (which keeps the probability of being higher).
    """
    a, b = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    interval = mean_interval(a - b)
    chance = probability_positive(a - b)
    if chance is not None and better == "lower":
        chance = 1 - chance
    wide = unpaired_width(a, b)
    gain = None
    if (
        wide is not None
        and interval.low is not None
        and interval.high is not None
        and interval.high > interval.low
    ):
        gain = wide / (interval.high - interval.low)
    return Difference(interval.mean, interval.low, interval.high, chance, gain)


def p_value(differences: ArrayLike) -> float:
    """Two-sided p-value of a paired t-test; 1 where there is nothing to test."""
    chance = probability_positive(differences)
    return 1.0 if chance is None else 2 * min(chance, 1 - chance)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given."""
    adjusted = [1.0] * len(p_values)
    running = 0.0
    for step, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        running = max(running, min(1.0, (len(p_values) - step) * p_values[index]))
        adjusted[index] = running
    return adjusted


def replicates_needed(differences: ArrayLike, *, comparisons: int = 1) -> float:
    """Replicates with which a difference of this size and spread would be told from 0 with 80 % power.

    comparisons: number of comparisons made at once (Bonferroni, so never fewer than Holm would need).
    Returns infinity where the mean difference is 0 or more than MOST_REPLICATES would be needed.
    """
    numbers = _numbers(differences)
    if len(numbers) < 2:
        return inf
    mean, error = _centre(numbers)
    if mean == 0:
        return inf
    spread = error * sqrt(len(numbers)) / abs(mean)
    tail = 1 - (1 - LEVEL) / (2 * comparisons)

    def enough(n: int) -> bool:
        return float(stdtrit(n - 1, tail) + stdtrit(n - 1, POWER)) * spread <= sqrt(n)

    low, high = 1, 2
    while not enough(high):
        low, high = high, high * 2
        if high > MOST_REPLICATES:
            return inf
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


@dataclass(frozen=True)
class Pair:
    """Two designs of one ranking: are they told apart, and if not, what would it take?"""

    first: str
    second: str
    separated: bool
    identical: bool
    needed: float
    """replicates that would separate them (infinity: none would)"""


@dataclass(frozen=True)
class Ranking:
    """Designs in groups, best first; designs in one group share a rank."""

    groups: tuple[tuple[str, ...], ...]
    pairs: tuple[Pair, ...]

    @property
    def ranks(self) -> dict[str, int]:
        """Rank of each design; a group of two at the top is 1, 1, and the next design is 3."""
        ranks, rank = {}, 1
        for group in self.groups:
            ranks.update(dict.fromkeys(group, rank))
            rank += len(group)
        return ranks


def bonferroni(p_values: Sequence[float]) -> list[float]:
    """Bonferroni's adjusted p-values: of intervals that hold all together."""
    return [min(1.0, len(p_values) * p) for p in p_values]


def rank(
    values: Mapping[str, ArrayLike],
    *,
    better: str = "higher",
    error: float = 1 - LEVEL,
    adjusted: Callable[[Sequence[float]], list[float]] = holm,
) -> Ranking:
    """Rank designs by one metric as far as the data separate them, and no further.

    values: per design, one number a replicate, in the same order of replicates. All pairs are tested with
    paired t-tests at 95 % (1 - error) with Holm's correction (adjusted). Designs that are not separated share
    a rank, and so does every design that stands between them: no design is put above one it cannot be told
    from.
    """
    numbers = {name: np.asarray(v, dtype=np.float64) for name, v in values.items()}
    means = {name: mean_interval(v).mean for name, v in numbers.items()}
    sign = -1.0 if better == "lower" else 1.0
    order = sorted(numbers, key=lambda name: inf if (m := means[name]) is None or isnan(m) else -sign * m)
    couples = list(combinations(order, 2))
    gaps = [numbers[a] - numbers[b] for a, b in couples]
    chances = adjusted([p_value(gap) for gap in gaps])
    pairs = tuple(
        Pair(
            first=a,
            second=b,
            separated=p < error,
            identical=len(gap) > 0 and bool((gap == 0).all()),
            needed=replicates_needed(gap, comparisons=len(couples)),
        )
        for (a, b), gap, p in zip(couples, gaps, chances, strict=True)
    )
    last = {name: i for i, name in enumerate(order)}
    for pair in pairs:
        if not pair.separated:
            last[pair.first] = max(last[pair.first], order.index(pair.second))
    groups: list[list[str]] = []
    reach = -1
    for i, name in enumerate(order):
        if i > reach:
            groups.append([])
        groups[-1].append(name)
        reach = max(reach, last[name])
    return Ranking(tuple(tuple(group) for group in groups), pairs)
