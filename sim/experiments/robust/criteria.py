"""Criteria of choice under uncertainty: chance of being best, regret, worst case, percentile.

All take gains, design x point of uncertainty x replicate, more being better. Points are taken as they are, each as
likely; what is uncertain about a result is the luck of the replicates, which are shared by all designs and points.

Sources: Savage 1951, Journal of the American Statistical Association 46:55 (regret); Wald 1945, Annals of Mathematics
46:265 (worst case); Hurwicz 1951, Cowles Commission Discussion Paper 370 (between best and worst); Chen, Lin, Yücesan &
Chick 2000, Discrete Event Dynamic Systems 10:251 (posterior chance of being the best); Efron & Tibshirani 1993, An
Introduction to the Bootstrap; Law 2015, Simulation Modeling and Analysis, ch. 10 (choosing among simulated systems).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.experiments.statistics import LEVEL, Interval, mean_interval

DRAWS = 4000
"""Draws from a posterior, and bootstrap samples; fixed, so that the same values give the same answer."""
Array = NDArray[np.float64]


def wins(gains: Array) -> Array:
    """Share of worlds in which each design is the best; a tie is shared."""
    best = gains == gains.max(axis=0)
    share: Array = (best / best.sum(axis=0)).mean(axis=(1, 2))
    return share


def chances(gains: Array) -> Array | None:
    """Probability that each design has the highest expected gain (t posterior, flat prior); None with one replicate.

    Of two designs it is the probability of the paired t-test. Designs that are equal in every world share.
    """
    means = gains.mean(axis=1)
    count = means.shape[1]
    if count < 2:
        return None
    generator = np.random.default_rng(0)
    # The common part of all designs changes nothing; without it rounding is smaller.
    means = means - means.mean(axis=0)
    centre = means.mean(axis=1)
    luck = (
        (means - centre[:, None]) @ generator.standard_normal((count, DRAWS)) / np.sqrt(count * (count - 1))
    )
    drawn = centre[:, None] + luck / np.sqrt(generator.chisquare(count - 1, DRAWS) / (count - 1))
    gap = drawn.max(axis=0) - drawn
    best = gap <= 1e-12 * (np.abs(drawn).max() + 1e-300)
    chance: Array = (best / best.sum(axis=0)).mean(axis=1)
    return chance


def regrets(gains: Array) -> list[Interval]:
    """Expected regret of each design: what the best in a world gains more than it does, mean over worlds."""
    lost = gains.max(axis=0) - gains
    return [mean_interval(one.mean(axis=0)) for one in lost]


def resampled(replicates: int, draws: int = DRAWS) -> Array:
    """Bootstrap weights, replicate x draw: how often a replicate is drawn, over their number."""
    weights = np.random.default_rng(0).multinomial(replicates, np.full(replicates, 1 / replicates), draws)
    return weights.T / replicates


def largest_regrets(gains: Array) -> list[Interval]:
    """The largest regret of each design over the points, of expected gains; interval by bootstrap over replicates.

    With noise, the largest of several is a little too large, and its interval with it.
    """

    def largest(means: Array) -> Array:
        lost: Array = (means.max(axis=0) - means).max(axis=1)
        return lost

    found = largest(gains.mean(axis=2, keepdims=True))[:, 0]
    if gains.shape[2] < 2:
        return [Interval(float(value), None, None) for value in found]
    spread = largest(gains @ resampled(gains.shape[2]))
    return [_between(value, drawn) for value, drawn in zip(found, spread, strict=True)]


def worst(gains: Array) -> list[tuple[int, Interval]]:
    """The worst point of each design and its expected gain there.

    The interval holds the worst of all expected gains with 95 %: t-intervals of all points at once (Bonferroni).
    """
    count = gains.shape[2]
    found = []
    for one in gains:
        means = one.mean(axis=1)
        at = int(means.argmin())
        if count < 2:
            found.append((at, Interval(float(means[at]), None, None)))
            continue
        quantile = stdtrit(count - 1, 1 - (1 - LEVEL) / (2 * len(means)))
        half = quantile * one.std(axis=1, ddof=1) / np.sqrt(count)
        low, high = float((means - half).min()), float((means + half).min())
        found.append((at, Interval(float(means[at]), low, high)))
    return found


def percentile(gains: Array, share: float) -> list[Interval]:
    """The gain that a share of all worlds stays below, for each design; interval by bootstrap over replicates."""
    count = gains.shape[2]
    found = [float(np.quantile(one, share)) for one in gains]
    if count < 2:
        return [Interval(value, None, None) for value in found]
    rows = np.random.default_rng(0).integers(0, count, (DRAWS // 4, count))
    return [
        _between(value, np.quantile(one[:, rows].swapaxes(0, 1).reshape(len(rows), -1), share, axis=1))
        for value, one in zip(found, gains, strict=True)
    ]


def hurwicz(gains: Array, optimism: float) -> Array:
    """Expected gain at the best point, weighed by optimism (0 to 1), and at the worst, by what is left."""
    means = gains.mean(axis=2)
    value: Array = optimism * means.max(axis=1) + (1 - optimism) * means.min(axis=1)
    return value


def _between(value: float, drawn: NDArray[Any]) -> Interval:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Interval(float(value), float(low), float(high))
