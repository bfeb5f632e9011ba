"""The money between makers and their dealers: of every sale, of every quarter, in whole cents.

The customer pays the dealer. The dealer pays the maker list price less her margin, so that what she sells below list
price is at her own cost. At the end of a quarter the maker pays rebates, every week its part in the risk; fines go back
to it. What a customer pays is always what the maker gets and what the dealer keeps, to the cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.scenario import Channel
from sim.scenario import Firm as FirmPlan
from sim.scenario.dealers import DEFAULT

Cents = NDArray[np.int64]


def channels_of(plans: Sequence[FirmPlan]) -> list[Channel]:
    """The terms of each maker; the usual ones of those that do not say."""
    return [plan.channel if plan.channel is not None else DEFAULT for plan in plans]


def makers_part(listed: Cents, channels: Sequence[Channel]) -> Cents:
    """What the makers get of a week's sales, cents, dealer x firm.

    listed: worth of the sales at the makers' list prices. The dealer's margin is rounded to the nearest cent.
    """
    part: Cents = listed - share_of(listed, [channel.margin for channel in channels])
    return part


def share_of(amount: Cents, shares: Sequence[float]) -> Cents:
    """A share of amounts in cents, dealer x firm, rounded to the nearest cent; shares: one a firm."""
    rounded: Cents = np.rint(amount * np.array(shares)).astype(np.int64)
    return rounded


def whole(per_dealer: Sequence[float]) -> Cents:
    """Amounts of currency, one a firm, in whole cents."""
    return np.rint(100.0 * np.array(per_dealer)).astype(np.int64)


@dataclass(frozen=True)
class ChannelWeek:
    """A week of all makers with their dealers: arrays by firm; money in whole cents, summed over dealers."""

    paid: Cents
    """by customers to dealers"""
    listed: Cents
    """the same sales at list price"""
    kept: Cents
    """by dealers, of what customers paid"""
    rebates: Cents
    """maker to dealers"""
    support: Cents
    """maker to dealers: its part in the risk"""
    fines: Cents
    """dealers to maker"""
    help: Cents
    """spent by the maker on dealers; to others"""
    policing: Cents
    """spent by the maker on looking at prices; to others"""
    carriers: Cents
    """dealers that carry the maker"""
    push: NDArray[np.float64]
    """mean over them, logit units; NaN without any"""
    loyalty: NDArray[np.float64]
    """mean over them, 0-1; NaN without any"""
    dealers: Cents
    """what each dealer earned with all makers, by dealer: kept + rebates + support - fines"""

    @property
    def makers_part(self) -> Cents:
        """What makers got of the sales."""
        return self.paid - self.kept

    @property
    def expense(self) -> Cents:
        """What the channel cost the makers, whose revenue is what customers paid."""
        return self.kept + self.rebates + self.support + self.help + self.policing - self.fines

    @property
    def to_dealers(self) -> Cents:
        """What dealers earned with each maker."""
        return self.kept + self.rebates + self.support - self.fines
