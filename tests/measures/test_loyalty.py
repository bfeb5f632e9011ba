"""Retention, churn and customer value, against numbers reckoned by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.market import Market
from sim.measures.loyalty import churn, clv, retention
from sim.rules import Behaviour
from tests.measures.records import record
from tests.worlds import duel

STEADY = {
    "purchase_rate": {"mean": 20.0, "shape": 1000.0},
    "preference_concentration": 1000.0,
    "basket": {"mean": 30.0, "between_cv": 0.0, "within_cv": 0.0},
}
"""Everybody buys at both firms every week."""
STAYING = {name: {"enabled": name == "leaving"} for name in Behaviour.model_fields}
"""Nobody comes to prefer a firm, or leaves one for good; who leaves the market may."""


def test_retention_is_the_share_of_those_active_who_still_are() -> None:
    assert retention(record(cohorts=np.array([[200, 150]]))) == 0.75


def test_years_weigh_by_their_customers() -> None:
    assert retention(record(cohorts=np.array([[300, 300], [100, 0]]))) == 0.75


@pytest.mark.parametrize(("weeks", "yearly"), [(26, 0.25), (13, 0.0625), (52, 0.5)])
def test_a_part_of_a_year_is_raised_to_a_year(weeks: int, yearly: float) -> None:
    made = record(cohorts=np.array([[200, 100]]), cohort_weeks=weeks)
    assert retention(made) == pytest.approx(yearly)


def test_churn_is_what_retention_leaves() -> None:
    assert churn(record(cohorts=np.array([[200, 150]]))) == 0.25


def test_retention_of_nobody_is_not_a_number() -> None:
    assert math.isnan(retention(record(cohorts=np.array([[0, 0]]))))
    assert math.isnan(churn(record(cohorts=np.array([[0, 0]]))))


def test_customer_value_without_discount_is_contribution_per_customer_of_the_first_cohort() -> None:
    made = record(4, cohort_contribution=[[[0, 0], [99, 99]], [[100, 300], [0, 0]]] * 2, base_cohort=4)
    assert clv(made) == pytest.approx(2 * (1.00 + 3.00) / 4)


def test_a_euro_in_a_year_is_discounted_by_a_year() -> None:
    earned = np.zeros((53, 2, 2), np.int64)
    earned[0, 0, 0] = 1000
    earned[52, 0, 1] = 1000
    assert clv(record(53, cohort_contribution=earned, base_cohort=1, discount_rate=0.25)) == pytest.approx(
        10.0 + 10.0 / 1.25
    )


def test_a_steady_income_is_worth_an_annuity() -> None:
    made = record(104, cohort_contribution=500, base_cohort=10, discount_rate=0.12)
    weekly = 1.12 ** (-1 / 52)
    annuity = (1 - weekly**104) / (1 - weekly)
    assert clv(made) == pytest.approx(2 * 5.0 * annuity / 10)


def test_where_nobody_was_a_customer_there_is_no_value() -> None:
    assert math.isnan(clv(record(cohort_contribution=100, base_cohort=0)))


# --- the same in a market ---------------------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [26 + 7, 26 + 52, 26 + 60, 26 + 104])
def test_where_nobody_changes_everybody_is_retained(weeks: int) -> None:
    market = Market(
        duel({"as written": {}}, customers=40, weeks=weeks, segment=STEADY, behaviour=STAYING)
    ).run()
    assert market.metrics()["retention"] == 1.0
    assert market.metrics()["churn"] == 0.0
    assert market.record().base_cohort == 40


def test_the_value_of_a_customer_who_never_changes_is_the_discounted_margin() -> None:
    """All contribution is that of the first cohort: revenue less goods less service, of every week."""
    firm = {"service_cost": 0.4}
    market = Market(
        duel({"as written": {}}, customers=40, segment=STEADY, firm=firm, behaviour=STAYING)
    ).run()
    books = market.books().query("firm == 'Harbour'").set_index("week")
    margin = -books[["revenue", "goods", "service"]].sum(axis=1).diff().loc[26:]
    weight = 1.12 ** -(np.arange(52) / 52)
    assert market.metrics()["clv"] == pytest.approx(float((margin * weight).sum()) / 40)


def test_with_nothing_to_discount_or_add_customer_value_is_revenue_times_margin() -> None:
    world = duel({"as written": {}}, customers=40, segment=STEADY, behaviour=STAYING).replace(
        "category.discount_rate", 0
    )
    metrics = Market(world).run().metrics()
    assert metrics["clv"] * 40 == pytest.approx(0.3 * metrics["revenue"], rel=1e-4)


LEAVING = {"leaving": {"shape": 1e6, "scale": 1e6 * 52 / math.log(2)}}
"""Half of the customers leave in a year, all at the same hazard."""


@pytest.mark.parametrize("replace", [True, False], ids=["replaced", "not replaced"])
def test_who_leaves_is_not_retained_even_when_a_newcomer_takes_the_place(replace: bool) -> None:
    """The cohort is those who were active at the start of the year, leavers included."""
    world = duel(
        {"as written": {}},
        customers=4000,
        weeks=6 + 52,
        burn_in=6,
        segment=STEADY | LEAVING,
        behaviour=STAYING,
    )
    market = Market(world.replace("customers.replace_leavers", replace)).run()
    record = market.record()
    assert record.cohorts[0, 0] == record.base_cohort
    if replace:
        assert record.base_cohort == 4000
    error = math.sqrt(0.25 / record.base_cohort)
    assert retention(record) == pytest.approx(0.5, abs=4 * error)


def test_every_year_has_a_cohort_of_its_own() -> None:
    world = duel(
        {"as written": {}},
        customers=4000,
        weeks=6 + 104,
        burn_in=6,
        segment=STEADY | LEAVING,
        behaviour=STAYING,
    )
    market = Market(world.replace("customers.replace_leavers", False)).run()
    (first, kept), (second, _) = market.record().cohorts.tolist()
    assert kept == second
    assert second == pytest.approx(first / 2, rel=0.1)


def test_a_customer_of_the_cohort_who_returns_in_time_is_retained() -> None:
    """Active at both ends of the year is retained, whatever lies between."""
    market = Market(duel({"as written": {}}, customers=10, weeks=78, segment=STEADY, behaviour=STAYING))
    while market.week < 78:
        if market.week == 40:
            market.population.set_column("rate", 0.0)
        if market.week == 70:
            market.population.set_column("rate", 20.0)
        market.step()
    assert market.metrics()["retention"] == 1.0
    market = Market(duel({"as written": {}}, customers=10, weeks=78, segment=STEADY, behaviour=STAYING))
    while market.week < 78:
        if market.week == 69:
            market.population.set_column("rate", 0.0)
        market.step()
    # Week 68 was the last with purchases, nine weeks before the last, 77: eight are allowed.
    assert market.metrics()["retention"] == 0.0
