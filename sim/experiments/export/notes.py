"""One customer's week once more, with a pencil: each purchase, each movement on her accounts, each contact.

The compiled week keeps sums and columns, not a log. So the week of a customer to whom something happened is walked
again (see population/walk.py) on a copy of the columns as they were before it, and her tally is read before and after
each thing that can happen.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic import normal_quantile
from sim.draws import U32, Stream, unit
from sim.measures.tally import Tally
from sim.population.population import Population
from sim.population.told import Told
from sim.population.walk import Customer, Walk
from sim.rules import BehaviourNumbers
from sim.rules.survey import answer, stated

POINTS, STAMPS = 0, 1
UNITS = ("points", "stamps")
CONTACTS = {"contact": Tally.CONTACTS, "offer": Tally.OFFERS, "win_back": Tally.WIN_BACK_OFFERS}
"""Kinds of what a firm sends to single customers."""

_LOW = 0xFFFFFFFF


class Entry(NamedTuple):
    """A movement on an account."""

    programme: int
    unit: int
    kind: str
    """earn, redeem, expire or adjust"""
    reason: str
    amount: int
    """what it adds"""


class Purchase(NamedTuple):
    """One purchase; money in cents."""

    firm: int
    cents: int
    discount: int
    member: bool
    returned: bool
    joined: int
    """programme joined at it, -1 for none"""
    entries: tuple[Entry, ...]


class Lived(NamedTuple):
    """What a week brought one customer."""

    began: list[Entry]
    """before her purchases; of one who leaves, all that she lived to see"""
    purchases: list[Purchase]
    contacts: list[tuple[str, int, int]]
    """kind, firm, how many"""


class Answer(NamedTuple):
    """An answer to a survey."""

    firm: int
    satisfaction: float
    recommend: int


def quick_philox(
    customer: int, week: int, stream: int, k: int, seed: int, replicate: int
) -> tuple[np.uint32, np.uint32, np.uint32, np.uint32]:
    """`sim.draws.philox` in Python's own whole numbers, which is several times faster where nothing is compiled."""
    c0, c1, c2, c3, k0, k1 = customer, week, stream, k, seed, replicate
    for _ in range(10):
        p0, p1 = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & _LOW, (p0 >> 32) ^ c3 ^ k1, p0 & _LOW
        k0, k1 = (k0 + 0x9E3779B9) & _LOW, (k1 + 0xBB67AE85) & _LOW
    return U32(c0), U32(c1), U32(c2), U32(c3)


class QuickWalk(Walk):
    """The walk, drawing with `quick_philox`."""

    def _draw(self, c: Customer, stream: Stream, k: int) -> Any:
        context = self.context
        return quick_philox(
            int(c.number), int(self.week), int(stream), k, int(context.seed), int(context.replicate)
        )


class Notes(QuickWalk):
    """Walks through the week of single customers and notes what happens. people: as they were before the week."""

    def __init__(self, people: Population, *, told: Told, rules: BehaviourNumbers) -> None:
        # What she tells her friends has been told: it goes nowhere.
        circle = told.circle._replace(says=np.zeros_like(told.circle.says))
        super().__init__(people, told=told._replace(circle=circle), rules=rules)
        self._owned = {int(firm): p for p, firm in enumerate(self.terms.firm)}
        self._lived = Lived([], [], [])

    def week_of(self, number: int) -> Lived:
        """The week of one customer, by her number from 0."""
        self._lived = Lived([], [], [])
        self.live_customer(number)
        return self._lived

    def _ours(self) -> NDArray[np.int64]:
        ours: NDArray[np.int64] = self.tally[self.seg]
        return ours

    def _note(self, before: NDArray[np.int64]) -> None:
        """What has happened since, apart from a purchase."""
        flow = self._ours() - before
        for f, p in self._owned.items():
            self._lived.began.extend(moved(flow[f, 1], p))
        for kind, what in CONTACTS.items():
            for f, count in enumerate(flow[:, :, what].sum(axis=1).tolist()):
                if count:
                    self._lived.contacts.append((kind, f, count))

    def keep_account(self, reals: Any, wholes: Any, j: int, number: int, p: int) -> None:
        """What a membership does at the start of the week."""
        before = self._ours().copy()
        super().keep_account(reals, wholes, j, number, p)
        self._note(before)

    def live(self, c: Customer, u_leave: Any, u_drift: Any, u_which: Any) -> None:
        """Who leaves loses what is on her account."""
        before = self._ours().copy()
        super().live(c, u_leave, u_drift, u_which)
        self._note(before)

    def hear(self, c: Customer) -> int:
        """What reaches her."""
        before = self._ours().copy()
        reminded = super().hear(c)
        self._note(before)
        return reminded

    def purchase(self, c: Customer, k: int) -> None:
        """One purchase, or none."""
        before = self._ours().copy()
        super().purchase(c, k)
        flow = self._ours() - before
        bought = np.argwhere(flow[:, :, Tally.PURCHASES])
        if not len(bought):
            return
        firm, member = bought[0].tolist()
        till, programme = flow[firm, member], int(self.programme_of[firm])
        self._lived.purchases.append(
            Purchase(
                firm=firm,
                cents=int(till[Tally.REVENUE]),
                discount=int(till[Tally.DISCOUNT]),
                member=bool(member),
                returned=bool(till[Tally.RETURNED]),
                joined=programme if flow[firm, 1, Tally.JOINED] else -1,
                entries=tuple(moved(flow[firm, 1], programme, "purchase")) if programme >= 0 else (),
            )
        )

    def count(self, c: Customer) -> None:
        """What she is at the end of the week is told by her columns."""


class Interviews(QuickWalk):
    """The survey of a week. people: as they are after it."""

    def answers_of(self, number: int) -> list[Answer]:
        """What one customer, by her number from 0, answers the firms that ask her."""
        people, week, lapse_weeks = self.population, self.context.week, self.context.lapse_weeks
        b, j = people.place_of(number)
        self.seg = int(people.block_segment[b])
        network = self.told.circle.friends.size > 0
        c = Customer(number, people.reals[b], people.wholes[b], j, people.firms, network)
        said: list[Answer] = []
        for f in np.flatnonzero(self.told.surveys.now).tolist():
            if c.is_active(f, week, lapse_weeks):
                before = int(self.tally[..., Tally.ASKED].sum())
                self.ask(c, f, self._is_member(c, f))
                if self.tally[..., Tally.ASKED].sum() > before:
                    w0, _, w2, _ = self._draw(c, Stream.SURVEY, 0)
                    mark = answer(c.satisfaction[f], c.attachment[f], normal_quantile(unit(w0)))
                    satisfaction = float(stated(c.satisfaction[f], normal_quantile(unit(w2))))
                    said.append(Answer(f, satisfaction, min(max(int(mark), 0), 10)))
        return said


def moved(flow: NDArray[np.int64], programme: int, earned: str = "bonus") -> list[Entry]:
    """Movements on an account, from the tally of one thing that happened to one member.

    earned: what earnings are for that the tally has no name for. In an order in which no balance falls below zero.
    """
    n = flow.tolist()
    plain = n[Tally.POINTS_EARNED] - n[Tally.OUTSIDE_POINTS] - n[Tally.STOLEN_BACK]
    rows = [
        (POINTS, "expire", "age", -n[Tally.POINTS_EXPIRED]),
        (POINTS, "adjust", "returned_goods", -n[Tally.POINTS_REVERSED]),
        (POINTS, "redeem", "reward", n[Tally.PAID_OUT] - n[Tally.POINTS_REDEEMED]),
        (POINTS, "earn", earned, plain),
        (POINTS, "earn", "outside", n[Tally.OUTSIDE_POINTS]),
        (POINTS, "adjust", "stolen", -n[Tally.POINTS_STOLEN]),
        (POINTS, "adjust", "given_back", n[Tally.STOLEN_BACK]),
        (POINTS, "redeem", "cheque", -n[Tally.PAID_OUT]),
        (POINTS, "adjust", "membership_ended", -n[Tally.POINTS_FORFEITED]),
        (STAMPS, "redeem", "reward", -n[Tally.STAMPS_HANDED_IN]),
        (STAMPS, "earn", earned, n[Tally.STAMPS_GIVEN]),
        (STAMPS, "expire", "lost", -n[Tally.STAMPS_FORFEITED]),
    ]
    if n[Tally.JOINED]:  # welcome points may be spent at once
        rows.sort(key=lambda row: row[1] != "earn")
    return [Entry(programme, *row) for row in rows if row[3]]
