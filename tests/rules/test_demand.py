"""Leading demand."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.arithmetic import F32
from sim.rules.demand import Demand, persuaded, wanted
from tests.rules.steady import close, reals, steady

ON = Demand(limit=1.5, most=1.5).numbers()
OFF = Demand(enabled=False).numbers()


def test_the_equations_by_hand() -> None:
    assert persuaded(F32(0.0), 0.3, ON) == close(0.3)
    assert persuaded(F32(0.5), 0.3, ON) == close(0.5 + 0.3 * (1 - 0.5 / 1.5))
    assert wanted(F32(1.0), 1.2, ON) == close(1.2)
    assert wanted(F32(1.2), 1.2, ON) == close(1.44)


def test_a_message_that_is_repeated_adds_less_each_time() -> None:
    won = [F32(0.0)]
    for _ in range(40):
        won.append(persuaded(won[-1], 0.3, ON))
    steps = np.diff(won)
    assert (steps[1:] < steps[:-1]).all()
    assert won[-1] == close(1.5, rel=1e-3)


@given(won=reals(0, 1.5), appeal=st.floats(0, 5), wants=reals(1, 1.5), want=st.floats(1, 5))
@steady
def test_no_campaign_moves_anybody_beyond_the_limits_or_back(
    won: Any, appeal: float, wants: Any, want: float
) -> None:
    assert won <= persuaded(won, appeal, ON) <= F32(1.5)
    assert wants <= wanted(wants, want, ON) <= F32(1.5)


def test_whole_columns_and_single_customers_get_the_same_bits() -> None:
    won = np.linspace(0, 1.5, 31, dtype=F32)
    assert persuaded(won, 0.4, ON).tolist() == [persuaded(x, 0.4, ON) for x in won]
    assert persuaded(won, 0.4, ON).dtype == wanted(won, 1.1, ON).dtype == F32


def test_off_campaigns_move_nobody() -> None:
    assert persuaded(F32(0.0), 2.0, OFF) == 0
    assert wanted(F32(1.0), 2.0, OFF) == 1
