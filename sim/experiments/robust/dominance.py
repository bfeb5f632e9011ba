"""Stochastic dominance: a design that everybody prefers, whatever they think of risk.

First order: in the distribution over worlds, each quantile of A is at least that of B, and some are more: everybody
who likes more prefers A. Second order: the same of the mean of the worst share p of worlds, for every p: everybody who
likes more and dislikes risk prefers A.

Source: Hadar & Russell 1969, American Economic Review 59:25; Hanoch & Levy 1969, Review of Economic Studies 36:335.
How sure: bootstrap over replicates, as in Efron & Tibshirani 1993; all designs are drawn in the same worlds.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DRAWS = 1000
COLUMNS = ("design", "over", "first", "first_sure", "second", "second_sure")
Array = NDArray[np.float64]


def first_order(ours: Array, theirs: Array) -> NDArray[np.bool_]:
    """Whether ours dominates theirs; the last axis holds worlds, in rising order of gains."""
    return np.asarray((ours >= theirs).all(axis=-1) & (ours > theirs).any(axis=-1), dtype=np.bool_)


def second_order(ours: Array, theirs: Array) -> NDArray[np.bool_]:
    """As first order, of gains summed from the worst world upwards."""
    gap = np.cumsum(ours - theirs, axis=-1)
    # Sums are rounded: a gap of their rounding error is none.
    none = 1e-12 * np.abs(ours).max(initial=0.0)
    return np.asarray((gap >= -none).all(axis=-1) & (gap > none).any(axis=-1), dtype=np.bool_)


def table(designs: tuple[str, ...], gains: Array) -> pd.DataFrame:
    """A row for each pair in which one design dominates the other, in the worlds that were run.

    gains: design x point x replicate, more being better. first, second: whether the order holds. ..._sure: share of
    bootstrap samples of the replicates in which it holds, too; NaN with one replicate.
    """
    count = gains.shape[2]
    as_run = np.sort(gains.reshape(len(designs), -1), axis=-1)
    rows = np.random.default_rng(0).integers(0, count, (DRAWS, count))
    drawn = [np.sort(one[:, rows].swapaxes(0, 1).reshape(DRAWS, -1), axis=-1) for one in gains]
    found = []
    for i, j in permutations(range(len(designs)), 2):
        first, second = bool(first_order(as_run[i], as_run[j])), bool(second_order(as_run[i], as_run[j]))
        if second or first:
            sure = [float(order(drawn[i], drawn[j]).mean()) for order in (first_order, second_order)]
            if count < 2:
                sure = [float("nan")] * 2
            found.append((designs[i], designs[j], first, sure[0], second or first, max(sure)))
    return pd.DataFrame(found, columns=list(COLUMNS))
