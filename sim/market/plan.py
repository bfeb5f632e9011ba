"""The week of a market as a list of steps, and the time that each has taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass
class Step:
    """One step of the week: what it does, and the seconds spent on it so far."""

    name: str
    does: str
    act: Callable[[Any], None]
    seconds: float = 0.0


class Plan:
    """The week as an explicit list of steps; print it."""

    def __init__(self, steps: list[Step]) -> None:
        self.steps = steps
        self.weeks = 0

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __str__(self) -> str:
        lines = [f"A week has {len(self.steps)} steps; {self.weeks} weeks lived."]
        for i, step in enumerate(self.steps, 1):
            each = 1e6 * step.seconds / max(self.weeks, 1)
            lines.append(f"{i:3}. {step.name:<9} {step.does:<66} {each:10.0f} µs a week")
        return "\n".join(lines)
