"""Failures, complaints and recovery: F01, F02, F03."""

from __future__ import annotations

import numpy as np

from sim.measures.tally import Tally
from sim.population.moments import ANSWERED_WELL, COMPLAINED, FAILED_CORE, FAILED_ENCOUNTER
from sim.rules.intention import intention
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms

_DESK = {"channels": 2, "capacity": 100.0}


def incidence(trial: Trial) -> dict[str, float]:
    """Households with ten providers, all used, five purchases a week in all: any severe failure in a year."""
    market = trial.market(
        trial.world(firms(10), rate=5.0, shape=4.0, concentration=30.0, weeks=52, customers=800)
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


def complaining(trial: Trial) -> dict[str, float]:
    """One firm with a desk of two channels: complaints per failure, in all and by kind."""

    def rate(core_share: float) -> float:
        quality = {"failure_rate": 0.05, "failure_core_share": core_share}
        market = trial.market(
            trial.world(firms(2, quality=quality, complaint_desk=_DESK), rate=0.5, weeks=52)).run()  # fmt: skip
        t = market.tallies.sum(axis=(0, 1, 2, 3))
        return float(t[Tally.COMPLAINTS] / t[Tally.FAILURES])

    return {"F02a": rate(0.6), "F02b": rate(1.0), "F02c": rate(0.0)}


def handling(trial: Trial) -> dict[str, float]:
    """Failures, minor and major; complaints answered at random, soon, late or never; intention four weeks later.

    The size of a failure is read off the grievance in its week. Quickly: answered in the week after.
    """
    desk = {"channels": 2, "capacity": 4.0, "empowerment": 0.6}
    quality = {"failure_rate": 0.06, "failure_core_share": 0.7}
    market = trial.market(trial.world(firms(2, quality=quality, complaint_desk=desk), rate=0.4, weeks=60))
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


EXPERIMENTS = (
    Experiment(
        incidence,
        ("F01a",),
        context=(
            "Ten providers, five purchases a week in all. Ten providers, all used, five purchases a week"
            " among them, failures at the default rate of 1 %; severe is a major failure, or minor ones soon"
            " after each other. The row says that failures at that rate come to what households report, no"
            " more."
        ),
    ),
    Experiment(
        complaining,
        ("F02a", "F02b", "F02c"),
        context=(
            "Desk of two channels, 60 % core; desk of two channels. F02a is a mix of F02b and F02c at 60 %"
            " core failures, and near an echo for that reason."
        ),
        echo=("F02b", "F02c"),
    ),
    Experiment(
        handling,
        ("F03a", "F03b", "F03c", "F03d", "F03e", "F03f", "F03g", "F03h"),
        context=(
            "Two service firms, desks that answer some complaints soon, some late, some not well. What is"
            " compared is stated intention four weeks on, a reading that nothing in the market acts on and"
            " that has constants of its own ([intention](../sim/rules/intention.py)). Whose complaint is"
            " answered, and when, is left to a desk with too few hands."
        ),
    ),
)
