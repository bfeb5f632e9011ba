"""Status in paired worlds: what levels ask for, what they give, how it feels to rise and to fall."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.measures.tally import Tally
from tests.levers.members import AUTO, LEVELS, members_of, more_of, programme, stock, tiers, weekly
from tests.levers.pairs import (
    REPLICATES,
    counted,
    gains,
    mean_state,
    pair,
    raises,
    run,
    weekly_share,
)

SILVER, GOLD = LEVELS


def levels(**gold: Any) -> list[dict[str, Any]]:
    """Gold with something more."""
    return [SILVER, GOLD | gold]


WORLD = pair(
    {
        "none": {},
        "plain": tiers(),
        "dearer": tiers([{"name": "Silver", "spend": 400}, {"name": "Gold", "spend": 1200}]),
        "by visits": tiers([{"name": "Silver", "visits": 5}, {"name": "Gold", "visits": 16}]),
        "both legs": tiers(
            [SILVER | {"visits": 12, "every_leg": True}, GOLD | {"visits": 30, "every_leg": True}]
        ),
        "either leg": tiers([SILVER | {"visits": 12}, GOLD | {"visits": 30}]),
        "points": tiers(with_points=True),
        "more points": tiers([SILVER | {"multiplier": 2}, GOLD | {"multiplier": 4}], with_points=True),
        "soft": tiers([SILVER | {"quality": 4}, GOLD | {"quality": 8, "quality_cost": 0.5}]),
        "cheaper": tiers(levels(discount=0.1)),
        "immortal": programme(
            points={"per_currency": 1, "threshold": 500, "reward": 10, "expire_weeks": 8},
            tiers={"levels": levels(keep_points=True)},
        ),
        "mortal": programme(
            points={"per_currency": 1, "threshold": 500, "reward": 10, "expire_weeks": 8},
            tiers={"levels": LEVELS},
        ),
        "gift": tiers(gift={"level": "Gold", "share": 0.5}),
        "milestone": programme(
            points={"per_currency": 1, "threshold": 150, "reward": 4.5},
            tiers={"levels": LEVELS, "milestone": {"visits": 5, "points": 100}},
        ),
        "for one window": tiers(valid_windows=0),
        "soft landing": tiers(valid_windows=0, downgrade="one"),
        "for ever": tiers(valid_windows=0, downgrade="none"),
        "grace": tiers(valid_windows=0, grace=10),
        "rollover": tiers(valid_windows=0, rollover=True),
        "lifetime": tiers(window="lifetime"),
        "rolling": tiers(window="rolling", valid_windows=0),
        "surprises": programme(
            surprise={"chance": 0.3, "worth": 5, "from_tier": "Gold"}, tiers={"levels": LEVELS}
        ),
    },
    customers=1500,
    weeks=120,
)


def with_status(design: str, week: int = -1) -> np.ndarray:
    return stock(WORLD, Tally.TIER_1, design, week) + stock(WORLD, Tally.TIER_2, design, week)


def test_the_more_is_asked_for_the_fewer_have_it() -> None:
    assert (with_status("plain", 100) > with_status("dearer", 100)).all()
    assert (with_status("either leg", 100) >= with_status("plain", 100)).all()
    assert (with_status("both legs", 100) < with_status("plain", 100)).all()
    assert (stock(WORLD, Tally.TIER_1, "plain", 100) > 50).all()
    assert (stock(WORLD, Tally.TIER_2, "by visits", 100) > 50).all()


def test_status_by_itself_draws_those_who_have_it_and_those_who_nearly_have_it() -> None:
    assert raises(WORLD, "share", "plain")


def test_higher_levels_earn_more_points() -> None:
    assert more_of(WORLD, Tally.POINTS_EARNED, "more points", "points")
    ratio = counted(WORLD, Tally.POINTS_EARNED, "more points") / counted(WORLD, Tally.POINTS_EARNED, "points")
    assert (ratio > 1.5).all()


def test_soft_benefits_raise_satisfaction_through_what_is_met_and_cost_money() -> None:
    for measure in ("satisfaction", "share", "retention"):
        assert raises(WORLD, measure, "soft", "plain"), measure
    assert (counted(WORLD, Tally.BENEFITS_CENTS, "soft") > 0).all()
    assert raises(WORLD, "programme_cost", "soft", "plain")
    still = WORLD.replace("behaviour.satisfaction.enabled", False)
    assert (np.abs(gains(still, "satisfaction", "soft", "plain")) < 1e-9).all()


def test_lower_prices_for_a_level_cost_margin_and_draw() -> None:
    assert raises(WORLD, "share", "cheaper", "plain")
    assert more_of(WORLD, Tally.DISCOUNT, "cheaper", "plain")


def test_points_of_a_level_that_keeps_them_do_not_die() -> None:
    assert more_of(WORLD, Tally.POINTS_EXPIRED, "mortal", "immortal")


def test_status_that_is_given_is_had_sooner() -> None:
    for r in REPLICATES:
        early = [weekly(run(WORLD, d, r), Tally.TIER_2)[30] for d in ("gift", "plain")]
        assert early[0] > early[1] + 100


def test_a_milestone_brings_points_at_every_so_many_purchases() -> None:
    extra = counted(WORLD, Tally.POINTS_EARNED, "milestone") - counted(WORLD, Tally.POINTS_EARNED, "points")
    bought = counted(WORLD, Tally.PURCHASES, "milestone")
    assert (extra > 0.4 * 100 * bought / 5).all()
    assert (extra < 1.2 * 100 * bought / 5).all()


def test_surprises_for_a_level_reach_that_level_only() -> None:
    assert raises(WORLD, "equity", "surprises", "plain")
    given, bought = (counted(WORLD, t, "surprises") for t in (Tally.SURPRISES, Tally.PURCHASES))
    assert (given > 0).all()
    assert (given < 0.28 * bought).all()


# --- how it is kept and lost ------------------------------------------------------------------------------


def test_at_the_end_of_a_window_status_falls_by_its_rule() -> None:
    """Week 104 begins a new year."""
    for r in REPLICATES:
        fell = {
            d: int(weekly(run(WORLD, d, r), Tally.DOWNGRADED)[104])
            for d in ("for one window", "soft landing", "for ever", "grace", "lifetime")
        }
        assert fell["for one window"] > 100
        assert fell["soft landing"] > 100
        assert fell["for ever"] == fell["grace"] == fell["lifetime"] == 0
        left = {d: stock(WORLD, Tally.TIER_1, d, 104)[r] for d in ("for one window", "soft landing")}
        assert left["soft landing"] > left["for one window"]
        assert weekly(run(WORLD, "grace", r), Tally.DOWNGRADED)[114] > 0


def test_what_rolls_over_makes_status_easier_to_keep() -> None:
    assert (with_status("rollover", 115) > with_status("for one window", 115)).all()


def test_a_rolling_window_loses_status_by_quarters_all_year_round() -> None:
    for r in REPLICATES:
        fell = np.flatnonzero(weekly(run(WORLD, "rolling", r), Tally.DOWNGRADED))
        assert fell.size > 2
        assert set(fell % 13) == {0}


@pytest.mark.parametrize("r", REPLICATES)
def test_members_resent_to_fall_and_more_than_they_were_pleased_to_rise(r: int) -> None:
    """The year ends in week 104. Who stays below, against the market in which nobody falls."""
    kept, lost = (run(WORLD, d, r) for d in ("for ever", "for one window"))
    equity = [mean_state(m, Tally.EQUITY) for m in (kept, lost)]
    assert equity[0][104] - equity[1][104] > 0.1
    behaviour = {"status": {"loss_aversion": 1.0}, "equity": {"resentment": 1.0}}
    even = pair({"for ever": WORLD.designs["for ever"], "for one window": WORLD.designs["for one window"]},
                customers=1500, weeks=120, behaviour=behaviour)  # fmt: skip
    mild = [mean_state(run(even, d, r), Tally.EQUITY) for d in ("for ever", "for one window")]
    assert equity[0][104] - equity[1][104] > 1.2 * (mild[0][104] - mild[1][104]) > 0


@pytest.mark.parametrize("r", REPLICATES)
def test_the_demoted_buy_less_than_if_they_had_never_risen(r: int) -> None:
    """Gold for a year as a gift, and then nothing, against a programme in which nobody ever rose."""
    out_of_reach = [{"name": "Gold", "spend": 100_000}]
    world = pair(
        {
            "never": tiers(out_of_reach, valid_windows=0),
            "given and taken": tiers(out_of_reach, valid_windows=0, gift={"level": "Gold", "share": 1.0}),
        },
        customers=3000,
        weeks=70,
    )
    never, fell = (weekly_share(run(world, d, r)) for d in ("never", "given and taken"))
    assert fell[30:52].mean() > never[30:52].mean(), "while they have it, it draws"
    assert weekly(run(world, "given and taken", r), Tally.DOWNGRADED)[52] > 500
    assert fell[52:65].mean() < never[52:65].mean()


def test_a_level_pulls_the_more_the_nearer_its_members_have_come_in_the_course_of_the_year() -> None:
    """What the pull adds to the share: little when the year begins, more when many are near."""
    gold = tiers([{"name": "Gold", "spend": 500, "multiplier": 5}], with_points=True)
    pulls, none = (
        pair(
            {"plain": gold},
            customers=3000,
            weeks=92,
            behaviour={"status": {"gradient": g, "weight": 0.0, "promotion": 0.0}},
        )
        for g in (6.0, 0.0)
    )
    for r in REPLICATES:
        extra = weekly_share(run(pulls, "plain", r)) - weekly_share(run(none, "plain", r))
        assert extra[66:90].mean() > 1.5 * extra[50:58].mean()
        assert extra[66:90].mean() > 0.005


def test_without_status_in_the_head_levels_without_benefits_change_nothing() -> None:
    numb = WORLD.replace("behaviour.status.enabled", False)
    for r in REPLICATES:
        a, b = (run(numb, d, r).tallies[..., Tally.PURCHASES].sum(axis=3) for d in ("none", "plain"))
        np.testing.assert_array_equal(a, b)


# --- status match -----------------------------------------------------------------------------------------


def test_a_matched_level_finds_those_who_have_status_at_the_rival() -> None:
    rival = {"programme": {"enrolment": AUTO, "tiers": {"levels": LEVELS}}}
    world = pair(
        {
            "no match": tiers(valid_windows=1),
            "match": tiers(match={"level": "Gold", "weeks": 13, "spend": 100}),
            "match, hard": tiers(match={"level": "Gold", "weeks": 13, "spend": 1000}),
        },
        customers=1500,
        burn_in=30,
        weeks=80,
    ).replace("firms.Mill.programme", rival["programme"])
    assert (stock(world, Tally.TIER_2, "match", 33) > stock(world, Tally.TIER_2, "no match", 33) + 20).all()
    assert more_of(world, Tally.DOWNGRADED, "match, hard", "match", last=52)
    for r in REPLICATES:
        market = run(world, "match", r)
        assert members_of(market).any()


# --- nobody joins for nothing -----------------------------------------------------------------------------


def test_who_is_asked_joins_a_programme_that_gives_status_and_service_alone() -> None:
    """A programme of levels without points or prices: their worth is in the levels."""
    asked = {"programme": {"enrolment": {"effort": 1.0, "ask": 1.0}, "tiers": {"levels": levels(quality=10)}}}
    world = pair({"none": {}, "asked": asked}, customers=800, weeks=60)
    assert (stock(world, Tally.MEMBERS, "asked") > 0).all()
