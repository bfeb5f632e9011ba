"""What a hold-out report keeps for its pictures: groups made by the forecast, what they did, and how sure that is."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.calibration import HoldoutReport, holdout
from sim.calibration.forecast import Forecast
from sim.calibration.holdout import BASELINE, OURS
from sim.calibration.outcome import (
    Outcome,
    by_chance,
    by_count,
    by_frequency,
    by_spend,
    tenths,
    totals,
    verdict,
)
from tests.calibration.made import CDNOW_END
from tests.calibration.test_holdout import LATER, few, write  # noqa: F401


def test_the_groups_of_cdnow_are_those_that_were_published(cdnow_report: HoldoutReport) -> None:
    """Mean hold-out purchases by purchases so far, as computed independently of this code."""
    groups = by_frequency(cdnow_report.outlook, cdnow_report.outcome)
    assert groups.labels == ("0", "1", "2", "3", "4", "5", "6", "7+")
    assert groups.customers.tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    actual = [0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359]
    bg_nbd = [0.225, 0.523, 1.044, 1.520, 2.164, 2.654, 3.504, 6.157]
    assert groups.actual == pytest.approx(actual, abs=6e-4)
    assert groups.forecasts[BASELINE] == pytest.approx(bg_nbd, abs=6e-3)
    assert groups.forecasts["own rate"][0] == 0.0
    assert np.all(groups.low < groups.actual) and np.all(groups.actual < groups.high)


def test_groups_add_up_to_all_customers_and_all_that_they_did(cdnow_report: HoldoutReport) -> None:
    view, outcome = cdnow_report.outlook, cdnow_report.outcome
    n = cdnow_report.customers
    for groups, total in (
        (by_frequency(view, outcome), outcome.bought.sum()),
        (by_spend(view, outcome, OURS), outcome.spent.sum()),
        (by_chance(view, outcome, OURS), (outcome.bought > 0).sum()),
    ):
        assert groups.customers.sum() == n
        assert groups.actual @ groups.customers == pytest.approx(total)
    spread = by_count(view, outcome, OURS)
    assert spread.actual.sum() == n
    assert spread.forecasts[OURS].sum() == pytest.approx(n)


def test_tenths_go_up_and_their_forecast_is_the_mean_of_their_customers(cdnow_report: HoldoutReport) -> None:
    view, outcome = cdnow_report.outlook, cdnow_report.outcome
    groups = by_chance(view, outcome, OURS)
    assert len(groups.labels) == 10
    assert np.all(np.diff(groups.forecasts[OURS]) > 0)
    active = view.forecasts[OURS].active
    assert groups.forecasts[OURS][-1] == pytest.approx(np.sort(active)[-groups.customers[-1] :].mean())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=60))
def test_customers_of_equal_forecast_are_in_one_tenth_and_no_tenth_is_empty(values: list[int]) -> None:
    value = np.array(values, np.float64)
    group = tenths(value)
    assert set(group) == set(range(int(group.max()) + 1))
    for one in set(values):
        assert len(set(group[value == one])) == 1
    order = np.argsort(value, kind="stable")
    assert np.all(np.diff(group[order]) >= 0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 300), min_size=2, max_size=80), st.integers(0, 2**32 - 1))
def test_every_customer_is_in_one_bar_whatever_she_bought(bought: list[int], seed: int) -> None:
    futures = np.random.default_rng(seed).integers(0, 40, (len(bought), 5)).astype(np.int32)
    forecast = Forecast(futures.mean(axis=1), (futures > 0).mean(axis=1), futures)
    view = SimpleNamespace(forecasts={OURS: forecast})
    outcome = Outcome(np.array(bought), np.zeros(len(bought)), np.zeros(3), 1)
    groups = by_count(view, outcome, OURS)
    assert groups.actual.sum() == len(bought)
    assert groups.forecasts[OURS].sum() == pytest.approx(len(bought))
    assert groups.labels[0] == "0"
    assert len(groups.labels) <= 18 or max(bought) > 250


def test_the_interval_of_a_mean_covers_the_truth_in_nineteen_of_twenty() -> None:
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(400):
        bought = rng.poisson(3.0, 40)
        groups = by_frequency(_histories_of(np.zeros(40, np.int64)), _bought(bought))
        covered += groups.low[0] <= 3.0 <= groups.high[0]
    assert 0.92 <= covered / 400 <= 0.975


def test_of_a_group_of_one_no_interval_is_given() -> None:
    groups = by_frequency(_histories_of(np.array([0, 0, 0, 1])), _bought(np.array([0, 1, 2, 5])))
    assert np.isnan(groups.low[1]) and np.isnan(groups.high[1])
    assert groups.actual.tolist() == [1.0, 5.0]


def _bought(bought: np.ndarray) -> Outcome:
    return Outcome(bought.astype(np.int64), np.zeros(len(bought)), np.zeros(3), 1)


def _histories_of(repeats: np.ndarray) -> SimpleNamespace:
    """An outlook of which only the repeats are asked."""
    histories = SimpleNamespace(repeats=repeats)
    return SimpleNamespace(histories=histories, forecasts={}, own_rate=np.zeros(len(repeats)))


def test_differences_agree_with_those_in_the_table_and_name_every_baseline(
    cdnow_report: HoldoutReport,
) -> None:
    assert list(cdnow_report.beside) == [BASELINE, "NBD", "own rate"]
    assert cdnow_report.beside[BASELINE]["CRPS"] == pytest.approx(cdnow_report.differences["CRPS, relative"])
    mean, low, high = cdnow_report.beside[BASELINE]["absolute error"]
    scores = cdnow_report.scores
    assert mean == pytest.approx(scores[OURS]["MAE"] / scores[BASELINE]["MAE"] - 1)
    assert low < mean < high
    spend = cdnow_report.beside[BASELINE]["spend, squared error"][0]
    assert spend == pytest.approx((scores[OURS]["spend RMSE"] / scores[BASELINE]["spend RMSE"]) ** 2 - 1)
    assert "CRPS" not in cdnow_report.beside["own rate"]


def test_simulated_totals_hold_what_is_expected_and_what_happened(cdnow_report: HoldoutReport) -> None:
    mean, low, high = totals(cdnow_report.outlook, OURS)
    assert low < cdnow_report.outlook.forecasts[OURS].expected.sum() < high
    assert low < mean < high
    assert low < cdnow_report.purchases == cdnow_report.outcome.bought.sum() < high


def test_the_curve_ends_at_all_repeats_of_the_log(cdnow_report: HoldoutReport) -> None:
    outcome, h = cdnow_report.outcome, cdnow_report.outlook.histories
    assert len(outcome.curve) == len(cdnow_report.outlook.curves[OURS]) == 78
    assert outcome.first_week == 39
    assert outcome.curve[38] == h.repeats.sum()
    assert outcome.curve[-1] == h.repeats.sum() + outcome.bought.sum()


def test_no_later_row_is_in_the_outlook_that_is_drawn(few: list[str], tmp_path: Path) -> None:  # noqa: F811
    header, *body = few
    early = [line for line in body if line.split(",")[1] <= str(CDNOW_END)]
    other = [
        header,
        *early,
        *(f"{line.split(',')[0]},1998-02-{i % 28 + 1:02d},7" for i, line in enumerate(early)),
    ]
    one, two = (
        holdout(write(tmp_path, "\n".join(lines), f"{i}.csv"), CDNOW_END, LATER, replicates=5)
        for i, lines in enumerate((few, other))
    )
    assert one.outlook.log.last_date <= CDNOW_END
    for name in (OURS, BASELINE):
        assert np.array_equal(one.outlook.forecasts[name].futures, two.outlook.forecasts[name].futures)
        assert np.array_equal(one.outlook.spend[name], two.outlook.spend[name])
    # Groups are of the forecast: the same customers, whatever they then did.
    first, second = (by_spend(r.outlook, r.outcome, OURS) for r in (one, two))
    assert first.customers.tolist() == second.customers.tolist()
    assert not np.array_equal(first.actual, second.actual)


def test_a_report_is_scored_without_any_picture_being_loaded() -> None:
    script = "import sys, sim.calibration.holdout; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_report_that_was_stripped_of_its_forecasts_says_nothing_of_baselines(
    cdnow_report: HoldoutReport,
) -> None:
    assert replace(cdnow_report, outlook=None).beside == {}


def test_models_that_are_one_are_neither_better_nor_worse_however_narrow_the_interval() -> None:
    assert verdict(-1e-5, -2e-5, -1e-6) == ""
    assert verdict(float("nan"), float("nan"), float("nan")) == ""
    assert verdict(-0.1, -0.2, 0.01) == verdict(0.1, -0.01, 0.2) == ""
    assert (verdict(-0.1, -0.2, -0.01), verdict(0.1, 0.01, 0.2)) == ("better", "worse")
