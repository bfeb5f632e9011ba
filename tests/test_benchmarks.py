"""The rivals of the benchmark do the same work: to the bit in C, in the long run in NumPy and plain Mesa."""

from __future__ import annotations

import copy
import statistics
from typing import Any

import numpy as np
import pytest

from benchmarks import native, numpy_columns, plain_mesa
from benchmarks.world import COMMON, SWITCHED_OFF, rich, scenario, settled
from sim.market import Market
from sim.measures.tally import INDEX_SCALE, Tally
from sim.rules import Behaviour


def test_c_leaves_the_same_bits_as_the_pass() -> None:
    world = settled(1500, 1.0, 12)
    told = world.told(12)
    theirs = copy.deepcopy(world.population)
    try:
        week = native.NativeWeek(theirs, **told)
    except native.NoCompiler as error:
        pytest.skip(f"NO C COMPILER, SO THE C VERSION IS NOT CHECKED: {error}")
    for number in range(12, 40):
        ours = world.population.live_week(**world.told(number))
        np.testing.assert_array_equal(ours, week.live_week(theirs, **world.told(number)))
    assert theirs.digest() == world.population.digest()


def test_c_refuses_a_week_that_it_leaves_out() -> None:
    world = settled(64, 1.0, 1, failure={"enabled": True}, defection={"enabled": True})
    with pytest.raises(native.Unwritten, match="grievances and complaints, breaking with a firm"):
        native.NativeWeek(world.population, **world.told(1))


def test_in_the_plain_world_just_the_mechanisms_that_all_versions_share_are_on() -> None:
    behaviour = scenario(64, 1.0).behaviour
    on = {name for name in Behaviour.model_fields if getattr(behaviour, name).enabled}
    assert on == set(COMMON)
    assert on | set(SWITCHED_OFF) == set(Behaviour.model_fields)


def test_in_the_plain_world_nobody_trusts_resents_talks_or_breaks_with_a_firm() -> None:
    world = settled(512, 1.0, 26)
    for name, start in (("trust", world.rules.trust.start), ("equity", 0.0)):
        for firm in range(world.population.firms):
            assert (world.population.column(name, firm) == start).all(), name
    tally = world.population.live_week(**world.told(26)).sum(axis=(0, 1, 2))
    quiet = (Tally.COMPLAINTS, Tally.CONTACTS, Tally.ADVERTS, Tally.PRAISE, Tally.WARNINGS, Tally.LEFT_PRICE)
    assert not tally[list(quiet)].any()


@pytest.mark.parametrize("network", [False, True])
def test_in_the_rich_world_everything_happens(network: bool) -> None:
    market = Market(rich(3000, 1.0, network=network), seed=3)
    for _ in range(60):
        market.step()
    tally = market.tallies.sum(axis=(0, 1, 2, 3))
    silent = {t.name for t in Tally if not tally[t]}
    everywhere = {
        "COMPLAINTS", "ANSWERED_WELL", "WEEKS_WAITED", "GIFTS", "FEES_NOTICED", "CONTACTS", "CREEPY_CONTACTS",
        "OPT_OUTS", "ADVERTS", "DEALS", "ACQUIRED_BY_ADVERTISING", "ACQUIRED_BY_DEAL", "TAUGHT", "PARTICIPANTS",
        "SIGNED", "RENEWED", "WIN_BACK_OFFERS", "WON_BACK", "LEFT_CORE_FAILURE", "LEFT_COMPETITION", "STAMPS_REWARDS",
    }  # fmt: skip
    among_friends = {"PRAISE", "PRAISE_HEARD", "WARNINGS", "WARNINGS_HEARD", "REFERRALS"}
    assert not everywhere & silent
    assert among_friends & silent == (set() if network else among_friends)


def _per_customer(table: Any, customers: int) -> dict[str, float]:
    names = ("purchases", "revenue", "goods", "active", "satisfaction")
    return {name: float(table[name]) / customers for name in names}


@pytest.mark.parametrize("rival", ["plain Mesa", "NumPy"])
def test_a_rival_lives_the_same_weeks_in_the_long_run(rival: str) -> None:
    weeks, customers = 40, 6000 if rival == "plain Mesa" else 12_000
    model: Any
    if rival == "plain Mesa":
        model = plain_mesa.Market(scenario(customers, 1.0), customers)
    else:
        model = numpy_columns.Columns(scenario(customers, 1.0), customers)
    found: dict[str, list[float]] = {}
    for week in range(weeks):
        model.step()
        if week >= weeks // 2:
            if rival == "plain Mesa":
                table = {name: sum(cell[name] for cell in model.tally[0]) for name in model.tally[0][0]}
            else:
                table = numpy_columns.totals(model)
            for name, value in _per_customer(table, customers).items():
                found.setdefault(name, []).append(value)
    world = settled(12_000, 1.0, weeks // 2)
    ours: dict[str, list[float]] = {}
    for week in range(weeks // 2, weeks):
        tally = world.population.live_week(**world.told(week))[0, 0].sum(axis=0)
        table = {t.name.lower(): int(tally[t]) for t in Tally}
        table["satisfaction"] = table["satisfaction"] / INDEX_SCALE
        for name, value in _per_customer(table, 12_000).items():
            ours.setdefault(name, []).append(value)
    for name, values in found.items():
        assert statistics.fmean(values) == pytest.approx(statistics.fmean(ours[name]), rel=0.12), name
