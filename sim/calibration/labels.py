"""What segments are called: after pace, basket and brand, where these differ from those of all customers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.calibration.component import Component

Array = NDArray[np.float64]

APART = 1.25
"""Ratio to the mean of all customers from which on a segment is named after it."""
FAVOURITE = 0.5
"""Share of a segment's purchases from which on a brand is its own."""


def names_of(
    components: Sequence[Component], baskets: Sequence[float], shares: Array, brands: Sequence[str]
) -> list[str]:
    """Names such as "light", "heavy, big baskets" or "heavy, mostly Harbour", all different.

    components, baskets and shares are in one order; a single segment is called "customers".
    """
    if len(components) == 1:
        return ["customers"]
    rates = np.array([c.timing.mean_rate for c in components])
    pace = rates / float(shares @ rates)
    bought = shares * rates
    basket = np.array(baskets) / float(bought @ np.array(baskets) / bought.sum())
    names: list[str] = []
    for i, c in enumerate(components):
        words = ["heavy" if pace[i] >= APART else "light" if pace[i] <= 1 / APART else "middling"]
        if basket[i] >= APART or basket[i] <= 1 / APART:
            words.append("big baskets" if basket[i] > 1 else "small baskets")
        if c.tastes is not None and len(brands) == len(c.tastes):
            part = c.tastes / c.tastes.sum()
            market = shares @ np.array(
                [k.tastes / k.tastes.sum() for k in components if k.tastes is not None]
            )
            top = int(np.argmax(part))
            if part[top] >= FAVOURITE and part[top] >= APART * market[top]:
                words.append(f"mostly {brands[top][:40]}")
        name = ", ".join(words)
        again = sum(other == name or other.startswith(f"{name} (") for other in names)
        names.append(f"{name} ({again + 1})" if again else name)
    return names
