"""What a task on a real log yields: scores of every model, and differences of ours from the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Interval = tuple[float, float, float]
"""A difference, and the ends of its 95 % interval."""


@dataclass(frozen=True)
class TaskResult:
    """One task, run end to end: fitted to the calibration rows alone, scored on what came after.

    scores: model -> score -> value; the market's own model comes first. differences: baseline -> score -> ours minus
    that baseline over the same customers (or categories, purchases), with its paired bootstrap interval of 95 %.
    """

    task: str
    title: str
    scores: Mapping[str, Mapping[str, float]]
    differences: Mapping[str, Mapping[str, Interval]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
