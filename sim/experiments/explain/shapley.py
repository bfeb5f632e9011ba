"""The Shapley value: what each player adds to a coalition, averaged over all orders in which they may come.

    phi_i = sum over coalitions S without i of |S|! (n - |S| - 1)! / n! x (v(S + i) - v(S))

The contributions add up to v(all) - v(nobody); a player who changes nothing gets 0; two who change the same get the
same. With more than EXACT players the mean is over orders drawn at random, each of which adds up, too.

Everything is reckoned in fractions, so that nothing is lost in adding up.

Sources: Shapley 1953, in Contributions to the Theory of Games II, 307; Castro, Gómez & Tejada 2009, Computers &
Operations Research 36:1726 (orders drawn at random, and their standard error).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import factorial

import numpy as np

EXACT = 6
"""Most players whose coalitions are all played."""

Coalition = frozenset[str]
Order = tuple[str, ...]


def every(players: Sequence[str]) -> list[Coalition]:
    """All coalitions, the small ones first."""
    return [Coalition(c) for n in range(len(players) + 1) for c in combinations(players, n)]


def exact(players: Sequence[str], worth: Mapping[Coalition, Fraction]) -> dict[str, Fraction]:
    """Shapley value of each player; worth: of every coalition."""
    n = len(players)
    found = dict.fromkeys(players, Fraction(0))
    for player in players:
        others = [other for other in players if other != player]
        for coalition in every(others):
            ways = Fraction(factorial(len(coalition)) * factorial(n - len(coalition) - 1), factorial(n))
            found[player] += ways * (worth[coalition | {player}] - worth[coalition])
    return found


def orders(players: Sequence[str], count: int, seed: int) -> list[Order]:
    """So many orders drawn at random, the same for the same seed."""
    draw = np.random.default_rng([seed, count, len(players)])
    return [tuple(players[i] for i in draw.permutation(len(players))) for _ in range(count)]


def needed(drawn: Sequence[Order]) -> list[Coalition]:
    """Coalitions that these orders pass through, each once, the small ones first."""
    passed = [Coalition(order[:n]) for order in drawn for n in range(len(order) + 1)]
    return sorted(dict.fromkeys(passed), key=lambda c: (len(c), sorted(c)))


def marginals(order: Order, worth: Mapping[Coalition, Fraction]) -> dict[str, Fraction]:
    """What each player adds when they come in this order."""
    return {
        player: worth[Coalition(order[: n + 1])] - worth[Coalition(order[:n])]
        for n, player in enumerate(order)
    }


def sampled(drawn: Sequence[Order], worth: Mapping[Coalition, Fraction]) -> dict[str, Fraction]:
    """Mean of what each player adds over these orders."""
    steps = [marginals(order, worth) for order in drawn]
    return {player: sum((step[player] for step in steps), Fraction(0)) / len(steps) for player in drawn[0]}


def sampling_error(drawn: Sequence[Order], worth: Mapping[Coalition, Fraction]) -> dict[str, float]:
    """Standard error of `sampled`: of the orders drawn, not of the worlds. NaN with one order."""
    steps = [marginals(order, worth) for order in drawn]
    found = {}
    for player in drawn[0]:
        values = np.array([float(step[player]) for step in steps])
        found[player] = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")
    return found
