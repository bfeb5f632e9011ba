"""The fields of a scenario, found by place: what stands there, what it means, in which unit and bounds."""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo

from sim.scenario.design import PatchOf
from sim.scenario.errors import Loc
from sim.scenario.part import FrozenDict

BOUNDS = {"gt": "greater than", "ge": "at least", "lt": "less than", "le": "at most"}


def field_at(model: type[BaseModel], loc: Loc) -> FieldInfo | None:
    """The field that a place belongs to."""
    parent = block_at(model, loc[:-1]) if loc else None
    return parent.model_fields.get(str(loc[-1])) if parent else None


def block_at(model: type[BaseModel], loc: Loc) -> type[BaseModel] | None:
    """The kind of block that stands at a place."""
    here: Any = model
    for step in loc:
        here = _below(here, step)
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def kinds_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """The kinds of block that may stand at a place; none where there is but one."""
    here: Any = model
    for step in loc:
        here = _below(here, step)
    return list(_kinds(here))


def as_written(model: type[BaseModel], loc: Loc) -> Loc:
    """A place as it is in a file: without the kinds of blocks that pydantic puts in."""
    here: Any = model
    written: list[str | int] = []
    for step in loc:
        if step not in _kinds(here):
            written.append(step)
        here = _below(here, step)
    return tuple(written)


def _below(here: Any, step: str | int) -> Any:
    """What stands a step below a type; None if that is unknown."""
    if isinstance(here, type) and issubclass(here, BaseModel):
        field = here.model_fields.get(str(step))
        return _bare(Annotated[field.annotation, *field.metadata, ...]) if field else None
    if get_origin(here) in (tuple, FrozenDict):
        return _bare(get_args(here)[0 if get_origin(here) is tuple else 1])
    return _kinds(here).get(str(step))


def _kinds(here: Any) -> dict[str, Any]:
    """The kinds of block that a type allows, by their tags."""
    options = get_args(here) if get_origin(here) in (Union, UnionType) else ()
    return {
        said.tag: get_args(option)[0]
        for option in options
        for said in get_args(option)[1:]
        if isinstance(said, Tag)
    }


def _bare(annotation: Any) -> Any:
    """A type without what is said about it and without the None it may also be."""
    if get_origin(annotation) is Annotated:
        inner, *said = get_args(annotation)
        models = [one.model for one in said if isinstance(one, PatchOf)]
        return models[0] if models else _bare(inner)
    options = [one for one in get_args(annotation) if one is not type(None)]
    return _bare(options[0]) if type(None) in get_args(annotation) else annotation


def explained(field: FieldInfo | None) -> str:
    """What a field means, its unit and its bounds."""
    if field is None:
        return "a value"
    meaning = (field.description or "a value").rstrip(".")
    facts = ", ".join(fact for fact in (unit_of(field), interval(bounds_of(field))) if fact)
    return meaning[:1].lower() + meaning[1:] + (f" ({facts})" if facts else "")


def unit_of(field: FieldInfo | None) -> str:
    """The unit of a number; empty for a pure number and for what is none."""
    extra = field.json_schema_extra if field else None
    name = extra.get("unit") if isinstance(extra, dict) else None
    return str(name) if name and name != "none" else ""


def bounds_of(field: FieldInfo | None) -> dict[str, float]:
    """The bounds of a number, by pydantic's names for them: gt, ge, lt, le."""
    found: dict[str, float] = {}
    for source in field.metadata if field else ():
        found |= {bound: getattr(source, bound) for bound in BOUNDS if hasattr(source, bound)}
    return {bound: value for bound, value in found.items() if value is not None}


def interval(bounds: dict[str, float]) -> str:
    """Bounds in words."""
    if {"ge", "le"} <= bounds.keys():
        return f"between {number(bounds['ge'])} and {number(bounds['le'])}"
    return " and ".join(f"{BOUNDS[bound]} {number(bounds[bound])}" for bound in BOUNDS if bound in bounds)


def number(value: float) -> str:
    """A number as one would write it in a scenario file."""
    return f"{int(value):_}" if float(value).is_integer() and abs(value) < 1e15 else f"{value:g}"
