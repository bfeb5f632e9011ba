"""Do the ledgers of points and stamps balance? Asked every week, of all firms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.measures.tally import TALLIES, Tally

POINTS_GONE = [
    Tally.POINTS_REDEEMED, Tally.POINTS_EXPIRED, Tally.POINTS_FORFEITED, Tally.POINTS_REVERSED, Tally.POINTS_STOLEN
]  # fmt: skip
"""The ways out of a points account."""
STAMPS_GONE = [Tally.STAMPS_HANDED_IN, Tally.STAMPS_FORFEITED]
"""The ways out of a stamp card."""
_BEFORE, _NOW = np.zeros((2, TALLIES, 2), np.int64)
"""What a balance was before, and what came of it: TALLIES x (points, stamps)."""
_BEFORE[[Tally.POINTS_BALANCE, Tally.STAMPS_BALANCE], [0, 1]] = 1
_NOW[[Tally.POINTS_EARNED, Tally.STAMPS_GIVEN], [0, 1]] = 1
_NOW[[Tally.POINTS_BALANCE, Tally.STAMPS_BALANCE], [0, 1]] = -1
_NOW[POINTS_GONE, 0] = _NOW[STAMPS_GONE, 1] = -1


def check_accounts(
    week: int, before: NDArray[np.int64], now: NDArray[np.int64], owners: Sequence[int]
) -> None:
    """Points and stamps neither vanish nor appear: balance before + earned = used + lost + balance now.

    before, now: tally of last week and of this, firm x TALLIES. owners: for each firm, the firm whose programme is in
    force there. Raises ArithmeticError where they do not balance.
    """
    lacking = before @ _BEFORE + now @ _NOW
    if not lacking.any():
        return
    # Partners earn and redeem in the programme of its owner.
    at_owners = np.zeros_like(lacking)
    np.add.at(at_owners, list(owners), lacking)
    if at_owners.any():
        raise ArithmeticError(f"week {week}: the ledgers of points or stamps do not balance")
