"""Campaigns: whom they reach, and what that does to taste and need."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.market import Market
from sim.measures.tally import Tally
from sim.population.campaign import Campaigns, CampaignWeek
from sim.population.moments import bit
from sim.population.population import Population
from sim.rules import Behaviour
from sim.rules.lapse import NEVER
from sim.scenario import Campaign
from tests.population.between_weeks import WEEKS, changed, people, world
from tests.population.three_grocers import some_weeks_on
from tests.rules.steady import steady


def campaign(**fields: Any) -> Campaign:
    data = {"kind": "campaign", "firm": "Harbour", "week": WEEKS, "reach": 0.3, "appeal": 0.5}
    return Campaign.model_validate(data | fields)


def all_of(*campaigns: Campaign, enabled: bool = True) -> Campaigns:
    numbers = Behaviour.model_validate({"demand": {"enabled": enabled}}).demand.numbers()
    return Campaigns(campaigns, firms=["Harbour", "Mill"], segments=["shoppers"], numbers=numbers)


def after(
    *campaigns: Campaign, weeks: int = 1, customers: int = 600
) -> tuple[Population, list[CampaignWeek]]:
    """Customers after some weeks of campaigns, in which nobody lives."""
    population, running, found = people(customers), all_of(*campaigns), []
    for t in range(weeks):
        found += running.week(WEEKS + t, population)
    return population, found


# Whom it reaches


def test_it_reaches_the_share_that_it_says_in_each_of_its_weeks_and_is_paid_for_each() -> None:
    _, weeks = after(campaign(weeks=3, cost=0.35), weeks=6, customers=2000)
    assert len(weeks) == 3
    for week in weeks:
        assert week.firm == 0
        assert week.reached == pytest.approx(600, abs=70)
        assert week.cost == 35 * week.reached


def test_a_campaign_of_more_reach_reaches_the_same_and_some_more() -> None:
    def reached(reach: float) -> set[int]:
        return set(changed(people(), after(campaign(reach=reach))[0])["taste.0"].tolist())

    assert reached(0.2) < reached(0.5) < reached(0.8)


def test_it_reaches_the_segments_that_it_names_and_there_the_same_as_if_it_named_none() -> None:
    """Whom it reaches does not depend on whom else it aims at: draws have names."""

    def reached(*segments: str) -> Any:
        market = some_weeks_on(2)
        before = market.population.column("taste", 0)
        campaigns = Campaigns(
            [campaign(segments=segments)],
            firms=market.world.firm_names,
            segments=["families", "singles"],
            numbers=Behaviour().demand.numbers(),
        )
        campaigns.week(WEEKS, market.population)
        found = np.flatnonzero(market.population.column("taste", 0) != before)
        return found, market.population.segment_of(found)

    everybody, segment = reached()
    singles, theirs = reached("singles")
    assert set(theirs) == {1}
    np.testing.assert_array_equal(singles, everybody[segment == 1])


def test_who_is_not_in_the_category_is_not_reached() -> None:
    population = people()
    alive = population.column("alive")
    alive[:100], alive[100:200] = 0, -1
    population.set_column("alive", alive)
    (week,) = all_of(campaign(reach=1.0)).week(WEEKS, population)
    assert week.reached == int((alive == 1).sum())
    assert (changed(people(), population)["taste.0"] >= 200).all()


@given(
    reach=st.floats(0.01, 1),
    appeal=st.floats(0, 5),
    want=st.floats(1, 5),
    weeks=st.integers(1, 8),
)
@steady
def test_whom_it_does_not_reach_it_does_not_change_by_a_bit_and_no_repeat_exceeds_the_limits(
    reach: float, appeal: float, want: float, weeks: int
) -> None:
    start = people(60)
    population, running = (
        people(60),
        all_of(campaign(reach=reach, appeal=appeal or 1.0, want=want, weeks=weeks)),
    )
    reached = np.zeros(60, bool)
    for t in range(weeks):
        before = population.column("taste", 0)
        (week,) = running.week(WEEKS + t, population)
        moved = population.column("taste", 0) != before
        assert moved.sum() <= week.reached
        reached |= running._met[0]
    differs = changed(start, population)
    assert set(differs) <= {"taste.0", "rate", "knows"}
    for whom in differs.values():
        assert reached[whom].all()
    more = population.column("taste", 0) - start.column("taste", 0)
    assert (more >= 0).all() and (more <= 1.5 + 1e-3).all()
    ratio = population.column("rate") / start.column("rate")
    assert (ratio >= 1).all() and (ratio <= 1.5 + 1e-5).all()


# What it does


def test_repeats_move_taste_less_and_less() -> None:
    start = people().column("taste", 0)
    gains = [
        float((after(campaign(weeks=12, reach=1.0), weeks=n)[0].column("taste", 0) - start).mean())
        for n in (1, 2, 3, 12)
    ]
    assert gains[0] == pytest.approx(0.5, abs=1e-3)
    assert gains[0] > gains[1] - gains[0] > gains[2] - gains[1] > 0
    assert gains[3] == pytest.approx(1.5, abs=0.02)


def test_two_campaigns_of_a_firm_share_one_limit_and_those_of_two_firms_do_not() -> None:
    start = people().column("taste", 0)
    twice, _ = after(campaign(appeal=5), campaign(appeal=5, week=WEEKS + 1), weeks=2)
    rivals, _ = after(campaign(appeal=5, reach=1), campaign(appeal=5, reach=1, firm="Mill"))
    assert (twice.column("taste", 0) - start).max() == pytest.approx(1.5, abs=1e-3)
    for firm in range(2):
        gain = rivals.column("taste", firm) - people().column("taste", firm)
        assert gain.min() == pytest.approx(1.5, abs=1e-3)


def test_need_grows_once_a_campaign_and_within_the_bound() -> None:
    start = people().column("rate")
    long, _ = after(campaign(want=1.2, weeks=10, reach=0.9), weeks=10)
    np.testing.assert_allclose(long.column("rate") / start, 1.2, rtol=1e-5)
    many, _ = after(*(campaign(want=1.3, reach=1, week=WEEKS + t) for t in range(4)), weeks=4)
    np.testing.assert_allclose(many.column("rate") / start, 1.5, rtol=1e-5)


def test_who_never_bought_there_comes_to_know_the_firm_and_who_left_it_is_not_brought_back() -> None:
    population = people()
    population.set_column("knows", 0)
    last = population.column("last_week", 0)
    last[:300] = NEVER
    population.set_column("last_week", last, 0)
    all_of(campaign(reach=1.0)).week(WEEKS, population)
    knows = (population.column("knows") & bit(0)) != 0
    assert (knows == (last == NEVER)).all()


def test_a_newcomer_in_the_place_of_one_who_was_reached_is_moved_afresh() -> None:
    population, running = people(), all_of(campaign(reach=1.0, weeks=9, appeal=1.5, want=1.5))
    running.week(WEEKS, population)
    population.put(5, "entered", WEEKS)
    for name, which in (("taste", 0), ("rate", 0)):
        population.put(5, name, people().get(5, name, which), which)
    running.week(WEEKS + 1, population)
    assert population.get(5, "taste", 0) == pytest.approx(people().get(5, "taste", 0) + 1.5, abs=1e-3)
    assert population.get(5, "rate") == pytest.approx(1.5 * people().get(5, "rate"), rel=1e-4)


def test_off_a_campaign_reaches_and_costs_and_moves_nobody() -> None:
    population = people()
    (week,) = all_of(campaign(cost=1.0, want=2.0), enabled=False).week(WEEKS, population)
    assert week.cost == 100 * week.reached > 0
    assert not changed(people(), population)


def test_a_firm_that_leads_demand_sells_more_and_takes_it_from_the_others() -> None:
    def sold(*campaigns: Campaign) -> Any:
        market, running, total = Market(world(1500), seed=7), all_of(*campaigns), np.zeros(2, np.int64)
        for week in range(WEEKS + 12):
            running.week(week, market.population)
            market.step()
            total += market.tallies[-1].sum(axis=(0, 2))[:, Tally.PURCHASES]
        return total

    nothing, taste, need = (
        sold(),
        sold(campaign(reach=0.5, weeks=3)),
        sold(campaign(appeal=0, want=1.4, weeks=6)),
    )
    assert taste[0] > 1.05 * nothing[0]
    assert taste[1] < nothing[1], "the house loses where the brand wins"
    assert taste.sum() == pytest.approx(nothing.sum(), rel=0.01)
    assert need.sum() > 1.1 * nothing.sum()


def test_threads_do_not_change_a_campaign() -> None:
    def digest(threads: int) -> str:
        market, running = Market(world(1500), seed=7, threads=threads), all_of(campaign(weeks=4, want=1.1))
        for week in range(WEEKS + 4):
            running.week(week, market.population)
            market.step()
        return market.population.digest()

    assert digest(1) == digest(2)
