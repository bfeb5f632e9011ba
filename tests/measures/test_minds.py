"""Satisfaction and recommendation, against numbers reckoned by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.market import Market
from sim.measures.minds import nps, satisfaction
from sim.measures.tally import INDEX_SCALE, Tally
from tests.measures.records import record
from tests.worlds import busy, duel


def test_satisfaction_is_the_mean_over_active_customers_at_the_end() -> None:
    sums = [[[0, 0], [0, 0]], [[60 * INDEX_SCALE, 160 * INDEX_SCALE], [999, 999]]]
    active = [[[5, 5], [5, 5]], [[1, 2], [7, 7]]]
    assert satisfaction(record(2, satisfaction=sums, active=active)) == pytest.approx(220 / 3)


def test_satisfaction_of_nobody_is_not_a_number() -> None:
    assert math.isnan(satisfaction(record(satisfaction=0, active=0)))


@pytest.mark.parametrize(
    ("asked", "promoters", "detractors", "score"),
    [(10, 10, 0, 100.0), (10, 0, 10, -100.0), (10, 4, 1, 30.0), (4, 1, 1, 0.0), (8, 0, 0, 0.0)],
)
def test_net_promoters_are_promoters_less_detractors(
    asked: int, promoters: int, detractors: int, score: float
) -> None:
    assert nps(record(asked=asked, promoters=promoters, detractors=detractors)) == score


def test_answers_of_all_surveys_count_alike() -> None:
    """A survey of 30 promoters and one of 10 detractors, not the mean of +100 and -100."""
    nobody, first, second = [[0, 0], [0, 0]], [[30, 0], [0, 0]], [[0, 10], [0, 0]]
    made = record(2, asked=[first, second], promoters=[first, nobody], detractors=[nobody, second])
    assert nps(made) == 50.0


def test_without_a_survey_there_is_no_score() -> None:
    assert math.isnan(nps(record()))


def test_the_satisfaction_of_a_market_is_that_of_its_columns() -> None:
    market = Market(busy(), customers=3000).run()
    people = market.population
    active = (19 - people.column("last_week", 0) <= 4) & (people.column("alive") == 1)
    expected = people.column("satisfaction", 0)[active].mean()
    assert market.metrics()["satisfaction"] == pytest.approx(expected, abs=1 / INDEX_SCALE)
    assert market.record().last(Tally.ACTIVE) == active.sum()
    assert market.metrics()["active_members"] == (active & (people.column("member_since", 0) >= 0)).sum()


@pytest.mark.parametrize(("weeks", "surveys"), [(12, []), (13, [12]), (30, [12, 25])])
def test_customers_are_asked_every_thirteenth_week(weeks: int, surveys: list[int]) -> None:
    market = Market(busy(horizon={"weeks": weeks, "burn_in": 0})).run()
    asked = market.tallies[..., Tally.ASKED].sum(axis=(1, 2, 3))
    assert np.flatnonzero(asked).tolist() == surveys
    active = market.tallies[..., Tally.ACTIVE].sum(axis=(1, 2, 3))
    np.testing.assert_array_equal(asked[surveys], active[surveys])


def test_the_delighted_promote_and_the_disappointed_detract() -> None:
    market = Market(duel({"as written": {}}, customers=200, weeks=13, burn_in=0))
    while market.week < 12:
        market.step()
    market.population.set_column("rate", 0.0)
    market.population.set_column("satisfaction", 150.0, 0)
    market.population.set_column("satisfaction", 10.0, 1)
    market.step()
    assert market.metrics("Harbour")["nps"] == 100.0
    assert market.metrics("Mill")["nps"] == -100.0
