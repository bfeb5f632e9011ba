"""A design: one arm of a comparison, written as a patch to the focal firm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ValidationError
from pydantic_core import InitErrorDetails

from sim.scenario.errors import nearest
from sim.scenario.findings import Finding, kept, peek, rows
from sim.scenario.firm import Firm
from sim.scenario.merge import merged
from sim.scenario.part import FrozenDict, freeze, thaw

OBSERVED = (("name",), ("share",), ("price", "usual"), ("quality", "usual"))
"""What a firm is and was before the designs start; a design cannot change it."""


@dataclass(frozen=True)
class PatchOf:
    """Marks a mapping that holds some of the fields of a model."""

    model: type[BaseModel]


def _nothing_is_an_empty_patch(value: Any) -> Any:
    return {} if value is None else value


Patch = Annotated[
    FrozenDict[str, Any],
    BeforeValidator(_nothing_is_an_empty_patch),
    AfterValidator(freeze),
    PatchOf(Firm),
]


def patched(firm: Firm, patch: Mapping[str, Any]) -> Firm:
    """The firm under a design; ValidationError if the patch does not make a valid firm."""
    return Firm.model_validate(merged(thaw(firm), thaw(patch)))


def design_findings(data: Any) -> Iterator[Finding | InitErrorDetails]:
    """What is wrong with the designs of a scenario that is given as raw data.

    A fault that the focal firm has anyway is not said again for every design.
    """
    designs = peek(data, "designs")
    # Where the name of the focal firm is misspelt, the nearest one is meant: its designs are looked at too.
    firms = {str(peek(firm, "name")): firm for firm in rows(peek(data, "firms"))}
    focus = str(peek(data, "focus"))
    focal = firms.get(focus if focus in firms else nearest(focus, firms) or "")
    if not isinstance(designs, Mapping):
        return
    for name, patch in designs.items():
        if not isinstance(patch, Mapping):
            continue
        for loc in OBSERVED:
            if _holds(patch, loc):
                yield Finding(
                    ("designs", name, *loc),
                    "a design cannot change this: it says what was so before the designs start; leave it out",
                )
        if focal is not None:
            yield from _faults_of_patch(name, thaw(focal), thaw(patch))


def _faults_of_patch(name: str, firm: Any, patch: Any) -> Iterator[InitErrorDetails]:
    before = {(fault["loc"], fault["type"]) for fault in _faults(firm)}
    for fault in _faults(merged(firm, patch)):
        if (fault["loc"], fault["type"]) not in before:
            yield kept(fault, "designs", name)


def _faults(firm: Any) -> Any:
    try:
        Firm.model_validate(firm)
    except ValidationError as error:
        return error.errors(include_url=False)
    return []


def _holds(patch: Any, loc: tuple[str, ...]) -> bool:
    for step in loc:
        if not isinstance(patch, Mapping) or step not in patch:
            return False
        patch = patch[step]
    return True
