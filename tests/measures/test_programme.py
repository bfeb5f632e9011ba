"""What a reward programme does, against numbers reckoned by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.market import Market
from sim.measures.programme import (
    active_members,
    active_share,
    breakage,
    challenge_completion,
    club_renewal,
    downgrade_rate,
    effective_reward_rate,
    eligible_unredeemed,
    offers_used,
    points_liability,
    redemption_rate,
    trial_conversion,
    upgrade_rate,
)
from sim.measures.tally import Tally
from tests.measures.records import record
from tests.worlds import busy

MEMBERS_ONLY = [[[0, 1], [0, 0]]]
"""One of something, for the members of the firm."""


def of(amount: int) -> np.ndarray:
    return amount * np.array(MEMBERS_ONLY)


def test_active_members_are_counted_at_the_end() -> None:
    assert active_members(record(2, active=[[[9, 9], [9, 9]], [[5, 3], [9, 9]]])) == 3.0


def test_redemption_is_points_used_over_points_earned() -> None:
    made = record(points_earned=of(400), points_redeemed=of(100), reward_costs=(1.5, 0.0))
    assert redemption_rate(made) == 0.25


def test_points_and_stamps_add_up_at_what_they_cost() -> None:
    """400 points at 1 cent and 6 stamps at 50 cents are earned; 200 points and all stamps are used."""
    made = record(
        points_earned=of(400),
        points_redeemed=of(200),
        stamps_given=of(6),
        stamps_handed_in=of(6),
        reward_costs=(1.0, 50.0),
    )
    assert redemption_rate(made) == pytest.approx((200 + 300) / (400 + 300))


def test_breakage_is_what_expired_and_was_forfeited() -> None:
    made = record(
        points_earned=of(400),
        points_expired=of(60),
        points_forfeited=of(40),
        stamps_given=of(10),
        stamps_forfeited=of(2),
        reward_costs=(1.0, 10.0),
    )
    assert breakage(made) == pytest.approx((60 + 40 + 20) / (400 + 100))


def test_where_nothing_is_earned_there_is_no_rate() -> None:
    assert math.isnan(redemption_rate(record()))
    assert math.isnan(breakage(record()))


def test_the_liability_is_that_of_the_last_week_in_currency() -> None:
    assert points_liability(record(3, liabilities=np.array([5, 9, 1234]))) == 12.34


def test_active_members_are_a_share_of_all_members_at_the_end() -> None:
    assert active_share(record(2, members=[[[0, 9], [0, 0]], [[0, 8], [0, 0]]], active=of(6))) == 0.75


def test_a_reward_that_could_be_had_is_had_or_not() -> None:
    assert eligible_unredeemed(record(2, eligible=of(20), redemptions=of(5))) == 0.75


def test_the_effective_reward_rate_is_of_what_members_paid() -> None:
    made = record(2, revenue=[[400, 1000], [9, 9]], faces=np.array([30, 70]))
    assert effective_reward_rate(made) == 0.05


def test_members_rise_and_fall_so_often_a_year() -> None:
    """Two members for a year."""
    made = record(52, members=of(2), upgraded=of(1), downgraded=of(3))
    assert upgrade_rate(made) == 26.0
    assert downgrade_rate(made) == 78.0


@pytest.mark.parametrize(
    ("measure", "part", "whole"),
    [
        (club_renewal, "renewals", "renewals_due"),
        (trial_conversion, "trials_converted", "trials_ended"),
        (offers_used, "offers_used", "offers"),
        (challenge_completion, "challenges_done", "challenges_joined"),
    ],
)
def test_what_comes_of_memberships_trials_offers_and_challenges_is_a_share_of_them(
    measure, part: str, whole: str
) -> None:
    assert measure(record(3, **{part: of(3), whole: of(4)})) == 0.75
    assert math.isnan(measure(record()))


def test_what_is_earned_is_redeemed_lost_or_still_owed() -> None:
    """Over a run without burn-in: redemption + breakage + liability / earned = 1."""
    world = busy(horizon={"weeks": 60, "burn_in": 0}, designs={"as written": {}})
    for firm, cost in (("Harbour", 500 / 60), ("Mill", round(100 * 9 * 0.7) / 4)):
        market = Market(world, customers=500).run()
        metrics, t = market.metrics(firm), market.record(firm)
        earned = cost * (t.sum(Tally.POINTS_EARNED) + t.sum(Tally.STAMPS_GIVEN))
        owed = 100 * metrics["points_liability"] / earned
        assert metrics["redemption_rate"] + metrics["breakage"] + owed == pytest.approx(1.0, abs=1e-4)
        assert 0.2 < metrics["redemption_rate"] < 1.0
        assert metrics["breakage"] > 0.0


def test_a_firm_without_a_programme_has_none_of_it() -> None:
    metrics = Market(busy(), customers=200).run().metrics("Barrow")
    assert metrics["active_members"] == 0.0
    assert metrics["points_liability"] == 0.0
    assert math.isnan(metrics["redemption_rate"])
    assert math.isnan(metrics["breakage"])
