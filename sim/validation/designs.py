"""Designs: a coalition that gives money back (L06), rewards at once or later (L19), deep discounts (L30)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.measures.tally import Tally
from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms
from sim.validation.watching import live

_YEAR = 52


def coalition(trial: Trial) -> dict[str, float]:
    """Three of seven grocers give .5 % back in money, without expiry; sales of two years, and of a twin without.

    Share of the partners' sales that are there because of it.
    """

    def sales(programme: dict[str, Any] | None) -> float:
        sellers = firms(7)
        sellers[0]["programme"] = programme
        market = trial.market(
            trial.world(sellers, rate=1.5, shape=2.0, customers=4000)).run()  # fmt: skip
        return float(market.tallies[:, :, :3, :, Tally.REVENUE].sum())

    with_it = sales(
        {"points": {"per_currency": 1, "threshold": 1000, "reward": 5}, "partners": {"firms": ["B", "C"]}}
    )
    return {"L06a": 1 - sales(None) / with_it}


_AT_ONCE = {"member_price": {"depth": 0.02}}
_LATER = {
    "points": {
        "per_currency": 1,
        "rewards": [
            {"name": "small", "points": 500, "worth": 7.5},
            {"name": "middle", "points": 1000, "worth": 20},
            {"name": "large", "points": 2000, "worth": 50},
        ],
    }
}
"""2 % on the average of the menu, more for those who save."""


def immediacy(trial: Trial) -> dict[str, float]:
    """A price cut of 2 % for members, or points worth more the more one saves, 2 % on average; sales of two years.

    The firm among four is dear and good, or cheap and plain, against no programme; sales that rewards at once bring
    less those that progressive ones do, mean of the two positions.
    """

    def sales(price: float, quality: float, programme: dict[str, Any] | None) -> float:
        sellers = firms(4)
        sellers[0] |= {"price": {"level": price}, "quality": {"level": quality}, "programme": programme}
        market = trial.market(trial.world(sellers, rate=1.5, shape=2.0)).run()
        return float(market.tallies[:, :, 0, :, Tally.REVENUE].sum())

    lifts = []
    for price, quality in ((1.1, 78.0), (0.9, 72.0)):
        none, once, later = (sales(price, quality, form) for form in (None, _AT_ONCE, _LATER))
        lifts.append((once / none - 1, later / none - 1))
    once, later = np.mean(lifts, axis=0)
    return {"L19a": float(once - later), "at once": float(once), "later": float(later)}


def depth(trial: Trial) -> dict[str, float]:
    """A catalogue among four sells at 60 % off for four weeks, or at 30 % off; purchases there in the two years after.

    Established: who bought there in the year before; first-time: who had not by then. Effect: purchases after the deep
    cut over those after the shallow one, less 1. That of first-time customers less that of established ones.
    """

    def purchases(cut: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        sale = {"kind": "price_war", "firm": "A", "week": _YEAR, "weeks": 4, "depth": cut}
        plan = trial.world(firms(4), rate=0.2, weeks=3 * _YEAR + 4, customers=4000, events=[sale])
        market = trial.market(plan)
        before = live(market, _YEAR)[:, 0].sum(axis=0)
        live(market, 4)
        return before, live(market, 2 * _YEAR)[:, 0].sum(axis=0)

    before, deep = purchases(0.6)
    _, shallow = purchases(0.3)
    first, established = (
        float(deep[m].sum() / shallow[m].sum() - 1) for m in (before == 0, before > 0)
    )  # fmt: skip
    return {"L30a": first - established, "first-time": first, "established": established}


EXPERIMENTS = (
    Experiment(
        coalition,
        ("L06a",),
        context=(
            "Three of seven grocers, .5 % back in money, no expiry, against none. Seven grocers of whom three"
            " belong to it, .5 % back, joined at will."
        ),
    ),
    Experiment(
        immediacy,
        ("L19a",),
        context=(
            "2 % back in both ways, dear and cheap firm among four, two years. Both give 2 % back, the"
            " progressive menu 1.5 to 2.5 %; joined at will."
        ),
        reasons={
            "L19a": (
                "A member price is soon taken for granted, as the price remembered follows what is paid;"
                " savers reach the rewards that are worth most."
            ),
        },
    ),
    Experiment(
        depth,
        ("L30a",),
        context=(
            "Catalogue, 60 % off against 30 %, two years after. Four catalogues; the cut lasts four weeks and"
            " is for all, so that first-time and established customers get the same."
        ),
        reasons={
            "L30a": ("One who bought at a deep cut remembers the price and feels the usual one as a loss."),
        },
    ),
)
