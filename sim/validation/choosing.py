"""Which default parameters were chosen on findings, as their sources say: none of them on a VAL row."""

from __future__ import annotations

import re
from typing import Any

from sim.scenario.customers import Segment
from sim.validation.models import CONCENTRATION
from sim.validation.row import rows

_ID = r"[A-Z]\d\d[a-z]?"
_CHOSEN = re.compile(rf"\bchosen (?:on|with) ({_ID}(?:, {_ID})*)")


def chosen(behaviour: Any) -> list[tuple[str, float, str, list[str]]]:
    """Parameters that were chosen on findings: name, value, unit, ids; first the concentration of
    preferences, which is no part of `behaviour`. behaviour: the class of the defaults.

    Raises ValueError where a source names a row that is not among the findings, or one that may not be fitted.
    """
    may_be_fitted = [row.id for row in rows() if row.role == "CAL"]
    found = [(CONCENTRATION, Segment.model_fields[CONCENTRATION].default, "none", ["M02"])]
    for name, block in behaviour.model_fields.items():
        for key, field in block.annotation.model_fields.items():
            facts = field.json_schema_extra or {}
            match = _CHOSEN.search(facts.get("source", ""))
            if match:
                ids = match[1].split(", ")
                for one in ids:
                    if not any(row.startswith(one) for row in may_be_fitted):
                        raise ValueError(f"{name}.{key} was chosen on {one}, which may not be fitted")
                found.append((f"{name}.{key}", field.default, facts["unit"], ids))
    return found
