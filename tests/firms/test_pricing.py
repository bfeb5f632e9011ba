"""Price policies: what each does to a price, and what becomes of firms that watch each other."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.firms.policies import policies_of
from tests.firms.fights import LAGS, SHARES, cutting
from tests.firms.street import column, firm, live, street, views, war


def follow(rival: str, **more: Any) -> dict[str, Any]:
    return {"kind": "follow", "rival": rival, **more}


UNDERCUT = {"kind": "undercut", "by": 0.05, "floor": 0.8}
MATCH = {"kind": "retaliate", "threshold": 0.03, "forgive": 0}


def alone(policy: dict[str, Any], weeks: int = 12, **fields: Any) -> list[float]:
    return column(live([firm("Harbour", policy, **fields)], weeks)[0])


def test_cost_plus_leaves_the_margin_whatever_the_price_was() -> None:
    price = {"level": 1.7, "usual": 1.2}
    posted = alone({"kind": "cost_plus", "margin": 0.25}, weeks=1, unit_cost=0.6, price=price)
    assert posted == [pytest.approx(0.8)]
    level = posted[0] * 1.2
    assert (level - 0.6 * 1.2) / level == pytest.approx(0.25)


def test_who_pays_nothing_for_goods_still_asks_a_price() -> None:
    assert alone({"kind": "cost_plus", "margin": 0.0}, weeks=1, unit_cost=0.0) == [0.01]


def test_a_sale_comes_back_every_so_many_weeks_and_ends() -> None:
    sale = {"kind": "high_low", "every": 4, "weeks": 1, "depth": 0.2, "first_week": 2}
    assert alone(sale, 12) == [1, 1, 0.8, 1, 1, 1, 0.8, 1, 1, 1, 0.8, 1]


def test_a_follower_goes_part_of_the_way_of_its_rival_some_weeks_later() -> None:
    firms = street([], [follow("Harbour", lag=2, share=0.5)])
    prices, _ = live(firms, 10, events=[war("Harbour", 3, 3, 0.2)])
    assert column(prices, 0) == pytest.approx([1] * 3 + [0.8] * 3 + [1] * 4)
    assert column(prices, 1) == pytest.approx([1] * 5 + [0.9] * 3 + [1] * 2)


def test_a_follower_follows_upwards_too() -> None:
    firms = [firm("Harbour", price={"level": 1.2, "usual": 1.0}), firm("Mill", follow("Harbour"))]
    assert column(live(firms, 3)[0], 1) == pytest.approx([1.0, 1.2, 1.2])


def test_what_is_followed_is_the_change_against_the_usual_price() -> None:
    firms = [
        firm("Harbour", price={"level": 2.0, "usual": 2.0}),
        firm("Mill", follow("Harbour"), price={"level": 0.5, "usual": 0.5}),
    ]
    prices, _ = live(firms, 6, events=[war("Harbour", 2, 1, 0.1)])
    assert column(prices, 1) == pytest.approx([1, 1, 1, 0.9, 1, 1])


def test_a_cut_dies_away_among_followers_who_go_part_of_the_way() -> None:
    firms = street([follow("Mill", share=0.7)], [follow("Harbour", share=0.7)])
    prices, _ = live(firms, 40, events=[war("Harbour", 2, 1, 0.2)])
    assert min(map(min, prices)) == pytest.approx(0.8)
    assert prices[-1] == pytest.approx([1.0, 1.0], abs=1e-5)


def test_a_cut_goes_round_forever_among_followers_who_go_all_the_way() -> None:
    firms = street([follow("Mill")], [follow("Harbour")])
    prices, _ = live(firms, 60, events=[war("Harbour", 2, 1, 0.2)])
    assert [min(week) for week in prices[2:]] == pytest.approx([0.8] * 58)


def test_who_undercuts_stays_below_the_one_who_cut_most_and_never_asks_more() -> None:
    firms = street([UNDERCUT], [], [])
    events = [war("Mill", 2, 1, 0.1), war("Barrow", 2, 1, 0.05)]
    firms[1:] = [firm("Mill", price={"level": 1.3, "usual": 1.0}), firm("Barrow")]
    prices, _ = live(firms, 5, events=events)
    assert column(prices) == pytest.approx([1, 0.95, 0.95, 0.95 * 0.95, 0.95])
    named = [firm("Harbour", {**UNDERCUT, "rival": "Mill"}), *firms[1:]]
    assert column(live(named, 5, events=events)[0]) == pytest.approx([1, 1, 1, 1, 1])


def test_two_who_undercut_each_other_go_down_to_their_floors_and_stay() -> None:
    prices, _ = live(street([UNDERCUT], [UNDERCUT]), 30)
    steps = math.ceil(math.log(0.8) / math.log(0.95))
    assert [min(week) for week in prices[: steps + 1]] == pytest.approx(
        [max(0.95**week, 0.8) for week in range(steps + 1)]
    )
    assert prices[steps + 1 :] == [[pytest.approx(0.8)] * 2] * (29 - steps)


def test_who_can_go_lower_stays_just_below_the_floor_of_the_other() -> None:
    prices, _ = live(street([UNDERCUT], [{**UNDERCUT, "floor": 0.7}]), 30)
    assert prices[-1] == pytest.approx([0.8, 0.8 * 0.95])


def test_a_cut_is_matched_until_some_weeks_after_it_is_over() -> None:
    firms = street([], [{"kind": "retaliate", "lag": 2, "forgive": 3}])
    prices, _ = live(firms, 16, events=[war("Harbour", 3, 4, 0.1)])
    assert column(prices, 1) == pytest.approx([1] * 5 + [0.9] * (4 + 3) + [1] * 4)


def test_a_small_cut_is_let_pass() -> None:
    firms = street([], [{**MATCH, "threshold": 0.1}])
    assert column(live(firms, 8, events=[war("Harbour", 2, 3, 0.1)])[0], 1) == [1.0] * 8
    assert min(column(live(firms, 8, events=[war("Harbour", 2, 3, 0.11)])[0], 1)) == pytest.approx(0.89)


def test_no_cut_is_matched_below_the_floor() -> None:
    firms = street([], [{**MATCH, "floor": 0.75}])
    assert min(column(live(firms, 8, events=[war("Harbour", 2, 3, 0.4)])[0], 1)) == pytest.approx(0.75)


def test_among_two_who_match_all_of_a_cut_a_week_of_war_never_ends() -> None:
    prices, _ = live(street([MATCH], [MATCH]), 80, events=[war("Harbour", 2, 1, 0.1)])
    assert all(min(week) == pytest.approx(0.9) for week in prices[2:])


def test_among_those_who_match_part_of_a_cut_it_ends_when_an_answer_is_let_pass() -> None:
    lenient = {**MATCH, "share": 0.8}
    prices, _ = live(street([lenient], [lenient]), 80, events=[war("Harbour", 2, 1, 0.1)])
    # .1, .08, .064, ... are answered while they are above the threshold of .03; the sixth answer is .0262.
    lows = [1 - min(week) for week in prices]
    assert lows[2:9] == pytest.approx([0.1 * 0.8**i for i in range(7)])
    assert lows[9:] == [0.0] * 71


def test_the_price_falls_where_hands_are_idle_and_rises_where_customers_wait() -> None:
    policy = {"kind": "by_load", "target": 0.8, "gain": 0.1, "low": 0.9, "high": 1.1}

    def idle(week: int, i: int, prices: list[float]) -> dict[str, float]:
        return {"purchases": 100, "load": 0.6 if week < 10 else 1.0}

    prices = column(live([firm("Harbour", policy)], 40, figures=idle)[0])
    assert prices[:4] == pytest.approx([1.0, 0.98, 0.96, 0.94])
    assert min(prices) == prices[10] == pytest.approx(0.9)
    assert prices[-1] == pytest.approx(1.1)


def test_who_is_turned_away_counts_as_load() -> None:
    """All hands are busy with 80, and 20 more would have come: 1.25 times what can be served."""
    policy = {"kind": "by_load", "target": 1.0, "gain": 0.4, "low": 0.5, "high": 2.0}
    plan = firm("Harbour", policy)
    (acts,) = policies_of(plan)
    view = views(plan, 2, lambda week: {"purchases": 80, "load": 1.0})[-1]
    assert acts.price(replace(view, turned_away=(20.0,)), 1.0) == pytest.approx(1.1)


@pytest.mark.parametrize(("gain", "settles"), [(0.3, True), (0.5, False)])
def test_a_price_by_load_settles_at_the_target_unless_it_answers_too_sharply(
    gain: float, settles: bool
) -> None:
    """Demand of the elasticity 5: it settles if gain x 5 x load < 2."""
    policy = {"kind": "by_load", "target": 1.0, "gain": gain, "low": 0.8, "high": 1.25}

    def demand(week: int, i: int, prices: list[float]) -> dict[str, float]:
        return {"purchases": 1000, "load": 1.1 * prices[0] ** -5}

    last = column(live([firm("Harbour", policy)], 200, figures=demand)[0])[-20:]
    swing = max(last) - min(last)
    assert (swing < 1e-6) == settles
    if settles:
        assert 1.1 * last[-1] ** -5 == pytest.approx(1.0)


def test_policies_act_in_the_order_of_the_file() -> None:
    sale = {"kind": "high_low", "every": 2, "weeks": 1, "depth": 0.5}
    cost = {"kind": "cost_plus", "margin": 0.25}
    assert column(live([firm("Harbour", cost, sale)], 2)[0]) == pytest.approx([0.4, 0.8])
    assert column(live([firm("Harbour", sale, cost)], 2)[0]) == pytest.approx([0.8, 0.8])


# --- whatever the parameters ------------------------------------------------------------------------------


@st.composite
def fights(draw: st.DrawFn) -> tuple[list[list[dict[str, Any]]], float]:
    names = ["Harbour", "Mill", "Barrow", "Quay"][: draw(st.integers(2, 4))]
    policies = [[draw(cutting(name, names)) for _ in range(draw(st.integers(0, 2)))] for name in names]
    return policies, draw(st.sampled_from([0.05, 0.2, 0.6]))


@settings(deadline=None, max_examples=60)
@given(fights())
def test_no_policy_ever_cuts_below_its_floor_or_posts_more_than_anybody_started_from(
    fight: tuple[list[list[dict[str, Any]]], float],
) -> None:
    policies, depth = fight
    attacked = [*street(*policies), firm("Weir")]
    prices, _ = live(attacked, 60, events=[war("Weir", 3, 5, depth)])
    for i, own in enumerate(policies):
        floor = min((policy["floor"] for policy in own), default=1.0)
        assert all(floor - 1e-12 <= price <= 1.0 for price in column(prices, i))


@settings(deadline=None, max_examples=40)
@given(fights())
def test_nothing_happens_among_firms_of_which_none_begins(
    fight: tuple[list[list[dict[str, Any]]], float],
) -> None:
    policies = [[p for p in own if p["kind"] != "undercut"] for own in fight[0]]
    firms = street(*policies)
    prices, plans = live(firms, 12)
    assert all(price == 1.0 for week in prices for price in week)
    assert all(plan is firms[i] for week in plans for i, plan in enumerate(week))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(SHARES, LAGS), min_size=2, max_size=5), st.floats(0.3, 3.0), st.floats(0.3, 3.0))
def test_followers_stay_between_the_prices_that_were_there(
    rules: list[tuple[float, int]], level: float, usual: float
) -> None:
    names = ["Harbour", "Mill", "Barrow", "Quay", "Dock"][: len(rules)]
    firms = [
        firm(
            name,
            {"kind": "follow", "rival": names[i - 1], "share": share, "lag": lag, "floor": 0.01},
            price={"level": level if i == 0 else usual, "usual": usual},
        )
        for i, (name, (share, lag)) in enumerate(zip(names, rules, strict=True))
    ]
    prices, _ = live(firms, 40)
    low, high = sorted((1.0, level / usual))
    assert all(low * (1 - 1e-12) <= price <= high * (1 + 1e-12) for week in prices for price in week)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(0.0, 5.0) | st.just(math.nan), min_size=30, max_size=30), st.floats(0.001, 0.5))
def test_a_price_by_load_keeps_its_bounds_whatever_the_load(loads: list[float], gain: float) -> None:
    policy = {"kind": "by_load", "target": 0.9, "gain": gain, "low": 0.8, "high": 1.3}
    prices = column(
        live([firm("Harbour", policy)], 31, figures=lambda week, i, _: {"load": loads[min(week, 29)]})[0]
    )
    assert all(0.8 <= price <= 1.3 for price in prices)


def test_who_answers_those_who_match_its_own_scripted_cut_goes_down_to_its_floor() -> None:
    prices, _ = live(street([MATCH], [MATCH]), 60, events=[war("Harbour", 2, 50, 0.1)])
    assert prices[51] == pytest.approx([0.7 * 0.9, 0.7])
    alone, _ = live(street([], [MATCH]), 60, events=[war("Harbour", 2, 50, 0.1)])
    assert alone[51] == pytest.approx([0.9, 0.9])
