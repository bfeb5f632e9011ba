"""A firm's books: every week, whatever the programme, they balance and say what happened."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.firms.ledger import Account
from sim.firms.points import cents
from sim.market import Market
from sim.measures.tally import Tally
from sim.scenario import Scenario
from tests.worlds import busy, duel, worlds


def spec_in(market: Market, firm: int, week: int):
    """What the firm was in a week."""
    if firm == market.focus and market.designed is not None and week >= market.burn_in:
        return market.designed
    return market.world.firms[firm]


@settings(deadline=None, max_examples=60)
@given(worlds(), st.sampled_from([None, "as written", "new"]), st.integers(0, 9))
def test_books_balance_every_week_to_the_cent(world: Scenario, design: str | None, replicate: int) -> None:
    market = Market(world, design=design, replicate=replicate)
    while market.week < market.weeks:
        market.step()
        assert [firm.ledger.imbalance for firm in market.firms] == [0] * len(market.firms)
    for firm in market.firms:
        assert firm.ledger.weeks.shape[0] == market.weeks
        assert not firm.ledger.weeks.sum(axis=1).any()


@settings(deadline=None, max_examples=60)
@given(worlds(), st.sampled_from([None, "new"]), st.integers(0, 9))
def test_the_liability_is_what_all_points_and_stamps_outstanding_would_cost(
    world: Scenario, design: str | None, replicate: int
) -> None:
    market = Market(world, design=design, replicate=replicate).run()
    balances = market.tallies.sum(axis=(1, 3))
    for firm in market.firms:
        for week in range(market.weeks):
            owed, programme = 0.0, spec_in(market, firm.number, week).programme
            if programme is not None and programme.points is not None:
                p = programme.points
                owed += balances[week, firm.number, Tally.POINTS_BALANCE] * (
                    cents(p.reward * p.cost_ratio) / p.threshold
                )
            if programme is not None and programme.stamps is not None:
                s = programme.stamps
                owed += balances[week, firm.number, Tally.STAMPS_BALANCE] * (
                    cents(s.reward * s.cost_ratio) / s.needed
                )
            booked = -firm.ledger.weeks[week, Account.POINTS_LIABILITY]
            assert abs(booked - owed) <= 1.0 + 1e-9, "half a cent of rounding for points, half for stamps"


@settings(deadline=None, max_examples=60)
@given(worlds(), st.sampled_from([None, "new"]), st.integers(0, 9))
def test_profit_is_cash_in_less_cash_out_less_what_is_owed_more(
    world: Scenario, design: str | None, replicate: int
) -> None:
    """Reckoned from the tills, not from the ledger."""
    market = Market(world, design=design, replicate=replicate).run()
    tills = market.tallies.sum(axis=(1, 3))
    for firm in market.firms:
        owed_before, launched = 0, None
        for week in range(market.weeks):
            t, spec = tills[week, firm.number], spec_in(market, firm.number, week)
            cash = t[Tally.REVENUE] - t[Tally.GOODS] - cents(spec.fixed_cost)
            cash -= t[Tally.PURCHASES] * cents(spec.service_cost)
            programme = spec.programme
            if programme is not None:
                costs = programme.costs
                cash -= cents(costs.per_week) + round(100 * costs.per_member_week * int(t[Tally.MEMBERS]))
                if launched != programme:
                    cash -= cents(costs.launch)
                if programme.points is not None:
                    p = programme.points
                    cash -= t[Tally.POINTS_REWARDS] * cents(p.reward * p.cost_ratio)
                if programme.stamps is not None:
                    s = programme.stamps
                    cash -= t[Tally.STAMPS_REWARDS] * cents(s.reward * s.cost_ratio)
            launched = programme
            owed = int(-firm.ledger.weeks[week, Account.POINTS_LIABILITY])
            assert firm.ledger.profits[week] == cash - (owed - owed_before)
            owed_before = owed


def test_profit_is_revenue_and_breakage_less_every_line_of_expense() -> None:
    market = Market(busy(), design="cards", customers=300).run()
    books = market.books()
    lines = ["goods", "service", "rewards", "programme", "fixed"]
    for firm in ("Harbour", "Mill", "Barrow"):
        own = books[books["firm"] == firm].reset_index(drop=True)
        weekly = own[[*lines, "revenue", "breakage"]].diff().fillna(own[[*lines, "revenue", "breakage"]])
        profit = -weekly["revenue"] - weekly["breakage"] - weekly[lines].sum(axis=1)
        np.testing.assert_allclose(own["profit"], profit, atol=0.005)
    harbour = books[(books["firm"] == "Harbour") & (books["week"] == 19)].iloc[0]
    assert (harbour[lines] > 0).all()
    assert harbour["revenue"] < 0
    assert harbour["breakage"] < 0


def test_a_programme_is_launched_once_and_again_only_when_it_changes() -> None:
    programme = {"points": {"per_currency": 1, "threshold": 10**6, "reward": 1e-9}, "costs": {"launch": 7.0}}
    changed = {"programme": {"costs": {"launch": 9.0}}}
    world = duel(
        {"kept": {}, "changed": changed, "dear": {"price": {"level": 1.1}}},
        customers=20,
        weeks=9,
        burn_in=4,
        firm={"programme": programme},
    )

    def launches(design: str) -> list[int]:
        booked = Market(world, design=design).run().firms[0].ledger.weeks[:, Account.PROGRAMME]
        return [int(x) for x in np.diff(booked, prepend=0)]

    assert launches("kept") == [700] + [0] * 8
    assert launches("dear") == [700] + [0] * 8
    assert launches("changed") == [700, 0, 0, 0, 900, 0, 0, 0, 0]


def test_running_a_programme_costs_by_the_week_and_by_the_member() -> None:
    costs = {"launch": 0.0, "per_week": 3.0, "per_member_week": 0.25}
    programme = {"enrolment": {"automatic": True}, "member_price": {"depth": 0.01}, "costs": costs}
    world = duel({"as written": {}}, customers=200, weeks=10, burn_in=0, firm={"programme": programme})
    market = Market(world).run()
    members = market.tallies[:, :, 0, :, Tally.MEMBERS].sum(axis=(1, 2))
    booked = np.diff(market.firms[0].ledger.weeks[:, Account.PROGRAMME], prepend=0)
    assert members[-1] > 50
    np.testing.assert_array_equal(booked, 300 + 25 * members)


def test_service_and_fixed_cost_are_paid_every_week() -> None:
    firm = {"service_cost": 0.4, "fixed_cost": 12.34}
    market = Market(duel({"as written": {}}, customers=200, weeks=10, burn_in=0, firm=firm)).run()
    sold = market.tallies[:, :, 0, :, Tally.PURCHASES].sum(axis=(1, 2))
    books = market.firms[0].ledger.weeks
    np.testing.assert_array_equal(books[:, Account.SERVICE], 40 * sold.cumsum())
    np.testing.assert_array_equal(books[:, Account.FIXED], 1234 * np.arange(1, 11))


def test_a_member_price_is_money_not_taken_and_goods_cost_what_they_did() -> None:
    """Read in the last weeks, when everybody has joined: at the purchase of joining one pays the posted price."""
    programme = {"enrolment": {"automatic": True}, "member_price": {"depth": 0.2, "range_share": 0.5}}
    often = {"purchase_rate": {"mean": 20.0, "shape": 1000.0}, "preference_concentration": 1000.0}
    world = duel(
        {"as written": {}}, customers=100, weeks=20, burn_in=0, firm={"programme": programme}, segment=often
    )
    tallies = Market(world).run().tallies.sum(axis=1)
    assert tallies[0, 0, 1, Tally.DISCOUNT] < 0.1 * tallies[0, 0, 1, Tally.REVENUE]
    t = tallies[10:].sum(axis=0)
    assert not t[:, :, Tally.JOINED].any()
    assert not t[:, 0].any()
    listed = t[:, 1, Tally.REVENUE] + t[:, 1, Tally.DISCOUNT]
    np.testing.assert_allclose(t[:, 1, Tally.REVENUE] / listed, 0.9, atol=1e-4)
    np.testing.assert_allclose(t[:, 1, Tally.GOODS] / listed, 0.7, atol=1e-4)


def test_a_firm_has_a_name_and_a_place_in_the_market() -> None:
    market = Market(busy())
    assert [firm.name for firm in market.firms] == ["Harbour", "Mill", "Barrow"]
    assert [firm.number for firm in market.firms] == [0, 1, 2]
    customers = len(market.population)
    assert [firm.unique_id - customers for firm in market.firms] == [1, 2, 3]


@pytest.mark.parametrize("design", ["closed", "cards"])
def test_a_firm_that_adopts_a_design_is_from_then_on_what_the_design_says(design: str) -> None:
    market = Market(busy(), design=design)
    for _ in range(6):
        market.step()
        assert market.firms[0].spec == market.world.firms[0]
    market.step()
    assert market.firms[0].spec == market.world.with_design(design)
    assert market.firms[1].spec == market.world.firms[1]
