"""What customers feel: satisfaction against expectation, three loyalties, the ladder, and how customers differ."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.market import Market
from sim.measures.tally import Tally
from tests.levers.pairs import (
    OFF,
    REPLICATES,
    differences,
    gains,
    lowers,
    mean_state,
    measured,
    pair,
    raises,
    run,
    weeks_of,
)

BETTER, WORSE = {"quality": {"level": 85}}, {"quality": {"level": 65}}
SERVICE = pair(
    {
        "none": {},
        "better": BETTER,
        "worse": WORSE,
        "uneven": {"quality": {"spread": 20}},
        "failing": {"quality": {"failure_rate": 0.15}},
        "fee": {"hidden_fee": 0.05},
    }
)
SOON = pair({"none": {}, "better": BETTER, "worse": WORSE}, weeks=39)
"""A quarter of a year after the change, before everybody is used to it."""


# --- satisfaction is experience minus expectation ---------------------------------------------------------


def test_service_above_expectation_delights_and_below_it_dissatisfies() -> None:
    assert raises(SOON, "delighted", "better")
    assert lowers(SOON, "dissatisfied", "better")
    assert raises(SOON, "dissatisfied", "worse")
    assert lowers(SOON, "delighted", "worse")


def test_who_gets_just_what_was_expected_is_satisfied_and_no_more() -> None:
    exact = pair(
        {"none": {}},
        weeks=39,
        firm={"quality": {"spread": 0, "failure_rate": 0}},
        behaviour={"experience": {"fit": 0.0}},
    )
    assert (measured(exact, "satisfied", "none") == 1.0).all()
    assert (measured(exact, "satisfaction", "none") == exact.behaviour.satisfaction.neutral).all()
    assert (measured(SOON, "satisfied", "none") < 0.8).all()


def test_a_shortfall_hurts_more_than_a_surplus_of_the_same_size_pleases() -> None:
    gain, loss = gains(SOON, "satisfaction", "better"), gains(SOON, "satisfaction", "worse")
    assert (-loss > 1.1 * gain).all()
    assert (gain > 0).all()


def test_uneven_service_dissatisfies_though_it_is_as_good_on_average() -> None:
    assert lowers(SERVICE, "satisfaction", "uneven")
    assert raises(SERVICE, "dissatisfied", "uneven")


def test_the_wider_the_zone_of_tolerance_the_fewer_are_dissatisfied() -> None:
    patient = SERVICE.replace("behaviour.satisfaction.zone", 12.0)
    assert (differences(SERVICE, patient, "dissatisfied") < 0).all()


# --- expectations move ------------------------------------------------------------------------------------


@pytest.mark.parametrize("design", ["better", "worse"])
def test_expectation_follows_what_is_met_so_the_gap_between_them_closes(design: str) -> None:
    level = SERVICE.with_design(design).quality.level
    for r in REPLICATES:
        gap = np.abs(level - mean_state(run(SERVICE, design, r), Tally.EXPECTATION)[26:])
        assert gap[0] > 1.2 * gap[12] > 1.2**2 * gap[-1]


def test_had_they_not_got_used_to_it_better_service_would_please_customers_more() -> None:
    stubborn = SERVICE.replace("behaviour.expectation.weight", 0.0)
    used_to_it, not_used_to_it = (gains(world, "satisfaction", "better") for world in (SERVICE, stubborn))
    assert (not_used_to_it > 1.5 * used_to_it).all()
    assert (used_to_it > 0).all()


def test_a_boast_raises_expectations_and_so_lowers_satisfaction_and_trust() -> None:
    advertising = {"reach": 0.2}
    world = pair(
        {"none": {"advertising": advertising}, "turned": {"advertising": advertising | {"promise": 95}}}
    )
    assert raises(world, "expectation")
    assert lowers(world, "satisfaction")
    assert raises(world, "dissatisfied")
    assert lowers(world, "trust")


def test_what_a_rival_gives_makes_the_same_service_look_poorer() -> None:
    risen = {"kind": "change", "firm": "Mill", "week": 26, "patch": {"quality": {"level": 90}}}
    for r in REPLICATES:
        before, after = (
            run(pair({"none": {}}, events=events, behaviour=STAY), "none", r).metrics()
            for events in ([], [risen])
        )
        assert after["satisfaction"] < before["satisfaction"] - 0.5
        assert after["affective"] < before["affective"]


STAY: dict[str, Any] = {"choice": OFF, "defection": OFF}
"""Nobody goes elsewhere for what she thinks: so the same customers judge in both worlds."""


# --- three loyalties --------------------------------------------------------------------------------------


@pytest.mark.parametrize("loyalty", ["affective", "behavioural", "conative"])
def test_better_service_raises_each_of_the_three_loyalties_and_failures_lower_it(loyalty: str) -> None:
    assert raises(SERVICE, loyalty, "better")
    assert lowers(SERVICE, loyalty, "failing")


def test_attachment_is_slower_than_satisfaction() -> None:
    """After a quarter at the better firm more of the rise in satisfaction has come than of that in attachment."""
    for r in REPLICATES:
        none, better = (run(SERVICE, design, r) for design in ("none", "better"))
        pleases, binds = (
            mean_state(better, tally)[26:] - mean_state(none, tally)[26:]
            for tally in (Tally.SATISFACTION, Tally.ATTACHMENT)
        )
        assert pleases[12] / pleases[-1] > binds[12] / binds[-1] + 0.1 > 0.1


def test_better_service_makes_the_loyal_more_and_worse_service_the_hostages() -> None:
    for kind in ("loyal", "truly_loyal"):
        assert raises(SERVICE, kind, "better")
        assert lowers(SERVICE, kind, "worse")
    for kind in ("hostage", "disloyal"):
        assert raises(SERVICE, kind, "worse")
        assert lowers(SERVICE, kind, "better")


def test_latent_loyalty_is_attachment_without_the_purchases() -> None:
    """At a firm that is harder to get to, the attached buy less often and are attached all the same."""
    far = pair({"none": {}, "turned": {"convenience": {"level": -1.0}}}, behaviour={"defection": OFF})
    assert raises(far, "latent")
    assert lowers(far, "loyal")


# --- the ladder -------------------------------------------------------------------------------------------


def test_better_service_moves_customers_up_the_ladder() -> None:
    assert raises(SERVICE, "rung_interdependent", "better")
    assert lowers(SERVICE, "rung_aware", "better")
    assert (
        gains(SERVICE, "rung_loyal", "better") + gains(SERVICE, "rung_interdependent", "better") > 0
    ).all()


@pytest.mark.parametrize("design", ["worse", "failing"])
def test_worse_service_moves_customers_down_the_ladder(design: str) -> None:
    assert lowers(SERVICE, "rung_loyal", design)
    assert lowers(SERVICE, "rung_interdependent", design)
    assert raises(SERVICE, "rung_aware", design)


def test_a_breach_of_trust_costs_the_highest_rung_first() -> None:
    """A hidden fee leaves satisfaction as it is: who was interdependent is loyal only."""
    top = gains(SERVICE, "rung_interdependent", "fee") / measured(SERVICE, "rung_interdependent", "none")
    below = gains(SERVICE, "rung_loyal", "fee") / measured(SERVICE, "rung_loyal", "none")
    assert (top < -0.1).all()
    assert (top < below).all()


def test_advertising_puts_customers_who_did_not_know_the_firm_on_the_ladder() -> None:
    world = pair({"none": {}, "turned": {"advertising": {"reach": 0.2}}}).replace(
        "firms.Harbour.awareness", 0.5
    )
    rungs = slice(Tally.RUNG_AWARE, Tally.RUNG_INTERDEPENDENT + 1)
    for r in REPLICATES:
        none, turned = (run(world, d, r).tallies[26:, :, 0, :, rungs].sum() for d in ("none", "turned"))
        assert turned > 1.2 * none


# --- customers differ, and change -------------------------------------------------------------------------


def heavy(shape: float, replicate: int, drift: Any = OFF) -> tuple[float, float]:
    """Share of the purchases that the heaviest fifth of a year makes, and how many of it are in the next one's.

    With memory off `remembered` counts purchases.
    """
    world = pair(
        {"none": {}},
        weeks=104,
        behaviour={"memory": OFF, "drift": drift},
        segment={"purchase_rate": {"mean": 0.5, "shape": shape}},
    )
    market, bought = Market(world, replicate=replicate), [np.zeros(2000)]
    for week in weeks_of(market):
        if week in (51, 103):
            bought.append(sum(market.population.column("remembered", f) for f in (0, 1)))
    years = [after - before for before, after in pairwise(bought)]
    tops = [set(np.argsort(-year)[:400]) for year in years]
    return float(np.sort(years[0])[-400:].sum() / years[0].sum()), len(tops[0] & tops[1]) / 400


@pytest.mark.parametrize("r", REPLICATES[:2])
def test_the_more_customers_differ_the_more_the_heavy_fifth_buys_and_drift_renews_it(r: int) -> None:
    alike, differing = heavy(4.0, r), heavy(0.5, r)
    assert differing[0] > alike[0] + 0.15
    assert heavy(0.5, r, {"rate_per_year": 1.0})[1] < differing[1] - 0.1


def test_tastes_that_drift_lower_retention_and_share_of_wallet() -> None:
    fixed, restless = (
        SERVICE.replace("behaviour.drift", {"rate_per_year": 0.0, "taste_per_year": t}) for t in (0.0, 1.0)
    )
    for measure in ("retention", "behavioural"):
        assert (differences(fixed, restless, measure) < 0).all()
    assert (differences(fixed, restless, "switching_rate") > 0).all()


def test_where_each_has_a_favourite_customers_are_shared_less() -> None:
    fond, even = (SERVICE.replace("customers.segments[0].preference_concentration", s) for s in (0.5, 5.0))
    assert (differences(fond, even, "behavioural") < -0.1).all()
    assert (differences(fond, even, "switching_rate") > 0).all()


def test_a_segment_that_is_more_sensitive_to_price_gives_up_a_dearer_firm_sooner() -> None:
    world = pair({"none": {}, "turned": {"price": {"level": 1.1}}})
    second = {"name": "thrifty", "purchase_rate": {"mean": 0.5, "shape": 1.0}, "basket": {"mean": 30.0}}
    first = second | {"name": "easy", "price_sensitivity": {"mean": 2.0}}
    world = world.replace("customers.segments", [first, second | {"price_sensitivity": {"mean": 9.0}}])
    for r in REPLICATES:
        none, dear = (
            run(world, d, r).tallies[26:, :, 0, :, Tally.PURCHASES].sum(axis=(0, 2))
            for d in ("none", "turned")
        )
        lost = 1.0 - dear / none
        assert lost[1] > lost[0] + 0.1
