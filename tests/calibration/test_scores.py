"""Scores against their definitions."""

from __future__ import annotations

import numpy as np
import pytest

from sim.calibration.scores import (
    auc,
    calibration_error,
    count_scores,
    curve_scores,
    fair_crps,
    frequency_bins,
    paired_interval,
    spend_scores,
)


def test_the_fair_crps_is_the_mean_miss_less_half_the_mean_spread() -> None:
    futures, actual = np.array([[0, 3, 1, 1], [5, 5, 5, 5]]), np.array([2, 3])
    spread = np.abs(futures[:, :, None] - futures[:, None, :]).sum(axis=(1, 2)) / (4 * 3)
    expected = np.abs(futures - actual[:, None]).mean(axis=1) - spread / 2
    assert fair_crps(futures, actual) == pytest.approx(expected)
    assert fair_crps(futures, actual)[1] == 2.0


def test_the_auc_counts_pairs_in_the_right_order_and_ties_half() -> None:
    score, happened = np.array([0.1, 0.4, 0.4, 0.9]), np.array([False, True, False, True])
    assert auc(score, happened) == pytest.approx(3.5 / 4)
    assert np.isnan(auc(score, happened & False))


def test_bins_are_frequencies_or_tenths_where_most_buy_often() -> None:
    assert frequency_bins(np.array([0, 1, 6, 7, 40])).tolist() == [0, 1, 6, 7, 7]
    often = frequency_bins(np.arange(5, 105))
    assert len(np.unique(often)) == 10
    assert calibration_error(np.array([1.0, 1.0, 4.0]), np.array([0, 2, 3]), np.array([0, 0, 1])) == (
        pytest.approx(1 / 3)
    )


def test_a_perfect_forecast_has_perfect_scores() -> None:
    actual = np.array([0, 1, 4, 2])
    s = count_scores(actual * 1.0, (actual > 0) * 1.0, np.tile(actual, (5, 1)).T, actual, actual)
    assert s == pytest.approx(
        {
            "total ratio": 1, "MAE": 0, "RMSE": 0, "correlation": 1, "AUC active": 1, "calibration MAE": 0,
            "CRPS": 0, "Brier active": 0,
        }
    )  # fmt: skip
    assert spend_scores(actual * 2.0, actual * 2.0)["spend RMSE"] == 0


def test_curve_scores_look_at_the_later_weeks_only() -> None:
    actual = np.array([10.0, 20.0, 40.0, 50.0])
    s = curve_scores(np.array([99.0, 25.0, 44.0, 45.0]), actual, 2)
    assert s["cumulative MAPE %"] == pytest.approx(10)
    assert s["end error %"] == pytest.approx(-10)
    assert s["weekly WAPE %"] == pytest.approx(100 * (1 + 9) / 30)


def test_a_paired_interval_is_narrow_where_the_pairs_move_together() -> None:
    theirs = np.linspace(1, 100, 400)
    mean, low, high = paired_interval(0.9 * theirs, theirs, relative=True, seed=1)
    assert (mean, low, high) == pytest.approx((-0.1, -0.1, -0.1))
    mean, low, high = paired_interval(theirs + np.tile([-1.0, 1.5], 200), theirs, relative=False, seed=1)
    assert low < mean < high
    assert mean == pytest.approx(0.25)
    assert high - low == pytest.approx(2 * 1.96 * 1.25 / 20, rel=0.15)
