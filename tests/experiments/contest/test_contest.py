"""Contests: all combinations in the same worlds, whoever plays is treated alike, wrong input is refused."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.experiments import CellError, ExperimentError, lab
from sim.experiments.contest import ContestPlan, contest, players_in, solve
from sim.experiments.contest.cell import changes_for
from sim.experiments.run import Cell, Outcome
from sim.experiments.study import Study
from sim.market import Market
from sim.scenario import Scenario
from tests.experiments import fake
from tests.experiments.contest import known

TWO = {"A": ["c", "d"], "B": ["c", "d"]}
SMALL = {"customers": 150, "weeks": 26}


def no_market(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    raise AssertionError("a market was run")


def test_a_contest_finds_the_game_that_is_in_the_market() -> None:
    result = contest(
        known.world(), players=TWO, replicates=4, run_cell=known.cell_of(known.symmetric(known.DILEMMA), 0.1)
    )
    assert result.game.verdict.kind == solve.PRISONERS
    row = result.payoffs().query("A == 'd' and B == 'c' and firm == 'A'").iloc[0]
    gain = result.deviations().query("firm == 'A' and against == 'B: c'").iloc[0]
    assert (gain["from"], gain["to"], gain["verdict"]) == ("c", "d", "higher")
    assert gain["gain"] == pytest.approx(2.0, abs=0.3)
    assert row["best_reply"]
    assert row["regret"] == 0


def test_combinations_of_a_replicate_share_their_world_so_that_differences_are_narrower_than_levels() -> None:
    result = contest(
        known.world(), players=TWO, replicates=8, run_cell=known.cell_of(known.symmetric(known.DILEMMA), 0.1)
    )
    level, gain = result.payoffs().iloc[0], result.deviations().iloc[0]
    assert gain["high"] - gain["low"] < 0.1 * (level["high"] - level["low"])


def test_three_players_are_seated_in_the_order_in_which_they_are_named() -> None:
    payoffs = np.zeros((3, 3, 3, 3))
    payoffs[1, 0, 2] = [1.0, 2.0, 3.0]
    result = contest(
        known.world(3), players={"C": ["c", "e"], "A": ["c", "d"], "B": ["c"]}, replicates=1,
        run_cell=known.cell_of(payoffs),
    )  # fmt: skip
    table = result.payoffs().query("A == 'd' and B == 'c' and C == 'e'").set_index("firm")["mean"]
    base = result.payoffs().query("A == 'c' and B == 'c' and C == 'c'").set_index("firm")["mean"]
    assert (table - base).to_dict() == pytest.approx({"C": 3.0, "A": 1.0, "B": 2.0})


def test_by_default_the_focal_firm_and_its_largest_rival_may_pick_any_design() -> None:
    plan = ContestPlan.of(known.world(3).replace("firms.C.share", 2.0))
    assert [player.firm for player in plan.players] == ["A", "C"]
    assert plan.players[1].choices == ("c", "d", "e")
    assert len(plan.cells) == 9 * 32


def test_a_study_of_designs_is_a_contest_and_one_with_factors_is_refused() -> None:
    cell = known.cell_of(known.symmetric(known.DILEMMA), 0.1)
    study = Study(title="Two", scenario=known.world(), designs=["c", "d"], replicates=3, seed=7)
    of_study = contest(study, run_cell=cell)
    asked = contest(known.world(), players=TWO, replicates=3, seed=7, run_cell=cell)
    pd.testing.assert_frame_equal(of_study.payoffs(), asked.payoffs())
    assert contest(study, replicates=2, run_cell=cell).replicates == 2
    lever = {"price": {"path": "firms.A.price.level", "values": [0.9, 1.0]}}
    with pytest.raises(
        ExperimentError, match="a contest varies designs only, and the study 'Two' varies price"
    ):
        contest(Study(title="Two", scenario=known.world(), levers=lever), run_cell=no_market)


def test_a_patch_can_be_given_in_place_of_a_design() -> None:
    asked = {
        "A": {"c": "c", "low": {"price": {"level": 0.9}}},
        "B": {"as it is": None, "low": {"price": {"level": 0.9}}},
    }
    result = contest(
        known.world(), players=asked, replicates=2, run_cell=known.cell_of(known.symmetric(known.DILEMMA))
    )
    assert result.game.verdict.equilibrium == (1, 1)
    assert result.game.label((1, 0)) == "A: low, B: as it is"


def test_what_every_firm_gets_is_kept_those_who_do_not_play_too() -> None:
    payoffs = np.zeros((3, 3, 3, 3))
    result = contest(known.world(3), players=TWO, replicates=2, run_cell=known.cell_of(payoffs))
    assert set(result.values["firm"]) == {"A", "B", "C"}
    assert len(result.values) == 2 * 4 * 3
    assert result.game_of("churn").better == "lower"


def test_a_metric_without_a_value_is_refused_with_the_combination() -> None:
    result = contest(known.world(), players=TWO, replicates=1, run_cell=known.cell_of(np.zeros((3, 3, 2))))
    with pytest.raises(ExperimentError, match=r"A has no nps under \(A: c, B: c\); name another metric"):
        result.game_of("nps")


def test_the_json_is_whole_and_has_no_nan() -> None:
    result = contest(
        known.world(), players=TWO, replicates=1, run_cell=known.cell_of(known.symmetric(known.DILEMMA))
    )
    said = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert said["verdict"]["kind"] == solve.PRISONERS
    assert said["verdict"]["equilibrium"] == {"A": "d", "B": "d"}
    assert said["payoffs"][0]["low"] is None
    assert said["provenance"]["settings"]["players"] == TWO


def test_what_is_finished_is_not_run_again_and_gives_the_same_tables(tmp_path: Path) -> None:
    asked = {"players": TWO, "replicates": 2, "out": tmp_path / "run"}
    first = contest(known.world(), **asked, run_cell=known.cell_of(known.symmetric(known.DILEMMA)))
    again = contest(known.world(), **asked, run_cell=no_market)
    assert (again.provenance["markets_run"], again.provenance["markets_kept"]) == (0, 8)
    pd.testing.assert_frame_equal(first.values, again.values, check_exact=True)
    for name in (
        "values.parquet",
        "payoffs.csv",
        "equilibria.csv",
        "summary.txt",
        "contest.png",
        "manifest.json",
    ):
        assert (tmp_path / "run" / name).is_file(), name


def test_another_game_is_not_mixed_into_the_folder(tmp_path: Path) -> None:
    cell = known.cell_of(np.zeros((3, 3, 2)))
    contest(known.world(), players=TWO, replicates=1, out=tmp_path / "run", run_cell=cell)
    with pytest.raises(ExperimentError, match="holds a run with other settings"):
        contest(
            known.world(),
            players={"A": ["c", "e"], "B": ["c"]},
            replicates=1,
            out=tmp_path / "run",
            run_cell=cell,
        )


# --- seats -------------------------------------------------------------------------------------------------


def test_seats_are_averaged_where_all_are_alike() -> None:
    payoffs = known.symmetric(known.DILEMMA)
    payoffs = payoffs + np.array([1.0, -1.0])  # the first seat is better by 2
    result = contest(
        known.world(), players=TWO, symmetric=True, replicates=2, run_cell=known.cell_of(payoffs)
    )
    game = result.game
    assert game.mean[0, 1].tolist() == game.mean[1, 0][::-1].tolist()
    assert game.mean[0, 0, 0] == game.mean[0, 0, 1]


POINTS = {"programme": {"name": "P", "points": {"per_currency": 1, "threshold": 100, "reward": 5}}}
WAYS = {
    "a programme": POINTS,
    "a preset": {"programme": {"preset": "coffee-app-stars"}},
    "a price": {"price": {"level": 0.93}},
    "quality": {"quality": {"level": 80, "failure_rate": 0.02}, "fixed_cost": 100.0},
    "a policy": {"policies": [{"kind": "retaliate", "threshold": 0.03, "share": 0.8, "floor": 0.85}]},
    "a desk": {"complaint_desk": {}},
}


@pytest.mark.parametrize("patch", WAYS.values(), ids=WAYS)
def test_a_firm_that_plays_by_a_change_is_treated_to_the_bit_as_the_focal_firm_that_plays_by_a_design(
    patch,
) -> None:
    # Changes on the day of the design and after it are laid over it, in both ways.
    events = [
        {"kind": "price_war", "firm": "B", "week": 15, "weeks": 4, "depth": 0.15},
        {"kind": "change", "firm": "A", "week": 10, "patch": {"fixed_cost": 7.0}},
        {"kind": "change", "firm": "A", "week": 14, "patch": {"quality": {"level": 70}}},
    ]
    by_design = known.world(designs={"none": {}, "it": patch}, events=events)
    by_change = by_design.replace("focus", "B").vary(
        json.loads(changes_for(by_design, {"A": by_design.designs["it"]}))
    )
    one, other = Market(by_design, design="it", **SMALL).run(), Market(by_change, **SMALL).run()
    untouched = Market(by_design, **SMALL).run()
    np.testing.assert_array_equal(one.tallies, other.tallies)
    for firm in ("A", "B"):
        np.testing.assert_array_equal(list(one.metrics(firm).values()), list(other.metrics(firm).values()))
    assert one.metrics("A")["profit"] != untouched.metrics("A")["profit"]


def test_the_payoffs_of_a_small_market_are_the_same_whoever_is_the_focal_firm() -> None:
    world = known.world(designs={"none": {}, "points": POINTS, "cheap": {"price": {"level": 0.9}}})
    players = {"A": ["none", "points"], "B": ["none", "cheap"]}
    ours, theirs = (
        contest(world.replace("focus", focus), players=players, replicates=2, **SMALL) for focus in ("A", "B")
    )
    np.testing.assert_array_equal(ours.game.payoffs, theirs.game.payoffs)
    lone = Market(world, design="points", seed=1, replicate=1, **SMALL).run()
    assert ours.game.payoffs[1, 1, 0].tolist() == [lone.metrics(firm)["profit"] for firm in ("A", "B")]


def test_in_firms_alike_swapping_the_designs_swaps_the_payoffs_but_for_chance() -> None:
    world = known.world(designs={"none": {}, "cheap": {"price": {"level": 0.85}}})
    result = contest(world, replicates=8, customers=200, weeks=30)
    payoffs = result.game.payoffs
    gap = payoffs[:, 0, 1] - payoffs[:, 1, 0][:, ::-1]
    error = gap.std(axis=0, ddof=1) / np.sqrt(len(gap))
    assert (np.abs(gap.mean(axis=0)) < 3.5 * error).all()
    own = payoffs[:, 1, 0, 0] - payoffs[:, 0, 0, 0]
    assert abs(own.mean()) > 3.5 * own.std(ddof=1) / np.sqrt(len(own))


def test_worker_processes_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = contest(known.world(), players=TWO, replicates=1, workers=1, **SMALL)
    monkeypatch.setattr(lab, "WORTH_PROCESSES", 0)
    pd.testing.assert_frame_equal(
        contest(known.world(), players=TWO, replicates=1, workers=2, **SMALL).values, alone.values
    )


# --- what is refused, before any market --------------------------------------------------------------------

ASKED = [
    ({"players": {"A": ["c"], "Bb": ["c"]}}, "no firm is called 'Bb'; did you mean 'B'?"),
    ({"players": {"A": ["c", "f"], "B": ["c"]}}, "unknown design 'f'"),
    ({"players": {"A": ["c", "c"], "B": ["c"]}}, "design 'c' of A is named twice"),
    ({"players": {"A": ["c", "d"]}}, "a game needs two players or more"),
    ({"players": ["A", "B"]}, "players must be a mapping of firms to what each may pick"),
    ({"players": {"A": [], "B": ["c"]}}, "A has nothing to pick"),
    ({"players": {"A": ["c"], "B": {"x": {"price": {"level": -1}}}}}, "B cannot play 'x'"),
    ({"players": {"A": ["c"], "B": {"x": {"share": 0.3}}}}, "B cannot play 'x'"),
    ({"metric": "profti"}, "no metric is called 'profti'; did you mean 'profit'?"),
    ({"metric": "incremental_profit"}, "no metric is called 'incremental_profit'"),
    ({"metric": "load"}, "nobody plays for 'load'"),
    ({"replicates": 0}, "--replicates is 0"),
    ({"weeks": 10}, "the burn-in of the scenario takes 10 weeks"),
    ({"symmetric": True, "players": {"A": ["c", "d"], "B": ["d", "c"]}}, "all must have the same to pick"),
]  # fmt: skip


@pytest.mark.parametrize("asked, message", ASKED, ids=[message for _, message in ASKED])
def test_wrong_input_is_refused_with_a_remedy(asked: dict, message: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        contest(known.world(), run_cell=no_market, **asked)
    assert message in str(caught.value)


def test_firms_that_are_not_alike_have_no_seats_to_average() -> None:
    uneven = fake.world(events=[])
    with pytest.raises(ExperimentError, match="Harbour and Mill are not alike in share; drop --symmetric"):
        contest(uneven, symmetric=True, run_cell=no_market)


def test_firms_to_whom_not_the_same_happens_have_no_seats_to_average() -> None:
    war = {"kind": "price_war", "week": 15, "weeks": 4, "depth": 0.15}
    one, both = ([{**war, "firm": firm} for firm in firms] for firms in ("B", "BA"))
    with pytest.raises(ExperimentError, match="A and B are not alike in events; drop --symmetric"):
        ContestPlan.of(known.world(events=one), players=TWO, symmetric=True)
    assert ContestPlan.of(known.world(events=both), players=TWO, symmetric=True).symmetric
    assert ContestPlan.of(
        known.world(3, events=[{**war, "firm": "C"}]), players=TWO, symmetric=True
    ).symmetric


def test_too_many_combinations_are_refused() -> None:
    with pytest.raises(
        ExperimentError, match=r"6 players with 3 x 3 x 3 x 3 x 3 x 3 designs make 729 combinations"
    ):
        contest(known.world(6), players=dict.fromkeys("ABCDEF"), run_cell=no_market)


def test_a_firm_alone_has_nobody_to_play_with() -> None:
    with pytest.raises(ExperimentError, match="A is alone in this market"):
        contest(known.world(1), run_cell=no_market)


def test_a_market_that_fails_is_named() -> None:
    with pytest.raises(CellError, match="a market was run"):
        contest(known.world(), players=TWO, replicates=1, run_cell=no_market)


def test_players_are_typed_with_semicolons_and_colons() -> None:
    assert players_in("A: c, d ;B:c;C") == {"A": ["c", "d"], "B": ["c"], "C": None}
    assert players_in(None) is None
    for text, message in (("A:c;A:d", "names A twice"), ("A:;B:c", "gives A nothing to pick")):
        with pytest.raises(ExperimentError, match=message):
            players_in(text)
