"""Dealers push makers that pay and treat them well, drop the others, and cut prices where quantity is paid for."""

from __future__ import annotations

import copy
from typing import Any

import mesa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.firms.channel import ChannelWeek
from sim.firms.dealer_house import DealerHouse
from sim.rules import Behaviour
from sim.scenario import Channel, Dealers
from sim.scenario import Firm as FirmPlan
from tests.firms.customers_of_dealers import Town, changed, maker

A, B = maker("Albion"), maker("Borough")
YEAR = 52


def rebate(kind: str, quantity: int | None = None, amount: float = 0.08) -> dict[str, Any]:
    return {"rebate": {"kind": kind, "amount": amount, "quantity": quantity}}


def town(terms: dict[str, Any] | None = None, weeks: int = YEAR, **world: Any) -> Town:
    """A year as usual, then Albion under other terms."""
    return Town([A, B], **world).live(YEAR).live(weeks, [changed(A, **(terms or {})), B])


def units(lived: Town, first: int = YEAR, last: int | None = None) -> Any:
    """Purchases by firm in some weeks."""
    return sum(week.sold for week in lived.weeks[first:last]).sum(axis=0)  # type: ignore[union-attr]


def last(lived: Town) -> ChannelWeek:
    return lived.weeks[-1].settled


# What dealers do for whom


def test_on_the_terms_on_which_shares_were_observed_nobody_is_pushed() -> None:
    for week in Town([maker("Albion", margin=0.3), B]).live(YEAR).weeks:
        assert week.tables.carries.all()
        np.testing.assert_allclose(week.tables.push, 0.0, atol=1e-6)
        assert (week.tables.price == 1).all()


@pytest.mark.parametrize(
    "terms",
    [
        {"margin": 0.32},
        {"help": 80.0},
        {"shared_risk": 30.0},
        rebate("fixed_outlet"),
        rebate("fixed_quantity", 40),
    ],
    ids=["margin", "help", "shared_risk", "outlet", "quantity"],
)
def test_dealers_push_a_maker_that_pays_or_treats_them_better_and_sell_more_of_it(
    terms: dict[str, Any],
) -> None:
    usual, better = town(), town(terms)
    assert last(better).push[0] > 0.01
    assert last(better).push[0] > last(better).push[1]
    assert last(better).loyalty[0] > last(usual).loyalty[0]
    assert units(better)[0] > units(usual)[0]


def test_a_lower_margin_costs_push() -> None:
    assert last(town({"margin": 0.22})).push[0] < -0.01


def test_makers_that_all_pay_more_gain_nothing_on_each_other() -> None:
    firms = [changed(A, margin=0.3), changed(B, margin=0.3)]
    lived = Town([A, B]).live(YEAR).live(YEAR, firms)
    alone = town({"margin": 0.3})
    assert last(lived).push[0] == pytest.approx(last(lived).push[1])
    assert last(lived).push[0] < last(alone).push[0]


def test_loyalty_is_slow_so_that_a_rebate_withdrawn_costs_push_but_not_at_once() -> None:
    lived = town(rebate("fixed_outlet"))
    paid = last(lived)
    lived.live(14, [A, B])
    soon = last(lived)
    lived.live(5 * YEAR, [A, B])
    late = last(lived)
    assert paid.push[0] > soon.push[0] > late.push[0]
    assert soon.loyalty[0] > late.loyalty[0]
    assert late.push[0] == pytest.approx(0.0, abs=0.01)


# Carrying and dropping


def test_a_maker_that_pays_less_than_dealers_need_is_dropped() -> None:
    lived = town({"margin": 0.1})
    assert not lived.house.carries[:, 0].any()
    assert lived.house.carries[:, 1].all()
    assert lived.weeks[YEAR].tables.carries.all()
    assert not units(lived, -13)[0]


def test_dealers_that_need_more_drop_first() -> None:
    lived = town({"margin": 0.14}, dealers=100, spread=0.03)
    carries = lived.house.carries[:, 0]
    assert 5 < carries.sum() < 95
    assert lived.house.need[carries].mean() < lived.house.need[~carries].mean() - 0.01


def test_a_line_that_sells_too_little_to_earn_its_cost_is_dropped() -> None:
    firms = [maker("Albion", 0.9), maker("Slow", 0.02)]
    assert Town(firms, line_cost=0.0).live(YEAR).house.carries.all()
    lived = Town(firms, line_cost=20.0).live(YEAR)
    assert lived.house.carries.all(axis=0).tolist() == [True, False]
    assert not lived.house.carries[:, 1].any()


def test_a_shop_is_never_empty() -> None:
    lived = Town([A, B]).live(YEAR, [changed(A, margin=0.05), changed(B, margin=0.02)])
    assert lived.house.carries.sum(axis=1).tolist() == [1] * 20
    assert lived.house.carries[:, 0].all()


def test_a_maker_is_carried_by_as_many_at_the_start_as_the_file_says() -> None:
    firms = [A, maker("Half", 0.3, coverage=0.5), maker("New", 0.2, coverage=0.0)]
    house = Town(firms, dealers=1000).house
    assert house.carries[:, 0].all()
    assert 430 < house.carries[:, 1].sum() < 570
    assert not house.carries[:, 2].any()


def test_a_line_taken_up_again_is_tried_anew() -> None:
    lived = town({"margin": 0.1})
    assert not lived.house.carries[:, 0].any()
    lived.live(13, [changed(A, margin=0.4), B])
    assert lived.house.carries[:, 0].all()
    assert lived.house._quarters[:, 0].tolist() == [0] * 20
    assert (lived.house.worth[:, 0] > 1).all()


# Exclusivity


def test_support_counts_once_where_a_maker_is_weighed_against_others() -> None:
    """What dealers keep of a sale is known without the makers' part in the risk, which does not grow with sales."""
    lived = town({"shared_risk": 50.0}, weeks=27)
    np.testing.assert_allclose(lived.house._rate, 0.25, atol=1e-4)
    assert (lived.house.pay[:, 0] > lived.house.pay[:, 1]).all()


def test_new_terms_are_counted_once() -> None:
    lived = town({"margin": 0.3}, weeks=27)
    np.testing.assert_allclose(lived.house._rate[:, 0], 0.3, atol=1e-4)


def test_dealers_who_carry_one_maker_alone_do_not_take_it_for_the_whole_market() -> None:
    lived = town({"margin": 0.4, "exclusive": True}, weeks=3 * YEAR)
    assert lived.house.carries.all(axis=0).tolist() == [True, False]
    assert lived.house._share[0] < 0.85


@pytest.mark.parametrize(
    ("share", "margin", "obeyed"), [(0.8, 0.25, True), (0.2, 0.25, False), (0.5, 0.4, True)]
)
def test_who_asks_to_be_carried_alone_drives_rivals_out_or_is_dropped(
    share: float, margin: float, obeyed: bool
) -> None:
    """By the income that it brings: a strong brand or a good margin can ask, a weak one cannot."""
    large, small = maker("Albion", share), maker("Borough", 1.0 - share)
    lived = Town([large, small]).live(YEAR)
    assert lived.house.carries.all()
    lived.live(YEAR, [changed(large, margin=margin, exclusive=True), small])
    assert lived.house.carries.all(axis=0).tolist() == [obeyed, not obeyed]
    assert lived.house.carries.sum(axis=1).tolist() == [1] * 20


def test_who_gives_in_or_not_stays_so() -> None:
    lived = town({"margin": 0.4, "exclusive": True}, weeks=3 * YEAR)
    carried = [week.tables.carries[:, 0].sum() for week in lived.weeks[YEAR + 13 :]]
    assert set(carried) == {20}


# Rebates for a quantity


def near_threshold() -> dict[str, Any]:
    """A rebate for what the mean dealer sells of Albion in a quarter."""
    quantity = int(units(Town([A, B]).live(YEAR), 39)[0] / 20)
    return rebate("fixed_quantity", quantity)


def test_dealers_near_the_quantity_cut_prices_at_the_end_of_the_quarter() -> None:
    lived = town(near_threshold(), weeks=13)
    price = np.array([week.tables.price for week in lived.weeks[YEAR:]])
    assert (price[:9] == 1).all()
    assert (price[9:, :, 1] == 1).all()
    cutting = (price[9:, :, 0] < 1).any(axis=0)
    assert 2 <= cutting.sum() <= 10
    sold = sum(week.sold[:, 0] for week in lived.weeks[YEAR : YEAR + 9])
    wanted = near_threshold()["rebate"]["quantity"]
    # Those far above need no cut, those far below see no use in one.
    needed = wanted - sold * 13 / 9
    assert (needed[cutting] > -1).all()
    assert np.abs(needed[cutting]).max() < np.abs(needed[~cutting]).max()


def test_cutting_raises_sales_now_and_erodes_what_dealers_keep() -> None:
    tame = Behaviour.model_validate({"dealing": {"deepest": 0.0}})
    cut, list_price = town(near_threshold(), weeks=13), town(near_threshold(), weeks=13, behaviour=tame)
    assert units(cut, -4)[0] > units(list_price, -4)[0]
    kept = [lived.sum("kept", -4)[0] / lived.sum("listed", -4)[0] for lived in (cut, list_price)]
    assert kept[0] < kept[1] - 0.005
    assert cut.sum("rebates", YEAR)[0] > list_price.sum("rebates", YEAR)[0]


def test_unpoliced_cutting_costs_the_maker_loyalty_of_dealers_who_ask_list_price() -> None:
    tame = Behaviour.model_validate({"dealing": {"deepest": 0.0}})
    cut, list_price = town(near_threshold()), town(near_threshold(), behaviour=tame)
    honest = np.ones(20, np.bool_)
    for week in cut.weeks:
        honest &= (week.tables.price == 1).all(axis=1)
    assert 5 < honest.sum() < 20
    assert (cut.house.loyalty[honest, 0] < list_price.house.loyalty[honest, 0]).all()
    assert (cut.house.loyalty[honest, 1] == list_price.house.loyalty[honest, 1]).all()


def test_policing_stops_the_cutting_and_costs() -> None:
    free, policed = (
        town(near_threshold() | {"policing": chance, "policing_cost": 10.0}, weeks=26)
        for chance in (0.0, 0.95)
    )
    cuts = [sum(int((week.tables.price < 1).sum()) for week in lived.weeks) for lived in (free, policed)]
    assert cuts[0] > 10 * max(cuts[1], 1)
    assert free.sum("policing", YEAR)[0] == 0
    assert policed.sum("policing", YEAR)[0] == 26 * 20 * 950


def test_who_is_caught_pays_a_fine_loses_the_rebate_and_asks_list_price_again() -> None:
    careless = Behaviour.model_validate({"dealing": {"deepest": 0.6, "response": 2.5}})
    terms = near_threshold() | {"policing": 0.3, "fine": 0.2}
    terms["rebate"] |= {"amount": 0.5}
    lived = town(terms, weeks=13, behaviour=careless)
    assert lived.sum("fines", YEAR)[0] > 0
    caught = lived.house._quarter.caught[:, 0]
    assert 0 < caught.sum() < 20
    wanted = terms["rebate"]["quantity"]
    reached = sum(week.sold[:, 0] for week in lived.weeks[YEAR:]) >= wanted
    listed = sum(week.sold[:, 0] for week in lived.weeks[YEAR:])[reached & ~caught].sum() * 10_000
    assert lived.sum("rebates", YEAR)[0] == pytest.approx(0.5 * listed, abs=20)
    cut = np.array([week.tables.price[:, 0] < 1 for week in lived.weeks[YEAR:]])
    fined = np.array([week.settled.fines[0] > 0 for week in lived.weeks[YEAR:]])
    assert cut[fined][:, caught].any(axis=0).all()
    assert (cut[9:, caught].sum(axis=0) < 4).any()


def test_a_maker_that_polices_is_blamed_less_for_the_cuts_of_others() -> None:
    def seen(policing: float) -> Any:
        house = Town([A, B]).house
        house._cut[:10, 0] = 1000
        return house._undercut([changed(A, policing=policing).channel or Channel(), Channel()])

    assert seen(0.0)[:, 1].tolist() == [0] * 20
    assert seen(0.0)[0, 0] == round(9 * 1000 / 19)
    assert seen(0.0)[19, 0] == round(10 * 1000 / 19)
    assert seen(0.5)[19, 0] == round(0.5 * 10 * 1000 / 19)


def test_a_rebate_for_the_outlet_is_no_reason_to_cut() -> None:
    lived = town(rebate("fixed_outlet"))
    assert all((week.tables.price == 1).all() for week in lived.weeks)
    assert lived.sum("rebates", YEAR)[0] == pytest.approx(0.08 * lived.sum("listed", YEAR)[0], abs=20 * YEAR)


def test_what_an_outlet_has_earned_is_paid_though_the_rebate_has_ended() -> None:
    lived = town(rebate("fixed_outlet"), weeks=5)
    due = 0.08 * lived.sum("listed", YEAR)[0]
    assert lived.sum("rebates", YEAR)[0] == 0
    lived.live(8, [A, B])
    assert lived.sum("rebates", YEAR)[0] == pytest.approx(due, abs=100)


# A new brand


@pytest.mark.parametrize("dealers", [60])
def test_a_maker_that_shares_the_risk_is_taken_up_by_more_dealers_and_most_stay(dealers: int) -> None:
    def introduced(risk: float) -> Town:
        new = maker("Newcomer", 0.25, coverage=0.0, shared_risk=risk)
        return Town([A, B, new], dealers=dealers, line_cost=20.0).live(YEAR)

    carried = [introduced(risk).house.carries[:, 2].sum() for risk in (0.0, 10.0, 20.0, 40.0)]
    assert carried == sorted(carried)
    assert carried[0] < 0.1 * dealers < carried[1] < carried[3]
    lived = introduced(40.0)
    lived.live(YEAR, [A, B, maker("Newcomer", 0.25, coverage=0.0)])
    assert lived.house.carries[:, 2].sum() > 0.5 * carried[3]


# Money

TERMS = st.fixed_dictionaries(
    {
        "margin": st.floats(0.0, 0.9),
        "rebate": st.one_of(
            st.none(),
            st.fixed_dictionaries({"kind": st.just("fixed_outlet"), "amount": st.floats(0.01, 0.5)}),
            st.fixed_dictionaries(
                {
                    "kind": st.just("fixed_quantity"),
                    "amount": st.floats(0.01, 0.5),
                    "quantity": st.integers(1, 60),
                }
            ),
        ),
        "shared_risk": st.floats(0.0, 99.0),
        "help": st.floats(0.0, 99.0),
        "exclusive": st.booleans(),
        "policing": st.floats(0.0, 1.0),
        "fine": st.floats(0.0, 1.0),
        "policing_cost": st.floats(0.0, 99.0),
    }
)


@given(
    terms=st.lists(st.tuples(TERMS, TERMS), min_size=2, max_size=4),
    line_cost=st.floats(0.0, 30.0),
    numbers=st.integers(0, 2**31),
)
@settings(derandomize=True, deadline=None, max_examples=25, database=None)
def test_the_till_is_what_makers_get_and_dealers_keep_to_the_cent(
    terms: list[tuple[dict[str, Any], dict[str, Any]]], line_cost: float, numbers: int
) -> None:
    makers = [maker(str(i), 1.0, **first) for i, (first, _) in enumerate(terms)]
    later = [changed(firm, **second) for firm, (_, second) in zip(makers, terms, strict=True)]
    house = DealerHouse(Dealers(count=4, line_cost=line_cost), makers, Behaviour(), 5, numbers)
    made = np.random.default_rng(numbers)
    total = np.zeros(4, np.int64)
    for week in range(30):
        plans = makers if week < 20 else later
        house.decide(week, plans)
        tables = house.tables()
        assert tables.carries.any(axis=1).all()
        assert np.isfinite(tables.push).all()
        assert ((tables.price > 0) & (tables.price <= 1)).all()
        sold = np.where(tables.carries, made.poisson(3.0, tables.carries.shape), 0)
        listed = np.where(sold > 0, made.integers(0, 10**7, sold.shape), 0)
        paid = np.rint(listed * tables.price.astype(np.float64)).astype(np.int64)
        settled = house.close_week(week, plans, sold, paid, listed)
        assert (settled.makers_part + settled.kept == paid.sum(axis=0)).all()
        assert (settled.paid == paid.sum(axis=0)).all()
        assert settled.to_dealers.sum() == settled.dealers.sum()
        received = settled.makers_part + settled.fines
        given = settled.rebates + settled.support + settled.help + settled.policing
        assert (received - given == settled.paid - settled.expense).all()
        for money in (settled.rebates, settled.support, settled.fines, settled.help, settled.policing):
            assert money.dtype == np.int64
            assert (money >= 0).all()
        total += settled.dealers
    assert (house.income == total).all()


def test_a_sale_is_divided_by_the_margin_and_a_cut_is_at_the_dealers_cost() -> None:
    house = DealerHouse(Dealers(count=1), [A], Behaviour(), 1, 0)
    house.decide(0, [A])
    settled = house.close_week(0, [A], [[3]], [[29_999]], [[30_001]])
    assert settled.makers_part.tolist() == [30_001 - 7_500]
    assert settled.kept.tolist() == [7_500 - 2]


# The same lives, and nothing else


def test_dealers_live_the_same_twice_and_other_seeds_live_otherwise() -> None:
    def lived(replicate: int) -> Any:
        house = DealerHouse(Dealers(count=50), [A, B], Behaviour(), 1, replicate)
        return house.need

    np.testing.assert_array_equal(lived(0), lived(0))
    assert (lived(0) != lived(1)).any()
    first, second = (town(near_threshold() | {"policing": 0.2}) for _ in range(2))
    for one, other in zip(first.weeks, second.weeks, strict=True):
        assert all((a == b).all() for a, b in zip(one.tables, other.tables, strict=True))
        assert (one.settled.dealers == other.settled.dealers).all()


def test_a_change_on_a_date_leaves_the_weeks_before_it_as_they_were() -> None:
    for one, other in zip(town().weeks[:YEAR], town({"margin": 0.4}).weeks[:YEAR], strict=True):
        assert all((a == b).all() for a, b in zip(one.tables, other.tables, strict=True))


def test_off_dealers_carry_all_push_nobody_and_ask_list_price_but_are_paid_as_agreed() -> None:
    off = Behaviour.model_validate({"dealing": {"enabled": False}})
    lived = town({"margin": 0.05, **near_threshold()}, behaviour=off)
    for week in lived.weeks:
        assert week.tables.carries.all()
        assert not week.tables.push.any()
        assert (week.tables.price == 1).all()
    assert lived.sum("kept", YEAR)[0] == pytest.approx(0.05 * lived.sum("listed", YEAR)[0], abs=1000)
    assert lived.sum("rebates", YEAR)[0] > 0


# As agents


def agents(lived: Town) -> list[Any]:
    return lived.house.agents(MODEL, 101)


MODEL = mesa.Model()


def test_a_dealer_is_an_agent_that_shows_its_row() -> None:
    lived = town({"margin": 0.1})
    dealers = agents(lived)
    assert [dealer.unique_id for dealer in dealers] == list(range(101, 121))
    assert lived.house.dealers == dealers
    dealer = dealers[7]
    assert dealer.carries == ("Borough",)
    assert dealer.loyalty == {"Albion": lived.house.loyalty[7, 0], "Borough": lived.house.loyalty[7, 1]}
    assert dealer.price == {"Albion": 1.0, "Borough": 1.0}
    assert dealer.push["Albion"] == 0
    assert dealer.need == lived.house.need[7]
    assert dealer.income == sum(week.settled.dealers[7] for week in lived.weeks) / 100


def test_dealers_are_copied_with_what_they_have_lived() -> None:
    first = town(near_threshold(), weeks=5)
    second = copy.deepcopy(first)
    assert first.live(30).house.income.tolist() == second.live(30).house.income.tolist()


def test_plans_without_terms_are_the_usual_ones() -> None:
    bare = [FirmPlan(name=name, share=0.5, unit_cost=0.5) for name in ("Albion", "Borough")]
    assert Town(bare).live(20).house.income.tolist() == Town([A, B]).live(20).house.income.tolist()
