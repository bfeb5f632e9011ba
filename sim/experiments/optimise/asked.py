"""What is asked of a search, checked before any market."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.experiments.errors import ExperimentError
from sim.experiments.study.check import checked
from sim.experiments.study.study import Study
from sim.scenario import Scenario


def said(given: Mapping[str, int | None]) -> dict[str, int]:
    """What is given of what may be given."""
    return {name: value for name, value in given.items() if value is not None}


def asked(study: Study, world: Scenario | None, replicates: int | None, block: Mapping[str, int]) -> Study:
    """The study with what is asked for in its place, checked."""
    if study.optimise is None:
        raise ExperimentError(
            f"the study '{study.title}' does not say what to optimise; give it a block `optimise:` with a design and "
            "objectives (docs/optimise.md)"
        )
    for name, value in {**block, "replicates": replicates}.items():
        least = 4 if name == "population" else 1
        if value is not None and value < least:
            raise ExperimentError(f"--{name} is {value}; it must be {least} or more")
    changes: dict[str, Any] = {"optimise": study.optimise.model_copy(update=dict(block))}
    if world is not None:
        changes["scenario"] = world
    if replicates is not None:
        changes["replicates"] = replicates
    return checked(study.model_copy(update=changes))
