"""A real open panel (M09): the households that bought ketchup, and the shares of four brands.

Given to the simulator: how many households bought how often, and the shares. Not given: anything of who buys what.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.validation.buyers import Bought, penetration, purchases_per_buyer, share_of_requirements, sole_buyers
from sim.validation.dirichlet_market import settled, watched
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms

COUNTS = (
    962, 389, 200, 135, 77, 57, 42, 24, 20, 14, 5, 8, 5, 2, 1, 2, 1, 4, 3, 3, 0, 1, 0, 1,
)  # fmt: skip
"""Households that bought once, twice, ... (Ecdat, Ketchup)."""
PURCHASES = {"Heinz": 2526, "Hunts": 1019, "Del Monte": 256, "store brand": 1155}
"""Of all households together: the shares."""
MEAN, SHAPE = 2.534, 1.527
"""Gamma of purchases a household, with the mean and the variance of these counts."""
_YEAR = 52
_CUSTOMERS = 6000
"""Of whom the households are drawn."""


def households(totals: NDArray[np.int64], lots: np.random.Generator) -> NDArray[np.int64]:
    """Customers drawn so that as many bought once, twice, ... as in the panel; totals: purchases of each.

    Nobody is drawn twice unless too few bought so often; where nobody did, those who come nearest are drawn from.
    ValueError where nobody bought.
    """
    buyers = np.flatnonzero(totals)
    if not len(buyers):
        raise ValueError("nobody bought in the category; no panel can be drawn")
    drawn = []
    for count, number in enumerate(COUNTS, start=1):
        far = np.abs(totals[buyers] - count)
        alike = buyers[far == far.min()]
        drawn.append(lots.choice(alike, number, replace=number > len(alike)))
    return np.concatenate(drawn)


def ketchup(trial: Trial) -> dict[str, float]:
    """A year of four brands after a year to settle, seen in 1,956 buyers with the panel's category counts."""
    every = sum(PURCHASES.values())
    sellers = [
        {**firm, "name": name, "share": number / every}
        for firm, (name, number) in zip(firms(len(PURCHASES)), PURCHASES.items(), strict=True)
    ]
    plan = trial.world(sellers, rate=MEAN / _YEAR, shape=SHAPE, weeks=2 * _YEAR, customers=_CUSTOMERS)
    purchases = watched(settled(trial, plan), _YEAR)
    bought: Bought = purchases[:, households(purchases.sum(axis=0), trial.lots(0))]
    reach, needs = penetration(bought), share_of_requirements(bought)
    return {
        "M09a": reach[0], "M09b": purchases_per_buyer(bought)[0], "M09c": sole_buyers(bought)[0],
        "M09d": reach[1], "M09e": needs[1], "M09f": reach[2], "M09g": needs[3],
        "Heinz share": bought[0].sum() / bought.sum(), "category purchases": bought.sum() / bought.shape[1],
    }  # fmt: skip


_FEW_BRANDS = (
    "Buyers of ketchup share their purchases among more brands than a concentration of 1.3 says: the NBD-Dirichlet"
    " misses M09c, M09d and M09f as well. Inertia and attachment on top of it make buyers more loyal still."
)
EXPERIMENTS = (
    Experiment(
        ketchup,
        tuple(f"M09{x}" for x in "abcdefg"),
        context=(
            "The four shares of the panel; purchase rates gamma with the mean and the variance of its category counts"
            " (2.534 purchases, shape 1.527), over a year, as the panel does not say how long it was; concentration of"
            " preferences as by default, as nothing about who buys what is given. Of 6,000 customers 1,956 are"
            " drawn so that their category counts are those of the panel."
        ),
        reasons=dict.fromkeys(("M09c", "M09d", "M09e", "M09f"), _FEW_BRANDS),
    ),
)
