"""Sobol indices: which share of the variance of an output comes from which factor.

    S1   alone: by how much the variance would shrink if this factor were known
    ST   alone and together with others: what variance would remain if all others were known
    S2   of a pair: what the two do together beyond what each does alone

ST - S1 is what a factor does through interactions. The sum of all S1 is 1 where there are none.

Sources: Sobol 2001, Mathematics and Computers in Simulation 55:271; Saltelli et al. 2010, Computer Physics
Communications 181:259 (design and estimators); Saltelli 2002, the same 145:280 (S2); Herman & Usher 2017, Journal of
Open Source Software 2:97 (SALib, which does the sums).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.experiments.sensitivity.points import Numbers, Points, problem

RESAMPLES = 500
Indices = dict[str, tuple[Numbers, Numbers]]


def points(factors: int, samples: int, seed: int, *, second_order: bool) -> Points:
    """Saltelli's design on a scrambled Sobol sequence; the first n samples are the same however many there are.

    A block is a base sample: A, A with each factor taken from B, (second order) B with each from A, and B.
    """
    from SALib.sample import sobol

    units = sobol.sample(problem(factors), samples, calc_second_order=second_order, scramble=True, seed=seed)
    size = len(units) // samples
    first = np.arange(samples) * size
    steps = [(factor, a, a + 1 + factor) for a in first for factor in range(factors)]
    if second_order:
        steps += [
            (factor, a + size - 1, a + 1 + factors + factor) for a in first for factor in range(factors)
        ]
    return Points(units, np.repeat(np.arange(samples), size), np.array(steps, dtype=np.int64))


def analyse(
    factors: int, outputs: Numbers, seed: int, *, second_order: bool, resamples: int = RESAMPLES
) -> tuple[Indices, Numbers, Numbers]:
    """Index -> one number a factor and half its 95 % interval; S2 and half its interval, factors x factors.

    The interval is SALib's bootstrap over base samples: what other samples of this number might have given. Of an
    output that does not vary, every index is 0.
    """
    from SALib.analyze import sobol

    pairs = np.full((factors, factors), np.nan)
    if np.ptp(outputs) == 0:
        none = np.zeros(factors)
        upper = np.where(np.triu(np.ones((factors, factors)), 1) > 0, 0.0, np.nan)
        nothing = dict.fromkeys(("ST", "S1", "interaction"), (none, none))
        return nothing, upper if second_order else pairs, upper if second_order else pairs
    found = sobol.analyze(
        problem(factors),
        outputs,
        calc_second_order=second_order,
        num_resamples=resamples,
        keep_resamples=True,
        seed=seed + 1,  # SALib takes 0 for "no seed"
        print_to_console=False,
    )
    together = found["ST_conf_all"] - found["S1_conf_all"]
    indices = {
        "ST": (found["ST"], found["ST_conf"]),
        "S1": (found["S1"], found["S1_conf"]),
        "interaction": (found["ST"] - found["S1"], 1.959964 * together.std(axis=0, ddof=1)),
    }
    if not second_order:
        return indices, pairs, pairs
    return indices, found["S2"], found["S2_conf"]


def variance(blocks: NDArray[np.int64], outputs: Numbers) -> float:
    """Variance of the output over the independent points of the design, its A and B."""
    a, b = _independent(blocks, outputs)
    return float(np.concatenate([a, b]).var())


def dummy(blocks: NDArray[np.int64], outputs: Numbers, seed: int) -> tuple[float, float]:
    """First-order index of a factor that nothing reads, and half its 95 % bootstrap interval.

    In truth it is 0. SALib's estimators take differences of paired points, which for such a factor are exactly 0
    whatever the number of points; so it is worked out by Sobol's estimator, E[f(A) f(B)] - E[f]^2 over the variance,
    which shows how far A and B are from independent at this number of points.

    Source: Khorashadi Zadeh et al. 2017, Environmental Modelling & Software 91:210.
    """
    a, b = _independent(blocks, outputs)
    if np.ptp(outputs) == 0:
        return 0.0, 0.0

    def index(a: Numbers, b: Numbers) -> Numbers:
        both = np.concatenate([a, b])
        spread = both.var(axis=0)
        centre = both.mean(axis=0)
        found = ((a - centre) * (b - centre)).mean(axis=0)
        return np.asarray(np.divide(found, spread, out=np.zeros_like(found), where=spread > 0))

    draws = np.random.default_rng(seed).integers(len(a), size=(len(a), RESAMPLES))
    resampled = index(a[draws], b[draws])
    return float(index(a, b)), 1.959964 * float(resampled.std(ddof=1))


def _independent(blocks: NDArray[np.int64], outputs: Numbers) -> tuple[Numbers, Numbers]:
    size = int(np.count_nonzero(blocks == blocks[0]))
    return outputs[::size], outputs[size - 1 :: size]
