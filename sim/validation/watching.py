"""Watching customers: who buys where in every week, and what drawing lots decides in an experiment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.market import Market

Counts = NDArray[np.int64]


def live(market: Market, weeks: int) -> Counts:
    """Let a market live so many weeks more; purchases, week x firm x customer.

    Read off the purchases that customers remember, so memory must be on and nobody may be replaced.
    """
    people, rules = market.population, market.rules
    firms = range(people.firms)
    counts = np.zeros((weeks, people.firms, len(people)), np.int64)
    for i in range(weeks):
        week = market.week
        before = [(people.column("remembered", f), people.column("last_week", f)) for f in firms]
        market.step()
        for f, (count, last) in enumerate(before):
            here = people.column("last_week", f) == week
            left = np.where(
                last >= 0, count * np.exp(-rules.memory.forgetting * np.minimum(week - last, 400)), 0
            )
            counts[i, f] = np.where(here, np.rint(people.column("remembered", f) - left), 0)
    return counts


def stamped(market: Market, weeks: int, needed: int) -> Counts:
    """Let a market live so many weeks more; stamps that each customer got on cards of the first programme, by week.

    needed: stamps of a full card, which is handed in at the next stamp.
    """
    people = market.population
    gained = np.zeros((weeks, len(people)), np.int64)
    for i in range(weeks):
        before, was = people.column("stamps"), people.column("member_since") >= 0
        bought = live(market, 1)[0, 0]
        card = market.firms[0].spec.programme
        gift = card.stamps.head_start if card and card.stamps else 0
        joined = ~was & (people.column("member_since") >= 0)
        # Known up to whole cards: as many as she can have filled with what she bought.
        part = (people.column("stamps").astype(np.int64) - np.where(was, before, 0)) % needed
        most = bought + np.where(joined, gift, 0)
        gained[i] = part + needed * np.maximum((most - part) // needed, 0)
    return gained


def shares(counts: Counts) -> NDArray[np.float64]:
    """Share of a customer's purchases at each firm, firm x customer; NaN for those who bought nowhere."""
    each = counts.sum(axis=0).astype(float)
    total = each.sum(axis=0)
    return np.asarray(np.where(total > 0, each / np.maximum(total, 1), np.nan))


def lots(market: Market, number: int, what: int = 0) -> NDArray[np.float64]:
    """So many random numbers from 0 to 1 of an experiment of its own; what: which of several."""
    key = [market.seed, market.replicate, what]
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(key))).random(number)


def enrol(market: Market, chosen: NDArray[np.bool_], programme: int = 0) -> None:
    """Make these customers members from this week on, and nobody else."""
    market.population.set_column("member_since", np.where(chosen, market.week, -1), programme)
