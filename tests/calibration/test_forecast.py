"""Forecasts: expectations agree with closed forms, and simulated futures with the expectations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import hyp2f1

from sim.calibration.choice import TimingFits
from sim.calibration.forecast import Forecast, forecast, repeats_by_day
from sim.calibration.histories import Histories
from sim.calibration.likelihood import Fit
from sim.calibration.renewal import Timing, posterior
from sim.calibration.rivals import bg_nbd_forecast, bg_nbd_repeats_by_day, nbd_forecast, own_rate
from sim.calibration.timing import fit_bg_nbd
from tests.calibration.made import newcomers


@pytest.fixture(scope="module")
def some(cdnow_histories: Histories) -> Histories:
    """Three hundred customers of the log, every eighth."""
    return cdnow_histories.rows(np.arange(0, 2357, 8))


def agree(f: Forecast) -> None:
    """The futures have the mean and the share of buyers that are expected, up to four standard errors."""
    n, replicates = f.futures.shape
    error = f.futures.std(axis=1).mean() / np.sqrt(replicates * n)
    assert abs(f.futures.mean() - f.expected.mean()) < 4 * error + 1e-3
    active = f.active.mean()
    assert abs((f.futures > 0).mean() - active) < 4 * np.sqrt(active * (1 - active) / (replicates * n)) + 1e-3
    z = (f.futures.mean(axis=1) - f.expected) / (np.sqrt(f.futures.var(axis=1) / replicates) + 1e-9)
    assert np.median(np.abs(z)) < 1.0


def test_without_drift_the_expectation_is_that_of_the_pareto_nbd(
    some: Histories, cdnow_fits: TimingFits
) -> None:
    p, weeks = cdnow_fits.pareto_nbd, 39.0
    f = forecast(some, Timing.of(p.values), 273, replicates=2, seed=1)
    alive = posterior(some, Timing.of(p.values)).stayed
    b = p["beta"] + some.observed  # Fader & Hardie 2005, conditional expectation
    stay = b / (p["s"] - 1) * (1 - (b / (b + weeks)) ** (p["s"] - 1))
    exact = alive * (p["r"] + some.repeats) / (p["alpha"] + some.observed) * stay
    assert f.expected == pytest.approx(exact, rel=2e-3)


@pytest.mark.parametrize("drift", [0.0, 0.05])
@pytest.mark.parametrize("leaving", [(0.0, 1.0), (0.6, 11.7)])
@pytest.mark.parametrize("days", [30, 273])
def test_simulated_futures_agree_with_what_is_expected(
    some: Histories, drift: float, leaving: tuple[float, float], days: int
) -> None:
    agree(forecast(some, Timing(0.55, 10.6, *leaving, drift), days, replicates=200, seed=3))


def test_futures_continue_the_world_that_the_histories_come_from() -> None:
    timing = Timing(0.9, 1.5, 0.8, 20.0, 0.05)
    whole = newcomers(timing, 2000, 40)
    past = whole.weekly[:, :26]
    day = np.where(past > 0, np.arange(1, 27), 0).max(axis=1)
    early = Histories(whole.first_day, past.sum(axis=1), day * 1.0, np.full(2000, 26.0), past)
    f = forecast(early, timing, 98, replicates=2, seed=1)
    actual = whole.weekly[:, 26:].sum(axis=1)
    assert f.expected.sum() == pytest.approx(actual.sum(), rel=0.05)
    for light, heavy in ((0, 1), (1, 3), (3, 8), (8, 100)):
        bin_ = (early.repeats >= light) & (early.repeats < heavy)
        miss = f.expected[bin_] - actual[bin_]
        assert abs(miss.mean()) < 4 * miss.std() / np.sqrt(bin_.sum())


def test_a_forecast_is_a_function_of_its_seed(some: Histories) -> None:
    timing = Timing(0.55, 10.6, 0.6, 11.7, 0.02)
    one, again, other = (forecast(some, timing, 91, replicates=3, seed=s).futures for s in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()
    assert (one[:, 0] != one[:, 1]).any()


def test_newcomers_repeat_as_their_mean_rate_and_their_leaving_say() -> None:
    curve = repeats_by_day(Timing(0.553, 10.578, 0.606, 11.669), 273)
    weeks, s, beta = 39.0, 0.606, 11.669  # Schmittlein, Morrison & Colombo 1987, E[X(t)]
    exact = 0.553 * beta / (10.578 * (s - 1)) * (1 - (beta / (beta + weeks)) ** (s - 1))
    assert curve[-1] == pytest.approx(exact, rel=1e-6)
    assert repeats_by_day(Timing(0.5, 10.0), 70)[-1] == pytest.approx(0.5)


def test_the_bg_nbd_expects_what_its_hypergeometric_formula_says(some: Histories) -> None:
    fit = fit_bg_nbd(some)
    r, alpha, a, b = fit.values.values()
    x, weeks = some.repeats, 39.0
    f = bg_nbd_forecast(some, fit, 273, replicates=200, seed=1)
    z = weeks / (alpha + some.observed + weeks)  # Fader, Hardie & Lee 2005, equation 10
    ratio = ((alpha + some.observed) / (alpha + some.observed + weeks)) ** (r + x)
    top = (a + b + x - 1) / (a - 1) * (1 - ratio * hyp2f1(r + x, b + x, a + b + x - 1, z))
    odds = np.where(
        x > 0, a / (b + x - 1) * ((alpha + some.observed) / (alpha + some.recency)) ** (r + x), 0.0
    )
    assert f.expected == pytest.approx(top / (1 + odds), rel=1e-6)
    agree(f)


def test_the_bg_nbd_of_people_who_never_leave_is_the_nbd() -> None:
    never = Fit("BG/NBD", {"r": 0.5, "alpha": 10.0, "a": 1e-9, "b": 5.0}, {}, 0.0, 1, np.zeros((4, 4)))
    assert bg_nbd_repeats_by_day(never, 70)[-1] == pytest.approx(0.5, rel=1e-6)


def test_the_nbd_and_the_own_rate_carry_the_past_on(some: Histories, cdnow_fits: TimingFits) -> None:
    f = nbd_forecast(some, cdnow_fits.nbd, 273, replicates=200, seed=1)
    agree(f)
    assert own_rate(some, 273) == pytest.approx(some.repeats / some.observed * 39)
