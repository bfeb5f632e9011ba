"""Faults that no single field shows, raised together with those that pydantic finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from sim.scenario.errors import Loc

Whole = TypeVar("Whole")


class Finding(NamedTuple):
    """One fault at a place in the data that was looked at."""

    loc: Loc
    message: str


def peek(data: Any, step: str) -> Any:
    """A field of data that may be a mapping, a model, or of no use at all (then None)."""
    if isinstance(data, Mapping):
        return data.get(step)
    if isinstance(data, BaseModel):
        return getattr(data, step, None)
    return None


def rows(data: Any) -> list[Any]:
    """The entries of a list; none if it is no list."""
    return list(data) if isinstance(data, list | tuple) else []


def together(
    handler: Callable[[Any], Whole], data: Any, findings: Iterable[Finding | InitErrorDetails]
) -> Whole:
    """Validate, and raise pydantic's faults and the findings as one ValidationError."""
    lines = _lines(findings)
    try:
        whole = handler(data)
    except ValidationError as error:
        lines = [kept(details) for details in error.errors(include_url=False)] + lines
        raise ValidationError.from_exception_data("scenario", lines) from None
    if lines:
        raise ValidationError.from_exception_data("scenario", lines)
    return whole


def raised(part: Whole, findings: Iterable[Finding | InitErrorDetails]) -> Whole:
    """The part itself; ValidationError if anything was found in it."""
    lines = _lines(findings)
    if lines:
        raise ValidationError.from_exception_data(type(part).__name__, lines)
    return part


def absent(*loc: str | int) -> InitErrorDetails:
    """A field that is required here, though it is not everywhere."""
    return _line("missing", "Field required", loc, None)


def kept(details: ErrorDetails, *before: str | int) -> InitErrorDetails:
    """A fault that pydantic found, fit to be raised again with `before` put in front of its place."""
    loc = (*before, *details["loc"])
    return _line(details["type"], details["msg"], loc, details["input"], details.get("ctx"))


def _lines(findings: Iterable[Finding | InitErrorDetails]) -> list[InitErrorDetails]:
    return [
        _line("disagreement", finding.message, finding.loc, None) if isinstance(finding, Finding) else finding
        for finding in findings
    ]


def _line(
    kind: str, text: str, loc: Loc, value: Any, context: dict[str, Any] | None = None
) -> InitErrorDetails:
    return {
        "type": PydanticCustomError(kind, "{text}", {**(context or {}), "text": text}),
        "loc": loc,
        "input": value,
    }
