"""Taste that changes: the Dirichlet model, with old purchases forgotten where tastes drift.

A customer's brand probabilities are weights omega_f ~ Gamma(alpha_f, 1), divided by their sum: a Dirichlet. In the
market each weight is now and then drawn afresh, so old purchases tell less of today's taste than new ones. The
chance of brand f at time t is taken to be in proportion to

    alpha_f + sum of exp(-forgetting (t - t_i)) over earlier purchases i of f

which without forgetting is the posterior of the Dirichlet, exactly. With it, it is a filter, not the exact
posterior: it forgets all weights at the same pace, whichever of them were drawn afresh (redraws.py says how many
redraws a year that pace stands for). There may be several segments of customers, each with alphas of its own
(taste_segments.py).

For some weeks after a purchase its brand is also likelier by habit, and that must not be taken for drift. So the fit
allows for it: habit exp(-FADE (t - t_i)) is added to the terms of the sum. Forgetting is let in only where it lowers
Akaike's criterion beside habit. The forecast leaves habit out; it has gone after a few weeks.

Source: Goodhardt, Ehrenberg & Chatfield 1984, JRSS A 147:621 (Dirichlet); Smith 1979, JRSS B 41:375 (discounting of
past observations: the power steady model); Guadagni & Little 1983, Marketing Science 2:203 (loyalty as purchases
that fade); Akaike 1974, IEEE Trans. Automatic Control 19:716.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.calibration.brand_choices import Choices
from sim.calibration.brands import dirichlet_log_likelihood
from sim.calibration.likelihood import Fit, maximise
from sim.calibration.taste_segments import Segments, fit_segments

Array = NDArray[np.float64]

DAYS_A_YEAR = 364.0
"""52 weeks, as in the market."""
MOST_FORGETTING = 2.0
"""Per year: a time constant of half a year. What is forgotten faster cannot be told from habit."""
_MOST = {"forgetting": MOST_FORGETTING, "habit": 20.0}
FADE = 13.0
"""Pace, per year, at which habit fades: a time constant of four weeks."""
UNHEARD = 0.5
"""Purchases put down to brands still to come, where all brands of a log have a column."""


@dataclass(frozen=True, eq=False)
class Taste:
    """Parameters of taste: alpha (segments x brands), and the pace of forgetting, per year."""

    segments: Segments
    forgetting: float
    plain: Array
    """alpha of one Dirichlet for all, without forgetting: the baseline"""
    fits: tuple[Fit, ...] = ()
    """Dirichlet; choices in their order: still, forgetting, with habit, with both; empty where one brand was bought"""

    @property
    def with_habit(self) -> bool:
        """Whether the forgetting was fitted beside habit."""
        return bool(self.fits) and self.fits[4].aic < self.fits[2].aic

    @property
    def new_share(self) -> Array:
        """Expected share of each brand in the purchases of a customer of whom nothing is known."""
        alpha = self.segments.alpha
        result: Array = self.segments.weight @ (alpha / alpha.sum(axis=1, keepdims=True))
        return result

    def remembered(self, choices: Choices, end: int) -> Array:
        """Purchases of each customer and brand that still tell of taste at the end of day `end`: customers x brands."""
        weight = np.exp(-self.forgetting * (end - choices.day) / DAYS_A_YEAR)
        cells = choices.customer * choices.counts.shape[1] + choices.brand
        flat = np.bincount(cells, weights=weight, minlength=choices.counts.size)
        return flat.astype(np.float64).reshape(choices.counts.shape)

    def shares(self, held: Array, member: Array, days: int) -> Array:
        """Expected share of each brand in purchases spread evenly over so many days to come; rows add up to 1.

        held: see `remembered`. member: probability of each segment, customers x segments.
        """
        nodes, weights = np.polynomial.legendre.leggauss(8 if self.forgetting > 0 else 1)
        result = np.zeros_like(held)
        for node, weight in zip(nodes, weights, strict=True):
            left = held * np.exp(-self.forgetting * days * (node + 1) / 2 / DAYS_A_YEAR)
            for alpha, part in zip(self.segments.alpha, member.T, strict=True):
                likely = alpha + left
                result += weight / 2 * part[:, None] * likely / likely.sum(axis=1, keepdims=True)
        return result


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _log_chance(customer, day, brand, alpha, drift, habit, fade):  # type: ignore[no-untyped-def]
    """Sum of the log-chances of all purchases; sorted by customer, then day. The last brand is all others."""
    last = alpha.size - 1
    held, fresh, today = np.zeros(alpha.size), np.zeros(alpha.size), np.zeros(alpha.size)
    bought = np.zeros(alpha.size, np.bool_)
    total = 0.0
    for i in range(customer.size):
        if i == 0 or customer[i] != customer[i - 1]:
            held[:], fresh[:], today[:], bought[:] = 0.0, 0.0, 0.0, False
        elif day[i] > day[i - 1] or bought[brand[i]]:
            held[:] = (held + today) * np.exp(-drift * (day[i] - day[i - 1]))
            fresh[:] = (fresh + today) * np.exp(-fade * (day[i] - day[i - 1]))
            today[:], bought[:] = 0.0, False
        left = 0.0
        for b in range(alpha.size):
            if not bought[b]:
                left += alpha[b] + held[b] + habit * fresh[b]
        total += np.log((alpha[brand[i]] + held[brand[i]] + habit * fresh[brand[i]]) / left)
        today[brand[i]] += 1.0
        bought[brand[i]] = brand[i] != last
    return total


def log_likelihood(choices: Choices, alpha: Array, forgetting: float, habit: float = 0.0) -> float:
    """Log-likelihood of all choices, each given those of earlier days.

    A log has one row a day and brand, so within a day a brand is chosen among those not yet bought that day (of others
    than the leading brands there may be several); a brand that comes again on the day starts a new round.
    """
    return float(
        _log_chance(
            choices.customer,
            choices.day,
            choices.brand,
            alpha,
            forgetting / DAYS_A_YEAR,
            habit,
            FADE / DAYS_A_YEAR,
        )
    )


def fit_taste(choices: Choices) -> Taste:
    """Alphas by maximum likelihood; segments, and forgetting, where they lower Akaike's criterion.

    Forgetting and habit are fitted together with the concentration, as of one segment, to choices in their order;
    what it changes of the concentration there it changes of that of all segments. Where one brand was bought only,
    there is nothing to fit.
    """
    bought = choices.counts.sum(axis=0)
    seen = np.flatnonzero(bought)
    alpha = np.zeros(len(bought))
    if len(seen) < 2:
        alpha[seen] = 1.0
        alpha = _with_unheard(alpha, bought)
        return Taste(_one(alpha), 0.0, alpha)
    patterns, weight = np.unique(choices.counts[:, seen], axis=0, return_counts=True)
    start = {choices.brands[b]: float(1.5 * bought[b] / bought.sum()) for b in seen}

    def static(v: Mapping[str, float]) -> float:
        return dirichlet_log_likelihood(np.array(list(v.values())), patterns, weight)

    customers = len(choices.counts)
    plain = maximise("Dirichlet", static, [start], customers)
    alpha[seen] = list(plain.values.values())
    alpha = _with_unheard(alpha, bought)
    segments = fit_segments(choices.counts, alpha)
    still, moving = _in_order(choices, alpha), _in_order(choices, alpha, "forgetting")
    habit, both = _in_order(choices, alpha, "habit"), _in_order(choices, alpha, "forgetting", "habit")
    fits = (plain, still, moving, habit, both)
    if min(moving.aic, both.aic) >= min(still.aic, habit.aic):
        return Taste(segments, 0.0, alpha, fits)
    better, without = (moving, still) if moving.aic <= both.aic else (both, habit)
    moved = replace(segments, alpha=segments.alpha * better["S"] / without["S"])
    return Taste(moved, better["forgetting"], alpha, fits)


def _in_order(choices: Choices, alpha: Array, *more: str) -> Fit:
    """Concentration, and what else is named, fitted to choices in their order; shares as those of alpha."""
    s = float(alpha.sum())

    def ordered(v: Mapping[str, float]) -> float:
        return log_likelihood(choices, v["S"] / s * alpha, v.get("forgetting", 0.0), v.get("habit", 0.0))

    first = {"S": s, **dict.fromkeys(more, 0.5)}
    most = {name: _MOST[name] for name in more}
    name = " and ".join(["choices in order", *more])
    return maximise(name, ordered, [first], len(choices.counts), most=most)


def fit_order(choices: Choices, alpha: Array, with_habit: bool) -> float:
    """The pace of forgetting alone, as `fit_taste` fits it, with habit or without; shares as those of alpha."""
    return _in_order(choices, alpha, "forgetting", *(["habit"] if with_habit else []))["forgetting"]


def _one(alpha: Array) -> Segments:
    return Segments(alpha[None, :], np.ones(1), 0.0)


def _with_unheard(alpha: Array, bought: NDArray[np.int64]) -> Array:
    """A small alpha for 'Other' where nothing of it was bought: no chance may be nought."""
    result = alpha.copy()
    if result[-1] == 0:
        result[-1] = alpha.sum() * UNHEARD / max(float(bought.sum()), 1.0)
    return result
