"""Points that lie: redemption put off (L15), breakage (L23), and points that die (L24)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.measures.tally import Tally
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms
from sim.validation.watching import live

_YEAR = 52


def hoarding(trial: Trial) -> dict[str, float]:
    """A cent back for every unit of money, to be had at any visit: visits with a balance at which nothing is redeemed.

    A grocer among four, three years.
    """
    sellers = firms(4)
    sellers[0]["programme"] = {"points": {"per_currency": 1, "threshold": 1, "reward": 0.01}}
    market = trial.market(trial.world(sellers, rate=1.5, shape=2.0, weeks=3 * _YEAR)).run()
    t = market.tallies[:, :, 0].sum(axis=(0, 1, 2)).astype(float)
    return {"L15a": 1 - t[Tally.REDEMPTIONS] / t[Tally.ELIGIBLE]}


def breakage(trial: Trial) -> dict[str, float]:
    """A coalition of three firms beside two others; points die after a year without a purchase; seven years.

    Points that died or were lost, of those that met their end. A reward is worth 20 and takes 2,000 in sales; some
    customers leave the category, with a hazard of .06 a year.
    """
    sellers = firms(5)
    sellers[0]["programme"] = {
        "points": {
            "per_currency": 1, "threshold": 2000, "reward": 20,
            "expiry": {"mode": "inactivity", "weeks": _YEAR},
        },
        "partners": {"firms": ["B", "C"]},
    }  # fmt: skip
    leaving = {"leaving": {"shape": 1.0, "scale": 867.0}}
    plan = trial.world(sellers, rate=0.5, weeks=7 * _YEAR, segment=leaving)
    market = trial.market(plan).run()
    t = market.tallies.sum(axis=(0, 1, 2, 3)).astype(float)
    lost = t[Tally.POINTS_EXPIRED] + t[Tally.POINTS_FORFEITED]
    return {
        "L23a": lost / (lost + t[Tally.POINTS_REDEEMED]),
        "still there": float(market.tallies[-1, ..., Tally.POINTS_BALANCE].sum()) / t[Tally.POINTS_EARNED],
    }  # fmt: skip


def flexibility(trial: Trial) -> dict[str, float]:
    """A grocer's points begin to die after a month, or after a year; rewards stay, within reach of five trips a month.

    Flexible: above the median of purchases there in the year before, and buying elsewhere too. Effect: change of
    purchases of the year after against a twin world in which points live on; that of the flexible less that of
    the others, mean of the two kinds of expiry.
    """

    def purchases(
        expiry: dict[str, Any] | None,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        sellers = firms(4)
        sellers[0]["programme"] = {"points": {"per_currency": 1, "threshold": 150, "reward": 1.5}}
        patch = {"programme": {"points": {"expiry": expiry}}}
        events = [{"kind": "change", "firm": "A", "week": 2 * _YEAR, "patch": patch}] if expiry else []
        plan = trial.world(sellers, rate=1.5, shape=2.0, weeks=3 * _YEAR, customers=4000, events=events)
        market = trial.market(plan)
        live(market, _YEAR)
        before = live(market, _YEAR).sum(axis=0)
        member = market.population.column("member_since") >= 0
        return before, live(market, _YEAR)[:, 0].sum(axis=0), member

    before, usual, member = purchases(None)
    here, elsewhere = before[0], before[1:].sum(axis=0)
    flexible = (here > np.median(here[member])) & (elsewhere >= 0.1 * (here + elsewhere))
    gaps = []
    for weeks in (4, _YEAR):
        _, after, _ = purchases({"mode": "rolling", "weeks": weeks})
        change = [after[m].sum() / usual[m].sum() - 1 for m in (member & flexible, member & ~flexible)]
        gaps.append(change[0] - change[1])
    return {"L24a": float(np.mean(gaps)), "monthly": float(gaps[0]), "annual": float(gaps[1])}


EXPERIMENTS = (
    Experiment(
        hoarding,
        ("L15a",),
        context=("Grocer, 1 % back in any amount at any visit, three years."),
    ),
    Experiment(
        breakage,
        ("L23a",),
        context=(
            "Coalition, points die after a year away, seven years. Five shops of whom three belong to it;"
            " 2,000 in sales for a reward of 20; 6 % a year leave the category."
        ),
        reasons={
            "L23a": ("Who is away for a year is rare among those who hold many points."),
        },
    ),
    Experiment(
        flexibility,
        ("L24a",),
        context=("Grocer, from no expiry to a month or a year, rewards as before."),
        reasons={
            "L24a": (
                "Neither group changes its purchases by as much as one in a hundred, and the sign goes now"
                " this way, now that: the pull of the date works only in the last weeks, and only where enough"
                " points for a reward are there; who could shift purchases between shops does not plan to."
            ),
        },
    ),
)
