"""A small study over two grocers, and a market that takes no time: its numbers follow from what the scenario says."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from sim.experiments.run import Cell, Outcome
from sim.experiments.study import Study
from sim.experiments.study.check import METRICS
from sim.scenario import Scenario
from tests.experiments import fake

THRESHOLD = {"path": "designs.points.programme.points.threshold", "values": [50, 100, 200]}
REWARD = {"path": "designs.points.programme.points.reward", "values": [2.5, 5.0]}
MILL_PRICE = {"path": "firms.Mill.price.level", "low": 0.8, "high": 1.2}
LEVERS = {"threshold": THRESHOLD, "reward": REWARD}
TWO = ("none", "points")


def study(**changes: Any) -> Study:
    """Two levers on a grid of six points, one uncertainty at four, two designs, three replicates."""
    fields: dict[str, Any] = {
        "title": "Points",
        "scenario": fake.world(),
        "designs": TWO,
        "levers": LEVERS,
        "uncertainties": {"mill_price": MILL_PRICE},
        "uncertainty_sampling": {"points": 4, "method": "latin_hypercube"},
        "replicates": 3,
    }
    return Study.model_validate({**fields, **changes})


def shared(cell: Cell) -> float:
    """What a replicate adds to all of its markets."""
    return float(np.random.default_rng([cell.seed, cell.replicate]).normal(0.0, 100.0))


def effect(world: Scenario) -> float:
    """What the points add to profit."""
    points = world.with_design("points").programme.points  # type: ignore[union-attr]
    assert points is not None
    return 10.0 * float(points.threshold or 0) - float(points.reward or 0)


def run_cell(world: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """Profit: what the replicate brings, less what the rival's price takes, and what points add."""
    profit = shared(cell) + 1000.0 * world.firm("Mill").price.level
    metrics = dict.fromkeys(METRICS, 0.5)
    metrics["profit"] = profit + (effect(world) if cell.design == "points" else 0.0)
    metrics["redemption_rate"] = float("nan")
    return Outcome(metrics)


def broken_cell(world: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """The same, but a threshold of 100 is more than this market bears in its second world."""
    if (
        cell.design == "points"
        and cell.replicate == 1
        and '"designs.points.programme.points.threshold":100' in cell.changes
    ):
        raise RuntimeError("=1+1 is no market")
    return run_cell(world, cell, stop)
