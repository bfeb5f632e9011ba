"""Days of the week in an exported log."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.experiments.export.calendar import Calendar
from sim.scenario.weekdays import Weekdays

SATURDAY = Weekdays(shares=(1.0, 1.0, 1.0, 1.0, 1.0, 5.0, 0.0))


def calendar(weekdays: Weekdays | None, start: str = "2017-01-01") -> Calendar:
    return Calendar.of(start, 60, 1, 0, weekdays)


def weekday(of: Calendar, day: int) -> int:
    return of.date(day).weekday()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.0, 5.0), min_size=7, max_size=7).filter(lambda shares: sum(shares) > 0.01),
    st.none() | st.floats(0.01, 1000.0),
    st.booleans(),
    st.integers(0, 3000),
    st.integers(0, 50),
    st.integers(0, 30),
)
def test_every_purchase_gets_a_day_of_its_own_week_that_is_open(
    shares: list[float], concentration: float | None, distinct: bool, place: int, week: int, count: int
) -> None:
    weekdays = Weekdays(shares=tuple(shares), concentration=concentration, distinct=distinct)
    days = calendar(weekdays).days(place, week, count)
    assert len(days) == count
    assert days == sorted(days) == calendar(weekdays).days(place, week, count)
    assert all(7 * week <= day < 7 * week + 7 for day in days)
    assert all(shares[weekday(calendar(weekdays), day)] > 0 for day in days)
    if distinct:
        assert len(set(days)) == min(count, sum(share > 0 for share in shares))


@pytest.mark.parametrize("start", ["2017-01-01", "2017-01-02", "2017-01-05"])
@pytest.mark.parametrize("distinct", [False, True])
def test_saturdays_get_their_share_whatever_day_the_market_begins(start: str, distinct: bool) -> None:
    of = calendar(SATURDAY.model_copy(update={"distinct": distinct}), start)
    days = [weekday(of, of.days(place, 3, 1)[0]) for place in range(4000)]
    assert np.bincount(days, minlength=7)[5] / 4000 == pytest.approx(0.5, abs=0.03)


def test_a_customer_with_a_favourite_day_comes_back_on_it() -> None:
    def same(concentration: float | None) -> float:
        of = calendar(Weekdays(concentration=concentration))
        pairs = [(of.days(p, 1, 1)[0] % 7, of.days(p, 2, 1)[0] % 7) for p in range(1500)]
        return float(np.mean([one == other for one, other in pairs]))

    assert same(None) == pytest.approx(1 / 7, abs=0.03)
    assert same(1.0) == pytest.approx((1 + 1 / 7) / 2, abs=0.04)


def test_a_week_without_open_days_is_refused_with_a_remedy() -> None:
    with pytest.raises(ValidationError, match="no day has a weight"):
        Weekdays(shares=(0.0,) * 7)


def test_a_scenario_without_weekdays_keeps_its_dates() -> None:
    of = Calendar(dt.date(2015, 1, 5), 1, 0)
    assert of.days(17, 3, 6) == Calendar.of("2015-01-05", 10, 1, 0).days(17, 3, 6)
    drawn = np.random.Philox(key=np.array([1, 17 + (3 << 32)], np.uint64)).random_raw(6).tolist()
    assert of.days(17, 3, 6) == sorted(21 + (7 * word >> 64) for word in drawn)
