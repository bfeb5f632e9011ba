"""The plain walk and the compiled pass live the same week: the same bits in every column and every tally."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.market import Market
from sim.measures.tally import Tally
from sim.population.moments import Origin
from sim.population.walk import Customer, Walk
from sim.scenario import Scenario
from tests.worlds import busy, hectic, worlds


def on_foot(market: Market) -> Market:
    """The same market, whose customers are walked through their weeks one by one."""
    people = market.population

    def live_week(*, threads: int, told, rules):
        return Walk(people, told=told, rules=rules).live_week()

    people.live_week = live_week  # type: ignore[method-assign]
    return market


def live_both(
    world: Scenario, weeks: int, design: str | None = None, replicate: int = 0
) -> tuple[Market, Market]:
    """Both ways, compared every week; returns the two markets."""
    ran = Market(world, design=design, replicate=replicate)
    walked = on_foot(Market(world, design=design, replicate=replicate))
    assert ran.population.digest() == walked.population.digest()
    for week in range(weeks):
        ran.step()
        walked.step()
        differing = [
            Tally(t).name
            for t in range(len(Tally))
            if not np.array_equal(ran.tallies[-1][..., t], walked.tallies[-1][..., t])
        ]
        assert not differing, f"week {week}"
        assert ran.population.digest() == walked.population.digest(), f"week {week}"
    return ran, walked


def happened(market: Market) -> set[Tally]:
    """Tallies that are not nought."""
    return {t for t in Tally if market.tallies[..., t].any()}


@pytest.mark.parametrize("replace", [True, False], ids=["replaced", "not replaced"])
def test_a_bustling_market_walked_is_the_market_run(replace: bool) -> None:
    world = hectic().replace("customers.replace_leavers", replace)
    before = Market(world, design="cards").population.column("alive")
    ran, walked = live_both(world, 20, design="cards")
    assert happened(ran) == set(Tally), "a tally that stays nought compares nothing"
    alive = ran.population.column("alive")
    assert ((before == -1) & (alive == 1)).any(), "prospects become customers"
    assert ((before == 1) & (alive == -1)).any() == replace, "and take the places of those who leave"
    assert (alive == 0).any() != replace
    assert walked.prices.tolist() == ran.prices.tolist()


def test_they_agree_where_newcomers_take_the_places_of_leavers() -> None:
    ran, _ = live_both(busy(), 8)
    assert set(ran.population.column("story") & 7) == {Origin.THERE, Origin.NEWCOMER}


def test_they_agree_when_a_programme_closes_in_mid_run() -> None:
    ran, _ = live_both(busy(), 9, design="closed", replicate=1)
    points = ran.tallies[:, :, 0, :, Tally.POINTS_FORFEITED].sum(axis=(1, 2))
    assert points[6] > points[:6].max()


def test_they_agree_on_a_customer_who_buys_dozens_of_times_a_week() -> None:
    """More than twelve purchases a week take the parts of the Poisson draw, and many rounds of buying."""
    world = busy().replace("customers.count", 5)
    rate = {"mean": 40.0, "shape": 5.0}
    for segment in ("families", "singles"):
        world = world.replace(f"customers.segments.{segment}.purchase_rate", rate)
    ran, _ = live_both(world, 3)
    assert ran.tallies[..., Tally.PURCHASES].sum() > 200


def test_they_agree_when_the_null_model_is_lived() -> None:
    from sim.rules import Behaviour

    live_both(busy().replace("behaviour", Behaviour.null().model_dump()), 6)


@settings(deadline=None, max_examples=60)
@given(worlds(most_customers=10, most_weeks=12), st.sampled_from([None, "new"]), st.integers(0, 5))
def test_a_world_of_any_shape_walked_is_the_world_run(
    world: Scenario, design: str | None, replicate: int
) -> None:
    live_both(world, world.horizon.weeks, design, replicate)


def test_the_walk_names_the_columns_that_the_store_declares() -> None:
    """Each customer of the walk shows under its name what the store keeps in its row."""
    market = Market(busy(), design="kept")
    for _ in range(8):
        market.step()
    people = market.population
    for name, at in (("rate", None), ("reference", None), ("taste", 1), ("satisfaction", 2), ("trust", 1)):
        column = {"reference": "reference_price"}.get(name, name)
        for number in (0, 17, len(people) - 1):
            b, j = people.place_of(number)
            seen = Customer(number, people.reals[b], people.wholes[b], j, people.firms, False)
            value = getattr(seen, name) if at is None else getattr(seen, name)[at]
            assert value == people.get(number, column, at or 0)
            assert seen.is_member(1) == (people.get(number, "member_since", 1) >= 0)
