"""The JSON Schema: it is the code's, says what every field means, and takes what the program takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from sim.scenario import Scenario, json_schema, schema_text
from tests.scenario.worlds import plain, world

SCENARIOS = Path(__file__).parents[2] / "scenarios"
DEFINITIONS = json_schema()["$defs"]
SCHEMA = jsonschema.Draft202012Validator(json_schema())


def numbers(definition: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Fields that hold a number: name, the field, and the piece of it that has type and bounds."""
    for name, field in definition.get("properties", {}).items():
        for piece in (field, *field.get("anyOf", ())):
            if piece.get("type") in ("number", "integer"):
                yield name, field, piece


def test_the_committed_schema_is_the_one_of_the_code() -> None:
    committed = (SCENARIOS / "schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(), (
        "scenarios/schema.json is out of date: loyalty-sim schema > scenarios/schema.json"
    )


def test_the_schema_is_itself_right() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_every_field_says_what_it_means() -> None:
    for name, definition in DEFINITIONS.items():
        for field, body in definition.get("properties", {}).items():
            # Pydantic leaves it out where it is word for word what the block says of itself.
            block = DEFINITIONS.get(body.get("$ref", "").rpartition("/")[2], {})
            assert body.get("description") or block.get("description"), f"{name}.{field}"


def test_every_number_has_a_unit_and_bounds() -> None:
    seen = 0
    for name, definition in DEFINITIONS.items():
        for field, body, piece in numbers(definition):
            seen += 1
            assert body.get("unit"), f"{name}.{field} has no unit"
            assert piece.keys() & {"minimum", "exclusiveMinimum"}, f"{name}.{field} has no lower bound"
            assert piece.keys() & {"maximum", "exclusiveMaximum"}, f"{name}.{field} has no upper bound"
    assert seen > 50


def test_every_block_refuses_unknown_fields() -> None:
    for name, definition in DEFINITIONS.items():
        assert definition["additionalProperties"] is False, name


def test_the_schema_takes_what_the_program_writes_and_reads() -> None:
    SCHEMA.validate(plain())
    SCHEMA.validate(world().model_dump(mode="json"))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("firms.0.price.levle", 1.0),
        ("firms.0.unit_cost", 3),
        ("horizon.weeks", "many"),
        ("designs.points.programme.treshold", 1),
        ("designs", {}),
        ("currency", "euro"),
        ("events.0.kind", "flood"),
        ("events.0.kind", "change"),
        ("events.1", {"kind": "change", "firm": "Mill", "week": 60, "patch": {"price": {"levle": 1}}}),
        ("events.1", {"kind": "change", "firm": "Mill", "week": 60, "patch": {}}),
        ("customers.network.degree", 7),
        ("firms.0.contacts.channel", "pigeon"),
    ],
)
def test_the_schema_refuses_what_the_program_refuses(path: str, value: Any) -> None:
    data = node = plain()
    *way, last = path.split(".")
    for step in way:
        node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})  # type: ignore[assignment]
    if isinstance(node, list):
        node.append(value)
    else:
        node[last] = value
    assert not SCHEMA.is_valid(data)
    with pytest.raises(ValueError, match="validation error"):
        Scenario.model_validate(data)


def test_the_schema_takes_a_change_with_any_field_of_a_firm_in_its_patch() -> None:
    patch = {"price": {"level": 0.9}, "complaint_desk": None, "contacts": {"members_only": False}}
    change = {"kind": "change", "firm": "Mill", "week": 60, "patch": patch}
    SCHEMA.validate(plain() | {"events": [*plain()["events"], change]})
    SCHEMA.validate(world(events=[change]).model_dump(mode="json"))
    SCHEMA.validate({"extends": "grocers.yaml", "events": [change]})


def test_a_file_that_extends_another_may_leave_out_anything_but_not_misspell() -> None:
    mine = {"extends": "grocers.yaml", "firms": [{"name": "Mill", "price": {"level": 0.9}}]}
    SCHEMA.validate(mine)
    assert not SCHEMA.is_valid({"firms": mine["firms"]})
    assert not SCHEMA.is_valid(mine | {"focsu": "Mill"})


def test_units_are_kept_with_the_fields_for_the_tables_of_the_docs() -> None:
    def blocks(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
        yield model
        for field in model.model_fields.values():
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
                yield from blocks(field.annotation)

    for block in blocks(Scenario):
        for name, field in block.model_fields.items():
            if field.annotation in (int, float):
                assert isinstance(field.json_schema_extra, dict), f"{block.__name__}.{name}"
                assert field.json_schema_extra["unit"], f"{block.__name__}.{name}"


def test_shipped_worlds_name_the_schema_beside_them_and_keep_to_it() -> None:
    worlds = sorted([*SCENARIOS.glob("*.yaml"), *SCENARIOS.glob("lessons/*.yaml")])
    assert worlds
    for file in worlds:
        header = file.read_text(encoding="utf-8").splitlines()[0]
        assert header.startswith("# yaml-language-server: $schema="), file.name
        assert (file.parent / header.partition("$schema=")[2]).resolve() == SCENARIOS / "schema.json"
        SCHEMA.validate(YAML(typ="safe", pure=True).load(file))
