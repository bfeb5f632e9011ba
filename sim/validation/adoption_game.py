"""Two firms that may each adopt a programme (P07): what both earn where both do, against where neither does."""

from __future__ import annotations

from itertools import product

import numpy as np

from sim.market import Market
from sim.validation.finding import Finding
from sim.validation.worlds import SEED, firms, world

_YEAR = 52
_PROGRAMME = {"points": {"per_currency": 1, "threshold": 100, "reward": 5}}
"""5 back for 100."""
_OUTSIDE = 0.3
"""Share of occasions that end without a purchase, where the category can grow."""


def payoffs(outside: float, replicate: int) -> dict[tuple[bool, bool], float]:
    """Profit of the first firm in five years, by whether it adopts and whether its rival does (currency).

    Two firms alike, all customers alike to both: so a firm's payoff is the mean of what it earns in its own place and
    what the other earns in the place of its rival.
    """
    found: dict[tuple[bool, bool], list[float]] = {}
    for ours, theirs in product((False, True), repeat=2):
        sellers = firms(2)
        for seller, adopts in zip(sellers, (ours, theirs), strict=True):
            seller["programme"] = _PROGRAMME if adopts else None
        plan = world(
            sellers, rate=0.5, shape=2.0, weeks=5 * _YEAR, customers=2000, category={"outside_share": outside}
        )
        market = Market(plan, seed=SEED, replicate=replicate).run()
        found[ours, theirs] = [float(firm.ledger.profits.sum()) / 100 for firm in market.firms]
    return {(a, b): float(np.mean([found[a, b][0], found[b, a][1]])) for a, b in found}


def game(replicate: int) -> dict[str, float]:
    """The game in a category of fixed size and in one that can grow: 1 if the sign is as published, else 0.

    Also, over profit where neither adopts: what both gain if both do, and what a firm gains by adopting alone, and by
    following a rival.
    """
    found: dict[str, float] = {}
    for row, name, outside in (("P07a", "fixed", 0.0), ("P07b", "expandable", _OUTSIDE)):
        profit = payoffs(outside, replicate)
        none = profit[False, False]
        both = profit[True, True] / none - 1
        found |= {
            row: float(both < 0 if row == "P07a" else both > 0),
            f"both, {name}": both,
            f"alone, {name}": profit[True, False] / none - 1,
            f"follow, {name}": (profit[True, True] - profit[False, True]) / none,
        }
    return found


_KOPALLE = (
    "Kopalle & Neslin 2003, RoMS 1:1; Singh, Jain & Krishnan 2008, Management Science 54:1205 (direction)"
)
_DUOPOLY = "duopoly of firms alike, 5 back for 100, five years"
FINDINGS = (
    Finding(
        "P07a", "replicates in which both lose by both adopting, category fixed", 1, 0.95, 1, _KOPALLE, _DUOPOLY, game,
        role="VAL",
    ),
    Finding(
        "P07b", "replicates in which both gain by both adopting, category expandable", 1, 0.95, 1, _KOPALLE,
        f"{_DUOPOLY}, .3 of occasions without a purchase", game, role="VAL",
    ),
)  # fmt: skip
