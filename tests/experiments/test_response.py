"""The pull of a goal from a log with points: found where the log tells it, left alone where it does not."""

from __future__ import annotations

from math import inf, isnan
from pathlib import Path

import numpy as np
import pytest

from sim.calibration import calibrate, read_log, write_scenario
from sim.experiments import ExperimentError, ResponseFit, fit_response
from sim.experiments.response import GRID, WIDEST, _agreeing
from sim.rules.programme_value import ProgrammeValue
from sim.scenario import Scenario, load
from tests.calibration.test_response import card_log


def saturating(noise: float, replicates: int = 6) -> np.ndarray:
    """Effects of markets by pull: 0.06 of busy times, and what a pull adds, less and less."""
    rng = np.random.default_rng(3)
    curve = 0.06 + 0.12 * np.array(GRID) - 0.01 * np.array(GRID) ** 2
    return curve + noise * rng.standard_normal((replicates, len(GRID)))


def test_the_pull_with_which_markets_agree_with_the_log_is_found() -> None:
    for pull in (0.0, 0.5, 2.0, 4.5):
        effect = 0.06 + 0.12 * pull - 0.01 * pull**2
        found, error = _agreeing(effect, 0.02, saturating(0.0))
        assert found == pytest.approx(pull, abs=1e-6)
        assert error == pytest.approx(0.02 / (0.12 - 0.02 * pull), rel=1e-6)


def test_noise_of_markets_and_of_the_log_both_make_it_less_sure() -> None:
    sure, log_noise, both = (
        _agreeing(0.2, error, saturating(noise))[1]
        for error, noise in ((0.001, 0.002), (0.03, 0.002), (0.03, 0.03))
    )
    assert sure < log_noise < both


def test_a_log_that_quickens_more_than_any_market_is_not_extrapolated() -> None:
    found, error = _agreeing(2.0, 0.02, saturating(0.001))
    assert found == inf == error


def test_markets_in_which_the_pull_does_nothing_tell_nothing() -> None:
    flat = 0.1 + 0.05 * np.random.default_rng(1).standard_normal((4, len(GRID)))
    assert isnan(_agreeing(0.1, 0.02, flat)[0])
    assert isnan(_agreeing(0.1, 0.02, np.full((2, len(GRID)), np.nan))[0])


def fit(gradient: float, error: float) -> ResponseFit:
    return ResponseFit(0.2, 0.03, dict.fromkeys(GRID, 0.1), gradient, error)


def scenario() -> dict:
    return {
        "behaviour": {"drift": {}},
        "provenance": {"fitted": {}, "assumed": {"programme_value.gradient": "x"}},
    }


def test_only_a_pull_that_is_told_well_enough_takes_the_place_of_the_default() -> None:
    good = fit(2.5, 0.4).put(scenario())
    assert good["behaviour"]["programme_value"] == {"gradient": 2.5}
    assert "programme_value.gradient" not in good["provenance"]["assumed"]
    for bad, why in (
        (fit(2.5, WIDEST), "says too little"),
        (fit(-0.7, 0.2), "lies outside"),
        (fit(float("nan"), inf), "hardly changes"),
        (fit(inf, inf), "more than in any market"),
    ):
        kept = bad.put(scenario())
        assert "programme_value" not in kept["behaviour"]
        assert why in kept["provenance"]["assumed"]["programme_value.gradient"]
        assert why in bad.summary() and f"default {ProgrammeValue().gradient:g} stays" in bad.summary()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log")
    card_log(path, customers=80, weeks=40)
    return path


def test_the_fit_runs_on_a_calibrated_market_the_same_with_any_workers(folder: Path) -> None:
    log = read_log(folder / "log.csv")
    world = write_scenario(calibrate(log), folder / "store.yaml")
    small = Scenario.model_validate(world.model_dump(mode="json") | {"horizon": {"weeks": 30, "burn_in": 10}})
    one, two = (fit_response(small, log, replicates=1, customers=100, workers=k) for k in (1, 2))
    assert one.record() == two.record()
    assert list(one.found) == list(GRID)
    assert len(set(one.found.values())) == len(GRID)


def test_a_log_without_points_cannot_be_asked(folder: Path) -> None:
    header, *rows = (folder / "log.csv").read_text().splitlines()
    bare = folder / "bare.csv"
    bare.write_text("\n".join(",".join(row.split(",")[:3]) for row in (header, *rows)))
    log = read_log(bare)
    world = write_scenario(calibrate(log), folder / "bare.yaml")
    with pytest.raises(ExperimentError, match="points_earned and points_redeemed"):
        fit_response(world, log, replicates=1, customers=50)


def test_the_command_writes_what_the_fit_found_and_refuses_a_log_without_points(
    command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    with monkeypatch.context() as patched:
        patched.setattr(
            "sim.experiments.fit_response", lambda world, log, progress: seen.append(log) or fit(2.5, 0.4)
        )
        code, _, err = command(
            "calibrate",
            folder / "log.csv",
            "--out",
            "s.yaml",
            "--calibration-end",
            "2019-08-31",
            "--fit-response",
        )
    assert code == 0, err
    assert "Pull of the goal: 2.50" in err
    assert load("s.yaml").behaviour.programme_value.gradient == 2.5
    assert seen[0].last_date.isoformat() <= "2019-08-31"
    code, _, err = command("calibrate", folder / "bare.csv", "--out", "b.yaml", "--fit-response")
    assert code == 2
    assert "points_redeemed" in err and "Traceback" not in err
