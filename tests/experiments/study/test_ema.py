"""A study as a model of the EMA workbench. Without the workbench, all but the last tests are left out, and say so."""

from __future__ import annotations

import importlib.util
import math
import pickle
import sys

import pytest

from sim.experiments import ExperimentError
from sim.experiments.study.ema import EmaRun, ema_model
from tests.experiments.study.small import broken_cell, run_cell, study

THERE = importlib.util.find_spec("ema_workbench") is not None
needs_workbench = pytest.mark.skipif(
    not THERE, reason="EMA WORKBENCH IS NOT INSTALLED: the adapter is not tested (pip install ema-workbench)"
)
WHOLE = {"path": "designs.points.programme.points.expire_weeks", "low": 4, "high": 20, "whole": True}
LEAVERS = {"path": "customers.replace_leavers", "values": [True, False]}


def test_one_call_is_every_design_in_every_replicate_at_one_point() -> None:
    run = EmaRun(study(), run_cell)
    found = run(replicates=3, seed=1, threshold=200, reward=2.5, mill_price=1.1)
    assert list(found) == run.outcomes
    assert found["profit_points_gain"] == pytest.approx(1997.5)
    assert found["profit_points"] - found["profit_none"] == pytest.approx(1997.5)
    assert found["retention_none"] == 0.5
    other = run(replicates=3, seed=2, threshold=200, reward=2.5, mill_price=1.1)
    assert other["profit_none"] != found["profit_none"]
    assert other["profit_points_gain"] == pytest.approx(1997.5)


def test_a_market_that_fails_leaves_the_pairs_that_are_whole() -> None:
    run = EmaRun(study(replicates=2), broken_cell)
    found = run(replicates=2, seed=1, threshold=100, reward=2.5, mill_price=1.0)
    assert found["profit_points_gain"] == pytest.approx(997.5)
    alone = EmaRun(study(), broken_cell)(replicates=1, seed=1, threshold=100, reward=2.5, mill_price=1.0)
    assert not math.isnan(alone["profit_points"])


def test_what_is_called_can_be_sent_to_other_processes() -> None:
    run = EmaRun(study(), run_cell)
    again = pickle.loads(pickle.dumps(run))  # noqa: S301  (our own)
    values = {"threshold": 50, "reward": 5.0, "mill_price": 0.9}
    assert again(replicates=1, seed=1, **values) == run(replicates=1, seed=1, **values)


@pytest.mark.filterwarnings("ignore")
@needs_workbench
def test_the_workbench_runs_the_study() -> None:
    from ema_workbench import perform_experiments

    varied = study(
        levers={**study().to_dict()["levers"], "expiry": WHOLE},
        uncertainties={"leavers": LEAVERS, "mill_price": study().uncertainties["mill_price"]},
    )
    model = ema_model(varied, run_cell=run_cell)
    assert [one.name for one in model.levers] == ["threshold", "reward", "expiry"]
    assert [one.name for one in model.uncertainties] == ["leavers", "mill_price"]
    assert {one.name: one.value for one in model.constants} == {"replicates": 3, "seed": 1}
    experiments, outcomes = perform_experiments(model, scenarios=4, policies=3)
    assert len(experiments) == 12
    assert list(outcomes["profit_points_gain"]) == pytest.approx(
        [10.0 * float(row.threshold) - float(row.reward) for row in experiments.itertuples()]
    )
    assert set(experiments["expiry"].astype(int)) <= set(range(4, 21))
    assert experiments["mill_price"].astype(float).between(0.8, 1.2).all()


def test_without_the_workbench_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ema_workbench", None)
    with pytest.raises(ExperimentError, match="pip install ema-workbench"):
        ema_model(study())
