"""A market whose best designs are known: two ends that want different rewards, and one best threshold.

Schaffer's problem (1985) with a second lever: loss of profit (reward - 1)^2, loss of retention (reward - 3)^2, and of
both ((threshold - 100) / 100)^2. The true front is reward from 1 to 3 at threshold 100.
"""

from __future__ import annotations

import json
import threading
import zlib

import numpy as np

from sim.experiments.run import Cell, Outcome
from sim.experiments.study import Study
from sim.scenario import Scenario
from tests.experiments.fake import world

REWARD = "designs.points.programme.points.reward"
THRESHOLD = "designs.points.programme.points.threshold"
WEIGHT = "customers.segments.families.weight"
NOISE = 0.3


def study(**fields: object) -> Study:
    """Two levers, two objectives."""
    block = {
        "design": "points",
        "objectives": [{"metric": "profit", "goal": "max"}, {"metric": "retention", "goal": "max"}],
        "population": 20,
        "generations": 12,
        "fresh": 8,
    }
    block |= fields.pop("optimise", {})  # type: ignore[arg-type, call-overload]
    given = {
        "title": "Schaffer",
        "scenario": world(),
        "designs": ["none", "points"],
        "levers": {
            "reward": {"path": REWARD, "low": 0.1, "high": 10.0},
            "threshold": {
                "path": THRESHOLD,
                "low": 10.0,
                "high": 1000.0,
                "distribution": "log_uniform",
                "whole": True,
            },
        },
        "replicates": 2,
        "optimise": block,
    }
    return Study.model_validate(given | fields)


def loss(reward: float, threshold: float) -> tuple[float, float]:
    common = ((threshold - 100) / 100) ** 2
    return (reward - 1) ** 2 + common, (reward - 3) ** 2 + common


def run_cell(given: Scenario, cell: Cell, stop: threading.Event, noise: float = 0.0) -> Outcome:
    """The loss of a design; noise: standard deviation of the luck that each candidate has to itself in each world."""
    changes = json.loads(cell.changes)
    levers = REWARD in changes
    points = given.with_design("points").programme.points
    mine = loss(points.rewards[0].worth if points.rewards else points.reward, points.threshold)
    if cell.design != "points":
        mine = (5.0, 5.0)
    common = np.random.default_rng([cell.seed, cell.replicate]).normal(0, 1)
    key = zlib.crc32(f"{cell.changes} {cell.design}".encode())
    generator = np.random.default_rng([cell.seed, cell.replicate, key])
    own = generator.normal(0, noise, 3) if noise and levers else np.zeros(3)
    weight = changes.get(WEIGHT, 0.5)
    return Outcome(
        {
            "profit": common - mine[0] * 2 * weight + own[0],
            "retention": common - mine[1] + own[1],
            "points_liability": 100.0 * changes.get(REWARD, 0.0) + 50.0 * own[2],
        }
    )


def noisy(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """The same, with luck."""
    return run_cell(given, cell, stop, NOISE)
