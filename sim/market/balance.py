"""Do the ledgers of points and stamps balance? Asked every week, of all firms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.measures.tally import Tally

POINTS_GONE = [
    Tally.POINTS_REDEEMED, Tally.POINTS_EXPIRED, Tally.POINTS_FORFEITED, Tally.POINTS_REVERSED, Tally.POINTS_STOLEN
]  # fmt: skip
"""The ways out of a points account."""
STAMPS_GONE = [Tally.STAMPS_HANDED_IN, Tally.STAMPS_FORFEITED]
"""The ways out of a stamp card."""


def check_accounts(
    week: int, before: NDArray[np.int64], now: NDArray[np.int64], owners: Sequence[int]
) -> None:
    """Points and stamps neither vanish nor appear: balance before + earned = used + lost + balance now.

    before, now: tally of last week and of this, firm x TALLIES. owners: for each firm, the firm whose programme is in
    force there. Raises ArithmeticError where they do not balance.
    """
    points = before[:, Tally.POINTS_BALANCE] + now[:, Tally.POINTS_EARNED] - now[:, Tally.POINTS_BALANCE]
    points = points - now[:, POINTS_GONE].sum(axis=1)
    stamps = before[:, Tally.STAMPS_BALANCE] + now[:, Tally.STAMPS_GIVEN] - now[:, Tally.STAMPS_BALANCE]
    stamps = stamps - now[:, STAMPS_GONE].sum(axis=1)
    for one in (points, stamps):
        # Partners earn and redeem in the programme of its owner.
        at_owners = np.zeros_like(one)
        np.add.at(at_owners, list(owners), one)
        if at_owners.any():
            raise ArithmeticError(f"week {week}: the ledgers of points or stamps do not balance")
