"""The waterfall adds up to the difference of profit, to the cent."""

from __future__ import annotations

import threading
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.explain import lines
from sim.experiments.explain.markets import pair_of_markets
from sim.experiments.run import Cell
from sim.firms.ledger import ACCOUNTS, INCOME_AND_EXPENSE, Account
from tests.experiments.explain.worlds import grocers, of_cheaper, rich


def test_every_account_of_profit_and_loss_stands_in_one_line() -> None:
    found = Counter(account for accounts in lines.LINES.values() for account in accounts)
    assert found == Counter(set(INCOME_AND_EXPENSE) - {Account.REVENUE})
    assert list(lines.WORDS) == [lines.ANYWAY, lines.MORE, *lines.LINES]


@pytest.mark.parametrize("design", ["cards", "kept"])
@pytest.mark.parametrize("replicate", [0, 1])
def test_in_the_books_of_a_real_market_the_lines_add_up_to_the_cent(design: str, replicate: int) -> None:
    cell = Cell(design, replicate, 1, 200, 30)
    outcome = pair_of_markets(rich(), cell, threading.Event(), against="closed", parts=("lines",))
    profit = round(100 * outcome.metrics["ours:profit"]) - round(100 * outcome.metrics["theirs:profit"])
    assert profit != 0
    assert int(outcome.tables["lines"]["cents"].sum()) == profit


def side(draw: st.DrawFn) -> dict[str, np.ndarray]:
    shape = (3, 2)
    cents = st.lists(st.integers(0, 10**6), min_size=6, max_size=6)
    accounts = np.array(draw(st.lists(st.integers(-(10**7), 10**7), min_size=ACCOUNTS, max_size=ACCOUNTS)))
    volume = np.array(
        draw(st.lists(st.sampled_from([0.0, 0.5, 17.25, 3e3]), min_size=6, max_size=6))
    ).reshape(shape)
    return {"accounts": accounts, "revenue": np.array(draw(cents)).reshape(shape), "volume": volume}


@given(st.composite(side)(), st.composite(side)())
def test_whatever_stands_in_the_books_nothing_is_lost_between_the_lines(ours, theirs) -> None:
    found = lines.steps(ours, theirs)
    assert sum(found.values()) == lines.profit(ours) - lines.profit(theirs)


def test_a_lower_price_for_the_same_sales_is_all_a_lower_price_on_what_is_sold_anyway() -> None:
    accounts, volume = np.zeros(ACCOUNTS, np.int64), np.full((2, 1), 50.0)
    theirs = {"accounts": accounts.copy(), "revenue": np.full((2, 1), 5000), "volume": volume}
    ours = {"accounts": accounts.copy(), "revenue": np.full((2, 1), 4500), "volume": volume}
    theirs["accounts"][Account.REVENUE], ours["accounts"][Account.REVENUE] = 10_000, 9_000
    assert lines.steps(ours, theirs)[lines.ANYWAY] == -1000
    assert lines.steps(ours, theirs)[lines.MORE] == 0


def test_a_cheaper_firm_loses_on_what_is_sold_anyway_and_sells_more() -> None:
    table = of_cheaper().frame("lines").set_index("line")["mean"]
    assert table[lines.ANYWAY] < 0 < table[lines.MORE]
    assert table["goods"] < 0
    assert table.index[-1] == "profit"
    assert table.iloc[:-1].sum() == pytest.approx(table["profit"], abs=0.004)
    assert "rewards" not in table.index


def test_a_price_of_nine_tenths_is_a_tenth_less_on_what_was_sold() -> None:
    outcome = pair_of_markets(
        grocers(), Cell("cheaper", 0, 1, 240, 36), threading.Event(), against="none", parts=("lines",)
    )
    anyway = outcome.tables["lines"].set_index("line").loc[lines.ANYWAY, "cents"] / 100
    usual = grocers().firms[0].price.level
    assert anyway == pytest.approx(outcome.metrics["theirs:revenue"] * (0.9 / usual - 1), rel=1e-6)
