"""Tasks T1, T2 and T2b: forecasts of who buys how often, beside baselines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.calibration.discounted import discounted_forecast, fit_discounted
from sim.calibration.histories import Histories, histories
from sim.calibration.holdout import holdout
from sim.calibration.transactions import Log, as_date, parse_date, read_log
from sim.validation.tasks.task import TaskResult
from sim.validation.tasks.timing import DISCOUNTED, FLAT, PARETO, cdnow, task

SAMPLE = Path(__file__).parents[3] / "scenarios" / "logs" / "cdnow_sample.csv"
DATES = ("1997-09-30", "1998-06-30")


@pytest.fixture(scope="module")
def log() -> Log:
    """CDNOW, every fifth customer."""
    whole = read_log(SAMPLE)
    keep = whole.customer % 5 == 0
    people, customer = np.unique(whole.customer[keep], return_inverse=True)
    return replace(
        whole,
        customers=tuple(whole.customers[i] for i in people),
        customer=customer,
        day=whole.day[keep],
        amount=whole.amount[keep],
        brand=whole.brand[keep],
    )


@pytest.fixture(scope="module")
def result(log: Log) -> TaskResult:
    return cdnow(log, replicates=20)


def test_ours_comes_first_and_every_baseline_stands_beside_it(result: TaskResult) -> None:
    assert next(iter(result.scores)) == "market"
    assert {"BG/NBD", "NBD", PARETO, DISCOUNTED, "own rate", FLAT} <= set(result.scores)
    assert "market" not in result.differences
    for model in ("BG/NBD", PARETO, DISCOUNTED):
        difference, low, high = result.differences[model]["CRPS, relative"]
        assert low <= difference <= high


def test_a_task_gives_the_scores_of_the_holdout_command(log: Log, result: TaskResult) -> None:
    report = holdout(log, *DATES, replicates=20)
    for model, scores in report.scores.items():
        assert result.scores[model] == scores
    assert result.differences["BG/NBD"]["CRPS, relative"] == report.differences["CRPS, relative"]


def test_the_flat_line_of_a_steady_market_is_right(log: Log) -> None:
    day = np.concatenate([np.arange(40 * 7) + 365 * 20 + 7 for _ in range(2)])
    customer = np.concatenate([np.arange(40 * 7) % 40, (np.arange(40 * 7) + 1) % 40])
    order = np.lexsort((customer, day))
    steady = replace(
        log, customers=tuple(map(str, range(40))), customer=customer[order], day=day[order],
        amount=np.ones(len(day)), brand=np.zeros(len(day), np.int64),
    )  # fmt: skip
    end, last = as_date(int(day.min()) + 30 * 7 - 1), as_date(int(day.max()))
    scores = task("T", "steady", steady, end, last, replicates=2).scores[FLAT]
    assert abs(scores["end error %"]) < 0.5
    assert scores["weekly WAPE %"] < 0.5


def test_a_discount_of_one_is_the_nbd(log: Log) -> None:
    h = histories(log.until(parse_date(DATES[0])), parse_date(DATES[0]))
    fit = replace(fit_discounted(h), values={"r": 0.5, "alpha": 8.0, "discount": 1.0})
    forecast = discounted_forecast(h, fit, 70, replicates=2, seed=1)
    assert forecast.expected == pytest.approx((0.5 + h.repeats) / (8.0 + h.observed) * 10)


def test_the_discount_is_found_where_rates_drift_and_not_where_they_stay() -> None:
    def fitted(redraw: float) -> float:
        rng = np.random.default_rng(2)
        rate = rng.gamma(1.0, 1.0, 600)
        weekly = np.zeros((600, 40), np.int64)
        for week in range(40):
            rate = np.where(rng.random(600) < redraw, rng.gamma(1.0, 1.0, 600), rate)
            weekly[:, week] = rng.poisson(rate)
        h = Histories(
            np.zeros(600, np.int64), weekly.sum(axis=1), np.full(600, 40.0), np.full(600, 40.0), weekly
        )
        return fit_discounted(h)["discount"]

    assert fitted(0.0) > 0.98
    assert fitted(0.1) < 0.92


def test_nothing_after_the_calibration_end_reaches_a_fit(log: Log, result: TaskResult) -> None:
    late = log.day > parse_date(DATES[0]).toordinal() - parse_date("1970-01-01").toordinal()
    other = replace(log, amount=np.where(late, 5 * log.amount, log.amount))
    scores = cdnow(other, replicates=20).scores
    for model in ("market", PARETO, DISCOUNTED):
        for score in ("CRPS", "MAE", "total ratio"):
            assert scores[model][score] == result.scores[model][score]
    assert scores["market"]["spend ratio"] == pytest.approx(result.scores["market"]["spend ratio"] / 5)


def test_dates_out_of_order_are_refused(log: Log) -> None:
    with pytest.raises(ValueError, match="must be in order"):
        task("T", "wrong", log, DATES[1], DATES[0])
