"""What a reward programme does: members, redemption, breakage, liability.

Points and stamps are added up at what they cost the firm when they are redeemed.
"""

from __future__ import annotations

from sim.measures.record import Record, ratio
from sim.measures.tally import Tally


def _cost(record: Record, points: int, stamps: int) -> float:
    point, stamp = record.reward_costs
    return points * point + stamps * stamp


def _earned(record: Record) -> float:
    return _cost(record, record.sum(Tally.POINTS_EARNED), record.sum(Tally.STAMPS_GIVEN))


def active_members(record: Record) -> float:
    """Members of the programme who are active customers, at the end."""
    return float(record.last(Tally.ACTIVE, members_only=True))


def redemption_rate(record: Record) -> float:
    """Rewards redeemed over rewards earned in the measured weeks; NaN where nothing is earned."""
    used = _cost(record, record.sum(Tally.POINTS_REDEEMED), record.sum(Tally.STAMPS_HANDED_IN))
    return ratio(used, _earned(record))


def breakage(record: Record) -> float:
    """Rewards lost (points expired; points and stamps forfeited) over rewards earned in the measured weeks; NaN
    where nothing is earned."""
    points = record.sum(Tally.POINTS_EXPIRED) + record.sum(Tally.POINTS_FORFEITED)
    return ratio(_cost(record, points, record.sum(Tally.STAMPS_FORFEITED)), _earned(record))


def points_liability(record: Record) -> float:
    """What redeeming all points and stamps outstanding at the end would cost."""
    return float(record.liabilities[-1]) / 100.0
