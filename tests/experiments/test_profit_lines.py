"""The lines of profit and loss in the weeks of the focal firm add up to its profit."""

from __future__ import annotations

import pytest

import sim
from sim.experiments import focal_path
from sim.experiments.profit_lines import LINES, STATEMENT, WORDS
from sim.firms.ledger import INCOME_AND_EXPENSE
from tests.experiments.explain.worlds import grocers


def test_every_account_of_profit_and_loss_stands_in_one_line_and_every_line_has_a_name() -> None:
    assert sorted(a for accounts in STATEMENT.values() for a in accounts) == sorted(INCOME_AND_EXPENSE)
    assert list(WORDS) == list(LINES)


def test_the_lines_of_every_week_add_up_to_its_profit() -> None:
    path = focal_path(sim.Market(grocers(), design="points").run())
    lines = path[[f"line_{line}" for line in STATEMENT]]
    assert lines.sum(axis=1).tolist() == pytest.approx(path["profit"].tolist(), abs=0.001)
    assert path["line_revenue"].tolist() == pytest.approx(path["revenue"].tolist())
    assert (path["line_goods"] <= 0).all()
    assert (path["line_rewards"] < 0).any()
