"""Small worlds for the tests of this room, and pairs of markets that take no time."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

import sim
from sim.experiments import Explanation
from sim.experiments.run import Cell, Outcome
from sim.measures import MEASURES
from sim.rules import Behaviour
from sim.scenario import Scenario
from tests.scenario.worlds import plain
from tests.worlds import EAGER, busy


def grocers(behaviour: dict[str, Any] | None = None) -> Scenario:
    """Two grocers, where customers come and go: nothing, nothing under another name, cheaper, points."""
    data = plain()
    for segment in data["customers"]["segments"]:
        segment["leaving"] = {"shape": 1.0, "scale": 80.0}
        segment["preference_concentration"] = 1.3
    data["customers"]["count"] = 240
    data["horizon"] = {"weeks": 36, "burn_in": 14}
    data["category"]["lapse_weeks"] = 6
    data["events"] = []
    points = {"name": "P", "enrolment": EAGER, "points": {"per_currency": 1, "threshold": 60, "reward": 6}}
    data["designs"] = {
        "none": {"programme": None},
        "twin": {"programme": None},
        "cheaper": {"price": {"level": 0.9}},
        "points": {"programme": points},
        "member_prices": {"programme": {"name": "M", "enrolment": EAGER, "member_price": {"depth": 0.1}}},
    }
    data["behaviour"] = behaviour or {}
    return Scenario.model_validate(data)


def only(*mechanisms: str) -> dict[str, Any]:
    """A behaviour of which nothing else is on."""
    return {name: {"enabled": name in mechanisms} for name in Behaviour.model_fields}


@cache
def of_points() -> Explanation:
    """Points against nothing, with few mechanisms switched off."""
    return sim.explain(
        grocers(), design="points", against="none", replicates=2, workers=1,
        mechanisms=("inertia", "programme_value", "stamps"),
    )  # fmt: skip


@cache
def of_cheaper() -> Explanation:
    """A lower price against nothing, without mechanisms."""
    return sim.explain(
        grocers(),
        design="cheaper",
        against="none",
        replicates=2,
        workers=1,
        parts=("lines", "groups", "customers"),
    )


@cache
def of_twin() -> Explanation:
    """Nothing against nothing."""
    return sim.explain(
        grocers(), design="twin", against="none", replicates=2, workers=1, mechanisms=("inertia",)
    )


def rich() -> Scenario:
    """A market in which every line of the books is filled by some design."""
    return busy(horizon={"weeks": 30, "burn_in": 12})


def pretended(worth: Any, alive: Sequence[str] = ()) -> Any:
    """A cell that takes no time: profit of the design is `worth(what is on, replicate)`, of the other 0.

    alive: mechanisms that move revenue under both designs, besides what `worth` does.
    """

    def run_cell(world: Scenario, cell: Cell, stop: threading.Event) -> Outcome:
        on = {name for name in Behaviour.model_fields if getattr(world.behaviour, name).enabled}
        measured = {f"{side}:{name}": 0.0 for side in ("ours", "theirs") for name in MEASURES}
        measured["ours:profit"] = worth(on, cell.replicate)
        for place, name in enumerate(alive):
            measured["ours:revenue"] += 2.0**place * (name in on)
        return Outcome(measured)

    return run_cell
