"""One segment's customers: when they buy, what they spend, which brands, and how likely each history is.

The three parts are the market's own: gamma rates with leaving and drift, lognormal amounts between and
within customers, Dirichlet tastes. Within a segment they are independent of each other; what ties them
together in a log (heavy buyers with small baskets, say) is what segments are found by.

Source: Schmittlein, Morrison & Colombo 1987, Management Science 33:1 (timing); Searle, Casella & McCulloch
1992, Variance Components (amounts); Mosimann 1962, Biometrika 49:65 (compound multinomial); Minka 2000,
"Estimating a Dirichlet distribution" (the fixed-point step, which never lowers the likelihood).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from sim.calibration.brands import MOST_CONCENTRATED
from sim.calibration.histories import Histories
from sim.calibration.renewal import RateGrid, Timing, log_likelihoods
from sim.calibration.spend import WIDEST
from sim.calibration.timing import LEAST, MOST, nbd_terms, pareto_nbd_terms
from sim.calibration.transactions import Log

Array = NDArray[np.float64]

ALIKE = 50.0
"""Largest gamma shape of a segment: its customers' rates are then within a seventh of each other."""
NARROWEST = 0.1
"""Least spread of amounts, against that of all customers: without it a few equal receipts would be a segment
of endless likelihood."""
_INNER = 4


@dataclass(frozen=True, eq=False)
class Component:
    """The parameters of one segment."""

    timing: Timing
    centre: float
    """mean logarithm of the amounts"""
    between_sd: float
    """standard deviation of customers' own mean logarithms"""
    within_sd: float
    """standard deviation of the logarithms from visit to visit"""
    tastes: Array | None = None
    """Dirichlet parameters, one a brand; None without brands"""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What of a log segments are told apart by: one entry (or row) a customer."""

    histories: Histories
    grid: RateGrid
    distinct: Histories
    """one row for each different history"""
    which: NDArray[np.int64]
    """row of `distinct` of each customer"""
    visits: Array
    """purchases with an amount above zero"""
    mean_log: Array
    squares: Array
    """sum of the squared deviations of a customer's log amounts from her mean"""
    brands: Array | None
    """customers x brands: purchases"""

    @classmethod
    def of(cls, log: Log, h: Histories) -> Evidence:
        """The evidence of a log whose brands are merged, with its histories."""
        n = len(log.customers)
        some = log.amount > 0
        who, y = log.customer[some], np.log(log.amount[some])
        visits = np.bincount(who, minlength=n).astype(np.float64)
        mean = np.bincount(who, weights=y, minlength=n) / np.maximum(visits, 1)
        squares = np.bincount(who, weights=(y - mean[who]) ** 2, minlength=n).astype(np.float64)
        brands: Array | None = None
        if len(log.brands) > 1:
            b = len(log.brands)
            cells = np.bincount(log.customer * b + log.brand, minlength=n * b)
            brands = cells.reshape(n, b).astype(np.float64)
        return cls._of(h, visits, mean, squares, brands)

    @classmethod
    def _of(cls, h: Histories, visits: Array, mean: Array, squares: Array, brands: Array | None) -> Evidence:
        table = np.column_stack([h.weekly.astype(np.float64), h.recency, h.observed])
        _, first, which = np.unique(table, axis=0, return_index=True, return_inverse=True)
        grid = RateGrid.of(h)
        return cls(h, grid, h.rows(first), which.ravel(), visits, mean, squares, brands)

    @classmethod
    def of_histories(cls, h: Histories) -> Evidence:
        """The evidence of the timing alone."""
        nothing = np.zeros(len(h.repeats))
        return cls._of(h, nothing, nothing, nothing, None)

    def rows(self, chosen: NDArray[np.int64]) -> Evidence:
        """The evidence of some customers; a panel's members without purchase are left as they are."""
        brands = None if self.brands is None else self.brands[chosen]
        h = self.histories.rows(chosen)
        return self._of(h, self.visits[chosen], self.mean_log[chosen], self.squares[chosen], brands)

    def scaled(self, part: float) -> Evidence:
        """The evidence with this part of a panel's members without purchase, where their number is known."""
        panel = self.histories.panel
        if panel is None or panel.never is None:
            return self
        return replace(
            self, histories=replace(self.histories, panel=replace(panel, never=panel.never * part))
        )


def history_terms(h: Histories, grid: RateGrid, timing: Timing) -> Array:
    """Log-likelihood of the timing of each history: closed form without drift, the recursion with it."""
    if timing.drift > 0:
        return log_likelihoods(h, timing, grid)
    x = h.repeats.astype(np.float64)
    if timing.s <= 0:
        return nbd_terms(timing.r, timing.alpha, x, h.observed)
    both = pareto_nbd_terms(timing.r, timing.alpha, timing.s, timing.beta, x, h.recency, h.observed)
    result: Array = np.logaddexp(*both)
    return result


def silent_term(e: Evidence, timing: Timing) -> float:
    """Log-probability that a panel's member buys nothing in its log."""
    return float(history_terms(e.histories.silent(), e.grid, timing)[0])


def amount_terms(e: Evidence, centre: float, between_sd: float, within_sd: float) -> Array:
    """Log-likelihood of each customer's log amounts; 0 for one without any."""
    n, some = e.visits, e.visits > 0
    within, total = within_sd**2, within_sd**2 + e.visits * between_sd**2
    squares = e.squares / within + n * (e.mean_log - centre) ** 2 / total
    logs = np.maximum(n - 1, 0) * np.log(within) + np.where(some, np.log(total), 0.0) + n * np.log(2 * np.pi)
    return -0.5 * np.where(some, squares + logs, 0.0)


def taste_terms(counts: Array, tastes: Array) -> Array:
    """Log-likelihood of each customer's purchases by brand, in their order."""
    s, n = tastes.sum(), counts.sum(axis=1)
    each = (gammaln(tastes + counts) - gammaln(tastes)).sum(axis=1)
    result: Array = gammaln(s) - gammaln(s + n) + each
    return result


def terms(e: Evidence, c: Component) -> Array:
    """Log-likelihood of all that is seen of each customer, were she of this segment."""
    value = history_terms(e.distinct, e.grid, c.timing)[e.which]
    value = value + amount_terms(e, c.centre, c.between_sd, c.within_sd)
    if e.brands is not None and c.tastes is not None:
        value = value + taste_terms(e.brands, c.tastes)
    return value


def refit(
    e: Evidence,
    weight: Array,
    c: Component,
    floor: Component,
    silence: Callable[[float], float] | None = None,
    steps: int = _INNER,
) -> Component:
    """The segment with these customers (weights from 0 to 1) fitted better, by a few steps from `c`.

    floor: the segment of all customers, whose spreads bound those of a part of them. silence: of a panel,
    what its members without purchase add to the log-likelihood, given their log-probability of silence.
    """
    return replace(
        _amounts(e, weight, c, floor, steps),
        timing=_timing(e, weight, c.timing, silence, steps),
        tastes=_tastes(e, weight, c.tastes, steps),
    )


def _climb(cost: Callable[[Array], float], start: Array, bounds: list[tuple[float, float]], n: int) -> Array:
    low, high = np.array(bounds).T
    first = np.clip(start, low, high)
    found = minimize(cost, first, method="L-BFGS-B", bounds=bounds, options={"maxiter": n, "eps": 1e-6})
    result: Array = found.x if found.fun <= cost(first) else first
    return result


def _timing(
    e: Evidence, weight: Array, timing: Timing, silence: Callable[[float], float] | None, steps: int
) -> Timing:
    each = np.bincount(e.which, weights=weight, minlength=len(e.distinct.repeats))
    whole = max(float(each.sum()), 1e-9)

    def at(logs: Array) -> Timing:
        v = np.exp(logs)
        return replace(timing, r=v[0], alpha=v[1], **({"s": v[2], "beta": v[3]} if len(v) > 2 else {}))

    def cost(logs: Array) -> float:
        now = at(logs)
        with np.errstate(all="ignore"):
            value = float(each @ history_terms(e.distinct, e.grid, now))
            if silence is not None:
                value += silence(silent_term(e, now))
        return -value / whole if np.isfinite(value) else 1e6

    first = [timing.r, timing.alpha] + ([timing.s, timing.beta] if timing.s > 0 else [])
    bounds = [
        (np.log(LEAST["r"]), np.log(ALIKE)),
        (-9.0, 12.0),
        (-12.0, np.log(MOST["s"])),
        (np.log(LEAST["beta"]), 14.0),
    ]
    found = at(_climb(cost, np.log(first), bounds[: len(first)], steps))
    return Timing(**{name: float(getattr(found, name)) for name in ("r", "alpha", "s", "beta", "drift")})


def _amounts(e: Evidence, weight: Array, c: Component, floor: Component, steps: int) -> Component:
    whole = max(float(weight.sum()), 1e-9)

    def cost(v: Array) -> float:
        return -float(weight @ amount_terms(e, v[0], np.exp(v[1]), np.exp(v[2]))) / whole

    bounds = [
        (floor.centre - 10, floor.centre + 10),
        (np.log(NARROWEST * floor.between_sd), np.log(min(10 * floor.between_sd + 1, WIDEST))),
        (np.log(NARROWEST * floor.within_sd), np.log(min(10 * floor.within_sd + 1, WIDEST))),
    ]
    start = np.array([c.centre, np.log(c.between_sd), np.log(c.within_sd)])
    found = _climb(cost, start, bounds, steps)
    return replace(
        c, centre=float(found[0]), between_sd=float(np.exp(found[1])), within_sd=float(np.exp(found[2]))
    )


def _tastes(e: Evidence, weight: Array, tastes: Array | None, steps: int) -> Array | None:
    if e.brands is None or tastes is None:
        return tastes
    n = e.brands.sum(axis=1)
    for _ in range(2 * steps):
        s = tastes.sum()
        below = weight @ (digamma(n + s) - digamma(s))
        above = weight @ (digamma(e.brands + tastes) - digamma(tastes))
        if not below > 0:
            break
        tastes = np.maximum(tastes * above / below, 1e-4)
        tastes = tastes * min(1.0, MOST_CONCENTRATED / float(tastes.sum()))
    return tastes
