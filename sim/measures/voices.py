"""What customers tell their friends about the firm."""

from __future__ import annotations

from sim.measures.record import Record, ratio
from sim.measures.tally import Tally


def praise_rate(record: Record) -> float:
    """Times that a customer praised the firm to friends, over customer-years (52 weeks at whose end a customer is
    active), in the measured weeks. Referrals count apart."""
    return ratio(record.sum(Tally.PRAISE), record.years(Tally.ACTIVE))


def warning_rate(record: Record) -> float:
    """Times that a customer, active still or not, warned friends of the firm, over customer-years (52 weeks at whose
    end a customer is active), in the measured weeks."""
    return ratio(record.sum(Tally.WARNINGS), record.years(Tally.ACTIVE))


def praise_to_warnings(record: Record) -> float:
    """Times that a customer praised the firm over times that one warned of it, in the measured weeks; referrals
    count as neither. NaN where nobody warned."""
    return ratio(record.sum(Tally.PRAISE), record.sum(Tally.WARNINGS))


def audience_ratio(record: Record) -> float:
    """Friends who heard a warning per warning given, over friends who heard praise per praise given, in the measured
    weeks; referrals count as neither. NaN where nobody warned, or no praise was heard."""
    warning = ratio(record.sum(Tally.WARNINGS_HEARD), record.sum(Tally.WARNINGS))
    praise = ratio(record.sum(Tally.PRAISE_HEARD), record.sum(Tally.PRAISE))
    return ratio(warning, praise)


def referrals(record: Record) -> float:
    """Times that a customer referred a friend to the firm, in the measured weeks."""
    return float(record.sum(Tally.REFERRALS))
