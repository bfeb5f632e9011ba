"""How a firm's price comes about: what it posts as a rule, and the price wars of the scenario."""

from __future__ import annotations

import pytest

from sim.firms.policies import ScriptedPriceWar, price_policies
from sim.market import Market
from sim.scenario import Event, PriceWar
from tests.worlds import busy, duel


def war(firm: str, week: int, weeks: int, depth: float) -> Event:
    return PriceWar(kind="price_war", firm=firm, week=week, weeks=weeks, depth=depth)


@pytest.mark.parametrize(("week", "price"), [(9, 1.2), (10, 0.9), (11, 0.9), (12, 0.9), (13, 1.2)])
def test_a_price_war_cuts_the_price_from_its_first_week_to_its_last(week: int, price: float) -> None:
    assert ScriptedPriceWar(first_week=10, weeks=3, depth=0.25).price(week, 1.2) == pytest.approx(price)


def test_a_firm_fights_its_own_wars_only() -> None:
    events = [war("Harbour", 1, 2, 0.1), war("Mill", 3, 4, 0.2), war("Harbour", 8, 1, 0.3)]
    assert price_policies("Harbour", events) == (
        ScriptedPriceWar(1, 2, 0.1),
        ScriptedPriceWar(8, 1, 0.3),
    )
    assert price_policies("Mill", events) == (ScriptedPriceWar(3, 4, 0.2),)
    assert price_policies("Barrow", events) == ()


def test_two_wars_at_once_cut_the_price_twice() -> None:
    policies = price_policies("Harbour", [war("Harbour", 0, 9, 0.5), war("Harbour", 4, 9, 0.1)])
    price = 2.0
    for policy in policies:
        price = policy.price(5, price)
    assert price == pytest.approx(2.0 * 0.5 * 0.9)


def test_the_market_posts_what_the_policies_say() -> None:
    market = Market(busy()).run()
    assert market.prices[:, 0].tolist() == [1.02] * 20
    assert market.prices[:, 2] == pytest.approx([1.0] * 3 + [0.75] * 5 + [1.0] * 12)


def test_a_war_in_mid_design_cuts_the_price_of_the_design() -> None:
    events = [{"kind": "price_war", "firm": "Harbour", "week": 4, "weeks": 2, "depth": 0.5}]
    world = duel({"dear": {"price": {"level": 1.4}}}, customers=10, weeks=8, burn_in=3, events=events)
    assert Market(world, design="dear").run().prices[:, 0] == pytest.approx(
        [1.0, 1.0, 1.0, 1.4, 0.7, 0.7, 1.4, 1.4]
    )


def test_customers_see_the_price_over_the_usual_one() -> None:
    """A price index of 1.1 that always was 1.1 is nothing new to anybody."""
    same = duel({"as written": {}}, customers=500, weeks=12, burn_in=2)
    dear = same.replace("firms.Harbour.price", {"level": 1.1, "usual": 1.1})
    one, other = (Market(world).run() for world in (same, dear))
    assert one.population.digest() == other.population.digest()
    assert one.firms[0].posted_price == other.firms[0].posted_price == 1.0
    assert other.prices[0].tolist() == [1.1, 1.0]
