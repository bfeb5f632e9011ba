"""The books of a reward programme: what it costs, what it brings in, what is still owed to customers.

Rewards cost when they are promised: when points are earned and stamps given, at what they will cost the firm. A
promise that lapses is taken off again. Profit holds all of these; the deferred revenue stands beside it.
"""

from __future__ import annotations

from sim.measures.record import Record, ratio
from sim.measures.tally import Tally

REWARDS = ("rewards", "breakage", "fulfilment", "surprises")
"""Accounts of what rewards cost."""
COSTS = (*REWARDS, "fraud", "programme", "benefits")
"""Accounts of what a programme costs; lower prices for members are money that never came in, and have none."""
INCOME = ("fees", "outside", "settlement", "funding")
"""Accounts of what a programme brings in besides sales."""


def reward_cost(record: Record) -> float:
    """What rewards cost the firm in the measured weeks: promised by points earned and stamps given, less promises that
    lapsed, with surprise gifts and with the cost of handing rewards out. Lower prices are not counted."""
    return record.spent(*REWARDS)


def fraud_cost(record: Record) -> float:
    """What abuse of the programme cost in the measured weeks: points given back to members who were robbed, points of
    second accounts, points that staff kept. What thieves redeem was promised before, and is part of reward_cost."""
    return record.spent("fraud")


def programme_cost(record: Record) -> float:
    """All that the programme cost in the measured weeks: reward_cost, fraud_cost, soft benefits, launch, platform and
    staff, and what lower prices for members took off the posted prices."""
    return record.spent(*COSTS) + record.sum(Tally.DISCOUNT) / 100.0


def programme_income(record: Record) -> float:
    """What the programme brought in besides sales in the measured weeks: membership fees, less those given back;
    points bought by partners, less points bought from the owner of a programme; what suppliers paid. Fees count when
    they are paid."""
    return 0.0 - record.spent(*INCOME)


def programme_result(record: Record) -> float:
    """What the programme brought in (programme_income) less what it cost (programme_cost), in the measured weeks. Its
    effect on sales is not in it."""
    return programme_income(record) - programme_cost(record)


def cost_to_serve_member(record: Record) -> float:
    """Cost of the programme (programme_cost) over member-years (52 weeks at whose end a customer is a member), in the
    measured weeks; NaN without members."""
    return ratio(programme_cost(record), record.years(Tally.MEMBERS))


def deferred_revenue(record: Record) -> float:
    """What customers and partners have paid for points that are not used yet, at the end: the price of purchases is
    shared between goods and points in proportion to stand-alone selling prices, and the points' share is earned as
    points are redeemed (IFRS 15, ASC 606)."""
    return record.deferred / 100.0


def ultimate_breakage(record: Record) -> float:
    """Points expected never to be redeemed over all points ever issued, as expected at the end; points taken back for
    returned goods are not counted. NaN where none was issued."""
    return record.expected_breakage
