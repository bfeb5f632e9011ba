"""From what sold under one selection of lines, dealers tell what would sell under another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.firms.lines import Lines, best_lines, in_order
from sim.rules.dealing import Dealing

RULE = Dealing().numbers()
LINES = Lines(np.array([0.6, 0.3, 0.1]), np.array([[1000.0]]))
ALL = np.ones((1, 3), np.bool_)


def only(*makers: int) -> Any:
    return np.isin(np.arange(3), makers)[None, :]


def test_half_of_those_who_wanted_what_is_gone_buy_what_is_there() -> None:
    assert LINES.sales(ALL, RULE)[0] == pytest.approx([600, 300, 100])
    # 0.4 carried and half of 0.6: 700, in the proportion of 3 to 1
    assert LINES.sales(only(1, 2), RULE)[0] == pytest.approx([0, 525, 175])
    assert LINES.sales(only(0), RULE)[0] == pytest.approx([800, 0, 0])
    assert not LINES.sales(only(), RULE).any()


@pytest.mark.parametrize("carried", [(0, 1, 2), (0, 1), (1, 2), (0,)])
def test_shares_and_turnover_are_read_off_any_selection(carried: tuple[int, ...]) -> None:
    """A dealer who carries one maker alone does not take it for the whole market."""
    carries = np.vstack([only(*carried), only(*carried)])
    sold = LINES.sales(carries, RULE).round().astype(np.int64)
    known = RULE._replace(doubt=0.0)
    lines = Lines.of(carries, sold, LINES.share, LINES.share, known)
    assert lines.share == pytest.approx(LINES.share, abs=2e-3)
    assert lines.turnover[:, 0] == pytest.approx([1000.0, 1000.0], rel=1e-2)


def test_what_sells_better_than_believed_is_believed_to_sell_better() -> None:
    sold = np.array([[400, 500, 100]])
    lines = Lines.of(ALL, sold, LINES.share, LINES.share, RULE._replace(doubt=0.0))
    assert lines.share[0] < 0.45
    assert lines.share[1] > 0.45


@pytest.mark.parametrize(("rate", "chosen"), [(0.25, (1, 2)), (0.15, (1, 2)), (0.5, (0,))])
def test_who_asks_to_be_alone_is_weighed_against_all_others(rate: float, chosen: tuple[int, ...]) -> None:
    # Alone: 800 x rate. The others: 700 x 0.3 = 210.
    rates = np.array([[rate, 0.3, 0.3]])
    best = best_lines(ALL, np.array([True, False, False]), LINES, rates, np.zeros(3), RULE)
    assert np.flatnonzero(best[0]).tolist() == list(chosen)


def test_where_nobody_asks_to_be_alone_all_candidates_are_carried() -> None:
    best = best_lines(only(0, 2), np.zeros(3, np.bool_), LINES, ALL * 0.3, np.zeros(3), RULE)
    assert (best == only(0, 2)).all()


def test_sums_run_from_left_to_right() -> None:
    amounts = np.array([1e16, 1.0, 1.0, -1e16])
    assert in_order(amounts) == ((1e16 + 1.0) + 1.0) - 1e16
