"""Presets: programmes, and changes of programmes, that are shipped as files to start from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from sim.scenario.errors import Fault, ScenarioError, advice
from sim.scenario.findings import peek
from sim.scenario.merge import PRESET, PROGRAMME, merged
from sim.scenario.part import thaw
from sim.scenario.yaml_text import read

PROGRAMMES = "programmes"
"""Folder of the programmes, within that of the shipped scenarios."""
CHANGES = "changes"
"""Folder of the changes of programmes."""
EVENT_WEEK = "event week"
"""Stands, in the preset of a change, for the week of the event that uses it."""


def shipped() -> Path:
    """The folder of the shipped scenarios: that of the repository, or else of the installed package."""
    package = Path(__file__).resolve().parents[1]
    folders = (package.parent / "scenarios", package / "shipped" / "scenarios")
    return next((folder for folder in folders if any(folder.glob("*.yaml"))), folders[0])


@cache
def preset_names(folder: str) -> tuple[str, ...]:
    """Names of the presets of a kind, in the order of the alphabet."""
    return tuple(sorted(file.stem for file in (shipped() / folder).glob("*.yaml")))


def preset(folder: str, name: str) -> dict[str, Any]:
    """The fields of a preset. ScenarioError if there is none of this name, or if its file is broken."""
    known = preset_names(folder)
    if name not in known:
        raise ScenarioError([Fault(f"no preset is called '{name}'; {advice(name, known)}", PRESET)])
    fields: dict[str, Any] = thaw(_fields(folder, name))
    return fields


@cache
def _fields(folder: str, name: str) -> Mapping[str, Any]:
    file = shipped() / folder / f"{name}.yaml"
    faults: list[Fault] = []
    block = read(file.read_text(encoding="utf-8"), str(file), faults)
    if faults:
        raise ScenarioError(faults)
    return block


def with_preset(data: Any, folder: str) -> Any:
    """Data with the preset that it names laid under it; `preset: null` says that there is none.

    Anything but a mapping that has a preset is given back as it is. ValidationError at `preset` if there is no
    such preset.
    """
    if not isinstance(data, Mapping) or PRESET not in data:
        return data
    name, over = data[PRESET], {field: value for field, value in data.items() if field != PRESET}
    if name is None:
        return over
    if not isinstance(name, str):
        raise _refused(f"must be the name of a preset; known: {', '.join(preset_names(folder))}", name)
    try:
        under = preset(folder, name)
        return merged(_dated(under, over.get("week")) if folder == CHANGES else under, thaw(over))
    except ScenarioError as error:
        raise _refused(error.faults[0].message, name) from None


def _dated(data: Any, week: Any) -> Any:
    """Data with a date for `EVENT_WEEK`; week 0 where the event has none, which is said elsewhere."""
    if isinstance(data, dict):
        return {name: _dated(value, week) for name, value in data.items()}
    if isinstance(data, list):
        return [_dated(value, week) for value in data]
    if data == EVENT_WEEK:
        return week if isinstance(week, int) else 0
    return data


def unpacked(data: Any) -> Any:
    """A scenario as raw data with all presets in it laid out, so that it can be looked at as a whole.

    In the patch of a design or of a change the programme keeps `preset: null`: it takes the place of the
    firm's, whatever that is by then, where a programme without a preset would be laid over it. A preset that
    there is not is left for the validators to refuse.
    """
    if not isinstance(data, Mapping):
        return data
    found = dict(data)
    for field, each in (("firms", _firm), ("events", _event)):
        if isinstance(data.get(field), list | tuple):
            found[field] = [each(one) for one in data[field]]
    if isinstance(data.get("designs"), Mapping):
        found["designs"] = {name: _patch(patch) for name, patch in data["designs"].items()}
    return found


def _firm(firm: Any) -> Any:
    return _laid(firm, {})


def _patch(patch: Any) -> Any:
    return _laid(patch, {PRESET: None})


def _event(event: Any) -> Any:
    event = _tried(event, CHANGES)
    if isinstance(event, Mapping) and isinstance(event.get("patch"), Mapping):
        return {**event, "patch": _patch(event["patch"])}
    return event


def _laid(firm: Any, mark: Mapping[str, Any]) -> Any:
    programme = firm.get(PROGRAMME) if isinstance(firm, Mapping) else None
    if peek(programme, PRESET) is None:
        return firm
    laid = _tried(programme, PROGRAMMES)
    return {**firm, PROGRAMME: laid if peek(laid, PRESET) is not None else {**mark, **laid}}


def _tried(data: Any, folder: str) -> Any:
    try:
        return with_preset(data, folder)
    except ValidationError:
        return data


def _refused(message: str, name: Any) -> ValidationError:
    # Two programmes that name different presets that are not there are two faults, not one said twice.
    line: InitErrorDetails = {
        "type": PydanticCustomError("no_preset", "{text}", {"text": message}),
        "loc": (PRESET,),
        "input": name,
    }
    return ValidationError.from_exception_data("preset", [line])
