"""Prices of two firms that answer each other, with inertia and without (P05)."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import Tally
from sim.validation.finding import Finding
from sim.validation.worlds import SEED, firms, world

_YEAR = 52
_COST = 0.6
_LEVELS = (1.1, 1.35, 1.6, 1.85, 2.1)
"""Prices at which markets are run; demand between them is read off a surface."""
_FINE = np.linspace(_LEVELS[0], _LEVELS[-1], 1101)
_ROUNDS = 200
Floats = NDArray[np.float64]


def units(ours: float, theirs: float, inertia: bool, replicate: int) -> tuple[int, int]:
    """Units of two firms alike, but for their prices, in the second year at these prices."""
    sellers = [
        {**firm, "unit_cost": _COST, "price": {"level": price, "usual": 1.0}}
        for firm, price in zip(firms(2), (ours, theirs), strict=True)
    ]
    plan = world(sellers, rate=1.0, shape=2.0, weeks=2 * _YEAR, customers=2000)
    if not inertia:
        plan = plan.replace("behaviour.inertia.enabled", False)
    tallies = Market(plan, seed=SEED, replicate=replicate).run().tallies[_YEAR:]
    found = tallies[..., Tally.PURCHASES].sum(axis=(0, 1, 3))
    return int(found[0]), int(found[1])


def _terms(ours: Floats, theirs: Floats) -> Floats:
    a, b = np.log(ours), np.log(theirs)
    return np.stack([np.ones_like(a), a, b, a * a, a * b, b * b, a**3, a * a * b, a * b * b, b**3], axis=-1)


def demand(inertia: bool, replicate: int) -> Floats:
    """Log of a firm's units as a cubic in the logs of both prices, by least squares over all pairs of levels."""
    pairs: list[tuple[float, float]] = []
    found: list[int] = []
    for ours, theirs in combinations_with_replacement(_LEVELS, 2):
        # Firms are alike, so one market shows demand from both sides.
        pairs += [(ours, theirs), (theirs, ours)]
        found += units(ours, theirs, inertia, replicate)
    at = np.array(pairs)
    # Half a unit more, so that a firm that sells nothing has a logarithm.
    sold: Floats = np.log(np.array(found, np.float64) + 0.5)
    return np.asarray(np.linalg.lstsq(_terms(at[:, 0], at[:, 1]), sold, rcond=None)[0], np.float64)


def equilibrium(surface: Floats, cost: float = _COST) -> float:
    """The price that is the best answer to itself, found by answering in turn; NaN where answers do not settle.

    surface: as of `demand`; cost: of a unit, over the usual price.
    """
    price = float(_FINE[len(_FINE) // 2])
    for _ in range(_ROUNDS):
        sold = np.exp(_terms(_FINE, np.full_like(_FINE, price)) @ surface)
        answer = float(_FINE[np.argmax((_FINE - cost) * sold)])
        if abs(answer - price) < 1e-9:
            inside = _FINE[0] < answer < _FINE[-1]
            return answer if inside else float("nan")
        price = answer
    return float("nan")


def duopoly(replicate: int) -> dict[str, float]:
    """Prices that are best answers to each other, held for good, with inertia as shipped and with none; their ratio."""
    with_it, without = (equilibrium(demand(inertia, replicate)) for inertia in (True, False))
    return {"P05a": with_it / without, "with inertia": with_it, "without": without}


FINDINGS = (
    Finding(
        "P05a", "price in equilibrium, with inertia / without", 0.92, 0.8, 1.02,
        "Dube, Hitsch & Rossi 2009, JMR 46:435; contrast Farrell & Klemperer 2007",
        "duopoly of firms alike, prices held for good, profit of the second year", duopoly, role="VAL",
    ),
)  # fmt: skip
