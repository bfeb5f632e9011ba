"""Profit, revenue and market share."""

from __future__ import annotations

from sim.measures.record import Record, ratio
from sim.measures.tally import Tally


def profit(record: Record) -> float:
    """All income (sales, breakage, membership fees, what partners and suppliers of the programme pay) less all expense
    (goods, refunds, service, rewards as they are promised, programme, answering complaints, communication, acquisition,
    staff, improvement, fixed cost) over the measured weeks, not discounted."""
    return float(record.profits.sum()) / 100.0


def incremental_profit(record: Record) -> float:
    """Profit less the profit of the first design in the same replicate; 0 for the first design. A single market
    has nothing to compare with: NaN."""
    return float("nan")


def revenue(record: Record) -> float:
    """Money paid at the firm's till over the measured weeks."""
    return record.sum(Tally.REVENUE) / 100.0


def share(record: Record) -> float:
    """The firm's share of all purchases at firms over the measured weeks."""
    everybody = float(record.tallies[:, :, :, Tally.PURCHASES].sum())
    return ratio(record.sum(Tally.PURCHASES), everybody)
