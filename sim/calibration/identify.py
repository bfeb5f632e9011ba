"""What a log cannot tell, with the reason and a remedy.

From the curvature of the log-likelihood (standard errors, correlations of estimates), from rival models that
explain the log as well, and from profiles: how much likelihood is lost when a mechanism that the log does not
show is let in at a strength that would matter.

Source: Raue et al. 2009, Bioinformatics 25:1923 (profile likelihood and identifiability); Burnham & Anderson
2002, Model Selection and Multimodel Inference, section 2.6 (models within 4 of the best AIC).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.calibration.brands import Preferences
from sim.calibration.choice import TimingFits
from sim.calibration.component import Evidence, silent_term
from sim.calibration.histories import Histories
from sim.calibration.likelihood import Fit, significant
from sim.calibration.profile import profile_loss
from sim.calibration.renewal import Timing
from sim.calibration.segments import Groups
from sim.calibration.spend import MOST_CV, WIDEST, Basket
from sim.calibration.transactions import Log

Array = NDArray[np.float64]

NEAR = 4.0
"""AIC within which a rival model is not ruled out."""
LOSS = 1.92
"""Loss of log-likelihood at the edge of a 95 % interval: half of chi-squared's 3.84."""
SHORT = 26.0
"""Weeks below which habits have hardly had time to drift."""
YEARLY_DRIFT, YEARLY_LEAVING = 1.0, 0.1
"""Redraws, and share of customers leaving, in a year: what a profile asks whether the log would show."""
FEW_REPEATERS, FEW_REPEATING = 50, 0.15
FEW_SPENDERS = 30
VAGUE, VAGUE_SHAPE = 0.5, 0.25
"""Standard error over estimate above which a number is called vague."""
TIED = 0.9


@dataclass(frozen=True)
class Untold:
    """Something that the log does not tell."""

    what: str
    why: str
    remedy: str

    def __str__(self) -> str:
        return f"the log does not tell {self.what}: {self.why}. Remedy: {self.remedy}."

    def record(self) -> dict[str, str]:
        """As plain texts, for a provenance record."""
        return {"what": self.what, "why": self.why, "remedy": self.remedy}


def untold(
    log: Log,
    h: Histories,
    fits: TimingFits,
    basket: Basket,
    preferences: Preferences | None,
    groups: Groups | None = None,
    *,
    prices: bool = False,
) -> tuple[Untold, ...]:
    """All that the log does not tell of what was fitted to it, what matters most first.

    prices: whether the log has prices, so that price sensitivity was fitted.
    """
    return (
        *_leaving_or_drift(fits),
        *_drift(h, fits),
        *_leaving(h, fits),
        *_shape(h, fits.best),
        *_amounts(log, basket),
        *_tastes(preferences),
        *_segments(groups),
        *_never(preferences, prices),
    )


def correlations(fit: Fit) -> dict[str, float]:
    """Correlations of the estimates' logarithms, of pairs that the log hardly tells apart (.9 or more)."""
    names, c = list(fit.values), fit.log_covariance
    scale = np.sqrt(np.maximum(np.diag(c), 0))
    found = {}
    for i in range(len(names)):
        for j in range(i):
            both = float(scale[i] * scale[j])
            if both > 0 and abs(c[i, j]) >= TIED * both:
                found[f"{names[j]}, {names[i]}"] = significant(float(c[i, j]) / both, 3)
    return found


def _leaving_or_drift(fits: TimingFits) -> Iterator[Untold]:
    best = fits.best
    timing = Timing.of(best.values)
    rivals = {"leaving": fits.pareto_nbd, "drift": fits.nbd_drift}
    shown = [name for name, on in (("leaving", timing.s > 0), ("drift", timing.drift > 0)) if on]
    alone = {name: fit for name, fit in rivals.items() if fit is not best and fit.aic - best.aic < NEAR}
    alone = {name: fit for name, fit in alone.items() if fit.log_likelihood > fits.nbd.log_likelihood + 1}
    tie = _tie(best) if len(shown) == 2 else 0.0
    if shown and (alone or abs(tie) >= TIED):
        other = next(iter(alone), None)
        why = (
            f"{other} alone explains it nearly as well as {' and '.join(shown)} "
            f"(AIC {rivals[other].aic:.1f} against {best.aic:.1f})"
            if other
            else f"the two estimates are tied together (correlation {tie:+.2f})"
        )
        yield Untold(
            "leaving from drift",
            f"both make customers go quiet, and {why}",
            "a longer log: who drifts comes back, who left does not; until then compare designs with the one "
            "and with the other",
        )


def _tie(fit: Fit) -> float:
    """Correlation of the logarithms of the mean hazard s / beta and of drift; 0 where it cannot be told."""
    names, c = list(fit.values), fit.log_covariance
    if not np.isfinite(c).all():
        return 0.0
    hazard = np.array([float(n == "s") - float(n == "beta") for n in names])
    drift = np.array([float(n == "drift") for n in names])
    scale = float(np.sqrt(max(hazard @ c @ hazard, 0.0) * max(drift @ c @ drift, 0.0)))
    return float(hazard @ c @ drift) / scale if scale > 0 else 0.0


def _vague(fit: Fit, name: str, most: float) -> bool:
    error = fit.errors[name]
    return not np.isfinite(error) or error > most * fit[name]


def _drift(h: Histories, fits: TimingFits) -> Iterator[Untold]:
    weeks, best = float(h.observed.max()), fits.best
    if "drift" in best.values:
        if weeks < SHORT or _vague(best, "drift", VAGUE):
            yield Untold(
                "how fast habits drift",
                f"its longest history has {weeks:.0f} weeks, and the estimate of {52 * best['drift']:.2g} "
                f"redraws a year has {_error(best, 'drift', 52)}",
                "a log of a year or more",
            )
        return
    timing = Timing.of(best.values)
    loss = profile_loss(h, timing, replace(timing, drift=YEARLY_DRIFT / 52))
    if loss < LOSS:
        yield Untold(
            "whether habits drift",
            f"no drift is assumed, yet one redraw of the rate a year explains the log as well "
            f"(log-likelihood {loss:.1f} lower; its longest history has {weeks:.0f} weeks)",
            "a longer log, or try behaviour.drift.rate_per_year 0 and 1",
        )


def _error(fit: Fit, name: str, factor: float = 1.0) -> str:
    error = fit.errors[name] * factor
    return f"a standard error of {error:.2g}" if np.isfinite(error) else "no standard error"


def _leaving(h: Histories, fits: TimingFits) -> Iterator[Untold]:
    best = fits.best
    timing = Timing.of(best.values)
    if timing.s <= 0:
        loss = profile_loss(h, timing, replace(timing, s=1.0, beta=52 / YEARLY_LEAVING))
        if loss < LOSS:
            yield Untold(
                "whether customers leave",
                f"nobody is assumed to leave, yet a tenth leaving in a year explains the log as well "
                f"(log-likelihood {loss:.1f} lower)",
                "a longer log, or set customers.segments.leaving from what you know of churn",
            )
        return
    if _vague(best, "s", 1.0) or _vague(best, "beta", 1.0):
        yield Untold(
            "how customers differ in leaving",
            f"the shape s has {_error(best, 's')} at {best['s']:.2g}, the scale beta {_error(best, 'beta')} "
            f"at {best['beta']:.2g}; what is told is nearer to their ratio, a mean hazard of "
            f"{best['s'] / best['beta']:.2g} a week",
            "a longer log or more customers; forecasts far beyond its length hang on it",
        )
    if h.panel is not None:
        yield Untold(
            "how long customers stay",
            "its customers were there before it began, and for how long is not known: leaving is counted "
            "from the first day of the log",
            "the dates on which customers first bought, as a log of newcomers (panel=False)",
        )


def _shape(h: Histories, fit: Fit) -> Iterator[Untold]:
    repeaters, n = int(np.count_nonzero(h.repeats)), len(h.repeats)
    if repeaters < FEW_REPEATERS or repeaters < FEW_REPEATING * n or _vague(fit, "r", VAGUE_SHAPE):
        yield Untold(
            "how customers differ in how often they buy",
            f"{repeaters:,} of {n:,} customers bought again, and the gamma shape r = {fit['r']:.2g} has "
            f"{_error(fit, 'r')}; the mean rate is told better",
            "more customers or a longer log; see what purchase_rate.shape at both ends of its interval does",
        )
    if h.panel is not None and h.panel.never is None:
        e = Evidence.of_histories(h)
        nothing = float(np.exp(silent_term(e, Timing.of(fit.values))))
        if nothing > 0.25:
            yield Untold(
                "how many customers bought nothing",
                f"an estimated {nothing:.0%} of the panel are not in the log; their number rests on the gamma "
                "shape alone",
                "give the size of the panel (panel_size=)",
            )


def _amounts(log: Log, basket: Basket) -> Iterator[Untold]:
    visits = np.bincount(log.customer[log.amount > 0], minlength=len(log.customers))
    several = int(np.count_nonzero(visits > 1))
    wide = [name for name in ("between_sd", "within_sd") if _vague(basket.fit, name, 0.2)]
    at_most = [name for name in ("between_sd", "within_sd") if basket.fit[name] > 0.999 * WIDEST]
    if at_most:
        names = " and ".join({"between_sd": "customers", "within_sd": "visits"}[name] for name in at_most)
        yield Untold(
            "how far its amounts spread",
            f"between {names} they differ more than a scenario holds; basket keeps the largest coefficient of "
            f"variation, {MOST_CV:g}, and the log's mean",
            "look for wrong amounts, or split the log by kinds of purchases",
        )
    elif several < FEW_SPENDERS or wide:
        yield Untold(
            "how baskets differ between customers and from visit to visit",
            f"{several:,} of {len(visits):,} customers have two purchases with an amount or more",
            "more purchases per customer; until then basket.between_cv and basket.within_cv are told as one",
        )


def _tastes(preferences: Preferences | None) -> Iterator[Untold]:
    if preferences is None:
        return
    s, error = preferences.concentration, preferences.error
    if not np.isfinite(error) or error > VAGUE_SHAPE * s or s > 50:
        spread = f"a standard error of {error:.2g}" if np.isfinite(error) else "no standard error"
        yield Untold(
            "how firmly customers keep to their brands",
            f"the Dirichlet's S = {s:.2g} has {spread}: few customers bought often enough, or all divide "
            "their purchases alike",
            "more purchases per customer",
        )


def _segments(groups: Groups | None) -> Iterator[Untold]:
    if groups is None:
        return
    for group in groups.groups:
        missing = [name for name, error in group.errors.items() if not np.isfinite(error)]
        if missing and len(groups.groups) > 1:
            yield Untold(
                f"all of the segment '{group.name}'",
                f"its {', '.join(missing)} {'has' if len(missing) == 1 else 'have'} no standard error "
                f"({group.customers:,.0f} customers)",
                "fewer segments, more customers or a longer log",
            )


def _never(preferences: Preferences | None, prices: bool) -> Iterator[Untold]:
    if preferences is None:
        yield Untold(
            "what customers spend elsewhere, or whether their taste for the store drifts",
            "it is a store's own log: a customer who buys less may buy less, or elsewhere",
            "a survey or panel with the rivals' purchases; try other values of share",
        )
    else:
        yield Untold(
            "whether taste drifts or habit holds",
            "the order of purchases is not used for brands: all repeat buying is put down to lasting taste",
            "compare with behaviour.drift.taste_per_year, inertia and attachment on and off",
        )
    if not prices:
        yield Untold(
            "price sensitivity",
            "amounts are not prices, and the published default is used",
            "a table of prices, or a comparison over a range of price_sensitivity.mean",
        )
