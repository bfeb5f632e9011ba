"""Mixed equilibria of two players, and how sure their weights are.

Source: support enumeration as in Nisan, Roughgarden, Tardos & Vazirani 2007, Algorithmic Game Theory, ch. 3, by Knight
& Campbell 2018, JOSS 3:904 (nashpy).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.experiments.contest.solve import Games

MOST_CHOICES = 8
"""Supports double with every choice; above this they are not all looked at."""
LEAST = 1e-9
"""A weight below this is none."""
SMALL = 2.0**-10
"""Payoffs are scaled to this before they are solved."""


@dataclass(frozen=True)
class Mixed:
    """One equilibrium of two players: weights of the choices of each, and what each expects."""

    weights: tuple[NDArray[np.float64], NDArray[np.float64]]
    expects: tuple[float, float]

    @property
    def pure(self) -> bool:
        """Whether nobody mixes."""
        return all(int((weights > LEAST).sum()) == 1 for weights in self.weights)

    @property
    def supports(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Choices that each plays at all."""
        first, second = (np.flatnonzero(weights > LEAST) for weights in self.weights)
        return first, second


@dataclass(frozen=True)
class Doubt:
    """How an equilibrium fares in resampled games."""

    probability: float
    """share of them that have one on the same choices"""
    low: tuple[NDArray[np.float64], NDArray[np.float64]]
    high: tuple[NDArray[np.float64], NDArray[np.float64]]
    """95 % of the weights in these"""


def mixed_equilibria(payoffs: NDArray[np.float64]) -> list[Mixed]:
    """All equilibria of a game of two (choices x choices x 2); of a degenerate one, some of them."""
    import nashpy

    ours, theirs = payoffs[..., 0], payoffs[..., 1]
    # Equilibria stay when payoffs are shifted and scaled. Choices that are not played come out of the equations as
    # exactly 0 where payoffs are small against the 1 of the weights; else some equilibria would be lost to rounding.
    first_game, second_game = (_small(ours), _small(theirs))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of a degenerate game: says what the docstring says
        pairs = list(nashpy.Game(first_game, second_game).support_enumeration())
    found = []
    for first, second in pairs:
        expects = float(first @ ours @ second), float(first @ theirs @ second)
        found.append(Mixed((np.asarray(first), np.asarray(second)), expects))
    return found


def doubt(equilibrium: Mixed, games: Games) -> Doubt | None:
    """How sure an equilibrium is, from games resampled; None where its supports are of different size."""
    rows, columns = equilibrium.supports
    if len(rows) != len(columns):
        return None
    second = _indifferent(games[:, rows][:, :, columns, 0])
    first = _indifferent(np.swapaxes(games[:, rows][:, :, columns, 1], 1, 2))
    whole_first, whole_second = (np.zeros((len(games), size)) for size in games.shape[1:3])
    whole_first[:, rows], whole_second[:, columns] = first, second
    worth_first = np.einsum("gij,gj->gi", games[..., 0], whole_second)
    worth_second = np.einsum("gij,gi->gj", games[..., 1], whole_first)
    slack = 1e-7 * np.abs(games).max()
    holds = (first > 0).all(axis=1) & (second > 0).all(axis=1)
    holds &= worth_first.max(axis=1) <= worth_first[:, rows].min(axis=1) + slack
    holds &= worth_second.max(axis=1) <= worth_second[:, columns].min(axis=1) + slack
    if not holds.any():
        nothing = tuple(np.full(size, np.nan) for size in games.shape[1:3])
        return Doubt(0.0, (nothing[0], nothing[1]), (nothing[0], nothing[1]))
    low, high = (
        tuple(np.quantile(whole[holds], level, axis=0) for whole in (whole_first, whole_second))
        for level in (0.025, 0.975)
    )
    return Doubt(float(holds.mean()), (low[0], low[1]), (high[0], high[1]))


def _small(payoffs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Payoffs from 0 to SMALL, in the same order and proportion."""
    span = float(np.ptp(payoffs))
    found: NDArray[np.float64] = (payoffs - payoffs.min()) * (SMALL / span if span else 0.0)
    return found


def _indifferent(payoffs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of columns under which all rows are worth the same, a game a row; NaN where there are none."""
    games, size, _ = payoffs.shape
    system = np.zeros((games, size + 1, size + 1))
    system[:, :size, :size], system[:, :size, size], system[:, size, :size] = payoffs, -1.0, 1.0
    aim = np.zeros((games, size + 1, 1))
    aim[:, size] = 1.0
    regular = np.abs(np.linalg.det(system)) > 0
    found = np.full((games, size), np.nan)
    if regular.any():
        found[regular] = np.linalg.solve(system[regular], aim[regular])[:, :size, 0]
    return found
