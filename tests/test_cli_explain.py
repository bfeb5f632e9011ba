"""The command `explain`: what it prints where, and which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sim
from tests.experiments.explain.worlds import grocers

FEW = ("--mechanisms", "programme_value,stamps", "--replicates", 1, "--customers", 120)


@pytest.fixture
def market(tmp_path: Path) -> Path:
    path = tmp_path / "grocers.yaml"
    sim.save(grocers(), path)
    return path


def test_explain_prints_tables_stories_and_the_summary_and_keeps_a_folder(command, market) -> None:
    code, out, err = command("explain", market, "--design", "points", "--against", "none", *FEW)
    assert code == 0, err
    for words in ("families of mechanisms", "profit, line by line", "what customers bring", "In the books"):
        assert words in out
    assert "simulating pairs of markets" in err
    (folder,) = Path("results").iterdir()
    assert folder.name.startswith("grocers-explain-")
    assert (folder / "lines.png").is_file()


def test_explain_prints_one_json_object_and_takes_the_folder_of_a_comparison(command, market) -> None:
    code, _, err = command(
        "compare", market, "--designs", "none,points", "--replicates", 1, "--customers", 100, "--out", "run"
    )
    assert code == 0, err
    words = (
        "--design",
        "points",
        "--against",
        "none",
        "--parts",
        "lines",
        "--json",
        "--out",
        "why",
        "--seed",
        3,
    )
    code, out, err = command("explain", "run", *words, "--replicates", 1, "--customers", 100)
    assert code == 0, err
    said = json.loads(out)
    assert (said["design"], said["against"], said["metric"], said["seed"]) == ("points", "none", "profit", 3)
    assert said["lines"][-1]["line"] == "profit"
    assert Path("why/manifest.json").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--design", "pints"), "did you mean 'points'"),
        (("--design", "none", "--against", "none"), "against itself"),
        (("--design", "points", "--metric", "profits"), "no metric is called 'profits'"),
        (("--design", "points", "--parts", "books"), "no part is called 'books'"),
        (("--design", "points", "--replicates", 0), "--replicates is 0"),
    ],
)
def test_wrong_input_is_told_in_a_line_with_exit_code_2(command, market, words, said) -> None:
    code, out, err = command("explain", market, *words)
    assert code == 2
    assert said in err
    assert "Traceback" not in err
    assert out == ""
    assert not list(Path().iterdir())
