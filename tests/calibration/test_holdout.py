"""Hold-out accuracy: the goals on CDNOW, the files, and that the fit has not seen what it is scored on."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest

from sim.calibration import HoldoutReport, Log, LogError, calibrate, holdout
from sim.calibration.holdout import BASELINE, OURS
from tests.calibration.made import CDNOW, CDNOW_END, write

LATER = "1998-06-30"


def test_the_baseline_scores_as_published(cdnow_report: HoldoutReport) -> None:
    """As computed independently of this code on the same task."""
    scores = cdnow_report.scores[BASELINE]
    known = {
        "total ratio": 0.8785, "MAE": 0.7855, "RMSE": 1.6080, "correlation": 0.6256, "AUC active": 0.7725,
        "calibration MAE": 0.0970, "spend MAE": 30.41, "spend RMSE": 72.30,
    }  # fmt: skip
    assert {name: scores[name] for name in known} == pytest.approx(known, rel=1e-3)
    assert scores["CRPS"] == pytest.approx(0.510, abs=0.004)
    assert scores["Brier active"] == pytest.approx(0.161, abs=0.001)
    assert cdnow_report.scores["NBD"]["total ratio"] == pytest.approx(1.5568, rel=1e-3)
    assert cdnow_report.scores["own rate"]["RMSE"] == pytest.approx(2.2119, rel=1e-3)


def test_the_forecast_is_not_worse_than_the_bg_nbd(cdnow_report: HoldoutReport) -> None:
    mean, _, high = cdnow_report.differences["CRPS, relative"]
    assert high <= 0.02
    assert mean <= 0.0


def test_the_forecast_tells_active_customers_and_their_number(cdnow_report: HoldoutReport) -> None:
    scores = cdnow_report.scores[OURS]
    assert scores["AUC active"] >= 0.768
    assert scores["Brier active"] <= 0.165
    assert scores["correlation"] >= 0.62
    assert 0.85 <= scores["total ratio"] <= 1.15
    assert scores["cumulative MAPE %"] <= 4.0
    assert scores["calibration MAE"] <= 0.13


def test_the_report_is_one_table_with_all_models(cdnow_report: HoldoutReport) -> None:
    text = cdnow_report.table()
    assert "2,357 customers, fitted to 1997-09-30, scored to 1998-06-30 (1,882 purchases)" in text
    for word in (OURS, BASELINE, "NBD", "own rate", "CRPS", "paired 95 % intervals"):
        assert word in text


def test_the_files_hold_the_forecast_and_nothing_else_is_left(
    cdnow_report: HoldoutReport, forecast_folder: Path
) -> None:
    assert sorted(path.name for path in forecast_folder.iterdir()) == [
        "pred.csv", "scores.json", "sims.npy", "weekly.csv",
    ]  # fmt: skip
    with (forecast_folder / "pred.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    sims = np.load(forecast_folder / "sims.npy")
    assert list(rows[0]) == ["customer_id", "expected", "p_active", "spend"]
    assert sims.shape == (len(rows), 200) == (2357, 200)
    expected = np.array([float(row["expected"]) for row in rows])
    assert np.corrcoef(expected, sims.mean(axis=1))[0, 1] > 0.98
    weekly = (forecast_folder / "weekly.csv").read_text(encoding="utf-8").splitlines()
    assert weekly[0] == "week,expected"
    assert len(weekly) == 1 + 78
    stored = json.loads((forecast_folder / "scores.json").read_text(encoding="utf-8"))
    assert stored["scores"][OURS]["CRPS"] == cdnow_report.scores[OURS]["CRPS"]


@pytest.fixture(scope="module")
def few() -> list[str]:
    """Lines of the CDNOW log for every twelfth customer; the last of them looks like a formula."""
    header, *body = CDNOW.read_text(encoding="utf-8").splitlines()
    return [header, *(line.replace("2352,", "=2352,") for line in body if int(line.split(",")[0]) % 12 == 0)]


def test_later_rows_change_the_scores_and_nothing_that_is_forecast(few: list[str], tmp_path: Path) -> None:
    header, *body = few
    early = [line for line in body if line.split(",")[1] <= str(CDNOW_END)]
    names = [line.split(",")[0] for line in early]
    invented = [f"{name},1998-03-{i % 28 + 1:02d},9" for i, name in enumerate(names)]
    worlds = {"true": few, "other": [header, *early, *invented, "a newcomer,1998-01-01,1e6"]}
    reports, folders = {}, {}
    for name, lines in worlds.items():
        folders[name] = tmp_path / name
        log = write(tmp_path, "\n".join(lines), f"{name}.csv")
        reports[name] = holdout(log, CDNOW_END, LATER, replicates=5, out=folders[name])
    for file in ("pred.csv", "sims.npy", "weekly.csv"):
        assert (folders["true"] / file).read_bytes() == (folders["other"] / file).read_bytes(), file
    assert [f.values for f in reports["true"].fits] == [f.values for f in reports["other"].fits]
    assert reports["true"].scores[OURS]["CRPS"] != reports["other"].scores[OURS]["CRPS"]
    fitted = [
        calibrate(tmp_path / f"{name}.csv", calibration_end=CDNOW_END)["provenance"]["fitted"]
        for name in worlds
    ]
    assert fitted[0] == fitted[1]
    # The table opens in a spreadsheet: what looks like a formula is not one.
    assert "\n'=2352," in (folders["true"] / "pred.csv").read_text(encoding="utf-8")


def test_scores_need_a_future_and_dates_in_order(cdnow: Log) -> None:
    with pytest.raises(LogError, match="ends on 1998-06-30; nothing after 1998-06-30"):
        holdout(cdnow, LATER, "1998-12-31")
    with pytest.raises(ValueError, match="must be in order"):
        holdout(cdnow, LATER, CDNOW_END)
    with pytest.raises(ValueError, match="must be in order"):
        holdout(cdnow, CDNOW_END, LATER, cohort_end=dt.date(1997, 10, 1))
    with pytest.raises(ValueError, match="is not a date"):
        holdout(cdnow, "some day", LATER)
    with pytest.raises(ValueError, match="replicates must be 2 or more"):
        holdout(cdnow, CDNOW_END, LATER, replicates=1)
