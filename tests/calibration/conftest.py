"""The CDNOW log and its forecast, made once for all tests that ask for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.calibration import HoldoutReport, Log, holdout, read_log
from sim.calibration.choice import TimingFits
from sim.calibration.histories import Histories, histories
from tests.calibration.made import CDNOW, CDNOW_END


@pytest.fixture(scope="session")
def cdnow() -> Log:
    return read_log(CDNOW)


@pytest.fixture(scope="session")
def cdnow_histories(cdnow: Log) -> Histories:
    return histories(cdnow.until(CDNOW_END), CDNOW_END)


@pytest.fixture(scope="session")
def forecast_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("forecast")


@pytest.fixture(scope="session")
def cdnow_report(forecast_folder: Path) -> HoldoutReport:
    return holdout(CDNOW, CDNOW_END, "1998-06-30", out=forecast_folder)


@pytest.fixture(scope="session")
def cdnow_fits(cdnow_report: HoldoutReport) -> TimingFits:
    return TimingFits(*cdnow_report.fits[:4])
