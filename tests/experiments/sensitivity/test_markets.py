"""Markets of an analysis: failures, resuming, workers, folders, and one real market."""

from __future__ import annotations

import json
import threading
from math import nan
from pathlib import Path

import pytest

import sim
from sim.experiments import ExperimentError, Sensitivity, SensitivityPlan, store
from sim.experiments.run import Cell, Outcome
from sim.experiments.study import Study
from sim.report.sensitivity_table import table
from sim.scenario import Scenario
from tests.experiments import fake
from tests.experiments.sensitivity import functions as known


def failing(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """As `linear`; fails in one world where a and b are low."""
    values = known.read(cell)
    if cell.replicate == 1 and values["a"] < 0.2 and values["b"] < 0.2:
        raise RuntimeError("the till caught fire")
    return known.linear(given, cell, stop)


def always_failing(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    raise RuntimeError("the till caught fire")


def undefined(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """As `linear`; no profit where a and b are low."""
    outcome = known.linear(given, cell, stop)
    values = known.read(cell)
    lost = values["a"] < 0.2 and values["b"] < 0.2
    return Outcome({**outcome.metrics, "profit": nan if lost else outcome.metrics["profit"]})


def index(result: Sensitivity, factor: str, name: str = "mu_star") -> float:
    rows = result.frame().set_index(["factor", "index"])
    return float(rows.loc[(factor, name), "value"])


def test_morris_leaves_out_whole_trajectories_of_markets_that_fail() -> None:
    result = sim.sensitivity(known.study("abc", replicates=2), points=12, run_cell=failing)
    lost = result.analysis.unused["profit"]
    blocks = result.sampled.set_index("point")["block"]
    assert lost == len({blocks[point] for point in result.failures["point"]}) > 0
    assert set(result.failures["replicate"]) == {1}
    assert index(result, "a") == pytest.approx(10)
    assert f"{lost} of 12 trajectories were left out" in result.summary()
    assert "failed; the first: RuntimeError: the till caught fire." in result.summary()


def test_a_metric_that_does_not_exist_everywhere_costs_only_its_own_trajectories() -> None:
    result = sim.sensitivity(
        known.study("abc", replicates=2), points=12, metric=["profit", "clv"], run_cell=undefined
    )
    assert result.analysis.unused["profit"] > 0 == result.analysis.unused["clv"]
    assert result.failures.empty


def test_sobol_refuses_points_without_numbers_and_says_what_to_do() -> None:
    with pytest.raises(ExperimentError) as refusal:
        sim.sensitivity(known.study("abc", replicates=2), method="sobol", points=32, run_cell=failing)
    for words in ("Sobol indices need every point", "the till caught fire", "replicate 1", "--method morris"):
        assert words in str(refusal.value)
    with pytest.raises(ExperimentError, match=r"'profit' does not exist at [0-9]+ points, the first with"):
        sim.sensitivity(known.study("abc"), method="sobol", points=32, run_cell=undefined)


@pytest.mark.parametrize("method", ["morris", "sobol", "one_at_a_time"])
def test_where_every_market_fails_the_reason_is_said(method: str) -> None:
    with pytest.raises(ExperimentError, match="the till caught fire"):
        sim.sensitivity(known.study("ab"), method=method, points=4, run_cell=always_failing)


def test_a_failed_end_leaves_the_other_end_of_the_tornado() -> None:
    def one_end(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
        if known.read(cell)["a"] == 1.0:
            raise RuntimeError("too dear")
        return known.linear(given, cell, stop)

    result = sim.sensitivity(
        known.study("ab", replicates=2), method="one_at_a_time", run_cell=one_end, workers=1
    )
    effects = result.effects().set_index(["factor", "setting"])["value"]
    assert effects["a", "0"] == pytest.approx(-5)
    assert effects.isna()["a", "1"]
    assert index(result, "a", "swing") == pytest.approx(5)


def numbers(result: Sensitivity) -> str:
    said = result.to_dict()
    return json.dumps({name: said[name] for name in ("indices", "pairs", "dummies", "summary")})


@pytest.mark.parametrize("method, points", [("morris", 4), ("sobol", 8)])
def test_workers_and_resuming_change_no_bit(tmp_path: Path, method: str, points: int) -> None:
    asked = {"method": method, "metric": ["profit", "clv"]}
    study = known.study("abcd", replicates=2)
    alone = sim.sensitivity(study, points=points, workers=1, run_cell=known.lucky, **asked)
    both = sim.sensitivity(study, points=points, workers=2, run_cell=known.lucky, **asked)
    sim.sensitivity(study, points=points // 2, out=tmp_path, run_cell=known.lucky, **asked)
    resumed = sim.sensitivity(study, points=points, out=tmp_path, run_cell=known.lucky, **asked)
    assert numbers(alone) == numbers(both) == numbers(resumed)
    assert 0 < resumed.provenance["markets_run"] < len(alone.values)
    again = sim.sensitivity(study, points=points, out=tmp_path, run_cell=always_failing, **asked)
    assert again.provenance["markets_run"] == 0
    assert numbers(again) == numbers(alone)


def test_a_folder_serves_other_metrics_and_methods_but_no_other_factors(tmp_path: Path) -> None:
    sim.sensitivity(known.study("ab"), points=2, out=tmp_path, run_cell=known.linear)
    more = sim.sensitivity(known.study("ab"), points=2, metric="clv", out=tmp_path, run_cell=always_failing)
    assert more.provenance["markets_run"] == 0
    assert not (tmp_path / "profit.png").exists()
    with pytest.raises(ExperimentError, match="holds a run with other settings"):
        sim.sensitivity(known.study("abc"), points=2, out=tmp_path, run_cell=known.linear)


def test_the_folder_holds_what_was_found(tmp_path: Path) -> None:
    result = sim.sensitivity(
        known.study("abc", replicates=2),
        method="sobol",
        metric=["profit", "clv"],
        points=4,
        second_order=True,
        out=tmp_path,
        run_cell=known.linear,
    )
    held = {path.name for path in tmp_path.iterdir()}
    assert held >= {
        *("journal.sqlite3", "manifest.json", "scenario.yaml", "study.json", "summary.txt"),
        *("points.parquet", "values.parquet", "indices.csv", "pairs.csv"),
        *("profit.png", "clv.png", "profit_pairs.png", "clv_pairs.png", "heat.png"),
    }
    assert len(store.read_parquet(tmp_path / "points.parquet")) == 4 * 8 == len(result.sampled)
    assert len(store.read_parquet(tmp_path / "values.parquet")) == 4 * 8 * 2 * 2
    assert (tmp_path / "summary.txt").read_text(
        encoding="utf-8"
    ).splitlines() == result.summary().splitlines()
    json.dumps(result.to_dict(), allow_nan=False)


def test_points_with_the_same_values_share_their_market() -> None:
    levels = {"a": {"path": known.PATHS["a"], "values": [0, 1]}}
    plan = SensitivityPlan.of(known.study(uncertainties=levels, replicates=3), points=20)
    assert len(plan.layout) == 40
    assert len(plan.cells) == 2 * 3


@pytest.mark.parametrize("method", ["morris", "sobol", "one_at_a_time"])
def test_pictures_draw_every_factor_and_say_which_do_not_matter(method: str) -> None:
    result = sim.sensitivity(
        known.study("abcd", replicates=2),
        method=method,
        metric=["profit", "clv"],
        points=4,
        run_cell=known.linear,
    )
    axis = result.plot().axes[0]
    assert [label.get_text() for label in axis.get_yticklabels()] == list(result.ranked("profit")["factor"])
    assert "nothing reads it" in {text.get_text() for text in axis.texts}
    heat = result.heat().axes[0]
    assert len([text for text in heat.texts if text.get_text()]) == 4 * 2
    words = [str(cell) for column in table(result, "profit").columns for cell in column.cells]
    assert "nothing reads it" in words


def test_a_lever_of_a_design_that_is_not_run_is_said_to_be_one() -> None:
    lever = {"reward": {"path": "designs.points.programme.points.reward", "low": 2, "high": 9}}
    study = known.study("a", levers=lever)
    assert (
        "reward belongs to points, which was not run"
        in sim.sensitivity(study, points=2, run_cell=known.linear).summary()
    )
    assert (
        "belongs to" not in sim.sensitivity(study, points=2, design="points", run_cell=known.linear).summary()
    )


def test_in_a_real_market_price_matters_and_a_mechanism_that_is_off_does_not_change_a_bit() -> None:
    world = fake.world().vary({"behaviour.inertia.enabled": False})
    study = Study.model_validate(
        {
            "title": "Small",
            "scenario": world,
            "levers": {"price": {"path": "firms.Harbour.price.level", "low": 0.9, "high": 1.1}},
            "uncertainties": {"habit": {"path": "behaviour.inertia.edge", "low": 0.1, "high": 1.5}},
            "replicates": 3,
            "customers": 200,
            "weeks": 30,
        }
    )
    result = sim.sensitivity(study, points=4, metric=["revenue", "retention"])
    assert result.ranked("revenue").set_index("factor")["verdict"].to_dict() == {
        "price": "matters",
        "habit": "nothing",
    }
    effects = result.frame().set_index(["metric", "factor", "index"])["value"]
    assert effects["revenue", "price", "mu"] == -effects["revenue", "price", "mu_star"]
    assert result.unread == ("habit",)
