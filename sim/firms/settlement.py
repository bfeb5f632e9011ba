"""What the partners of a programme owe each other for the week.

Points of a programme can be earned and redeemed at partner firms. A partner pays the owner a price for each point it
issues; the owner pays the partner `refund` times the face value of the rewards redeemed there, which cost the partner
what they cost. Money that one firm pays another one receives: over all firms, settlements sum to nought.

The till that sees a point move counts it, but the points are the owner's, who carries what is outstanding. So before
books are closed the points, stamps, fees and gifts that partners have counted are brought home to the owner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.measures.tally import Tally


@dataclass(frozen=True)
class Agreement:
    """What the owner of a programme has agreed with its partners.

    partners: names of the firms. price: currency per point issued. refund: share of face value.
    """

    partners: tuple[str, ...]
    price: float
    refund: float = 1.0


@dataclass(frozen=True)
class Settlement:
    """What one firm settles in a week, in cents; below 0, the other way round.

    points: received for points issued at partner firms. rewards: paid for rewards redeemed at partner firms.
    """

    points: int = 0
    rewards: int = 0

    def __add__(self, other: Settlement) -> Settlement:
        return Settlement(self.points + other.points, self.rewards + other.rewards)


NOTHING = Settlement()
"""What a firm settles that has no partners and is no partner."""
OF_THE_OWNER = [
    Tally.POINTS_EARNED,
    Tally.POINTS_REDEEMED,
    Tally.POINTS_EXPIRED,
    Tally.POINTS_FORFEITED,
    Tally.POINTS_REVERSED,
    Tally.POINTS_STOLEN,
    Tally.POINTS_FRAUD,
    Tally.POINTS_SETTLED,
    Tally.OUTSIDE_POINTS,
    Tally.STOLEN_BACK,
    Tally.PAID_OUT,
    Tally.STAMPS_GIVEN,
    Tally.STAMPS_HANDED_IN,
    Tally.STAMPS_FORFEITED,
    Tally.STAMPS_REWARDS,
    Tally.FEES,
    Tally.FEES_REFUNDED,
    Tally.SURPRISES,
]
"""What is the owner's, whichever till has counted it."""


def brought_home(tally: NDArray[np.int64], owners: Sequence[int]) -> NDArray[np.int64]:
    """A tally in which what is the owner's stands in the owner's row.

    tally: any shape that ends in firm x membership x TALLIES. owners: for each firm, the firm whose programme is in
    force there: itself, if it is nobody's partner.
    """
    if all(owner == firm for firm, owner in enumerate(owners)):
        return tally
    home = tally.copy()
    for firm, owner in enumerate(owners):
        if owner != firm:
            home[..., owner, :, OF_THE_OWNER] += tally[..., firm, :, OF_THE_OWNER]
            home[..., firm, :, OF_THE_OWNER] = 0
    return home


def settle(
    agreements: Mapping[str, Agreement], firms: Sequence[str], tally: NDArray[np.int64]
) -> dict[str, Settlement]:
    """The settlements of all firms for a week, by name.

    agreements: by name of the owner. firms: names, in the order of the tally. tally: firm x TALLIES, as counted: points
    issued (POINTS_SETTLED) and face value of rewards redeemed (REWARDS_FACE) at a partner stand in the partner's row.
    """
    settled, row = dict.fromkeys(firms, NOTHING), {name: i for i, name in enumerate(firms)}
    for owner, agreement in agreements.items():
        for partner in agreement.partners:
            there = tally[row[partner]]
            points = round(100 * agreement.price * int(there[Tally.POINTS_SETTLED]))
            rewards = round(agreement.refund * int(there[Tally.REWARDS_FACE]))
            settled[owner] += Settlement(points, rewards)
            settled[partner] += Settlement(-points, -rewards)
    return settled
