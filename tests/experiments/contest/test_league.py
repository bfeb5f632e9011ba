"""Leagues: every team on every seat, a table that says no more than the data do, team files checked line by line."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from sim.experiments import ExperimentError
from sim.experiments.contest import LeaguePlan, league, read_team
from sim.experiments.run import Cell, Outcome
from sim.scenario import Scenario, ScenarioError, load
from tests.experiments.contest import known

SHIPPED = Path(__file__).parents[3] / "scenarios"
TEAMS = {name: {"price": {"level": level}} for name, level in known.LEVELS.items()}
# What the first gets: c beats d, d beats e, e and c are alike.
LADDER = ((5.0, 6.0, 5.0), (4.0, 5.0, 6.0), (5.0, 4.0, 5.0))


def no_market(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    raise AssertionError("a market was run")


def test_every_pair_plays_on_both_seats_in_the_same_worlds() -> None:
    plan = LeaguePlan.of(known.world(), teams=TEAMS, replicates=2)
    assert plan.seats == ("A", "B")
    assert set(plan.games) == {(a, b) for a in "cde" for b in "cde" if a != b}
    assert len(plan.cells) == 6 * 2
    seen = [tuple(known.plays(plan.base.world.vary(json.loads(c.changes)), c)) for c in plan.cells[:6]]
    assert seen == [tuple("cde".index(name) for name in game) for game in plan.games]


def test_the_table_counts_matches_won_drawn_and_lost() -> None:
    payoffs = known.symmetric(LADDER)
    result = league(known.world(), teams=TEAMS, replicates=12, run_cell=known.cell_of(payoffs, 0.1))
    table = result.table().set_index("team")
    assert table.loc["c", ["played", "won", "drawn", "lost"]].tolist() == [2, 1, 1, 0]
    assert table.loc["d", ["played", "won", "drawn", "lost"]].tolist() == [2, 1, 0, 1]
    assert table.loc["e", ["played", "won", "drawn", "lost"]].tolist() == [2, 0, 1, 1]
    assert (table["won"].sum(), table["drawn"].sum()) == (table["lost"].sum(), 2)
    assert table["rank"].to_dict() == {"c": 1, "d": 2, "e": 3}
    assert result.outcome("d", "c") == "lost"
    assert table["retention"].to_dict() == pytest.approx((table["profit"] / 100).to_dict())


def test_the_better_seat_is_nobodys_advantage() -> None:
    payoffs = np.full((3, 3, 2), 5.0) + np.array([2.0, -2.0])
    result = league(known.world(), teams=TEAMS, replicates=6, run_cell=known.cell_of(payoffs))
    assert [gap.mean for gap in result.matches.values()] == [0.0] * 3
    assert {result.outcome(a, b) for a, b in result.matches} == {"drawn"}
    assert result.table()["rank"].tolist() == [1, 1, 1]
    assert "Every match is drawn" in result.summary()


def test_teams_that_the_data_do_not_separate_share_a_rank() -> None:
    payoffs = known.symmetric(((5.0, 5.02, 9.0), (5.0, 5.0, 9.0), (1.0, 1.0, 5.0)))
    result = league(known.world(), teams=TEAMS, replicates=6, seed=2, run_cell=known.cell_of(payoffs, 0.3))
    assert result.ranking.ranks == {"c": 1, "d": 1, "e": 3}
    assert "cannot be told apart with 6 replicates" in result.summary()


def test_of_a_metric_that_should_be_low_the_lower_wins() -> None:
    payoffs = known.symmetric(LADDER)  # the fake's churn is minus profit
    result = league(
        known.world(), teams=TEAMS, metric="churn", replicates=12, run_cell=known.cell_of(payoffs, 0.1)
    )
    assert result.outcome("c", "d") == "won"
    assert result.table()["team"].tolist() == ["c", "d", "e"]


def test_all_at_once_each_team_sits_once_on_every_seat() -> None:
    plan = LeaguePlan.of(known.world(3), teams=TEAMS, form="all", replicates=1)
    assert len(plan.games) == 3
    for seat in range(3):
        assert {game[seat] for game in plan.games} == set("cde")
    payoffs = np.zeros((3, 3, 3, 3))
    for profile in np.ndindex(3, 3, 3):
        payoffs[profile] = [-choice for choice in profile]
    result = league(
        known.world(3), teams=TEAMS, form="all", replicates=4, run_cell=known.cell_of(payoffs, 0.01)
    )
    assert result.table()["team"].tolist() == ["c", "d", "e"]
    assert result.matches["c", "e"].mean == pytest.approx(2.0, abs=0.1)


def test_a_league_is_gone_on_with_where_it_stopped(tmp_path: Path) -> None:
    asked = {"teams": TEAMS, "replicates": 2, "out": tmp_path / "run"}
    first = league(known.world(), **asked, run_cell=known.cell_of(known.symmetric(LADDER)))
    again = league(known.world(), **asked, run_cell=no_market)
    assert again.provenance["markets_run"] == 0
    assert first.table().equals(again.table())
    for name in ("values.parquet", "league.csv", "matches.csv", "manifest.json"):
        assert (tmp_path / "run" / name).is_file()
    json.dumps(again.to_dict(), allow_nan=False)


def test_the_shipped_teams_fit_the_shipped_duopolies_on_both_seats() -> None:
    files = sorted((SHIPPED / "teams").glob("*.yaml"))
    assert len(files) >= 3
    for name in ("duopoly", "duopoly_growing"):
        plan = LeaguePlan.of(load(SHIPPED / f"{name}.yaml"), teams=files, replicates=1)
        assert len(plan.games) == len(files) * (len(files) - 1)


def test_the_two_firms_of_the_duopoly_are_alike_but_for_their_names() -> None:
    for name in ("duopoly", "duopoly_growing"):
        world = load(SHIPPED / f"{name}.yaml")
        one, other = world.firms
        assert one == other.model_copy(update={"name": one.name})
    assert world.category.outside_share == 0.3


# --- files -------------------------------------------------------------------------------------------------


def written(folder: Path, text: str) -> Path:
    path = folder / "team.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_team_file_may_give_policies_beside_its_design(tmp_path: Path) -> None:
    text = "team: Us\ndesign:\n  price: {level: 0.9}\npolicies:\n  - {kind: retaliate, share: 0.5}\n"
    team = read_team(written(tmp_path, text), known.world())
    assert team.team == "Us"
    assert team.patch == {"price": {"level": 0.9}, "policies": [{"kind": "retaliate", "share": 0.5}]}


FAULTS = [
    ("team: Us\ndesign:\n  price: {lvl: 0.9}\n", 3, "unknown field"),
    ("team: Us\ndesign:\n  price:\n    level: -1\n", 4, "must be"),
    ("team: Us\ndesgin: {}\n", 2, "did you mean 'design'?"),
    ("design: {}\n", 1, "required field 'team' is missing"),
    ("team: Us\npolicies:\n  - {kind: retaliat}\n", 3, "did you mean 'retaliate'?"),
    ("team: Us\ndesign: {policies: []}\npolicies: []\n", 3, "keep one"),
    ("team: Us\ndesign:\n  share: 0.9\n", 3, "a design cannot change this"),
    ("team: Us\ndesign:\n  programme: {preset: no-such}\n", 3, "no preset is called 'no-such'"),
]  # fmt: skip


@pytest.mark.parametrize("text, line, message", FAULTS, ids=[message for _, _, message in FAULTS])
def test_a_fault_in_a_team_file_is_said_with_its_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ScenarioError) as caught:
        read_team(path, known.world())
    assert f"{path}:{line}" in str(caught.value)
    assert message in str(caught.value)


ASKED = [
    ({"teams": {"us": {}}}, "a league needs two teams or more"),
    ({"form": "round"}, "--format is 'round'; it must be pairs or all"),
    ({"form": "all"}, "3 teams cannot all play at once in a market of 2 firms"),
    ({"metric": "load"}, "nobody plays for 'load'"),
    ({"teams": {"us": None, "them": [1]}}, "team 'them' needs a patch, a dict as under 'designs'; got [1]"),
    ({"teams": {"us": {}, "them": {"share": 0.3}}}, "Every team plays on every seat; change its design"),
    ({"teams": {f"t{i}": {} for i in range(17)}}, "17 teams are more than the 16"),
]  # fmt: skip


@pytest.mark.parametrize("asked, message", ASKED, ids=[message for _, message in ASKED])
def test_a_league_that_makes_no_sense_is_refused(asked: dict, message: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        league(known.world(), **{"teams": TEAMS, "run_cell": no_market, **asked})
    assert message in str(caught.value)


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(ScenarioError, match="team  must have at least 1 character"):
        league(known.world(), teams={"": {}, "them": {}}, run_cell=no_market)


def test_one_file_is_one_team(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="a league needs two teams or more; 1 is given"):
        league(known.world(), teams=str(written(tmp_path, "team: Us\n")), run_cell=no_market)


def test_a_metric_without_a_value_is_refused_with_team_and_seat() -> None:
    """Else all would have an equal rank on it."""
    with pytest.raises(ExperimentError, match="c has no nps at A; name another metric, such as profit"):
        league(
            known.world(),
            teams=TEAMS,
            metric="nps",
            replicates=2,
            run_cell=known.cell_of(known.symmetric(LADDER)),
        )


def test_two_teams_of_one_name_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "team: Us\n")
    with pytest.raises(ExperimentError, match="two teams are called 'Us'"):
        league(known.world(), teams=[path, path], run_cell=no_market)
