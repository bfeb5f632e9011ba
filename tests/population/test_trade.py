"""Dealers, firms that run short, houses, hard times, and accounts of single customers: the pass and the walk agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import Tally
from sim.population.told import Outlets, Told
from sim.population.trade import dealer_of
from sim.scenario import Scenario
from tests.population.test_walk import on_foot
from tests.worlds import bustling, busy

DEALERS = 5


def outlets(week: int) -> Outlets:
    """Five dealers: one sells everything, some leave a firm out; prices and pushes change from week to week."""
    where = np.arange(DEALERS)[:, None] + np.arange(3)[None, :] + week
    carries = np.array([7, 6, 5, 3, 7], np.int32) | (1 << 16)
    return Outlets(carries, (where % 3 * 0.2).astype(np.float32), (1.0 - where % 4 * 0.03).astype(np.float32))


def in_hard_times(market: Market, *, dealers: bool) -> Market:
    """The market in a recession, in which the first firm runs short and the third is closed for a while."""
    told = market.told

    def harder() -> Told:
        now = told()
        basic = np.array([6.0, 0.0, 2.0], np.float32)
        available = np.array([0.6, 1.0, 0.0 if market.week % 5 == 3 else 1.0], np.float32)
        posted = now.posted._replace(
            available=available,
            house=np.array([5, 2, 5], np.int32),
            basic=basic,
            basic_cents=now.posted.service_cents // 2,
        )
        stage = now.stage._replace(
            purse=np.array([0.8, 1.0], np.float32), thrift=np.array([1.0, 1.7], np.float32)
        )
        return now._replace(
            posted=posted, stage=stage, outlets=outlets(market.week) if dealers else now.outlets
        )

    market.told = harder  # type: ignore[method-assign]
    served = np.arange(len(market.population)) % 8
    market.population.set_column("served", served)
    return market


def both(world: Scenario, weeks: int, *, dealers: bool) -> tuple[Market, NDArray[np.int64]]:
    """Both ways, compared every week; the market that ran, and all its trade."""
    ran, walked = (
        in_hard_times(Market(world, design="kept", follow=True), dealers=dealers) for _ in range(2)
    )
    walked = on_foot(walked)
    trade = []
    for week in range(weeks):
        ran.step()
        walked.step()
        differing = [
            t.name for t in Tally if not np.array_equal(ran.tallies[-1][..., t], walked.tallies[-1][..., t])
        ]
        assert not differing, f"week {week}"
        assert ran.population.digest() == walked.population.digest(), f"week {week}"
        trade.append(ran.population.trade)
    return ran, np.array(trade)


@pytest.mark.parametrize("dealers", [True, False], ids=["dealers", "no dealers"])
def test_hard_times_walked_are_hard_times_run(dealers: bool) -> None:
    ran, trade = both(bustling(), 12, dealers=dealers)
    totals = ran.tallies.sum(axis=(0, 1, 3))
    assert (totals[:, Tally.SWITCHED_INSIDE] > 0).tolist() == [True, False, True]
    assert totals[0, Tally.TURNED_AWAY] > 0, "who runs short turns away"
    assert totals[2, Tally.TURNED_AWAY] == 0, "at a closed door nobody is counted"
    assert totals[0, Tally.BASIC_PURCHASES] > 0
    closed = [week for week in range(12) if week % 5 == 3]
    assert ran.tallies[closed][:, :, 2, :, Tally.PURCHASES].sum() == 0
    assert trade.shape == (12, DEALERS if dealers else 0, 3, 3)
    if dealers:
        np.testing.assert_array_equal(trade[..., 0].sum(axis=1), purchases(ran))
        np.testing.assert_array_equal(
            trade[..., 1].sum(axis=1), ran.tallies[..., Tally.REVENUE].sum(axis=(1, 3))
        )
        carried = np.array([[(bits >> f) & 1 for f in range(3)] for bits in outlets(0).carries], bool)
        assert not trade[:, ~carried].any(), "no dealer sells what he does not carry"
        assert (trade[..., 2] >= trade[..., 1]).all(), "nobody pays more than the firm's own price"


def purchases(market: Market) -> Any:
    """Purchases by week and firm."""
    return market.tallies[..., Tally.PURCHASES].sum(axis=(1, 3))


def test_accounts_of_customers_add_up_to_what_the_firm_earned_with_them() -> None:
    """What was paid, less goods, service and the rewards handed out at purchases."""
    world = busy().replace("behaviour.leaving.enabled", False)
    world = world.replace("firms.Mill.service_cost", 0.4).replace(
        "customers.segments.singles.cost_to_serve", 2.5
    )
    market = Market(world, design="kept", customers=300, follow=True).run()
    card = world.firms[1].programme
    assert card is not None
    assert card.stamps is not None
    t = market.tallies[:, :, 1].sum(axis=(0, 2))
    service = t[:, Tally.PURCHASES] @ [40, 100]
    rewards = t[:, Tally.STAMPS_REWARDS].sum() * round(100 * card.stamps.reward * card.stamps.cost_ratio)
    earned = int((t[:, Tally.REVENUE] - t[:, Tally.GOODS]).sum() - service - rewards)
    assert rewards > 0
    assert 100 * float(market.population.column("worth", 1).sum(dtype=np.float64)) == pytest.approx(
        earned, abs=20
    )


def test_the_customers_of_a_market_are_spread_evenly_over_its_dealers() -> None:
    found = [int(dealer_of(np.uint32(i), np.int32(-1), 7, np.uint32(1), np.uint32(0))) for i in range(3500)]
    counts = np.bincount(found, minlength=7)
    assert len(counts) == 7
    assert abs(counts - 500).max() < 80
