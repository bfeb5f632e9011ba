"""A club with a fee: who pays after the trial, who renews, what members spend (L27)."""

from __future__ import annotations

import numpy as np

from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms
from sim.validation.watching import live

_YEAR = 52
_FEE, _TRIAL = 31.0, 4
"""The fee is 7 % of what members spend in a year, as it turns out."""


def ladder(trial: Trial) -> dict[str, float]:
    """An online shop among three with a club: 8 % off (what delivery costs), a month's trial, then a fee by the year.

    Each member is followed from trial to fee to first and second renewal over three years. Spending: purchases at the
    shop in the third year of those in the club at its start, over those of others who bought there in it.
    """
    sellers = firms(3)
    sellers[0]["programme"] = {
        "club": {"fee": _FEE, "trial_weeks": _TRIAL},
        "member_price": {"depth": 0.08},
    }
    plan = trial.world(
        sellers, rate=0.5, shape=2.0, weeks=3 * _YEAR + 1, customers=4000,
    )  # fmt: skip
    market = trial.market(plan)
    people = market.population
    step, due, paid = np.full(len(people), -1), np.zeros(3), np.zeros(3)
    bought = np.zeros(len(people))
    member_then = np.zeros(len(people), bool)
    for week in range(market.weeks):
        if week == 2 * _YEAR:
            member_then = step > 0
        since, club = people.column("member_since"), people.column("club")
        over = (since >= 0) & (club != 0) & (week >= club >> 1)
        counts = live(market, 1)[0, 0]
        if week >= 2 * _YEAR:
            bought += counts
        after = people.column("club")
        # One who cancels and joins again in the same week is on trial again.
        stayed = over & (people.column("member_since") >= 0) & ((after & 1) == 0)
        for rung in range(3):
            here = over & (step == rung)
            due[rung] += here.sum()
            paid[rung] += (here & stayed).sum()
        step = np.where(over, np.where(stayed, step + 1, -1), step)
        step = np.where((people.column("member_since") >= 0) & (step < 0), 0, step)
    others = ~member_then & (bought > 0)
    rates = paid / np.maximum(due, 1)
    return {
        "L27a": float(rates[0]), "L27b": float(rates[1]), "L27c": float(rates[2]),
        "L27d": float(bought[member_then].mean() / bought[others].mean()),
        "fee over spending": _FEE / float(bought[member_then].mean() * 30 * 0.92), "members": float(member_then.mean()),
        "due": float(due[2]),
    }  # fmt: skip


EXPERIMENTS = (
    Experiment(
        ladder,
        ("L27a", "L27b", "L27c", "L27d"),
        context=(
            "Online shop, fee of about 7 % of spending, a month's trial, three years. Three shops; members"
            " pay 8 % less, the worth of free delivery; the fee is 7 % of what they spend."
        ),
        reasons={
            "L27a": (
                "What a member gets is weighed against the fee in the month of the trial alone, raised to a"
                " year."
            ),
            "L27b": ("Attachment and habit add to each renewal as much as to the first."),
            "L27c": (
                "Renewal does not learn: who has paid twice renews like one who has paid once, except that"
                " the least content have gone. Of form, not of size."
            ),
            "L27d": (
                "Only who buys much expects more than the fee; and in the study many paid for films and music"
                " too."
            ),
        },
    ),
)
