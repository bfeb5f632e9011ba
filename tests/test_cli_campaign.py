"""The command `campaign`: what it prints where, and which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sim
from tests.experiments.test_campaign import grocers

FEW = ("--window", 4, "--replicates", 2, "--customers", 200, "--workers", 1)


@pytest.fixture
def market(tmp_path: Path) -> Path:
    path = tmp_path / "grocers.yaml"
    sim.save(grocers(), path)
    return path


def test_campaign_prints_every_estimate_and_the_truth(command, market) -> None:
    code, out, err = command("campaign", market, "--design", "nobody_opens", *FEW)
    assert code == 0, err
    for words in (
        "naive ratio",
        "placebo: before the campaign",
        "true: the same, not mailed",
        "(exactly nothing)",
    ):
        assert words in out
    assert "simulating pairs of markets" in err
    assert not list(Path().iterdir())


def test_campaign_keeps_what_it_has_run_and_a_picture_in_the_folder_that_is_named(command, market) -> None:
    for run in ((2, 0), (0, 2)):
        code, _, err = command("campaign", market, *FEW, "--out", "kept")
        assert code == 0, err
        manifest = json.loads(Path("kept/manifest.json").read_text())
        assert (manifest["markets_run"], manifest["markets_kept"]) == run
    assert {"campaign.png", "estimates.csv", "values.parquet", "scenario.yaml"} <= {
        path.name for path in Path("kept").iterdir()
    }


def test_campaign_prints_one_json_object(command, market) -> None:
    code, out, err = command("campaign", market, *FEW, "--json")
    assert code == 0, err
    said = json.loads(out)
    assert said["design"] == "coupons"
    assert said["estimates"]["naive_ratio"]["mean"] > 0
    assert said["provenance"]["command"].startswith("loyalty-sim campaign ")


def test_a_design_without_a_campaign_is_refused_without_a_traceback(command, market) -> None:
    code, out, err = command("campaign", market, "--design", "no_mailing", *FEW)
    assert (code, out) == (2, "")
    assert "sends no personal offers" in err
    assert "Traceback" not in err
