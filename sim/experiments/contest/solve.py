"""Games in normal form, many at once: regret, equilibria, dominance, and which dilemma a game is.

A stack of games is an array games x choices of the first player x ... x choices of the last x players: what each player
gets, more being better. Payoffs that differ by less than rounding are equal.

Sources: Nash 1951, Annals of Mathematics 54:286 (equilibrium); Luce & Raiffa 1957, Games and Decisions, ch. 4 and 5
(dominance, prisoner's dilemma); Rapoport & Guyer 1966, General Systems 11:203 (kinds of two-by-two games); Savage 1951,
JASA 46:55 (regret).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Games = NDArray[np.float64]

PRISONERS = "prisoner's dilemma"
NO_DILEMMA = "no dilemma"
INEFFICIENT = "inefficient equilibrium"
COORDINATION = "coordination game"
ANTI = "anti-coordination game"
SEVERAL = "several equilibria"
CYCLE = "no pure equilibrium"
KINDS = (PRISONERS, NO_DILEMMA, INEFFICIENT, COORDINATION, ANTI, SEVERAL, CYCLE)
NOWHERE = -1


def tolerance(games: Games) -> float:
    """Differences up to this are rounding."""
    return 1e-9 * float(np.abs(games).max(initial=0.0))


def regrets(games: Games) -> Games:
    """What each player would gain by the best choice against the same choices of the others; the shape of games."""
    found = np.empty_like(games)
    for player in range(games.shape[-1]):
        own = games[..., player]
        found[..., player] = own.max(axis=1 + player, keepdims=True) - own
    return found


def equilibria(games: Games) -> NDArray[np.bool_]:
    """Games x choices...: whether nobody gains by another choice of his own alone."""
    return np.asarray((regrets(games) <= tolerance(games)).all(axis=-1))


def dominates(games: Games, player: int, one: int, other: int, *, strictly: bool = True) -> NDArray[np.bool_]:
    """Per game, whether one choice of a player beats another whatever others do; weakly: never worse, once better."""
    own = np.moveaxis(games[..., player], 1 + player, 1)
    gap = (own[:, one] - own[:, other]).reshape(len(games), -1)
    least = tolerance(games)
    if strictly:
        return np.asarray((gap > least).all(axis=1))
    return np.asarray((gap >= -least).all(axis=1) & (gap > least).any(axis=1))


def dominant(games: Games) -> NDArray[np.int64]:
    """Games x players: the choice that strictly dominates all others of the player; NOWHERE if there is none."""
    count = games.shape[-1]
    found = np.full((len(games), count), NOWHERE)
    for player in range(count):
        choices = games.shape[1 + player]
        for one in range(choices):
            beats = [dominates(games, player, one, other) for other in range(choices) if other != one]
            found[np.all(beats, axis=0) if beats else slice(None), player] = one
    return found


def better_for_all(games: Games, at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Games x profiles: where every player gets more than at the profile (a flat number) given for the game."""
    flat = games.reshape(len(games), -1, games.shape[-1])
    there = flat[np.arange(len(games)), at]
    return np.asarray((flat > there[:, None, :] + tolerance(games)).all(axis=-1))


def kinds(games: Games, *, alike: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Per game its kind (its place in KINDS) and its equilibrium (a flat number; NOWHERE unless it is the only one).

    alike: whether all players have the same choices in the same order, so that they can do the same or not.
    """
    shape = games.shape[1:-1]
    stable = equilibria(games).reshape(len(games), -1)
    number = stable.sum(axis=1)
    only = np.where(number == 1, stable.argmax(axis=1), NOWHERE)
    forced = (dominant(games) != NOWHERE).all(axis=1)
    improvable = better_for_all(games, np.maximum(only, 0)).any(axis=1)
    several = np.full(len(games), KINDS.index(SEVERAL))
    if alike:
        same = np.zeros(shape, np.bool_)
        same[tuple(np.arange(shape[0]) for _ in shape)] = True
        together, apart = ~(stable & ~same.ravel()).any(axis=1), ~(stable & same.ravel()).any(axis=1)
        several = np.select([together, apart], [KINDS.index(COORDINATION), KINDS.index(ANTI)], several)
    one = np.where(improvable, KINDS.index(INEFFICIENT), KINDS.index(NO_DILEMMA))
    one = np.where(improvable & forced, KINDS.index(PRISONERS), one)
    kind = np.select([number == 0, number == 1], [KINDS.index(CYCLE), one], several)
    return kind, only
