"""The page on studies: its examples run, and its tables name what there is."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.experiments.study import Cells, Factor, Points, Sampling, Study, load_study
from tests.test_cli_sweep import FILES

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "studies.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.S | re.M)


def rows(heading: str) -> list[str]:
    """What stands in code in the first column of the table with this heading."""
    table = PAGE.partition(f"\n| {heading} |")[2].partition("\n\n")[0]
    return re.findall(r"^\| `([^`]+)` \|", table, flags=re.M)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the shipped scenarios, in which results may be left."""
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def small(study: Study) -> Study:
    """The same over a small, short market, with fewer points."""
    return study.model_copy(
        update={
            "replicates": 2,
            "customers": 60,
            "weeks": 56,
            "uncertainty_sampling": Sampling(method="latin_hypercube", points=1),
            "levers": {
                name: factor.model_copy(update={"values": factor.values[1:3]})
                for name, factor in study.levers.items()
                if factor.values
            },
        }
    )


def test_every_field_is_on_the_page() -> None:
    assert rows("field") == list(Study.model_fields)
    assert rows("field of a factor") == list(Factor.model_fields)
    assert set(rows("method")) == set(Sampling.model_fields["method"].annotation.__args__)  # type: ignore[union-attr]


def test_every_file_that_comes_out_is_on_the_page() -> None:
    assert set(rows("file")) == FILES


def test_every_shipped_study_is_on_the_page() -> None:
    for path in (ROOT / "scenarios" / "studies").glob("*.yaml"):
        assert f"../scenarios/studies/{path.name}" in PAGE


def test_the_example_of_a_file_is_a_study(tmp_path: Path) -> None:
    (text,) = blocks("yaml")
    folder = tmp_path / "scenarios" / "studies"
    folder.mkdir(parents=True)
    (tmp_path / "scenarios" / "grocers.yaml").write_bytes((ROOT / "scenarios" / "grocers.yaml").read_bytes())
    (folder / "soon.yaml").write_text(text, encoding="utf-8")
    study = load_study(folder / "soon.yaml")
    points = Points(study)
    assert (points.all, points.left_out) == (36, 8)
    assert len(Cells(points)) == 28 * 2 * 4


def test_the_examples_in_python_run_as_they_stand(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables, made, _ = blocks("python")
    monkeypatch.setattr(sim, "load_study", lambda path: small(load_study(path)), raising=False)
    exec(tables, {})  # noqa: S102  (the page is ours)
    assert {"map.png", "lines.png", "points.xlsx"} <= {path.name for path in home.iterdir()}
    names: dict[str, Any] = {}
    exec(made, names)  # noqa: S102
    assert names["study"].factors["price"].values == (0.9, 1.0, 1.1)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(
    importlib.util.find_spec("ema_workbench") is None,
    reason="EMA WORKBENCH IS NOT INSTALLED: the example is not tested (pip install ema-workbench)",
)
def test_the_example_of_the_workbench_runs(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sim, "load_study", lambda path: small(load_study(path)), raising=False)
    names: dict[str, Any] = {}
    exec(blocks("python")[2], names)  # noqa: S102
    assert len(names["experiments"]) == 8
    assert "profit_points_gain" in names["outcomes"]
