"""The JSON Schema of scenario files, for editors that complete and check while one types."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from sim.scenario.merge import PRESET
from sim.scenario.part import NAME_PATTERN
from sim.scenario.presets import CHANGES, PROGRAMMES, preset_names
from sim.scenario.scenario import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PATCH = "Patch"
REF = "#/$defs/"


class Untitled(GenerateJsonSchema):
    """Fields without the titles that pydantic makes up from their names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  (the name is pydantic's)
        return False


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file, as plain data.

    A file that extends another one may leave out anything, and so may the patches of designs: for these, each
    definition with required fields has a twin without them, `FirmPatch` beside `Firm`.
    """
    schema = Scenario.model_json_schema(schema_generator=Untitled)
    definitions: dict[str, Any] = schema.pop("$defs")
    definitions = {_short(name): _renamed(body, _short) for name, body in definitions.items()}
    definitions["Scenario"] = _renamed(schema, _short)
    strict = _strict(definitions)

    def twin(name: str) -> str:
        return name + PATCH if name in strict else name

    for name in strict:
        definitions[twin(name)] = _renamed(definitions[name], twin)
        definitions[twin(name)].pop("required", None)
    for name in ("Scenario", twin("Scenario")):
        designs = definitions[name]["properties"]["designs"]
        designs["patternProperties"] = {
            NAME_PATTERN: {"anyOf": [{"$ref": REF + twin("Firm")}, {"type": "null"}]}
        }
        # Pydantic bounds the length of a mapping in the words for text.
        designs["minProperties"], designs["maxProperties"] = (
            designs.pop("minLength"),
            designs.pop("maxLength"),
        )
    for name in {"Change", twin("Change")}:
        patch = definitions[name]["properties"]["patch"]
        definitions[name]["properties"]["patch"] = {
            "$ref": REF + twin("Firm"),
            "description": patch["description"],
            "minProperties": patch["minLength"],
        }
    _take_presets(definitions, twin)
    definitions[twin("Scenario")]["properties"]["extends"] = {
        "type": "string",
        "description": "Another scenario file in the same folder tree, that this one is laid over.",
    }
    return {
        "$schema": DIALECT,
        "title": "A scenario of loyalty-sim",
        "if": {"required": ["extends"]},
        "then": {"$ref": REF + twin("Scenario")},
        "else": {"$ref": REF + "Scenario"},
        "$defs": dict(sorted(definitions.items())),
    }


def _take_presets(definitions: dict[str, Any], twin: Callable[[str], str]) -> None:
    """Programmes and changes may start from a preset; beside it they may leave out anything."""
    start = "that it starts from; see 'loyalty-sim scenarios'"
    for name in {"Programme", twin("Programme")}:
        definitions[name]["properties"][PRESET] = {
            "anyOf": [{"enum": list(preset_names(PROGRAMMES)), "type": "string"}, {"type": "null"}],
            "default": None,
            "description": f"The programme {start}. It takes the place of what was there.",
        }
    definitions[twin("Change")]["properties"][PRESET] = {
        "enum": list(preset_names(CHANGES)),
        "type": "string",
        "description": f"The change {start}.",
    }
    definitions["Firm"]["properties"]["programme"]["anyOf"].append(_started("Programme", twin))
    definitions["Scenario"]["properties"]["events"]["items"]["oneOf"].append(_started("Change", twin))


def _started(name: str, twin: Callable[[str], str]) -> dict[str, Any]:
    return {
        "$ref": REF + twin(name),
        "properties": {PRESET: {"type": "string"}},
        "required": [PRESET] if name == "Programme" else [PRESET, "firm", "week"],
    }


def schema_text() -> str:
    """The JSON Schema as the text of scenarios/schema.json."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _strict(definitions: dict[str, Any]) -> set[str]:
    """Definitions that require a field, themselves or in what they hold."""
    strict = {name for name, body in definitions.items() if body.get("required")}
    while True:
        more = {name for name, body in definitions.items() if _refs(body) & strict} - strict
        if not more:
            return strict
        strict |= more


def _refs(value: Any) -> set[str]:
    """Names of the definitions that a piece of schema refers to."""
    found: set[str] = set()

    def note(name: str) -> str:
        found.add(name)
        return name

    _renamed(value, note)
    return found


def _renamed(value: Any, rename: Callable[[str], str]) -> Any:
    """A copy in which the definitions referred to go by other names."""
    if isinstance(value, dict):
        return {
            key: REF + rename(inner.removeprefix(REF)) if key == "$ref" else _renamed(inner, rename)
            for key, inner in value.items()
        }
    return [_renamed(inner, rename) for inner in value] if isinstance(value, list) else value


def _short(name: str) -> str:
    """`Price` for a firm's price, `PriceMechanism` for the rule: pydantic spells the two by their modules."""
    *modules, last = name.split("__")
    return f"{last}Mechanism" if "rules" in modules else last
