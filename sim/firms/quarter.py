"""What a quarter has brought dealers so far, line by line, and the rebates due at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.firms.channel import Cents, share_of
from sim.scenario import Channel


def amounts(channels: Sequence[Channel], kind: str) -> list[float]:
    """The rebates of one kind, share of list price, by firm."""
    return [c.rebate.amount if c.rebate and c.rebate.kind == kind else 0.0 for c in channels]


@dataclass
class Quarter:
    """Sums since the quarter began, dealer x firm; money in cents."""

    units: Cents
    """purchases"""
    listed: Cents
    """their worth at list price"""
    counted: Cents
    """of it, sold while a rebate for a quantity was on offer"""
    outlet: Cents
    """rebate due on what was sold while one for the outlet was on offer"""
    income: Cents
    """kept + rebates + support - fines"""
    support: Cents
    """of it, the makers' part in the risk"""
    helped: Cents
    """spent by makers on the dealer"""
    undercut: Cents
    """cuts of other dealers that the maker let pass, in 1 / 10 000 of list price, summed over weeks"""
    caught: NDArray[np.bool_]
    """whether the dealer was found to sell below list price"""

    @classmethod
    def new(cls, shape: tuple[int, ...]) -> Quarter:
        """A quarter in which nothing has happened yet."""
        kinds = {field.name: np.bool_ if field.name == "caught" else np.int64 for field in fields(cls)}
        empty: dict[str, Any] = {name: np.zeros(shape, kind) for name, kind in kinds.items()}
        return cls(**empty)

    def add(self, units: Cents, listed: Cents, channels: Sequence[Channel]) -> None:
        """Take in the sales of a week under the terms of that week."""
        self.units += units
        self.listed += listed
        self.counted += np.where(np.array(amounts(channels, "fixed_quantity")) > 0.0, listed, 0)
        self.outlet += share_of(listed, amounts(channels, "fixed_outlet"))

    def rebates(self, channels: Sequence[Channel]) -> Cents:
        """Cents due at the end, dealer x firm: nothing to who was caught.

        What an outlet has earned is paid even if the maker has ended that rebate; a quantity is only paid for under
        terms that still ask for one.
        """
        needed = [c.rebate.quantity if c.rebate and c.rebate.quantity else 0 for c in channels]
        reached = self.units >= np.array(needed)
        quantity = share_of(self.counted, amounts(channels, "fixed_quantity"))
        return np.where(self.caught, 0, self.outlet + np.where(reached, quantity, 0))
