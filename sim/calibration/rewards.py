"""What a purchase log may say of a programme: points earned and redeemed, coupons; one entry a purchase.

The columns `points_earned`, `points_redeemed` and `coupon` are optional. An empty cell is nothing. A coupon is a
discount in currency, or yes and no (1 and 0 too) in the whole column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from sim.calibration.cells import Unreadable, amount_reader

EARNED, REDEEMED, COUPON = "points_earned", "points_redeemed", "coupon"
COLUMNS = (EARNED, REDEEMED, COUPON)
YES, NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0", "")


@dataclass(frozen=True, eq=False)
class Rewards:
    """Points and coupons of the purchases of a log, in its order. columns: those that the file has."""

    columns: tuple[str, ...]
    earned: NDArray[np.float64]
    """points"""
    redeemed: NDArray[np.float64]
    """points"""
    coupons: NDArray[np.float64]
    """baskets with a coupon among those that make up the purchase"""
    off: NDArray[np.float64]
    """currency that coupons took off; 0 where the log says only whether there was one"""

    def only(self, keep: NDArray[np.bool_]) -> Rewards:
        """Of these purchases."""
        return Rewards(self.columns, *(array[keep] for array in self._arrays))

    def summed(self, where: NDArray[np.int64], purchases: int) -> Rewards:
        """Added up; where: the number of the purchase that each entry is part of."""
        sums = [np.bincount(where, weights=a, minlength=purchases) for a in self._arrays]
        return Rewards(self.columns, *(total.astype(np.float64) for total in sums))

    @property
    def _arrays(self) -> tuple[NDArray[np.float64], ...]:
        return self.earned, self.redeemed, self.coupons, self.off


class RewardCells:
    """Reads the cells of these columns row by row. columns: position of each column of the file, by name."""

    def __init__(self, columns: Mapping[str, int], rows: Iterable[Sequence[str]]) -> None:
        self._columns = {name: columns[name] for name in COLUMNS if name in columns}
        self._kept: list[tuple[float, float, float, float]] = []
        seen = (
            {row[self._columns[COUPON]].strip().lower() for row in rows} if COUPON in self._columns else set()
        )
        self._yes_no = seen <= {*YES, *NO}
        self._money = amount_reader(seen - {""})

    def read(self, row: Sequence[str]) -> tuple[tuple[float, float, float, float], list[str]]:
        """Points earned and redeemed, coupons and what they took off; and what is wrong with these cells."""
        cells = {name: row[place].strip() for name, place in self._columns.items()}
        faults: list[str] = []
        earned, redeemed = (_points(name, cells.get(name, ""), faults) for name in (EARNED, REDEEMED))
        coupon, off = self._coupon(cells.get(COUPON, ""), faults)
        return (earned, redeemed, coupon, off), faults

    def keep(self, entry: tuple[float, float, float, float]) -> None:
        """Add an entry to those of the log."""
        self._kept.append(entry)

    def rewards(self) -> Rewards | None:
        """All that was kept; None where the file has none of the columns."""
        if not self._columns:
            return None
        table = np.array(self._kept, np.float64).reshape(-1, 4)
        return Rewards(tuple(self._columns), *(table[:, i].copy() for i in range(4)))

    def _coupon(self, cell: str, faults: list[str]) -> tuple[float, float]:
        if self._yes_no:
            return (1.0, 0.0) if cell.lower() in YES else (0.0, 0.0)
        if not cell:
            return 0.0, 0.0
        try:
            off = self._money(cell)[0]
        except Unreadable:
            faults.append(
                f"the coupon '{cell}' is neither an amount nor yes or no; write what it took off, such as 1.50, "
                "or yes and no in the whole column"
            )
            return 0.0, 0.0
        if off < 0:
            faults.append(f"the coupon '{cell}' is below zero; write what it took off as a positive number")
        return float(off > 0), off


def _points(column: str, cell: str, faults: list[str]) -> float:
    try:
        points = float(cell) if cell else 0.0
    except ValueError:
        points = float("nan")
    if not isfinite(points):
        faults.append(f"the {column} '{cell}' is not a number; write points such as 120, or leave it empty")
        return 0.0
    if points < 0:
        faults.append(f"the {column} '{cell}' is below zero; write points as a positive number")
    return points
