"""Lessons of price wars, crises and of whom to serve: signs of paired differences, the same in every replicate.

The lessons are run as they are shipped, only smaller. Sizes are tested where the lesson is about a size.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import INDEX_SCALE, Tally
from sim.scenario import Scenario, load
from sim.validation.watching import live

FOLDER = Path(__file__).parents[2] / "scenarios" / "lessons"
STRANGERS, CRISIS = "a_price_war_buys_strangers", "own_up_or_deny"
SERVE = "who_should_we_not_serve"
REPLICATES = (0, 1)
CUSTOMERS = 2000
BURN_IN = 52

each_replicate = pytest.mark.parametrize("replicate", REPLICATES)


@cache
def lesson(name: str, *changes: tuple[str, Any]) -> Scenario:
    """A lesson, with fields changed."""
    world = load(FOLDER / f"{name}.yaml")
    for path, value in changes:
        world = world.replace(path, value)
    return world


@cache
def arm(name: str, design: str, replicate: int, *changes: tuple[str, Any]) -> Market:
    world = lesson(name, *changes)
    return Market(world, design=design, replicate=replicate, customers=CUSTOMERS, follow=name == SERVE).run()


def metric(name: str, design: str, replicate: int, what: str, *changes: tuple[str, Any]) -> float:
    return arm(name, design, replicate, *changes).metrics()[what]


def weekly(market: Market, tally: Tally) -> NDArray[np.int64]:
    """A tally of the focal firm by week."""
    return np.asarray(market.tallies[:, :, market.focus, :, tally].sum(axis=(1, 2)))


def total(market: Market, tally: Tally) -> int:
    """A tally of the focal firm, all weeks measured together."""
    return int(weekly(market, tally)[BURN_IN:].sum())


# --- a price war buys strangers ---------------------------------------------------------------------------

WAR, PEACE = 78, 104
"""First week of the war, and first week after it."""
HALF_YEAR, QUARTER = 26, 13


class Shop(NamedTuple):
    """Harbour, and what its customers thought of it when the war ended."""

    market: Market
    bought: NDArray[np.int16]
    """week x customer"""
    attachment: NDArray[np.float32]
    trust: NDArray[np.float32]
    satisfaction: NDArray[np.float32]

    def came(self, first: int, weeks: int) -> NDArray[np.bool_]:
        """Customers who bought in so many weeks from this one on."""
        return np.asarray(self.bought[first : first + weeks].sum(axis=0) > 0)


@cache
def shop(design: str, replicate: int, follow: float = 0.0) -> Shop:
    """The lesson; follow: how far both rivals go along with Harbour's prices."""
    world = lesson(STRANGERS)
    if follow:
        for rival in ("Mill", "Quay"):
            policy = {"kind": "follow", "rival": "Harbour", "lag": 2, "share": follow}
            world = world.replace(f"firms.{rival}.policies", [policy])
    market = Market(world, design=design, replicate=replicate, customers=CUSTOMERS)
    until = live(market, PEACE)[:, market.focus]
    minds = [market.population.column(name, market.focus) for name in ("attachment", "trust", "satisfaction")]
    after = live(market, market.weeks - PEACE)[:, market.focus]
    return Shop(market, np.concatenate([until, after]).astype(np.int16), *minds)


class Groups(NamedTuple):
    """Households by when they came to Harbour."""

    regulars: NDArray[np.bool_]
    """there in the half year before the war"""
    won: NDArray[np.bool_]
    """not there before, there in the war, and not in the same weeks of peace"""
    newcomers: NDArray[np.bool_]
    """not there before, and there in the same weeks of peace"""


def groups(replicate: int, follow: float = 0.0) -> Groups:
    war, peace = shop("war", replicate, follow), shop("peace", replicate, follow)
    before = war.came(WAR - HALF_YEAR, HALF_YEAR)
    np.testing.assert_array_equal(before, peace.came(WAR - HALF_YEAR, HALF_YEAR))
    anyway = peace.came(WAR, HALF_YEAR)
    return Groups(before, ~before & war.came(WAR, HALF_YEAR) & ~anyway, ~before & anyway)


@each_replicate
def test_nine_tenths_of_what_a_war_sells_goes_to_those_who_came_before(replicate: int) -> None:
    war, peace = shop("war", replicate), shop("peace", replicate)
    more = (war.bought[WAR:PEACE].astype(int) - peace.bought[WAR:PEACE]).sum(axis=0)
    assert more.sum() > 0.25 * peace.bought[WAR:PEACE].sum()
    assert 0.03 < more[~groups(replicate).regulars].sum() / more.sum() < 0.15


@each_replicate
def test_strangers_count_for_more_where_purchases_are_rare_and_tastes_firm(replicate: int) -> None:
    rare = (
        ("customers.segments[0].purchase_rate.mean", 0.3),
        ("customers.segments[0].preference_concentration", 0.4),
    )
    bought = {
        design: live(Market(lesson(STRANGERS, *rare), design=design, replicate=replicate), PEACE)[:, 0]
        for design in ("war", "peace")
    }
    more = (bought["war"][WAR:].astype(int) - bought["peace"][WAR:]).sum(axis=0)
    strangers = bought["peace"][WAR - HALF_YEAR : WAR].sum(axis=0) == 0
    assert 0.15 < more[strangers].sum() / more.sum() < 0.35


@each_replicate
def test_those_won_are_as_satisfied_as_regulars_less_attached_and_trust_less(replicate: int) -> None:
    war, who = shop("war", replicate), groups(replicate)
    assert war.satisfaction[who.won].mean() == pytest.approx(war.satisfaction[who.regulars].mean(), abs=1.5)
    assert war.attachment[who.won].mean() < 0.6 * war.attachment[who.regulars].mean()
    assert war.trust[who.won].mean() < war.trust[who.regulars].mean() - 0.02


@each_replicate
def test_newcomers_of_peace_are_strangers_too(replicate: int) -> None:
    """It is being new, not having come for a price, that makes them so."""
    peace, who = shop("peace", replicate), groups(replicate)
    assert peace.attachment[who.newcomers].mean() < 0.6 * peace.attachment[who.regulars].mean()
    assert peace.trust[who.newcomers].mean() < peace.trust[who.regulars].mean() - 0.02


@each_replicate
def test_few_of_those_won_are_seen_in_the_quarter_after(replicate: int) -> None:
    war, peace, who = shop("war", replicate), shop("peace", replicate), groups(replicate)
    seen = war.came(PEACE, QUARTER)
    assert seen[who.won].mean() < 0.5
    assert seen[who.won].mean() < peace.came(PEACE, QUARTER)[who.newcomers].mean() - 0.1
    assert seen[who.regulars].mean() > 0.65


def test_in_the_year_after_those_won_buy_what_they_would_have_bought_without_a_war() -> None:
    """All replicates together: they are few."""
    with_it, without = (
        sum(int(shop(design, r).bought[PEACE:, groups(r).won].sum()) for r in REPLICATES)
        for design in ("war", "peace")
    )
    assert with_it == pytest.approx(without, rel=0.2)


@each_replicate
def test_normal_prices_sell_less_after_a_war_than_in_peace(replicate: int) -> None:
    war, peace = (
        shop(design, replicate).bought[PEACE : PEACE + HALF_YEAR].sum() for design in ("war", "peace")
    )
    assert 0.88 * peace < war < peace


@each_replicate
def test_the_war_does_not_pay_and_a_better_shop_needs_none(replicate: int) -> None:
    profit = {
        design: shop(design, replicate).market.metrics()["profit"]
        for design in lesson(STRANGERS).design_names
    }
    assert profit["war"] < 0.95 * profit["peace"]
    assert profit["war_and_better_shop"] < profit["better_shop"]
    assert profit["peace"] < profit["better_shop"]


@each_replicate
def test_hardly_anybody_is_won_where_rivals_go_along(replicate: int) -> None:
    assert groups(replicate, follow=1.0).won.sum() < 0.4 * groups(replicate).won.sum()
    profit = {
        d: shop(d, replicate, follow=follow).market.metrics()["profit"]
        for d, follow in (("war", 1.0), ("peace", 0.0))
    }
    assert profit["war"] < 0.95 * profit["peace"]


# --- own up or deny? --------------------------------------------------------------------------------------

NEWS = 65
LATE = 13
NEVER, AT_ONCE = ("events[0].truth.per_week", 0.0), ("events[0].truth.per_week", 1.0)
"""When a lie or a silence is found out."""


def trust(market: Market) -> NDArray[np.float64]:
    return np.asarray(weekly(market, Tally.TRUST) / INDEX_SCALE / weekly(market, Tally.ACTIVE))


def share(market: Market, first: int, weeks: int = QUARTER) -> float:
    bought = market.tallies[first : first + weeks, :, :, :, Tally.PURCHASES].sum(axis=(0, 1, 3))
    return float(bought[market.focus] / bought.sum())


@each_replicate
def test_a_denial_is_the_best_answer_as_long_as_it_holds(replicate: int) -> None:
    held = {d: arm(CRISIS, d, replicate, NEVER) for d in lesson(CRISIS).design_names}
    first = {d: share(market, NEWS) for d, market in held.items()}
    assert max(first, key=first.__getitem__) == "deny"
    assert trust(held["deny"])[NEWS + LATE] > trust(held["stay_silent"])[NEWS + LATE]
    profit = {d: market.metrics()["profit"] for d, market in held.items()}
    assert max(profit, key=profit.__getitem__) == "deny"


@each_replicate
def test_a_denial_that_is_found_out_is_the_worst_answer(replicate: int) -> None:
    out = {d: arm(CRISIS, d, replicate, AT_ONCE) for d in lesson(CRISIS).design_names}
    for of in ({d: trust(m)[-1] for d, m in out.items()}, {d: m.metrics()["profit"] for d, m in out.items()}):
        assert min(of, key=of.__getitem__) == "deny"
        assert max(of, key=of.__getitem__) == "own_up"


@each_replicate
def test_as_shipped_owning_up_at_once_ends_with_most_trust_and_profit(replicate: int) -> None:
    for what in ("trust", "profit", "share"):
        found = {d: metric(CRISIS, d, replicate, what) for d in lesson(CRISIS).design_names}
        assert max(found, key=found.__getitem__) == "own_up", what


@each_replicate
def test_who_owns_up_at_once_sells_nothing_for_two_weeks_and_is_back_within_half_a_year(
    replicate: int,
) -> None:
    market = arm(CRISIS, "own_up", replicate)
    assert weekly(market, Tally.PURCHASES)[NEWS : NEWS + 2].sum() == 0
    assert share(market, NEWS + 13) > 0.95 * share(market, NEWS - 13)
    silent = arm(CRISIS, "stay_silent", replicate)
    assert share(silent, NEWS + 13) < 0.95 * share(silent, NEWS - 13)
    assert total(market, Tally.HEARD_OF_CRISIS) < 0.7 * total(silent, Tally.HEARD_OF_CRISIS)


@each_replicate
def test_owning_up_late_wins_trust_that_silence_does_not_and_no_profit(replicate: int) -> None:
    late, silent, at_once = (arm(CRISIS, d, replicate) for d in ("own_up_late", "stay_silent", "own_up"))
    assert trust(silent)[-1] < trust(late)[-1] < trust(at_once)[-1]
    assert late.metrics()["profit"] < at_once.metrics()["profit"]
    never = metric(CRISIS, "stay_silent", replicate, "profit", NEVER)
    assert metric(CRISIS, "own_up_late", replicate, "profit", NEVER) < never


@each_replicate
def test_who_is_left_is_more_satisfied_where_more_have_left(replicate: int) -> None:
    honest, lie = (arm(CRISIS, d, replicate, AT_ONCE) for d in ("own_up", "deny"))
    assert lie.metrics()["satisfaction"] > honest.metrics()["satisfaction"]
    assert weekly(lie, Tally.ACTIVE)[-1] < weekly(honest, Tally.ACTIVE)[-1]


# --- who should we not serve? -----------------------------------------------------------------------------

EASY, COSTLY = 0, 1
COURTEOUS = ("designs.let_go.selection.courtesy", 1.0)
ALONE = ("customers.network", None)


def brought(replicate: int) -> NDArray[np.float64]:
    """What each customer has brought where all are served."""
    market = arm(SERVE, "serve_all", replicate)
    return np.asarray(market.population.column("worth", market.focus), np.float64)


@each_replicate
def test_the_best_fifth_bring_more_than_all_and_the_last_third_eat_it(replicate: int) -> None:
    ranked = np.sort(brought(replicate))[::-1]
    ranked = ranked[ranked != 0]
    curve = np.cumsum(ranked) / ranked.sum()
    assert curve[len(ranked) // 5] > 1
    assert curve.max() > 1.25
    assert 0.55 < curve.argmax() / len(ranked) < 0.75


@each_replicate
def test_most_of_the_costly_lose_money_and_some_of_the_easy_too(replicate: int) -> None:
    worth = brought(replicate)
    segment = arm(SERVE, "serve_all", replicate).population.segment_of(np.arange(CUSTOMERS))
    loses = {s: (worth[segment == s] < 0).sum() / (worth[segment == s] != 0).sum() for s in (EASY, COSTLY)}
    assert 0.05 < loses[EASY] < 0.25
    assert 0.6 < loses[COSTLY] < 0.9
    assert worth[(segment == COSTLY) & (worth > 0)].sum() > 0


@each_replicate
def test_letting_go_of_those_who_cost_more_than_they_bring_pays_in_profit_and_costs_share(
    replicate: int,
) -> None:
    all_served, let_go, handed = (arm(SERVE, d, replicate) for d in ("serve_all", "let_go", "hand_over"))
    assert let_go.metrics()["profit"] > 1.1 * all_served.metrics()["profit"]
    assert let_go.metrics()["share"] < all_served.metrics()["share"] - 0.1
    assert handed.metrics()["profit"] > let_go.metrics()["profit"]
    assert total(handed, Tally.HANDED_OVER) > 0.2 * CUSTOMERS
    assert total(let_go, Tally.LET_GO) > 0.2 * CUSTOMERS


@each_replicate
def test_basic_service_gains_as_much_and_keeps_them(replicate: int) -> None:
    profit = {d: metric(SERVE, d, replicate, "profit") for d in ("serve_all", "hand_over", "basic_service")}
    gain = {d: profit[d] - profit["serve_all"] for d in profit}
    assert gain["basic_service"] > 0.8 * gain["hand_over"] > 0
    assert metric(SERVE, "basic_service", replicate, "share") > (
        metric(SERVE, "serve_all", replicate, "share") - 0.03
    )


@each_replicate
def test_basic_service_makes_its_customers_look_worth_serving_again(replicate: int) -> None:
    moved = weekly(arm(SERVE, "basic_service", replicate), Tally.MOVED_TO_BASIC)
    first, second, third = moved[moved > 0].tolist()
    assert second < 0.8 * first
    assert third > 1.2 * second


@each_replicate
def test_who_asks_customers_to_pay_for_costs_that_stay_earns_less_than_who_serves_all(replicate: int) -> None:
    profit = {
        d: metric(SERVE, d, replicate, "profit") for d in ("serve_all", "let_go", "let_go_by_full_cost")
    }
    assert profit["let_go_by_full_cost"] < profit["serve_all"] < profit["let_go"]


def sold_to_the_easy(replicate: int, *changes: tuple[str, Any]) -> int:
    market = arm(SERVE, "let_go", replicate, *changes)
    return int(market.tallies[BURN_IN:, EASY, market.focus, :, Tally.PURCHASES].sum())


@each_replicate
def test_rudeness_is_told_and_costs_sales_where_people_know_each_other(replicate: int) -> None:
    rude, kind = (arm(SERVE, "let_go", replicate, *c) for c in ((), (COURTEOUS,)))
    assert total(rude, Tally.WARNINGS_HEARD) > 1.3 * total(kind, Tally.WARNINGS_HEARD)
    assert 0.97 * sold_to_the_easy(replicate, COURTEOUS) < sold_to_the_easy(replicate)
    assert sold_to_the_easy(replicate) < sold_to_the_easy(replicate, COURTEOUS)
    extra = metric(SERVE, "let_go", replicate, "profit", COURTEOUS) - rude.metrics()["profit"]
    assert 0 < extra < 20 * total(rude, Tally.LET_GO)


@each_replicate
def test_rudeness_costs_nothing_where_nobody_knows_anybody(replicate: int) -> None:
    assert sold_to_the_easy(replicate, ALONE) == sold_to_the_easy(replicate, ALONE, COURTEOUS)
