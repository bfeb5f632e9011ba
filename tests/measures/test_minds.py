"""Satisfaction and recommendation, against numbers reckoned by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.market import Market
from sim.measures.minds import (
    delighted,
    dissatisfied,
    equity,
    expectation,
    nps,
    satisfaction,
    satisfied,
    surveyed_satisfaction,
    trust,
)
from sim.measures.tally import INDEX_SCALE, Tally
from tests.measures.records import ours, record
from tests.worlds import bustling, busy, duel


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


def test_customers_at_the_end_are_dissatisfied_satisfied_or_delighted() -> None:
    made = record(2, active=ours(900, 40), dissatisfied=ours(800, 10), delighted=ours(50, 4))
    assert dissatisfied(made) == 0.25
    assert delighted(made) == 0.1
    assert satisfied(made) == 0.65


@pytest.mark.parametrize(
    ("measure", "tally", "mean"),
    [(expectation, "expectation", 75.0), (trust, "trust", 0.5), (equity, "equity", -0.25)],
)
def test_a_state_of_mind_is_the_mean_over_active_customers_at_the_end(measure, tally, mean) -> None:
    sums = ours(5, round(20 * mean * INDEX_SCALE))
    assert measure(record(2, active=ours(900, 20), **{tally: sums})) == mean


def test_the_firm_sees_satisfaction_as_it_is_answered() -> None:
    """30 answer 60 in one survey and 10 answer 80 in the next: every answer counts alike."""
    made = record(
        2,
        asked=ours(30, 10),
        surveyed_satisfaction=INDEX_SCALE * ours(1800, 800),
        active=ours(500, 500),
        satisfaction=INDEX_SCALE * ours(1, 1),
    )
    assert surveyed_satisfaction(made) == pytest.approx(65.0)


@pytest.mark.parametrize(
    "measure", [dissatisfied, satisfied, delighted, expectation, surveyed_satisfaction, trust, equity]
)
def test_where_nobody_is_a_customer_nobody_thinks_anything(measure) -> None:
    assert math.isnan(measure(record()))


def test_the_minds_of_a_market_are_those_of_its_columns() -> None:
    market = Market(bustling(), customers=3000).run()
    people, metrics = market.population, market.metrics()
    active = (19 - people.column("last_week", 0) <= 4) & (people.column("alive") == 1)
    for name in ("expectation", "trust", "equity"):
        mean = people.column(name, 0)[active].mean()
        assert metrics[name] == pytest.approx(mean, abs=1 / INDEX_SCALE), name
    felt, numbers = people.column("satisfaction", 0)[active], market.rules.satisfaction
    assert metrics["dissatisfied"] == pytest.approx((felt < numbers.neutral - numbers.band).mean())
    assert metrics["delighted"] == pytest.approx((felt > numbers.neutral + numbers.band).mean())
    assert metrics["dissatisfied"] + metrics["satisfied"] + metrics["delighted"] == pytest.approx(1.0)


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
