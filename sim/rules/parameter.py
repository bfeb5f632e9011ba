"""How a mechanism declares its parameters: value, unit, bounds, published interval and source in one place.

Source: none; this is the form that the sources of the other files are written in.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Mechanism(BaseModel):
    """One mechanism of behaviour; `enabled: false` makes it act on nobody."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    enabled: bool = Field(default=True, description="whether the mechanism acts")


def param(
    default: float,
    *,
    unit: str,
    meaning: str,
    bounds: tuple[float, float],
    source: str,
    status: str,
    interval: tuple[float, float] | None = None,
) -> Any:
    """A parameter: `bounds` are what the equation can bear, `interval` what the literature leaves open.

    status is VERIFIED (the value was seen in the source), VERIFIED-DIR (its direction was, the size was not),
    COMPUTED (from public data or from verified values), MEMORY (to be checked) or PROPOSED (judgement).
    """
    facts: dict[str, Any] = {"unit": unit, "source": source, "status": status}
    if interval is not None:
        facts["interval"] = list(interval)
    return Field(default=default, ge=bounds[0], le=bounds[1], description=meaning, json_schema_extra=facts)
