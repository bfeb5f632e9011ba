"""What a campaign seems to bring, beside what it brings: the estimates by hand, and the pairs of markets."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim
from sim.experiments import CampaignLift, ExperimentError
from sim.experiments.campaign import ESTIMATES, estimates, matched
from sim.experiments.mailing import DoesNotTally, _Register, without_costs
from sim.scenario import Scenario, ScenarioError
from tests.scenario.worlds import plain

POINTS = {"per_currency": 1, "threshold": 100, "reward": 5}
CARD = {"name": "Card", "enrolment": {"effort": 0.5, "ask": 0.9}, "points": POINTS}
HEAVY = {"per_week": 0.3, "depth": 0.2, "target": "heavy", "activated": 0.5}
NOBODY = HEAVY | {"activated": 1e-6}


def grocers(**of_focus: Any) -> Scenario:
    """Harbour with a card, and designs with coupons; a market of some weeks."""
    data = plain() | {"horizon": {"weeks": 40, "burn_in": 20}, "events": []}
    data["firms"][0] |= {"programme": CARD, "service_cost": 0.5} | of_focus
    data["designs"] = {
        "no_mailing": {},
        "coupons": {"programme": {"offers": HEAVY}},
        "nobody_opens": {"programme": {"offers": NOBODY}},
    }
    return Scenario.model_validate(data)


@cache
def lift(design: str, workers: int = 1) -> CampaignLift:
    return sim.campaign_lift(
        grocers(), design=design, window=4, replicates=2, customers=400, seed=3, workers=workers
    )


def file_of(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame(columns)


# --- the estimates ----------------------------------------------------------------------------------------


def test_the_estimates_are_what_they_are_by_hand() -> None:
    found = estimates(
        file_of(
            mailed=[1, 1, 0, 0],
            earlier=[4.0, 6.0, 2.0, 2.0],
            before=[6.0, 10.0, 2.0, 4.0],
            during=[7.0, 13.0, 4.0, 4.0],
            unmailed=[6.0, 13.0, 4.0, 4.0],
        )
    )
    assert found["naive_ratio"] == 2.5
    assert found["naive_difference"] == 6.0
    assert found["before_after"] == 2.0
    assert found["did"] == 1.0
    assert found["matched"] == 1.0  # two others: all of them are the nearest five
    assert found["placebo"] == 2.0
    assert found["matched_less_placebo"] == -1.0
    assert found["true"] == 0.5
    assert list(ESTIMATES) == [name for name in ESTIMATES if name in found]


def test_each_mailed_member_is_held_against_the_five_others_who_spent_most_alike() -> None:
    rng = np.random.default_rng(7)
    spent, change = rng.gamma(1.0, 20.0, 60), rng.normal(size=60)
    mailed = np.arange(60) % 3 == 0
    others = np.flatnonzero(~mailed)
    one_by_one = [
        change[i] - change[others[np.argsort(np.abs(spent[others] - spent[i]), kind="stable")[:5]]].mean()
        for i in np.flatnonzero(mailed)
    ]
    assert matched(spent, change, mailed) == pytest.approx(np.mean(one_by_one), abs=1e-12)


def test_where_mailing_follows_luck_the_matched_estimate_finds_nothing_and_did_errs() -> None:
    """All alike, mailed for what they spent before: the plain comparison of changes regresses to the mean."""
    rng = np.random.default_rng(1)
    earlier, before, during = rng.gamma(4.0, 5.0, (3, 20_000))
    found = estimates(
        pd.DataFrame(
            {"mailed": (before > 20) * (rng.random(20_000) < 0.5), "earlier": earlier, "before": before,
             "during": during, "unmailed": during}
        )
    )  # fmt: skip
    assert found["did"] < -5
    assert abs(found["matched"]) < 0.5


def test_where_mailing_follows_habit_the_matched_estimate_finds_what_is_not_there() -> None:
    rng = np.random.default_rng(2)
    habit = rng.gamma(2.0, 10.0, 20_000)
    earlier, before, during = rng.poisson(habit, (3, 20_000)).astype(float)
    chosen = (habit > 20) & (rng.random(20_000) < 0.8)
    found = estimates(
        pd.DataFrame(
            {"mailed": chosen * 1, "earlier": earlier, "before": before, "during": during, "unmailed": during}
        )
    )
    assert found["naive_ratio"] > 2
    assert found["matched"] > 0.3 and found["placebo"] > 0.3
    assert abs(found["matched_less_placebo"]) < 0.3


# --- the pairs of markets ---------------------------------------------------------------------------------


def test_a_letter_that_nobody_opens_changes_nothing_to_the_cent() -> None:
    values = lift("nobody_opens").values
    assert 0 < values["mailed"].mean() < 1
    assert (values["during"] == values["unmailed"]).all()
    assert lift("nobody_opens").verdict == "exactly nothing"


def test_coupons_change_what_the_mailed_spend_and_nothing_before_them() -> None:
    used, nothing = lift("coupons").values, lift("nobody_opens").values
    for name in ("replicate", "mailed", "earlier", "before"):
        assert (used[name] == nothing[name]).all()
    gone = used[used["mailed"] == 1]
    assert (gone["during"] != gone["unmailed"]).any()
    others = used[used["mailed"] == 0]
    assert (others["during"] == others["unmailed"]).all()


def test_spending_is_that_of_the_till_and_costs_change_nothing_that_customers_live() -> None:
    world = grocers()
    costless = without_costs(world, "coupons", mailing=True)
    usual, free = (sim.Market(w, design="coupons", customers=200).run() for w in (world, costless))
    assert (usual.tallies[..., 0] == free.tallies[..., 0]).all()
    assert usual.population.column("satisfaction").tolist() == free.population.column("satisfaction").tolist()
    assert free.firms[0].spec.unit_cost == 0 == free.firms[0].spec.service_cost


def test_a_register_that_misses_spending_says_so() -> None:
    """With costs, what customers bring is not what they spend."""
    market = sim.Market(grocers(), design="coupons", customers=100, follow=True)
    register = _Register(market)
    register.open()
    market.step()
    with pytest.raises(DoesNotTally, match="the till has"):
        register.week()


def test_who_was_found_mailed_is_counted_against_the_market(monkeypatch: pytest.MonkeyPatch) -> None:
    market = sim.Market(grocers(), design="coupons", customers=200, follow=True)
    monkeypatch.setattr(_Register, "_sent", staticmethod(lambda market: np.zeros(1, np.int64)))
    _Register(market)
    with pytest.raises(DoesNotTally, match="members were found mailed"):
        market.run()


def test_a_newcomer_does_not_go_on_with_the_card_of_who_left() -> None:
    data = without_costs(grocers(), "coupons", mailing=True).model_dump(mode="json")
    for segment in data["customers"]["segments"]:
        segment["leaving"] = {"shape": 1.0, "scale": 10.0}
    data["customers"]["replace_leavers"] = True
    market = sim.Market(Scenario.model_validate(data), customers=300, follow=True)
    register = _Register(market)
    register.open()
    spent = np.zeros(300)
    for _ in range(10):
        market.step()
        gone = ~register.same()
        spent += np.where(gone, register.week(), 0.0)
    assert gone.sum() > 50
    assert market.population.column("worth", market.focus)[gone].sum() > 0
    assert (spent == 0).all()


def test_the_same_seed_gives_the_same_bits_with_any_workers() -> None:
    pd.testing.assert_frame_equal(lift("coupons").values, lift("coupons", 2).values)


def test_the_result_is_plain_json_and_says_where_it_comes_from() -> None:
    found = lift("coupons")
    said = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert list(said["estimates"]) == list(ESTIMATES)
    assert said["provenance"]["settings"]["window"] == 4
    assert "sim.campaign_lift" in said["provenance"]["command"]
    assert "those who buy most" in found.summary()
    assert found.table().loc["true", "mean"] == found.intervals["true"].mean


def test_one_replicate_has_means_and_no_intervals() -> None:
    found = sim.campaign_lift(grocers(), design="coupons", window=4, replicates=1, customers=200, workers=1)
    assert found.verdict == "unknown"
    assert np.isnan(found.table().loc["true", "low"])
    assert "[" not in found.summary()


# --- what makes no sense ----------------------------------------------------------------------------------


def test_what_is_no_campaign_is_refused_with_a_remedy() -> None:
    world = grocers()
    assert sim.experiments.CampaignPlan.of(world, window=4).design == "coupons"
    with pytest.raises(
        ExperimentError, match=r"'no_mailing' sends no personal offers.*coupons, nobody_opens"
    ):
        sim.campaign_lift(world, design="no_mailing")
    with pytest.raises(ExperimentError, match="did you mean 'coupons'"):
        sim.campaign_lift(world, design="coupon")
    with pytest.raises(ExperimentError, match="burn-in of 20 weeks; give 10 or less"):
        sim.campaign_lift(world, window=11)
    with pytest.raises(ExperimentError, match="--window is 0"):
        sim.campaign_lift(world, window=0)
    with pytest.raises(ExperimentError, match="no design has a campaign"):
        sim.campaign_lift(world.replace("designs", {"no_mailing": {}}))


def test_who_has_no_members_or_mails_already_has_no_before() -> None:
    for programme in (None, CARD | {"offers": HEAVY}):
        world = grocers(programme=programme)
        with pytest.raises(ExperimentError, match="must have members, and send no offers, before"):
            sim.campaign_lift(world, design="coupons", window=4)


def test_a_firm_that_acts_on_what_customers_bring_is_refused() -> None:
    world = grocers(selection={"minimum": 5.0})
    with pytest.raises(ExperimentError, match="acts on what customers bring \\('selection'\\)"):
        sim.campaign_lift(world, window=4)


def test_offers_that_are_the_whole_programme_cannot_be_taken_away() -> None:
    data = grocers().model_dump(mode="json")
    data["designs"]["coupons"] = {"programme": {"points": None, "offers": HEAVY}}
    with pytest.raises(ScenarioError, match="gives members nothing"):
        sim.campaign_lift(Scenario.model_validate(data), design="coupons", window=4)


def test_where_everybody_is_mailed_there_is_nobody_to_hold_them_against() -> None:
    data = grocers().model_dump(mode="json")
    data["designs"]["coupons"]["programme"]["offers"] = {"per_week": 1.0, "depth": 0.2}
    with pytest.raises(ExperimentError, match="nobody, or everybody, was mailed"):
        sim.campaign_lift(
            Scenario.model_validate(data), design="coupons", window=4, replicates=1, customers=100, workers=1
        )
