"""What is seen of all customers at the end of a week. Nothing is written: what a market lives stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.population.columns import Row
from sim.rules.lapse import NEVER
from sim.rules.points import LOTS
from sim.scenario import Programme

if TYPE_CHECKING:
    from sim.market import Market


@dataclass(frozen=True)
class Account:
    """The accounts of the focal firm's programme, customer by customer.

    lots: 5 x customers, points by lot; None where points lie in vouchers too, so that a lot that shrinks does not say
    that points are gone. points: all on account. ready: what pays for rewards now, points, or stamps in a programme
    that has no points. needed: what the cheapest reward takes of it; 0 where there is none. level: 0 for none.
    """

    member: NDArray[np.bool_]
    lots: NDArray[np.int64] | None
    points: NDArray[np.int64]
    stamps: NDArray[np.int64]
    ready: NDArray[np.int64]
    needed: int
    unit: str
    level: NDArray[np.int64] | None


@dataclass(frozen=True)
class Glance:
    """All customers at the end of a week. Arrays by customer, or firm x customer."""

    market: Market
    week: int
    """the week just lived; -1 before the first"""
    entered: NDArray[np.int64]
    alive: NDArray[np.bool_]
    last_week: NDArray[np.int64]
    remembered: NDArray[np.float64]
    same: NDArray[np.bool_]
    """whether the person is the one that was there a week ago"""
    bought: NDArray[np.int64]
    """purchases in the week"""
    account: Account | None
    """None where no programme holds at the focal firm"""

    @property
    def active(self) -> NDArray[np.bool_]:
        """Active customers of the focal firm."""
        lapse = self.market.world.category.lapse_weeks
        active: NDArray[np.bool_] = self.alive & (self.week - self.last_week[self.market.focus] <= lapse)
        return active


def owner_of(market: Market) -> int:
    """The firm that runs the programme in force at the focal one; -1 for none."""
    p = market.programme_of(market.focus)
    for firm in market.firms:
        if p >= 0 and market.programme_of(firm.number) == p and firm.spec.programme is not None:
            return firm.number
    return -1


def glance(market: Market, before: Glance | None = None) -> Glance:
    """Look at all customers. before: the glance of a week ago; without, nobody bought."""
    people, firms = market.population, range(market.population.firms)
    entered = people.column("entered").astype(np.int64)
    last_week = np.array([people.column("last_week", f) for f in firms], np.int64)
    remembered = np.array([people.column("remembered", f) for f in firms], np.float64)
    same, week = np.ones(len(entered), np.bool_), market.week - 1
    bought = np.zeros_like(last_week)
    if before is not None:
        same = entered == before.entered
        ago = np.where(before.last_week > NEVER, week - before.last_week, 0)
        kept = np.where(same, before.remembered * np.exp(-float(market.rules.memory.forgetting) * ago), 0.0)
        # At each purchase one is added to what is still remembered.
        bought = np.where(last_week == week, np.rint(remembered - kept), 0).astype(np.int64)
    return Glance(
        market,
        week,
        entered,
        people.column("alive") == 1,
        last_week,
        remembered,
        same,
        bought,
        _account(market),
    )


def _account(market: Market) -> Account | None:
    owner = owner_of(market)
    if owner < 0:
        return None
    people, p = market.population, market.programme_of(market.focus)
    programme = market.firms[owner].spec.programme
    assert programme is not None
    layout = people.layout[p]

    def parts(name: str, rows: int) -> NDArray[np.int64]:
        columns: list[NDArray[Any]] = [people.column(name, p, part) for part in range(rows)]
        return np.array(columns, np.int64).reshape(rows, len(people))

    lots, stamps = parts("lots", LOTS), parts("stamps", 1)[0]
    vouchers = parts("vouchers", layout.get(Row.VOUCHERS, 0))
    points = (
        lots.sum(axis=0) + vouchers.sum(axis=0) + parts("pending", layout.get(Row.PENDING, 0)).sum(axis=0)
    )
    needed, unit = _needed(programme)
    ready = vouchers.sum(axis=0) if len(vouchers) else lots.sum(axis=0)
    return Account(
        member=people.column("member_since", p) >= 0,
        lots=None if len(vouchers) else lots,
        points=points,
        stamps=stamps,
        ready=stamps if unit == "stamps" else ready,
        needed=needed,
        unit=unit,
        level=people.column("tier", p).astype(np.int64) & 7 if programme.tiers is not None else None,
    )


def _needed(programme: Programme) -> tuple[int, str]:
    """What the cheapest reward takes, and of what."""
    if programme.points is not None and programme.points.menu:
        return programme.points.menu[0].points, "points"
    if programme.stamps is not None:
        return programme.stamps.needed, "stamps"
    return 0, ""
