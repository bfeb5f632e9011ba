"""The firm's side of points and stamps: what the promises outstanding will cost.

A point is expected to cost what redeemed points have cost so far, under the same rewards; until one is redeemed, what
it costs in the cheapest reward of the menu. A full stamp card costs reward x cost_ratio. The liability is what all
points and stamps outstanding would cost if all came to be redeemed, to the cent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sim.scenario import Programme


def cents(amount: float) -> int:
    """An amount of currency in whole cents."""
    return round(amount * 100)


@dataclass(frozen=True)
class Promise:
    """What one reward costs the firm, and how many points or stamps pay for it."""

    cost_cents: int = 0
    needed: int = 1

    def cost_of(self, units: int) -> int:
        """Cost in cents of redeeming this many points or stamps, rounded to the nearest cent."""
        return (2 * units * self.cost_cents + self.needed) // (2 * self.needed)


@dataclass(frozen=True)
class Promises:
    """The promises of a programme: one for points, one for stamps.

    That for points is the cheapest reward of the menu, or all rewards redeemed so far taken together.
    """

    points: Promise = Promise()
    stamps: Promise = Promise()

    @classmethod
    def of(cls, programme: Programme | None) -> Promises:
        """Those of a programme; none without one."""
        points = stamps = Promise()
        if programme is not None and programme.points is not None:
            cheapest = programme.points.menu[0]
            cost = cheapest.worth * cheapest.cost_ratio + cheapest.fulfilment
            points = Promise(cents(cost), cheapest.points)
        if programme is not None and programme.stamps is not None:
            s = programme.stamps
            stamps = Promise(cents(s.reward * s.cost_ratio), s.needed)
        return cls(points, stamps)

    def after(self, cost_cents: int, points: int) -> Promises:
        """The promises when so many points have been redeemed at this cost in all; with no points, as they are."""
        return replace(self, points=Promise(cost_cents, points)) if points > 0 else self

    def liability(self, points: int, stamps: int) -> int:
        """Cents owed for points and stamps outstanding."""
        return self.points.cost_of(points) + self.stamps.cost_of(stamps)
