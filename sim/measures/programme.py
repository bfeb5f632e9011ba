"""What a reward programme does: members and their levels, rewards, club, offers, challenges; breakage, liability.

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


def active_share(record: Record) -> float:
    """Members of the programme who are active customers over all its members, at the end."""
    return ratio(active_members(record), record.last(Tally.MEMBERS))


def eligible_unredeemed(record: Record) -> float:
    """Purchases at which a reward could be had and was not (1 - those at which one was had), over purchases at which
    one could be had, in the measured weeks; NaN where there was none to be had."""
    return 1.0 - ratio(record.sum(Tally.REDEMPTIONS), record.sum(Tally.ELIGIBLE))


def effective_reward_rate(record: Record) -> float:
    """Face value of what members were given (rewards redeemed, cheques, surprises, lower prices) over what they paid
    at the firm's till, in the measured weeks. Soft benefits of levels are not counted; NaN where members paid
    nothing."""
    return ratio(float(record.faces.sum()), record.sum(Tally.REVENUE, members_only=True))


def upgrade_rate(record: Record) -> float:
    """Times that a member reached a higher level over member-years (52 weeks at whose end a customer is a member), in
    the measured weeks."""
    return ratio(record.sum(Tally.UPGRADED), record.years(Tally.MEMBERS))


def downgrade_rate(record: Record) -> float:
    """Times that a member fell to a lower level over member-years, in the measured weeks."""
    return ratio(record.sum(Tally.DOWNGRADED), record.years(Tally.MEMBERS))


def club_renewal(record: Record) -> float:
    """Paid memberships renewed over paid memberships that came up for renewal, in the measured weeks; NaN where none
    did."""
    return ratio(record.sum(Tally.RENEWALS), record.sum(Tally.RENEWALS_DUE))


def trial_conversion(record: Record) -> float:
    """Free trials of the club that ended in a paid membership over free trials that ended, in the measured weeks; NaN
    where none did."""
    return ratio(record.sum(Tally.TRIALS_CONVERTED), record.sum(Tally.TRIALS_ENDED))


def offers_used(record: Record) -> float:
    """Purchases at which a personal offer was used over personal offers made, in the measured weeks; an offer holds for
    every purchase of its week. NaN where none was made."""
    return ratio(record.sum(Tally.OFFERS_USED), record.sum(Tally.OFFERS))


def challenge_completion(record: Record) -> float:
    """Challenges completed over challenges taken up, in the measured weeks; NaN where none was."""
    return ratio(record.sum(Tally.CHALLENGES_DONE), record.sum(Tally.CHALLENGES_JOINED))
