"""Markets whose outputs are functions with known indices of what a cell changes."""

from __future__ import annotations

import json
import threading
from math import pi, sin

import numpy as np

from sim.experiments.run import Cell, Outcome
from sim.experiments.study import Factor, Study
from sim.scenario import Scenario
from tests.experiments import fake

PATHS = {
    "a": "firms.Harbour.fixed_cost",
    "b": "firms.Mill.fixed_cost",
    "c": "firms.Harbour.service_cost",
    "d": "firms.Mill.service_cost",
}
"""Places of the scenario that hold any number from 0 on; the functions read them, the market is not run."""


def study(names: str = "abc", *, replicates: int = 1, **changes: object) -> Study:
    """A study of some of the factors, each from 0 to 1."""
    factors = {name: Factor(path=PATHS[name], low=0.0, high=1.0) for name in names}
    blocks: dict[str, object] = {
        "title": "Functions",
        "scenario": fake.world(),
        "uncertainties": factors,
        "replicates": replicates,
    }
    return Study.model_validate({**blocks, **changes})


def read(cell: Cell) -> dict[str, float]:
    """Values of factors in a cell; what is not changed stands at one half."""
    changes = json.loads(cell.changes)
    return {name: changes.get(path, 0.5) for name, path in PATHS.items()}


def ishigami(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """Ishigami & Homma 1990, with a = 7 and b = 0.1; d is a dummy."""
    x, y, z = (2 * pi * read(cell)[name] - pi for name in "abc")
    value = sin(x) + 7 * sin(y) ** 2 + 0.1 * z**4 * sin(x)
    return Outcome({"profit": value, "revenue": 3.0 * read(cell)["a"], "retention": 0.5})


ISHIGAMI = {"S1": {"a": 0.3139, "b": 0.4424, "c": 0.0}, "ST": {"a": 0.5576, "b": 0.4424, "c": 0.2437}}
"""Its indices, from the closed forms of Saltelli et al. 2008, Global Sensitivity Analysis, ch. 4."""

SOBOL_G = {"a": 0.0, "b": 1.0, "c": 9.0}


def g_function(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """Sobol's g-function: a product of (|4 x - 2| + a) / (1 + a)."""
    values = read(cell)
    product = np.prod([(abs(4 * values[name] - 2) + a) / (1 + a) for name, a in SOBOL_G.items()])
    return Outcome({"profit": float(product)})


def linear(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """10 a - 3 b + c/100, in worlds of different levels; nothing reads d. Under `points` a counts half."""
    values = read(cell)
    slope = 5.0 if cell.design == "points" else 10.0
    level = 100.0 * cell.replicate
    effect = slope * values["a"] - 3 * values["b"] + 0.01 * values["c"]
    return Outcome({"profit": level + effect, "revenue": values["b"], "clv": values["a"]})


def lucky(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """As `linear`, and d stirs up luck of no direction: a draw of its own for every world and value."""
    outcome = linear(given, cell, stop)
    d = read(cell)["d"]
    luck = np.random.default_rng([cell.replicate, int(1e6 * d)]).normal(0.0, 0.5)
    return Outcome({**outcome.metrics, "profit": outcome.metrics["profit"] + luck})


def gated(given: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
    """d counts only where a is above one half."""
    values = read(cell)
    return Outcome({"profit": values["a"] + (values["d"] if values["a"] > 0.5 else 0.0)})
