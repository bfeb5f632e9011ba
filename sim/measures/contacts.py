"""How often the firm writes to its customers, and how many have had enough."""

from __future__ import annotations

from sim.measures.record import Record, ratio
from sim.measures.tally import Tally


def contact_rate(record: Record) -> float:
    """Contacts received over customer-years, in the measured weeks. A customer-year is 52 weeks at whose end a
    customer is active. Advertising does not count."""
    return ratio(record.sum(Tally.CONTACTS), record.years(Tally.ACTIVE))


def opt_out_rate(record: Record) -> float:
    """Customers who asked for no more contacts over reachable customer-years, in the measured weeks. A reachable
    customer-year is 52 weeks at whose end a customer is active and has not asked that. NaN where nobody was
    reachable."""
    return ratio(record.sum(Tally.OPT_OUTS), record.years(Tally.REACHABLE))
