"""`loyalty-sim sweep`: what it prints, what it leaves behind, and what it says to a wrong study."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import main
from tests.test_cli import SMALL

STUDY = """
title: How soon
scenario: grocers.yaml
designs: [none, points]
levers:
  threshold: {path: designs.points.programme.points.threshold, values: [50, 100]}
replicates: 2
weeks: 20
customers: 60
"""
FILES = {
    *("cells.parquet", "points.parquet", "differences.csv", "study.yaml", "scenario.yaml"),
    *("manifest.json", "journal.sqlite3", "sweep.png"),
}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "grocers.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "how_soon.yaml").write_text(STUDY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "how_soon.yaml"


def test_a_sweep_leaves_its_tables_and_says_what_came_of_it(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sweep", str(file), "--out", "run", "--workers", "1"]) == 0
    said = capsys.readouterr()
    assert "2 points x 2 designs x 2 replicates: 8 markets." in said.out
    assert "results are in run" in said.err
    assert {path.name for path in Path("run").iterdir()} - {".gitignore"} == FILES
    manifest = json.loads(Path("run/manifest.json").read_text())
    assert manifest["command"] == f"loyalty-sim sweep {file} --out run --workers 1"

    # The same command again runs nothing, and so does the study that the folder holds.
    before = Path("run/cells.parquet").read_bytes()
    assert main(["sweep", str(file), "--out", "run", "--workers", "1", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["cells"], result["failed"]) == (8, 0)
    assert (result["provenance"]["markets_run"], result["provenance"]["markets_kept"]) == (0, 8)
    assert Path("run/cells.parquet").read_bytes() == before


def test_without_a_folder_it_makes_one_of_its_own(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", str(file)]) == 0
    (folder,) = Path("results").iterdir()
    assert folder.name.startswith("how_soon-")
    assert (folder / "manifest.json").exists()


def test_a_wrong_study_is_told_line_by_line_and_nothing_is_written(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(
        STUDY.replace("points.threshold", "points.treshold").replace("replicates: 2", "replicates: 0")
    )
    assert main(["sweep", str(file), "--out", "run"]) == 2
    first, second = capsys.readouterr().err.strip().splitlines()
    assert f"{file}:6:" in first and "did you mean 'threshold'?" in first
    assert f"{file}:7:" in second
    assert not Path("run").exists()


def test_the_schema_of_studies_is_printed_for_editors(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--study"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "A study of loyalty-sim"


def test_the_help_of_the_command_loads_nothing_heavy() -> None:
    code = (
        "import sys; from sim.cli import main; main(['sweep', '--help']); sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
