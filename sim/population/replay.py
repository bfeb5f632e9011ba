"""A member's week once more, by herself: what each programme did to her, and when.

The columns after a week do not tell it: points that came and went in one week leave no trace, and of several
programmes none says which gave the reward. So the week of a member who keeps a diary is walked again (see walk.py)
on a copy of her columns, and a tally of her own is read before and after each thing that a programme does.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from sim.measures.tally import Tally
from sim.population.membership import pool
from sim.population.population import Population
from sim.population.told import Rule, Told
from sim.population.walk import Customer, Walk
from sim.rules import BehaviourNumbers


class Deed(NamedTuple):
    """What one programme did to one member at one moment of her week."""

    programme: int
    firm: int
    """where: the owner at the start of the week, then the firm of the purchase"""
    at_purchase: bool
    counted: NDArray[np.int64]
    """what it added to each tally"""
    before: NDArray[np.int32]
    """her whole columns before it, row x 1"""
    after: NDArray[np.int32]


class Alone:
    """A population of one: a copy of a customer's columns as she enters a week.

    number: hers in the market, from 0. Where households pool their points, the copy is made after that.
    """

    def __init__(self, people: Population, number: int, told: Told) -> None:
        b, j = people.place_of(number)
        self.number, self.firms, self.programmes = number, people.firms, people.programmes
        self.segments, self.sizes = people.segments, people.sizes
        self.block_segment = people.block_segment[b : b + 1]
        self.reals = people.reals[b : b + 1, :, j : j + 1].copy()
        self.wholes = people.wholes[b : b + 1, :, j : j + 1].copy()
        for p in range(people.programmes):
            n = int(told.terms.rule[p, Rule.HOUSEHOLD])
            if n > 1:
                head = j // n * n
                household = people.wholes[b, :, head : min(head + n, int(people.block_size[b]))].copy()
                alone = household[:, j - head].copy()
                pool(household, household.shape[1], people.firms, p, told.terms)
                moved = household[:, j - head] != alone
                self.wholes[0, moved, 0] = household[moved, j - head]

    def place_of(self, _: int) -> tuple[int, int]:
        """Block and slot."""
        return 0, 0


class Replay(Walk):
    """The week of one customer, walked again; `deeds` are in the order in which they were done."""

    def __init__(self, alone: Alone, *, told: Told, rules: BehaviourNumbers) -> None:
        # What she tells her friends has been told: it goes nowhere.
        circle = told.circle._replace(says=cast(Any, {}))
        super().__init__(cast(Population, alone), told=told._replace(circle=circle), rules=rules)
        self.deeds: list[Deed] = []
        self.live_customer(alone.number)

    @property
    def brought_back(self) -> dict[int, int]:
        """Purchases brought back, by firm."""
        counts = self.tally[self.seg, :, :, Tally.RETURNED].sum(axis=1).tolist()
        return {f: n for f, n in enumerate(counts) if n}

    def keep_account(self, reals: Any, wholes: Any, j: int, number: int, p: int) -> None:
        """What a membership does at the start of the week."""
        f, before = int(self.terms.firm[p]), wholes.copy()
        counted = self.tally[self.seg, f, 1].copy()
        super().keep_account(reals, wholes, j, number, p)
        counted = self.tally[self.seg, f, 1] - counted
        self.deeds.append(Deed(p, f, False, counted, before, wholes.copy()))

    def take_part(
        self, c: Customer, p: int, f: int, k: int, cents: Any, saved: Any, lift: Any, brings_back: bool
    ) -> int:
        """The purchase under the programme."""
        wholes = c.place[1]
        before, counted = wholes.copy(), self.tally[self.seg, f, 1].copy()
        cost = super().take_part(c, p, f, k, cents, saved, lift, brings_back)
        counted = self.tally[self.seg, f, 1] - counted
        self.deeds.append(Deed(p, f, True, counted, before, wholes.copy()))
        return cost

    def count(self, c: Customer) -> None:
        """What she is at the end of the week is told by her columns."""
