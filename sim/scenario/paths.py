"""Dotted paths: how `replace` finds its place in a scenario."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from sim.scenario.errors import Fault, Loc, ScenarioError, advice
from sim.scenario.part import thaw

EMPTY: Mapping[str, Any] = {}
"""What stands below a name that is new."""


def resolve(root: BaseModel, path: str) -> Loc:
    """The place that a dotted path names; entries of lists go by name or number. ScenarioError if unknown."""
    rest = re.sub(r"\[(\d+)\]", r".\1", path)
    node: Any = root
    loc: list[str | int] = []
    walked: list[str] = []
    mappings = 0
    while rest:
        known = _names(node)
        name = _longest_fit(known, rest) or rest.split(".")[0]
        rest = rest[len(name) + 1 :]
        if name not in known:
            # A mapping takes a new name: a new design as a whole, any field inside the patch of a design.
            if not isinstance(node, Mapping) or (mappings == 0 and rest):
                raise ScenarioError([Fault(_unknown(node, name, ".".join(walked), known), path)])
            known = {name: (name, EMPTY)}
        mappings += isinstance(node, Mapping)
        step, node = known[name]
        loc.append(step)
        walked.append(name)
    if not loc:
        raise ScenarioError([Fault("say which field to replace, such as 'horizon.weeks'")])
    return tuple(loc)


def value_at(root: BaseModel, path: str) -> tuple[bool, Any]:
    """Whether something stands at a path, and what, as plain data. ScenarioError if the path is unknown."""
    node: Any = thaw(root)
    for step in resolve(root, path):
        if isinstance(step, str) and step not in (node or EMPTY):
            return (
                False,
                None,
            )  # a new name in a mapping, such as a field that the patch of a design leaves out
        node = node[step]
    return True, node


def put(data: Any, loc: Loc, value: Any) -> Any:
    """Set a value in plain data, in place; blocks on the way are made where there are none."""
    node = data
    for step in loc[:-1]:
        node = node[step] if isinstance(step, int) else node.setdefault(step, {})
    # Sweeps come with the numbers of NumPy; those have .item().
    node[loc[-1]] = value.item() if hasattr(value, "dtype") and hasattr(value, "item") else thaw(value)
    return data


def _names(node: Any) -> dict[str, tuple[str | int, Any]]:
    """The names below a node: the step that each stands for, and what is there."""
    if isinstance(node, BaseModel):
        return {name: (name, getattr(node, name)) for name in type(node).model_fields}
    if isinstance(node, Mapping):
        return {name: (name, value) for name, value in node.items()}
    if isinstance(node, tuple):
        by_number = {str(i): (i, value) for i, value in enumerate(node)}
        return by_number | {value.name: (i, value) for i, value in enumerate(node) if hasattr(value, "name")}
    return {}


def _longest_fit(known: Iterable[str], rest: str) -> str | None:
    """The longest name that the path goes on with, as names may hold dots ("St. John")."""
    return max((name for name in known if f"{rest}.".startswith(f"{name}.")), key=len, default=None)


def _unknown(node: Any, name: str, where: str, known: Iterable[str]) -> str:
    where = f"'{where}'" if where else "a scenario"
    if node is None:
        return f"{where} is null here, so it has no '{name}'; replace the whole block instead"
    if isinstance(node, tuple):
        names = [one for one in known if not one.isdigit()]
        return f"{where} has no entry '{name}'; " + (advice(name, names) if names else f"it has {len(node)}")
    if isinstance(node, BaseModel | Mapping):
        return f"{where} has no '{name}'; {advice(name, known)}"
    return f"{where} is a single value, so it has no '{name}'"
