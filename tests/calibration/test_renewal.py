"""The market's own model of timing: without drift the Pareto/NBD, with drift an exact sum over redraws."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from sim.calibration import choice
from sim.calibration.choice import TimingFits, fit_timing
from sim.calibration.histories import Histories, Panel
from sim.calibration.renewal import Timing, fit_renewal, log_silent, posterior
from sim.calibration.timing import fit_nbd, nbd_terms, pareto_nbd_terms
from tests.calibration.made import bought, newcomers


def test_without_drift_the_grid_gives_the_pareto_nbd(
    cdnow_histories: Histories, cdnow_fits: TimingFits
) -> None:
    h, p = cdnow_histories, cdnow_fits.pareto_nbd
    stayed, left = pareto_nbd_terms(*p.values.values(), h.repeats, h.recency, h.observed)
    exact = np.logaddexp(stayed, left)
    ours = posterior(h, Timing.of(p.values))
    assert np.abs(ours.log_likelihood - exact).max() < 1e-4
    assert np.abs(ours.stayed - np.exp(stayed - exact)).max() < 1e-4
    rate = ours.weights @ ours.grid.rates
    assert rate == pytest.approx((p["r"] + h.repeats) / (p["alpha"] + h.observed), rel=1e-3)


def test_with_drift_and_no_leaving_it_is_the_sum_over_all_patterns_of_redraws() -> None:
    timing = Timing(0.6, 2.0, drift=0.2)
    counts = np.array([[2, 0, 0, 3], [0, 0, 1, 0], [0, 0, 0, 0]])
    last = np.array([4.0, 3.0, 0.0])
    h = Histories(np.zeros(3, np.int64), counts.sum(axis=1), last, np.full(3, 4.0), counts)
    total = np.zeros(3)
    q = timing.redraw_chance
    for redraws in product((False, True), repeat=3):
        chance = np.prod([q if redraw else 1 - q for redraw in redraws])
        starts = [0, *[week + 1 for week, redraw in enumerate(redraws) if redraw], 4]
        value = np.zeros(3)
        for a, b in pairwise(starts):
            value += nbd_terms(timing.r, timing.alpha, counts[:, a:b].sum(axis=1), np.full(3, b - a))
        total += chance * np.exp(value)
    assert posterior(h, timing).log_likelihood == pytest.approx(np.log(total), abs=1e-4)


def test_drift_is_recovered_within_its_error() -> None:
    h = newcomers(Timing(1.2, 1.0, drift=0.04), 500, 26)
    fit = fit_renewal(h, fit_nbd(h))
    assert abs(fit["drift"] - 0.04) < 3 * fit.errors["drift"] < 0.03
    assert abs(fit["r"] - 1.2) < 3 * fit.errors["r"]


def test_mechanisms_that_a_log_does_not_show_are_left_out() -> None:
    fits = fit_timing(newcomers(Timing(1.5, 1.5), 250, 16))
    assert fits.best.model == "NBD"
    assert fits.timing == Timing.of(fits.nbd.values)


def test_leaving_that_a_log_shows_is_let_in() -> None:
    assert fit_timing(newcomers(Timing(0.8, 3.0, 0.7, 6.0), 250, 26)).best.model.startswith("Pareto/NBD")


def test_a_large_log_is_fitted_on_one_sample_for_all_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "MOST_FITTED", 150)
    h = newcomers(Timing(0.8, 3.0, 0.7, 6.0), 400, 20)
    fits = fit_timing(h)
    assert [fit.customers for fit in fits.candidates] == [150] * 4
    assert fits.nbd.log_likelihood <= fits.nbd_drift.log_likelihood + 1e-3


def test_too_few_who_come_back_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\d customers bought on a second day"):
        fit_timing(newcomers(Timing(0.01, 30.0), 200, 20))


def test_a_panel_makes_up_for_those_who_bought_nothing() -> None:
    true, weeks = Timing(0.4, 6.0), 40
    counts, last = bought(true, 4000, weeks)
    seen = counts.sum(axis=1) > 0
    missing = int((~seen).sum())
    for never in (None, float(missing)):
        h = Histories(
            np.zeros(seen.sum(), np.int64),
            counts[seen].sum(axis=1),
            last[seen] / 7.0,
            np.full(seen.sum(), float(weeks)),
            counts[seen],
            Panel(float(weeks), never),
        )
        fit = fit_nbd(h)
        assert abs(fit["r"] - true.r) < 3 * fit.errors["r"]
        assert h.panel is not None
        unseen = h.panel.unseen(log_silent(h, Timing.of(fit.values)), float(seen.sum()))
        assert unseen == pytest.approx(missing, rel=0.2)
