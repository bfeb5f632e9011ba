"""The command `optimise`, and `compare --until-sure`: what they print where, and which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sim
from tests.experiments.fake import world

STUDY = """
title: Points
scenario: grocers.yaml
designs: [none, points]
levers:
  reward: {path: designs.points.programme.points.reward, low: 1.0, high: 9.0}
replicates: 1
customers: 50
weeks: 16
optimise:
  design: points
  objectives: [{metric: profit, goal: max}, {metric: points_liability, goal: min}]
  population: 4
  generations: 1
  fresh: 2
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sim.save(world(), tmp_path / "grocers.yaml")
    (tmp_path / "study.yaml").write_text(STUDY)
    return tmp_path


def test_optimise_prints_the_front_and_keeps_it_in_a_folder_of_its_own(command, folder) -> None:
    code, out, err = command("optimise", folder / "study.yaml", "--workers", 1)
    assert code == 0, err
    assert "Front of 'points' at Harbour" in out and "no search had seen" in " ".join(out.split())
    (kept,) = Path("results").iterdir()
    names = {path.name for path in kept.iterdir()}
    assert {"front.csv", "front.png", "values.parquet", "study.yaml", "manifest.json"} <= names
    # The same command finds its own run again, and a kept study can be run as it stands.
    code, again, _ = command("optimise", folder / "study.yaml", "--workers", 1)
    assert (code, again) == (0, out)
    assert sim.experiments.study.load_study(kept / "study.yaml").levers


def test_optimise_prints_one_json_object(command, folder) -> None:
    code, out, err = command("optimise", folder / "study.yaml", "--json", "--out", "o", "--workers", 1)
    assert code == 0, err
    said = json.loads(out)
    assert said["reference"] == "none"
    assert {"point", "reward", "place", "profit", "profit_low", "profit_gain"} <= said["points"][0].keys()


def test_optimise_without_objectives_is_wrong_input(command, folder) -> None:
    (folder / "bare.yaml").write_text(STUDY.partition("optimise:")[0])
    code, out, err = command("optimise", folder / "bare.yaml")
    assert (code, out) == (2, "")
    assert "block `optimise:`" in err
    assert command("optimise", folder / "study.yaml", "--generations", 0)[0] == 2


def test_compare_until_sure_says_where_it_stands_and_after_how_many_it_stopped(command, folder) -> None:
    words = ("--designs", "none,twin", "--customers", 50, "--weeks", 14, "--most", 16, "--workers", 1)
    code, out, err = command("compare", folder / "grocers.yaml", "--until-sure", *words, "--json")
    assert code == 0, err
    assert "after 8 replicates 1 of 1 pairs are settled" in err
    said = json.loads(out)
    assert (said["replicates"], said["enough"]["settled"], said["enough"]["most"]) == (8, True, 16)
    assert command("compare", folder / "grocers.yaml", "--until-sure", "--most", 1)[0] == 2
