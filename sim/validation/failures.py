"""Failures, complaints and recovery: F01, F02, F03."""

from __future__ import annotations

import numpy as np

from sim.market import Market
from sim.measures.tally import Tally
from sim.population.moments import ANSWERED_WELL, COMPLAINED, FAILED_CORE, FAILED_ENCOUNTER
from sim.rules.intention import intention
from sim.validation.finding import Finding
from sim.validation.worlds import SEED, firms, world

_DESK = {"channels": 2, "capacity": 100.0}


def incidence(replicate: int) -> dict[str, float]:
    """Households with ten providers, all used, five purchases a week in all: any severe failure in a year."""
    market = Market(
        world(firms(10), rate=5.0, shape=4.0, concentration=30.0, weeks=52, customers=800),
        seed=SEED,
        replicate=replicate,
    )
    people, hit = market.population, np.zeros(len(market.population), bool)
    failure = market.rules.failure
    # Speaking up relieves: the smallest severe grievance is that of one who complained.
    severe = 0.5 * (failure.minor_size + failure.major_size) * 25.0 * (1 - market.rules.complaint.voice)
    for _ in range(market.weeks):
        before = people.column("grievance")
        market.step()
        after = people.column("grievance")
        failed = (people.column("happened") & (FAILED_CORE | FAILED_ENCOUNTER)) != 0
        hit |= failed & (after >= severe) & (after > before * market.rules.failure.keep + 1.0)
    return {"F01a": float(hit.mean())}


def complaining(replicate: int) -> dict[str, float]:
    """One firm with a desk of two channels: complaints per failure, in all and by kind."""

    def rate(core_share: float) -> float:
        quality = {"failure_rate": 0.05, "failure_core_share": core_share}
        market = Market(
            world(firms(2, quality=quality, complaint_desk=_DESK), rate=0.5, weeks=52), seed=SEED,
            replicate=replicate,
        ).run()  # fmt: skip
        t = market.tallies.sum(axis=(0, 1, 2, 3))
        return float(t[Tally.COMPLAINTS] / t[Tally.FAILURES])

    return {"F02a": rate(0.6), "F02b": rate(1.0), "F02c": rate(0.0)}


def handling(replicate: int) -> dict[str, float]:
    """Failures, minor and major; complaints answered at random, soon, late or never; intention four weeks later.

    The size of a failure is read off the grievance in its week. Quickly: answered in the week after.
    """
    desk = {"channels": 2, "capacity": 4.0, "empowerment": 0.6}
    quality = {"failure_rate": 0.06, "failure_core_share": 0.7}
    market = Market(
        world(firms(2, quality=quality, complaint_desk=desk), rate=0.4, weeks=60),
        seed=SEED,
        replicate=replicate,
    )
    people, rules = market.population, market.rules
    count, never = len(people), -99
    since, size, state = np.full(count, never), np.zeros(count), np.zeros(count, int)
    found: dict[tuple[int, int], list[float]] = {}
    cut = 0.5 * (rules.failure.minor_size + rules.failure.major_size) * 25.0
    for week in range(market.weeks):
        hurt = people.column("grievance") * rules.failure.keep
        market.step()
        happened, grieved = people.column("happened"), people.column("grieved")
        failed = (happened & (FAILED_CORE | FAILED_ENCOUNTER)) != 0
        spoke = (happened & COMPLAINED) != 0
        # A second failure spoils the observation.
        since = np.where(failed, np.where(hurt < 1.0, week, never), since)
        points = people.column("grievance") / np.where(spoke, 1 - rules.complaint.voice, 1.0)
        size = np.where(failed, points, size)
        state = np.where(failed, spoke, state)
        resolved = ((happened & ANSWERED_WELL) != 0) & (state == 1)
        state = np.where(resolved, np.where(week - since <= 1, 3, 2), state)
        ready = since == week - 4
        firm = np.where(grieved >= 0, grieved & 15, people.column("last_firm"))
        for i in np.flatnonzero(ready & (grieved >= 0)).tolist():
            f = int(firm[i])
            stated = intention(
                people.get(i, "satisfaction", f), rules.satisfaction.neutral, people.get(i, "attachment", f),
                people.get(i, "grievance"), 0.0, 0.0,
            )  # fmt: skip
            found.setdefault((int(size[i] > cut), int(state[i])), []).append(float(stated))
    ids = dict(zip([(m, s) for m in (1, 0) for s in range(4)], "abcdefgh", strict=True))
    return {f"F03{letter}": float(np.mean(found.get(key, [np.nan]))) for key, letter in ids.items()}


_RAGE = "National Customer Rage Study 2013 to 2023; TARP 1976"
_GOODMAN = "Goodman, Basic Facts on Customer Complaint Behavior (TARP)"
_TARP = "TARP 1979, 1986 (intention to buy again)"
_DESKS = "two service firms, desks that answer some complaints soon, some late, some not well"
_STATES = (
    ("major, no complaint", 0.09, 0.03, 0.19), ("major, unresolved", 0.19, 0.09, 0.29),
    ("major, resolved", 0.54, 0.44, 0.64), ("major, resolved quickly", 0.82, 0.72, 0.92),
    ("minor, no complaint", 0.37, 0.27, 0.47), ("minor, unresolved", 0.46, 0.36, 0.56),
    ("minor, resolved", 0.70, 0.60, 0.80), ("minor, resolved quickly", 0.95, 0.85, 1.0),
)  # fmt: skip
FINDINGS = (
    Finding(
        "F01a", "households with a severe failure in a year", 0.5, 0.32, 0.74, _RAGE,
        "ten providers, five purchases a week in all", incidence,
    ),
    Finding(
        "F02a", "complaints per failure", 0.5, 0.3, 0.65, _GOODMAN, "desk of two channels, 60 % core", complaining
    ),
    Finding(
        "F02b", "complaints per core (monetary) failure", 0.62, 0.5, 0.75, _GOODMAN, "desk of two channels",
        complaining, echo=True,
    ),
    Finding(
        "F02c", "complaints per encounter failure (mistreatment)", 0.18, 0.05, 0.3, _GOODMAN,
        "desk of two channels", complaining, echo=True,
    ),
    *(
        Finding(f"F03{letter}", f"intend to buy again: {state}", value, low, high, _TARP, _DESKS, handling)
        for letter, (state, value, low, high) in zip("abcdefgh", _STATES, strict=True)
    ),
)  # fmt: skip
