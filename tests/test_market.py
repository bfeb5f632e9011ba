"""One market: its week, its results, and what it says to input that cannot be."""

from __future__ import annotations

import gc
import math
import random
import weakref
from itertools import product

import mesa
import numpy as np
import pandas as pd
import pytest

from sim.firms.firm import Firm
from sim.market import Market
from sim.measures import HEADLINE, MEASURES
from sim.measures.tally import INDEX_SCALE, Tally
from sim.rules import Behaviour
from sim.scenario import ScenarioError
from tests.worlds import busy, duel

METRICS = [
    "retention", "churn", "profit", "incremental_profit", "revenue", "share", "nps", "satisfaction",
    "active_members", "redemption_rate", "breakage", "points_liability", "clv",
]  # fmt: skip


@pytest.fixture(scope="module")
def market() -> Market:
    return Market(busy(), design="cards", customers=500).run()


# --- the week ---------------------------------------------------------------------------------------------


def test_a_market_is_a_mesa_model_that_steps_to_its_horizon() -> None:
    market = Market(busy())
    assert isinstance(market, mesa.Model)
    assert (market.week, market.weeks, market.burn_in, market.measured_weeks) == (0, 20, 6, 14)
    market.step()
    assert market.week == 1
    assert market.running
    assert market.run() is market
    assert market.week == 20
    assert not market.running
    assert market.run().week == 20, "a market that has run does not run on"


def test_the_week_is_a_list_of_steps_in_the_order_of_the_week() -> None:
    assert [step.name for step in Market(busy()).plan] == [
        "changes", "cohorts", "prices", "events", "customers", "books", "retention"
    ]  # fmt: skip


def test_the_plan_tells_what_each_step_does_and_the_time_it_took(market: Market) -> None:
    text = str(market.plan)
    assert text.startswith("A week has 7 steps; 20 weeks lived.")
    assert text.count("µs a week") == 7
    for number, step in enumerate(market.plan, 1):
        assert f"{number}. {step.name}" in text
        assert step.does in text
        assert step.seconds > 0.0
        assert f"{1e6 * step.seconds / 20:.0f} µs" in text


def test_a_plan_can_be_printed_before_anything_has_happened() -> None:
    assert "0 weeks lived" in str(Market(busy()).plan)


def test_size_and_length_can_be_given_instead_of_the_scenarios_own() -> None:
    market = Market(busy(), customers=7, weeks=9)
    assert (len(market.population), market.weeks) == (7, 9)
    assert Market(busy(), design="closed").designed.programme is None  # type: ignore[union-attr]


def test_firms_are_agents_of_the_model(market: Market) -> None:
    assert [type(firm) for firm in market.firms] == [Firm] * 3
    assert all(isinstance(firm, mesa.Agent) and firm.model is market for firm in market.firms)


def test_the_draws_of_a_market_leave_those_of_python_and_numpy_alone() -> None:
    random.seed(5)
    before, legacy = random.getstate(), np.random.get_state()[1].copy()  # noqa: NPY002
    Market(busy()).run()
    assert random.getstate() == before
    np.testing.assert_array_equal(np.random.get_state()[1], legacy)  # noqa: NPY002


def test_a_market_that_nobody_holds_is_freed() -> None:
    """A sweep makes thousands; none may stay for ever in a table of Mesa's."""
    market = Market(busy()).run()
    held = weakref.ref(market)
    del market
    gc.collect()
    assert held() is None


def test_when_prices_rise_the_category_shrinks_by_its_elasticity() -> None:
    """pull = exp(-.35 (mean price - 1)), shares as weights."""
    world = duel({"as written": {}}, customers=20_000, weeks=10, burn_in=0, behaviour={"drift": OFF})
    dear = world.replace("firms.Harbour.price", {"level": 1.4, "usual": 1.0})
    sold = [Market(w).run().tallies[..., Tally.PURCHASES].sum() for w in (world, dear)]
    assert sold[1] / sold[0] == pytest.approx(math.exp(-0.35 * 0.2), rel=0.01)


OFF = {"enabled": False}


def test_purchases_come_at_the_rate_of_the_scenario_whether_or_not_some_occasions_end_outside() -> None:
    base = duel({"as written": {}}, customers=20_000, weeks=10, burn_in=0)
    null = base.replace("behaviour", Behaviour.null().model_dump())
    for outside in (0.0, 0.3):
        market = Market(null.replace("category.outside_share", outside)).run()
        sold = market.tallies[..., Tally.PURCHASES].sum()
        # Gamma rates of mean .5 and shape 1: the variance between customers is .25 a week squared.
        error = math.sqrt(20_000 * (10**2 * 0.25 + 10 * 0.5))
        assert sold == pytest.approx(20_000 * 10 * 0.5, abs=4 * error)


# --- results ----------------------------------------------------------------------------------------------


def test_the_metrics_are_those_of_the_contract(market: Market) -> None:
    assert list(market.metrics())[: len(METRICS)] == METRICS
    assert list(HEADLINE) == METRICS
    assert list(market.metrics()) == list(MEASURES)


def test_every_measure_has_a_unit_a_direction_and_a_definition() -> None:
    for name, measure in MEASURES.items():
        assert measure.name == name
        assert measure.unit
        assert measure.better in ("higher", "lower", "neither")
        assert measure.definition.endswith((".", "NaN.", "0."))
        assert len(measure.definition) > 10


def test_metrics_are_plain_numbers_within_their_ranges(market: Market) -> None:
    metrics = market.metrics()
    assert {type(value) for value in metrics.values()} == {float}
    assert {name for name in HEADLINE if math.isnan(metrics[name])} == {"incremental_profit"}
    for name in ("retention", "churn", "share"):
        assert 0.0 < metrics[name] < 1.0
    assert metrics["retention"] + metrics["churn"] == 1.0
    assert -100.0 <= metrics["nps"] <= 100.0
    assert 0.0 < metrics["satisfaction"] < 100.0


def test_metrics_of_another_firm_are_its_own(market: Market) -> None:
    assert market.metrics("Harbour") == pytest.approx(market.metrics(), nan_ok=True)
    assert market.metrics("Barrow")["active_members"] == 0.0
    assert market.metrics("Mill")["active_members"] > 0.0


def test_before_its_end_a_market_has_no_results() -> None:
    market = Market(busy())
    market.step()
    with pytest.raises(RuntimeError, match=r"the market has lived 1 of 20 weeks; call run\(\) first"):
        market.record()
    with pytest.raises(RuntimeError):
        market.metrics()


def test_the_panel_has_a_row_for_every_week_firm_segment_and_membership(market: Market) -> None:
    panel = market.panel()
    keys = ["week", "firm", "segment", "membership"]
    assert len(panel) == 20 * 3 * 2 * 2
    assert not panel.duplicated(keys).any()
    assert set(panel["firm"]) == {"Harbour", "Mill", "Barrow"}
    assert set(panel["segment"]) == {"families", "singles"}
    assert set(panel["membership"]) == {"member", "non-member"}
    assert panel.loc[panel["measured"], "week"].min() == 6
    assert not panel.loc[~panel["measured"], "week"].max() > 5
    assert {t.name.lower() for t in Tally} < set(panel.columns)


MEANS = {
    "satisfaction": "active",
    "expectation": "active",
    "attachment": "active",
    "trust": "active",
    "equity": "active",
    "surveyed_satisfaction": "asked",
    "intention": "census",
    "behavioural": "census",
}
"""Columns of the panel that are means, and the column that says over how many."""


def test_the_panel_sums_to_what_was_counted(market: Market) -> None:
    panel = market.panel()
    money = {"revenue", "goods", "discount", "cohort_contribution"}
    for tally in Tally:
        name = tally.name.lower()
        if name not in MEANS:
            total = market.tallies[..., tally].sum() / (100 if name in money else 1)
            assert panel[name].sum() == pytest.approx(total), name
    order = (["Harbour", "Mill", "Barrow"], ["families", "singles"], ["non-member", "member"])
    for (i, firm), (j, segment), (k, membership) in product(*map(enumerate, order)):
        keys = (panel["firm"] == firm) & (panel["segment"] == segment) & (panel["membership"] == membership)
        rows = panel[keys]
        np.testing.assert_array_equal(rows["purchases"], market.tallies[:, j, i, k, Tally.PURCHASES])
        np.testing.assert_allclose(rows["price"], market.prices[:, i])


@pytest.mark.parametrize("name", MEANS)
def test_indices_in_the_panel_are_means_over_those_who_have_one(market: Market, name: str) -> None:
    """Over active customers, over those who answered a survey, over those in the census."""
    panel, among = market.panel(), MEANS[name]
    nobody = panel[among] == 0
    assert nobody.any()
    assert panel.loc[nobody, name].isna().all()
    assert panel.loc[~nobody, name].notna().all()
    sums = market.tallies[..., Tally[name.upper()]].ravel() / INDEX_SCALE
    assert (panel[name] * panel[among])[~nobody].to_numpy() == pytest.approx(sums[~nobody.to_numpy()])
    sums = (panel[name] * panel[among]).sum()
    counted = market.tallies[..., Tally[name.upper()]]
    assert counted.any()
    assert sums == pytest.approx(counted.sum() / INDEX_SCALE)
    low, high = {"satisfaction": (0, 100), "expectation": (0, 100), "trust": (0, 1), "intention": (0, 1),
                 "behavioural": (0, 1)}.get(name, (-150, 150))  # fmt: skip
    assert panel[name].dropna().between(low, high).all()


def test_the_books_are_those_of_the_ledgers(market: Market) -> None:
    books = market.books()
    assert len(books) == 20 * 3
    accounts = books.drop(columns=["week", "firm", "profit"])
    np.testing.assert_allclose(accounts.sum(axis=1), 0.0, atol=1e-6)
    assert set(books["firm"]) == {"Harbour", "Mill", "Barrow"}
    mill = books[books["firm"] == "Mill"]
    np.testing.assert_allclose(mill["profit"], market.firms[1].ledger.profits / 100)


def test_the_data_collector_gives_a_frame_of_the_weeks(market: Market) -> None:
    frame = market.datacollector.get_model_vars_dataframe()
    assert isinstance(frame, pd.DataFrame)
    assert frame.shape == (20, 3 * len(Tally))
    expected = market.tallies[:, :, 1, :, Tally.REVENUE].sum(axis=(1, 2))
    assert frame["Mill.revenue"].tolist() == expected.tolist()


def test_what_a_market_has_lived_so_far_can_be_looked_at() -> None:
    market = Market(busy())
    assert market.tallies.shape == (0, 2, 3, 2, len(Tally))
    assert len(market.panel()) == 0
    market.step()
    assert market.tallies.shape == (1, 2, 3, 2, len(Tally))
    assert len(market.panel()) == 12
    assert len(market.datacollector.get_model_vars_dataframe()) == 1


@pytest.mark.parametrize(
    ("weeks", "burn_in"), [(1, 0), (7, 6), (30, 6), (6 + 51, 6), (6 + 52, 6), (6 + 53, 6), (6 + 110, 6)]
)
def test_any_horizon_has_results(weeks: int, burn_in: int) -> None:
    world = busy(horizon={"weeks": weeks, "burn_in": burn_in}, events=[])
    market = Market(world, design="kept", customers=300).run()
    record, metrics = market.record(), market.metrics()
    measured = weeks - burn_in
    assert len(record.tallies) == len(record.profits) == len(record.liabilities) == measured
    assert record.cohort_weeks == min(52, measured)
    assert len(record.cohorts) == max(1, measured // 52)
    profits = market.books().query("firm == 'Harbour' and week >= @burn_in")["profit"]
    assert metrics["profit"] == pytest.approx(profits.sum())
    if burn_in:
        assert 0.0 <= metrics["retention"] <= 1.0
    else:
        assert math.isnan(metrics["retention"]), "at the start of the world nobody is a customer yet"


# --- what cannot be ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["seed", "replicate"])
@pytest.mark.parametrize("value", [-1, 2**32])
def test_a_seed_or_replicate_out_of_range_is_refused(name: str, value: int) -> None:
    complaint = f"{name} must be a whole number from 0 to 4294967295, not {value}"
    with pytest.raises(ScenarioError, match=complaint):
        Market(busy(), **{name: value})  # type: ignore[arg-type]


def test_the_largest_seed_and_replicate_work() -> None:
    Market(busy(), seed=2**32 - 1, replicate=2**32 - 1).step()


def test_a_misspelt_design_is_answered_with_the_nearest_and_all_there_are() -> None:
    complaint = r"no design is called 'card'; did you mean 'cards'.*closed, kept, cards"
    with pytest.raises(ScenarioError, match=complaint):
        Market(busy(), design="card")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [({"customers": 0}, "count"), ({"weeks": 6}, "burn_in"), ({"weeks": 0}, "weeks")],
)
def test_a_size_or_length_that_cannot_be_is_refused(change: dict[str, int], complaint: str) -> None:
    with pytest.raises(ScenarioError, match=complaint):
        Market(busy(), **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("where", ["firm", "design"])
def test_more_points_a_basket_than_a_ledger_can_hold_are_refused(where: str) -> None:
    rich = {"programme": {"points": {"per_currency": 1000.0, "threshold": 10, "reward": 1.0}}}
    world = duel(
        {"as written": {}, "rich": rich if where == "design" else {}},
        firm=rich if where == "firm" else None,
        segment={"basket": {"mean": 2000.0}},
    )
    with pytest.raises(ScenarioError, match=r"Harbour.*per_currency.*2,000,000 points.*1,000,000"):
        Market(world, design="rich")


def test_no_firm_of_that_name_has_metrics(market: Market) -> None:
    with pytest.raises(ScenarioError, match="no firm is called 'Harbor'; did you mean 'Harbour'"):
        market.metrics("Harbor")
