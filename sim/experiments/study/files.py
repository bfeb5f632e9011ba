"""Study files: reading them with every fault at its line, and writing them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.experiments.study.check import findings
from sim.experiments.study.study import Study
from sim.scenario import Fault, Scenario, ScenarioError, load
from sim.scenario.errors import Loc, dotted, in_order
from sim.scenario.files import as_yaml, beside, text_of, top
from sim.scenario.wording import Place, faults_of
from sim.scenario.yaml_text import Block, place_of, read

KIND = "study"
GROUPS = ("levers", "uncertainties")


def load_study(path: str | os.PathLike[str]) -> Study:
    """The study in a YAML file, with its scenario, checked as a whole before anything is run.

    `scenario: other.yaml` is a path relative to the study file. As for `extends`, it must stand in the same folder
    tree: under the nearest folder called `scenarios`, or else under the folder of the study file.

    ScenarioError names all faults of the study and of its scenario, each with file, line, column, path and remedy:
    unknown fields and places, constraints that cannot be read, and every level (or end of a range) that makes the
    scenario wrong.
    """
    file = Path(path)
    faults: list[Fault] = []
    data = read(text_of(file, KIND), str(file), faults, KIND)
    unread = {fault.path for fault in faults}

    def place(loc: Loc, is_name: bool) -> Place:
        return place_of(data, loc, is_name)

    world = _world(file, data, faults)
    fields = {**data, **({"scenario": world} if world is not None else {})}
    try:
        study: Study | None = Study.model_validate(fields)
        wrong: list[Loc] = []
    except ValidationError as error:
        faults += [fault for fault in faults_of(error, Study, place) if fault.path not in unread]
        wrong = [details["loc"] for details in error.errors(include_url=False)]
        study = _rest(fields, wrong)
    if study is not None and world is not None:
        names = {name for group in GROUPS if isinstance(data.get(group), dict) for name in data[group]}
        for loc, is_name, message in findings(study, names if wrong or faults else None):
            faults.append(Fault(message, dotted(loc), *place_of(data, loc, is_name)))
    if faults or study is None:
        raise ScenarioError(in_order(faults))
    return study


def _world(file: Path, data: Block, faults: list[Fault]) -> Scenario | None:
    """The scenario that a study names, if it can be read; what is wrong with it is added to the faults."""
    if "scenario" not in data:
        return None
    try:
        root = top(file)
        return load(beside(file, data["scenario"], root, "scenario", data.places["scenario"][1]), root=root)
    except ScenarioError as error:
        faults += [fault for fault in error.faults if fault not in faults]
        data["scenario"] = "unread"  # its fault is told; the study is looked at further
        return None


def _rest(fields: dict[str, Any], wrong: list[Loc]) -> Study | None:
    """A study without what is wrong in it, so that the rest can be checked, too; None where too little is left."""
    left = {"title": "a study", "scenario": "none", **fields}
    for loc in wrong:
        if loc[0] in GROUPS and len(loc) > 1:
            left[loc[0]] = {name: value for name, value in left[loc[0]].items() if name != loc[1]}
        else:
            left.pop(str(loc[0]), None)
    try:
        return Study.model_validate({"title": "a study", "scenario": "none", **left})
    except ValidationError:
        return None


def study_text(study: Study, scenario: str) -> str:
    """The study as YAML, complete; `scenario`: path of the scenario's file, as it is to stand in it."""
    fields = {name: value for name, value in study.to_dict().items() if value not in (None, {}, [])}
    for group in GROUPS:
        for name, factor in fields.get(group, {}).items():
            fields[group][name] = {field: value for field, value in factor.items() if value is not None}
    return as_yaml({**fields, "scenario": scenario})
