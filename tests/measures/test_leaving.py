"""Who leaves, why, and who comes back, against numbers reckoned by hand."""

from __future__ import annotations

import math

import pytest

from sim.market import Market
from sim.measures import MEASURES
from sim.measures.leaving import defection_rate, renewal_rate, switching_rate, win_back_rate
from sim.measures.tally import Tally
from tests.measures.records import ours, record
from tests.worlds import bustling

CAUSES = {
    "left_price": "left_for_price",
    "left_inconvenience": "left_for_inconvenience",
    "left_core_failure": "left_for_core_failure",
    "left_encounter_failure": "left_for_encounter_failure",
    "left_response": "left_for_response",
    "left_competition": "left_for_competition",
    "left_ethics": "left_for_ethics",
    "left_involuntary": "left_involuntarily",
}
"""Tally -> measure."""
LEAVERS = {tally: ours(i, 1) for i, tally in enumerate(CAUSES)}
"""1 for the price, 2 for inconvenience, ..., 8 involuntarily: 36 in all."""


@pytest.mark.parametrize(("tally", "leavers"), [*zip(CAUSES, range(1, 9), strict=True)])
def test_a_cause_is_a_share_of_all_who_left_for_good(tally: str, leavers: int) -> None:
    made = record(2, lapsed=ours(90, 90), with_price=ours(30, 30), **LEAVERS)
    assert MEASURES[CAUSES[tally]].of(made) == pytest.approx(leavers / 36)


def test_those_who_leave_are_counted_per_year_of_an_active_customer() -> None:
    """Two weeks with 156 active customers are 6 customer-years; 36 leave."""
    assert defection_rate(record(2, active=ours(156, 156), lapsed=ours(90, 90), **LEAVERS)) == 6.0


def test_who_came_back_is_a_share_of_those_who_were_made_an_offer() -> None:
    assert win_back_rate(record(2, win_back_offers=ours(15, 5), won_back=ours(1, 3), won=ours(30, 30))) == 0.2


def test_contracts_are_renewed_or_not() -> None:
    made = record(2, renewed=ours(2, 4), not_renewed=ours(1, 1), signed=ours(50, 50), contracts=ours(70, 90))
    assert renewal_rate(made) == 0.75


def test_purchases_that_come_over_from_elsewhere_are_a_share_of_all() -> None:
    assert switching_rate(record(2, purchases=ours(30, 10), switched=ours(7, 1))) == 0.2


@pytest.mark.parametrize(
    "measure", ["defection_rate", "win_back_rate", "renewal_rate", "switching_rate", *CAUSES.values()]
)
def test_where_there_is_no_customer_nobody_leaves_and_nobody_comes_back(measure: str) -> None:
    assert math.isnan(MEASURES[measure].of(record()))


def test_where_nobody_leaves_the_rate_is_nought_and_there_are_no_causes() -> None:
    made = record(active=ours(52))
    assert defection_rate(made) == 0.0
    assert math.isnan(MEASURES["left_for_price"].of(made))


# --- the same in a market ---------------------------------------------------------------------------------


def test_the_causes_of_all_who_leave_sum_to_one_at_every_firm() -> None:
    market = Market(bustling(), customers=1500).run()
    for firm in market.firms:
        metrics = market.metrics(firm.name)
        assert metrics["defection_rate"] > 0, firm.name
        assert sum(metrics[cause] for cause in CAUSES.values()) == pytest.approx(1.0)
        assert 0 < metrics["switching_rate"] < 1
        assert 0 < metrics["left_involuntarily"] < 1
        assert math.isnan(metrics["renewal_rate"]) == (firm.name != "Barrow")
    assert 0 < market.metrics("Barrow")["renewal_rate"] < 1
    assert 0 < market.metrics("Harbour")["win_back_rate"] < 1
    assert math.isnan(market.metrics("Mill")["win_back_rate"])


def test_without_reasons_to_leave_only_the_involuntary_leave() -> None:
    world = bustling().replace("behaviour.defection.enabled", False)
    market = Market(world, customers=500).run()
    assert market.metrics()["left_involuntarily"] == 1.0
    assert market.record().sum(Tally.LEFT_PRICE) == 0
