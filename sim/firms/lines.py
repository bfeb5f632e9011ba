"""What a dealer can expect of the lines she carries, and of those she might: her side of the market.

If she carries a share c of what her customers want, a share c + divert x (1 - c) of them buy of her, and the lines she
has divide their purchases as their shares are to each other. So from what was sold under any selection follows what
would be sold under another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.rules.dealing import DealingNumbers, expected_share, sales_left

Numbers = NDArray[np.float64]
Bools = NDArray[np.bool_]


def in_order(amounts: Numbers) -> Numbers:
    """Sum over the last axis, added up from left to right, so that the bits are the same on every machine."""
    total = np.zeros(amounts.shape[:-1])
    for f in range(amounts.shape[-1]):
        total = total + amounts[..., f]
    return total


@dataclass(frozen=True)
class Lines:
    """What customers of each dealer want.

    share: of all that is wanted, by firm. turnover: cents a quarter that each dealer would sell at list price if she
    carried everything, dealer x 1.
    """

    share: Numbers
    turnover: Numbers

    @classmethod
    def of(
        cls,
        carries: Bools,
        listed: NDArray[np.int64],
        believed: Numbers,
        usual: Numbers,
        rule: DealingNumbers,
    ) -> Lines:
        """Read off a quarter: carries and listed (cents at list price) are dealer x firm.

        believed: shares by firm as they were held to be; usual: as they are known to be where a firm is sold.
        """
        total = listed.sum(axis=1)
        carried = in_order(np.where(carries, believed, 0.0))
        like_all = np.rint(listed * carried[:, None]).astype(np.int64)
        where = np.where(carries, total[:, None], 0).sum(axis=0)
        seen = np.where(carries, like_all, 0).sum(axis=0) / np.maximum(where, 1)
        share = expected_share(seen, usual, carries.sum(axis=0) / len(carries), rule)
        share = share / max(float(in_order(share)), 1e-9)
        kept = sales_left(carried, rule)
        turnover = np.where(kept > 0.0, total / np.where(kept > 0.0, kept, 1.0), 0.0)
        return cls(share, turnover[:, None])

    @property
    def wanted(self) -> Numbers:
        """Cents a quarter that each line would sell at each dealer beside all others, dealer x firm."""
        return self.turnover * self.share

    def sales(self, chosen: Bools, rule: DealingNumbers) -> Numbers:
        """Cents a quarter that each line would sell under a selection, dealer x firm; 0 for those left out."""
        carried = in_order(np.where(chosen, self.share, 0.0))[:, None]
        factor = sales_left(carried, rule) / np.where(carried > 0.0, carried, 1.0)
        return np.where(chosen, self.wanted * factor, 0.0)


def best_lines(
    candidates: Bools, alone: Bools, lines: Lines, rate: Numbers, fixed: Numbers, rule: DealingNumbers
) -> Bools:
    """What each dealer carries: all candidates that share the shop, or one that asks to be alone; what brings more.

    alone: makers that ask for it, by firm. rate: income felt per cent of list price, dealer x firm. fixed: income of a
    line whatever is sold, less its cost, cents a quarter by firm.
    """
    best = candidates & ~alone
    value = np.where(best.any(axis=1), _income(best, lines, rate, fixed, rule), -np.inf)
    for f in np.flatnonzero(alone):
        only = np.zeros_like(candidates)
        only[:, f] = candidates[:, f]
        income = np.where(candidates[:, f], _income(only, lines, rate, fixed, rule), -np.inf)
        best = np.where((income > value)[:, None], only, best)
        value = np.maximum(value, income)
    return best


def _income(chosen: Bools, lines: Lines, rate: Numbers, fixed: Numbers, rule: DealingNumbers) -> Numbers:
    return in_order(np.where(chosen, rate * lines.sales(chosen, rule) + fixed, 0.0))
