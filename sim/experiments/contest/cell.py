"""Cells of games: who plays what is put into the scenario, and every firm is measured."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.errors import ExperimentError
from sim.experiments.run import AS_WRITTEN, Cell, Outcome, changes_of, lived
from sim.measures import MEASURES
from sim.scenario import Scenario
from sim.scenario.errors import advice
from sim.scenario.part import thaw

METRICS = tuple(name for name in MEASURES if name != "incremental_profit")
"""What is kept of every firm; incremental profit compares designs of one firm."""
Patches = Mapping[str, Mapping[str, Any]]
"""A patch for each of some firms, by name."""


def changes_for(world: Scenario, patches: Patches) -> str:
    """The changes of a cell in which these firms take on these patches when the burn-in ends.

    A change on that date is what a design is to the focal firm. It comes before all other events, as a design does, so
    that a firm is treated alike whether it plays by a design or by a change.
    """
    week = world.horizon.burn_in
    changes = [
        {"kind": "change", "firm": firm, "week": week, "patch": thaw(patch)}
        for firm, patch in patches.items()
        if patch
    ]
    return changes_of({"events": [*changes, *thaw(world.events)]}) if changes else AS_WRITTEN


def name_of(firm: str, metric: str) -> str:
    """What a measure of a firm is called among the metrics of an outcome."""
    return f"{firm}/{metric}"


def measure_firms(world: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """Run one market and keep the measures of every firm, as FIRM/measure."""
    start = time.perf_counter()
    market = lived(world, cell, stop)
    metrics = {
        name_of(firm, metric): value
        for firm in world.firm_names
        for metric, value in market.metrics(firm).items()
        if metric in METRICS
    }
    return Outcome(metrics, seconds=time.perf_counter() - start)


def check_metric(metric: str) -> str:
    """A measure by which a firm can do well or badly; ExperimentError if it is none."""
    if metric not in METRICS:
        raise ExperimentError(f"no metric is called '{metric}'; {advice(metric, METRICS)}")
    if MEASURES[metric].better == "neither":
        raise ExperimentError(
            f"nobody plays for '{metric}': neither more nor less of it is better; name another metric, such as profit"
        )
    return metric


def measured(outcome: Outcome, firms: tuple[str, ...], metric: str) -> NDArray[np.float64]:
    """A metric of each of some firms."""
    return np.array([outcome.metrics.get(name_of(firm, metric), nan) for firm in firms])
