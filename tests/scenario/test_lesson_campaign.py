"""The campaign trap, as it is shipped: whom a grocer mails looks like what mailing does."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import sim
from sim.experiments import CampaignLift

LESSON = Path(__file__).parents[2] / "scenarios" / "lessons" / "the_campaign_trap.yaml"


@cache
def lift(design: str) -> CampaignLift:
    return sim.campaign_lift(sim.load(LESSON), design=design, replicates=4, workers=1)


def test_the_mailed_spend_two_to_three_times_as_much_and_mailing_does_nothing() -> None:
    found = lift("nobody_opens")
    assert 2 < found.intervals["naive_ratio"].mean < 3
    assert (found.samples["true"] == 0).all()
    assert found.verdict == "exactly nothing"


def test_a_matched_estimate_finds_as_much_where_nothing_was_mailed_yet() -> None:
    """Regression to the mean: the published estimate is 5.72 a week, in the placebo window 5.20."""
    found = lift("nobody_opens").intervals
    assert found["matched"].low > 0 and found["placebo"].low > 0
    assert found["matched_less_placebo"].low < 0 < found["matched_less_placebo"].high


def test_plain_difference_in_differences_errs_the_other_way() -> None:
    assert lift("nobody_opens").intervals["did"].high < 0


def test_coupons_that_are_used_lose_money_and_every_other_estimate_stays_as_it_was() -> None:
    used, nothing = lift("some_use_them"), lift("nobody_opens")
    assert used.verdict == "a loss"
    for name in ("naive_ratio", "did", "matched"):
        assert used.intervals[name].mean == pytest.approx(nothing.intervals[name].mean, abs=0.25)


def test_mailing_those_who_stay_away_seems_to_drive_them_away() -> None:
    found = lift("to_those_who_stay_away")
    assert found.intervals["naive_ratio"].high < 1
    assert found.intervals["matched"].high < 0
    assert (found.samples["true"] == 0).all()
