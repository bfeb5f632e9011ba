"""Prices of two firms that answer each other, with inertia and without (P05)."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from sim.measures.tally import Tally
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms

_YEAR = 52
_COST = 0.6
_LEVELS = (1.1, 1.35, 1.6, 1.85, 2.1)
"""Prices at which markets are run; demand between them is read off a surface."""
_FINE = np.linspace(_LEVELS[0], _LEVELS[-1], 1101)
_ROUNDS = 200
Floats = NDArray[np.float64]


def units(ours: float, theirs: float, inertia: bool, trial: Trial) -> tuple[int, int]:
    """Units of two firms alike, but for their prices, in the second year at these prices."""
    sellers = [
        {**firm, "unit_cost": _COST, "price": {"level": price, "usual": 1.0}}
        for firm, price in zip(firms(2), (ours, theirs), strict=True)
    ]
    plan = trial.world(sellers, rate=1.0, shape=2.0, weeks=2 * _YEAR, customers=2000)
    if not inertia:
        plan = plan.replace("behaviour.inertia.enabled", False)
    tallies = trial.market(plan).run().tallies[_YEAR:]
    found = tallies[..., Tally.PURCHASES].sum(axis=(0, 1, 3))
    return int(found[0]), int(found[1])


def _terms(ours: Floats, theirs: Floats) -> Floats:
    a, b = np.log(ours), np.log(theirs)
    return np.stack([np.ones_like(a), a, b, a * a, a * b, b * b, a**3, a * a * b, a * b * b, b**3], axis=-1)


def demand(inertia: bool, trial: Trial) -> Floats:
    """Log of a firm's units as a cubic in the logs of both prices, by least squares over all pairs of levels."""
    pairs: list[tuple[float, float]] = []
    found: list[int] = []
    for ours, theirs in combinations_with_replacement(_LEVELS, 2):
        # Firms are alike, so one market shows demand from both sides.
        pairs += [(ours, theirs), (theirs, ours)]
        found += units(ours, theirs, inertia, trial)
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


def duopoly(trial: Trial) -> dict[str, float]:
    """Prices that are best answers to each other, held for good, with inertia as shipped and with none; their ratio."""
    with_it, without = (equilibrium(demand(inertia, trial)) for inertia in (True, False))
    return {"P05a": with_it / without, "with inertia": with_it, "without": without}


EXPERIMENTS = (
    Experiment(
        duopoly,
        ("P05a",),
        context=(
            "Duopoly of firms alike, prices held for good, profit of the second year. Inertia is switched off"
            " in half of the markets, as the row asks. Each price is held for good, so that winning customers"
            " and living off them are both in the profit of the second year. No occasion ends without a"
            " purchase and tastes are far apart, so that prices in equilibrium stand well above the usual one;"
            " read their ratio, not their level."
        ),
    ),
)
