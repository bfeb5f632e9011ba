"""Marks of events on pictures of weeks: named where there is one, numbered, with a key below, where there are more."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.transforms import blended_transform_factory

from sim.report.picture import GREY
from sim.scenario import Event, Scenario

NEAR = 0.045
"""Marks nearer to each other than this, over the weeks shown, have one label."""
WIDTH = 150
"""Letters in a line of the key."""


class Mark(NamedTuple):
    """An event as it is drawn."""

    first: int
    end: int
    """first week after it"""
    name: str


def marks(world: Scenario, first_week: int, weeks: int) -> list[Mark]:
    """The events to be drawn between two weeks, by their week."""
    found = [Mark(e.week, min(e.week + getattr(e, "weeks", 1), weeks), _name(e)) for e in world.events]
    return sorted(
        (mark for mark in found if mark.first < weeks and mark.end > first_week), key=lambda m: m.first
    )


def key(found: Sequence[Mark]) -> str:
    """What the numbers stand for, in lines; nothing where no number is drawn."""
    if len(found) < 2:
        return ""
    said = "; ".join(f"{i} {mark.name}, {_when(mark)}" for i, mark in enumerate(found, 1))
    return "\n".join(textwrap.wrap(f"Events: {said}.", WIDTH))


def draw(axis: Axes, found: Sequence[Mark], first_week: int, weeks: int) -> None:
    """Draw events as hatched weeks, with their name or number above."""
    above = blended_transform_factory(axis.transData, axis.transAxes)
    labels: list[tuple[float, str]] = []
    for number, mark in enumerate(found, 1):
        axis.axvspan(
            mark.first, mark.end, facecolor="none", edgecolor="#d5d5d5", hatch="////", linewidth=0, zorder=1
        )
        at = (max(mark.first, first_week) + mark.end) / 2
        label = mark.name if len(found) == 1 else str(number)
        if labels and at - labels[-1][0] < NEAR * (weeks - first_week):
            labels[-1] = (labels[-1][0], f"{labels[-1][1]}, {label}")
        else:
            labels.append((at, label))
    for at, label in labels:
        axis.text(at, 1.02, label, transform=above, ha="center", va="bottom", color=GREY, fontsize=8)


def _name(event: Event) -> str:
    whose = getattr(event, "firm", None)
    return event.kind.replace("_", " ") + (f": {whose}" if whose else "")


def _when(mark: Mark) -> str:
    last = mark.end - 1
    return f"week {mark.first}" if last == mark.first else f"weeks {mark.first} to {last}"
