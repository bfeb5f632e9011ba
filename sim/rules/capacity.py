"""Capacity: a firm that is asked for more than it can serve turns customers away.

served = min(1, capacity / demand), the chance of each customer who has the firm in mind to be served this week;
demand <- (1 - w) x demand + w x purchases / served, what would have been bought had all been served (purchases per
week), as the firm reckons it from its own till. A customer who is turned away buys elsewhere, or not at all. Over the
weeks a firm sells as much as its capacity; in a single week it may sell some more, as luck has it.
Capacity belongs to the firm (purchases per week); without it served = 1.

Source: Lilien, Kotler & Moorthy 1992, Marketing Models (sales under constrained supply: from memory); the weight is
judgement.
"""

from __future__ import annotations

WEIGHT = 0.3
"""Weight of the last week in what a firm takes for its demand."""


def next_demand(demand: float, purchases: int, served: float) -> float:
    """Demand as the firm reckons it after a week (purchases per week); below 0 it knows nothing yet."""
    asked = purchases / served
    return asked if demand < 0 else (1.0 - WEIGHT) * demand + WEIGHT * asked


def served_share(capacity: float, demand: float) -> float:
    """Chance of a customer to be served, 0 to 1, at this capacity and demand (purchases per week)."""
    return min(1.0, capacity / demand) if demand > 0 else 1.0
