"""Findings on prices, programmes of rivals, and firms: their set-ups, and that it is behaviour which is scored."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.market import Market
from sim.measures.tally import Tally
from sim.scenario import Scenario
from sim.validation import adoption_game, performance, price_equilibrium, price_war, pricing, rows
from sim.validation.trial import Trial, firms
from sim.validation.watching import live
from tests.validation.asking import Asked, asked, of, off


def shelf(weeks: int = 40, customers: int = 300) -> Market:
    """Three brands whose prices are set by lot from week 10 on."""
    events = pricing.shocks(3, 10, weeks - 10, Trial(0))
    return Market(Trial(0).world(firms(3), rate=1.5, weeks=weeks, customers=customers, events=events), seed=3)


def test_rows_that_may_be_fitted_are_those_on_how_customers_answer_to_prices() -> None:
    mine = [f for f in rows() if f.id[0] == "P" or f.id == "S08a"]
    assert {f.id for f in mine if f.role == "CAL"} == {"P01a", "P03a", "P04a", "P04b"}
    assert {f.id for f in mine if f.role == "VAL"} == {
        "P05a", "P06a", "P06b", "P06c", "P07a", "P07b", "S08a",
    }  # fmt: skip


# Panels


def test_prices_by_lot_are_as_often_up_as_down_and_the_usual_ones_before() -> None:
    prices = shelf(weeks=150, customers=1).run().prices
    assert (prices[:10] == 1).all()
    assert set(np.unique(prices.round(6))) == {0.9, 1.0, 1.1}
    for price in (0.9, 1.0, 1.1):
        assert np.isclose(prices[10:], price).mean() == pytest.approx(1 / 3, abs=0.08)


def test_a_panel_records_every_purchase_that_was_the_only_one_of_its_week() -> None:
    one, twin = shelf(), shelf()
    live(one, 10)
    live(twin, 10)
    log, counts = pricing.record(one, 30), live(twin, 30)
    alone = counts.sum(axis=1) == 1
    assert len(log.who) == alone.sum() < counts.sum()
    for firm in range(3):
        assert (log.chosen == firm).sum() == (alone & (counts[:, firm] == 1)).sum()


def test_the_analysts_reference_is_the_one_that_customers_have() -> None:
    one, twin = shelf(), shelf()
    live(one, 10)
    live(twin, 10)
    log, counts = pricing.record(one, 30), live(twin, 29)
    theirs = twin.population.column("reference_price")
    (who,) = np.nonzero(live(twin, 1)[0].sum(axis=0) == 1)
    carry = pricing._GRID.index(one.world.behaviour.price.carry_over)
    mine = log.reference[-len(who) :, carry]
    # Within a week of several purchases the panel does not know their order.
    known = (counts.sum(axis=1) <= 1).all(axis=0)[who]
    assert known.sum() >= 5
    assert np.ptp(mine[known]) > 0.01
    assert mine[known] == pytest.approx(theirs[who][known], abs=1e-5)
    assert mine == pytest.approx(theirs[who], abs=0.05)


def test_the_last_brand_in_a_panel_is_that_of_the_purchase_before() -> None:
    one = shelf()
    live(one, 10)
    log = pricing.record(one, 30)
    pairs = 0
    for who in range(40):
        mine = log.of(np.flatnonzero(log.who == who))
        pairs += int((mine.last[1:] == mine.chosen[:-1]).sum())
        assert (mine.last >= -1).all()
    everyone = sum(max(int((log.who == who).sum()) - 1, 0) for who in range(40))
    # Only where a week of several purchases came between may they differ.
    assert pairs > 0.75 * everyone


# It is behaviour that is scored


def test_customers_who_do_not_look_at_prices_have_no_elasticity() -> None:
    assert pricing.elasticity(asked(off("price", "need"), customers=100))["P01a"] == 0.0


def test_a_brand_sells_more_when_it_is_cheaper_as_published() -> None:
    found = pricing.elasticity(asked(customers=2000))
    assert of("P01a").low < found["P01a"] < of("P01a").high
    assert found["of the cut"] < 0 > found["of the rise"]


def test_losses_that_weigh_no_more_than_gains_are_found_to_weigh_less_than_as_shipped() -> None:
    shipped = pricing.loss_aversion(asked(customers=400))["P03a"]
    even = pricing.loss_aversion(asked({"price.loss_aversion": 1.0}, customers=400))["P03a"]
    assert even < shipped - 0.4


def test_inertia_is_found_and_customers_taken_as_alike_seem_to_have_more_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pricing, "_POINTS", 25)
    shipped = pricing.state_dependence(asked(customers=400))
    assert shipped["P04b"] > 1.5
    free = pricing.state_dependence(asked(off("inertia"), customers=400))
    assert free["P04a"] < shipped["P04a"] - 0.05


# Price wars


def test_a_war_brings_all_prices_down_by_what_was_published_the_leader_first() -> None:
    market = Market(
        Trial(0).world(price_war.sellers(), rate=0.1, weeks=204, customers=1, events=price_war.campaign()),
        seed=1,
    ).run()
    prices = market.prices / market.prices[0]
    assert (prices[:90] == 1).all()
    assert (prices[90:92, 0] < 1).all() and (prices[90:92, 1:] == 1).all()
    assert prices[92:103] == pytest.approx(1 - 0.1 / 3)
    assert prices[120:] == pytest.approx(1 - 0.082)
    assert (np.diff(prices[90:], axis=0) <= 1e-12).all()


def test_a_war_in_a_category_that_does_not_answer_to_price_costs_as_much_as_the_cut() -> None:
    found = price_war.war(asked(off("need"), customers=400))
    assert found["P06a"] == pytest.approx(-0.082, abs=0.01)
    assert found["P06c"] < 0
    assert found["price"] == pytest.approx(-0.082)


# Firms that answer each other


def test_the_price_that_answers_itself_is_the_one_of_constant_elasticity() -> None:
    # log units = -3 log(own) + 2 log(rival): the best price is cost x 3 / 2, whatever the rival asks.
    surface = np.array([0.0, -3.0, 2.0, 0, 0, 0, 0, 0, 0, 0])
    assert price_equilibrium.equilibrium(surface, cost=1.0) == pytest.approx(1.5, abs=0.002)


def test_prices_that_run_away_have_no_equilibrium() -> None:
    greedy = np.array([0.0, -0.5, 0.0, 0, 0, 0, 0, 0, 0, 0])
    assert np.isnan(price_equilibrium.equilibrium(greedy))


def test_inertia_is_off_in_one_of_the_two_duopolies_and_nothing_else_differs() -> None:
    seen: list[Scenario] = []

    class Seen(Asked):
        def market(self, plan: Scenario, sample: int = 0, **more: Any) -> Market:
            seen.append(plan)
            return super().market(plan, sample, **more)

    trial = Seen(0, context={"customers": 100})
    found = [price_equilibrium.units(1.2, 1.5, inertia, trial) for inertia in (True, False)]
    assert found[0] != found[1]
    assert all(cheap > dear for cheap, dear in found)
    assert [plan.behaviour.inertia.enabled for plan in seen] == [True, False]
    assert seen[1].replace("behaviour.inertia.enabled", True) == seen[0]


def test_a_programme_that_nobody_feels_costs_both_firms_and_gains_neither() -> None:
    unfelt = off("programme_value", "equity", "crowding")
    profit = adoption_game.payoffs(0.3, asked(unfelt, customers=300, weeks=104))
    assert profit[True, True] == profit[True, False] < profit[False, False]
    assert profit[False, True] == profit[False, False]


def test_a_programme_takes_sales_from_a_rival_without() -> None:
    profit = adoption_game.payoffs(0.0, asked(customers=600, weeks=104))
    assert profit[False, True] < profit[False, False]
    assert profit[True, True] < profit[False, False]


def test_satisfaction_goes_less_with_revenue_where_nobody_goes_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performance, "_MARKETS", 5)
    shipped = performance.firms_compared(asked())
    blind = performance.firms_compared(asked(off("expectation", "attachment", "trust", "equity")))
    assert blind["revenue"] < shipped["revenue"] - 0.05


def test_a_year_of_a_firm_is_the_sum_of_its_weeks() -> None:
    market = performance.market_of(Trial(0), np.random.Generator(np.random.Philox(1)), 0)
    found = performance.yearly(market)
    weekly = market.tallies[..., Tally.REVENUE].sum(axis=(1, 3))
    assert (found["revenue"][0] == weekly[52:104].sum(axis=0)).all()
    assert found["growth"][1] == pytest.approx(weekly[104:].sum(axis=0) / weekly[52:104].sum(axis=0) - 1)
    assert found["profit"][1, 0] == market.firms[0].ledger.profits[104:].sum()
    assert ((found["satisfaction"] > 30) & (found["satisfaction"] < 100)).all()
