"""The command `sensitivity`: what it prints where, and which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sim
from sim.cli import main
from sim.experiments.study import load_study
from tests.experiments.fake import world

STUDY = """
title: Small
scenario: grocers.yaml
uncertainties:
  price: {path: firms.Harbour.price.level, low: 0.9, high: 1.1}
  stamps: {path: designs.stamps.programme.stamps.reward, low: 3, high: 9}
metrics: [revenue]
replicates: 2
customers: 100
weeks: 24
"""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    sim.save(world(), tmp_path / "grocers.yaml")
    path = tmp_path / "study.yaml"
    path.write_text(STUDY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return path


def run(*words: object) -> int:
    return main([str(word) for word in words])


def test_the_command_says_which_factor_matters_and_keeps_the_run(study, capsys) -> None:
    code = run("sensitivity", study, "--points", 2, "--workers", 1)
    said = capsys.readouterr()
    assert code == 0, said.err
    assert "revenue: mu*" in said.out
    assert "Nothing here reads stamps" in said.out
    assert "stamps belongs to stamps, which was not run" in said.out
    (folder,) = (study.parent / "results").iterdir()
    assert folder.name.startswith("study-sensitivity-")
    assert (folder / "revenue.png").exists()


def test_the_command_and_the_call_give_the_same_numbers(study, capsys) -> None:
    words = ("--method", "one_at_a_time", "--metric", "profit,clv", "--design", "points", "--against", "none")
    code = run("sensitivity", study, *words, "--out", "run", "--json")
    said = json.loads(capsys.readouterr().out)
    called = sim.sensitivity(
        load_study(study), method="one_at_a_time", metric=["profit", "clv"], design="points", against="none"
    )
    assert code == 0
    assert said["effects"] == called.to_dict()["effects"]
    assert said["metrics"] == ["profit", "clv"]


@pytest.mark.parametrize(
    "words, message",
    [
        (["--method", "sobol", "--points", "3"], "give 2 or 4"),
        (["--metric", "proft"], "did you mean 'profit'"),
        (["--design", "pionts"], "did you mean 'points'"),
        (["--pairs"], "add --method sobol"),
    ],
)
def test_wrong_input_ends_with_exit_code_2_and_writes_nothing(study, capsys, words, message) -> None:
    assert run("sensitivity", study, *words) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert "Traceback" not in said.err
    assert not (study.parent / "results").exists()
