"""All tasks by name, run one after the other; what is finished in a folder is not run again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.experiments import provenance, store
from sim.experiments.errors import ExperimentError, Interrupted
from sim.experiments.lab import Progress
from sim.validation.tasks.goals import goals, limits
from sim.validation.tasks.task import TaskResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TASKS: Mapping[str, tuple[str, str]] = {
    "T1": ("timing", "cdnow"),
    "T2": ("timing", "trips39"),
    "T2b": ("timing", "trips26"),
    "T3": ("brands", "run"),
    "T4": ("patterns", "run"),
    "T5": ("panels", "run"),
}
"""Module and function of each task; all but T1 need the logs of the extra [data]."""
Run = Callable[[], TaskResult]


def runner(name: str) -> Run:
    """What runs a task."""
    module, function = TASKS[name]
    found: Run = getattr(import_module(f"sim.validation.tasks.{module}"), function)
    return found


@dataclass(frozen=True)
class TaskCard:
    """Tasks that were run: scores beside baselines, paired differences, goals."""

    results: Mapping[str, TaskResult]
    provenance: Mapping[str, Any] = field(repr=False)

    def goals(self) -> pd.DataFrame:
        """As of `goals`."""
        return goals(self.results)

    def scores(self) -> pd.DataFrame:
        """task, model, score, value."""
        return pd.DataFrame(
            [
                (task, model, score, value)
                for task, result in self.results.items()
                for model, scores in result.scores.items()
                for score, value in scores.items()
            ],
            columns=["task", "model", "score", "value"],
        )

    def differences(self) -> pd.DataFrame:
        """task, against, score, difference (the market's minus the baseline's), low, high."""
        return pd.DataFrame(
            [
                (task, baseline, score, *interval)
                for task, result in self.results.items()
                for baseline, intervals in result.differences.items()
                for score, interval in intervals.items()
            ],
            columns=["task", "against", "score", "difference", "low", "high"],
        )

    def patterns(self) -> pd.DataFrame | None:
        """The card of patterns, a row a model and pattern; None where the task was not run."""
        return next((result.table() for result in self.results.values() if hasattr(result, "table")), None)

    def plot(self) -> Figure:
        """Every bound with the market's figure; beside it every pattern against its tolerance."""
        from sim.report.tasks import picture

        return picture(limits(self.results), self.patterns())

    def summary(self) -> str:
        """How many goals are reached."""
        found = self.goals()
        should = found[found["reached too"].notna()]
        missed = [f"{row.goal} {row.figure}" for row in found.itertuples() if not row.reached]
        text = f"{int(found['reached'].sum())} of {len(found)} bounds that must be kept are, "
        text += f"{int((should['reached too'] == True).sum())} of {len(should)} that should be"  # noqa: E712
        return text + (f"; missed: {', '.join(missed)}" if missed else "")

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and texts for JSON."""
        frame = self.goals().astype(object)
        return {
            "tasks": {name: plain(result) for name, result in self.results.items()},
            "goals": frame.where(frame.notna(), None).to_dict(orient="records"),
            "provenance": dict(self.provenance),
        }

    def save(self, folder: Path) -> None:
        """Write goals.csv, scores.csv, differences.csv, patterns.csv (of T4), tasks.png, tasks.md and manifest.json.

        Each whole or not at all.
        """
        from sim.report.picture import save
        from sim.validation.tasks.page import page

        patterns = self.patterns()
        if patterns is not None:
            store.write_csv(folder / "patterns.csv", patterns)
        store.write_with(folder / "tasks.png", lambda path: save(self.plot(), path))
        store.write_csv(folder / "goals.csv", self.goals())
        store.write_csv(folder / "scores.csv", self.scores())
        store.write_csv(folder / "differences.csv", self.differences())
        store.write_json(folder / store.MANIFEST, dict(self.provenance))
        store.write_text(folder / "tasks.md", page(self))


def plain(result: TaskResult) -> dict[str, Any]:
    """A result as JSON can hold it; None where a score is no number."""
    text = json.dumps(asdict(result)).replace("NaN", "null")
    found: dict[str, Any] = json.loads(text)
    return found


def read(found: Mapping[str, Any]) -> TaskResult:
    """A result from its plain form."""

    def number(value: float | None) -> float:
        return float("nan") if value is None else float(value)

    read_back = (
        found["task"],
        found["title"],
        {model: {k: number(v) for k, v in scores.items()} for model, scores in found["scores"].items()},
        {
            baseline: {k: (number(v[0]), number(v[1]), number(v[2])) for k, v in intervals.items()}
            for baseline, intervals in found["differences"].items()
        },
        tuple(found["notes"]),
    )
    if "years" not in found:
        return TaskResult(*read_back)
    from sim.validation.tasks.patterns import PatternResult

    years = {
        model: tuple({k: number(v) for k, v in year.items()} for year in simulated)
        for model, simulated in found["years"].items()
    }
    return PatternResult(*read_back, years=years)


def run_tasks(
    names: Iterable[str] | None = None,
    *,
    out: str | Path | None = None,
    progress: Progress | None = None,
    command: str | None = None,
    runners: Callable[[str], Run] = runner,
) -> TaskCard:
    """Run tasks end to end: each is fitted to its calibration rows alone, then scored beside its baselines.

    names: of TASKS; None: all. out: a folder in which each finished task is kept, so that the same call goes on where
    it was stopped. ExperimentError for unknown names, for a folder with results of other code, and for a log that is
    not installed.
    """
    wanted: Sequence[str] = list(TASKS if names is None else names)
    for name in wanted:
        if name not in TASKS:
            raise ExperimentError(f"no task is called '{name}'; tasks are: {', '.join(TASKS)}")
    folder = None if out is None else Path(out)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    results = {}
    for done, name in enumerate(wanted):
        if progress is not None:
            progress(done, len(wanted))
        try:
            results[name] = _one(name, folder, runners)
        except KeyboardInterrupt as stop:
            raise Interrupted(done, len(wanted), folder) from stop
    if progress is not None:
        progress(len(wanted), len(wanted))
    settings = {"tasks": list(wanted)}
    record = {
        "command": command or provenance.called("sim.tasks", "", settings),
        "settings": settings,
        "code_hash": provenance.code_hash(),
        "versions": provenance.versions(),
    }
    card = TaskCard(results, record)
    if folder is not None:
        card.save(folder)
    return card


def _one(name: str, folder: Path | None, runners: Callable[[str], Run]) -> TaskResult:
    kept = None if folder is None else folder / f"{name}.json"
    if kept is not None and kept.is_file():
        found = json.loads(kept.read_text(encoding="utf-8"))
        if found.pop("code_hash") != provenance.code_hash():
            raise ExperimentError(
                f"{kept} was made by another version of the program; name another folder with --out, or delete it"
            )
        return read(found)
    try:
        result = runners(name)()
    except ValueError as error:
        raise ExperimentError(f"task {name}: {error}") from error
    if kept is not None:
        store.write_json(kept, plain(result) | {"code_hash": provenance.code_hash()})
    return result
