"""The JSON Schema of study files, for editors that complete and check while one types."""

from __future__ import annotations

import json
from typing import Any

from sim.experiments.study.study import Study
from sim.scenario.schema import DIALECT, Untitled


def study_schema() -> dict[str, Any]:
    """The JSON Schema of a study file, as plain data."""
    schema = Study.model_json_schema(schema_generator=Untitled)
    schema["description"] = "An experiment over a scenario: what is varied, at which points, how often."
    return {"$schema": DIALECT, **schema, "title": "A study of loyalty-sim"}


def study_schema_text() -> str:
    """The JSON Schema as the text of scenarios/studies/schema.json."""
    return json.dumps(study_schema(), indent=2, ensure_ascii=False) + "\n"
