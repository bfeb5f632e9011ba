"""Brand forecasts: closed forms, what the fit may see, simulated against expected, and the hold-out command's files."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.calibration import Log, holdout
from sim.calibration.brand_choices import Choices
from sim.calibration.brand_forecast import BrandForecast, brand_forecast
from sim.calibration.brand_futures import brand_futures
from sim.calibration.brand_holdout import between
from sim.calibration.brand_scores import OURS, POSTERIOR, THEORY, Choosing, score_brands
from sim.calibration.same_day import SameDay, fit_same_day
from sim.calibration.taste import Taste
from sim.calibration.taste_segments import Segments
from sim.calibration.transactions import as_day
from tests.calibration.made_brands import START, branded, csv_text, log_of

ALPHA = (0.8, 0.5, 0.3)
END, LAST = START + dt.timedelta(26 * 7 - 1), START + dt.timedelta(39 * 7 - 1)


@pytest.fixture(scope="module")
def log() -> Log:
    return branded(250, 39, ALPHA)


@pytest.fixture(scope="module")
def view(log: Log) -> BrandForecast:
    return brand_forecast(log.until(END), END, (LAST - END).days, replicates=60)


def test_without_forgetting_shares_are_the_posterior_of_the_dirichlet(view: BrandForecast) -> None:
    taste = replace(view.taste, forgetting=0.0, segments=Segments(view.taste.plain[None, :], np.ones(1), 0.0))
    counts = view.choices.counts
    closed = (taste.plain + counts) / (taste.plain.sum() + counts.sum(axis=1, keepdims=True))
    held = taste.remembered(view.choices, as_day(END))
    assert taste.shares(held, np.ones((len(held), 1)), view.days) == pytest.approx(closed)


def test_simulated_purchases_agree_with_the_expected(view: BrandForecast) -> None:
    n = len(view.log.customers)
    futures = np.stack(list(view.futures()))
    mean = futures.mean(axis=0)
    assert mean[:n].sum() == pytest.approx(view.expected.sum(), rel=0.02)
    assert mean[:n].sum(axis=0)[:3] == pytest.approx(view.expected.sum(axis=0)[:3], rel=0.04)
    assert np.corrcoef(mean[:n].ravel(), view.expected.ravel())[0, 1] > 0.97
    new = mean[n:].sum(axis=0) / mean[n:].sum()
    assert new[:3] == pytest.approx(view.new_share[:3], abs=0.1)


def test_the_urn_gives_the_compound_multinomial() -> None:
    """Two purchases of a new customer, alpha 1 and 1 (and hardly any others): the same brand twice in two thirds."""
    taste = Taste(Segments(np.array([[1.0, 1.0, 1e-9]]), np.ones(1), 0.0), 0.0, np.ones(3))
    n = 20_000
    counts = brand_futures(
        np.full(n, 2, np.int32), np.zeros((n, 3)), np.zeros(n, np.int64), taste, 90, seed=1, replicate=0
    )
    assert (counts.max(axis=1) == 2).mean() == pytest.approx(2 / 3, abs=0.012)
    assert counts.sum(axis=1).tolist() == [2] * n


def test_expected_purchases_add_up_over_the_brands(view: BrandForecast) -> None:
    n = len(view.log.customers)
    assert view.shares.sum(axis=1) == pytest.approx(np.ones(n))
    assert view.expected.sum(axis=1) == pytest.approx(view.shopping.expected[:n] * (1 + view.further[:n]))
    assert (view.expected >= 0).all()


def test_the_fit_sees_calibration_rows_only(log: Log, view: BrandForecast) -> None:
    """A log with other later rows, cut at the end, gives the same bits."""
    early = log.until(END)
    later = log_of([(as_day(LAST), i, 2) for i in range(30)], early.brands)
    other = replace(
        early,
        day=np.append(early.day, later.day),
        customer=np.append(early.customer, later.customer),
        brand=np.append(early.brand, later.brand),
        amount=np.append(early.amount, later.amount),
    )
    again = brand_forecast(other.until(END), END, view.days, replicates=60)
    assert again.taste.plain.tobytes() == view.taste.plain.tobytes()
    assert again.expected.tobytes() == view.expected.tobytes()
    assert again.shopping.futures.tobytes() == view.shopping.futures.tobytes()
    with pytest.raises(ValueError, match="holds purchases after"):
        brand_forecast(other, END, view.days, replicates=2)


def test_the_same_seed_gives_the_same_bits_and_another_gives_others(view: BrandForecast) -> None:
    first, second = (next(view.futures()) for _ in range(2))
    assert first.tobytes() == second.tobytes()
    assert next(replace(view, seed=2).futures()).tobytes() != first.tobytes()


def test_who_bought_nothing_so_far_is_in_the_forecast(log: Log, view: BrandForecast) -> None:
    known = len(view.log.customers)
    assert view.silent > 0
    assert view.customers == pytest.approx(250, rel=0.1)
    told = brand_forecast(log.until(END), END, view.days, replicates=2, size=250)
    assert told.customers == 250
    alone = brand_forecast(log.until(END), END, view.days, replicates=2, newcomers=False)
    assert len(alone.shopping.expected) == known


def test_scores_stand_beside_the_baselines(log: Log, view: BrandForecast) -> None:
    report = score_brands(view, between(log, END, LAST), samples=20)
    ours, posterior = report.scores[OURS], report.scores[POSTERIOR]
    assert ours["log-loss"] == pytest.approx(posterior["log-loss"], abs=0.02)  # the truth is that model
    assert ours["log-loss"] < report.scores["market shares"]["log-loss"] - 0.1
    assert ours["penetration WAPE %"] == pytest.approx(report.scores[THEORY]["penetration WAPE %"], abs=6)
    difference, low, high = report.differences["market shares"]["log-loss"]
    assert low <= difference <= high < 0
    assert "no drift shown" in report.table()


def test_scores_of_choices_by_hand() -> None:
    """Two purchases of A, one of B at chances .5, .25: log-loss (2 ln 2 + ln 4) / 3; hits 2 of 3."""
    found = Choosing.of(np.array([[0.5, 0.25, 0.25], [0.2, 0.4, 0.4]]), np.array([[2, 1, 0], [0, 0, 0]]))
    scores = found.scores()
    assert scores["log-loss"] == pytest.approx((2 * np.log(2) + np.log(4)) / 3)
    assert scores["hit"] == pytest.approx(2 / 3)
    assert scores["share MAE"] == pytest.approx((2 / 3 - 0.5 + 1 / 3 - 0.25 + 0.25) / 2)


def test_further_brands_of_a_day_are_shrunk_to_all_customers() -> None:
    days = np.array([10] * 60 + [20] * 60)
    found = fit_same_day(days, np.array([2, 3] * 30 + [6, 4] * 30))
    assert found.mean == pytest.approx(0.25, rel=0.05)
    one = SameDay(1.0, 4.0)
    assert one.expected(np.array([0, 4]), np.array([0, 3])).tolist() == [0.25, 0.5]
    assert fit_same_day(days, 0 * days).mean == 0


def write(folder: Path, log: Log, name: str = "log.csv") -> Path:
    path = folder / name
    path.write_text(csv_text(log), encoding="utf-8")
    return path


def test_the_command_writes_brands_and_reports_their_scores(log: Log, tmp_path: Path) -> None:
    report = holdout(write(tmp_path, log), END, LAST, replicates=5, out=tmp_path / "out")
    with (tmp_path / "out" / "brands.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    customers = len(log.until(END).customers)
    assert len(rows) == customers * 4
    assert list(rows[0]) == ["customer_id", "brand", "expected", "share"]
    assert sum(float(row["share"]) for row in rows) == pytest.approx(customers, abs=0.01)
    assert report.brands is not None
    assert "penetration WAPE %" in report.table()
    assert report.record()["brands"]["brands"] == ["b0", "b1", "b2"]


def test_later_rows_leave_brands_csv_as_it_is(log: Log, tmp_path: Path) -> None:
    early = log.until(END)
    invented = [(as_day(END) + 1 + i % 60, i, i % 3) for i in range(len(early.customers))]
    rows = list(zip(early.day.tolist(), early.customer.tolist(), early.brand.tolist(), strict=True))
    other = replace(log_of(rows + invented, early.brands), customers=early.customers)
    for name, kept in (("true", log), ("other", other)):
        holdout(write(tmp_path, kept, f"{name}.csv"), END, LAST, replicates=3, out=tmp_path / name)
    assert (tmp_path / "true" / "brands.csv").read_bytes() == (tmp_path / "other" / "brands.csv").read_bytes()


def test_a_brand_that_appears_after_the_cut_counts_as_other(log: Log, tmp_path: Path) -> None:
    late = log.day > as_day(END)
    renamed = replace(log, brands=(*log.brands, "new"), brand=np.where(late & (log.brand == 1), 3, log.brand))
    report = holdout(write(tmp_path, renamed), END, LAST, replicates=3)
    assert report.brands is not None
    assert np.isfinite(report.brands.scores[OURS]["log-loss"])
    bought = Choices.of(between(renamed, END, LAST), ("b0", "b1", "b2")).counts.sum(axis=0)
    assert bought[1] == 0 < bought[3]


def test_one_brand_leaves_the_other_scores_and_says_so(log: Log, tmp_path: Path) -> None:
    only = replace(log, brands=("b",), brand=np.zeros_like(log.brand))
    report = holdout(write(tmp_path, only), END, LAST, replicates=3, out=tmp_path / "out")
    assert report.brands is None
    assert "one brand only" in report.notes[-1]
    assert not (tmp_path / "out" / "brands.csv").exists()
    assert report.scores["market"]["MAE"] > 0


def test_a_cohort_is_scored_without_newcomers(log: Log, tmp_path: Path) -> None:
    report = holdout(write(tmp_path, log), END, LAST, START + dt.timedelta(70), replicates=3)
    assert report.brands is not None
    assert THEORY not in report.brands.scores


def test_two_hundred_equal_brands_are_forecast() -> None:
    rows = [
        (as_day(START) + (7 * k + i) % 250, i, (37 * i + 11 * (k // 2)) % 200)
        for i in range(80) for k in range(30)
    ]  # fmt: skip
    log = log_of(rows, tuple(f"b{i:03d}" for i in range(200)))
    found = brand_forecast(log.until(END), END, 91, replicates=2)
    assert len(found.brands) == 9
    report = score_brands(found, between(log, END, LAST), samples=0)
    assert np.isfinite(report.scores[OURS]["log-loss"])


def test_a_log_without_brands_is_refused(log: Log) -> None:
    with pytest.raises(ValueError, match="no column 'brand'"):
        brand_forecast(log.until(END).days(), END, 91)
    with pytest.raises(ValueError, match="replicates must be 2"):
        brand_forecast(log.until(END), END, 91, replicates=1)
