"""The picture of a piece of the network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes

import sim
from sim import report
from sim.report.friends import MOST, _circle, _edges
from tests.worlds import busy


@pytest.fixture(scope="module")
def market() -> sim.Market:
    world = busy().replace("customers.network", {"degree": 6, "rewiring": 0.2})
    return sim.Market(world, customers=300).run()


def counts(axis: Axes) -> list[int]:
    """Customers drawn, by state, and the one in the middle."""
    return [
        len(np.asarray(c.get_offsets())) for c in axis.collections if "referral" not in str(c.get_label())
    ]


def test_friends_and_their_friends_are_drawn_once(market: Any) -> None:
    network = market.population.network
    mine = set(network.friends[network.start[9] : network.start[10]].tolist())
    theirs = {f for m in mine for f in network.friends[network.start[m] : network.start[m + 1]].tolist()}
    rows = _circle(network, 9)
    assert set(rows) == ({9} | mine | theirs) and len(rows) == len(set(rows)) <= MOST
    axis = report.network(market, around=10)
    assert sum(counts(axis)) == len(rows)
    assert len(axis.lines) == len(_edges(network, rows))


def test_the_same_market_has_the_same_picture(market: Any) -> None:
    first, second = report.network(market), report.network(market)
    for one, two in zip(first.collections, second.collections, strict=True):
        assert (np.asarray(one.get_offsets()) == np.asarray(two.get_offsets())).all()


def test_looking_at_friends_changes_nothing(market: Any) -> None:
    before = market.population.digest()
    report.network(market)
    assert market.population.digest() == before


def test_a_market_without_network_says_how_to_get_one() -> None:
    with pytest.raises(ValueError, match=r"customers\.network"):
        report.network(sim.Market(busy(), customers=30).run())


def test_a_customer_who_is_not_there_is_refused(market: Any) -> None:
    with pytest.raises(KeyError, match="ids run from 1 to 300"):
        report.network(market, around=301)
