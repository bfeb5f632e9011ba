"""What pydantic finds wrong, said in the words of a scenario file: what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sim.scenario.errors import Fault, Loc, dotted, in_order, nearest
from sim.scenario.fields import (
    BOUNDS,
    as_written,
    block_at,
    bounds_of,
    explained,
    field_at,
    interval,
    kinds_at,
    number,
    unit_of,
)
from sim.scenario.merge import PRESET
from sim.scenario.part import CURRENCY_PATTERN, NAME_PATTERN
from sim.scenario.unsupported import unsupported

Place = tuple[str, int | None, int | None]
"""File, line, column."""

NOWHERE: Place = ("", None, None)
PRESETS_OF = {"Programme": (PRESET,), "Change": (PRESET,)}
"""Blocks that have a field that is not there once they are read."""
MEANT = {
    NAME_PATTERN: "text on one line, without spaces at its ends",
    CURRENCY_PATTERN: "three capital letters, such as EUR",
}


def faults_of(
    error: ValidationError,
    model: type[BaseModel],
    place: Callable[[Loc, bool], Place] = lambda _loc, _is_name: NOWHERE,
) -> list[Fault]:
    """All faults of an error, in the order of their places.

    `place(loc, is_name)` finds the value at loc, or the nearest block around it; with `is_name` it is the
    name of the field that is wrong, not its value.
    """
    found = error.errors(include_url=False)
    faults = []
    for details in found:
        if not _follows_from_another(details, found):
            loc, is_name = as_written(model, details["loc"]), details["type"] == "extra_forbidden"
            if details["type"].startswith("union_tag") and isinstance(details["input"], Mapping):
                loc = (*loc, "kind")
            message = in_words(details, model) + _where_it_arises(details)
            faults.append(Fault(message, dotted(loc), *place(loc, is_name)))
    return in_order(faults)


def _where_it_arises(details: ErrorDetails) -> str:
    """The design under which a later change goes wrong, where it does not under all."""
    design = details.get("ctx", {}).get("under")
    return f" (under the design '{design}')" if design is not None else ""


def _follows_from_another(details: ErrorDetails, found: list[ErrorDetails]) -> bool:
    """Whether pydantic says this only because something else is wrong."""
    if details["type"] == "too_short":
        # A list whose entries are all faulty also counts as empty.
        loc = details["loc"]
        return any(other["loc"][: len(loc)] == loc and len(other["loc"]) > len(loc) for other in found)
    if details["type"] == "missing":
        # The field is there, with its name misspelt.
        *block, name = details["loc"]
        return any(
            other["type"] == "extra_forbidden"
            and list(other["loc"][:-1]) == block
            and nearest(str(other["loc"][-1]), [str(name)])
            for other in found
        )
    return details["type"] == "default_factory_not_called"


def in_words(details: ErrorDetails, model: type[BaseModel]) -> str:
    """One message for one fault that pydantic found."""
    kind, value, loc = details["type"], details["input"], details["loc"]
    field = field_at(model, loc)
    if kind == "extra_forbidden":
        return _unknown(str(loc[-1]), model, loc)
    if kind == "missing":
        parent = f"'{dotted(as_written(model, loc[:-1]))}'" if loc[:-1] else "the file"
        return f"required field '{loc[-1]}' is missing in {parent}; add it: {explained(field)}"
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        return f"must be {_bounds(field, details)}; got {shown(value)}"
    if kind == "finite_number":
        return f"must be a finite number; got {shown(value)}"
    if kind == "int_from_float":
        return f"must be a whole number; got {shown(value)}"
    if kind in ("float_type", "float_parsing", "int_type", "int_parsing", "int_parsing_size"):
        whole = "whole " if kind.startswith("int") else ""
        return f"must be a {whole}number; got {shown(value)}{_slip(value)}"
    if kind in ("bool_type", "bool_parsing"):
        return f"must be true or false; got {shown(value)}"
    if kind == "string_type":
        remedy = f'; put it in quotes: "{value}"' if isinstance(value, int | float) else ""
        return f"must be text; got {shown(value)}{remedy}"
    if kind == "string_pattern_mismatch":
        meant = MEANT.get(str(details["ctx"]["pattern"]), f"text like {details['ctx']['pattern']}")
        return f"must be {meant}; got {shown(value)}"
    if kind in ("string_too_short", "string_too_long"):
        return f"must have {_count(details, 'character', 'characters')}; got {shown(value)}"
    if kind in ("too_short", "too_long"):
        return f"must have {_count(details, 'entry', 'entries')}; got {details['ctx']['actual_length']}"
    if kind == "multiple_of":
        return f"must be an even number; got {shown(value)}"
    if kind == "literal_error":
        choices = list(map(str, get_args(field.annotation))) if field else []
        return unsupported(value, loc) or _no_such_choice(value, choices)
    if kind.startswith("union_tag"):
        return _no_such_kind(value, dotted(as_written(model, loc)), kinds_at(model, loc))
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        block = block_at(model, loc)
        names = f" ({', '.join(block.model_fields)})" if block else ""
        return f"must be a block of fields{names}; got {shown(value)}"
    if kind in ("tuple_type", "list_type"):
        return f"must be a list, each entry on a line that starts with '- '; got {shown(value)}"
    if kind == "yes_or_no":
        return f"got {shown(value)}; expected: {explained(field)}"
    return details["msg"]


def shown(value: Any) -> str:
    """What stood there."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text '{value if len(value) <= 40 else value[:37] + '...'}'"
    if isinstance(value, int | float):
        return f"{value}" if len(f"{value}") <= 40 else "a very long number"
    if isinstance(value, Mapping):
        return "a block of fields"
    return "a list" if isinstance(value, list | tuple) else f"a {type(value).__name__}"


def _unknown(name: str, model: type[BaseModel], loc: Loc) -> str:
    instead = unsupported(name, loc)
    if instead:
        return instead
    block = block_at(model, loc[:-1])
    known = [*(PRESETS_OF.get(block.__name__, ())), *block.model_fields] if block else []
    near = nearest(name, known)
    if near:
        return f"unknown field; did you mean '{near}'?"
    homes = list(_homes(name, model, loc))
    if homes:
        return f"unknown field here; it belongs {' or '.join(homes)}"
    return f"unknown field; fields here are: {', '.join(known)}"


def _homes(name: str, model: type[BaseModel], loc: Loc) -> Iterator[str]:
    """Blocks inside or around this one that do have the field: the usual slip of indentation."""
    inside = [loc[:-1]]
    for here in inside:
        block = block_at(model, here)
        if block and name in block.model_fields:
            yield f"in '{dotted(here[len(loc) - 1 :])}'"
        inside += [(*here, field) for field in block.model_fields] if block else []
    for depth in range(len(loc) - 2, -1, -1):
        around = block_at(model, loc[:depth])
        if around and name in around.model_fields:
            where = dotted(as_written(model, loc[:depth]))
            yield f"in '{where}'" if depth else "at the top of the file (mind the indentation)"
            return


def _no_such_kind(block: Any, where: str, kinds: list[str]) -> str:
    """What to write where pydantic cannot tell which kind of block was meant."""
    if not isinstance(block, Mapping):
        return f"must be a block of fields, of the kind {' or '.join(kinds)}; got {shown(block)}"
    if "kind" not in block:
        return f"required field 'kind' is missing in '{where}'; add it: {' or '.join(kinds)}"
    return _no_such_choice(block["kind"], kinds)


def _no_such_choice(value: Any, choices: list[str]) -> str:
    near = nearest(str(value), choices)
    remedy = f"; did you mean '{near}'?" if near else ""
    return f"must be one of: {', '.join(choices)}; got {shown(value)}{remedy}"


def _count(details: ErrorDetails, one: str, many: str) -> str:
    context = details["ctx"]
    least = "min_length" in context
    bound = context["min_length" if least else "max_length"]
    return f"at {'least' if least else 'most'} {bound} {one if bound == 1 else many}"


def _bounds(field: FieldInfo | None, details: ErrorDetails) -> str:
    """The bounds of a field; of a number without a field (a share, by the name of a firm) the one broken."""
    known = bounds_of(field) or {bound: details["ctx"][bound] for bound in BOUNDS if bound in details["ctx"]}
    return interval(known) + (f" ({unit_of(field)})" if unit_of(field) else "")


def _slip(value: Any) -> str:
    """The remedy where a number was written as people write it, not as YAML reads it."""
    if not isinstance(value, str):
        return ""
    bare = value.strip().removesuffix("%").strip()
    if value.strip().endswith("%") and _is_number(bare):
        return f"; write {number(float(bare) / 100)}"
    if "," in value and _is_number(bare.replace(",", "")):
        return "; write numbers with a decimal point and without commas"
    return ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
