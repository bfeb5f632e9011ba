"""Which brands each customer bought, and when: the brands worth a column of their own, all others as one.

A purchase is a row of the log: a customer, day and brand, or whatever finer occasion the log keeps apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calibration.brands import MOST_FIRMS, OTHER
from sim.calibration.transactions import Log

SMALLEST = 0.02
"""Share of purchases from which on a brand has a column of its own."""
FEW = 8
"""So many of the largest have one where no brand reaches that share."""


def leading(log: Log, *, most: int = MOST_FIRMS - 1) -> tuple[str, ...]:
    """The brands with at least 2 % of purchases, the largest first, at most so many; where none has, the 8 largest.

    A brand that the log itself calls 'Other' is never among them.
    """
    count = np.bincount(log.brand, minlength=len(log.brands))
    order = sorted(range(len(log.brands)), key=lambda b: (-int(count[b]), log.brands[b]))
    named = [b for b in order if log.brands[b] != OTHER and count[b] > 0]
    large = [b for b in named if count[b] >= SMALLEST * count.sum()] or named[:FEW]
    return tuple(log.brands[b] for b in large[:most])


@dataclass(frozen=True, eq=False)
class Choices:
    """The purchases of a log, one entry each, customer by customer in the order of time."""

    brands: tuple[str, ...]
    """leading brands, and at the end 'Other': all others, also those still to come"""
    customer: NDArray[np.int64]
    day: NDArray[np.int64]
    brand: NDArray[np.int64]
    counts: NDArray[np.int64]
    """customers x brands"""

    @classmethod
    def of(cls, log: Log, brands: tuple[str, ...], customers: tuple[str, ...] | None = None) -> Choices:
        """The choices of a log between these brands and all others.

        customers: whose rows the counts are to have, in this order (default: the log's); customers of the log who are
        not among them follow after the last, in the log's order.
        """
        place = {name: i for i, name in enumerate(brands)}
        column = np.array([place.get(name, len(brands)) for name in log.brands], dtype=np.int64)[log.brand]
        row = {name: i for i, name in enumerate(log.customers if customers is None else customers)}
        people = np.array([row.setdefault(name, len(row)) for name in log.customers], dtype=np.int64)
        customer = people[log.customer]
        order = np.lexsort((column, log.day, customer))
        counts = np.zeros((len(row), len(brands) + 1), np.int64)
        np.add.at(counts, (customer, column), 1)
        return cls((*brands, OTHER), customer[order], log.day[order], column[order], counts)
