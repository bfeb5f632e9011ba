"""Worlds of people and service: a recession with lay-offs, travel agencies, merchants of building materials."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.market import Market
from sim.measures.tally import Tally
from sim.scenario import Scenario, load

FOLDER = Path(__file__).parents[2] / "scenarios"
RECESSION, TRAVEL, BUILDING = WORLDS = ("recession", "travel_agency", "building_materials")
CUSTOMERS = 500

every_world = pytest.mark.parametrize("name", WORLDS)


@cache
def world_of(name: str) -> Scenario:
    return load(FOLDER / f"{name}.yaml")


@cache
def lived(name: str, design: str) -> Market:
    """A design of a world with few customers, to the end."""
    return Market(world_of(name), design=design, customers=CUSTOMERS).run()


@cache
def as_written(name: str) -> Market:
    """A world as it is shipped, all customers there: fixed cost does not shrink with the market."""
    return Market(world_of(name)).run()


def flows(name: str, design: str) -> NDArray[np.int64]:
    """Measured weeks x firm x membership x tally."""
    return lived(name, design).tallies[world_of(name).horizon.burn_in :].sum(axis=1)


def focal(name: str, design: str, tally: Tally) -> int:
    """A flow of the focal firm in the measured weeks."""
    return int(flows(name, design)[:, lived(name, design).focus, :, tally].sum())


@every_world
def test_sizes_let_a_trainer_wait(name: str) -> None:
    world = world_of(name)
    assert 2000 <= world.customers.count <= 4000
    assert world.horizon.weeks in (156, 208)
    assert world.horizon.burn_in == 52
    assert 4 <= len(world.design_names) <= 5
    assert world.with_design(world.design_names[0]) == world.firm(world.focus)
    assert "behaviour" not in world.model_fields_set


@every_world
def test_levels_are_those_of_a_firm_that_could_be(name: str) -> None:
    metrics = as_written(name).metrics()
    assert 0.55 < metrics["retention"] < 0.85
    assert 70 < metrics["satisfaction"] < 80
    assert 0 < metrics["profit"] < 0.15 * metrics["revenue"]
    assert 0.01 < metrics["failure_rate"] < 0.08


@every_world
def test_every_firm_sells_in_every_year_whatever_the_design(name: str) -> None:
    for design in world_of(name).design_names:
        bought = flows(name, design)[:, :, :, Tally.PURCHASES].sum(axis=2)
        years = bought.reshape(-1, 52, bought.shape[1]).sum(axis=1)
        assert (years > 0).all(), design


@every_world
def test_no_two_designs_have_the_same_effect_and_all_share_the_burn_in(name: str) -> None:
    names = world_of(name).design_names
    for i, one in enumerate(names):
        for other in names[:i]:
            assert (flows(name, one) != flows(name, other)).any(), (one, other)
            np.testing.assert_array_equal(lived(name, one).tallies[:52], lived(name, other).tallies[:52])


# --- recession with lay-offs ------------------------------------------------------------------------------


def people(design: str) -> NDArray[np.float64]:
    """Employees of the focal firm at the end of each week, over those of the file."""
    market = lived(RECESSION, design)
    staff = market.firms[market.focus].staff.table()["people"].to_numpy()
    return np.asarray(staff / (CUSTOMERS / 1000))


def test_people_go_when_the_recession_comes_and_are_sought_again_when_it_ends() -> None:
    for design, left in (("lay_off_a_tenth", 0.9), ("lay_off_a_quarter", 0.75)):
        hands = people(design)
        assert hands[51] == pytest.approx(1.0)
        assert hands[60:130].max() <= left
        assert hands[60:130].min() > 0.95 * left
        assert hands[-1] > 0.98
    for design in ("keep_everybody", "keep_and_train"):
        assert people(design).min() > 0.98


def test_only_lay_offs_pay_severance_and_only_they_hire_in_haste() -> None:
    paid = {}
    for design in world_of(RECESSION).design_names:
        market = lived(RECESSION, design)
        table = market.firms[market.focus].staff.table()[52:]
        paid[design] = (table["severance"].sum(), table["hiring"].sum())
    assert paid["keep_everybody"][0] == paid["keep_and_train"][0] == 0
    assert 0 < paid["lay_off_a_tenth"][0] < paid["lay_off_a_quarter"][0]
    assert paid["keep_and_train"][1] < paid["keep_everybody"][1] < paid["lay_off_a_quarter"][1]


def test_fewer_people_make_more_mistakes() -> None:
    rate = {d: lived(RECESSION, d).metrics()["failure_rate"] for d in world_of(RECESSION).design_names}
    assert rate["keep_and_train"] < rate["keep_everybody"] < rate["lay_off_a_quarter"]


# --- travel agencies --------------------------------------------------------------------------------------


def test_travellers_book_seldom_and_for_much_and_businesses_often_for_less() -> None:
    market = as_written(TRAVEL)
    bought = market.tallies[52:].sum(axis=(0, 2, 3))  # segment x tally
    size = (
        np.array([s.weight for s in world_of(TRAVEL).customers.segments]) * world_of(TRAVEL).customers.count
    )
    a_year = bought[:, Tally.PURCHASES] / 3 / size
    spent = bought[:, Tally.REVENUE] / bought[:, Tally.PURCHASES] / 100
    assert (a_year[:2] < 4).all()
    assert (a_year[:2] > 1).all()
    assert a_year[2] > 2 * a_year[1]
    assert (spent[:2] > 1500).all()
    assert spent[2] < 1000


def test_only_the_letters_contact_anybody_and_only_miles_have_members() -> None:
    for design in world_of(TRAVEL).design_names:
        assert (focal(TRAVEL, design, Tally.CONTACTS) > 0) == (design == "letters_that_fit")
        assert (lived(TRAVEL, design).metrics()["active_members"] > 0) == (design == "regular_guests")


def test_advisers_who_know_make_fewer_mistakes_and_the_desk_answers_better_and_learns() -> None:
    rate = {d: lived(TRAVEL, d).metrics() for d in world_of(TRAVEL).design_names}
    plain, known, desk = (rate[d] for d in ("as_it_is", "advisers_who_know", "desk_on_the_road"))
    assert known["failure_rate"] < plain["failure_rate"]
    assert desk["failure_rate"] < plain["failure_rate"]
    assert desk["answered_well"] > plain["answered_well"] + 0.2


# --- building materials -----------------------------------------------------------------------------------


def test_contractors_are_few_and_bring_more_than_a_third_of_sales() -> None:
    market = as_written(BUILDING)
    revenue = market.tallies[52:, :, market.focus, :, Tally.REVENUE].sum(axis=(0, 2))
    names = [s.name for s in world_of(BUILDING).customers.segments]
    weight = dict(zip(names, (s.weight for s in world_of(BUILDING).customers.segments), strict=True))
    brought = dict(zip(names, revenue / revenue.sum(), strict=True))
    assert weight["contractors"] < 0.1
    assert brought["contractors"] > 0.33
    assert brought["do-it-yourself"] < 0.1 < 0.5 < weight["do-it-yourself"]


def test_the_bonus_is_for_those_who_buy_much() -> None:
    market = lived(BUILDING, "yearly_bonus")
    members = market.tallies[-1, :, market.focus, :, Tally.MEMBERS].sum(axis=1)
    names = [s.name for s in world_of(BUILDING).customers.segments]
    assert members[names.index("do-it-yourself")] < 0.02 * 0.6 * CUSTOMERS
    assert members[names.index("contractors")] > 0.2 * 0.06 * CUSTOMERS
    assert lived(BUILDING, "longer_terms").metrics()["active_members"] == 0


def test_people_who_know_and_a_better_answer_leave_fewer_failures() -> None:
    rate = {d: lived(BUILDING, d).metrics()["failure_rate"] for d in world_of(BUILDING).design_names}
    assert rate["people_who_know"] < rate["as_it_is"]
    assert rate["desk_for_deliveries"] < rate["as_it_is"]
