"""Status beside a reward for frequency (L12)."""

from __future__ import annotations

from typing import Any

from sim.measures.tally import Tally
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms

_POINTS = {"per_currency": 10, "threshold": 20_000, "reward": 120}
_TIERS = {
    "levels": [
        {"name": "silver", "visits": 8, "quality": 3.0},
        {"name": "gold", "visits": 20, "quality": 6.0},
    ]
}
"""What a level gives does not depend on points, so that both can be had alone."""


def factorial(trial: Trial) -> dict[str, float]:
    """A hotel chain among four, with points or without, with status or without; members all, sales of three years.

    (both - points - status + neither) / ((points - neither) + (status - neither)).
    """

    def sales(**parts: Any) -> float:
        sellers = firms(4)
        if parts:
            sellers[0]["programme"] = {"enrolment": {"automatic": True}, **parts}
        plan = trial.world(
            sellers, rate=0.35, weeks=3 * 52, customers=4000, segment={"basket": {"mean": 150.0}}
        )
        market = trial.market(plan).run()
        return float(market.tallies[:, :, 0, :, Tally.REVENUE].sum())

    neither, points, status = sales(), sales(points=_POINTS), sales(tiers=_TIERS)
    both = sales(points=_POINTS, tiers=_TIERS)
    main = (points - neither) + (status - neither)
    return {
        "L12a": (both - points - status + neither) / main, "points": points / neither - 1,
        "status": status / neither - 1,
    }  # fmt: skip


EXPERIMENTS = (
    Experiment(
        factorial,
        ("L12a",),
        context=(
            "Hotel chain, points and status on and off, three years. Better service at two levels; frequency"
            " reward of 6 %; all are members."
        ),
    ),
)
