"""The standard models of purchase timing against published estimates and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import hyp2f1

from sim.calibration.choice import TimingFits
from sim.calibration.histories import Histories
from sim.calibration.renewal import Timing
from sim.calibration.timing import fit_bg_nbd, fit_nbd, fit_pareto_nbd, log_leaving_integral
from tests.calibration.made import newcomers


def test_the_pareto_nbd_of_cdnow_is_the_published_one(cdnow_fits: TimingFits) -> None:
    fit = cdnow_fits.pareto_nbd  # Fader, Hardie & Lee 2005
    published = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}
    assert dict(fit.values) == pytest.approx(published, rel=1e-3)
    assert fit.log_likelihood == pytest.approx(-9595.0, abs=0.05)


def test_the_bg_nbd_of_cdnow_is_the_published_one(cdnow_histories: Histories) -> None:
    fit = fit_bg_nbd(cdnow_histories)  # Fader, Hardie & Lee 2005
    assert dict(fit.values) == pytest.approx({"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}, rel=3e-3)
    assert fit.log_likelihood == pytest.approx(-9582.4, abs=0.05)


def test_the_nbd_of_cdnow_is_the_published_one(cdnow_fits: TimingFits) -> None:
    assert cdnow_fits.nbd["r"] == pytest.approx(0.385, abs=1e-3)  # Fader, Hardie & Lee 2005
    assert cdnow_fits.nbd["alpha"] == pytest.approx(12.072, abs=0.01)
    assert cdnow_fits.nbd.log_likelihood == pytest.approx(-9763.7, abs=0.05)


@pytest.mark.parametrize("beta", [0.05, 3.0, 9.9, 400.0])
def test_the_leaving_integral_is_the_difference_of_two_hypergeometric_functions(beta: float) -> None:
    r, alpha, s, x = 0.55, 10.6, 0.6, np.array([0.0, 2.0, 26.0])
    recency, observed = np.array([0.0, 30.43, 35.0]), np.array([38.86, 38.86, 39.0])

    def a(t: np.ndarray) -> np.ndarray:
        """Fader & Hardie 2005, equation of A0, in the form for alpha >= beta or the other way round."""
        n = r + s + x
        if alpha >= beta:
            return hyp2f1(n, s + 1, n + 1, (alpha - beta) / (alpha + t)) / (alpha + t) ** n
        return hyp2f1(n, r + x, n + 1, (beta - alpha) / (beta + t)) / (beta + t) ** n

    expected = s / (r + s + x) * (a(recency) - a(observed))
    ours = np.exp(log_leaving_integral(r, alpha, s, beta, x, recency, observed))
    assert ours == pytest.approx(expected, rel=1e-9)


def test_the_leaving_integral_bears_a_thousand_purchases() -> None:
    x, recency, observed = np.array([1000.0]), np.array([60.0]), np.array([104.0])
    value = log_leaving_integral(1.6, 1.5, 2.0, 50.0, x, recency, observed)
    # So steep that only the first days count: s (beta + t)^-(s + 1) (alpha + t)^-(n - 1) / (n - 1).
    steep = np.log(2.0) - 3.0 * np.log(110.0) - 1000.6 * np.log(61.5) - np.log(1000.6)
    assert value[0] == pytest.approx(steep, abs=3e-3)


def test_a_customer_seen_on_the_last_day_has_not_left() -> None:
    gone = log_leaving_integral(0.5, 10.0, 0.6, 11.0, np.array([3.0]), np.array([20.0]), np.array([20.0]))
    assert gone[0] == -np.inf


def test_the_parameters_of_an_nbd_are_recovered_within_their_errors() -> None:
    fit = fit_nbd(newcomers(Timing(0.8, 1.6), 3000, 26))
    for name, true in {"r": 0.8, "alpha": 1.6}.items():
        assert abs(fit[name] - true) < 3 * fit.errors[name]
        assert 0 < fit.errors[name] < 0.1 * true


def test_leaving_is_recovered_within_its_errors() -> None:
    true = Timing(0.9, 4.0, 0.7, 12.0)
    fit = fit_pareto_nbd(newcomers(true, 1500, 40))
    for name in ("r", "alpha", "s", "beta"):
        assert abs(fit[name] - getattr(true, name)) < 3 * fit.errors[name]


def test_a_market_that_nobody_leaves_is_fitted_with_no_leaving() -> None:
    h = newcomers(Timing(1.5, 1.5), 300, 20)
    pareto = fit_pareto_nbd(h)
    assert pareto["s"] / pareto["beta"] < 1e-3
    assert pareto.log_likelihood - fit_nbd(h).log_likelihood < 1.0
