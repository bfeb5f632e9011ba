"""What a market does around its firms: short capacity, seasons, recessions, firms that come and go, houses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.firms.ledger import Account
from sim.market import Market
from sim.market.balance import POINTS_GONE
from sim.measures.tally import Tally
from sim.scenario import Scenario
from tests.levers.pairs import REPLICATES, counted, lived_to, pair, run, weeks_of
from tests.worlds import EAGER, busy


def weekly(market: Market, tally: Tally = Tally.PURCHASES) -> NDArray[np.int64]:
    """A flow or a stock, week x firm."""
    return np.asarray(market.tallies[..., tally].sum(axis=(1, 3)))


def both(world: Scenario, other: Scenario, design: str = "none") -> list[tuple[Market, Market]]:
    """Two worlds under a design, in each replicate."""
    return [(run(world, design, r), run(other, design, r)) for r in REPLICATES]


def happening(*events: dict[str, Any], **more: Any) -> Scenario:
    """Harbour and Mill, and what happens to them."""
    return pair({"none": {}}, events=events, **more)


CALM = happening()


# --- capacity ---------------------------------------------------------------------------------------------

SHORT = pair(
    {
        "none": {},
        "ample": {"capacity": 2000.0},
        "short": {"capacity": 200.0},
        "dearer": {"capacity": 200.0, "policies": [{"kind": "by_load", "gain": 0.1, "high": 1.3}]},
    }
)
"""Each is asked for some 500 purchases a week; the short one can serve 400."""
LATE = slice(52, None)


def test_a_firm_with_more_capacity_than_it_is_asked_for_is_as_one_without_limit() -> None:
    for r in REPLICATES:
        np.testing.assert_array_equal(run(SHORT, "none", r).tallies, run(SHORT, "ample", r).tallies)


def test_a_firm_that_runs_short_turns_customers_away_and_sells_what_it_can() -> None:
    assert (counted(SHORT, Tally.TURNED_AWAY, "none") == 0).all()
    assert (counted(SHORT, Tally.TURNED_AWAY, "short") > 0).all()
    for r in REPLICATES:
        plain, short = (weekly(run(SHORT, d, r))[LATE, 0] for d in ("none", "short"))
        assert plain.mean() > 440
        assert short.mean() == pytest.approx(400, rel=0.05)


def test_who_is_turned_away_buys_elsewhere() -> None:
    for r in REPLICATES:
        plain, short = (weekly(run(SHORT, d, r))[LATE].sum(axis=0) for d in ("none", "short"))
        assert short[1] > 1.1 * plain[1]
        assert short.sum() == pytest.approx(plain.sum(), rel=0.02)


def test_who_is_turned_away_everywhere_buys_nothing() -> None:
    full = SHORT.replace("firms.Mill.capacity", 250.0)
    for r in REPLICATES:
        sold = weekly(run(full, "short", r))[LATE].sum(axis=1).mean()
        assert sold == pytest.approx(900, rel=0.05)
        assert sold < 0.95 * weekly(run(SHORT, "short", r))[LATE].sum(axis=1).mean()


def test_a_rival_gains_from_a_shortage_only_with_capacity_to_spare() -> None:
    tight, ample = SHORT.replace("firms.Mill.capacity", 200.0), SHORT.replace("firms.Mill.capacity", 400.0)
    gained = {}
    for name, world in (("tight", tight), ("ample", ample)):
        gained[name] = counted(world, Tally.PURCHASES, "short", firm=1) - counted(
            world, Tally.PURCHASES, "none", firm=1
        )
    assert (gained["ample"] > 3 * np.abs(gained["tight"])).all()
    assert (gained["ample"] > 2000).all()


def test_in_a_sellers_market_a_firm_that_prices_by_load_raises_its_price_and_turns_fewer_away() -> None:
    for r in REPLICATES:
        short, dearer = run(SHORT, "short", r), run(SHORT, "dearer", r)
        assert (short.prices[:, 0] == 1.0).all()
        assert (dearer.prices[27:, 0] > 1.0).all()
        assert dearer.prices[-1, 0] > 1.05
        assert (
            weekly(dearer, Tally.TURNED_AWAY)[26:, 0].sum() < weekly(short, Tally.TURNED_AWAY)[26:, 0].sum()
        )
        assert dearer.metrics()["profit"] > short.metrics()["profit"]


def test_in_a_buyers_market_the_same_firm_lowers_its_price() -> None:
    idle = SHORT.replace("designs", {"none": {"capacity": 600.0, "policies": [{"kind": "by_load"}]}})
    for r in REPLICATES:
        assert run(idle, "none", r).prices[-1, 0] < 0.95


# --- season -----------------------------------------------------------------------------------------------

YEARS = pair({"none": {}}, weeks=130)
SEASON = YEARS.replace("category.season", {"amplitude": 0.4, "peak_week": 10})


def test_sales_follow_the_year() -> None:
    week = np.arange(130)
    for plain, seasonal in both(YEARS, SEASON):
        ratio = weekly(seasonal).sum(axis=1) / weekly(plain).sum(axis=1)
        peaks = ratio[np.isin(week % 52, range(7, 14))].mean()
        troughs = ratio[np.isin(week % 52, range(33, 40))].mean()
        assert peaks == pytest.approx(1.4, abs=0.06)
        assert troughs == pytest.approx(0.6, abs=0.06)
        wave = 1.0 + 0.4 * np.cos(2 * np.pi * (week - 10) / 52)
        assert np.corrcoef(ratio, wave)[0, 1] > 0.95


def test_a_season_moves_sales_within_the_year_and_adds_none() -> None:
    for plain, seasonal in both(YEARS, SEASON):
        sold = [weekly(market)[26:].sum() for market in (plain, seasonal)]
        assert sold[1] == pytest.approx(sold[0], rel=0.02)
        share = [market.metrics()["share"] for market in (plain, seasonal)]
        assert share[1] == pytest.approx(share[0], abs=0.02)


def test_the_capacity_of_a_design_binds_from_its_first_week_and_not_before() -> None:
    world = busy(designs={"as it is": {}, "smaller": {"capacity": 30.0}})
    market = Market(world, design="smaller", customers=400)
    while market.week < market.burn_in:
        market.step()
    assert not market.tallies[..., Tally.TURNED_AWAY].any()
    market.step()
    assert market.tallies[-1, :, 0, :, Tally.TURNED_AWAY].sum() > 0


# --- recession --------------------------------------------------------------------------------------------

FROM, FOR = 40, 13
SLUMP, AFTER = slice(FROM, FROM + FOR), slice(FROM + FOR, None)
NOTHING = {"baskets": 0.0, "need": 0.0, "thrift": 0.0}


def recession(**parts: Any) -> dict[str, Any]:
    return {"kind": "recession", "week": FROM, "weeks": FOR, **NOTHING, **parts}


def test_smaller_baskets_bring_in_less_while_it_lasts_and_not_a_week_longer() -> None:
    for plain, hit in both(CALM, happening(recession(baskets=0.2))):
        np.testing.assert_array_equal(weekly(plain), weekly(hit))
        before, during = weekly(plain, Tally.REVENUE), weekly(hit, Tally.REVENUE)
        np.testing.assert_allclose(during[SLUMP] / before[SLUMP], 0.8, atol=1e-3)
        np.testing.assert_array_equal(plain.tallies[:FROM], hit.tallies[:FROM])
        np.testing.assert_array_equal(before[AFTER], during[AFTER])


def test_needs_that_shrink_make_purchases_fewer_while_it_lasts() -> None:
    for plain, hit in both(CALM, happening(recession(need=0.3))):
        ratio = weekly(hit).sum(axis=1) / weekly(plain).sum(axis=1)
        assert ratio[SLUMP].mean() == pytest.approx(0.7, abs=0.03)
        assert ratio[AFTER].mean() == pytest.approx(1.0, abs=0.03)
        np.testing.assert_array_equal(plain.tallies[:FROM], hit.tallies[:FROM])


def test_thrift_takes_customers_from_the_dear_firm() -> None:
    """Harbour has become a fifth dearer than when its share was observed."""
    dear, thrifty = (
        happening(*events).replace("firms.Harbour.price", {"level": 1.2, "usual": 1.0})
        for events in ((), (recession(thrift=2.0),))
    )
    for plain, hit in both(dear, thrifty):
        share = [weekly(m)[SLUMP, 0].sum() / weekly(m)[SLUMP].sum() for m in (plain, hit)]
        assert share[1] < share[0] - 0.03
        np.testing.assert_array_equal(plain.tallies[:FROM], hit.tallies[:FROM])


def test_thrift_without_a_difference_in_price_changes_little() -> None:
    for plain, hit in both(CALM, happening(recession(thrift=2.0))):
        share = [weekly(m)[SLUMP, 0].sum() / weekly(m)[SLUMP].sum() for m in (plain, hit)]
        assert share[1] == pytest.approx(share[0], abs=0.01)


SEGMENTS = [
    {
        "name": name,
        "weight": 0.5,
        "purchase_rate": {"mean": 0.5, "shape": 1.0},
        "basket": {"mean": 30.0, "within_cv": 0.5},
    }
    for name in ("families", "singles")
]


def test_a_recession_that_hits_one_segment_leaves_the_other_alone() -> None:
    two = CALM.replace("customers.segments", SEGMENTS)
    hits = recession(baskets=0.2, need=0.2, thrift=1.0, segments=["singles"])
    for plain, hit in both(two, two.replace("events", [hits])):
        np.testing.assert_array_equal(plain.tallies[:, 0], hit.tallies[:, 0])
        revenue = [m.tallies[SLUMP, 1, :, :, Tally.REVENUE].sum() for m in (plain, hit)]
        assert revenue[1] == pytest.approx(0.64 * revenue[0], rel=0.05)


# --- entry ------------------------------------------------------------------------------------------------

OPENS = 40
BUSY_FIRM: dict[str, Any] = {
    "fixed_cost": 100.0,
    "staff": {"employees": 10.0, "wage": 500.0},
    "quality": {"improvement": {"budget": 150.0}},
    "advertising": {"reach": 0.2, "cost": 1.0},
    "complaint_desk": {"channels": 2, "capacity": 20.0, "cost_per_week": 50.0},
    "gestures": {"chance": 0.1, "worth": 2.0},
    "contacts": {"per_week": 0.5, "members_only": False, "cost": 0.1},
    "community": {"reach": 0.1, "every": 2, "cost": 1.0, "cost_per_event": 20.0},
    "programme": {
        "name": "Mill Points",
        "enrolment": EAGER,
        "points": {"per_currency": 1, "threshold": 100, "reward": 2.0},
        "costs": {"launch": 100.0, "per_week": 10.0},
    },
}


def furnished(world: Scenario, firm: str = "Mill") -> Scenario:
    """With a firm that does everything that costs money."""
    for part, value in BUSY_FIRM.items():
        world = world.replace(f"firms.{firm}.{part}", value)
    return world


ENTERING = furnished(happening({"kind": "entry", "firm": "Mill", "week": OPENS}))


def test_nobody_buys_of_a_firm_before_it_opens_and_then_they_do() -> None:
    for plain, entered in both(furnished(CALM), ENTERING):
        sold, usual = weekly(entered)[:, 1], weekly(plain)[:, 1]
        assert sold[:OPENS].sum() == 0
        assert (sold[OPENS:] > 0).all()
        assert sold[-10:].sum() > 0.5 * usual[-10:].sum()
        assert weekly(entered)[:OPENS].sum() == pytest.approx(weekly(plain)[:OPENS].sum(), rel=0.02)


def test_a_firm_that_has_not_opened_costs_nothing_and_reaches_nobody() -> None:
    for r in REPLICATES:
        market = run(ENTERING, "none", r)
        assert not market.firms[1].ledger.weeks[:OPENS].any()
        assert not market.tallies[:OPENS, :, 1][..., [Tally.ADVERTS, Tally.CONTACTS, Tally.MEMBERS]].any()
        assert not market.tallies[:OPENS, :, 1, :, Tally.PARTICIPANTS].any()
        after = market.firms[1].ledger.weeks[-1]
        for account in (Account.FIXED, Account.STAFF, Account.IMPROVEMENT, Account.PROGRAMME):
            assert after[account] > 0, account.name
        assert after[Account.FIXED] == (78 - OPENS) * 10_000


def test_an_entry_takes_from_who_was_there() -> None:
    for plain, entered in both(CALM, happening({"kind": "entry", "firm": "Mill", "week": OPENS})):
        early, late = weekly(entered)[OPENS - 10 : OPENS, 0].sum(), weekly(entered)[-10:, 0].sum()
        assert early > 1.8 * weekly(plain)[OPENS - 10 : OPENS, 0].sum()
        assert late < 0.8 * early


# --- exit -------------------------------------------------------------------------------------------------

CLOSES = 40
EXIT = {"kind": "exit", "firm": "Mill", "week": CLOSES}
LEAVING = furnished(happening(EXIT))


def test_nobody_buys_of_a_firm_that_has_closed_and_it_costs_nothing_more() -> None:
    for r in REPLICATES:
        market = run(LEAVING, "none", r)
        assert (weekly(market)[:CLOSES, 1] > 0).all()
        assert weekly(market)[CLOSES:, 1].sum() == 0
        books = market.firms[1].ledger.weeks
        flows = [a for a in Account if a not in (Account.CASH, Account.POINTS_LIABILITY)]
        moved = (books[CLOSES] != books[-1])[flows]
        assert not moved.any(), [flows[i].name for i in np.flatnonzero(moved)]
        assert not market.tallies[CLOSES:, :, 1][..., [Tally.ADVERTS, Tally.CONTACTS]].any()


def test_customers_of_a_firm_that_closes_buy_of_the_other() -> None:
    for plain, left in both(furnished(CALM), LEAVING):
        assert weekly(left)[CLOSES:, 0].sum() > 1.7 * weekly(plain)[CLOSES:, 0].sum()
        np.testing.assert_array_equal(plain.tallies[:CLOSES], left.tallies[:CLOSES])


@pytest.mark.parametrize(
    ("ending", "out"), [("forfeit", Tally.POINTS_FORFEITED), ("honour", Tally.POINTS_REDEEMED)]
)
def test_points_of_a_firm_that_closes_end_as_it_said(ending: str, out: Tally) -> None:
    world = LEAVING.replace("firms.Mill.programme.ending", {"points": ending})
    for r in REPLICATES:
        market = run(world, "none", r)
        balance = weekly(market, Tally.POINTS_BALANCE)[:, 1]
        assert balance[CLOSES - 1] > 0
        assert (balance[CLOSES:] == 0).all()
        assert weekly(market, Tally.MEMBERS)[CLOSES:, 1].sum() == 0
        assert weekly(market, out)[CLOSES, 1] == balance[CLOSES - 1]
        assert market.firms[1].ledger.balance(Account.POINTS_LIABILITY) == 0


def test_points_that_are_honoured_cost_more_than_points_that_are_lost() -> None:
    honoured = LEAVING.replace("firms.Mill.programme.ending", {"points": "honour"})
    for forfeit, honour in both(LEAVING, honoured):
        cash = [m.firms[1].ledger.balance(Account.CASH) for m in (forfeit, honour)]
        assert cash[1] < cash[0]


def test_who_knows_no_other_firm_looks_for_one_and_buys_there() -> None:
    """Half of all know a firm; to who knows Mill alone nothing else is left."""
    world = happening(EXIT, firm={"awareness": 0.5})
    for r in REPLICATES:
        market = lived_to(world, "none", r, CLOSES)
        knows = market.population.column("knows") & 3
        only = (knows == 2) & (market.population.column("alive") == 1)
        known_to_both = knows == 3
        assert 300 < only.sum() < 700
        while market.week < market.weeks:
            market.step()
        last, now = market.population.column("last_firm"), market.population.column("knows") & 1
        assert now[only].all()
        assert now[known_to_both].all()
        bought_since = market.population.column("last_week", 0) >= CLOSES
        assert bought_since[only].mean() > 0.6
        assert (last[only & bought_since] == 0).all()


def test_contracts_with_a_firm_that_closes_are_void() -> None:
    world = happening(EXIT, firm={"contract": {"weeks": 26}})
    for r in REPLICATES:
        market = run(world, "none", r)
        contracts = weekly(market, Tally.CONTRACTS)
        assert contracts[CLOSES - 1, 1] > 100
        assert contracts[CLOSES:, 1].sum() == 0
        assert contracts[-1, 0] > contracts[CLOSES - 1, 0]


def test_a_rival_that_closes_in_a_market_with_dealers_costs_and_pays_its_dealers_nothing() -> None:
    world = happening(EXIT).replace("dealers", {"count": 5})
    world = world.replace("firms.Mill.channel", {"shared_risk": 20.0, "help": 10.0, "policing_cost": 5.0,
                                                 "policing": 0.5})  # fmt: skip
    books = run(world, "none", 0).firms[1].ledger.weeks[:, Account.CHANNEL]
    assert (np.diff(books[:CLOSES]) > 0).all()
    assert (np.diff(books[CLOSES - 1 :]) == 0).all()


def test_a_maker_that_enters_finds_the_dealers_of_its_coverage_and_none_before() -> None:
    world = happening({"kind": "entry", "firm": "Mill", "week": OPENS}).replace("dealers", {"count": 20})
    world = world.replace("firms.Mill.channel", {"coverage": 0.5, "shared_risk": 20.0})
    market, carriers = Market(world, design="none"), []
    for _ in weeks_of(market):
        assert market.channel is not None
        carriers.append(int(market.channel.carriers[1]))
    assert set(carriers[:OPENS]) == {0}
    assert 4 <= carriers[OPENS] <= 16
    assert weekly(market)[OPENS:, 1].sum() > 0
    assert not market.firms[1].ledger.weeks[:OPENS].any()


# --- houses of several brands -----------------------------------------------------------------------------


def brands(shares: dict[str, float], house: tuple[str, ...] = (), *events: Any, **segment: Any) -> Scenario:
    """Brands of these shares; those named belong to one house."""
    world = pair({"none": {}}, segment=segment, events=())
    base = world.firms[0].model_dump(exclude_unset=True)
    firms = [
        base | {"name": name, "share": share} | ({"house": "Sea"} if name in house else {})
        for name, share in shares.items()
    ]
    return world.replace("firms", firms).replace("events", list(events))


THREE = {"Harbour": 0.3, "Mill": 0.4, "Quay": 0.3}


def test_a_house_is_a_name_that_customers_do_not_see_but_its_switchers_stay_inside() -> None:
    for apart, one in both(brands(THREE), brands(THREE, ("Harbour", "Quay"))):
        np.testing.assert_array_equal(weekly(apart), weekly(one))
        np.testing.assert_array_equal(weekly(apart, Tally.SWITCHED), weekly(one, Tally.SWITCHED))
        assert weekly(apart, Tally.SWITCHED_INSIDE).sum() == 0
        inside, all_of_them = (weekly(one, t).sum(axis=0) for t in (Tally.SWITCHED_INSIDE, Tally.SWITCHED))
        assert inside[1] == 0
        for brand in (0, 2):
            # Who comes from another brand comes from the house's other one, or from Mill; Mill is larger.
            assert 0.2 < inside[brand] / all_of_them[brand] < 0.6


def test_a_second_brand_takes_from_the_own_brand_as_well_as_from_rivals() -> None:
    second = {"kind": "entry", "firm": "Quay", "week": 26}
    never = {"kind": "entry", "firm": "Quay", "week": 77}
    for without, with_it in both(
        brands(THREE, ("Harbour", "Quay"), never), brands(THREE, ("Harbour", "Quay"), second)
    ):
        lost = (weekly(without) - weekly(with_it))[40:77].sum(axis=0)
        before = weekly(without)[40:77].sum(axis=0)
        assert lost[0] > 0.1 * before[0], "cannibalisation"
        assert lost[1] > 0.1 * before[1], "conquest"
        house = (weekly(with_it) - weekly(without))[40:77, [0, 2]].sum()
        assert 0.5 * weekly(with_it)[40:77, 2].sum() < house + lost[0] + 1
        assert 0 < house < weekly(with_it)[40:77, 2].sum()


def house_gain(seeking: float) -> NDArray[np.float64]:
    """Share of its purchases that a house wins by having two brands of half the size, in each replicate."""
    one = brands({"Harbour": 0.5, "Mill": 0.5}, variety_seeking=seeking)
    two = brands({"Harbour": 0.25, "Mill": 0.5, "Quay": 0.25}, ("Harbour", "Quay"), variety_seeking=seeking)
    found = []
    for single, double in both(one, two):
        own = weekly(double)[26:, [0, 2]].sum() / weekly(double)[26:].sum()
        found.append(own - weekly(single)[26:, 0].sum() / weekly(single)[26:].sum())
    return np.array(found)


def test_variety_seekers_stay_in_the_house_that_has_more_brands() -> None:
    habitual, seekers = house_gain(0.0), house_gain(6.0)
    assert (seekers > habitual + 0.015).all()
    assert (seekers > 0.02).all()


def test_variety_seekers_move_between_the_brands_of_a_house() -> None:
    calm, restless = (brands(THREE, ("Harbour", "Quay"), variety_seeking=seeking) for seeking in (0.0, 3.0))
    for one, other in both(calm, restless):
        inside = [weekly(m, Tally.SWITCHED_INSIDE)[26:].sum() / weekly(m)[26:].sum() for m in (one, other)]
        assert inside[1] > 1.1 * inside[0]


# --- all at once ------------------------------------------------------------------------------------------

FIRMS = ("Harbour", "Mill", "Barrow")


@st.composite
def eventful(draw: st.DrawFn) -> Scenario:
    """The busy market with any of this happening in it."""
    weeks = st.integers(1, 19)
    events: list[dict[str, Any]] = []
    leaves = draw(st.sampled_from([None, "Mill", "Barrow"]))
    enters = draw(st.sampled_from([None, "Mill", "Barrow"]))
    entered = draw(st.integers(1, 9))
    if enters is not None:
        events.append({"kind": "entry", "firm": enters, "week": entered})
    if leaves is not None:
        events.append({"kind": "exit", "firm": leaves, "week": draw(st.integers(10, 19))})
    for _ in range(draw(st.integers(0, 2))):
        share = st.sampled_from([0.05, 0.1, 0.4])
        events.append(
            {"kind": "recession", "week": draw(weeks), "weeks": draw(st.integers(1, 8)), "baskets": draw(share),
             "need": draw(share), "thrift": draw(share)}
        )  # fmt: skip
    if draw(st.booleans()):
        events.append(
            {
                "kind": "price_war",
                "firm": "Harbour",
                "week": draw(weeks),
                "weeks": 4,
                "depth": 0.2,
            }
        )
    world = busy().replace("events", events).replace("customers.count", 40)
    if draw(st.booleans()):
        world = world.replace(
            "category.season", {"amplitude": draw(st.sampled_from([0.2, 0.9])), "peak_week": 5}
        )
    for name in FIRMS:
        if draw(st.booleans()):
            world = world.replace(f"firms.{name}.capacity", draw(st.sampled_from([20.0, 200.0, 2000.0])))
    if draw(st.booleans()):
        world = world.replace("firms.Harbour.house", "Sea").replace("firms.Barrow.house", "Sea")
    if draw(st.booleans()):
        world = world.replace("dealers", {"count": draw(st.integers(1, 5)), "line_cost": 1.0})
        rebate = {"kind": "fixed_quantity", "amount": 0.1, "quantity": draw(st.integers(1, 40))}
        world = world.replace("firms.Harbour.channel", {"margin": 0.2, "rebate": rebate, "policing": 0.3})
    if draw(st.booleans()):
        world = world.replace("firms.Mill.programme.ending", {"points": "honour"})
    return world


def is_there(world: Scenario, firm: str, week: int) -> bool:
    """Whether a firm is open in a week."""
    mine = {e.kind: e.week for e in world.events if e.kind in ("entry", "exit") and e.firm == firm}
    return mine.get("entry", 0) <= week < mine.get("exit", 99)


@settings(max_examples=25, deadline=None)
@given(eventful(), st.sampled_from(["closed", "kept", "cards"]), st.integers(0, 99))
def test_whatever_happens_books_balance_and_points_neither_vanish_nor_appear(
    world: Scenario, design: str, replicate: int
) -> None:
    market = Market(world, design=design, replicate=replicate)
    before = np.zeros(3, np.int64)
    for week in weeks_of(market):
        t = market.tallies[week].sum(axis=(0, 2))
        points = before + t[:, Tally.POINTS_EARNED] - t[:, POINTS_GONE].sum(axis=1)
        np.testing.assert_array_equal(points, t[:, Tally.POINTS_BALANCE])
        before = points
        for firm in market.firms:
            assert firm.ledger.imbalance == 0
            assert firm.ledger.balance(Account.POINTS_LIABILITY) <= 0
            assert (
                -firm.ledger.balance(Account.REVENUE)
                == market.tallies[:, :, firm.number, :, Tally.REVENUE].sum()
            )
            if not is_there(world, firm.name, week):
                assert t[firm.number, [Tally.PURCHASES, Tally.MEMBERS, Tally.POINTS_BALANCE]].sum() == 0
    gone = [f for f, firm in enumerate(market.firms) if not is_there(world, firm.name, 19)]
    contract = market.population.column("contract")
    assert not np.isin(contract[contract >= 0] & 15, gone).any()
