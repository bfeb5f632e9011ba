"""The rivals of the benchmark do the same work: to the bit in C, in the long run in NumPy and plain Mesa."""

from __future__ import annotations

import copy
import statistics
from typing import Any

import numpy as np
import pytest

from benchmarks import native, numpy_columns, plain_mesa
from benchmarks.world import scenario, settled
from sim.measures.tally import INDEX_SCALE, Tally


def test_c_leaves_the_same_bits_as_the_pass() -> None:
    world = settled(1500, 1.0, 12)
    told = world.told(12)
    theirs = copy.deepcopy(world.population)
    try:
        told.pop("programme_of")
        week = native.NativeWeek(theirs, **told)
    except native.NoCompiler as error:
        pytest.skip(f"NO C COMPILER, SO THE C VERSION IS NOT CHECKED: {error}")
    for number in range(12, 40):
        ours = world.population.live_week(**world.told(number))
        np.testing.assert_array_equal(ours, week.live_week(theirs, **world.told(number)))
    assert theirs.digest() == world.population.digest()


def _per_customer(table: Any, customers: int) -> dict[str, float]:
    names = ("purchases", "revenue", "goods", "active", "satisfaction")
    return {name: float(table[name]) / customers for name in names}


@pytest.mark.parametrize("rival", ["plain Mesa", "NumPy"])
def test_a_rival_lives_the_same_weeks_in_the_long_run(rival: str) -> None:
    weeks, customers = 40, 1500 if rival == "plain Mesa" else 12_000
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
