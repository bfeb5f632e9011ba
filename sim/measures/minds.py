"""Satisfaction and recommendation."""

from __future__ import annotations

from sim.measures.record import Record, ratio
from sim.measures.tally import INDEX_SCALE, Tally


def satisfaction(record: Record) -> float:
    """Mean satisfaction with the firm of its active customers at the end."""
    return ratio(record.last(Tally.SATISFACTION) / INDEX_SCALE, record.last(Tally.ACTIVE))


def nps(record: Record) -> float:
    """Net promoter score: 100 x (answers of 9 or 10 - answers of 0 to 6) / answers, over all surveys of active
    customers in the measured weeks (one every 13 weeks)."""
    return 100.0 * ratio(record.sum(Tally.PROMOTERS) - record.sum(Tally.DETRACTORS), record.sum(Tally.ASKED))
