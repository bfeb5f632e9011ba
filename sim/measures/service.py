"""Service: how often it fails, who complains, and how the firm answers."""

from __future__ import annotations

from sim.measures.record import Record, ratio
from sim.measures.tally import Tally


def failure_rate(record: Record) -> float:
    """Purchases at which service failed, core or encounter, over purchases at the firm in the measured weeks."""
    return ratio(record.sum(Tally.FAILURES), record.sum(Tally.PURCHASES))


def complaint_rate(record: Record) -> float:
    """Complaints made over purchases at which service failed, in the measured weeks; NaN where none failed."""
    return ratio(record.sum(Tally.COMPLAINTS), record.sum(Tally.FAILURES))


def answered(record: Record) -> float:
    """Complaints answered, well or badly, over complaints answered or given up, in the measured weeks; those that
    still wait do not count. NaN where none was settled."""
    settled = record.sum(Tally.ANSWERED) + record.sum(Tally.NEVER_ANSWERED)
    return ratio(record.sum(Tally.ANSWERED), settled)


def answered_well(record: Record) -> float:
    """Complaints answered to the customer's satisfaction over complaints answered, in the measured weeks; NaN where
    none was answered."""
    return ratio(record.sum(Tally.ANSWERED_WELL), record.sum(Tally.ANSWERED))


def weeks_to_answer(record: Record) -> float:
    """Mean number of whole weeks that passed between a complaint and its answer, over complaints answered in the
    measured weeks; 0: all were answered in the week after. NaN where none was answered."""
    return ratio(record.sum(Tally.WEEKS_WAITED), record.sum(Tally.ANSWERED))
