"""Lessons of firms that fight show what they say: signs of paired differences, the same in every replicate.

The lessons are run as they are shipped, only smaller. Sizes are tested where the lesson is about a size.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import INDEX_SCALE, Tally
from sim.scenario import Change, Scenario, load

FOLDER = Path(__file__).parents[2] / "scenarios" / "lessons"
PEOPLE, POINTS = "people_first", "five_points_of_retention"
REPLICATES = (0, 1, 2)
CUSTOMERS = {PEOPLE: 2000, POINTS: None}
"""Fixed cost does not shrink with the market: where it counts, all customers are there."""
MEASURED, BAD_YEAR, AFTER = slice(52, None), slice(52, 104), slice(104, None)
LAID_OFF = ("lay_off_a_tenth", "lay_off_a_quarter")

each_replicate = pytest.mark.parametrize("replicate", REPLICATES)


@cache
def lesson(name: str) -> Scenario:
    return load(FOLDER / f"{name}.yaml")


@cache
def arm(name: str, design: str, replicate: int) -> Market:
    return Market(lesson(name), design=design, replicate=replicate, customers=CUSTOMERS[name]).run()


def metric(name: str, design: str, replicate: int, what: str) -> float:
    return arm(name, design, replicate).metrics()[what]


def weekly(market: Market, tally: Tally) -> NDArray[np.int64]:
    """A tally of the focal firm by week."""
    return market.tallies[:, :, market.focus, :, tally].sum(axis=(1, 2))


def mean_state(market: Market, tally: Tally) -> NDArray[np.float64]:
    """A state of mind of the focal firm's active customers by week."""
    return np.asarray(weekly(market, tally) / INDEX_SCALE / weekly(market, Tally.ACTIVE))


def profits(market: Market) -> NDArray[np.int64]:
    """Profit of the focal firm by week, in cents."""
    return np.asarray(market.firms[market.focus].ledger.profits)


# --- people first -----------------------------------------------------------------------------------------


@cache
def elsewhere(design: str, replicate: int, *changes: tuple[str, Any]) -> Market:
    """The lesson with fields of Lantern's staff changed, before any design."""
    world = lesson(PEOPLE)
    for field, value in changes:
        world = world.replace(f"firms.Lantern.staff.{field}", value)
    return Market(world, design=design, replicate=replicate, customers=CUSTOMERS[PEOPLE]).run()


def gain(replicate: int, *changes: tuple[str, Any], weeks: slice = MEASURED) -> float:
    """Profit of who lays off a quarter over that of who keeps everybody, in currency."""
    kept, let_go = (profits(elsewhere(d, replicate, *changes)) for d in ("keep_everybody", LAID_OFF[1]))
    return float((let_go - kept)[weeks].sum() / 100)


@each_replicate
def test_the_more_are_laid_off_the_worse_the_service_and_the_fewer_the_sales(replicate: int) -> None:
    order = ("keep_and_train", "keep_everybody", *LAID_OFF)
    failures = [metric(PEOPLE, d, replicate, "failure_rate") for d in order]
    share = [metric(PEOPLE, d, replicate, "share") for d in order]
    assert failures == sorted(failures)
    assert share == sorted(share, reverse=True)
    assert len({*failures}) == len({*share}) == 4


@each_replicate
def test_those_who_stay_lose_heart_at_once_and_customers_notice(replicate: int) -> None:
    kept, let_go = (arm(PEOPLE, d, replicate) for d in ("keep_everybody", "lay_off_a_quarter"))
    morale = [m.firms[m.focus].staff.weeks[52].morale for m in (kept, let_go)]
    assert morale[1] < morale[0] - 15
    felt = [mean_state(m, Tally.SATISFACTION)[65:78].mean() for m in (kept, let_go)]
    assert felt[1] < felt[0] - 1.2


@each_replicate
def test_satisfaction_of_the_last_week_flatters_a_lay_off(replicate: int) -> None:
    last = {d: metric(PEOPLE, d, replicate, "satisfaction") for d in ("keep_everybody", *LAID_OFF)}
    assert last["lay_off_a_quarter"] > last["keep_everybody"] - 0.2


@each_replicate
def test_wages_are_saved_in_the_bad_year_and_sales_lost(replicate: int) -> None:
    kept = arm(PEOPLE, "keep_everybody", replicate)
    for design, share in zip(LAID_OFF, (0.1, 0.25), strict=True):
        market = arm(PEOPLE, design, replicate)
        wages = [m.firms[m.focus].staff.table()["wages"][BAD_YEAR].sum() for m in (kept, market)]
        assert 1 - wages[1] / wages[0] == pytest.approx(share, abs=0.02)
        revenue = [weekly(m, Tally.REVENUE)[BAD_YEAR].sum() for m in (kept, market)]
        assert revenue[1] < revenue[0]


@each_replicate
def test_the_loss_of_a_lay_off_comes_after_the_bad_year(replicate: int) -> None:
    kept = profits(arm(PEOPLE, "keep_everybody", replicate))
    for design in LAID_OFF:
        more = profits(arm(PEOPLE, design, replicate)) - kept
        assert more[AFTER].sum() < 0
        assert more[AFTER].sum() < more[BAD_YEAR].sum()
        assert more.sum() < 0


@each_replicate
def test_customers_do_not_come_back_with_the_people(replicate: int) -> None:
    """From a quarter after the bad year on, when nearly all places are filled."""
    kept = arm(PEOPLE, "keep_everybody", replicate)
    for design in LAID_OFF:
        market = arm(PEOPLE, design, replicate)
        people = [m.firms[m.focus].staff.weeks[117].people for m in (kept, market)]
        assert people[1] > 0.97 * people[0]
        bought = [weekly(m, Tally.PURCHASES)[117:156].sum() for m in (kept, market)]
        assert bought[1] < bought[0]


@each_replicate
def test_teaching_pays_where_lay_offs_do_not(replicate: int) -> None:
    profit = {d: metric(PEOPLE, d, replicate, "profit") for d in lesson(PEOPLE).design_names}
    assert max(profit, key=profit.__getitem__) == "keep_and_train"
    assert min(profit, key=profit.__getitem__) == "lay_off_a_quarter"


def test_lay_offs_pay_where_wages_are_heavy_against_the_margin() -> None:
    """Twice the wages, here and elsewhere: as many customers are lost, and more is saved. All replicates together."""
    heavy = (("wage", 1600.0), ("market_wage", 1600.0))
    assert sum(gain(r, *heavy) for r in REPLICATES) > 0 > sum(gain(r) for r in REPLICATES)
    for replicate in REPLICATES:
        assert gain(replicate, *heavy, weeks=BAD_YEAR) > 0


@each_replicate
def test_who_has_time_to_spare_loses_less_by_a_lay_off(replicate: int) -> None:
    idle = ("pace", 230.0)
    assert gain(replicate, idle) > gain(replicate)


@each_replicate
def test_to_let_people_go_for_a_short_while_is_dearer_than_to_stay_small(replicate: int) -> None:
    stay_small = tuple(event for event in lesson(PEOPLE).events if not isinstance(event, Change))
    world = lesson(PEOPLE).replace("events", stay_small)
    market = Market(world, design="lay_off_a_quarter", replicate=replicate, customers=CUSTOMERS[PEOPLE]).run()
    assert market.metrics()["profit"] > metric(PEOPLE, "lay_off_a_quarter", replicate, "profit")
    assert market.metrics()["share"] < metric(PEOPLE, "lay_off_a_quarter", replicate, "share")


# --- five points of retention -----------------------------------------------------------------------------

MEANS = tuple(d for d in lesson(POINTS).design_names if d != "as_it_is")


def points_won(design: str, replicate: int) -> float:
    """Points of retention over those of the firm as it is."""
    ret = [metric(POINTS, d, replicate, "retention") for d in ("as_it_is", design)]
    return 100 * (ret[1] - ret[0])


def per_cent_for_five(design: str, replicate: int, fixed_cost_saved: float = 0.0) -> float:
    """Profit gained for five points of retention, in per cent of that of the firm as it is.

    fixed_cost_saved: currency per week that the firm has less of, whatever the design: nothing else depends on it.
    """
    before, after = (metric(POINTS, d, replicate, "profit") for d in ("as_it_is", design))
    weeks = lesson(POINTS).horizon.weeks - lesson(POINTS).horizon.burn_in
    return 100 * (after - before) / (before + fixed_cost_saved * weeks) / points_won(design, replicate) * 5


@each_replicate
def test_every_means_keeps_more_customers(replicate: int) -> None:
    won = {d: points_won(d, replicate) for d in MEANS}
    assert min(won.values()) > 1
    assert 4 < won["complaint_desk"] < 7


@each_replicate
def test_what_points_of_retention_are_worth_hangs_on_what_they_cost(replicate: int) -> None:
    worth = {d: per_cent_for_five(d, replicate) for d in MEANS}
    assert 25 < worth["complaint_desk"] < 85
    assert -10 < worth["better_work"] < 25
    assert worth["card"] < -10
    assert worth["lower_price"] < -50


@each_replicate
def test_the_saying_fails_where_nothing_is_fixed(replicate: int) -> None:
    fixed = lesson(POINTS).firm("Press").fixed_cost
    assert 0 < per_cent_for_five("complaint_desk", replicate, fixed_cost_saved=fixed) < 25


def test_fixed_cost_changes_nothing_but_profit() -> None:
    """So that the share of profit may be worked out without another run."""
    fixed = lesson(POINTS).firm("Press").fixed_cost
    free = Market(lesson(POINTS).replace("firms.Press.fixed_cost", 0.0), design="complaint_desk").run()
    paid = arm(POINTS, "complaint_desk", 0)
    assert free.metrics()["retention"] == paid.metrics()["retention"]
    weeks = lesson(POINTS).horizon.weeks - lesson(POINTS).horizon.burn_in
    assert free.metrics()["profit"] == pytest.approx(paid.metrics()["profit"] + fixed * weeks)


@each_replicate
def test_what_the_desk_keeps_pays_more_every_year(replicate: int) -> None:
    before, after = (profits(arm(POINTS, d, replicate))[52:] for d in ("as_it_is", "complaint_desk"))
    first, second, third = (after - before).reshape(3, 52).sum(axis=1)
    assert third > second > first
    assert (after - before)[:26].sum() < 0.2 * first + 0.1 * second
