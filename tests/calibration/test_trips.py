"""What days tell of shopping trips: weekdays, favourites, seasons, drift."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from sim.calibration import LogError, calibrate
from sim.calibration.transactions import Log
from sim.calibration.trips import covariance_by_lag, day_chances, fit_trips, weekly_days
from sim.calibration.weekdays import EVEN, Weekdays, fit_weekdays
from sim.scenario import Scenario

FIRST = 17_167  # 2017-01-01, a Sunday


def shopping(
    *,
    customers: int = 400,
    weeks: int = 52,
    shape: float = 1.0,
    mean: float = 1.5,
    drift: float = 0.0,
    shares: tuple[float, ...] = EVEN,
    concentration: float | None = None,
    factors: np.ndarray | None = None,
    seed: int = 5,
) -> Log:
    """A log of a panel whose days of purchase follow the model that is fitted."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(shape, mean / shape, customers)
    own = np.tile(shares, (customers, 1))
    if concentration is not None:
        own = rng.gamma(concentration * own) + 1e-12
        own /= own.sum(axis=1, keepdims=True)
    own = np.roll(own, 1, axis=1)  # the week of the log begins on Sunday
    who, day = [], []
    for week in range(weeks):
        fresh = rng.random(customers) < -np.expm1(-drift)
        rate = np.where(fresh & (week > 0), rng.gamma(shape, mean / shape, customers), rate)
        factor = 1.0 if factors is None else factors[week]
        i, j = np.nonzero(rng.random((customers, 7)) < -np.expm1(-rate[:, None] * factor * own))
        who.append(i)
        day.append(FIRST + 7 * week + j)
    customer, days = np.concatenate(who), np.concatenate(day)
    order = np.lexsort((customer, days))
    amount = np.exp(rng.normal(3, 1, len(order))).round(2)
    people, customer = np.unique(customer[order], return_inverse=True)
    return Log(
        name="made", sha256="", rows=len(order), currency="USD", customers=tuple(map(str, people)), brands=(),
        customer=customer, day=days[order], amount=amount, brand=np.zeros(len(order), np.int64),
    )  # fmt: skip


def test_a_log_in_which_all_days_are_alike_gives_an_even_profile_and_no_favourites() -> None:
    assert fit_weekdays(shopping()).even


def test_the_shares_of_the_days_are_found_again_under_the_right_names() -> None:
    shares = (0.1, 0.1, 0.1, 0.1, 0.1, 0.3, 0.2)
    found = fit_weekdays(shopping(shares=shares, mean=0.7))
    assert found.shares == pytest.approx(shares, abs=0.02)
    assert found.concentration is None


@pytest.mark.parametrize("concentration", [2.0, 10.0])
def test_favourite_days_are_found_again(concentration: float) -> None:
    found = fit_weekdays(shopping(customers=1200, concentration=concentration, mean=0.5))
    assert found.concentration == pytest.approx(concentration, rel=0.3)


def test_rates_and_drift_are_found_again_from_days() -> None:
    fit = fit_trips(shopping(customers=2500, shape=0.9, mean=1.4, drift=0.01), Weekdays(EVEN, None, 0))
    assert fit.fit["r"] == pytest.approx(0.9, rel=0.1)
    assert fit.fit["mean"] == pytest.approx(1.4, rel=0.1)
    assert fit.drift == pytest.approx(0.01, rel=0.3)
    assert fit.per_trip > 1


def test_households_that_never_change_show_next_to_no_drift() -> None:
    assert covariance_by_lag(weekly_days(shopping(customers=1000)))[1] < 0.002


def test_busy_weeks_are_found_again_and_chance_is_not_taken_for_a_season() -> None:
    factors = np.ones(52)
    factors[46:50] = 1.5
    busy = fit_trips(shopping(customers=2000, factors=factors), Weekdays(EVEN, None, 0)).weeks
    assert busy is not None
    assert np.mean(busy[46:50]) / np.mean(busy[:46]) == pytest.approx(1.5, rel=0.07)
    calm = fit_trips(shopping(customers=2000), Weekdays(EVEN, None, 0)).weeks
    assert calm is None or np.std(calm) < 0.02


def test_chances_of_days_are_binomial_where_all_days_are_alike() -> None:
    (chance,) = day_chances(np.array([7 * np.log(2.0)]), Weekdays(EVEN, None, 0))
    assert chance == pytest.approx(np.array([1, 7, 21, 35, 35, 21, 7, 1]) / 128)


def test_a_scenario_of_trips_is_sound_and_has_one_firm() -> None:
    log = shopping(customers=200, drift=0.01, concentration=3.0)
    world = Scenario.model_validate(calibrate(log, trips=True, panel_size=200))
    assert world.firm_names == ("Store",)
    assert world.category.weekdays is not None and not world.category.weekdays.distinct
    segment = world.customers.segments[0]
    sold = segment.basket.mean * segment.purchase_rate.mean
    assert sold == pytest.approx(log.amount.sum() / 52 / 200, rel=0.05)


def test_a_store_s_own_scenario_keeps_its_days_apart_and_its_weekdays() -> None:
    log = shopping(customers=200, shares=(0.1, 0.1, 0.1, 0.1, 0.1, 0.3, 0.2))
    weekdays = calibrate(log)["category"]["weekdays"]
    assert weekdays["distinct"]
    assert "weekdays" not in calibrate(shopping(customers=200))["category"]


def test_a_later_row_changes_nothing_in_what_is_fitted_to_trips() -> None:
    log = shopping(customers=120)
    cut = log.until(dt.date(2017, 10, 28))
    one = calibrate(log, trips=True, calibration_end="2017-10-28")
    assert one == calibrate(cut, trips=True, calibration_end="2017-10-28")


def test_a_short_log_is_refused_with_what_it_lacks() -> None:
    with pytest.raises(ValueError, match="covers 6 whole weeks; to tell how trips drift takes 8"):
        calibrate(shopping(customers=200, weeks=6), trips=True)


def test_brands_are_refused_for_trips() -> None:
    log = shopping(customers=60)
    branded = Log(**{**vars(log), "brands": ("a", "b"), "brand": np.arange(len(log.day)) % 2})
    with pytest.raises(LogError, match="has brands; trips are fitted"):
        calibrate(branded, trips=True)
