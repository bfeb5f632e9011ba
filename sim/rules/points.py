"""Points: earned on money spent, kept in lots, redeemed in whole rewards oldest first, expired by lot.

earned = floor(a x per_currency) at a purchase of amount a, reckoned in whole cents;
rewards due = floor(balance / threshold).
A member with at least the threshold redeems all whole rewards at a purchase with a probability (redeeming
takes effort, and points feel like another currency). Points of one lot period (a quarter of the life of a
point, rounded up to whole weeks) form a lot; a ring of LOTS lots turns by one each period, and what is left
in the lot that the ring returns to has expired: no point dies before its time, none outlives five periods.
Units: whole points (int32). Conservation, per member and in total, every week:
earned + welcome = redeemed + expired + forfeited + balance.

Source: first-in-first-out lots as in IFRS 15 practice; Stourm, Bradlow & Fader 2015, JMR 52:253
(stockpiling).
"""

from __future__ import annotations

from sim.arithmetic import I32, scalar
from sim.rules.parameter import Mechanism

LOTS = 5
"""Lots of a member's points ledger: four quarters of the life of a point, and one that is filling."""


class Points(Mechanism):
    """Points programmes act; off, no points are earned or wanted."""


@scalar
def rewards_due(balance, threshold):
    """Whole rewards that a balance pays for."""
    return I32(balance // threshold)


@scalar
def taken_from_lot(lot, wanted):
    """Points that a lot can give toward what is still wanted."""
    return lot if lot < wanted else wanted


def lot_period(expire_weeks: int | None) -> int:
    """Weeks during which points fall into one lot; 0 when points never expire."""
    return 0 if expire_weeks is None else -(-expire_weeks // (LOTS - 1))
