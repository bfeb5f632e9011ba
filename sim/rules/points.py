"""Points: earned on money spent, kept in lots, redeemed in whole rewards oldest first, expired by lot.

earned = floor(a x per_currency + per_visit) at a purchase of amount a, reckoned in whole cents;
rewards due = floor(balance / points of the reward).
When they are redeemed is a matter of trouble and worth (see redemption).
Points of one lot period (a quarter of the life of a point, rounded up to whole weeks) form a lot; a ring of LOTS lots
turns by one each period, and what is left in the lot that the ring returns to has expired: no point dies before its
time, none outlives five periods.
Units: whole points (int32). Conservation, per member and in total, every week:
earned = redeemed + expired + forfeited + taken back + stolen + balance.

Source: first-in-first-out lots as in IFRS 15 practice; Stourm, Bradlow & Fader 2015, JMR 52:253
(stockpiling).
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic import I32, scalar
from sim.rules.parameter import Mechanism

LOTS = 5
"""Lots of a member's points ledger: four quarters of the life of a point, and one that is filling."""


class Points(Mechanism):
    """Points programmes act; off, no points are earned or wanted."""


_MICRO_CENTS = np.float64(1e8)


@scalar
def points_earned(cents, micro_points, more):
    """Whole points (int64) for an amount in cents, at so many millionths of a point per currency unit.

    more: what is added before rounding down, in hundredths of a millionth of a point. All are whole numbers in
    float64; the quotient of whole numbers below 2^53 is rounded, but never up to the next whole number, so the floor
    is exact.
    """
    return np.int64(np.floor((np.float64(cents) * micro_points + more) / _MICRO_CENTS))


@scalar
def rewards_due(balance, threshold):
    """Whole rewards that a balance pays for."""
    return I32(balance // threshold)


@scalar
def taken_from_lot(lot, wanted):
    """Points that a lot can give toward what is still wanted."""
    return lot if lot < wanted else wanted


@scalar
def filling(week, period, start, count):
    """Which lot of a ring fills in this week; lot 0 for ever where nothing dies of age (period 0).

    period: weeks of issue in a lot; start: week, modulo the period, in which a lot begins to fill; count: lots.
    """
    return ((week - start + period * count) // period) % count if period > 0 else 0


@scalar
def turns(week, period, start):
    """Whether the ring turns in this week: what is left in the lot that begins to fill has reached its age."""
    return period > 0 and (week - start + period) % max(period, 1) == 0


def lot_period(expire_weeks: int | None) -> int:
    """Weeks during which points fall into one lot; 0 when points never expire."""
    return 0 if expire_weeks is None else -(-expire_weeks // (LOTS - 1))
