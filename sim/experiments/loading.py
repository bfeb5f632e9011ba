"""A stored comparison, read back; what is missing, unfinished or damaged is said, never guessed.

result = sim.Comparison.load("results/grocers-1f2e3d4c")
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.experiments import journal, store
from sim.experiments.enough import Enough, Until, look
from sim.experiments.errors import ExperimentError
from sim.experiments.parameters import by_draw, draws_of
from sim.measures import MEASURES
from sim.scenario import Scenario, ScenarioError, load

if TYPE_CHECKING:
    from sim.experiments.comparison import Comparison

TABLES = ("metrics", "panel", "paths")
KEYS = {
    "metrics": ("design", "replicate", "metric", "value"),
    "panel": ("design", "week", "segment", "firm", "membership"),
    "paths": ("design", "replicate", "week", "profit", "programme_cost", "given_cost", "purchases"),
}
"""Columns without which a table is not that of a comparison."""
AGAIN = "the command in its manifest.json makes it again, into a new folder"


def read(folder: str | Path) -> Comparison:
    """The comparison that a run folder holds. ExperimentError says which file is at fault, and what to do."""
    from sim.experiments.comparison import Comparison

    path = Path(folder)
    record = _manifest(path)
    settings = _settings(path, record)
    world = _world(path, record)
    designs = tuple(settings["designs"])
    unknown = [name for name in designs if name not in world.design_names]
    if unknown:
        raise _damaged(
            path / store.MANIFEST, f"it names a design '{unknown[0]}' that scenario.yaml does not have"
        )
    values, panel, paths = (_table(path / f"{name}.parquet") for name in TABLES)
    found = sorted(int(replicate) for replicate in values["replicate"].unique())
    replicates = int(settings.get("replicates") or len(found))
    weeks = int(settings["weeks"])
    _whole(path / "metrics.parquet", values, designs, replicates, tuple(MEASURES), "metric")
    _whole(path / "paths.parquet", paths, designs, replicates, tuple(range(weeks)), "week")
    per_design = panel.groupby("design").size().to_dict() if len(panel) else {}
    if set(per_design) != set(designs) or len(set(per_design.values())) != 1:
        raise _damaged(path / "panel.parquet", "it lacks rows of some design")
    if set(panel["week"].unique()) != set(range(weeks)):
        raise _damaged(path / "panel.parquet", "it lacks some weeks")
    result = Comparison(
        world=world,
        designs=designs,
        replicates=replicates,
        seed=int(settings["seed"]),
        customers=int(settings["customers"]),
        weeks=weeks,
        values=values,
        panel=panel,
        paths=paths,
        provenance=record,
    )
    return _with_looks(result, settings)


def _manifest(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise ExperimentError(
            f"there is no folder {path}; name the folder of a comparison, as `compare --out` made it"
        )
    if not path.is_dir():
        raise ExperimentError(
            f"{path} is a file; name the folder of a comparison, as `compare --out` made it"
        )
    file = path / store.MANIFEST
    if not file.exists():
        if (path / journal.FILE).exists():
            raise ExperimentError(
                f"the run in {path} is not finished (it has no {store.MANIFEST}); give its command once more with "
                "the same --out, and it goes on where it stopped"
            )
        raise ExperimentError(
            f"{path} holds no run (it has no {store.MANIFEST}); name the folder of a comparison"
        )
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(file, "it is not whole JSON") from error
    if not isinstance(record, dict) or not isinstance(record.get("settings"), dict):
        raise _damaged(file, "it does not say the settings of a run")
    return record


def _settings(path: Path, record: Mapping[str, Any]) -> Mapping[str, Any]:
    settings: Mapping[str, Any] = record["settings"]
    lacking = [name for name in ("designs", "seed", "customers", "weeks") if name not in settings]
    if lacking or (not (path / "metrics.parquet").exists() and (path / "values.parquet").exists()):
        raise ExperimentError(
            f"the run in {path} is no comparison of designs (its command: {record.get('command', 'unknown')}); "
            "name the folder of `loyalty-sim compare`"
        )
    numbers = all(isinstance(settings[name], int) for name in ("seed", "customers", "weeks"))
    names = isinstance(settings["designs"], list) and all(isinstance(d, str) for d in settings["designs"])
    if not (numbers and names and settings["designs"] and isinstance(record.get("versions"), dict)):
        raise _damaged(path / store.MANIFEST, "its settings are not those of a comparison")
    return settings


def _world(path: Path, record: Mapping[str, Any]) -> Scenario:
    file = path / "scenario.yaml"
    if not file.exists():
        raise _damaged(file, "it is not there")
    try:
        world = load(file)
    except ScenarioError as error:
        raise _damaged(file, f"it is no right scenario: {str(error).splitlines()[0]}") from error
    if world.fingerprint() != record.get("scenario_fingerprint"):
        raise _damaged(
            file, "it is not the scenario that was run: its fingerprint differs from the manifest's"
        )
    return world


def _table(file: Path) -> pd.DataFrame:
    if not file.exists():
        raise _damaged(file, "it is not there")
    try:
        table = store.read_parquet(file)
    except Exception as error:  # whatever DuckDB finds wrong with it
        raise _damaged(file, "it cannot be read as Parquet") from error
    lacking = [name for name in KEYS[file.stem] if name not in table.columns]
    if lacking:
        raise _damaged(file, f"it has no column '{lacking[0]}'")
    return table


def _whole(
    file: Path,
    table: pd.DataFrame,
    designs: tuple[str, ...],
    replicates: int,
    wanted: tuple[Any, ...],
    by: str,
) -> None:
    """Every design, replicate and metric (or week) once."""
    index = pd.MultiIndex.from_product([designs, range(replicates), wanted])
    found = pd.MultiIndex.from_frame(table[["design", "replicate", by]])
    if len(found) == len(index) and found.is_unique and found.isin(index).all():
        return
    lacking = index.difference(found, sort=False)
    if by == "metric" and len(lacking) and not set(wanted) <= set(table["metric"]):
        name = next(name for name in wanted if name not in set(table["metric"]))
        raise ExperimentError(
            f"{file} has no measure '{name}': it was written by another version of the program; {AGAIN}"
        )
    if len(lacking):
        design, replicate, at = lacking[0]
        raise _damaged(file, f"it lacks design '{design}', replicate {replicate}, {by} {at}")
    raise _damaged(
        file, f"it has rows that are not of this run, or some twice (by design, replicate and {by})"
    )


def _with_looks(result: Comparison, settings: Mapping[str, Any]) -> Comparison:
    """Of a run that stopped by itself: its looks, so that it ranks as it did then."""
    from dataclasses import replace

    if not settings.get("until_sure"):
        return result
    until = Until.of(settings["metric"], int(settings["most"]), settings["least"])
    metric = "profit" if until.metric == "incremental_profit" else until.metric
    draws, samples, looks = draws_of(result.world), result.samples[metric], []
    for number, size in enumerate(until.looks, 1):
        if size > result.replicates:
            break
        worlds = {d: by_draw(values[:size], draws, keep=True) for d, values in samples.items()}
        known = look(worlds, error=until.error(number), better=MEASURES[metric].better, least=until.least)
        looks.append(replace(known, replicates=size))
    return replace(result, enough=Enough(until, tuple(looks), draws)) if looks else result


def _damaged(file: Path, why: str) -> ExperimentError:
    return ExperimentError(f"{file} is damaged: {why}. Nothing can be reported from this folder; {AGAIN}")
