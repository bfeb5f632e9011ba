"""What a scenario can hold of what a log shows: numbers kept within it, or a message with the remedy."""

from __future__ import annotations

MOST_SHAPE = 1000.0
"""Largest gamma shape, and concentration of preferences."""
MOST_BASKET, MOST_RATE = 1e7, 100.0
"""Largest mean basket, and purchases of a customer in a week."""
MOST_POINTS, MOST_THRESHOLD = 1000.0, 1e8
"""Most points per unit of money, and for a reward."""


def store_shape(r: float, share: float) -> float:
    """K = S that gives a store's own rates the gamma shape r; where the share is very small, the largest there is."""
    return min(r / share, MOST_SHAPE)


def point_unit(per_currency: float, threshold: float) -> int:
    """Points of a log that make one of the scenario: 1, or the power of ten with which its programme can be held."""
    unit = 1
    while per_currency > MOST_POINTS * unit or threshold > MOST_THRESHOLD * unit:
        unit *= 10
    return unit


def check_held(mean_rate: float, basket: float, share: float | None) -> None:
    """ValueError where a mean is more than a scenario holds, with what to do; share: of a store's own log."""
    if basket > MOST_BASKET:
        raise ValueError(
            f"the mean basket is {basket:,.0f}, and a scenario holds {MOST_BASKET:,.0f} at most: "
            "give the amounts in a larger unit, such as thousands"
        )
    if mean_rate > MOST_RATE:
        at = "" if share is None else f" at a share of {share:g}"
        remedy = "leave small brands out" if share is None else "give a larger share"
        raise ValueError(
            f"customers would buy {mean_rate:,.0f} times a week in the category{at}, and a scenario holds "
            f"{MOST_RATE:,.0f} at most: {remedy}"
        )
