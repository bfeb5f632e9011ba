"""Laying one piece of a scenario over another: how a design patches a firm, and a file extends another."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

PROGRAMME = "programme"
PRESET = "preset"
POINTS = "points"
EXPIRY = "expiry"
OTHER_FORMS = {
    "threshold": ("rewards",),
    "rewards": ("threshold", "reward", "cost_ratio"),
    "expire_weeks": (EXPIRY,),
    EXPIRY: ("expire_weeks",),
}
"""Of points: the fields that say in another form what a field says."""


def merged(under: Any, over: Any) -> Any:
    """`over` laid over `under`, neither changed.

    Mappings merge field by field, lists of named parts (firms, segments) name by name; everything else,
    nothing (null) included, takes the place of what was there. So does a programme that says which preset it
    starts from, or that it starts from none (`preset: null`). Where a thing can be said in two forms
    (`threshold` or `rewards`, `expire_weeks` or `expiry`), the form above takes the place of the other below.
    """
    if isinstance(under, Mapping) and isinstance(over, Mapping):
        return _fields(under, over)
    if _named(under) and _named(over):
        return _names(under, over)
    return over


def _fields(under: Mapping[str, Any], over: Mapping[str, Any]) -> Any:
    result: Any = copy(under)
    for key, value in over.items():
        below = under.get(key)
        whole = key not in under or _stands_alone(key, below, value)
        result[key] = value if whole else merged(_kept_below(key, below, value), value)
    return _placed(result, over)


def _kept_below(key: str, under: Any, over: Any) -> Any:
    """What is below, without what is said above in another form."""
    if key != POINTS or not isinstance(under, Mapping) or not isinstance(over, Mapping):
        return under
    result: Any = copy(under)
    for field, value in over.items():
        if value and (field != EXPIRY or (isinstance(value, Mapping) and "mode" in value)):
            for other in OTHER_FORMS.get(field, ()):
                if other in result and other not in over:
                    del result[other]
                    getattr(result, "places", {}).pop(other, None)
    return result


def _stands_alone(key: str, under: Any, value: Any) -> bool:
    """Whether a block takes the place of the one below as a whole, since little of that could hold in it."""
    if not isinstance(value, Mapping):
        return False
    if key == EXPIRY:
        return "mode" in value and isinstance(under, Mapping) and value["mode"] != under.get("mode")
    return key == PROGRAMME and PRESET in value


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
