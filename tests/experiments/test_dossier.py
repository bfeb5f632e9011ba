"""What a report runs beyond its comparison, and the comparison read back from its folder."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.experiments import Comparison, ExperimentError, compare
from sim.experiments.answers import STILL, answers
from sim.experiments.dossier import dossier, folder
from sim.experiments.doubts import doubts
from sim.experiments.run import AS_WRITTEN, Cell, run_market
from sim.experiments.worth import fieller
from sim.scenario import Scenario
from tests.experiments import fake

DESIGNS = ["none", "points", "member_prices"]


def small() -> Scenario:
    """Two grocers, some weeks; Harbour has a programme already, so that there are members to win or lose."""
    world = fake.world(events=[])
    card = {
        "name": "Card",
        "points": {"per_currency": 1, "threshold": 40, "reward": 3},
        "enrolment": {"ask": 0.9},
    }
    return world.vary({"firms[0].programme": card, "horizon.burn_in": 8, "horizon.weeks": 12})


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Comparison, Path]:
    path = tmp_path_factory.mktemp("runs") / "grocers"
    return compare(small(), designs=DESIGNS, replicates=2, out=path, workers=1), path


@pytest.fixture(scope="module")
def made(run):
    result, path = run
    return dossier(result, replicates=2, years=1, workers=1, out=folder(path, result))


def test_the_comparison_is_run_on_where_it_has_fewer_years_than_are_asked_for(run, made) -> None:
    assert made.weeks == 8 + 52
    assert made.longer
    assert made.business.paths["week"].max() == 8 + 52 - 1
    assert set(made.business.worths) == {"points", "member_prices"}


def test_the_further_markets_are_those_of_the_comparison_run_on(run, made) -> None:
    result, _ = run
    ours = made.business.paths.set_index(["design", "replicate", "week"])["profit"]
    theirs = result.paths.set_index(["design", "replicate", "week"])["profit"]
    pd.testing.assert_series_equal(ours.loc[theirs.index], theirs)


def test_rivals_who_stand_still_change_nothing_and_those_who_undercut_do(made) -> None:
    assert [each.answer.name for each in made.answered] == [STILL, "copy the programme", "follow", "undercut"]
    table = made.by_firm()
    assert (table.loc[table["answer"] == STILL, "change"] == 0).all()
    mill = table[(table["answer"] == "undercut") & (table["firm"] == "Mill") & (table["measure"] == "share")]
    assert (mill["change"] > 0).all()


def test_shares_of_all_firms_add_up_and_the_focal_firm_earns_what_its_measure_says(made) -> None:
    firms = made.answered[0].firms
    assert firms.groupby(["design", "replicate"])["share"].sum().to_numpy() == pytest.approx(1.0)
    harbour = firms[firms["firm"] == "Harbour"].set_index(["design", "replicate"])["profit"]
    profit = made.still.samples["profit"]
    for design in DESIGNS:
        assert harbour[design].to_numpy() == pytest.approx(profit[design])


def test_groups_of_customers_add_up_to_the_firm(made) -> None:
    one = made.groups[(made.groups["design"] == "points") & (made.groups["replicate"] == 0)]
    revenue = made.still.samples["revenue"]["points"][0]
    assert one["revenue"].sum() == pytest.approx(revenue)
    table = made.by_group()
    assert table.loc[table["membership"] != "all", "change"].isna().all()


def test_members_are_won_and_lost_where_there_are_members_before(made) -> None:
    assert set(made.winners["design"]) == {"points", "member_prices"}
    assert made.no_winners == ""
    assert (made.winners["members"] > 0).all()


def test_dearer_goods_cost_the_profit_of_a_design_what_its_own_runs_say(run, made) -> None:
    result, _ = run
    row = made.sensitivity.iloc[1]
    assert row["doubt"] == "goods of Harbour, share of price"
    assert (row["end"], row["setting"]) == ("high", "0.75")
    world = result.world.vary({"firms[0].unit_cost": 0.75}).sized(100, made.weeks)
    profit = {
        (d, r): run_market(world, Cell(d, r, 1, 100, made.weeks), threading.Event()).metrics["profit"]
        for d in ("none", made.design)
        for r in range(2)
    }
    gap = np.mean([profit[made.design, r] - profit["none", r] for r in range(2)])
    assert row["mean"] == pytest.approx(gap)


def test_a_dossier_that_is_kept_is_not_run_again_and_is_the_same(run, made) -> None:
    result, path = run
    told: list[tuple[int, int]] = []
    again = dossier(
        result,
        replicates=2,
        years=1,
        workers=1,
        out=folder(path, result),
        progress=lambda *done: told.append(done),
    )
    assert told == [(72, 76), (76, 76)]
    pd.testing.assert_frame_equal(again.sensitivity, made.sensitivity)
    pd.testing.assert_frame_equal(again.by_firm(), made.by_firm())


def test_one_design_or_policies_of_ones_own_cannot_be_gone_on_with(run) -> None:
    result, _ = run
    with pytest.raises(ExperimentError, match="one design"):
        dossier(replace(result, designs=("none",)))
    with pytest.raises(ExperimentError, match="policies written in Python"):
        dossier(replace(result, provenance={**result.provenance, "policies": ["Mill"]}))


def test_a_comparison_notes_whose_policies_are_the_users_own() -> None:
    import sim

    class Still(sim.Policy):
        pass

    policies = {"Mill": Still}
    result = compare(fake.world(), designs=["none"], replicates=1, policies=policies, run_cell=fake.run_cell)
    assert result.provenance["policies"] == ["Mill"]


def test_answers_come_beside_the_policies_that_a_rival_has() -> None:
    own = {"kind": "high_low", "every": 6, "weeks": 1, "depth": 0.1}
    world = fake.world().vary({"firms[1].policies": [own]})
    still, *others = answers(world)
    assert still.changes == AS_WRITTEN
    for answer in others:
        change = json.loads(answer.changes)["events"][-1]
        assert (change["firm"], change["week"]) == ("Mill", 10)
        assert [policy["kind"] for policy in change["patch"]["policies"]][:-1] == ["high_low"]


def test_an_answer_that_cannot_be_says_why() -> None:
    world = fake.world(designs={"none": {}, "cheap": {"price": {"level": 0.9}}})
    copy = next(each for each in answers(world) if each.name == "copy the programme")
    assert "programme" in copy.why_not
    assert (
        answers(fake.world(firms=[{"name": "Harbour", "share": 1, "unit_cost": 0.7}], events=[]))[0].name
        == STILL
    )


def test_doubts_change_both_ends_and_nothing_else() -> None:
    world = fake.world()
    for doubt in doubts(world, "points"):
        low, high = (world.vary(json.loads(c)) for c in (doubt.low_changes, doubt.high_changes))
        assert world not in (low, high)
        assert low.design_names == world.design_names


def test_the_interval_of_a_ratio_is_that_of_fieller() -> None:
    profit, cost = np.array([40.0, 60.0, 50.0, 70.0]), np.array([100.0, 110.0, 90.0, 105.0])
    low, high = fieller(profit, cost)
    assert low is not None and high is not None and low < profit.mean() / cost.mean() < high
    for end in (low, high):  # where the interval of profit - end x cost just touches 0
        rest = profit - end * cost
        t = rest.mean() / (rest.std(ddof=1) / 2.0)
        assert abs(t) == pytest.approx(3.182446, rel=1e-6)
    assert fieller(profit, np.array([100.0, -90.0, 80.0, -70.0])) == (None, None)
    assert fieller(profit[:1], cost[:1]) == (None, None)


# --- read back ---------------------------------------------------------------------------------------------


def test_a_stored_comparison_is_read_back_as_it_was(run) -> None:
    result, path = run
    again = Comparison.load(path)
    assert (again.world, again.designs, again.replicates, again.weeks) == (
        result.world,
        tuple(DESIGNS),
        2,
        12,
    )
    pd.testing.assert_frame_equal(again.differences(), result.differences())
    pd.testing.assert_frame_equal(again.worth(), result.worth())
    pd.testing.assert_frame_equal(again.panel, result.panel, check_dtype=False)
    assert again.summary() == result.summary()


def test_a_run_that_stopped_by_itself_ranks_as_it_did(tmp_path: Path) -> None:
    told = {"designs": ["none", "points"], "run_cell": fake.run_cell, "until_sure": True, "most": 16}
    result = compare(fake.world(), out=tmp_path / "run", **told)
    again = Comparison.load(tmp_path / "run")
    assert again.enough == result.enough
    assert again.rankings == result.rankings


def test_a_folder_that_is_no_comparison_or_not_finished_says_so(run, tmp_path: Path) -> None:
    _, path = run
    with pytest.raises(ExperimentError, match="there is no folder"):
        Comparison.load(tmp_path / "nowhere")
    with pytest.raises(ExperimentError, match="is a file"):
        Comparison.load(path / "manifest.json")
    with pytest.raises(ExperimentError, match="holds no run"):
        Comparison.load(tmp_path)
    shutil.copytree(path, tmp_path / "cut")
    (tmp_path / "cut/manifest.json").unlink()
    with pytest.raises(ExperimentError, match="is not finished"):
        Comparison.load(tmp_path / "cut")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/manifest.json").write_text(
        json.dumps({"command": "loyalty-sim sweep", "settings": {}})
    )
    with pytest.raises(ExperimentError, match=r"no comparison of designs \(its command: loyalty-sim sweep\)"):
        Comparison.load(tmp_path / "other")


def _shorter(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def _without_a_row(file: Path) -> None:
    from sim.experiments import store

    store.write_parquet(file, store.read_parquet(file).iloc[1:])


def _another_scenario(file: Path) -> None:
    file.write_text(file.read_text().replace("unit_cost: 0.7", "unit_cost: 0.6"))


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("manifest.json", _shorter),
        ("scenario.yaml", Path.unlink),
        ("scenario.yaml", _another_scenario),
        ("metrics.parquet", _shorter),
        ("metrics.parquet", _without_a_row),
        ("panel.parquet", _without_a_row),
        ("panel.parquet", Path.unlink),
        ("paths.parquet", _without_a_row),
        ("paths.parquet", _shorter),
    ],
)
def test_a_damaged_file_is_named(run, tmp_path: Path, name: str, harm) -> None:
    _, path = run
    shutil.copytree(path, tmp_path / "harmed")
    harm(tmp_path / "harmed" / name)
    with pytest.raises(ExperimentError, match=f"{name} is damaged"):
        Comparison.load(tmp_path / "harmed")
