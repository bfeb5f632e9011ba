"""Watching customers in experiments: purchases, shares, lots."""

from __future__ import annotations

import numpy as np
import pytest

from sim.market import Market
from sim.measures.tally import Tally
from sim.validation.service_chain import shapley
from sim.validation.trial import Trial, firms
from sim.validation.watching import enrol, live, lots, shares

_POINTS = {"enrolment": {"ask": 0.0}, "points": {"per_currency": 1, "threshold": 100, "reward": 1}}


def market() -> Market:
    """A busy market of three firms, of which the first has a programme that nobody is asked to join."""
    sellers = firms(3)
    sellers[0]["programme"] = _POINTS
    return Market(Trial(0).world(sellers, rate=2.0, weeks=40, customers=300), seed=5)


def test_the_purchases_seen_are_those_that_are_counted_firm_by_firm_and_week_by_week() -> None:
    one = market()
    seen = np.concatenate([live(one, 30), live(one, 10)])
    counted = one.tallies[..., Tally.PURCHASES].sum(axis=(1, 3))
    assert (seen.sum(axis=2) == counted).all()
    assert seen.max() > 1


def test_watching_changes_nothing() -> None:
    one, other = market(), market().run()
    live(one, 40)
    assert one.population.digest() == other.population.digest()


def test_shares_of_a_customer_sum_to_one_and_are_unknown_for_one_who_buys_nowhere() -> None:
    counts = np.array([[[3, 0, 0], [1, 0, 2]]])
    found = shares(counts)
    assert found[:, 0].tolist() == [0.75, 0.25]
    assert np.isnan(found[:, 1]).all()
    assert found[:, 2].tolist() == [0.0, 1.0]


def test_only_those_enrolled_are_members() -> None:
    one = market()
    chosen = np.arange(300) < 10
    enrol(one, chosen)
    live(one, 40)
    assert ((one.population.column("member_since") >= 0) == chosen).all()


def test_lots_are_drawn_anew_for_every_purpose_and_alike_in_twin_worlds() -> None:
    a, b = market(), market()
    assert (lots(a, 50) == lots(b, 50)).all()
    assert (lots(a, 50) != lots(b, 50, 1)).all()


def test_what_the_factors_of_a_product_add_sums_to_its_change_and_does_not_depend_on_their_order() -> None:
    parts = shapley([2.0, 3.0, 5.0], [4.0, 3.0, 10.0])
    assert sum(parts) == pytest.approx(4 * 3 * 10 - 2 * 3 * 5)
    assert parts[0] == pytest.approx(parts[2])
    assert parts[1] == 0.0
