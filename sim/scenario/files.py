"""Scenario files: reading them with every fault at its line, following `extends`, and writing them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode
from ruamel.yaml.representer import SafeRepresenter

from sim.rules import Behaviour
from sim.scenario.errors import Fault, Loc, ScenarioError, in_order, nearest
from sim.scenario.merge import merged
from sim.scenario.part import thaw
from sim.scenario.scenario import Scenario
from sim.scenario.wording import Place, faults_of
from sim.scenario.yaml_text import Block, Mark, place_of, read

HEADER = "# yaml-language-server: $schema=schema.json\n"
MOST_BYTES = 256 * 1024
SUFFIXES = (".yaml", ".yml")
HOME = "scenarios"
"""A folder of this name is the top of the tree that a file in it may extend from."""


class _Representer(SafeRepresenter):
    """Writes text that ruamel would leave bare but not read back (`?x`, line breaks of Unicode) in quotes.

    So too names with spaces of blocks on one line, which it would break where the line is full.
    """

    def text(self, value: str) -> ScalarNode:
        bare = value.isprintable() and value[:1].isalnum()
        return self.represent_scalar("tag:yaml.org,2002:str", value, style=None if bare else '"')

    def represent_mapping(self, tag: Any, mapping: Any, flow_style: bool | None = None) -> MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style=flow_style)
        for key, _ in node.value if node.flow_style else ():
            if " " in str(key.value):
                key.style = '"'
        return node


_Representer.add_representer(str, _Representer.text)


def load(path: str | os.PathLike[str], *, root: str | os.PathLike[str] | None = None) -> Scenario:
    """The scenario in a YAML file, checked as a whole.

    `extends: other.yaml` lays the file over another one, by a path relative to its own folder. Blocks merge
    field by field, firms and segments by name; everything else is replaced. The other file must stand in the
    same folder tree: under `root`, or else under the nearest folder called `scenarios`, or else under the
    file's own folder.

    ScenarioError names all faults, each with file, line, column, path and remedy.
    """
    file = Path(path)
    faults: list[Fault] = []
    data = _read(file, None if root is None else Path(root), (), faults)

    def place(loc: Loc, is_name: bool) -> Place:
        return place_of(data, loc, is_name)

    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        unread = {fault.path for fault in faults}
        faults += [fault for fault in faults_of(error, Scenario, place) if fault.path not in unread]
    if faults:
        raise ScenarioError(in_order(faults))
    return scenario


def check(path: str | os.PathLike[str]) -> list[Fault]:
    """All that is wrong with a scenario file; an empty list if it is right."""
    try:
        load(path)
    except ScenarioError as error:
        return list(error.faults)
    return []


def dumps(scenario: Scenario, *, follow: bool = False) -> str:
    """The scenario as YAML, complete (defaults and what it extends written out); reads back as the same.

    follow: behaviour as shipped is left out, so that the file follows it where it changes.
    """
    fields = _fields(scenario)
    if follow:
        fields["behaviour"] = _changed(fields["behaviour"], _fields(Behaviour()))
    return HEADER + as_yaml(fields)


def as_yaml(fields: Mapping[str, Any]) -> str:
    """Plain fields as YAML that reads back as the same."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.default_flow_style = None  # blocks that hold no other blocks go on one line
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.allow_unicode = True
    yaml.width = 110
    text = StringIO()
    yaml.dump(fields, text)
    return text.getvalue()


def save(scenario: Scenario, path: str | os.PathLike[str], *, follow: bool = False) -> None:
    """Write the scenario to a file: whole or not at all. follow: see `dumps`."""
    file = Path(path)
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(dumps(scenario, follow=follow))
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _changed(blocks: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    """Of some blocks of numbers those that are not the usual ones."""
    found = {
        name: {field: value for field, value in block.items() if value != usual[name].get(field)}
        for name, block in blocks.items()
    }
    return {name: block for name, block in found.items() if block}


def _fields(value: Any) -> Any:
    """The fields of a part, those left out that are nothing by default."""
    if isinstance(value, BaseModel):
        fields = {name: (getattr(value, name), field) for name, field in type(value).model_fields.items()}
        return {
            name: _fields(inner)
            for name, (inner, field) in fields.items()
            if inner is not None or field.default is not None
        }
    return [_fields(inner) for inner in value] if isinstance(value, list | tuple) else thaw(value)


def _read(file: Path, root: Path | None, chain: tuple[Path, ...], faults: list[Fault]) -> Block:
    """A file laid over those it extends, all under `root`; `chain` are the files that led to it."""
    data = read(text_of(file), str(file), faults)
    if "extends" not in data:
        return data
    target = data.pop("extends")
    place = data.places.pop("extends")[1]
    root = root or top(file)
    other = beside(file, target, root, "extends", place)
    chain = (*chain, file.resolve())
    if other.resolve() in chain:
        turn = " -> ".join(step.name for step in (*chain, other))
        raise ScenarioError([Fault(f"files extend each other in a circle: {turn}", "extends", *place)])
    under = _read(other, root, chain, faults)
    result: Block = merged(under, data)
    return result


def beside(file: Path, target: Any, root: Path, field: str, place: Mark) -> Path:
    """The scenario file that a field of a file names, relative to that file; it must stand under `root`.

    ScenarioError, at the place of the field, where it does not, or where there is no such file.
    """

    def refuse(why: str) -> ScenarioError:
        return ScenarioError([Fault(why, field, *place)])

    if not isinstance(target, str) or not target:
        other = "another scenario file" if field == "extends" else "a scenario file"
        raise refuse(f"must be the path of {other}, relative to this one")
    found = Path(os.path.normpath(file.parent / target))
    try:
        there = found.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a circle of links, a name that cannot be one
        raise refuse(f"no such file: {found} ({error})") from None
    if Path(target).is_absolute() or not there.is_relative_to(root.resolve()):
        raise refuse(f"'{target}' is outside of the folder tree of the scenarios, {root}; copy it there")
    if not found.is_file():
        raise refuse(f"no such file: {found}{_meant(found)}")
    return found


def text_of(file: Path, kind: str = "scenario") -> str:
    """The text of a scenario file, or a file of another kind. ScenarioError says why it is none."""

    def refuse(why: str) -> ScenarioError:
        return ScenarioError([Fault(why, file=str(file))])

    try:
        if file.is_dir():
            inside = ", ".join(sorted(one.name for one in file.iterdir() if one.suffix in SUFFIXES))
            raise refuse(f"is a folder; name a {kind} file in it" + (f": {inside}" if inside else ""))
        if not file.exists():
            raise refuse(f"no such file{_meant(file)}")
        if not file.is_file():
            raise refuse("is not a regular file")
        with file.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror}") from None
    if len(raw) > MOST_BYTES:
        raise refuse(f"is larger than {MOST_BYTES // 1024} KiB; a {kind} file is a few KiB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("is not a text file in UTF-8") from None


def _meant(file: Path) -> str:
    """The file that was most likely meant, if its folder has one of nearly that name."""
    try:
        known = {one.stem: one.name for one in sorted(file.parent.iterdir()) if one.suffix in SUFFIXES}
    except OSError:
        return f"; there is no folder {file.parent}"
    near = nearest(file.stem, known)
    if near:
        return f"; did you mean '{file.with_name(known[near])}'?"
    return f"; scenarios there: {', '.join(known.values())}" if known else ""


def top(file: Path) -> Path:
    """The top of the folder tree that a file may name others in."""
    folder = file.resolve().parent
    return next((one for one in (folder, *folder.parents) if one.name == HOME), folder)
