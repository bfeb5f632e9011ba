"""What is on the accounts of all members at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.population.columns import Row
from sim.population.population import Population

LOTS = 5


def balances(people: Population) -> NDArray[np.int64]:
    """Points (pending ones and vouchers too) and stamps of all customers: programme x (points, stamps) x customer."""
    out = np.zeros((people.programmes, 2, len(people)), np.int64)
    for p in range(people.programmes):
        for part in range(LOTS):
            out[p, 0] += people.column("lots", p, part)
        for name in ("vouchers", "pending"):
            for part in range(people.layout[p].get(Row[name.upper()], 0)):
                out[p, 0] += people.column(name, p, part)
        out[p, 1] = people.column("stamps", p)
    return out


def memberships(people: Population) -> NDArray[np.int32]:
    """Since when customers are members, -1 for no member: programme x customer."""
    since = [people.column("member_since", p) for p in range(people.programmes)]
    return np.array(since, np.int32).reshape(people.programmes, len(people))
