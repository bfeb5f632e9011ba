"""Notebooks run from start to end as a reader would run them, and show what they showed when they were stored."""

from __future__ import annotations

import base64
import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks"
LESSONS = sorted((ROOT / "scenarios" / "lessons").glob("*.yaml"))
TEXTS = ROOT / "sim" / "dashboard" / "lessons"
NOTEBOOKS = sorted([*FOLDER.glob("*.ipynb"), *FOLDER.glob("lessons/*.ipynb")])
TAUGHT = [path for path in NOTEBOOKS if path.parent.name == "lessons"]
PARTS = (
    "Question", "Prediction", "Run", "Picture", "What changed and why", "Try it yourself", "A solution"
)  # fmt: skip
LARGEST = 300_000

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
each_lesson = pytest.mark.parametrize("path", TAUGHT, ids=lambda path: path.stem)
each_scenario = pytest.mark.parametrize("scenario", LESSONS, ids=lambda path: path.stem)


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def _code(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _outputs(notebook: Any) -> list[Any]:
    return [output for cell in _code(notebook) for output in cell.outputs]


def _pictures(notebook: Any) -> list[str]:
    return [o.data["image/png"] for o in _outputs(notebook) if "image/png" in o.get("data", {})]


@pytest.fixture(scope="module")
def runner() -> ModuleType:
    """notebooks/run.py, which stands outside the package."""
    spec = importlib.util.spec_from_file_location("run_notebooks", FOLDER / "run.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_is_a_notebook_for_the_strategist_and_one_for_the_researcher() -> None:
    assert {"compare_designs.ipynb", "study_designs.ipynb"} <= {path.name for path in NOTEBOOKS}


@each_scenario
def test_a_lesson_has_its_notebook_and_its_text(scenario: Path) -> None:
    assert (FOLDER / "lessons" / f"{scenario.stem}.ipynb").is_file()
    assert (TEXTS / f"{scenario.stem}.yaml").is_file()


def test_no_notebook_or_text_is_of_a_lesson_that_there_is_not() -> None:
    known = {path.stem for path in LESSONS}
    assert {path.stem for path in TAUGHT} <= known
    assert {path.stem for path in TEXTS.glob("*.yaml")} <= known


@each_scenario
def test_a_text_speaks_of_designs_that_its_lesson_has_in_both_languages(scenario: Path) -> None:
    yaml = YAML(typ="safe", pure=True)
    text = yaml.load((TEXTS / f"{scenario.stem}.yaml").read_text(encoding="utf-8"))
    assert text["scenario"] == scenario.stem
    assert set(text["designs"]) <= set(yaml.load(scenario.read_text(encoding="utf-8"))["designs"])
    for part in ("title", "story", "question", "watch", "why", "next"):
        assert set(text[part]) == {"en", "zh"}, part
        assert re.search("[\u4e00-\u9fff]", text[part]["zh"]), part
        assert not re.search("[\u4e00-\u9fff]", text[part]["en"]), part


@each_lesson
def test_a_lesson_asks_before_it_shows_and_answers_at_the_end(path: Path) -> None:
    said = "\n".join(cell.source for cell in _read(path).cells if cell.cell_type == "markdown")
    heads = [head.strip() for head in re.findall(r"^## (.*)$", said, re.MULTILINE)]
    assert [head for head in heads if head in PARTS] == list(PARTS)


@each_lesson
def test_a_reader_writes_her_prediction_down_before_anything_is_run(path: Path) -> None:
    sources = [cell.source for cell in _code(_read(path))]
    guess = next(i for i, source in enumerate(sources) if source.startswith("prediction = "))
    assert not any(
        "sim.compare" in source or "sim.Market" in source.split("def ")[0] for source in sources[:guess]
    )
    assert any("{prediction}" in source for source in sources[guess + 1 :])


@each_notebook
def test_links_of_a_notebook_lead_to_files_that_exist(path: Path) -> None:
    for cell in _read(path).cells:
        if cell.cell_type == "markdown":
            for link in re.findall(r"\]\(([^)\s:]+)\)", cell.source):
                assert (path.parent / link.split("#")[0]).exists(), link


@each_lesson
def test_a_lesson_is_stored_with_its_pictures(path: Path) -> None:
    notebook = _read(path)
    assert [cell.execution_count for cell in _code(notebook)] == list(range(1, len(_code(notebook)) + 1)), (
        f"run `python notebooks/run.py {path.stem}`"
    )
    assert _pictures(notebook)


@each_notebook
def test_what_is_stored_is_small_and_tells_of_no_machine(path: Path) -> None:
    assert path.stat().st_size <= LARGEST
    notebook = _read(path)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert set(notebook.metadata.language_info) == {"name"}
    assert not any(cell.metadata for cell in notebook.cells)
    for output in _outputs(notebook):
        assert output.output_type != "error" and output.get("name") != "stderr"
        shown = [
            output.get("text", ""),
            *(text for kind, text in output.get("data", {}).items() if "image" not in kind),
        ]
        assert not re.search(r"0x[0-9a-f]{6}|/home/|/root/|/tmp/|PosixPath", "\n".join(map(str, shown)))
    for picture in _pictures(notebook):
        assert base64.b64decode(picture).startswith(b"\x89PNG")


@each_notebook
def test_a_notebook_runs_from_start_to_end(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runner: ModuleType
) -> None:
    monkeypatch.setenv("LOYALTY_SIM_REPLICATES", "2")
    monkeypatch.setenv("LOYALTY_SIM_CUSTOMERS", "300")
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    (tmp_path / "results").mkdir()
    notebook = runner.executed(_read(path), tmp_path, timeout=300)
    assert len(_pictures(notebook)) >= (1 if path in TAUGHT else 3)


def _notebook(*sources: str) -> Any:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])


def test_the_same_notebook_is_stored_as_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runner: ModuleType
) -> None:
    source = (
        "import sys, time\nfor i in range(3):\n    print(i, flush=True); time.sleep(0.05)\n"
        "print('a warning', file=sys.stderr)\n"
        "from sim.report.picture import canvas\nwith canvas(None) as ax:\n    ax.plot([1, 2])\nax"
    )
    stored = []
    for name in ("one", "two"):
        path = tmp_path / f"{name}.ipynb"
        notebook = _notebook(source)
        notebook.cells[0].id = "cell"
        nbformat.write(notebook, path)
        assert runner.run(path) == path.stat().st_size < 40_000
        stored.append(path.read_bytes())
    assert stored[0] == stored[1]
    assert [o.output_type for o in _outputs(_read(path))] == ["stream", "execute_result"]


def test_a_notebook_that_fails_is_not_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], runner: ModuleType
) -> None:
    path = tmp_path / "bad.ipynb"
    nbformat.write(_notebook("1 / 0"), path)
    before = path.read_bytes()
    monkeypatch.setattr(runner, "notebooks", lambda: {"bad": path})
    assert runner.main(["bad"]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert runner.main(["worse"]) == 2
    assert "no notebook is called worse; there are bad" in capsys.readouterr().err
