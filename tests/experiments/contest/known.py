"""Markets that are games with known payoffs: what a firm plays is told from its price."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from sim.experiments.contest import Game
from sim.experiments.run import Cell, Outcome, RunCell
from sim.scenario import Scenario
from tests.experiments import fake

LEVELS = {"c": 1.0, "d": 0.9, "e": 0.8}
"""Designs and the price by which each is known."""
DILEMMA = ((3.0, 0.0), (5.0, 1.0))
"""What the first gets, by its own choice and the other's: cooperate or defect."""
PENNIES = ((1.0, -1.0), (-1.0, 1.0))
STAG_HUNT = ((4.0, 0.0), (3.0, 3.0))
CHICKEN = ((3.0, 1.0), (4.0, 0.0))


def world(firms: int = 2, **changes: Any) -> Scenario:
    """Firms alike, A, B, ...; designs c, d, e."""
    sellers = [{"name": name, "share": 1.0, "unit_cost": 0.5} for name in "ABCDEF"[:firms]]
    designs = {name: {"price": {"level": level}} for name, level in LEVELS.items()}
    blocks = {"firms": sellers, "focus": "A", "events": [], "designs": designs, **changes}
    return fake.world(**blocks)


def plays(given: Scenario, cell: Cell) -> list[int]:
    """What each firm plays after the burn-in, as the number of a design."""
    prices = [
        given.course(name, cell.design if name == given.focus else None)[-1][1].price.level
        for name in given.firm_names
    ]
    return [list(LEVELS.values()).index(price) for price in prices]


def play(given: Scenario, cell: Cell, stop: threading.Event, payoffs: Any, noise: float) -> Outcome:
    """Payoffs: choices of all firms x firm. noise: sd of what a replicate adds to each of them alone."""
    chosen = plays(given, cell)
    shared = np.random.default_rng([cell.seed, cell.replicate]).normal(0.0, 10.0)
    own = np.random.default_rng([cell.seed, cell.replicate, *chosen]).normal(0.0, 1.0, len(chosen))
    gets = np.asarray(payoffs)[tuple(chosen)] + shared + noise * own
    metrics = {}
    for name, value in zip(given.firm_names, gets.tolist(), strict=True):
        metrics |= {f"{name}/profit": value, f"{name}/churn": -value, f"{name}/retention": value / 100}
    return Outcome(metrics)


def cell_of(payoffs: Any, noise: float = 0.0) -> RunCell:
    """A run_cell with these payoffs."""
    return partial(play, payoffs=payoffs, noise=noise)


def symmetric(first: Any) -> np.ndarray:
    """Payoffs of both from those of the first, in a game that looks the same from both seats."""
    ours = np.asarray(first, dtype=float)
    return np.stack([ours, ours.T], axis=-1)


def zero_sum(first: Any) -> np.ndarray:
    ours = np.asarray(first, dtype=float)
    return np.stack([ours, -ours], axis=-1)


def game(
    payoffs: Any, noise: float = 0.0, replicates: int = 8, names: Mapping[int, str] | None = None
) -> Game:
    """A game without a market: the same mean payoffs, and noise that every replicate adds to each."""
    mean = np.asarray(payoffs, dtype=float)
    chance = np.random.default_rng(5)
    values = mean + noise * chance.normal(size=(replicates, *mean.shape))
    choices = tuple(tuple("cdefgh"[:size]) for size in mean.shape[:-1])
    return Game(tuple("ABCDEF"[: mean.shape[-1]]), choices, values)
