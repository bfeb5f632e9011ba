"""Morris screening: which factors matter at all, for few markets.

A trajectory starts at a random point of a grid and moves one factor after another by two thirds of its range. Each move
gives an elementary effect: the change of the output per whole range (of quantiles; of a list, from its first level to
its last). Over the trajectories,

    mu        mean of the effects                  which way, on balance
    mu_star   mean of their sizes                  how much; not hidden by effects that cancel out
    sigma     their standard deviation             how much the effect depends on where one is

Sources: Morris 1991, Technometrics 33:161 (trajectories); Campolongo, Cariboni & Saltelli 2007, Environmental Modelling
& Software 22:1509 (mu_star); Herman & Usher 2017, Journal of Open Source Software 2:97 (SALib, which does the sums).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.experiments.sensitivity.points import Numbers, Points, problem
from sim.experiments.study import Factor

LEVELS = 4
"""Levels of the grid: quantiles 0, 1/3, 2/3 and 1."""
STRIDE = LEVELS / (2 * (LEVELS - 1))
"""How far a factor moves."""
RESAMPLES = 1000


def points(factors: int, trajectories: int, seed: int) -> Points:
    """Trajectories of factors + 1 points each; the first n are the same however many there are."""
    from SALib.sample import morris

    units = morris.sample(problem(factors), trajectories, num_levels=LEVELS, seed=seed)
    # Back onto the grid exactly: a rounding error must neither pick another level nor make a market of its own.
    units = np.round(units * (LEVELS - 1)) / (LEVELS - 1)
    first = np.arange(len(units))
    first = first[first % (factors + 1) != factors]
    moved = np.argmax(units[first] != units[first + 1], axis=1)
    blocks = np.repeat(np.arange(trajectories), factors + 1)
    return Points(units, blocks, np.column_stack([moved, first, first + 1]))


def reach(factor: Factor) -> float:
    """How far a factor moves at a step: a part of its range, or on average over steps of the levels of its list.

    Of two levels, it goes from one to the other, which is all of the range and not two thirds of it.
    """
    if factor.values is None or len(factor.values) == 1:
        return STRIDE
    count = len(factor.values)
    at = [min(int(step / (LEVELS - 1) * count), count - 1) for step in range(LEVELS)]
    half = LEVELS // 2
    return float(np.mean(np.subtract(at[half:], at[:half]))) / (count - 1)


def analyse(
    units: Numbers, outputs: Numbers, reached: Numbers, seed: int, resamples: int = RESAMPLES
) -> dict[str, tuple[Numbers, Numbers]]:
    """Index -> one number a factor, and half its 95 % interval (NaN where SALib has none).

    reached: how far each factor moves at a step, as `reach` has it; SALib takes all moves for `STRIDE`.
    The interval is SALib's bootstrap over trajectories: what other trajectories of this number might have given.
    """
    from SALib.analyze import morris

    found = morris.analyze(
        problem(units.shape[1]),
        units,
        outputs,
        num_levels=LEVELS,
        num_resamples=resamples,
        seed=seed,
        print_to_console=False,
    )
    none, whole = np.full(units.shape[1], np.nan), STRIDE / reached
    return {
        "mu_star": (_plain(found["mu_star"]) * whole, _plain(found["mu_star_conf"]) * whole),
        "mu": (_plain(found["mu"]) * whole, none),
        "sigma": (_plain(found["sigma"]) * whole, none),
    }


def _plain(numbers: Any) -> Numbers:
    return np.asarray(np.ma.filled(numbers, np.nan), dtype=np.float64)
