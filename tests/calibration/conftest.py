"""The CDNOW log and its fits, made once for all tests that ask for them."""

from __future__ import annotations

import pytest

from sim.calibration import Log, read_log
from sim.calibration.choice import TimingFits, fit_timing
from sim.calibration.histories import Histories, histories
from tests.calibration.made import CDNOW, CDNOW_END


@pytest.fixture(scope="session")
def cdnow() -> Log:
    return read_log(CDNOW)


@pytest.fixture(scope="session")
def cdnow_histories(cdnow: Log) -> Histories:
    return histories(cdnow.until(CDNOW_END), CDNOW_END)


@pytest.fixture(scope="session")
def cdnow_fits(cdnow_histories: Histories) -> TimingFits:
    return fit_timing(cdnow_histories)
