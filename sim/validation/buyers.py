"""What a panel shows of brands: from purchases, brand x customer, a number a brand.

Customers who bought nothing in the category count among all households, and nowhere else. NaN for a brand without
buyers.

Source: Ehrenberg 1988, Repeat-Buying; Goodhardt, Ehrenberg & Chatfield 1984, JRSS A 147:621.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bought = NDArray[np.int64]
Numbers = NDArray[np.float64]


def buyers(bought: Bought) -> Numbers:
    """Number of customers who bought a brand."""
    return np.asarray((bought > 0).sum(axis=1), np.float64)


def penetration(bought: Bought) -> Numbers:
    """Share of customers who bought a brand."""
    return np.asarray(buyers(bought) / bought.shape[1])


def purchases_per_buyer(bought: Bought) -> Numbers:
    """Purchases of a brand per buyer of it."""
    return np.asarray(bought.sum(axis=1) / buyers(bought))


def share_of_requirements(bought: Bought) -> Numbers:
    """Share of the category purchases of a brand's buyers that is the brand's."""
    return np.asarray(bought.sum(axis=1) / ((bought > 0) @ bought.sum(axis=0)))


def sole_buyers(bought: Bought) -> Numbers:
    """Share of a brand's buyers who bought nothing else in the category."""
    return np.asarray(((bought > 0) & (bought == bought.sum(axis=0))).sum(axis=1) / buyers(bought))


def once_only(bought: Bought) -> Numbers:
    """Share of a brand's buyers who bought it just once."""
    return np.asarray((bought == 1).sum(axis=1) / buyers(bought))


def duplication(bought: Bought) -> Numbers:
    """Share of the buyers of a brand (row) who also bought another (column); NaN for the brand itself."""
    buys = (bought > 0).astype(np.float64)
    shares = buys @ buys.T / buyers(bought)[:, None]
    np.fill_diagonal(shares, np.nan)
    return np.asarray(shares)


def heavy_share(bought: Bought, part: float = 0.2) -> Numbers:
    """Share of a brand's purchases made by the heaviest part of its buyers, the last of these counted in part."""
    found = []
    for brand in bought:
        ranked = np.sort(brand[brand > 0])[::-1]
        curve = np.concatenate(([0], np.cumsum(ranked)))
        found.append(float(np.interp(part * len(ranked), np.arange(len(curve)), curve)) / curve[-1])
    return np.array(found)
