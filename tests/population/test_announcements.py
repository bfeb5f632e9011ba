"""What firms announce is put together anew when, and only when, a firm follows another plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.market import Market
from sim.population.announcements import Announcements, Kept
from sim.population.terms import Offered, TermsOfMarket, Worse, layout_of, terms_of
from sim.scenario import Programme
from tests.worlds import bustling, hectic

MONTHLY = Programme.model_validate(
    {
        "name": "Club",
        "points": {
            "per_currency": 1.0,
            "rewards": [{"name": "cup", "points": 50, "worth": 2.0, "blackout": [3, 4]}],
            "multipliers": [{"name": "double", "factor": 2.0, "first_week": 2, "weeks": 2, "every": 8}],
        },
    }
)
OTHER = MONTHLY.model_copy(update={"household": 3})
OFFERS = st.tuples(
    st.sampled_from([None, MONTHLY, OTHER, MONTHLY.model_copy()]), st.booleans(), st.sampled_from([0.0, 0.5])
)


def same(one: Any, other: Any) -> bool:
    return all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(one, other, strict=True))


def test_what_is_made_of_objects_is_kept_for_these_objects_alone() -> None:
    made: list[list[object]] = []
    kept = Kept(lambda objects: made.append(list(objects)) or len(made))
    one, equal = [1], [1]
    assert [kept.of([one]), kept.of([one]), kept.of([equal]), kept.of([one])] == [1, 1, 2, 3]


def test_in_every_week_firms_announce_what_they_would_if_nothing_were_kept() -> None:
    world = hectic()
    market = Market(world, design=world.design_names[-1], seed=4)
    efforts = [segment.cost_to_serve for segment in world.customers.segments]
    while market.week < market.weeks:
        market.step()
        told = market.told()
        fresh = Announcements(world.behaviour, efforts, world.customers.count)
        assert same(told.posted, fresh.posted(market.firms))
        assert same(told.outreach, fresh.outreach(market.firms))
        assert same(told.desk, fresh.desk(market.firms))
        assert same(told.surveys, fresh.surveys(market.firms, market.week))


def test_nobody_hears_of_a_firm_that_is_closed_until_it_opens_again() -> None:
    market = Market(bustling(), seed=1)
    market.run()
    firm = next(f for f in market.firms if f.spec.contacts is not None)
    before = market.told().outreach
    assert before.contact_chance[firm.number] > 0
    firm.closed = True
    assert market.told().outreach.contact_chance[firm.number] == 0
    assert market.told().posted.available[firm.number] == 0
    firm.closed = False
    assert same(market.told().outreach, before)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 60), OFFERS, OFFERS), min_size=1, max_size=6))
def test_terms_that_are_kept_are_those_that_would_be_written_anew(weeks: list[Any]) -> None:
    layout = layout_of([[MONTHLY], [MONTHLY]], returns=False)
    said: dict[str, Any] = {
        "behaviour": bustling().behaviour, "layout": layout, "firms": 2, "segments": ["all"]
    }  # fmt: skip
    kept = TermsOfMarket(**said)
    for week, *offers in weeks:
        offered = [
            Offered(f, programme, urgent, Worse(per_point=loss))
            for f, (programme, urgent, loss) in enumerate(offers)
        ]
        terms = kept.of(offered, week)
        assert same(terms, terms_of(offered, week=week, **said))
        assert kept.of(offered, week) is terms


@pytest.mark.parametrize("week", [2, 3, 4, 5])
def test_campaigns_and_blackouts_change_terms_that_nobody_has_changed(week: int) -> None:
    layout = layout_of([[MONTHLY]], returns=False)
    terms = TermsOfMarket(behaviour=bustling().behaviour, layout=layout, firms=1, segments=["all"])
    quiet, now = terms.of([Offered(0, MONTHLY)], 0), terms.of([Offered(0, MONTHLY)], week)
    assert (same(quiet, now)) == (week == 5)
