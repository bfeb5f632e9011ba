"""The market's own model of purchase timing: gamma rates that are now and then drawn afresh, and leaving.

A customer buys at a rate ~ Gamma(r, alpha weeks). At the start of a week the rate is drawn afresh with
probability q = 1 - exp(-drift). The customer leaves at a hazard of her own ~ Gamma(s, beta weeks). Without
drift this is the Pareto/NBD, without leaving either the NBD; with them it is what a simulated store without
rivals and programme does, so that what is fitted here is what is simulated there.

With drift there is no closed form. The rate is put on a grid and carried through the
customer's weeks by the forward recursion of hidden Markov models.

Source: Schmittlein, Morrison & Colombo 1987, Management Science 33:1 (Pareto/NBD); Netzer, Lattin &
Srinivasan 2008, Marketing Science 27:185 (hidden Markov models of customer dynamics); Rabiner 1989, Proc.
IEEE 77:257 (forward recursion).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincc, gammaln

from sim.calibration.histories import Histories
from sim.calibration.likelihood import Fit, maximise
from sim.calibration.timing import LEAST, MOST

Array = NDArray[np.float64]

_STEP = 0.2
_LOWEST = 1e-6
"""Lowest rate of the grid, in ninths of a purchase over the whole log: not to be told from none."""
_ALIKE = 5.0
"""Gamma shape from which on rates lie so close together that the grid is made finer."""
_APART = 1.8
"""Distance of neighbours, in standard deviations of the sharpest posterior, that sums are exact enough with."""


@dataclass(frozen=True)
class Timing:
    """Parameters of purchase timing; weeks throughout."""

    r: float
    alpha: float
    s: float = 0.0
    """shape of the hazard of leaving; 0: nobody leaves"""
    beta: float = 1.0
    drift: float = 0.0
    """redraws of the rate per week"""

    @property
    def mean_rate(self) -> float:
        """Purchases per customer-week of customers who have not left."""
        return self.r / self.alpha

    @property
    def redraw_chance(self) -> float:
        return float(-np.expm1(-self.drift))

    @classmethod
    def of(cls, values: Mapping[str, float]) -> Timing:
        return cls(**values)

    def stay(self, weeks: Array) -> Array:
        """Share of customers who stay longer than so many weeks."""
        result: Array = (self.beta / (self.beta + weeks)) ** self.s
        return result


@dataclass(frozen=True, eq=False)
class RateGrid:
    """Rates (per week) on which sums stand for integrals over all rates.

    Neighbours lie wide apart (in the logarithm) where few purchases leave a rate vague, and close together
    where many make it sharp, so that the sum over any customer's posterior is nearly exact.
    """

    rates: Array
    widths: Array
    """stretch of log-rate that each node stands for"""

    @classmethod
    def of(cls, h: Histories, timing: Timing | None = None) -> RateGrid:
        """A grid that holds the posterior of every customer; finer where the timing has rates much alike."""
        x, weeks = h.repeats, max(float(h.observed.max()), 1.0)
        highest = float(((x + 1 + 6 * np.sqrt(x + 1)) / np.maximum(h.recency, 1.0)).max())
        # rate = 9 softplus(z)^2 / weeks: exponential below one or two purchases, quadratic above.
        last = np.sqrt(highest * weeks) / 3
        step = _STEP if timing is None or timing.r <= _ALIKE else _fine(timing, weeks)
        z = np.arange(np.log(_LOWEST) / 2, last + step, step)
        soft = np.logaddexp(0.0, z)
        return cls(9 * soft**2 / weeks, step * 2 / (1 + np.exp(-z)) / soft)

    def shares(self, r: float, alpha: float) -> Array:
        """Share of customers at each rate under Gamma(r, alpha); the tails are put on the ends."""
        ends = self.rates[[0, -1]] * np.exp(self.widths[[0, -1]] / 2)
        shares = np.exp(r * np.log(alpha * self.rates) - alpha * self.rates - gammaln(r)) * self.widths
        shares[0] = gammainc(r, alpha * ends[0])
        shares[-1] += gammaincc(r, alpha * ends[1])
        result: Array = shares / shares.sum()
        return result


def _fine(timing: Timing, weeks: float) -> float:
    """Step of a grid for rates much alike: near the mean rate, no customer's posterior falls between two nodes."""
    bought = timing.mean_rate * weeks
    soft = np.sqrt(bought) / 3
    apart = _STEP * 2 * -np.expm1(-soft) / soft  # neighbours' distance in log-rate, softplus(z) being `soft`
    sharpest = 1 / np.sqrt(timing.r + bought)
    return float(_STEP * min(1.0, _APART * sharpest / apart))


@njit(cache=True, nogil=True, fastmath={"reassoc"})  # type: ignore[untyped-decorator, unused-ignore]
def _filter(weekly, last_day, days, rates, shares, redraw, s, beta, log_likelihood, stayed, posterior):  # type: ignore[no-untyped-def]
    """Forward recursion of each customer; writes log-likelihood, P(has not left), P(rate | has not left).

    All times are whole days, so every exponential of the recursion comes from a table. `posterior` may have
    no columns, and is then left alone.
    """
    nodes, weeks = rates.size, weekly.shape[1]
    quiet = np.empty((8, nodes))  # no purchase in so many days
    gone = np.zeros((weeks, 8, nodes))  # no purchase until leaving, within so many days of this week
    for d in range(8):
        for k in range(nodes):
            quiet[d, k] = np.exp(-rates[k] * d / 7.0)
            for j in range(weeks if d > 0 else 0):
                fall = (s + 1.0) / (beta + j + 0.5) * d / 7.0  # the density of leaving, as exp(-fall t)
                both = rates[k] * d / 7.0 + fall
                gone[j, d, k] = fall / both * np.expm1(-both) / np.expm1(-fall)
    f = np.empty(nodes)
    for i in range(days.size):
        f[:] = shares
        scale, left = 0.0, 0.0
        for j in range((days[i] + 6) // 7):
            if j > 0 and redraw > 0.0:
                for k in range(nodes):
                    f[k] = (1.0 - redraw) * f[k] + redraw * shares[k]
            start, end = 7 * j, min(7 * j + 7, days[i])
            last = min(max(start, last_day[i]), end)
            before, after = quiet[last - start], quiet[end - last]
            n = weekly[i, j]
            if n > 0:
                for k in range(nodes):
                    f[k] *= before[k] * rates[k] ** n
            elif last > start:
                for k in range(nodes):
                    f[k] *= before[k]
            if s > 0.0 and last_day[i] <= last and last < end:
                silent = gone[j, end - last]
                unheard = 0.0
                for k in range(nodes):
                    unheard += f[k] * silent[k]
                left += unheard * ((beta / (beta + last / 7.0)) ** s - (beta / (beta + end / 7.0)) ** s)
            total = 0.0
            for k in range(nodes):
                f[k] *= after[k]
                total += f[k]
            part = 1.0 / total
            for k in range(nodes):
                f[k] *= part
            left *= part
            scale += np.log(total)
        alive = (beta / (beta + days[i] / 7.0)) ** s
        log_likelihood[i] = scale + np.log(alive + left)
        stayed[i] = alive / (alive + left)
        if posterior.shape[1] > 0:
            posterior[i, :] = f


@dataclass(frozen=True, eq=False)
class Posterior:
    """What the model knows of each customer at the end of the log."""

    log_likelihood: Array
    stayed: Array
    """probability of not having left"""
    grid: RateGrid
    weights: Array
    """customers x nodes: probability of each rate, given that the customer has not left"""


def _run(h: Histories, timing: Timing, grid: RateGrid, keep: bool) -> Posterior:
    n = len(h.repeats)
    log_likelihood, stayed = np.empty(n), np.empty(n)
    weights = np.empty((n, grid.rates.size if keep else 0))
    _filter(
        h.weekly, np.rint(7 * h.recency).astype(np.int64), np.rint(7 * h.observed).astype(np.int64),
        grid.rates, grid.shares(timing.r, timing.alpha),
        timing.redraw_chance, timing.s, timing.beta, log_likelihood, stayed, weights,
    )  # fmt: skip
    return Posterior(log_likelihood, stayed, grid, weights)


def posterior(h: Histories, timing: Timing) -> Posterior:
    """Probability of having stayed, and of each rate, for each customer at the end of her history."""
    return _run(h, timing, RateGrid.of(h, timing), keep=True)


def log_likelihoods(h: Histories, timing: Timing, grid: RateGrid) -> Array:
    """Log-likelihood of each history."""
    return _run(h, timing, grid, keep=False).log_likelihood


def log_silent(h: Histories, timing: Timing) -> float:
    """Log-probability that a member of the panel buys nothing in the weeks of its log."""
    return float(_run(h.silent(), timing, RateGrid.of(h, timing), keep=False).log_likelihood[0])


def fit_renewal(h: Histories, start: Fit) -> Fit:
    """NBD or Pareto/NBD (the kind of `start`) with drift: its parameters and drift (redraws per week)."""
    table = np.column_stack([h.weekly.astype(np.float64), h.recency, h.observed])
    _, rows, counts = np.unique(table, axis=0, return_index=True, return_counts=True)
    distinct, weight = h.rows(rows), counts.astype(np.float64)
    grid = RateGrid.of(h, Timing.of(start.values))

    def total(p: Mapping[str, float]) -> float:
        timing = Timing.of(p)
        value = float(weight @ _run(distinct, timing, grid, keep=False).log_likelihood)
        if h.panel is None:
            return value
        nothing = float(_run(h.silent(), timing, grid, keep=False).log_likelihood[0])
        return value + h.panel.log_likelihood(nothing, len(h.repeats))

    starts = [{**start.values, "drift": 0.01}]
    return maximise(f"{start.model} with drift", total, starts, len(h.repeats), most=MOST, least=LEAST)
