"""The compiled week: the same bits whatever the threads and the chunks, on markets of any size and shape."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from sim.market import Market
from sim.measures.tally import Tally
from sim.population.columns import BLOCK
from sim.scenario import Scenario
from tests.worlds import busy, duel

WEEKS = 14


def lived(world: Scenario, *, threads: int = 1, chunk: int | None = None, **name: int) -> Market:
    """A market after some weeks, with the design that has most in it."""
    market = Market(world, design="cards", threads=threads, **name)
    people = market.population
    people.live_week = partial(people.live_week, chunk=chunk)  # type: ignore[method-assign]
    for _ in range(WEEKS):
        market.step()
    return market


def bits(market: Market) -> tuple[str, bytes]:
    """All state and all that was counted."""
    return market.population.digest(), market.tallies.tobytes()


@pytest.fixture(scope="module")
def town() -> Scenario:
    """Seven blocks of customers, the last of each segment not full."""
    return busy(horizon={"weeks": WEEKS, "burn_in": 6}).replace("customers.count", 5 * BLOCK + 700)


@pytest.fixture(scope="module")
def once(town: Scenario) -> tuple[str, bytes]:
    return bits(lived(town))


def test_a_market_lived_twice_is_the_same_to_the_last_bit(town: Scenario, once: tuple[str, bytes]) -> None:
    assert bits(lived(town)) == once


@pytest.mark.parametrize(("threads", "chunk"), [(2, None), (2, 1), (3, 2), (1, 1), (1, 3), (1, 100), (9, 1)])
def test_threads_and_chunks_do_not_change_a_bit(
    town: Scenario, once: tuple[str, bytes], threads: int, chunk: int | None
) -> None:
    market = lived(town, threads=threads, chunk=chunk)
    assert len(market.population.block_size) == 7
    assert bits(market) == once


@pytest.mark.parametrize("name", [{"seed": 2}, {"replicate": 1}])
def test_another_seed_or_replicate_is_another_market(
    town: Scenario, once: tuple[str, bytes], name: dict[str, int]
) -> None:
    other = lived(town, **name)
    digest, _ = bits(other)
    assert digest != once[0]
    tills = np.frombuffer(once[1], np.int64).reshape(other.tallies.shape)[..., Tally.PURCHASES]
    assert other.tallies[..., Tally.PURCHASES].sum() == pytest.approx(tills.sum(), rel=0.1)
    assert not np.array_equal(other.tallies[..., Tally.PURCHASES], tills)


def test_a_second_market_lived_in_between_leaves_no_trace(town: Scenario, once: tuple[str, bytes]) -> None:
    """Two markets lived by turns: nothing is kept outside a market."""
    here, there = (Market(town, design="cards", seed=seed) for seed in (1, 2))
    for _ in range(WEEKS):
        here.step()
        there.step()
    assert bits(here) == once


@pytest.mark.parametrize("count", [1, 2, 31, 32, 33, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK])
def test_any_number_of_customers_is_that_many(count: int) -> None:
    world = busy(horizon={"weeks": 6, "burn_in": 0}).replace("customers.count", count)
    market = Market(world).run()
    assert len(market.population) == count == int(market.population.block_size.sum())
    assert market.population.column("alive").size == count
    active = market.tallies[-1, ..., Tally.ACTIVE].sum(axis=(0, 2))
    last = np.array([market.population.column("last_week", f) for f in range(3)])
    np.testing.assert_array_equal(active, (5 - last <= 4).sum(axis=1))


def test_a_customer_lives_the_same_life_however_many_others_there_are() -> None:
    """The first segment of a market comes first: its customers keep their names when there are more."""
    few = busy().replace("customers.segments.singles.weight", 0)
    small, large = (Market(few, customers=n) for n in (40, BLOCK + 300))
    for _ in range(10):
        small.step()
        large.step()
    for name, f in (("rate", 0), ("satisfaction", 1), ("last_week", 2), ("stamps", 1)):
        small_column, large_column = (m.population.column(name, f) for m in (small, large))
        np.testing.assert_array_equal(small_column, large_column[:40])


def test_a_segment_of_weight_nought_has_nobody_in_it_and_costs_nothing() -> None:
    world = busy().replace("customers.segments.singles.weight", 0)
    market = Market(world).run()
    assert market.population.sizes == (60, 0)
    assert not market.tallies[:, 1].any()
    assert market.tallies[:, 0].any()


def test_a_firm_of_share_nought_sells_nothing() -> None:
    world = busy().replace("firms.Barrow.share", 0).replace("customers.segments.singles.shares.Barrow", 0)
    sold = Market(world, customers=1000).run().tallies[..., Tally.PURCHASES].sum(axis=(0, 1, 3))
    assert sold[2] == 0
    assert sold[:2].min() > 1000


def test_a_firm_of_share_nought_sells_nothing_even_to_those_who_have_had_enough_of_its_only_rival() -> None:
    """Nobody leaves for a firm that has no weight for her, nor for nothing."""
    fed_up = {"defection": {"core": 1.0, "encounter": 1.0, "ethics": 1.0}}
    world = duel(
        {"a": {}},
        customers=1000,
        weeks=20,
        burn_in=0,
        behaviour=fed_up,
        firm={"quality": {"failure_rate": 0.3}},
    )
    market = Market(world.replace("firms.Mill.share", 0.0)).run()
    assert market.tallies[:, :, 1, :, Tally.PURCHASES].sum() == 0
    assert (market.population.column("knows") & 1 == 1).all(), "nobody has left Harbour"
    rates = market.population.column("rate").astype(float)
    sold = market.tallies[..., Tally.PURCHASES].sum()
    assert sold == pytest.approx(20 * rates.sum(), rel=0.05)


def test_a_market_of_one_firm_gives_it_every_purchase() -> None:
    alone = busy().firms[0].model_dump()
    world = busy(
        firms=[alone],
        events=[],
        customers={"count": 300, "segments": [busy().customers.segments[0].model_dump()]},
        category={"name": "groceries", "outside_share": 0.0},
    )
    market = Market(world, design="cards").run()
    assert market.metrics()["share"] == 1.0
    assert market.tallies[..., Tally.PURCHASES].sum() > 1000
    assert market.metrics()["active_members"] > 0


def test_a_market_of_sixteen_firms_each_with_a_programme_keeps_them_apart() -> None:
    first = busy().firms[0].model_dump()
    firms = [first | {"name": f"Firm {i}", "share": i + 1} for i in range(16)]
    segment = busy().customers.segments[0].model_dump()
    world = busy(
        firms=firms,
        focus="Firm 15",
        events=[],
        designs={"as written": {}},
        customers={"count": 2000, "segments": [segment]},
        category={"name": "groceries", "lapse_weeks": 4},
    )
    market = Market(world, threads=2).run()
    sold = market.tallies[..., Tally.PURCHASES].sum(axis=(0, 1, 3))
    assert len(sold) == 16
    np.testing.assert_allclose(sold / sold.sum(), np.arange(1, 17) / 136, atol=0.02)
    for firm in range(16):
        members = market.population.column("member_since", firm) >= 0
        bought = market.population.column("last_week", firm) >= 0
        assert members.any()
        assert not (members & ~bought).any()
        assert market.metrics(f"Firm {firm}")["active_members"] > 0
    assert 0.0 <= market.metrics()["retention"] <= 1.0


@pytest.mark.parametrize("firm", [0, 15])
def test_the_marks_of_sixteen_firms_fit_into_one_number(firm: int) -> None:
    """Bits of a cohort: the last firm's is the sign bit of the column, and must not spill over."""
    segment = busy().customers.segments[0].model_dump() | {"leaving": None}
    world = busy(
        firms=[{"name": f"Firm {i}", "share": 1, "unit_cost": 0.5} for i in range(16)],
        focus=f"Firm {firm}",
        events=[],
        designs={"as written": {}},
        customers={"count": 500, "segments": [segment]},
        category={"name": "groceries", "lapse_weeks": 4},
        horizon={"weeks": 12, "burn_in": 6},
    )
    market = Market(world)
    for _ in range(6):
        market.step()
    active = 5 - market.population.column("last_week", firm) <= 4
    market.run()
    record = market.record()
    still = 11 - market.population.column("last_week", firm) <= 4
    assert record.base_cohort == active.sum() > 0
    assert record.cohorts.tolist() == [[active.sum(), (active & still).sum()]]
    marks = market.population.column("cohort")
    np.testing.assert_array_equal((marks >> (16 + firm)) & 1, active)


def test_a_heavy_buyer_makes_all_purchases_of_a_week() -> None:
    """Of many buyers those who buy most come first; nobody's last purchases are dropped."""
    rate = {"mean": 30.0, "shape": 1.5}
    world = busy(horizon={"weeks": 4, "burn_in": 0}, category={"name": "groceries"})
    for segment in ("families", "singles"):
        world = world.replace(f"customers.segments.{segment}.purchase_rate", rate)
    world = world.replace("behaviour.need.enabled", False).replace("behaviour.drift.enabled", False)
    world = world.replace("behaviour.leaving.enabled", False)
    market = Market(world, customers=800)
    rates = market.population.column("rate").astype(float)
    market.run()
    sold = market.tallies[..., Tally.PURCHASES].sum()
    assert sold == pytest.approx(4 * rates.sum(), abs=5 * np.sqrt(4 * rates.sum()))
    assert rates.max() > 100
