"""Two firms that may each adopt a programme (P07): what both earn where both do, against where neither does."""

from __future__ import annotations

from itertools import product

import numpy as np

from sim.validation.experiment import Experiment
from sim.validation.trial import Trial, firms

_YEAR = 52
_PROGRAMME = {"points": {"per_currency": 1, "threshold": 100, "reward": 5}}
"""5 back for 100."""
_OUTSIDE = 0.3
"""Share of occasions that end without a purchase, where the category can grow."""


def payoffs(outside: float, trial: Trial) -> dict[tuple[bool, bool], float]:
    """Profit of the first firm in five years, by whether it adopts and whether its rival does (currency).

    Two firms alike, all customers alike to both: so a firm's payoff is the mean of what it earns in its own place and
    what the other earns in the place of its rival.
    """
    found: dict[tuple[bool, bool], list[float]] = {}
    for ours, theirs in product((False, True), repeat=2):
        sellers = firms(2)
        for seller, adopts in zip(sellers, (ours, theirs), strict=True):
            seller["programme"] = _PROGRAMME if adopts else None
        plan = trial.world(
            sellers, rate=0.5, shape=2.0, weeks=5 * _YEAR, customers=2000, category={"outside_share": outside}
        )
        market = trial.market(plan).run()
        found[ours, theirs] = [float(firm.ledger.profits.sum()) / 100 for firm in market.firms]
    return {(a, b): float(np.mean([found[a, b][0], found[b, a][1]])) for a, b in found}


def game(trial: Trial) -> dict[str, float]:
    """The game in a category of fixed size and in one that can grow: what both gain if both
    adopt, over profit where neither does.

    Also: what a firm gains by adopting alone, and by
    following a rival.
    """
    found: dict[str, float] = {}
    for row, name, outside in (("P07a", "fixed", 0.0), ("P07b", "expandable", _OUTSIDE)):
        profit = payoffs(outside, trial)
        none = profit[False, False]
        both = profit[True, True] / none - 1
        found |= {
            row: both,
            f"both, {name}": both,
            f"alone, {name}": profit[True, False] / none - 1,
            f"follow, {name}": (profit[True, True] - profit[False, True]) / none,
        }
    return found


EXPERIMENTS = (
    Experiment(
        game,
        ("P07a", "P07b"),
        context=(
            "Duopoly of firms alike, 5 back for 100, five years; duopoly of firms alike, 5 back for 100, five"
            " years, .3 of occasions without a purchase. All but the programme is the same for both; the"
            " category can grow where .3 of occasions end without a purchase."
        ),
        reasons={
            "P07b": (
                "The programme draws too little from what was not bought before to pay for rewards on all"
                " that would have been bought anyway: see L01a."
            ),
        },
    ),
)
