"""What all parts of a scenario share: frozen to the last leaf, no unknown fields, only finite numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import GenericAlias
from typing import Annotated, Any, NoReturn, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    StringConstraints,
    field_validator,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError, core_schema
from pydantic_core.core_schema import ValidationInfo

Key = TypeVar("Key")
Value = TypeVar("Value")

NAME_PATTERN = r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$"
CURRENCY_PATTERN = r"^[A-Z]{3}$"

Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=NAME_PATTERN)]


def unit(name: str) -> JsonDict:
    """The unit of a number, kept with its field and shown in the JSON Schema and the tables of the docs."""
    return {"unit": name}


class Part(BaseModel):
    """One block of a scenario file."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _yes_is_not_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        # Pydantic would read `true` as 1; in a scenario file it is a slip.
        if isinstance(value, bool) and cls.model_fields[str(info.field_name)].annotation is not bool:
            raise PydanticCustomError("yes_or_no", "true or false does not belong here")
        return value


class FrozenDict(dict[Key, Value]):
    """A mapping that cannot be changed, hashed by content; copies and pickles like a dict."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("a scenario cannot be changed in place; use scenario.replace(path, value)")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        plain = GenericAlias(dict, get_args(source) or (Any, Any))
        return core_schema.no_info_after_validator_function(cls, handler(plain))


def freeze(value: Any) -> Any:
    """A free value (text, number, yes or no, nothing, lists and mappings of them) that cannot be changed."""
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise PydanticCustomError("not_plain", "the names of fields must be text")
        return FrozenDict({key: freeze(inner) for key, inner in value.items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(inner) for inner in value)
    if isinstance(value, float) and not math.isfinite(value):
        raise PydanticCustomError("not_plain", "numbers must be finite")
    if value is None or isinstance(value, str | int | float):
        return value
    raise PydanticCustomError(
        "not_plain",
        "only text, numbers, lists and mappings fit, not {kind}",
        {"kind": type(value).__name__},
    )


Free = Annotated[FrozenDict[str, Any], AfterValidator(freeze)]
"""A mapping of whatever its writer likes."""


def thaw(value: Any) -> Any:
    """The same as plain dicts and lists, free to be changed; parts become the fields they hold."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return {key: thaw(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [thaw(inner) for inner in value]
    return value
