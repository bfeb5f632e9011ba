"""A design: one arm of a comparison, written as a patch to the focal firm. Patches are checked here.

A patch is laid over the firm field by field, and so over its programme. Only a programme with a `preset`
takes the place of the firm's: the preset goes first, the other fields that the patch gives are laid over it,
and nothing is left of what the firm had.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails

from sim.scenario.errors import Loc, nearest
from sim.scenario.findings import Finding, kept, peek, rows
from sim.scenario.firm import Firm
from sim.scenario.merge import merged
from sim.scenario.part import FrozenDict, freeze, thaw

OBSERVED = (
    ("name",),
    ("share",),
    ("price", "usual"),
    ("quality", "usual"),
    ("convenience", "usual"),
    ("channel", "usual"),
    ("channel", "coverage"),
)
"""What a firm is and was before the designs start; no patch can change it."""


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
    focal = focal_firm(data)
    if not isinstance(designs, Mapping):
        return
    for name, patch in designs.items():
        if not isinstance(patch, Mapping):
            continue
        for loc in observed(patch):
            yield Finding(
                ("designs", name, *loc),
                "a design cannot change this: it says what was so before the designs start; leave it out",
            )
        if focal is not None:
            firm = thaw(focal)
            for fault in new_faults(firm, merged(firm, thaw(patch))):
                yield kept(fault, "designs", name)


def focal_firm(data: Any) -> Any:
    """The focal firm in raw data; where its name is misspelt, the nearest one is meant. None if unknown."""
    firms = {str(peek(firm, "name")): firm for firm in rows(peek(data, "firms"))}
    focus = str(peek(data, "focus"))
    return firms.get(focus if focus in firms else nearest(focus, firms) or "")


def observed(patch: Any) -> Iterator[Loc]:
    """Places in a patch that say what no patch can change."""
    return (loc for loc in OBSERVED if _holds(patch, loc))


def new_faults(before: Any, after: Any) -> list[ErrorDetails]:
    """Faults of a firm, in plain data, that it did not have before a patch."""
    old = {(fault["loc"], fault["type"]) for fault in _faults(before)}
    return [fault for fault in _faults(after) if (fault["loc"], fault["type"]) not in old]


def _faults(firm: Any) -> list[ErrorDetails]:
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
