"""What holds customers without pleasing them, what opens the door, and what keeps those who seek variety."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.measures.tally import Tally
from tests.levers.pairs import (
    REPLICATES,
    counted,
    differences,
    gains,
    lived_to,
    lowers,
    measured,
    pair,
    raises,
    run,
    weekly_share,
)

POOR: dict[str, Any] = {"quality": {"level": 60, "failure_rate": 0.1}}
"""A firm whose customers have reason to go."""
BARRIER = {"switching_cost": 3.0}
HELD = pair(
    {
        "poor": POOR,
        "barrier": POOR | BARRIER,
        "contract": POOR | {"contract": {"weeks": 26}},
        "convenient": POOR | {"convenience": {"level": 1.0}},
        "none": {},
        "good and barred": BARRIER,
    }
)
FALL = 52
"""Week in which the door opens."""


# --- hostages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lever", ["barrier", "contract", "convenient"])
def test_what_holds_the_customers_of_a_poor_firm_makes_hostages_of_them(lever: str) -> None:
    assert raises(HELD, "hostage", lever, "poor")
    assert raises(HELD, "behavioural", lever, "poor")
    assert raises(HELD, "share", lever, "poor")


@pytest.mark.parametrize("lever", ["barrier", "contract"])
def test_a_barrier_holds_and_does_not_please(lever: str) -> None:
    """Those who are kept like the firm no better, and are no more loyal at heart; there are only more of them."""
    assert raises(HELD, "retention", lever, "poor")
    assert (gains(HELD, "satisfaction", lever) < -5).all(), "they stay, and stay dissatisfied"
    assert lowers(HELD, "affective", lever, "poor")
    assert lowers(HELD, "truly_loyal", lever, "poor")


def test_the_more_it_costs_to_change_the_fewer_purchases_change_hands() -> None:
    world = pair({f"{c:g}": {"switching_cost": c} for c in (0.0, 1.0, 3.0)})
    assert lowers(world, "switching_rate", "1", "0")
    assert lowers(world, "switching_rate", "3", "1")
    assert raises(world, "retention", "3", "0")


def test_the_fewer_alternatives_customers_know_the_more_hostages_a_poor_firm_has() -> None:
    alone = HELD.replace("firms.Mill.awareness", 0.3)
    assert (differences(HELD, alone, "hostage", "poor") > 0).all()
    assert (differences(HELD, alone, "share", "poor") > 0).all()


def test_with_more_firms_to_choose_from_fewer_stay_with_a_poor_one() -> None:
    mill = HELD.firm("Mill").model_dump()
    firms = [
        HELD.firm("Harbour").model_dump(),
        *(mill | {"name": n, "share": 0.25} for n in ("Mill", "Barrow")),
    ]
    more = HELD.replace("firms", firms)
    lost = [gains(world, "share", "poor") / measured(world, "share", "none") for world in (HELD, more)]
    assert (lost[1] < 0).all()
    assert (lost[1] < lost[0]).all()


FALLS = {"kind": "change", "firm": "Harbour", "week": FALL, "patch": {"switching_cost": 0.0}}
WAR = {"kind": "price_war", "firm": "Mill", "week": FALL, "weeks": 8, "depth": 0.25}


@pytest.mark.parametrize("r", REPLICATES)
def test_when_the_barrier_falls_the_hostages_leave(r: int) -> None:
    held, freed = (
        weekly_share(run(HELD.replace("events", events), "barrier", r)) for events in ([], [FALLS])
    )
    np.testing.assert_array_equal(held[:FALL], freed[:FALL])
    assert freed[FALL + 13 :].mean() < held[FALL + 13 :].mean() - 0.05


@pytest.mark.parametrize("r", REPLICATES)
def test_when_the_barrier_falls_those_leave_who_do_not_like_the_firm_and_the_attached_stay(r: int) -> None:
    """Who still bought there half a year later, of those attached and not attached to the firm when it fell."""
    kept: list[NDArray[np.float64]] = []
    for events in ([], [FALLS]):
        market = lived_to(HELD.replace("events", events), "barrier", r, FALL)
        people = market.population
        here = people.column("last_firm") == 0
        likes = people.column("attachment") > 0
        market.run()
        stays = people.column("last_firm") == 0
        kept.append(np.array([stays[here & likes].mean(), stays[here & ~likes].mean()]))
    attached, hostages = kept[1] / kept[0]
    assert hostages < attached - 0.03
    assert hostages < 0.75


@pytest.mark.parametrize("r", REPLICATES)
def test_a_rivals_price_war_opens_the_door_to_hostages(r: int) -> None:
    """It takes more of a firm that keeps its customers by poor service and a barrier than of a good one with it."""
    lost = []
    for design in ("barrier", "good and barred"):
        peace, war = (weekly_share(run(HELD.replace("events", events), design, r)) for events in ([], [WAR]))
        assert war[FALL : FALL + 8].mean() < peace[FALL : FALL + 8].mean()
        lost.append(1.0 - war[FALL:].sum() / peace[FALL:].sum())
    assert lost[0] > lost[1] > 0


# --- contracts --------------------------------------------------------------------------------------------

BOUND = pair(
    {
        "none": {"contract": {"weeks": 13}},
        "poor": {"contract": {"weeks": 13}} | POOR,
        "long": {"contract": {"weeks": 40}} | POOR,
        "free": POOR,
    }
)


def test_a_contract_binds_while_it_runs_and_the_longer_the_more() -> None:
    assert lowers(BOUND, "switching_rate", "poor", "free")
    assert lowers(BOUND, "switching_rate", "long", "poor")
    assert raises(BOUND, "share", "poor", "free")
    assert raises(BOUND, "share", "long", "poor")


def test_poor_service_shows_when_contracts_come_up_for_renewal() -> None:
    assert lowers(BOUND, "renewal_rate", "poor")


def test_the_dissatisfied_leave_when_their_contracts_end() -> None:
    """All signed in the same weeks: those bound leave in the weeks after the term, the free in those before."""
    for r in REPLICATES:
        free, bound = (weekly_share(run(BOUND, d, r)) for d in ("free", "long"))
        assert bound[52:64].mean() > free[52:64].mean()
        assert bound[-6:].mean() < bound[52:64].mean()


# --- convenience ------------------------------------------------------------------------------------------


def test_the_easier_a_firm_is_to_get_to_the_more_it_sells() -> None:
    world = pair({f"{level:g}": {"convenience": {"level": level}} for level in (-1.0, 0.0, 1.0)})
    for measure in ("share", "behavioural", "retention"):
        assert raises(world, measure, "0", "-1")
        assert raises(world, measure, "1", "0")


# --- variety ----------------------------------------------------------------------------------------------

CURIOUS = pair(
    {"none": {}, "brands": {"range": {"brands": 5}}, "novelties": {"range": {"novelties": 26}}},
    segment={"variety_seeking": 4.0},
)


def test_those_who_seek_variety_switch_more() -> None:
    settled = CURIOUS.replace("customers.segments[0].variety_seeking", 0.0)
    assert (differences(settled, CURIOUS, "switching_rate") > 0.05).all()
    assert (differences(settled, CURIOUS, "behavioural") < 0).all()


@pytest.mark.parametrize("lever", ["brands", "novelties"])
def test_own_brands_and_new_products_keep_the_curious_in_the_house(lever: str) -> None:
    assert raises(CURIOUS, "share", lever)
    assert raises(CURIOUS, "behavioural", lever)
    switched = [counted(CURIOUS, Tally.SWITCHED, d, firm=1) for d in ("none", lever)]
    bought = [counted(CURIOUS, Tally.PURCHASES, d) for d in ("none", lever)]
    assert (switched[1] / bought[1] < switched[0] / bought[0]).all()


@pytest.mark.parametrize("lever", ["brands", "novelties"])
def test_more_brands_and_novelties_are_wasted_on_those_who_seek_no_variety(lever: str) -> None:
    settled = CURIOUS.replace("customers.segments[0].variety_seeking", 0.0)
    assert (gains(settled, "share", lever) == 0).all()
