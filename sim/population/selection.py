"""Choosing customers: a firm reviews what each of its customers has brought, and parts with those who bring too little.

It reads its till alone (`worth`, the contribution since the last review) and who bought there: no mind. All acts on the
columns before the pass of a week. Basic service is not given here: who should get it is returned.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.measures.tally import Tally
from sim.population.moments import ENCOUNTER, bit, told_leaving
from sim.population.outrage import Whom, aggrieve, tallied
from sim.population.population import Population
from sim.rules import BehaviourNumbers
from sim.rules.defection import Cause
from sim.rules.selection import SelectionNumbers, below_the_mark, slight
from sim.rules.trust import betrayed
from sim.scenario.selection import Selection


class Review(NamedTuple):
    """What a review came to; counts of customers, money in whole cents."""

    tally: NDArray[np.int64]
    """segment x firm x membership x TALLIES, to be added to that of the week: who left, not by her own choice"""
    looked_at: int = 0
    """customers who bought since the last review"""
    let_go: int = 0
    handed_over: int = 0
    to_basic: Whom = np.zeros(0, np.int64)
    """customers who shall get basic service from now on; all others shall not"""
    parted: Whom = np.zeros(0, np.int64)
    """customers let go or handed over"""
    cost: int = 0
    """of parting with customers"""
    fee: int = 0
    """what the other firm pays for those handed over to it: income here, expense there"""

    @property
    def moved_to_basic(self) -> int:
        """How many are below the mark of a firm that gives such customers basic service."""
        return len(self.to_basic)


def too_dear(
    worth: NDArray[np.float32],
    last_week: NDArray[np.int32],
    served: NDArray[np.bool_],
    week: int,
    selection: Selection,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who is looked at, and who of them is below the mark.

    worth: contribution since the last review (currency); last_week: of a purchase at the firm; served: who is a
    customer of the category, considers the firm, and is not bound to it by contract. week: that of the review.
    """
    bought = served & (last_week >= week - selection.every)
    return bought, below_the_mark(worth, bought, selection.minimum)


def review(
    population: Population,
    worth: NDArray[np.float32],
    week: int,
    *,
    firm: int,
    selection: Selection,
    to: int | None = None,
    numbers: SelectionNumbers,
    rules: BehaviourNumbers,
    programme: int = -1,
) -> Review:
    """Review the customers of a firm (its number) before the pass of a week; `worth` must start anew after it.

    to: number of the firm that customers are handed over to; programme: in force at the firm, -1 for none.
    """
    knows, contract = population.column("knows"), population.column("contract")
    bound = (contract >= 0) & ((contract & 15) == firm) & ((contract >> 4) > week)
    served = (population.column("alive") == 1) & ((knows & bit(firm)) != 0) & ~bound
    looked, below = too_dear(worth, population.column("last_week", firm), served, week, selection)
    whom = np.flatnonzero(below)
    empty = tallied(population, firm, programme, {})
    if selection.then == "basic" or not len(whom):
        basic = whom if selection.then == "basic" else whom[:0]
        return Review(empty, looked_at=int(looked.sum()), to_basic=basic)
    hands_over = selection.then == "hand_over" and to is not None
    knows[whom] &= ~bit(firm)
    if to is not None and hands_over:
        knows[whom] |= bit(to)
        _move_account(population, whom, firm, to)
    population.set_column("knows", knows)
    _resent(population, whom, week, firm, selection.courtesy, hands_over, numbers, rules)
    story = population.column("story")
    story[whom] = told_leaving(story[whom], firm, Cause.INVOLUNTARY, 1 << Cause.INVOLUNTARY)
    population.set_column("story", story)
    gone = {Tally.LEFT_INVOLUNTARY: whom, Tally.WITH_INVOLUNTARY: whom}
    return Review(
        tallied(population, firm, programme, gone),
        looked_at=int(looked.sum()),
        let_go=0 if hands_over else len(whom),
        handed_over=len(whom) if hands_over else 0,
        parted=whom,
        cost=round(100 * selection.cost) * len(whom),
        fee=round(100 * selection.fee) * len(whom) if hands_over else 0,
    )


def _move_account(population: Population, whom: Whom, firm: int, to: int) -> None:
    """Those handed over are customers of the other firm now: what ties one to the firm bought from last, ties there."""
    last = population.column("last_firm")
    moved = whom[last[whom] == firm]
    last[moved] = to
    population.set_column("last_firm", last)


def _resent(
    population: Population,
    whom: Whom,
    week: int,
    firm: int,
    courtesy: float,
    handed_over: bool,
    numbers: SelectionNumbers,
    rules: BehaviourNumbers,
) -> None:
    """Trust is betrayed, and a grievance is left about how one was treated; nobody complains to a firm that is over."""
    breach, hurt = slight(courtesy, handed_over, numbers)
    trust = population.column("trust", firm)
    trust[whom] = betrayed(trust[whom], breach, rules.trust)
    population.set_column("trust", trust, firm)
    silent = np.zeros(len(whom), np.bool_)
    aggrieve(population, whom, firm, hurt, int(ENCOUNTER), week, rules, silent)
