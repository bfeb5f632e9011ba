"""The search finds a front that is known, tells luck from merit, and goes on where it was stopped."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.experiments import ExperimentError, Front, Interrupted, optimise
from sim.experiments.run import world_of
from sim.scenario import ScenarioError
from tests.experiments.optimise.plain import WEIGHT, loss, noisy, run_cell, study

SMALL = {"population": 6, "generations": 3, "fresh": 2}


@cache
def plain() -> Front:
    return optimise(study(replicates=1), run_cell=run_cell, workers=1)


@cache
def lucky() -> Front:
    return optimise(
        study(optimise={"seeds": 2, "population": 12, "generations": 8}), run_cell=noisy, workers=1
    )


def test_the_front_of_a_known_problem_is_found() -> None:
    table = plain().table()
    front = table[table["place"] == "front"]
    assert len(front) >= 6
    # The true front: a reward from 1 to 3 at a threshold of 100.
    assert front["reward"].between(0.8, 3.2).all()
    assert (front["threshold"] - 100).abs().median() <= 12
    assert front["reward"].min() < 1.4 and front["reward"].max() > 2.6
    for row in front.to_dict("records"):
        assert row["profit_gain"] == pytest.approx(5.0 - loss(row["reward"], row["threshold"])[0])


def test_the_same_bits_with_any_number_of_workers() -> None:
    asked = study(optimise=SMALL)
    one, two = (optimise(asked, run_cell=noisy, workers=k) for k in (1, 2))
    pd.testing.assert_frame_equal(one.every(), two.every(), check_exact=True)
    pd.testing.assert_frame_equal(one.values(), two.values(), check_exact=True)


def test_the_same_bits_with_worker_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = study(
        customers=60, weeks=20, replicates=1, optimise={"population": 4, "generations": 2, "fresh": 2}
    )
    one = sim.optimise(asked, workers=1)
    monkeypatch.setattr("sim.experiments.lab.WORTH_PROCESSES", 0)
    two = sim.optimise(asked, workers=2)
    pd.testing.assert_frame_equal(one.every(), two.every(), check_exact=True)
    pd.testing.assert_frame_equal(one.values(), two.values(), check_exact=True)


@pytest.mark.parametrize("cut", [9, 38])
def test_a_search_that_was_stopped_goes_on_to_the_same_front(tmp_path: Path, cut: int) -> None:
    asked = study(optimise=SMALL)
    ran: list[object] = []

    def count(given, cell, stop):
        if len(ran) == cut:
            raise KeyboardInterrupt
        ran.append(cell)
        return noisy(given, cell, stop)

    with pytest.raises(Interrupted) as caught:
        optimise(asked, run_cell=count, workers=1, out=tmp_path / "run")
    assert caught.value.folder == tmp_path / "run"
    before, cut = len(ran), -1
    result = optimise(asked, run_cell=count, workers=1, out=tmp_path / "run")
    whole = optimise(asked, run_cell=noisy, workers=1, out=tmp_path / "whole")
    # The market that ended in the moment of the stop may not have been written down.
    assert len(set(ran)) > before
    assert len(ran) - len(set(ran)) <= 1
    for name in ("front.csv", "values.parquet", "study.yaml", "front.png"):
        assert (tmp_path / "run" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert result.to_dict()["points"] == whole.to_dict()["points"]


def test_a_folder_of_another_search_is_refused(tmp_path: Path) -> None:
    asked = study(optimise={**SMALL, "generations": 1})
    optimise(asked, run_cell=run_cell, workers=1, out=tmp_path)
    with pytest.raises(ExperimentError, match=r"optimise\.generations: 1 -> 2"):
        optimise(asked, run_cell=run_cell, workers=1, out=tmp_path, generations=2)


def test_limits_and_conditions_hold_at_every_point_that_is_reported() -> None:
    asked = study(
        constraints=["reward <= 0.02 * threshold"],
        optimise={"limits": ["points_liability <= 200", "retention >= -50"]},
    )
    result = optimise(asked, run_cell=noisy, workers=1)
    table = result.table()
    assert len(table) >= 3
    assert (table["points_liability <= 200"] <= 200).all()
    assert (table["reward"] <= 0.02 * table["threshold"]).all()
    assert table["reward"].max() > 1.5
    assert result.infeasible > 0
    # Some kept the limit in the worlds of the search, by luck, and do not in others.
    assert "limit broken" in set(result.every()["place"])


def test_limits_that_nothing_keeps_are_named() -> None:
    with pytest.raises(ExperimentError, match=r"none of \d+ candidates .*profit >= 1000.*loosen"):
        optimise(study(optimise={**SMALL, "limits": ["profit >= 1000"]}), run_cell=run_cell, workers=1)


def test_the_winners_curse_is_shown_and_the_fresh_figures_are_reported() -> None:
    result = lucky()
    assert sum(gap.mean for gap in result.optimism) > 0.1
    # Without luck nothing is too good to be true.
    assert all(gap.mean == pytest.approx(0, abs=1e-9) for gap in plain().optimism)
    row = result.table().iloc[0]
    values = result.values()
    ours = values[(values["point"] == row["point"]) & (values["metric"] == "profit")]["value"]
    assert row["profit"] == pytest.approx(ours.mean())
    assert row["profit_low"] < row["profit"] < row["profit_high"]
    # They are those of worlds that no search has seen.
    for replicate, value in zip(range(2 * result.study.replicates, 100), ours, strict=False):
        cell = result.study.cell(dict(result.candidates[0].levers), "points", replicate)
        outcome = noisy(world_of(result.study.world, cell.changes), cell, threading.Event())
        assert value == outcome.metrics["profit"]


def test_points_that_are_dominated_by_chance_alone_are_told_from_those_that_are_surely() -> None:
    result = lucky()
    table = result.table()
    assert {"front", "perhaps", "dominated"} <= set(table["place"])
    assert (table.loc[table["place"] == "dominated", "p_front"] < 0.05).all()
    assert (table.loc[table["place"] == "perhaps", "p_front"] >= 0.05).all()
    # Without luck it is all or nothing.
    assert set(plain().table()["p_front"]) <= {0.0, 1.0}


def test_several_searches_have_worlds_of_their_own_and_say_how_far_they_agree() -> None:
    result = lucky()
    assert len(result.agreement) == 2
    assert all(0.5 < share <= 1 for share in result.agreement)
    assert "Hypervolume of each search's front" in result.summary()
    found = set(result.table()["searches"])
    assert {"1", "2"} <= found


def test_no_two_searches_and_no_fresh_figure_share_a_world() -> None:
    ran = []

    def note(given, cell, stop):
        ran.append((cell.replicate, cell.design))
        return run_cell(given, cell, stop)

    few = {"reward": {"path": "designs.points.programme.points.reward", "values": [1.0, 2.0]}}
    optimise(study(levers=few, optimise={**SMALL, "seeds": 2}), run_cell=note, workers=1)
    # Two searches of two replicates, two fresh ones; the reference lives in all of them.
    for design in ("none", "points"):
        assert {replicate for replicate, name in ran if name == design} == set(range(6))


def test_uncertainties_are_met_by_every_candidate_and_the_worst_of_them_can_be_the_objective() -> None:
    asked = study(
        uncertainties={"families": {"path": WEIGHT, "low": 0.1, "high": 0.9}},
        optimise={
            **SMALL,
            "points": 3,
            "objectives": [
                {"metric": "profit", "goal": "max", "over": "worst"},
                {"metric": "retention", "goal": "max", "against": "none"},
            ],
        },
    )
    result = optimise(asked, run_cell=run_cell, workers=1)
    assert len(result.points) == 3
    values = result.values()
    assert set(values["uncertainty"]) == {0, 1, 2}
    table = result.table()
    row = table.iloc[0]
    ours = values[(values["point"] == row["point"]) & (values["metric"] == "profit")]
    worst = ours.groupby("uncertainty")["value"].mean().min()
    assert row["profit, at worst"] == pytest.approx(worst)
    assert row["retention against none"] == pytest.approx(5 - loss(row["reward"], row["threshold"])[1])


def test_a_front_that_the_reference_beats_is_named() -> None:
    far = {"reward": {"path": "designs.points.programme.points.reward", "values": [2.0, 7.0, 8.0]}}
    good = optimise(study(levers=far, optimise=SMALL), run_cell=run_cell, workers=1)
    assert not good.beaten[good.best].any()
    far["reward"]["values"] = [7.0, 8.0]
    bad = optimise(study(levers=far, optimise=SMALL), run_cell=run_cell, workers=1)
    assert bad.table()["beaten"].all()
    assert (
        "'none' as it stands dominates 1 of the front (no worse in any objective, better in one): P1."
        in bad.summary()
    )


def test_a_candidate_whose_market_fails_is_infeasible_counted_and_named() -> None:
    def fail(given, cell, stop):
        if "reward" in cell.changes and given.with_design("points").programme.points.reward > 2:
            raise RuntimeError("the till is broken")
        return run_cell(given, cell, stop)

    result = optimise(study(optimise=SMALL), run_cell=fail, workers=1)
    assert result.failed.keys() == {"RuntimeError: the till is broken"}
    assert result.infeasible >= 1
    assert (result.table()["reward"] <= 2).all()
    assert "Failed" in result.summary() and "the till is broken" in result.summary()


def test_a_candidate_that_was_met_before_is_not_run_again() -> None:
    ran = []

    def count(given, cell, stop):
        ran.append(cell)
        return run_cell(given, cell, stop)

    asked = study(
        levers={"reward": {"path": "designs.points.programme.points.reward", "values": [1.0, 2.0, 3.0]}},
        optimise=SMALL,
    )
    result = optimise(asked, run_cell=count, workers=1)
    assert result.tried == 3
    assert len(ran) == len(set(ran)) == (3 + 1) * (2 + 2)


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"optimise": {"design": "pionts"}}, "did you mean 'points'"),
        ({"optimise": {"objectives": [{"metric": "profits", "goal": "max"}]}}, "'profit'"),
        ({"optimise": {"objectives": [{"metric": "incremental_profit", "goal": "max"}]}}, "against"),
        (
            {"optimise": {"objectives": [{"metric": "profit", "goal": "max", "over": "worst"}]}},
            "uncertainties",
        ),
        ({"optimise": {"objectives": [{"metric": "profit", "goal": "max", "against": "x"}]}}, "no design"),
        ({"levers": {}}, "no levers"),
        (
            {
                "levers": {
                    "t": {"path": "designs.points.programme.points.threshold", "low": 10.0, "high": 99.0}
                }
            },
            "add `whole: true`",
        ),
    ],
)
def test_a_search_that_makes_no_sense_is_refused_before_any_market(wrong: dict, words: str) -> None:
    def never(given, cell, stop):
        raise AssertionError("a market was simulated")

    with pytest.raises((ExperimentError, ScenarioError), match=words):
        optimise(study(**wrong), run_cell=never)


def test_a_study_without_the_block_says_what_it_lacks() -> None:
    with pytest.raises(ExperimentError, match="block `optimise:`"):
        optimise(study().model_copy(update={"optimise": None}), run_cell=run_cell)


def test_numbers_in_the_summary_are_written_out() -> None:
    def rich(given, cell, stop):
        outcome = run_cell(given, cell, stop)
        return replace(outcome, metrics={**outcome.metrics, "profit": 636_737 + outcome.metrics["profit"]})

    said = optimise(study(optimise=SMALL), run_cell=rich, workers=1).summary()
    assert "636,73" in said and "e+05" not in said


def test_progress_goes_up_to_all_there_may_be_and_the_result_is_plain_json() -> None:
    calls: list[tuple[int, int]] = []
    result = optimise(
        study(optimise=SMALL), run_cell=run_cell, workers=1, progress=lambda *now: calls.append(now)
    )
    done = [one for one, _ in calls]
    assert done == sorted(done) and calls[-1][0] == calls[-1][1]
    assert len({total for _, total in calls}) == 1
    json.dumps(result.to_dict(), allow_nan=False)


def test_a_small_real_market_is_optimised() -> None:
    asked = study(
        customers=60,
        weeks=20,
        replicates=1,
        optimise={"population": 4, "generations": 2, "fresh": 2},
    )
    result = sim.optimise(asked, workers=1)
    assert len(result.table()) >= 1
    assert np.isfinite(result.values()["value"]).all()
