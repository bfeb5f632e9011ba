"""Results for people: pictures, tables, pages, numbers with their units.

    import sim
    sim.report.retention(result)             # in a notebook, the picture shows itself
    sim.report.liability(watched, ax=ax)     # or stands where you want it

Every picture here takes `ax=`, draws there, and returns it. Names are loaded when they are first used.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME: dict[str, str] = {
    "balances": "sim.report.thresholds",
    "cohorts": "sim.report.survival",
    "cumulative": "sim.report.curves",
    "diary": "sim.report.timeline",
    "distance": "sim.report.nearness",
    "forest": "sim.report.differences",
    "frontier": "sim.report.tradeoff",
    "liability": "sim.report.owed",
    "network": "sim.report.friends",
    "payoffs": "sim.report.contest",
    "profit": "sim.report.curves",
    "quadrants": "sim.report.loyalties",
    "retention": "sim.report.curves",
    "switching": "sim.report.flows",
    "tiers": "sim.report.levels",
    "tornado": "sim.report.extremes",
    "waterfall": "sim.report.statement",
    "whale": "sim.report.worths",
}
"""picture -> the module that draws it; no module has the name of a picture, which it would hide once it is loaded"""


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"sim.report has no {name!r}; it has {', '.join(sorted(_HOME))}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
