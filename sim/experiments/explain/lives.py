"""The lives of all customers under two designs, side by side: when they part, and how they end.

Both markets are lived week by week together. A customer is compared with herself in the other world as long as it is
the same person: two places whose holder came in different weeks are not compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.population.columns import COHORT, CUSTOMER_REALS, CUSTOMER_WHOLES, FIRM_REALS, REMEMBERED
from sim.rules.points import LOTS

if TYPE_CHECKING:
    from sim.market import Market

DECILES = 10
NEVER = -1
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass
class Groups:
    """What groups customers stand in when the designs part, by place in the market.

    segment: its number. decile: 1 for the tenth of the focal firm's customers that has brought it most so far, 10 for
    the tenth that has brought least; 0 who never bought there.
    """

    segment: Ints
    decile: Ints

    @classmethod
    def of(cls, market: Market) -> Groups:
        """As they are before the next week of a market that keeps accounts of single customers."""
        people, focus = market.population, market.focus
        segment = people.segment_of(np.arange(len(people))).astype(np.int64)
        decile = np.zeros(len(people), np.int64)
        bought = np.flatnonzero((people.column("last_week", focus) >= 0) & (people.column("alive") == 1))
        best = bought[np.argsort(-market.brought()[bought], kind="stable")]
        decile[best] = 1 + np.arange(len(best)) * DECILES // max(len(best), 1)
        return cls(segment, decile)


class Side:
    """One of the two markets, and what its customers have brought so far."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.left: NDArray[np.float64] = np.zeros(0)
        """what those have brought who are gone from a place, but were there when the designs parted"""

    def begin(self) -> None:
        """Before the first measured week."""
        self.there = active(self.market)
        self._entered = self.market.population.column("entered")
        n = len(self._entered)
        self._brought, self.left, self.newcomers = np.zeros(n), np.zeros(n), np.zeros(n)
        self.first_holder = np.ones(n, np.bool_)

    def live(self) -> None:
        """One week, and what it brought whom."""
        self.market.step()
        now, entered = self.market.brought(), self.market.population.column("entered")
        gone = entered != self._entered
        old = gone & self.first_holder
        self.left[old] = self._brought[old]
        later = gone & ~self.first_holder
        self.newcomers[later] += self._brought[later]
        self.first_holder &= ~gone
        self._brought, self._entered = now, entered

    @property
    def from_old(self) -> NDArray[np.float64]:
        """What those who were there when the designs parted have brought since, by place (currency)."""
        return np.where(self.first_holder, self._brought, self.left)

    @property
    def from_new(self) -> NDArray[np.float64]:
        """What those who came later have brought, by place (currency)."""
        return self.newcomers + np.where(self.first_holder, 0.0, self._brought)


@dataclass
class Lives:
    """Two markets after their last week. first: week in which a customer's life first differed; bought: week in which
    her purchases first did; both by place, NEVER for who lived the same in both worlds. same: whether the same person
    holds the place in both."""

    sides: tuple[Side, Side]
    groups: Groups
    first: Ints
    bought: Ints
    same: Bools = field(repr=False)


def lived_together(ours: Market, theirs: Market, watch: Callable[[], None]) -> Lives:
    """Both markets lived to the end. watch: called before each week; it raises where the run is to be stopped."""
    sides = (Side(ours), Side(theirs))
    while ours.week < ours.burn_in:
        watch()
        ours.step()
        theirs.step()
    groups = Groups.of(ours)
    for side in sides:
        side.begin()
    n = len(groups.segment)
    first, bought = np.full(n, NEVER, np.int64), np.full(n, NEVER, np.int64)
    came = np.array([side.market.population.column("entered") for side in sides])
    while ours.week < ours.weeks:
        watch()
        week = ours.week
        for side in sides:
            side.live()
        now = np.array([side.market.population.column("entered") for side in sides])
        # A new person begins a new life, even where her predecessor's differed.
        fresh = (now != came).all(axis=0) & (now[0] == now[1])
        first[fresh] = bought[fresh] = NEVER
        came = now
        parted, traded = compared(ours, theirs)
        first[(first == NEVER) & parted] = week
        bought[(bought == NEVER) & traded] = week
    return Lives(sides, groups, first, bought, came[0] == came[1])


def compared(ours: Market, theirs: Market) -> tuple[Bools, Bools]:
    """Whose week, or state after it, differs at all; and who has bought otherwise.

    All that is kept about a customer is compared, but for the firm's accounts of her and the bits that mark a cohort;
    of programmes the card of the focal firm's: rivals' cards follow from purchases.
    """
    states = [_state(market) for market in (ours, theirs)]
    (reals, wholes, card), (their_reals, their_wholes, their_card) = states
    firms = len(ours.firms)
    remembered = slice(CUSTOMER_REALS + REMEMBERED * firms, CUSTOMER_REALS + (REMEMBERED + 1) * firms)
    traded = (reals[remembered] != their_reals[remembered]).any(axis=0)
    traded |= (wholes[CUSTOMER_WHOLES:] != their_wholes[CUSTOMER_WHOLES:]).any(axis=0)
    parted = (reals != their_reals).any(axis=0) | (card != their_card).any(axis=0)
    kept = np.arange(len(wholes)) != COHORT
    return parted | (wholes[kept] != their_wholes[kept]).any(axis=0), traded


def _state(market: Market) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.int32]]:
    people, firms = market.population, len(market.firms)
    heard = people.network is not None
    reals = people.reals[:, : CUSTOMER_REALS + (FIRM_REALS + heard) * firms]
    wholes = people.wholes[:, : CUSTOMER_WHOLES + firms]
    sizes = people.block_size
    flat = [
        np.concatenate([array[b, :, :n] for b, n in enumerate(sizes)], axis=1) for array in (reals, wholes)
    ]
    return flat[0], flat[1], cards(market)


def cards(market: Market) -> NDArray[np.int32]:
    """What is on the cards of the focal firm's programme: (member, points, stamps, level) x customer."""
    people, p = market.population, market.programme_of(market.focus)
    found = np.zeros((4, len(people)), np.int32)
    if p < 0:
        return found
    found[0] = people.column("member_since", p) >= 0
    found[1] = sum(people.column("lots", p, part) for part in range(LOTS))
    found[2] = people.column("stamps", p)
    if people.has_column("tier", p):
        found[3] = people.column("tier", p) & 7
    return found


def active(market: Market) -> Bools:
    """Who is a customer of the focal firm after the last week that was lived."""
    people = market.population
    last = people.column("last_week", market.focus)
    found: Bools = market.week - 1 - last <= market.world.category.lapse_weeks
    alive: Bools = people.column("alive") == 1
    return found & alive


def member(market: Market) -> Bools:
    """Who is a member of the programme in force at the focal firm."""
    p = market.programme_of(market.focus)
    if p < 0:
        return np.zeros(len(market.population), np.bool_)
    found: Bools = market.population.column("member_since", p) >= 0
    return found
