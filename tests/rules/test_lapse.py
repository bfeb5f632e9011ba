"""Lapse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.lapse import NEVER, is_active, lapses_now
from tests.rules.steady import steady


@pytest.mark.parametrize(
    ("weeks_ago", "active", "lapses"),
    [(0, True, False), (25, True, False), (26, True, False), (27, False, True), (28, False, False)],
)
def test_with_26_weeks_to_lapse(weeks_ago: int, active: bool, lapses: bool) -> None:
    assert is_active(100, 100 - weeks_ago, 26) == active
    assert lapses_now(100, 100 - weeks_ago, 26) == lapses


@given(last=st.integers(0, 300), lapse_weeks=st.integers(1, 60))
@steady
def test_a_customer_who_does_not_come_back_lapses_once_and_is_never_active_after(
    last: int, lapse_weeks: int
) -> None:
    weeks = range(last, last + lapse_weeks + 50)
    (week,) = [w for w in weeks if lapses_now(w, last, lapse_weeks)]
    assert [w for w in weeks if is_active(w, last, lapse_weeks)] == list(range(last, week))


def test_one_who_never_bought_is_not_active_and_does_not_lapse_in_the_longest_run() -> None:
    for week in (0, 1, 5199):
        assert not is_active(week, int(NEVER), 5200)
        assert not lapses_now(week, int(NEVER), 5200)
