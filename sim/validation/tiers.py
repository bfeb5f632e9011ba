"""Status beside a reward for frequency (L12)."""

from __future__ import annotations

from typing import Any

from sim.market import Market
from sim.measures.tally import Tally
from sim.validation.finding import Finding
from sim.validation.worlds import SEED, firms, world

_POINTS = {"per_currency": 10, "threshold": 20_000, "reward": 120}
_TIERS = {
    "levels": [
        {"name": "silver", "visits": 8, "quality": 3.0},
        {"name": "gold", "visits": 20, "quality": 6.0},
    ]
}
"""What a level gives does not depend on points, so that both can be had alone."""


def factorial(replicate: int) -> dict[str, float]:
    """A hotel chain among four, with points or without, with status or without; members all, sales of three years.

    (both - points - status + neither) / ((points - neither) + (status - neither)).
    """

    def sales(**parts: Any) -> float:
        sellers = firms(4)
        if parts:
            sellers[0]["programme"] = {"enrolment": {"automatic": True}, **parts}
        plan = world(sellers, rate=0.35, weeks=3 * 52, customers=4000, segment={"basket": {"mean": 150.0}})
        market = Market(plan, seed=SEED, replicate=replicate).run()
        return float(market.tallies[:, :, 0, :, Tally.REVENUE].sum())

    neither, points, status = sales(), sales(points=_POINTS), sales(tiers=_TIERS)
    both = sales(points=_POINTS, tiers=_TIERS)
    main = (points - neither) + (status - neither)
    return {
        "L12a": (both - points - status + neither) / main, "points": points / neither - 1,
        "status": status / neither - 1,
    }  # fmt: skip


FINDINGS = (
    Finding(
        "L12a", "interaction over the sum of main effects", 0.05, 0.0, 0.15,
        "Kopalle, Sun, Neslin, Sun & Swaminathan 2012, Marketing Science 31:216 (direction)",
        "hotel chain, points and status on and off, three years", factorial, role="VAL",
    ),
)  # fmt: skip
