"""Which model of purchase timing a log calls for.

All are fitted; a mechanism (leaving, drift) is let in where it lowers Akaike's criterion, because the fit is
to forecast: a mechanism that the log does not show would only add noise.

Source: Akaike 1974, IEEE Trans. Automatic Control 19:716.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from sim import draws
from sim.calibration.histories import Histories
from sim.calibration.likelihood import Fit
from sim.calibration.renewal import Timing, fit_renewal
from sim.calibration.streams import Use, names
from sim.calibration.timing import MOST, fit_nbd, fit_pareto_nbd

MOST_FITTED = 10_000
"""Customers that the models are fitted to; of a larger log, a sample by named draws."""
FEWEST_REPEATERS = 10
"""Customers with a repeat purchase below which no rate can be told."""
FEWEST_WEEKS = 4.0
"""Shorter histories tell nothing of leaving or drift."""
ALIKE = 0.99
"""Part of the bound of r from which on all rates count as alike."""
LEAST_DRIFT = 1e-6
"""Redraws per week not to be told from none."""


@dataclass(frozen=True)
class TimingFits:
    """All fits to one log, and the one that is used."""

    nbd: Fit
    pareto_nbd: Fit
    nbd_drift: Fit
    pareto_nbd_drift: Fit

    @property
    def candidates(self) -> tuple[Fit, ...]:
        """All four, from the simplest to the fullest."""
        return self.nbd, self.pareto_nbd, self.nbd_drift, self.pareto_nbd_drift

    @property
    def best(self) -> Fit:
        """The candidate with the lowest AIC."""
        return min(self.candidates, key=lambda fit: fit.aic)

    @property
    def timing(self) -> Timing:
        return Timing.of(self.best.values)


def fit_timing(h: Histories) -> TimingFits:
    """Fit every model to the histories; of more than 10,000, to the same sample of so many.

    Raises ValueError when too few customers come back for a rate to be told.
    """
    _check(h)
    h = _sample(h)
    nbd, pareto = fit_nbd(h), fit_pareto_nbd(h)
    return TimingFits(nbd, pareto, _with_drift(h, nbd), _with_drift(h, pareto))


def _check(h: Histories) -> None:
    repeaters = int(np.count_nonzero(h.repeats))
    if repeaters < FEWEST_REPEATERS or h.observed.max() < FEWEST_WEEKS:
        raise ValueError(
            f"{repeaters} customers bought on a second day and the longest history has "
            f"{h.observed.max():.1f} weeks; a fit needs {FEWEST_REPEATERS} and {FEWEST_WEEKS:.0f}: "
            "take a longer log, or one of customers who come back; a later calibration end if there is one"
        )


def fit_panel_timing(h: Histories) -> tuple[Fit, ...]:
    """NBD and NBD with drift of a panel that nobody joins or leaves, the one with the lower AIC first.

    Raises ValueError when too few customers come back for a rate to be told.
    """
    _check(h)
    h = _sample(h)
    nbd = fit_nbd(h)
    return tuple(sorted((nbd, _with_drift(h, nbd)), key=lambda fit: fit.aic))


def _with_drift(h: Histories, start: Fit) -> Fit:
    """The model with drift; as without any, which AIC never prefers, where there is none to be told.

    That is where all rates are alike (r at its bound): drawn afresh they stay what they are. It is also where the
    likelihood is not finite.
    """
    if start["r"] < ALIKE * MOST["r"]:
        with suppress(ValueError):
            return fit_renewal(h, start)
    size = len(start.values) + 1
    covariance = np.full((size, size), np.nan)
    covariance[:-1, :-1] = start.log_covariance
    return replace(
        start,
        model=f"{start.model} with drift",
        values={**start.values, "drift": LEAST_DRIFT},
        errors={**start.errors, "drift": float("nan")},
        log_covariance=covariance,
    )


def _sample(h: Histories) -> Histories:
    n = len(h.repeats)
    if n <= MOST_FITTED:
        return h
    u = draws.uniforms(week=Use.SAMPLE, **names(0, 0, n))
    part = h.rows(np.sort(np.argsort(u[:, 0], kind="stable")[:MOST_FITTED]))
    if h.panel is None or h.panel.never is None:
        return part
    return replace(part, panel=replace(h.panel, never=h.panel.never * MOST_FITTED / n))
