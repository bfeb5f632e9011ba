"""What is counted each week."""

from __future__ import annotations

import numpy as np
import pytest

from sim.market import Market
from sim.measures.tally import TALLIES, Tally
from tests.worlds import busy


@pytest.fixture(scope="module")
def market() -> Market:
    return Market(busy(), design="cards", customers=500).run()


def test_tallies_are_numbered_without_a_gap() -> None:
    assert sorted(Tally) == list(range(TALLIES))


def test_what_only_members_do_is_counted_for_members_only(market: Market) -> None:
    theirs = [t for t in Tally if t.name.startswith(("POINTS", "STAMPS"))] + [Tally.JOINED, Tally.MEMBERS]
    others = market.tallies[:, :, :, 0]
    assert not others[..., theirs].any()
    plain = [t for t in theirs if t <= Tally.MEMBERS]  # what came later needs more than points and stamps
    assert market.tallies[:, :, :, 1][..., plain].any(axis=(0, 1, 2)).all()


@pytest.mark.parametrize("replace", [True, False], ids=["replaced", "not replaced"])
def test_customers_are_won_and_lapse_and_the_rest_is_active(replace: bool) -> None:
    """Active before + won - lapsed = active now, for every firm and week; who leaves lapses at once."""
    world = busy().replace("customers.replace_leavers", replace)
    market = Market(world, design="cards", customers=500).run()
    t = market.tallies.sum(axis=(1, 3))
    before = np.vstack([np.zeros((1, 3), np.int64), t[:-1, :, Tally.ACTIVE]])
    np.testing.assert_array_equal(before + t[..., Tally.WON] - t[..., Tally.LAPSED], t[..., Tally.ACTIVE])
    assert t[:4, :, Tally.LAPSED].sum() > 0, "within four weeks nobody lapses but who leaves"
    assert t[..., Tally.WON].sum() > t[-1, :, Tally.ACTIVE].sum()


def test_members_are_those_who_joined_and_did_not_leave(market: Market) -> None:
    stay = Market(busy().replace("behaviour.leaving.enabled", False), customers=500).run()
    t = stay.tallies.sum(axis=(1, 3))
    np.testing.assert_array_equal(t[..., Tally.JOINED].cumsum(axis=0), t[..., Tally.MEMBERS])
    for programme, firm in enumerate((0, 1)):
        members = (market.population.column("member_since", programme) >= 0).sum()
        assert market.tallies[-1, :, firm, :, Tally.MEMBERS].sum() == members


def test_failures_come_at_the_rate_of_the_firm(market: Market) -> None:
    t = market.tallies.sum(axis=(0, 1, 3))
    for firm, rate in ((0, 0.05), (1, 0.01), (2, 0.01)):
        sold = t[firm, Tally.PURCHASES]
        error = np.sqrt(rate * (1 - rate) / sold)
        assert t[firm, Tally.FAILURES] / sold == pytest.approx(rate, abs=4 * error)


def test_baskets_are_as_large_as_the_scenario_says() -> None:
    """Mean money per purchase over customers of a market whose prices are usual: a lognormal mean, no drift."""
    world = busy(events=[], designs={"as written": {}}).replace("firms.Harbour.price.level", 1.0)
    world = world.replace("firms.Harbour.programme", None).replace("behaviour.leaving.enabled", False)
    segments = Market(world, customers=20_000).run().tallies.sum(axis=(0, 2, 3))
    for segment, mean in ((0, 36.0), (1, 20.0)):
        basket = segments[segment, Tally.REVENUE] / 100 / segments[segment, Tally.PURCHASES]
        assert basket == pytest.approx(mean, rel=0.03)
