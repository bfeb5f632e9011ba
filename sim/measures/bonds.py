"""Kinds of loyalty: attachment, deed and intention; who is loyal, latent, hostage or disloyal; the ladder.

All but attachment are read in the census: every 13 weeks all active customers of the firm are counted, those who
consider it too for the ladder. Each measure pools all censuses of the measured weeks.
"""

from __future__ import annotations

from sim.measures.record import Record, ratio
from sim.measures.tally import INDEX_SCALE, Tally

_RUNGS = (Tally.RUNG_AWARE, Tally.RUNG_SATISFIED, Tally.RUNG_LOYAL, Tally.RUNG_INTERDEPENDENT)


def _counted(record: Record, tally: Tally) -> float:
    return ratio(record.sum(tally), record.sum(Tally.CENSUS))


def _on_rung(record: Record, tally: Tally) -> float:
    return ratio(record.sum(tally), sum(record.sum(rung) for rung in _RUNGS))


def affective(record: Record) -> float:
    """Mean attachment to the firm of its active customers at the end; one unit is what 10 index points of
    satisfaction above `behaviour.attachment.indifferent`, held for long, lead to. Below 0: aversion."""
    return ratio(record.last(Tally.ATTACHMENT) / INDEX_SCALE, record.last(Tally.ACTIVE))


def behavioural(record: Record) -> float:
    """Mean over active customers of the firm's share of the purchases that the customer remembers (recent ones
    weigh more), over all censuses of the measured weeks (one every 13 weeks)."""
    return _counted(record, Tally.BEHAVIOURAL) / INDEX_SCALE


def conative(record: Record) -> float:
    """Mean stated probability of buying at the firm again of its active customers, over all censuses of the
    measured weeks (one every 13 weeks)."""
    return _counted(record, Tally.INTENTION) / INDEX_SCALE


def loyal(record: Record) -> float:
    """Active customers who are attached to the firm (attachment above 0) and make at least half of their
    remembered purchases there, over active customers, all censuses of the measured weeks together. Loyal, latent,
    hostage and disloyal sum to 1."""
    return _counted(record, Tally.LOYAL)


def latent(record: Record) -> float:
    """Active customers who are attached to the firm and make less than half of their remembered purchases there,
    over active customers, all censuses of the measured weeks together."""
    return _counted(record, Tally.LATENT)


def hostage(record: Record) -> float:
    """Active customers who are not attached to the firm and make at least half of their remembered purchases there
    all the same, over active customers, all censuses of the measured weeks together."""
    return _counted(record, Tally.HOSTAGE)


def disloyal(record: Record) -> float:
    """Active customers who are not attached to the firm and make less than half of their remembered purchases
    there, over active customers, all censuses of the measured weeks together."""
    return _counted(record, Tally.DISLOYAL)


def truly_loyal(record: Record) -> float:
    """Active customers who are delighted, state a probability of at least 1/2 to buy again and recommend the firm
    with a mark of 9 or 10, over active customers, all censuses of the measured weeks together."""
    return _counted(record, Tally.TRULY_LOYAL)


def rung_aware(record: Record) -> float:
    """Customers on the first rung of the ladder (they consider the firm, and are not active or not satisfied) over
    customers on all four, all censuses of the measured weeks together. The four rungs sum to 1."""
    return _on_rung(record, Tally.RUNG_AWARE)


def rung_satisfied(record: Record) -> float:
    """Customers on the second rung of the ladder (active and not dissatisfied, and not loyal) over customers on all
    four, all censuses of the measured weeks together."""
    return _on_rung(record, Tally.RUNG_SATISFIED)


def rung_loyal(record: Record) -> float:
    """Customers on the third rung of the ladder (satisfied, attached and making at least half of their purchases at
    the firm, and not on the fourth) over customers on all four, all censuses of the measured weeks together."""
    return _on_rung(record, Tally.RUNG_LOYAL)


def rung_interdependent(record: Record) -> float:
    """Customers on the fourth rung of the ladder (on the third, and truly loyal, and trusting the firm more than a
    newcomer does) over customers on all four, all censuses of the measured weeks together."""
    return _on_rung(record, Tally.RUNG_INTERDEPENDENT)
