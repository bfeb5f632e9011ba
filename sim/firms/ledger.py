"""A firm's ledger: double entry, in whole cents, closed every week.

Every posting debits one account and credits another by the same amount, so debits and credits always sum to
zero, and assets - liabilities - equity = 0 every week, to the cent.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Account(IntEnum):
    """Accounts of a firm; balances are kept as debits minus credits."""

    CASH = 0
    """asset"""
    POINTS_LIABILITY = 1
    """liability: what the rewards promised by points and stamps outstanding will cost"""
    REVENUE = 2
    """income: sales at the prices paid"""
    BREAKAGE = 3
    """income: promises that lapsed with points and stamps expired or forfeited"""
    GOODS = 4
    """expense: cost of goods sold"""
    SERVICE = 5
    """expense: cost of serving purchases"""
    REWARDS = 6
    """expense: rewards promised, when points and stamps are earned"""
    PROGRAMME = 7
    """expense: launch and running of the programme"""
    FIXED = 8
    """expense: fixed cost"""
    RECOVERY = 9
    """expense: answering complaints, and compensation"""
    COMMUNICATION = 10
    """expense: contacts, customer data, education, community, gifts"""
    ACQUISITION = 11
    """expense: advertising, first-purchase deals, referral rewards, win-back"""
    FULFILMENT = 12
    """expense: handing out rewards"""
    BENEFITS = 13
    """expense: soft benefits of levels"""
    SURPRISES = 14
    """expense: gifts of the programme that nobody was promised"""
    FRAUD = 15
    """expense: points of second accounts, points given back to members who were robbed, points kept by staff"""
    REFUNDS = 16
    """expense: money paid back for purchases brought back, less the goods that came back"""
    FEES = 17
    """income: membership fees less those given back, when they are paid (nothing is spread over the period)"""
    SETTLEMENT = 18
    """income of the owner of a programme, expense of a partner: points issued at partner firms; income of a partner:
    what the owner pays for rewards redeemed there"""
    OUTSIDE = 19
    """income: points that partners outside the category bought for our members"""
    FUNDING = 20
    """income: suppliers' share of the rewards handed out"""
    STAFF = 21
    """expense: wages, training, hiring, severance"""
    IMPROVEMENT = 22
    """expense: budget for improvement"""
    CHANNEL = 23
    """expense: what dealers keep of what customers pay, rebates, support and policing, less fines"""
    CRISIS = 24
    """expense: recall and compensation in a crisis"""
    SELECTION = 25
    """expense: parting with customers, less what other firms pay for them; expense of those who take them over"""


ACCOUNTS = len(Account)
INCOME_AND_EXPENSE = tuple(Account)[Account.REVENUE :]


class Ledger:
    """The books of one firm; `close_week` keeps the balances of each week."""

    def __init__(self) -> None:
        self._balances = [0] * ACCOUNTS
        self._weeks: list[list[int]] = []

    def post(self, debit: Account, credit: Account, cents: int) -> None:
        """Move an amount from credit to debit. A negative amount is the opposite posting."""
        self._balances[debit] += cents
        self._balances[credit] -= cents

    def balance(self, account: Account) -> int:
        """Debits minus credits of an account, in cents."""
        return self._balances[account]

    @property
    def equity(self) -> int:
        """Retained profit: income minus expense since the start, in cents."""
        return -sum(self._balances[Account.REVENUE :])

    @property
    def imbalance(self) -> int:
        """Assets - liabilities - equity, in cents; 0 in books that are right."""
        # Of debits less credits assets, liabilities (below 0) and equity (below 0) are all there is.
        return sum(self._balances)

    def close_week(self) -> None:
        """Keep the balances at the end of a week. Raises ArithmeticError if the books do not balance."""
        if self.imbalance:
            raise ArithmeticError(f"the books are out of balance by {self.imbalance} cents")
        self._weeks.append(self._balances.copy())

    @property
    def weeks(self) -> NDArray[np.int64]:
        """Balances at the end of each week: week x account, cents, debits positive."""
        return np.array(self._weeks, np.int64).reshape(-1, ACCOUNTS)

    @property
    def last_profit(self) -> int:
        """Profit of the last week that was closed, cents."""
        equity = [-sum(balances[Account.REVENUE :]) for balances in self._weeks[-2:]]
        return equity[-1] - (equity[0] if len(equity) > 1 else 0)

    @property
    def profits(self) -> NDArray[np.int64]:
        """Profit of each week, cents."""
        equity: NDArray[np.int64] = -self.weeks[:, Account.REVENUE :].sum(axis=1)
        return np.diff(equity, prepend=np.int64(0))
