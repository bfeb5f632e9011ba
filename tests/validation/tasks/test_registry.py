"""Tasks run one after the other: what is finished is kept, and only what the same program made is gone on with."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from sim.experiments import provenance
from sim.experiments.errors import ExperimentError, Interrupted
from sim.validation.tasks.goals import BOUNDS, goals, limits
from sim.validation.tasks.patterns import PASSED, PatternResult, targets
from sim.validation.tasks.registry import TASKS, plain, read, run_tasks, runner
from sim.validation.tasks.task import TaskResult

NAN = float("nan")


def year(factor: float = 1.0) -> dict[str, float]:
    """Patterns of a year, all off the panel's by the same factor."""
    return {name: factor * target.target for name, target in targets().items()}


CDNOW = TaskResult(
    "T1",
    "customers of a shop",
    {
        "market": {"AUC active": 0.78, "total ratio": 0.5, "Brier active": NAN},
        "own rate": {"AUC active": 0.76},
    },
    {"BG/NBD": {"CRPS, relative": (-0.01, -0.03, 0.01), "MAE": (0.1, NAN, NAN)}},
    ("a note",),
)
PATTERNS = PatternResult(
    "T4",
    "a year",
    {"market": {PASSED: 28.0}, "null": {PASSED: 0.0}},
    years={"market": (year(1.01), {**year(0.99), "basket_mean": NAN}), "null": (year(2.0),)},
)
RESULTS: Mapping[str, TaskResult] = {"T1": CDNOW, "T4": PATTERNS}


class Fakes:
    """Runners that give the results above, and note what was run."""

    def __init__(self, stops_at: str = "", error: type[BaseException] = KeyboardInterrupt) -> None:
        self.run: list[str] = []
        self.stops_at, self.error = stops_at, error

    def __call__(self, name: str) -> Callable[[], TaskResult]:
        def run() -> TaskResult:
            if name == self.stops_at:
                raise self.error("no log of that name")
            self.run.append(name)
            return RESULTS[name]

        return run


def test_what_is_finished_is_not_run_again_and_reads_back_as_it_was(tmp_path: Path) -> None:
    first, second = Fakes(), Fakes()
    before = run_tasks(["T1", "T4"], out=tmp_path, runners=first, command="loyalty-sim tasks")
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    after = run_tasks(["T1", "T4"], out=tmp_path, runners=second, command="loyalty-sim tasks")
    assert (first.run, second.run) == (["T1", "T4"], [])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files
    assert set(files) == {
        "T1.json", "T4.json", "goals.csv", "scores.csv", "differences.csv", "patterns.csv", "tasks.png", "tasks.md",
        "manifest.json",
    }  # fmt: skip
    pd.testing.assert_frame_equal(before.goals(), after.goals())
    pd.testing.assert_frame_equal(before.patterns(), after.patterns())


def test_results_of_another_program_are_refused_and_left_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_tasks(["T1"], out=tmp_path, runners=Fakes())
    kept = (tmp_path / "T1.json").read_bytes()
    monkeypatch.setattr(provenance, "code_hash", lambda: "changed since")
    fakes = Fakes()
    with pytest.raises(
        ExperimentError, match=r"T1\.json was made by another version of the program; name another"
    ):
        run_tasks(["T1", "T4"], out=tmp_path, runners=fakes)
    assert fakes.run == []
    assert (tmp_path / "T1.json").read_bytes() == kept


def test_an_unknown_task_is_refused_before_any_is_run(tmp_path: Path) -> None:
    fakes = Fakes()
    with pytest.raises(ExperimentError, match="no task is called 'T9'; tasks are: T1, T2, T2b, T3, T4, T5"):
        run_tasks(["T1", "T9"], out=tmp_path / "new", runners=fakes)
    assert fakes.run == [] and not (tmp_path / "new").exists()


def test_an_interruption_keeps_what_is_finished_and_the_same_call_goes_on(tmp_path: Path) -> None:
    with pytest.raises(Interrupted) as stop:
        run_tasks(["T1", "T4"], out=tmp_path, runners=Fakes(stops_at="T4"))
    assert (stop.value.done, stop.value.total, stop.value.folder) == (1, 2, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["T1.json"]
    fakes, steps = Fakes(), []
    card = run_tasks(
        ["T1", "T4"], out=tmp_path, runners=fakes, progress=lambda done, of: steps.append((done, of))
    )
    assert fakes.run == ["T4"]
    assert list(card.results) == ["T1", "T4"]
    assert steps == [(0, 2), (1, 2), (2, 2)]


def test_a_log_that_is_not_there_is_told_with_the_name_of_its_task(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="task T4: no log of that name"):
        run_tasks(["T1", "T4"], out=tmp_path, runners=Fakes(stops_at="T4", error=ValueError))
    assert [path.name for path in tmp_path.iterdir()] == ["T1.json"]


def test_every_task_runs_without_being_told_anything() -> None:
    for name in TASKS:
        given = inspect.signature(runner(name)).parameters.values()
        assert all(one.default is not inspect.Parameter.empty for one in given), name
    assert {bound.task for bound in BOUNDS} <= set(TASKS)


@pytest.mark.parametrize("name", ["T1", "T4"])
def test_a_result_comes_back_from_its_file_with_all_its_numbers(name: str) -> None:
    stored = plain(RESULTS[name])
    text = json.dumps(stored, allow_nan=False)
    back = read(json.loads(text))
    assert type(back) is type(RESULTS[name])
    assert plain(back) == stored
    if isinstance(back, PatternResult):
        pd.testing.assert_frame_equal(back.table(), PATTERNS.table())
    else:
        assert back.scores["market"]["Brier active"] != back.scores["market"]["Brier active"]
        assert back.differences["BG/NBD"]["CRPS, relative"] == (-0.01, -0.03, 0.01)


def test_the_page_has_every_pattern_and_marks_those_that_are_missed(tmp_path: Path) -> None:
    run_tasks(["T4"], out=tmp_path, runners=Fakes())
    text = (tmp_path / "tasks.md").read_text(encoding="utf-8")
    assert "![Every bound and every pattern](tasks.png)" in text
    rows = [line for line in text.splitlines() if line.startswith(tuple(f"| {name} " for name in targets()))]
    assert len(rows) == 29
    (basket,) = [row for row in rows if row.startswith("| basket_mean ")]
    (gap,) = [row for row in rows if row.startswith("| gap_mean_days ")]
    assert basket.count("**") == 4 and gap.count("**") == 2  # the null model's years are off by all
    assert "market 28 of 29, null 0 of 29" in text
    table = pd.read_csv(tmp_path / "patterns.csv", keep_default_na=False)
    assert len(table) == 2 * 29 and table.groupby("model")["passes"].sum().to_dict() == {
        "market": 28,
        "null": 0,
    }


def test_without_patterns_there_is_no_table_of_them(tmp_path: Path) -> None:
    card = run_tasks(["T1"], out=tmp_path, runners=Fakes())
    assert card.patterns() is None
    assert not (tmp_path / "patterns.csv").exists()
    assert "Patterns of a year" not in (tmp_path / "tasks.md").read_text(encoding="utf-8")


def test_limits_are_the_goals_in_numbers() -> None:
    said, numbers = goals(RESULTS), limits(RESULTS)
    for name in ("goal", "task", "must", "reached", "should"):
        assert said[name].tolist() == numbers[name].tolist()
    first = numbers.iloc[0]
    assert (first["value"], first["low"], first["high"]) == (-0.01, -0.03, 0.01)
    assert (first["must high"], first["should high"]) == (0.02, 0.0)
    inside = (numbers["must low"] <= numbers["value"]) & (numbers["value"] <= numbers["must high"])
    assert inside.tolist() == numbers["reached"].tolist()
