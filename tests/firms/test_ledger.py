"""Double entry: whatever is posted, assets are liabilities and equity, to the cent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.firms.ledger import ACCOUNTS, INCOME_AND_EXPENSE, Account, Ledger

ACCOUNT = st.sampled_from(list(Account))
POSTINGS = st.lists(st.tuples(ACCOUNT, ACCOUNT, st.integers(-(10**12), 10**12)), max_size=30)


@given(st.lists(POSTINGS, max_size=6))
def test_books_balance_whatever_is_posted(weeks: list[list[tuple[Account, Account, int]]]) -> None:
    ledger = Ledger()
    for postings in weeks:
        for debit, credit, cents in postings:
            ledger.post(debit, credit, cents)
            assert ledger.imbalance == 0
        ledger.close_week()
    assert not ledger.weeks.sum(axis=1).any()
    assert ledger.profits.sum() == ledger.equity


def test_a_posting_moves_an_amount_from_one_account_to_another() -> None:
    ledger = Ledger()
    ledger.post(Account.CASH, Account.REVENUE, 500)
    ledger.post(Account.GOODS, Account.CASH, 300)
    assert ledger.balance(Account.CASH) == 200
    assert ledger.balance(Account.REVENUE) == -500
    assert ledger.balance(Account.GOODS) == 300
    assert ledger.equity == 200


def test_a_promise_is_an_expense_when_given_and_no_expense_when_kept() -> None:
    ledger = Ledger()
    ledger.post(Account.REWARDS, Account.POINTS_LIABILITY, 80)
    assert ledger.equity == -80
    ledger.post(Account.POINTS_LIABILITY, Account.CASH, 80)
    assert ledger.equity == -80
    assert ledger.balance(Account.POINTS_LIABILITY) == 0
    assert ledger.balance(Account.CASH) == -80


def test_a_promise_that_lapses_is_income() -> None:
    ledger = Ledger()
    ledger.post(Account.REWARDS, Account.POINTS_LIABILITY, 80)
    ledger.post(Account.POINTS_LIABILITY, Account.BREAKAGE, 80)
    assert ledger.equity == 0


def test_the_profit_of_a_week_is_what_equity_grew_by() -> None:
    ledger = Ledger()
    for revenue, cost in ((500, 100), (0, 70), (20, 20)):
        ledger.post(Account.CASH, Account.REVENUE, revenue)
        ledger.post(Account.FIXED, Account.CASH, cost)
        ledger.close_week()
    assert ledger.profits.tolist() == [400, -70, 0]
    assert ledger.weeks.shape == (3, ACCOUNTS)
    assert ledger.weeks[:, Account.CASH].tolist() == [400, 330, 330]


def test_books_of_no_weeks_have_no_profits() -> None:
    assert Ledger().weeks.shape == (0, ACCOUNTS)
    assert Ledger().profits.tolist() == []


def test_books_that_do_not_balance_are_not_closed() -> None:
    ledger = Ledger()
    ledger.post(Account.CASH, Account.REVENUE, 500)
    ledger._balances[Account.CASH] += 1
    assert ledger.imbalance == 1
    with pytest.raises(ArithmeticError, match="out of balance by 1 cents"):
        ledger.close_week()


def test_amounts_beyond_the_reach_of_floating_point_keep_their_cent() -> None:
    ledger = Ledger()
    ledger.post(Account.CASH, Account.REVENUE, 2**60)
    ledger.post(Account.CASH, Account.REVENUE, 1)
    ledger.close_week()
    assert ledger.profits.tolist() == [2**60 + 1]


def test_the_profit_and_loss_account_leaves_out_what_is_owned_and_owed() -> None:
    assert set(Account) - set(INCOME_AND_EXPENSE) == {Account.CASH, Account.POINTS_LIABILITY}
    np.testing.assert_array_equal(sorted(Account), range(ACCOUNTS))
