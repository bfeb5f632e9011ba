"""New customers: how they were won, and what that cost.

Won are prospects, who bought nowhere in the category before (`customers.prospects`). Who changes from a rival, or
takes the place of one who left the market, is not counted here.
"""

from __future__ import annotations

from sim.measures.record import Record, ratio
from sim.measures.tally import Tally

_CHANNELS = (
    Tally.ACQUIRED_BY_ADVERTISING,
    Tally.ACQUIRED_BY_DEAL,
    Tally.ACQUIRED_BY_REFERRAL,
    Tally.ACQUIRED_BY_PRAISE,
)


def acquired(record: Record) -> float:
    """Prospects who entered the category for the firm in the measured weeks, by whatever channel."""
    return float(sum(record.sum(channel) for channel in _CHANNELS))


def acquired_by_advertising(record: Record) -> float:
    """Prospects who entered the category for the firm in the measured weeks, won by its advertising."""
    return float(record.sum(Tally.ACQUIRED_BY_ADVERTISING))


def acquired_by_deal(record: Record) -> float:
    """Prospects who entered the category for the firm in the measured weeks, won by its first-purchase deal."""
    return float(record.sum(Tally.ACQUIRED_BY_DEAL))


def acquired_by_referral(record: Record) -> float:
    """Prospects who entered the category for the firm in the measured weeks, won by a friend who referred
    them."""
    return float(record.sum(Tally.ACQUIRED_BY_REFERRAL))


def acquired_by_praise(record: Record) -> float:
    """Prospects who entered the category for the firm in the measured weeks, won by a friend's praise."""
    return float(record.sum(Tally.ACQUIRED_BY_PRAISE))


def referral_share(record: Record) -> float:
    """Prospects won by a friend who referred them over prospects who entered the category for the firm, in the
    measured weeks; NaN where none did."""
    return ratio(acquired_by_referral(record), acquired(record))


def recommendation_share(record: Record) -> float:
    """Prospects won by a friend, by referral or by praise, over prospects who entered the category for the firm, in
    the measured weeks; NaN where none did."""
    return ratio(acquired_by_referral(record) + acquired_by_praise(record), acquired(record))


def cost_per_acquired(record: Record) -> float:
    """Expense of the firm's account `acquisition` (advertising, first-purchase deals, referral rewards, win-back) in
    the measured weeks, per prospect acquired or customer won back; NaN where there is neither."""
    return ratio(record.spent("acquisition"), acquired(record) + record.sum(Tally.WON_BACK))
