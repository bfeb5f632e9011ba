"""What customers think and feel about the firm: satisfaction, expectation, trust, fairness, recommendation."""

from __future__ import annotations

from sim.measures.record import Record, ratio
from sim.measures.tally import INDEX_SCALE, Tally


def _mean(record: Record, tally: Tally) -> float:
    """Mean of a state of mind over the active customers at the end."""
    return ratio(record.last(tally) / INDEX_SCALE, record.last(Tally.ACTIVE))


def satisfaction(record: Record) -> float:
    """Mean satisfaction with the firm of its active customers at the end."""
    return _mean(record, Tally.SATISFACTION)


def nps(record: Record) -> float:
    """Net promoter score: 100 x (answers of 9 or 10 - answers of 0 to 6) / answers, over all surveys that the firm
    held in the measured weeks (one every 13 weeks of all active customers, unless its `survey` says otherwise)."""
    return 100.0 * ratio(record.sum(Tally.PROMOTERS) - record.sum(Tally.DETRACTORS), record.sum(Tally.ASKED))


def dissatisfied(record: Record) -> float:
    """Active customers whose satisfaction is below neutral by more than the `band` of `behaviour.satisfaction`, over
    active customers, at the end."""
    return ratio(record.last(Tally.DISSATISFIED), record.last(Tally.ACTIVE))


def satisfied(record: Record) -> float:
    """Active customers whose satisfaction is neutral, give or take the `band` of `behaviour.satisfaction`, over active
    customers, at the end. Dissatisfied, satisfied and delighted sum to 1."""
    active = record.last(Tally.ACTIVE)
    return ratio(active - record.last(Tally.DISSATISFIED) - record.last(Tally.DELIGHTED), active)


def delighted(record: Record) -> float:
    """Active customers whose satisfaction is above neutral by more than the `band` of `behaviour.satisfaction`, over
    active customers, at the end."""
    return ratio(record.last(Tally.DELIGHTED), record.last(Tally.ACTIVE))


def expectation(record: Record) -> float:
    """Mean quality that the firm's active customers expect of their next purchase there, at the end."""
    return _mean(record, Tally.EXPECTATION)


def surveyed_satisfaction(record: Record) -> float:
    """What the firm sees of satisfaction: its mean as answered, over all answers to the surveys that the firm held
    in the measured weeks. `satisfaction` is the true one, at the end."""
    return ratio(record.sum(Tally.SURVEYED_SATISFACTION) / INDEX_SCALE, record.sum(Tally.ASKED))


def trust(record: Record) -> float:
    """Mean trust in the firm of its active customers at the end: 0 none, 1 full."""
    return _mean(record, Tally.TRUST)


def equity(record: Record) -> float:
    """Mean balance of give and take of the firm's active customers at the end, in usual baskets of the customer:
    above 0 they were given more than they paid for, below 0 less."""
    return _mean(record, Tally.EQUITY)
