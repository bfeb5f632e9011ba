"""All mechanisms together: one a file, each told by its equation and source, each can be switched off."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

import sim.rules
from sim.rules import Behaviour, BehaviourNumbers

ROOM = Path(sim.rules.__file__).parent
FORM = {"__init__", "parameter"}
"""Files of the room that hold no rule."""
RULES = sorted(path for path in ROOM.glob("*.py") if path.stem not in FORM)
CHANGES_NOTHING_BY_ITSELF = {"points", "stamps"}
"""Mechanisms that the terms of a programme carry: off, the terms have none of them."""
ACTS_AT_THE_FIRM = {"dealing", "improvement", "staffing"}
"""Mechanisms that act before customers meet the firm: off, what it posts is what it has planned."""
BETWEEN_WEEKS = {"crisis", "demand", "selection"}
"""Mechanisms that act on customers between two weeks; the pass does not read them."""


def docstring(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_rule_is_told_by_its_equation_and_its_source(path: Path) -> None:
    told, _, source = docstring(path).partition("\nSource: ")
    assert any(sign in told for sign in (" = ", " <- ", " ~ ")), "no equation"
    assert len(source) > 20, "no source"


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_rule_has_a_file_of_tests_of_its_own(path: Path) -> None:
    assert (Path(__file__).parent / f"test_{path.stem}.py").is_file()


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_function_of_a_rule_says_what_it_gives(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node) or node.name.endswith("Numbers"), node.name


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_rule_knows_nothing_of_mesa_files_firms_or_plots(path: Path) -> None:
    allowed = {
        "__future__",
        "enum",
        "math",
        "typing",
        "numpy",
        "numpy.typing",
        "pydantic",
        "sim.arithmetic",
        "sim.rules.parameter",
    }
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} <= allowed
        elif isinstance(node, ast.ImportFrom):
            assert node.module in allowed


def test_the_parameters_reach_the_pass_under_their_names_as_float32() -> None:
    numbers = Behaviour().numbers()
    outside = CHANGES_NOTHING_BY_ITSELF | ACTS_AT_THE_FIRM | BETWEEN_WEEKS
    assert set(Behaviour.model_fields) == set(numbers._fields) | outside
    for name, mechanism in numbers._asdict().items():
        kind = type(getattr(Behaviour(), name)).__name__
        assert type(mechanism).__name__ == f"{kind}Numbers"
        assert {type(value) for value in mechanism} == {np.float32}


def test_off_is_another_set_of_numbers_for_every_mechanism() -> None:
    on, off = Behaviour().numbers(), Behaviour.null().numbers()
    for name in BehaviourNumbers._fields:
        assert getattr(on, name) != getattr(off, name), f"switching {name} off changes nothing"


@pytest.mark.parametrize("name", sorted(BETWEEN_WEEKS))
def test_a_mechanism_between_weeks_has_numbers_of_its_own_that_off_changes(name: str) -> None:
    on, off = getattr(Behaviour(), name).numbers(), getattr(Behaviour.null(), name).numbers()
    assert {type(value) for value in on} == {np.float32}
    assert on != off


def test_null_switches_everything_off() -> None:
    null = Behaviour.null()
    assert not any(getattr(null, name).enabled for name in Behaviour.model_fields)
    assert all(getattr(Behaviour(), name).enabled for name in Behaviour.model_fields)


def test_one_mechanism_is_switched_off_without_touching_the_others() -> None:
    on = Behaviour().numbers()
    for name in BehaviourNumbers._fields:
        off = Behaviour.model_validate({name: {"enabled": False}}).numbers()
        assert [other for other in on._fields if getattr(on, other) != getattr(off, other)] == [name]


def test_an_unknown_mechanism_is_refused() -> None:
    with pytest.raises(ValidationError, match="regret"):
        Behaviour.model_validate({"regret": {"enabled": True}})
