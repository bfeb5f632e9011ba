"""Days of purchases."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from sim.experiments.errors import ExperimentError
from sim.experiments.export.calendar import Calendar

CALENDAR = Calendar.of("2015-01-05", 10, 1, 0)


def test_days_lie_within_their_week_in_order_and_are_the_same_every_time() -> None:
    for week in range(5):
        days = CALENDAR.days(17, week, 6)
        assert days == sorted(days) == CALENDAR.days(17, week, 6)
        assert all(7 * week <= day < 7 * week + 7 for day in days)


def test_all_days_of_the_week_are_alike() -> None:
    days = np.array([CALENDAR.days(place, 3, 1)[0] % 7 for place in range(7000)])
    counts = np.bincount(days, minlength=7)
    assert ((counts - 1000) ** 2 / 1000).sum() < 22.5  # chi-squared, 6 degrees of freedom, 1 in 1000


@pytest.mark.parametrize("other", [Calendar.of("2015-01-05", 10, 2, 0), Calendar.of("2015-01-05", 10, 1, 1)])
def test_another_seed_or_replicate_falls_on_other_days(other: Calendar) -> None:
    assert [CALENDAR.days(i, 0, 2) for i in range(9)] != [other.days(i, 0, 2) for i in range(9)]


def test_the_first_day_is_the_start_and_weeks_follow() -> None:
    assert CALENDAR.date(0) == dt.date(2015, 1, 5)
    assert CALENDAR.date(7) == dt.date(2015, 1, 12)


@pytest.mark.parametrize("start", ["5 January", "2015-13-01", "9999-12-30", ""])
def test_a_start_that_is_no_date_is_refused_with_an_example(start: str) -> None:
    with pytest.raises(ExperimentError, match="start must be a date such as 2015-01-05"):
        Calendar.of(start, 10, 1, 0)
