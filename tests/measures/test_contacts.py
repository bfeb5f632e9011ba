"""Contacts and those who have had enough of them, against numbers reckoned by hand."""

from __future__ import annotations

import math

import pytest

from sim.market import Market
from sim.measures.contacts import contact_rate, opt_out_rate
from tests.measures.records import ours, record
from tests.worlds import bustling


def test_contacts_are_counted_per_year_of_an_active_customer() -> None:
    """26 weeks with 4 active customers are 2 customer-years."""
    made = record(26, active=ours(*[4] * 26), contacts=ours(*[1] * 26), reachable=ours(*[1] * 26))
    assert contact_rate(made) == 13.0


def test_who_opts_out_is_counted_per_year_of_a_customer_who_can_be_reached() -> None:
    made = record(26, active=ours(*[8] * 26), reachable=ours(*[4] * 26), opt_outs=ours(1, *[0] * 25))
    assert opt_out_rate(made) == 0.5


@pytest.mark.parametrize("measure", [contact_rate, opt_out_rate])
def test_nobody_is_reached_where_nobody_is_a_customer(measure) -> None:
    assert math.isnan(measure(record()))


def test_a_firm_that_writes_more_often_is_asked_to_stop_more_often() -> None:
    world = bustling().replace("firms.Harbour.contacts.triggers", {})
    rates = []
    for per_week in (0.2, 0.9):
        metrics = (
            Market(world.replace("firms.Harbour.contacts.per_week", per_week), customers=1500).run().metrics()
        )
        # All who are active and have not opted out may be reached: at most one contact a week each.
        assert 0 < metrics["contact_rate"] <= 52 * per_week * 1.05
        rates.append(metrics["opt_out_rate"])
    assert rates[1] > rates[0] > 0
