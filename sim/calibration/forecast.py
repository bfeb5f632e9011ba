"""The future of each customer under the market's own model of timing: expected, by chance, and simulated.

Expectations are exact on the rate grid. Simulated futures are drawn customer by customer: has she left, at
what rate does she buy, when will she leave, in which weeks is her rate drawn afresh, how often does she buy.

Source: Fader, Hardie & Lee 2005, J. Marketing Research 42:415 (conditional expectations, Pareto/NBD).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import draws
from sim.calibration.histories import Histories
from sim.calibration.renewal import Posterior, Timing, posterior
from sim.calibration.streams import Use, names

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Forecast:
    """Purchases of each customer over the weeks after her history."""

    expected: Array
    """expected number of purchases"""
    active: Array
    """probability of at least one purchase"""
    futures: NDArray[np.int32]
    """customers x replicates: simulated numbers of purchases"""


def repeats_by_day(timing: Timing, days: int) -> Array:
    """Expected repeats of a new customer by day 0, 1, ... `days` after the first purchase."""
    week = np.arange(2 * days + 1) / 14.0
    stay = timing.stay(week)
    steps = (stay[:-1:2] + 4 * stay[1::2] + stay[2::2]) / 42.0
    return timing.mean_rate * np.concatenate([[0.0], np.cumsum(steps)])


def forecast(h: Histories, timing: Timing, days: int, *, replicates: int, seed: int) -> Forecast:
    """Forecast the purchases in so many days after the end of the histories."""
    p = posterior(h, timing)
    weeks = np.arange(-(-days // 7), dtype=np.float64)
    length = np.minimum(days / 7.0 - weeks, 1.0)
    return Forecast(
        expected=_expected(h, timing, p, weeks, length),
        active=1 - _silent(h, timing, p, weeks, length),
        futures=_futures(h, timing, p, weeks, length, replicates, seed),
    )


def _stay_on(h: Histories, timing: Timing, weeks: Array) -> Array:
    """Customers x weeks: probability of staying so long after T, given that she stayed until T."""
    result: Array = timing.stay(h.observed[:, None] + weeks) / timing.stay(h.observed)[:, None]
    return result


def _expected(h: Histories, timing: Timing, p: Posterior, weeks: Array, length: Array) -> Array:
    at = np.stack([weeks, weeks + length / 2, weeks + length])
    stay = np.tensordot([1 / 6, 4 / 6, 1 / 6], [_stay_on(h, timing, w) for w in at], 1) * length
    same = (1 - timing.redraw_chance) ** weeks
    now = p.weights @ p.grid.rates
    result: Array = p.stayed * (now * (stay @ same) + timing.mean_rate * (stay @ (1 - same)))
    return result


def _silent(h: Histories, timing: Timing, p: Posterior, weeks: Array, length: Array) -> Array:
    """Probability of no purchase in the weeks of the forecast."""
    rates, shares = p.grid.rates, p.grid.shares(timing.r, timing.alpha)
    q = timing.redraw_chance

    def back(silent: Array, weeks: int) -> Array:
        """Carry a probability of silence backwards through so many whole silent weeks."""
        for _ in range(weeks):
            silent = np.exp(-rates) * ((1 - q) * silent + q * (shares @ silent))
        return silent

    staying = p.weights @ back(np.exp(-rates * length[-1]), len(weeks) - 1)
    ends = np.append(weeks, weeks[-1] + length[-1])
    survive = _stay_on(h, timing, ends)
    left = [
        p.weights @ back(-np.expm1(-rates * size) / (rates * size), week) for week, size in enumerate(length)
    ]
    leaving = np.sum((survive[:, :-1] - survive[:, 1:]) * np.stack(left, axis=1), axis=1)
    result: Array = 1 - p.stayed + p.stayed * (survive[:, -1] * staying + leaving)
    return result


def _futures(
    h: Histories, timing: Timing, p: Posterior, weeks: Array, length: Array, replicates: int, seed: int
) -> NDArray[np.int32]:
    n = len(h.repeats)
    cumulative = np.cumsum(p.weights, axis=1)
    futures = np.empty((n, replicates), np.int32)
    for replicate in range(replicates):
        name = names(seed, replicate, n)
        u = draws.uniforms(week=Use.STAYED, **name).astype(np.float64)
        node = np.minimum((cumulative < u[:, 1:2]).sum(axis=1), cumulative.shape[1] - 1)
        rate = p.grid.rates[node] * np.exp(p.grid.widths[node] * (u[:, 3] - 0.5))
        end = np.full(n, np.inf)
        if timing.s > 0:
            with np.errstate(over="ignore"):
                end = (timing.beta + h.observed) * np.expm1(-np.log(u[:, 2]) / timing.s)
        end[u[:, 0] >= p.stayed] = 0.0
        exposed = np.clip(end[:, None] - weeks, 0.0, length)
        mean = rate * exposed.sum(axis=1)
        if timing.drift > 0 and len(weeks) > 1:
            mean = _with_redraws(timing, rate, exposed, name)
        futures[:, replicate] = draws.poissons(mean, week=Use.COUNT, **name)
    return futures


def _with_redraws(timing: Timing, rate: Array, exposed: Array, name: dict[str, Any]) -> Array:
    """Expected purchases over the weeks, where the rate is drawn afresh at the start of some."""
    n, weeks = exposed.shape
    later = np.arange(1, weeks)
    u = draws.uniforms(week=Use.REDRAW + later, **{**name, "customer": np.arange(n)[:, None]})[..., 0]
    who, when = np.nonzero(u < timing.redraw_chance)
    fresh = (
        draws.gammas(timing.r, week=Use.NEW_RATE + later[when], **{**name, "customer": who}) / timing.alpha
    )
    rates = np.full((n, weeks), np.nan)
    rates[:, 0] = rate
    rates[who, later[when]] = fresh
    for week in later:
        same = np.isnan(rates[:, week])
        rates[same, week] = rates[same, week - 1]
    result: Array = (rates * exposed).sum(axis=1)
    return result
