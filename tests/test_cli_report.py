"""The command `report`: from a stored comparison to a page and a workbook, and what it refuses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.experiments import compare
from sim.experiments.dossier import dossier
from sim.experiments.further import YEAR
from tests.report.test_report import world

RUN = ("--replicates", 1, "--workers", 1)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stored") / "run"
    compare(world(), designs=["none", "=1+1"], replicates=2, workers=1, out=path)
    return path


def test_report_writes_page_and_workbook_and_goes_on_from_what_is_kept(
    command, stored, tmp_path: Path
) -> None:
    shutil.copytree(stored, tmp_path / "run")
    words = ("report", tmp_path / "run", *RUN)
    code, out, err = command(*words, "--out", "a.html", "--excel", "a.xlsx")
    assert (code, out) == (0, ""), err
    assert "simulating markets" in err
    assert "the report is a.html, the workbook a.xlsx" in err
    (kept,) = (tmp_path / "run").glob("report-*")
    assert (kept / "journal.sqlite3").exists()
    code, _, err = command(*words, "--out", "b.html")
    assert code == 0, err
    assert Path("a.html").read_bytes() == Path("b.html").read_bytes()
    assert Path("a.xlsx").stat().st_size > 10_000
    assert not [path for path in Path().iterdir() if "partial" in path.name]


def test_quick_runs_nothing_and_says_so(command, stored) -> None:
    before = sorted(path.name for path in stored.iterdir())
    code, _, err = command("report", stored, "--out", "quick.html", "--quick")
    assert code == 0, err
    assert "simulating" not in err
    assert "--quick" in Path("quick.html").read_text(encoding="utf-8")
    assert sorted(path.name for path in stored.iterdir()) == before


@pytest.mark.parametrize(
    ("folder", "out", "words"),
    [
        ("nowhere", "a.html", "there is no folder nowhere"),
        ("{run}", "nowhere/a.html", "there is no folder nowhere; make it first"),
        ("{run}", ".", "a report is called NAME.html"),
        ("{run}", "held.html", "it is a folder; name a file"),
        ("{run}/manifest.json", "a.html", "is a file; name the folder of a comparison"),
    ],
)
def test_what_cannot_be_is_refused_with_a_message(command, stored, folder: str, out: str, words: str) -> None:
    Path("held.html").mkdir()
    code, said, err = command("report", folder.format(run=stored), "--out", out)
    assert (code, said) == (2, "")
    assert words in err
    assert "Traceback" not in err
    assert [path.name for path in Path().iterdir()] == ["held.html"]


def test_a_page_that_is_there_stays_as_it_is_when_writing_fails(command, stored, monkeypatch) -> None:
    Path("a.html").write_text("before")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    code, _, err = command("report", stored, "--out", "a.html", "--quick")
    assert code == 2
    assert "No space left on device" in err
    assert Path("a.html").read_text() == "before"


def test_three_years_are_what_a_business_case_is_over() -> None:
    assert dossier.__kwdefaults__["years"] * YEAR == 156
