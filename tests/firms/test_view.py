"""What a firm sees: its till, its members and books, posted prices and programmes, and nobody's mind."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sim.firms.view import OWN, VISIBLE, Sights, View
from sim.measures.tally import INDEX_SCALE, TALLIES, Tally
from sim.scenario import Firm
from tests.firms.street import firm, tally, views

HIDDEN = (
    "SATISFACTION",
    "EXPECTATION",
    "ATTACHMENT",
    "TRUST",
    "EQUITY",
    "INTENTION",
    "BEHAVIOURAL",
    "DISSATISFIED",
    "DELIGHTED",
    "LOYAL",
    "LATENT",
    "HOSTAGE",
    "TRULY_LOYAL",
)
FIRMS = [
    firm("Harbour", price={"level": 1.2, "usual": 1.2}),
    firm("Mill", programme={"stamps": {"needed": 3, "reward": 1}}),
]


def view_of(tallies: Any, number: int = 0, prices: Any = None, profits: Any = None) -> View:
    weeks = len(tallies)
    return View.of(
        number,
        plan=FIRMS[number],
        plans=FIRMS,
        burn_in=3,
        tallies=np.asarray(tallies),
        prices=[[1.2, 1.0]] * weeks if prices is None else prices,
        profits=[[0, 0]] * weeks if profits is None else profits,
    )


def blank(weeks: int = 1) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.zeros((weeks, 2, 2, TALLIES), np.int64)


def test_before_the_start_there_is_nothing_to_see() -> None:
    view = view_of(blank(0))
    assert (view.week, view.firm, view.rivals) == (0, "Harbour", ("Mill",))
    assert [getattr(view, name) for name in OWN] == [()] * len(OWN)
    assert math.isnan(view.posted("Mill"))
    assert math.isnan(view.mean("purchases", 4))
    assert math.isnan(view.churn(4))


def test_prices_of_all_firms_are_seen_over_their_usual_ones() -> None:
    view = view_of(blank(2), prices=[[1.2, 1.0], [0.6, 0.9]])
    assert view.prices == {"Harbour": (1.0, 0.5), "Mill": (1.0, 0.9)}
    assert (view.posted("Mill"), view.posted("Mill", 2)) == (0.9, 1.0)
    assert math.isnan(view.posted("Mill", 3))


def test_programmes_on_offer_are_seen() -> None:
    view = view_of(blank())
    assert view.programmes == {"Harbour": None, "Mill": FIRMS[1].programme}


def test_a_firm_sees_its_own_till_and_books_and_not_those_of_a_rival() -> None:
    tallies = blank(2)
    tallies[0, 0, :, Tally.PURCHASES] = 3, 4
    tallies[1, 0, :, Tally.REVENUE] = 250, 100
    tallies[:, 1, :, Tally.PURCHASES] = 99
    view = view_of(tallies, profits=[[150, 7], [-50, 7]])
    assert view.purchases == (7.0, 0.0)
    assert view.revenue == (0.0, 3.5)
    assert view.profit == (1.5, -0.5)


def test_only_of_its_members_a_firm_knows_who_is_active_and_who_was_lost() -> None:
    tallies = blank()
    tallies[0, 0, :, Tally.ACTIVE] = 500, 40
    tallies[0, 0, :, Tally.LAPSED] = 20, 3
    tallies[0, 0, 0, Tally.CANCELLED] = 2
    tallies[0, 0, 1, Tally.MEMBERS] = 60
    view = view_of(tallies)
    assert (view.members, view.active_members, view.members_lost) == ((60.0,), (40.0,), (5.0,))
    assert view.churn(1) == pytest.approx(52 * 5 / 45)


def test_a_survey_is_seen_in_the_week_in_which_it_was_answered() -> None:
    tallies = blank(2)
    tallies[1, 0, 1, Tally.ASKED] = 3
    tallies[1, 0, 1, Tally.SURVEYED_SATISFACTION] = 200 * INDEX_SCALE
    first, second = view_of(tallies).surveyed
    assert math.isnan(first)
    assert second == pytest.approx(200 / 3)


def test_a_mean_is_of_the_last_weeks_and_skips_those_without() -> None:
    loads = [0.5, math.nan, 0.7, 0.9]
    view = views(firm(), 5, lambda week: {"load": loads[week % 4]})[-1]
    assert view.mean("load", 2) == pytest.approx(0.8)
    assert view.mean("load", 3) == pytest.approx(0.8)
    assert view.mean("load", 9) == pytest.approx(0.7)
    assert view.mean("load", 2, ago=2) == pytest.approx(0.5)
    assert math.isnan(view.mean("load", 2, ago=4))


def test_nothing_that_shows_a_mind_is_visible() -> None:
    assert not set(HIDDEN) & set(VISIBLE)
    assert all(name in Tally.__members__ for name in HIDDEN)


@settings(deadline=None, max_examples=30)
@given(
    arrays.arrays(np.int64, (2, 2, 2, TALLIES), elements=st.integers(0, 10**6)),
    arrays.arrays(np.int64, (2, 2, 2, TALLIES), elements=st.integers(0, 10**6)),
)
def test_firms_that_differ_only_in_what_customers_feel_see_the_same(seen: Any, felt: Any) -> None:
    other = felt.copy()
    other[..., list(VISIBLE.values())] = seen[..., list(VISIBLE.values())]
    # Whether customers who are not members are active, or were lost, no firm knows either.
    other[..., 0, [Tally.ACTIVE, Tally.LAPSED]] = felt[..., 0, [Tally.ACTIVE, Tally.LAPSED]]
    assert repr(view_of(seen)) == repr(view_of(other))


def test_what_is_seen_week_by_week_is_what_is_seen_at_once() -> None:
    rng = np.random.default_rng(1)
    tallies = rng.integers(0, 1000, (5, 2, 2, TALLIES))
    prices, profits = rng.uniform(0.5, 1.5, (5, 2)), rng.integers(-900, 900, (5, 2))
    sights = Sights(["Harbour", "Mill"], 3)
    for week in range(5):
        assert repr(sights.view(1, FIRMS[1], FIRMS)) == repr(
            view_of(tallies[:week], 1, prices[:week], profits[:week])
        )
        sights.close_week(FIRMS, tallies[week], prices[week], profits[week])


def test_a_view_of_an_earlier_week_does_not_grow() -> None:
    sights = Sights(["Harbour"], 0)
    view = sights.view(0, FIRMS[0], FIRMS[:1])
    sights.close_week(FIRMS[:1], tally({"purchases": 5})[None], [1.2], [0])
    assert view.prices["Harbour"] == view.purchases == ()


def test_nobody_can_change_what_is_seen() -> None:
    view = view_of(blank())
    with pytest.raises(AttributeError):
        view.week = 5  # type: ignore[misc]
    with pytest.raises(TypeError):
        view.prices["Mill"] = (0.1,)  # type: ignore[index]


def test_a_firm_that_was_not_there_posted_no_price() -> None:
    view = view_of(blank(2), prices=[[1.2, math.nan], [1.2, 1.0]])
    assert math.isnan(view.posted("Mill", 2))
    assert isinstance(view.plan, Firm)
