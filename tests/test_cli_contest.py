"""The commands `contest` and `league`: what they print where, and which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sim
from tests.experiments.contest import known

FEW = ("--replicates", 2, "--customers", 100, "--weeks", 20, "--workers", 1)
TWO = ("--players", "A:c,d;B:c,d")


@pytest.fixture
def market(tmp_path: Path) -> Path:
    path = tmp_path / "two.yaml"
    sim.save(known.world(), path)
    return path


@pytest.fixture
def teams(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{name}.yaml" for name in ("us", "them")]
    paths[0].write_text("team: Us\n", encoding="utf-8")
    paths[1].write_text("team: Them\ndesign: {price: {level: 0.9}}\n", encoding="utf-8")
    return paths


def test_contest_prints_a_row_a_combination_and_says_what_it_comes_to(command, market) -> None:
    code, out, err = command("contest", market, *TWO, *FEW, "--symmetric")
    assert code == 0, err
    for words in ("profit, EUR", "averaged over seats", "* best reply", "equilibrium"):
        assert words in out
    assert sum(line.count(" ± ") == 2 for line in out.splitlines()) == 4
    (folder,) = Path("results").iterdir()
    assert folder.name.startswith("contest-two-")
    assert (folder / "contest.png").stat().st_size > 1000
    code, out, err = command("contest", market, *TWO, *FEW, "--symmetric", "--json")
    assert code == 0, err
    said = json.loads(out)
    assert said["provenance"]["markets_run"] == 0
    assert said["provenance"]["command"].startswith("loyalty-sim contest ")


def test_a_table_of_three_players_fits_a_terminal(command, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    path = tmp_path / "three.yaml"
    sim.save(known.world(3), path)
    code, out, err = command("contest", path, "--players", "A:c,d;B:c,d;C:c,d", *FEW)
    assert code == 0, err
    assert "…" not in out
    assert "means; for intervals: --json" in out
    assert max(map(len, out.splitlines())) <= 80


def test_league_prints_the_table_and_the_matches(command, market, teams) -> None:
    code, out, err = command("league", market, *teams, *FEW)
    assert code == 0, err
    for words in ("rank", "Us", "Them", "won", "Matches, averaged over seats"):
        assert words in out
    code, out, err = command("league", market, *teams, *FEW, "--json")
    assert code == 0, err
    assert [row["team"] for row in json.loads(out)["matches"]] == ["Us"]


@pytest.mark.parametrize(
    "words, message",
    [
        (("--players", "A:c;Bb:c"), "no firm is called 'Bb'; did you mean 'B'?"),
        (("--players", "A:c,f;B:c"), "unknown design 'f'"),
        (("--metric", "profti"), "did you mean 'profit'?"),
    ],
)
def test_a_wrong_contest_is_refused_with_exit_code_2_and_leaves_nothing(
    command, market, words, message
) -> None:
    code, out, err = command("contest", market, *words, *FEW)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
    assert not list(Path().iterdir())


def test_a_fault_of_a_team_is_said_with_file_and_line(command, market, teams) -> None:
    teams[0].write_text("team: Us\ndesign: {prise: 1}\n", encoding="utf-8")
    code, out, err = command("league", market, *teams, *FEW)
    assert (code, out) == (2, "")
    assert f"{teams[0]}:2" in err
    assert "did you mean 'price'?" in err
