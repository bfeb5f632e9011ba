"""Equity: a ledger of give and take between a customer and a firm, in typical baskets.

e <- e + gratitude x worth for what was given unasked; e <- e + reward_gratitude x worth for a reward that was
earned; e <- e - worth for what was taken (a hidden fee that is noticed); e <- keep x e at each purchase.
value = weight x e where e > 0, weight x resentment x e where e < 0 (logit units): being treated worse than one
paid for weighs more than being treated better. Fees go unnoticed unless a draw is below `noticed`.
A fee that is noticed is also a breach of trust, of size fee / (fee + 0.05), fee its share of the price.
With the mechanism off nothing given or taken is felt.

Source: Adams 1965, Advances in Experimental Social Psychology 2:267 (equity); Palmatier, Jarvis, Bechkoff &
Kardes 2009, J. Marketing 73(5):1 (gratitude) (both from memory); all sizes proposed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arithmetic import F32, ZERO, scalar
from sim.rules.parameter import Mechanism, param


class EquityNumbers(NamedTuple):
    gratitude: np.float32
    reward_gratitude: np.float32
    resentment: np.float32
    keep: np.float32
    weight: np.float32
    noticed: np.float32


class Equity(Mechanism):
    """Customers repay what they are given, and resent what is taken."""

    gratitude: float = param(
        1.0,
        unit="baskets per basket",
        meaning="what a gift that nobody asked for counts for",
        bounds=(0.0, 10.0),
        source="judgement: the unit of the ledger",
        status="PROPOSED",
    )
    reward_gratitude: float = param(
        0.3,
        unit="baskets per basket",
        meaning="what a reward that was earned counts for",
        bounds=(0.0, 10.0),
        source="judgement: less than a gift, since it is due",
        status="PROPOSED",
    )
    resentment: float = param(
        2.0,
        unit="ratio",
        meaning="how much more being worse treated weighs than being better treated by as much",
        bounds=(1.0, 10.0),
        source="judgement, by analogy with loss aversion",
        status="PROPOSED",
    )
    keep: float = param(
        0.9,
        unit="share per purchase",
        meaning="how much of the ledger survives a purchase",
        bounds=(0.0, 1.0),
        source="judgement: gratitude fades",
        status="PROPOSED",
    )
    weight: float = param(
        0.6,
        unit="logit per basket",
        meaning="attraction of a firm to which a whole basket is owed",
        bounds=(0.0, 10.0),
        source="judgement",
        status="PROPOSED",
    )
    noticed: float = param(
        0.3,
        unit="probability per purchase",
        meaning="chance that a hidden fee is noticed",
        bounds=(0.0, 1.0),
        source="judgement",
        status="PROPOSED",
    )

    def numbers(self) -> EquityNumbers:
        on = 1.0 if self.enabled else 0.0
        return EquityNumbers(
            F32(on * self.gratitude),
            F32(on * self.reward_gratitude),
            F32(on * self.resentment),
            F32(self.keep if self.enabled else 1.0),
            F32(on * self.weight),
            F32(on * self.noticed),
        )


_HALF_A_BREACH = F32(0.05)


@scalar
def equity_value(e, numbers):
    """What the ledger adds to the attraction of a firm (logit units)."""
    return numbers.weight * (e if e > ZERO else numbers.resentment * e)


@scalar
def kept_equity(e, numbers):
    """What is left of the ledger after a purchase (baskets)."""
    return numbers.keep * e


@scalar
def given(e, worth, numbers):
    """The ledger after a gift of this worth (baskets) that nobody asked for."""
    return e + numbers.gratitude * worth


@scalar
def rewarded(e, worth, numbers):
    """The ledger after an earned reward of this worth (baskets)."""
    return e + numbers.reward_gratitude * worth


@scalar
def taken(e, worth, numbers):  # noqa: ARG001 - called like `given` and `rewarded`
    """The ledger after so much (baskets) was taken and that was noticed; off, nobody notices."""
    return e - worth


@scalar
def fee_size(fee):
    """How large a breach of trust a hidden fee is (0 to 1), half of the largest at 5 % of the price."""
    return fee / (fee + _HALF_A_BREACH)
