"""What the closing of a firm means for its customers: contracts with it are void, and they look for another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.population.columns import ALIVE, CONTRACT, KNOWS
from sim.population.population import Population


def lose(population: Population, firm: int, others: Sequence[int]) -> None:
    """A firm closes. others: numbers of the firms that are open.

    Who considers none of the others looks around, and considers them all; everybody else goes on with those that
    she has in mind anyway.
    """
    knows, contract = population.wholes[:, KNOWS], population.wholes[:, CONTRACT]
    bound = (contract >= 0) & ((contract & 15) == firm)
    contract[bound] = -1
    bits = np.int32(sum(1 << g for g in others))
    lost = (population.wholes[:, ALIVE] == 1) & ((knows >> firm) & 1 == 1) & ((knows & bits) == 0)
    knows[lost] |= bits
