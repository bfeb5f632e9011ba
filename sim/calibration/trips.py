"""How often the households of a panel go shopping, where the log knows days and not purchases.

A household makes purchases ~ Poisson(rate) a week, each on a day by its own shares of the seven (`weekdays.py`); what
the log shows is the days on which it bought, at most seven. So heavy shoppers are more regular than a Poisson process,
as they are in panels. Rate ~ Gamma(r, mean) and is drawn afresh at drift per week.

- r, mean: composite likelihood of the weekly numbers of days, each week taken by itself.
- drift: covariance of two weeks' numbers of days falls as exp(-drift x weeks between them); least squares over all
  lags, weighted by their number of pairs. Weeks apart tell drift from what happens within a week, which a likelihood
  of Poisson purchases does not: there a quiet week passes for a redraw.
- week factors: the category's total of each week over its mean, drawn in towards 1 by the part of their variance that
  chance alone makes (empirical Bayes), and over how far days answer to rates. One year cannot tell a season from a
  single event.

Source: Ehrenberg 1988, Repeat-Buying; Varin, Reid & Firth 2011, Statistica Sinica 21:5 (composite likelihood);
Diggle, Heagerty, Liang & Zeger 2002, Analysis of Longitudinal Data, ch. 5 (empirical covariance by lag); Efron &
Morris 1973, JASA 68:117 (shrinkage).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammainc

from sim import draws
from sim.calibration.likelihood import Fit, maximise
from sim.calibration.limits import MOST_RATE
from sim.calibration.streams import Use, names
from sim.calibration.timing import LEAST, MOST
from sim.calibration.transactions import Log
from sim.calibration.weekdays import DAYS, Weekdays

Array = NDArray[np.float64]

YEAR = 52
MOST_FACTOR = 10.0
FEWEST_WEEKS = 8
"""Whole weeks below which neighbouring weeks tell nothing of drift."""
_PEOPLE, _NODES = 256, 160
_LOWEST, _HIGHEST = 1e-4, 100.0
_LEAST_DRIFT, _MOST_DRIFT = 1e-5, 1.0
_MOST = {"r": MOST["r"], "mean": MOST_RATE}
"""Upper bounds of the search: households all alike, and a purchase on every day."""


@dataclass(frozen=True, eq=False)
class Trips:
    """Purchase rates that make the weekly numbers of shopping days of a log."""

    fit: Fit
    """r and mean (purchases a week); errors take weeks of one household for independent, and so are too small"""
    drift: float
    """redraws of the rate per week"""
    weeks: tuple[float, ...] | None
    """factor of each of 52 weeks from the log's first; None: the log is shorter, or its weeks differ by chance only"""
    per_trip: float
    """purchases per shopping day"""


def weekly_days(log: Log) -> NDArray[np.int64]:
    """Shopping days, customers x whole weeks from the log's first day."""
    log = log.days()
    start = int(log.day.min())
    weeks = (int(log.day.max()) - start + 1) // DAYS
    week = (log.day - start) // DAYS
    whole = week < weeks
    table = np.zeros((len(log.customers), weeks), np.int64)
    np.add.at(table, (log.customer[whole], week[whole]), 1)
    return table


def fit_trips(log: Log, weekdays: Weekdays, silent: int = 0) -> Trips:
    """Fit a panel that was there all the time; silent: members without a purchase. ValueError: under 8 whole weeks."""
    table = weekly_days(log)
    if table.shape[1] < FEWEST_WEEKS:
        raise ValueError(
            f"the log covers {table.shape[1]} whole weeks; to tell how trips drift takes {FEWEST_WEEKS}"
        )
    table = np.vstack([table, np.zeros((silent, table.shape[1]), np.int64)])
    rates = np.exp(np.linspace(np.log(_LOWEST), np.log(_HIGHEST), _NODES))
    chances = day_chances(rates, weekdays)
    count = np.bincount(table.ravel(), minlength=DAYS + 1).astype(np.float64)
    # Weighed as one observation a household, so that errors are not those of 52 times as many.
    weight = count / table.shape[1]
    edges = np.concatenate([[0.0], np.sqrt(rates[:-1] * rates[1:]), [np.inf]])

    def likelihood(p: Mapping[str, float]) -> float:
        share = np.diff(gammainc(p["r"], edges * p["r"] / p["mean"]))
        return float(weight @ np.log(np.maximum(share @ chances, 1e-300)))

    mean = float(table.mean())
    fit = maximise("trips", likelihood, [{"r": 1.0, "mean": 1.2 * mean}], len(table), most=_MOST, least=LEAST)
    variance, drift = covariance_by_lag(table)
    share = np.diff(gammainc(fit["r"], edges * fit["r"] / fit["mean"]))
    return Trips(
        fit, drift, _week_factors(table, variance, _answer(rates, share, weekdays)), fit["mean"] / mean
    )


def _answer(rates: Array, share: Array, weekdays: Weekdays) -> float:
    """By how many per cent shopping days grow when rates do by one: less than 1, as days fill up."""
    days = np.arange(DAYS + 1)
    now, then = (float(share @ day_chances(factor * rates, weekdays) @ days) for factor in (1.0, 1.01))
    return (then / now - 1) / 0.01


def day_chances(rates: Array, weekdays: Weekdays) -> Array:
    """Probability of buying on 0 to 7 days of a week, rates x 8, averaged over households' own shares of the days."""
    shares = np.array(weekdays.shares)[None, :]
    if weekdays.concentration is not None:
        who = names(0, 0, _PEOPLE)
        drawn = [
            draws.gammas(weekdays.concentration * share, week=Use.FAVOURITES, trait=day, **who)
            for day, share in enumerate(weekdays.shares)
        ]
        shares = np.stack(drawn, axis=1).astype(np.float64) + 1e-12
    shares = shares / shares.sum(axis=1, keepdims=True)
    buys = -np.expm1(-rates[:, None, None] * shares)
    found = np.zeros((len(rates), len(shares), DAYS + 1))
    found[..., 0] = 1.0
    for day in range(DAYS):
        chance = buys[..., day, None]
        more = found * chance
        found = found * (1 - chance)
        found[..., 1:] += more[..., :-1]
    result: Array = found.mean(axis=1)
    return result


def covariance_by_lag(table: NDArray[np.int64]) -> tuple[float, float]:
    """Variance of households' rates (days a week, squared) and drift per week, from weeks apart."""
    total = table.mean(axis=0)
    flat = table / np.where(total > 0, total / total.mean(), 1.0)
    between = np.cov(flat.T)
    lags = np.arange(1, len(between))
    found = np.array([between.diagonal(int(lag)).mean() for lag in lags])
    pairs = (len(between) - lags).astype(np.float64)

    def variance(drift: float) -> float:
        fall = np.exp(-drift * lags)
        return float((pairs * fall) @ found / ((pairs * fall) @ fall))

    def misfit(log_drift: float) -> float:
        drift = float(np.exp(log_drift))
        return float(pairs @ (found - variance(drift) * np.exp(-drift * lags)) ** 2)

    bounds = (np.log(_LEAST_DRIFT), np.log(_MOST_DRIFT))
    drift = float(np.exp(minimize_scalar(misfit, bounds=bounds, method="bounded").x))
    return max(variance(drift), 0.0), drift


def _week_factors(table: NDArray[np.int64], variance: float, answer: float) -> tuple[float, ...] | None:
    if table.shape[1] < YEAR:
        return None
    total = table[:, :YEAR].mean(axis=0)
    index = total / total.mean()
    chance = max(float(table.var(axis=0).mean()) - variance, 0.0) / len(table) / total.mean() ** 2
    kept = 1 - chance / float(index.var()) if index.var() > 0 else 0.0
    if kept <= 0:
        return None
    factors = np.clip(1 + kept * (index - 1) / answer, 0.0, MOST_FACTOR)
    return tuple(float(f"{factor:.6g}") for factor in factors)
