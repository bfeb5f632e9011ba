"""Profit and loss as a strategist reads it: the accounts of a firm's books, put together to lines.

Each account of income and expense (sim/firms/ledger.py) stands in exactly one line or is revenue, so revenue and the
lines add up to the profit, to the cent.
"""

from __future__ import annotations

from sim.firms.ledger import Account

LINES: dict[str, tuple[Account, ...]] = {
    "goods": (Account.GOODS,),
    "refunds": (Account.REFUNDS,),
    "service": (Account.SERVICE,),
    "rewards": (Account.REWARDS, Account.BREAKAGE),
    "benefits": (Account.BENEFITS, Account.SURPRISES),
    "running": (Account.PROGRAMME, Account.FULFILMENT),
    "abuse": (Account.FRAUD,),
    "fees": (Account.FEES,),
    "partners": (Account.SETTLEMENT, Account.OUTSIDE, Account.FUNDING),
    "complaints": (Account.RECOVERY,),
    "communication": (Account.COMMUNICATION,),
    "acquisition": (Account.ACQUISITION,),
    "staff": (Account.STAFF,),
    "improvement": (Account.IMPROVEMENT,),
    "dealers": (Account.CHANNEL,),
    "crisis": (Account.CRISIS,),
    "selection": (Account.SELECTION,),
    "fixed": (Account.FIXED,),
}
"""Line -> its accounts; revenue is two lines of its own."""
WORDS: dict[str, str] = {
    "goods": "goods sold",
    "refunds": "goods brought back",
    "service": "serving purchases",
    "rewards": "rewards promised, less lapsed",
    "benefits": "benefits of levels, surprises",
    "running": "running the programme",
    "abuse": "abuse of the programme",
    "fees": "membership fees",
    "partners": "partners and suppliers",
    "complaints": "complaints",
    "communication": "contacts, education, community",
    "acquisition": "winning customers",
    "staff": "staff",
    "improvement": "improvement",
    "dealers": "dealers",
    "crisis": "crisis",
    "selection": "parting with customers",
    "fixed": "fixed cost",
}
"""Lines as they are shown."""
STATEMENT: dict[str, tuple[Account, ...]] = {"revenue": (Account.REVENUE,), **LINES}
"""A whole statement of profit and loss."""
