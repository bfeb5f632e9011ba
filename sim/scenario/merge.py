"""Laying one piece of a scenario over another: how a design patches a firm, and a file extends another."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any


def merged(under: Any, over: Any) -> Any:
    """`over` laid over `under`, neither changed.

    Mappings merge field by field, lists of named parts (firms, segments) name by name; everything else,
    nothing (null) included, takes the place of what was there.
    """
    if isinstance(under, Mapping) and isinstance(over, Mapping):
        return _fields(under, over)
    if _named(under) and _named(over):
        return _names(under, over)
    return over


def _fields(under: Mapping[str, Any], over: Mapping[str, Any]) -> Any:
    result: Any = copy(under)
    for key, value in over.items():
        result[key] = merged(under[key], value) if key in under else value
    return _placed(result, over)


def _names(under: list[Any], over: list[Any]) -> Any:
    result: Any = copy(under)
    where = {part["name"]: i for i, part in enumerate(under)}
    for part in over:
        if part["name"] in where:
            i = where[part["name"]]
            result[i] = merged(under[i], part)
        else:
            result.append(part)
    return _placed(result, over)


def _named(value: Any) -> bool:
    """A list to be merged by name; an empty one says that nothing shall be there."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(part, Mapping) and isinstance(part.get("name"), str) for part in value)
    )


def _placed(result: Any, over: Any) -> Any:
    """What is read from files knows its place there; the upper file's places go on top."""
    if hasattr(result, "take_marks"):
        result.take_marks(over)
    return result
