"""Parameters: each has unit, bounds, status and source, and its bounds hold."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from sim.rules import Behaviour, Mechanism

STATUSES = {"VERIFIED", "VERIFIED-DIR", "COMPUTED", "MEMORY", "PROPOSED"}
MECHANISMS: dict[str, type[Mechanism]] = {
    name: field.annotation  # type: ignore[misc]
    for name, field in Behaviour.model_fields.items()
}
PARAMETERS: list[Any] = [
    pytest.param(mechanism, name, field, id=f"{mechanism.__name__}.{name}")
    for mechanism in MECHANISMS.values()
    for name, field in mechanism.model_fields.items()
    if name != "enabled"
]


def bounds_of(field: FieldInfo) -> tuple[float, float]:
    """Lower and upper bound of a parameter."""
    (low,) = [m.ge for m in field.metadata if hasattr(m, "ge")]
    (high,) = [m.le for m in field.metadata if hasattr(m, "le")]
    return low, high


def test_there_are_parameters_to_look_at() -> None:
    assert len(PARAMETERS) >= 15


@pytest.mark.parametrize(("mechanism", "name", "field"), PARAMETERS)
def test_a_parameter_says_what_it_is_in_what_unit_and_where_it_comes_from(
    mechanism: type[Mechanism], name: str, field: FieldInfo
) -> None:
    facts = field.json_schema_extra
    assert isinstance(facts, dict)
    assert set(facts) <= {"unit", "source", "status", "interval"}
    assert facts["unit"]
    assert len(str(facts["source"])) >= len("judgement")
    assert facts["status"] in STATUSES
    assert field.description


@pytest.mark.parametrize(("mechanism", "name", "field"), PARAMETERS)
def test_the_default_lies_in_the_published_interval_and_that_inside_the_bounds(
    mechanism: type[Mechanism], name: str, field: FieldInfo
) -> None:
    low, high = bounds_of(field)
    assert low <= field.default <= high
    facts = field.json_schema_extra
    assert isinstance(facts, dict)
    if "interval" in facts:
        least, most = facts["interval"]  # type: ignore[misc]
        assert low <= least <= field.default <= most <= high  # type: ignore[operator]


@pytest.mark.parametrize(("mechanism", "name", "field"), PARAMETERS)
def test_bounds_are_kept(mechanism: type[Mechanism], name: str, field: FieldInfo) -> None:
    low, high = bounds_of(field)
    for value in (low, high):
        assert getattr(mechanism(**{name: value}), name) == value
    for value in (low - 1e-6, high + 1e-6, float("nan"), float("inf"), "much"):
        with pytest.raises(ValidationError):
            mechanism(**{name: value})


@pytest.mark.parametrize("mechanism", MECHANISMS.values(), ids=list(MECHANISMS))
def test_a_mechanism_takes_no_unknown_field_and_is_not_changed_in_place(mechanism: type[Mechanism]) -> None:
    with pytest.raises(ValidationError):
        mechanism(strenght=1.0)
    with pytest.raises(ValidationError):
        mechanism().enabled = False
