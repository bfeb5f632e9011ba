"""What a maker's terms do to its dealers, and what the dealers then do to its sales."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.firms.ledger import Account
from sim.market import Market
from sim.measures.tally import Tally
from sim.population.trade import dealer_of
from sim.scenario import Scenario
from tests.levers.pairs import OFF, REPLICATES, pair, weeks_of

DEALERS: dict[str, Any] = {"count": 20, "margin": {"mean": 0.2, "spread": 0.02}}
"""A dealer sells each of two makers alike some 25 times a week, 325 times a quarter."""
QUANTITY: dict[str, Any] = {"kind": "fixed_quantity", "amount": 0.12, "quantity": 350}
OUTLET: dict[str, Any] = {"kind": "fixed_outlet", "amount": 0.12}


def terms(**changes: Any) -> dict[str, Any]:
    return {"channel": changes}


def dealt(designs: Mapping[str, Any], *, dealers: Mapping[str, Any] = DEALERS, **more: Any) -> Scenario:
    """Harbour and Mill, alike, sell through twenty dealers; the designs are Harbour's terms."""
    alike = {"channel": {"margin": 0.25}, **more.pop("firm", {})}
    bare = pair({"none": {}}, **more).replace("dealers", dict(dealers))
    for name in ("Harbour", "Mill"):
        for part, value in alike.items():
            bare = bare.replace(f"firms.{name}.{part}", value)
    return bare.replace("designs", dict(designs))


class History:
    """What dealers carried, cut, sold and were paid in a market, week by week, the first maker's."""

    def __init__(self, world: Scenario, design: str, replicate: int) -> None:
        self.market = Market(world, design=design, replicate=replicate)
        weeks = []
        assert self.market.house is not None
        for _ in weeks_of(self.market):
            house, channel = self.market.house, self.market.channel
            assert channel is not None
            found = house.tables()
            sold, paid, listed = np.moveaxis(self.market.population.trade, 2, 0)
            weeks.append((found.carries, found.push, paid, listed, sold, channel))
        self.carries = np.array([week[0] for week in weeks])
        self.push = np.array([week[1] for week in weeks])
        self.paid, self.listed, self.sold = (np.array([week[i] for week in weeks]) for i in (2, 3, 4))
        self.channel = [week[5] for week in weeks]

    def carriers(self, firm: int = 0) -> NDArray[np.int64]:
        """Dealers that carry a firm, by week."""
        return np.asarray(self.carries[:, :, firm].sum(axis=1))

    def cut(self, firm: int = 0) -> NDArray[np.float64]:
        """What customers of a firm paid below list price, by week: share of list price."""
        paid, listed = self.paid[:, :, firm].sum(axis=1), self.listed[:, :, firm].sum(axis=1)
        return np.asarray(np.where(listed > 0, 1.0 - paid / np.maximum(listed, 1), 0.0))

    def flow(self, name: str, firm: int = 0) -> int:
        """Cents of a kind that passed between a maker and its dealers in all weeks."""
        return int(sum(getattr(week, name)[firm] for week in self.channel))


@cache
def history(world: Scenario, design: str, replicate: int) -> History:
    return History(world, design, replicate)


def histories(world: Scenario, *designs: str) -> list[tuple[History, ...]]:
    """The histories under some designs, in each replicate."""
    return [tuple(history(world, design, r) for design in designs) for r in REPLICATES]


def share_gains(world: Scenario, design: str) -> NDArray[np.float64]:
    """What a design adds to the share of the first maker, in each replicate."""
    found = [
        (plain.market.metrics(), turned.market.metrics())
        for plain, turned in histories(world, "none", design)
    ]
    return np.array([turned["share"] - plain["share"] for plain, turned in found])


def sells_more(world: Scenario, design: str) -> bool:
    """Whether a design raises the share of the first maker in every replicate."""
    return bool((share_gains(world, design) > 0).all())


def channel_cost(world: Scenario, design: str, replicate: int, firm: int = 0) -> int:
    return int(history(world, design, replicate).market.firms[firm].ledger.balance(Account.CHANNEL))


STREET = dealt(
    {
        "none": {},
        "better": terms(margin=0.32),
        "starved": terms(margin=0.05),
        "helped": terms(help=100.0),
        "outlet": terms(rebate=OUTLET),
        "quantity": terms(rebate=QUANTITY),
        "policed": terms(rebate=QUANTITY, policing=0.6, fine=0.3, policing_cost=4.0),
        "alone": terms(exclusive=True),
        "alone_and_better": terms(exclusive=True, margin=0.45),
    }
)


# --- margin -----------------------------------------------------------------------------------------------


def test_a_better_margin_makes_dealers_push_and_so_sells_more() -> None:
    for plain, better in histories(STREET, "none", "better"):
        assert (better.push[39:, :, 0].mean(axis=1) > plain.push[39:, :, 0].mean(axis=1) + 0.1).all()
        assert (better.push[39:, :, 1].mean(axis=1) < plain.push[39:, :, 1].mean(axis=1)).all()
    assert sells_more(STREET, "better")


def test_a_better_margin_costs_the_maker_what_its_dealers_keep() -> None:
    for r in REPLICATES:
        assert channel_cost(STREET, "better", r) > channel_cost(STREET, "none", r)


def test_a_maker_that_pays_less_than_dealers_live_on_is_dropped() -> None:
    for plain, starved in histories(STREET, "none", "starved"):
        assert (plain.carriers() == 20).all()
        assert (starved.carriers()[:39] == 20).all(), "a line is not dropped before a quarter was seen"
        assert (starved.carriers()[-13:] == 0).all()
        assert starved.sold[-13:, :, 0].sum() == 0
        assert starved.sold[-13:, :, 1].sum() > 1.5 * plain.sold[-13:, :, 1].sum()


def test_help_in_the_shop_wins_loyalty_and_costs_what_it_is() -> None:
    for r, (plain, helped) in enumerate(histories(STREET, "none", "helped")):
        assert helped.channel[-1].loyalty[0] > plain.channel[-1].loyalty[0]
        assert helped.flow("help") == 52 * 20 * 10_000
        assert channel_cost(STREET, "helped", r) > channel_cost(STREET, "none", r) + 52 * 20 * 10_000 * 0.9
    assert sells_more(STREET, "helped")


def test_dealers_who_do_not_deal_push_nobody_drop_nobody_and_cut_no_price() -> None:
    off = STREET.replace("behaviour.dealing", OFF)
    plain = history(off, "none", 0)
    for design in ("better", "starved", "quantity", "helped"):
        one = history(off, design, 0)
        assert (one.sold == plain.sold).all()
        assert (one.carriers() == 20).all()
        assert not one.push.any()
        assert not one.cut().any()


# --- exclusivity ------------------------------------------------------------------------------------------


def test_dealers_drop_a_rival_for_a_maker_that_wants_to_be_alone_and_pays_for_it() -> None:
    for plain, alone in histories(STREET, "none", "alone_and_better"):
        assert (plain.carriers(1) == 20).all()
        assert alone.carriers(1)[-1] < 10
        assert alone.carriers(0)[-1] == 20
        assert not (alone.carries[-1, :, 0] & alone.carries[-1, :, 1]).any()
    assert sells_more(STREET, "alone_and_better")


def test_a_weak_maker_that_wants_to_be_alone_loses_its_dealers() -> None:
    weak = STREET.replace("firms.Harbour.share", 0.2).replace("firms.Mill.share", 0.8)
    for plain, alone in histories(weak, "none", "alone"):
        assert plain.carriers(0)[-1] == 20
        assert alone.carriers(0)[-1] == 0
        assert alone.carriers(1)[-1] == 20
    assert (share_gains(weak, "alone") < 0).all()


# --- rebates and policing ---------------------------------------------------------------------------------

RUSH = np.arange(78) % 13 >= 9


def test_a_rebate_for_a_quantity_is_chased_with_price_cuts_at_the_end_of_quarters() -> None:
    for plain, chased in histories(STREET, "none", "quantity"):
        assert not plain.cut().any()
        measured = np.arange(78) >= 26
        assert chased.cut()[RUSH & measured].mean() > 0.005
        assert (chased.cut()[~RUSH | ~measured] == 0).all()
        assert not chased.cut(1).any(), "nobody chases a quantity for which nothing is paid"


def test_a_rebate_for_a_quantity_raises_volume_and_what_the_channel_costs() -> None:
    assert sells_more(STREET, "quantity")
    for plain, chased in histories(STREET, "none", "quantity"):
        late = RUSH & (np.arange(78) >= 26)
        assert chased.sold[late, :, 0].sum() > 1.02 * plain.sold[late, :, 0].sum()
        assert chased.flow("rebates") > 0
        assert plain.flow("rebates") == 0
    for r in REPLICATES:
        assert channel_cost(STREET, "quantity", r) > channel_cost(STREET, "none", r)


def test_price_cuts_sell_more_than_the_push_of_the_rebate_alone() -> None:
    """Dealers who hold that customers do not answer to prices cut none for the same rebate."""
    stubborn = STREET.replace("behaviour.dealing.response", 0.1)
    late = RUSH & (np.arange(78) >= 26)
    for (chased,), (stiff,) in zip(
        histories(STREET, "quantity"), histories(stubborn, "quantity"), strict=True
    ):
        assert stiff.cut().max() < chased.cut().max()
        assert chased.sold[late, :, 0].sum() > stiff.sold[late, :, 0].sum()


def test_a_maker_that_polices_prices_sees_fewer_cuts() -> None:
    for chased, policed in histories(STREET, "quantity", "policed"):
        assert policed.cut().sum() < 0.25 * chased.cut().sum()
        assert policed.flow("policing") == 52 * 20 * 240


def test_who_is_caught_pays_a_fine_and_gets_no_rebate() -> None:
    """A rebate so rich that some dare."""
    dared = STREET.replace(
        "designs",
        {
            "none": {},
            "dared": terms(rebate=QUANTITY | {"amount": 0.3, "quantity": 340}, policing=0.1, fine=0.1),
            "unpoliced": terms(rebate=QUANTITY | {"amount": 0.3, "quantity": 340}),
        },
    )
    for free, watched in histories(dared, "unpoliced", "dared"):
        assert free.flow("fines") == 0 < watched.flow("fines")
        assert watched.flow("rebates") < free.flow("rebates")
        parts = {name: watched.flow(name) for name in ("kept", "rebates", "support", "help", "policing")}
        spent = watched.market.firms[0].ledger.balance(Account.CHANNEL)
        assert spent == sum(parts.values()) - watched.flow("fines")


def test_a_rebate_on_what_an_outlet_sells_pushes_without_any_cut() -> None:
    for plain, paid in histories(STREET, "none", "outlet"):
        assert not paid.cut().any()
        assert paid.push[39:, :, 0].mean() > plain.push[39:, :, 0].mean() + 0.1
        assert paid.flow("rebates") > 0
    assert sells_more(STREET, "outlet")


def test_undercut_dealers_turn_away_from_a_maker_that_lets_it_pass() -> None:
    """The same cuts; only what dealers make of being undercut differs."""
    forgiving = STREET.replace("behaviour.dealing.by_undercut", 0.0)
    for (hurt,), (unhurt,) in zip(
        histories(STREET, "quantity"), histories(forgiving, "quantity"), strict=True
    ):
        assert hurt.channel[-1].loyalty[0] < unhurt.channel[-1].loyalty[0]


# --- a new brand ------------------------------------------------------------------------------------------


NEW = dealt(
    {"none": {}, "shared": terms(shared_risk=60.0), "generous": terms(margin=0.4)},
    dealers=DEALERS | {"line_cost": 100.0},
    firm={"channel": {"margin": 0.3}},
).replace("firms.Harbour.channel", {"margin": 0.3, "coverage": 0.0})


def test_shared_risk_brings_a_new_brand_into_shops() -> None:
    for plain, shared in histories(NEW, "none", "shared"):
        assert plain.carriers()[25] == shared.carriers()[25] < 20
        assert shared.carriers()[30] > plain.carriers()[30]
        assert shared.flow("support") == 6000 * shared.carriers()[26:].sum()
    assert sells_more(NEW, "shared")


def test_a_better_margin_brings_a_new_brand_into_shops_too() -> None:
    for plain, generous in histories(NEW, "none", "generous"):
        assert generous.carriers()[30] > plain.carriers()[30]


# --- what customers find ----------------------------------------------------------------------------------


HALF = dealt({"none": {}}, weeks=40, burn_in=10, behaviour={"dealing": OFF})
HALF = HALF.replace("firms.Harbour.channel.coverage", 0.5)


def test_customers_of_dealers_that_do_not_carry_a_maker_never_buy_it() -> None:
    (half,) = histories(HALF, "none")[0]
    assert 0 < half.carriers()[0] < 20
    assert half.sold[:, ~half.carries[0, :, 0], 0].sum() == 0
    assert (half.sold.sum(axis=0)[:, 0] > 0).tolist() == half.carries[0, :, 0].tolist()
    market, people = half.market, half.market.population
    entered = people.column("entered")
    ids = np.arange(len(people), dtype=np.uint32)
    dealer = [
        int(dealer_of(i, np.int32(week), 20, np.uint32(market.seed), np.uint32(0)))
        for i, week in zip(ids, entered, strict=True)
    ]
    has_it = half.carries[0, np.array(dealer), 0]
    last = people.column("last_firm")
    assert set(np.unique(last[~has_it]).tolist()) <= {-1, 1}
    assert (last[has_it] == 0).any()


def test_a_maker_in_half_of_the_shops_sells_about_half() -> None:
    everywhere = HALF.replace("firms.Harbour.channel.coverage", 1.0)
    for (all_of_them,), (half,) in zip(histories(everywhere, "none"), histories(HALF, "none"), strict=True):
        sold = half.sold[..., 0].sum() / all_of_them.sold[..., 0].sum()
        assert sold == pytest.approx(half.carriers()[0] / 20, abs=0.1)


def test_a_market_without_dealers_is_the_same_whether_dealers_would_deal() -> None:
    direct = pair({"none": {}}, customers=500, weeks=20, burn_in=4)
    one, other = (
        Market(world, design="none").run() for world in (direct, direct.replace("behaviour.dealing", OFF))
    )
    np.testing.assert_array_equal(one.tallies, other.tallies)
    assert one.population.digest() == other.population.digest()
    assert one.house is None


def test_dealers_on_the_usual_terms_who_carry_everything_change_no_purchase() -> None:
    direct = pair({"none": {}}, customers=500, weeks=30, burn_in=4)
    through = direct.replace("dealers", DEALERS)
    one, other = (Market(world, design="none").run() for world in (direct, through))
    np.testing.assert_array_equal(one.tallies, other.tallies)
    assert one.firms[0].ledger.balance(Account.CHANNEL) == 0 < other.firms[0].ledger.balance(Account.CHANNEL)


# --- money ------------------------------------------------------------------------------------------------

_share = st.floats(0.0, 0.5).map(lambda x: round(x, 3))


@st.composite
def offers(draw: st.DrawFn) -> dict[str, Any]:
    """Any terms for dealers."""
    kind = draw(st.sampled_from([None, "fixed_outlet", "fixed_quantity"]))
    rebate = None if kind is None else {"kind": kind, "amount": draw(_share) + 0.01 if kind else 0.0}
    if rebate is not None:
        rebate["amount"] = min(0.5, rebate["amount"])
        if kind == "fixed_quantity":
            rebate["quantity"] = draw(st.integers(1, 60))
    return {
        "margin": draw(_share),
        "coverage": draw(st.sampled_from([0.0, 0.4, 1.0])),
        "rebate": rebate,
        "shared_risk": draw(st.sampled_from([0.0, 3.33])),
        "help": draw(st.sampled_from([0.0, 1.27])),
        "exclusive": draw(st.booleans()),
        "policing": draw(st.sampled_from([0.0, 0.3, 1.0])),
        "fine": draw(_share),
        "policing_cost": draw(st.sampled_from([0.0, 0.77])),
    }


@settings(max_examples=15, deadline=None)
@given(offers(), offers(), st.integers(1, 6), st.integers(0, 3))
def test_what_customers_pay_is_what_makers_get_and_dealers_keep_every_week(
    mine: dict[str, Any], theirs: dict[str, Any], count: int, replicate: int
) -> None:
    world = pair({"none": {}}, customers=60, weeks=28, burn_in=2)
    world = world.replace("dealers", {"count": count, "margin": {"mean": 0.2}, "line_cost": 2.0})
    world = world.replace("firms.Harbour.channel", mine).replace("firms.Mill.channel", theirs)
    market = Market(world, design="none", replicate=replicate)
    assert market.house is not None
    before, to_others = np.zeros(2, np.int64), 0
    for week in weeks_of(market):
        channel = market.channel
        assert channel is not None
        till = market.tallies[week][..., Tally.REVENUE].sum(axis=(0, 2))
        np.testing.assert_array_equal(channel.paid, till)
        listed = market.population.trade[..., 2]
        margins = np.rint(listed * np.array([mine["margin"], theirs["margin"]])).astype(np.int64)
        np.testing.assert_array_equal(channel.makers_part, (listed - margins).sum(axis=0))
        np.testing.assert_array_equal(channel.makers_part + channel.kept, till)
        spent = np.array([firm.ledger.balance(Account.CHANNEL) for firm in market.firms])
        others = channel.help + channel.policing
        net = till - (spent - before)
        np.testing.assert_array_equal(net + channel.to_dealers + others, till)
        assert channel.dealers.sum() == channel.to_dealers.sum()
        before = spent
        to_others += int(others.sum())
    assert market.house.income.sum() + to_others == before.sum()
