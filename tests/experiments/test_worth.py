"""Is a design worth it: against numbers reckoned by hand, and silence where there is no number."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.run import focal_path
from sim.experiments.worth import margins, payback, table, to_dict, worths
from sim.market import Market
from sim.measures.programme_books import COSTS, INCOME, REWARDS
from tests.worlds import busy

BURN_IN, WEEKS = 2, 4
BLANK = {
    "profit": 0.0,
    "programme_cost": 0.0,
    "given_cost": 0.0,
    "purchases": 100.0,
    "member_purchases": 0.0,
    "member_contribution": 0.0,
}


def path(design: str, replicate: int, **columns: Any) -> pd.DataFrame:
    """The focal firm's weeks; what is named holds for the measured weeks, and the burn-in is full of noise."""
    frame = pd.DataFrame({"design": design, "replicate": replicate, "week": range(BURN_IN + WEEKS)})
    for name, usual in BLANK.items():
        noise = np.random.default_rng(replicate).normal(0.0, 1e6, BURN_IN)
        given = np.broadcast_to(np.asarray(columns.get(name, usual), float), WEEKS)
        frame[name] = np.concatenate([noise, given])
    return frame


def worlds(*designs: tuple[str, dict[str, Any]]) -> pd.DataFrame:
    """Two worlds; in the second everybody earns 1000 a week more."""
    rows = []
    for replicate, richer in enumerate((0.0, 1000.0)):
        for design, columns in designs:
            profit = np.asarray(columns.get("profit", 0.0), float) + richer
            rows.append(path(design, replicate, **(columns | {"profit": profit})))
    return pd.concat(rows, ignore_index=True)


NONE = ("none", {"profit": 50.0})
CLUB = (
    "club",
    {
        "profit": [10.0, 40.0, 80.0, 130.0],
        "programme_cost": [30.0, 10.0, 5.0, 5.0],
        "given_cost": 4.0,
        "purchases": 110.0,
        "member_purchases": 40.0,
        "member_contribution": 70.0,
    },
)


def one(*designs: tuple[str, dict[str, Any]], rate: float = 0.0) -> Any:
    found = worths(worlds(*designs), [d for d, _ in designs], burn_in=BURN_IN, rate=rate)
    return found[designs[-1][0]]


def test_extra_profit_is_the_difference_in_the_same_world() -> None:
    club = one(NONE, CLUB)
    assert club.incremental_profit.mean == pytest.approx(60.0)
    assert club.incremental_profit.low == pytest.approx(60.0), "both worlds agree, however rich they are"


def test_return_on_the_cost_of_the_programme() -> None:
    """50 are spent, 110 come in before they are."""
    club = one(NONE, CLUB)
    assert club.cost == pytest.approx(50.0)
    assert club.contribution == pytest.approx(110.0)
    assert club.roi == pytest.approx((110.0 - 50.0) / 50.0)


def test_later_money_is_worth_less() -> None:
    club = one(NONE, CLUB, rate=0.3)
    extra = np.array([-40.0, -10.0, 30.0, 80.0])
    assert club.npv.mean == pytest.approx((extra / 1.3 ** (np.arange(4) / 52)).sum())
    assert club.npv.mean < club.incremental_profit.mean


def test_a_programme_is_paid_back_from_the_week_in_which_the_sum_turns() -> None:
    """-40, -50, -20, +60: the last of the measured weeks, of which the first is week 2."""
    assert one(NONE, CLUB).payback_week == 5


def test_what_members_must_bring_more_is_reckoned_on_what_they_would_have_brought() -> None:
    """Members contribute 280, of which 110 are extra: they would have brought 170."""
    club = one(NONE, CLUB)
    assert club.uplift == pytest.approx(110.0 / 170.0)
    assert club.break_even_uplift == pytest.approx(50.0 / 170.0)


@given(st.floats(-100, 100), st.floats(1, 50), st.floats(150, 1000))
def test_a_programme_pays_where_the_uplift_is_what_is_needed(
    profit: float, cost: float, contribution: float
) -> None:
    columns = {"profit": profit, "programme_cost": cost, "member_contribution": contribution}
    made = one(("none", {}), ("club", columns))
    assert (made.uplift > made.break_even_uplift + 1e-9) <= (profit > 0)
    assert (made.uplift < made.break_even_uplift - 1e-9) <= (profit < 0)


def test_rewards_for_purchases_that_would_have_been_made_anyway_are_cannibalised() -> None:
    """10 of 40 purchases of members are extra."""
    club = one(NONE, CLUB)
    assert club.cannibalised == pytest.approx(0.75)
    assert club.given_cost == pytest.approx(16.0)
    assert club.cannibalised_cost == pytest.approx(12.0)


@pytest.mark.parametrize(("purchases", "share"), [(90.0, 1.0), (100.0, 1.0), (500.0, 0.0)])
def test_no_more_than_all_is_cannibalised_and_no_less_than_nothing(purchases: float, share: float) -> None:
    assert one(NONE, ("club", CLUB[1] | {"purchases": purchases})).cannibalised == share


def test_against_another_programme_only_what_it_costs_more_counts() -> None:
    points = ("points", {"profit": 60.0, "programme_cost": 5.0})
    club = one(points, CLUB)
    assert club.cost == pytest.approx(30.0)
    assert club.roi == pytest.approx(20.0 / 30.0)


def test_what_costs_no_more_has_no_return_and_without_members_there_is_nothing_to_cannibalise() -> None:
    plain = one(NONE, ("dear", {"profit": 60.0}))
    assert plain.roi is plain.cannibalised is plain.cannibalised_cost is None
    assert plain.uplift is plain.break_even_uplift is None
    assert plain.payback_week == BURN_IN
    assert one(CLUB, NONE).roi is None


def test_what_never_pays_has_no_payback_week() -> None:
    assert one(NONE, ("dear", {"profit": 49.0, "programme_cost": 1.0})).payback_week is None


@pytest.mark.parametrize(
    ("profits", "week"),
    [
        ([0, 0, 0], 0),
        ([1, 1, 1], 0),
        ([-3, 2, 1], 2),
        ([-3, 4, -2, 1], 3),
        ([-3, 5, -2, 1], 1),
        ([1, 1, -3], None),
        ([0.1, 0.2, -0.3], 0),
    ],
)
def test_payback_lasts_to_the_end(profits: list[float], week: int | None) -> None:
    assert payback(np.array(profits, float)) == week


def test_margins_are_weekly_and_summed() -> None:
    made = margins(worlds(NONE, CLUB), ["none", "club"], burn_in=BURN_IN)
    assert made["design"].unique().tolist() == ["club"]
    assert made["week"].tolist() == [2, 3, 4, 5]
    assert made["mean"].tolist() == pytest.approx([-40.0, -10.0, 30.0, 80.0])
    assert made["cumulative"].tolist() == pytest.approx([-40.0, -50.0, -20.0, 60.0])


def test_the_table_has_a_row_a_design_and_the_json_no_nan() -> None:
    made = worths(worlds(NONE, CLUB, ("twin", NONE[1])), ["none", "club", "twin"], burn_in=BURN_IN, rate=0.1)
    rows = table(made)
    assert rows.index.tolist() == ["club", "twin"]
    assert rows.loc["club", "payback_week"] == 5
    assert rows.loc["club", "npv_low"] <= rows.loc["club", "npv"] <= rows.loc["club", "npv_high"]
    assert np.isnan(rows.loc["twin", "roi"])
    said = json.loads(json.dumps(to_dict(made), allow_nan=False))
    assert said["twin"]["roi"] is None
    assert set(said["club"]["npv"]) == {"mean", "low", "high"}


def test_the_weeks_of_a_market_say_what_its_measures_say() -> None:
    market = Market(busy(), design="kept", customers=400).run()
    weeks, metrics = focal_path(market).iloc[market.burn_in :].sum(), market.metrics()
    assert weeks["profit"] == pytest.approx(metrics["profit"])
    assert weeks["programme_cost"] == pytest.approx(metrics["programme_cost"])
    assert weeks["programme_income"] == pytest.approx(metrics["programme_income"])
    discount = market.panel().query("firm == 'Harbour' and measured")["discount"].sum()
    assert weeks["given_cost"] == pytest.approx(metrics["reward_cost"] + discount)
    assert metrics["reward_cost"] > 0
    assert 0 < weeks["member_purchases"] < weeks["purchases"]


def test_what_members_contribute_is_what_they_pay_at_posted_prices_less_goods_and_service() -> None:
    market = Market(busy(), design="kept", customers=400).run()
    members = market.panel().query("firm == 'Harbour' and membership == 'member'")
    t = members[["revenue", "discount", "goods", "purchases"]].sum()
    wanted = t["revenue"] + t["discount"] - t["goods"] - 0.35 * t["purchases"]
    assert focal_path(market)["member_contribution"].sum() == pytest.approx(wanted)


def test_every_account_of_a_programme_costs_or_brings_in() -> None:
    assert set(REWARDS) < set(COSTS)
    assert not set(COSTS) & set(INCOME)
