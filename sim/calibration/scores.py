"""How good a forecast was: one function a score, over customers whose future is now known.

Source: Gneiting & Raftery 2007, JASA 102:359 (CRPS, Brier score); Ferro 2014, Q. J. R. Meteorol. Soc.
140:1917 (fair CRPS of an ensemble); Efron & Tibshirani 1993, An Introduction to the Bootstrap.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from sim import draws
from sim.calibration.streams import Use, names

Array = NDArray[np.float64]

_CHUNK = 4_096


def fair_crps(futures: NDArray[Any], actual: NDArray[Any]) -> Array:
    """CRPS of each customer from simulated futures (customers x replicates), unbiased by their number.

    Needs two replicates or more.
    """
    n, m = futures.shape
    rank = 2 * np.arange(1, m + 1) - m - 1
    result = np.empty(n)
    for start in range(0, n, _CHUNK):
        part = np.sort(futures[start : start + _CHUNK].astype(np.float64), axis=1)
        miss = np.abs(part - actual[start : start + _CHUNK, None]).mean(axis=1)
        result[start : start + _CHUNK] = miss - (part @ rank) / (m * (m - 1))
    return result


def auc(score: NDArray[Any], happened: NDArray[np.bool_]) -> float:
    """Probability that one to whom it happened scores higher than one to whom it did not; NaN if none."""
    yes = int(happened.sum())
    no = len(happened) - yes
    if yes == 0 or no == 0:
        return float("nan")
    return float((rankdata(score)[happened].sum() - yes * (yes + 1) / 2) / (yes * no))


def correlation(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Pearson correlation; NaN where one of them does not vary."""
    with np.errstate(all="ignore"):
        a, b = one - one.mean(), other - other.mean()
        return float((a @ b) / np.sqrt((a @ a) * (b @ b)))


def frequency_bins(repeats: NDArray[np.int64]) -> NDArray[np.int64]:
    """Bin of each customer: repeats 0 to 6 and 7 or more; tenths of the customers where most are above 6."""
    if (repeats >= 7).mean() <= 0.5:
        return np.minimum(repeats, 7)
    edges = np.unique(np.quantile(repeats, np.linspace(0, 1, 11)[1:-1]))
    return np.searchsorted(edges, repeats, side="left").astype(np.int64)


def calibration_error(expected: Array, actual: NDArray[Any], bins: NDArray[np.int64]) -> float:
    """Mean absolute gap between forecast and actual means of the bins, weighted by their customers."""
    count = np.bincount(bins)
    gap = np.bincount(bins, weights=expected) - np.bincount(bins, weights=actual.astype(np.float64))
    return float(np.abs(gap).sum() / count.sum())


def count_scores(
    expected: Array,
    active: Array | None,
    futures: NDArray[Any] | None,
    actual: NDArray[Any],
    repeats: NDArray[np.int64],
) -> dict[str, float]:
    """Scores of a forecast of purchases; the Brier score needs `active`, the CRPS needs `futures`.

    AUC: how well the expected number ranks those who buy at all above those who do not.
    """
    miss = expected - actual
    total = float(actual.sum())
    result = {
        "total ratio": float(expected.sum()) / total if total else float("nan"),
        "MAE": float(np.abs(miss).mean()),
        "RMSE": float(np.sqrt((miss**2).mean())),
        "correlation": correlation(expected, actual),
        "AUC active": auc(expected, actual > 0),
        "calibration MAE": calibration_error(expected, actual, frequency_bins(repeats)),
    }
    if futures is not None:
        result["CRPS"] = float(fair_crps(futures, actual).mean())
    if active is not None:
        result["Brier active"] = float(((active - (actual > 0)) ** 2).mean())
    return result


def curve_scores(expected: Array, actual: Array, start: int) -> dict[str, float]:
    """Scores, in per cent, of cumulative weekly curves over the weeks from position `start` on."""
    weekly_expected, weekly = np.diff(expected)[start - 1 :], np.diff(actual)[start - 1 :]
    late, true = expected[start:], actual[start:]
    with np.errstate(all="ignore"):
        return {
            "cumulative MAPE %": float(100 * np.mean(np.abs(late - true) / true)),
            "end error %": float(100 * (late[-1] - true[-1]) / true[-1]),
            "weekly WAPE %": float(100 * np.abs(weekly_expected - weekly).sum() / weekly.sum()),
        }


def spend_scores(expected: Array, actual: Array) -> dict[str, float]:
    """Scores of a forecast of revenue per customer."""
    miss = expected - actual
    total = float(actual.sum())
    return {
        "spend ratio": float(expected.sum()) / total if total else float("nan"),
        "spend MAE": float(np.abs(miss).mean()),
        "spend RMSE": float(np.sqrt((miss**2).mean())),
        "spend correlation": correlation(expected, actual),
    }


def paired_interval(
    ours: Array, theirs: Array, *, relative: bool, seed: int, samples: int = 1000
) -> tuple[float, float, float]:
    """Difference of two means over the same customers and its 95 % bootstrap interval.

    relative: the difference as a share of the mean of `theirs`.
    """
    n = len(ours)

    def difference(a: float, b: float) -> float:
        return (a - b) / b if relative else a - b

    found = np.empty(samples)
    for sample in range(samples):
        u = draws.uniforms(week=Use.BOOTSTRAP, **names(seed, sample, -(-n // 4))).reshape(-1)[:n]
        chosen = np.minimum((u * np.float64(n)).astype(np.int64), n - 1)
        found[sample] = difference(ours[chosen].mean(), theirs[chosen].mean())
    low, high = np.quantile(found, [0.025, 0.975])
    return float(difference(ours.mean(), theirs.mean())), float(low), float(high)
