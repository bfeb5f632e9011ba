"""Writes down what a market lives, week by week, and asks each week whether it all adds up.

The market lives its own week. Whoever bought, or whose account moved, is then walked through it once more (`Notes`) on
a copy of the columns from before it. Three things must agree, to the bit and to the cent: the columns of everybody
walked with those of the market after the week; the sums of all that was noted with the market's tally; the balances of
the ledger with the accounts. Where the sums do not agree, everybody is walked.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.export.accounts import balances, memberships
from sim.experiments.export.calendar import DAYS, Calendar
from sim.experiments.export.errors import DoesNotAddUp
from sim.experiments.export.files import Tables
from sim.experiments.export.notes import CONTACTS, POINTS, STAMPS, UNITS, Entry, Interviews, Lived, Notes
from sim.experiments.export.persons import Persons
from sim.experiments.export.rfm import Summaries
from sim.measures.tally import Tally
from sim.population.membership import pool
from sim.population.moments import CONTACTED
from sim.population.population import Population
from sim.population.told import Rule, Told

if TYPE_CHECKING:
    from sim.market import Market

TILL = (Tally.PURCHASES, Tally.REVENUE, Tally.DISCOUNT, Tally.RETURNED, Tally.RETURNED_CENTS)
EARNED = {POINTS: (Tally.POINTS_EARNED,), STAMPS: (Tally.STAMPS_GIVEN,)}
GONE = {
    POINTS: (Tally.POINTS_REDEEMED, Tally.POINTS_EXPIRED, Tally.POINTS_FORFEITED, Tally.POINTS_REVERSED,
             Tally.POINTS_STOLEN),
    STAMPS: (Tally.STAMPS_HANDED_IN, Tally.STAMPS_FORFEITED),
}  # fmt: skip
_Row = tuple[int, int, tuple[object, ...]]


class Recorder:
    """Watches a market that has not begun. firm: only what this one sees (None: all); contacts: whether contacts and
    personal offers are noted, which takes a walk of everybody who got one.
    """

    def __init__(
        self, market: Market, tables: Tables, calendar: Calendar, *, firm: str | None, contacts: bool
    ) -> None:
        world = market.world
        self.names = world.firm_names
        self.persons = Persons(market.population, tuple(s.name for s in world.customers.segments), self.names)
        self.summaries = Summaries()
        self.walked = 0
        """customer-weeks that were walked"""
        self._market, self._tables, self._calendar = market, tables, calendar
        self._only = None if firm is None else self.names.index(firm)
        self._contacts = contacts
        self._balance, self._since = balances(market.population), memberships(market.population)
        (step,) = [step for step in market.plan if step.name == "customers"]
        self._live, step.act = step.act, self._week

    def _week(self, market: Market) -> None:
        told, people = market.told(), market.population
        was = copy.copy(people)
        was.reals, was.wholes = people.reals.copy(), people.wholes.copy()
        last, opening = self.persons.last(), balances(people)
        self._live(market)
        for p in range(people.programmes):
            if told.terms.rule[p, Rule.HOUSEHOLD] > 1:
                for b, size in enumerate(people.block_size):
                    pool(was.wholes[b], int(size), people.firms, p, told.terms)
        pooled, closing = balances(was), balances(people)
        notes = Notes(was, told=told, rules=market.rules)
        lived = self._walk(notes, people, pooled, closing, told)
        flow = market.tallies[-1].sum(axis=0) - notes.tally.sum(axis=0)
        if not self._agrees(flow, opening, told):
            rest = sorted(set(range(len(people))) - set(lived))
            lived |= {number: notes.week_of(number) for number in rest}
            flow = market.tallies[-1].sum(axis=0) - notes.tally.sum(axis=0)
            if not self._agrees(flow, opening, told):
                raise DoesNotAddUp(f"week {market.week}: the log does not add up to the tally of the market")
        self._check_columns(was, people, lived, market.week)
        self.walked += len(lived)
        self._write(lived, last, (opening, pooled, closing), flow, told)

    def _walk(
        self,
        notes: Notes,
        people: Population,
        pooled: NDArray[np.int64],
        closing: NDArray[np.int64],
        told: Told,
    ) -> dict[int, Lived]:
        """Whoever bought, or whose account moved, or who was contacted."""
        last = np.array([people.column("last_week", f) for f in range(people.firms)])
        busy = (last == told.context.week).any(axis=0) | (pooled != closing).any(axis=(0, 1))
        if self._contacts:
            busy |= (people.column("happened") & CONTACTED) != 0
        return {number: notes.week_of(number) for number in np.flatnonzero(busy).tolist()}

    def _agrees(self, rest: NDArray[np.int64], opening: NDArray[np.int64], told: Told) -> bool:
        """Whether what the market counted beyond the notes is what changes of programmes did before the week.

        rest: firm x membership x TALLIES.
        """
        wanted = [*TILL, Tally.JOINED, *(CONTACTS.values() if self._contacts else ())]
        if rest[..., wanted].any():
            return False
        changed = (opening - self._balance).sum(axis=2)
        for unit in (POINTS, STAMPS):
            flows = rest[:, :, [*EARNED[unit], *GONE[unit]]].sum(axis=1)
            if not (opening[:, unit] != self._balance[:, unit]).any():
                if flows.any():
                    return False
                continue
            net = flows[:, : len(EARNED[unit])].sum(axis=1) - flows[:, len(EARNED[unit]) :].sum(axis=1)
            at_owners = np.zeros_like(net)
            at_owners[told.terms.firm] = changed[:, unit]
            if (net != at_owners).any():
                return False
        return True

    @staticmethod
    def _check_columns(was: Population, people: Population, lived: Iterable[int], week: int) -> None:
        places = [people.place_of(number) for number in lived]
        blocks, slots = [b for b, _ in places], [j for _, j in places]
        for mine, theirs in ((was.reals, people.reals), (was.wholes, people.wholes)):
            same: Any = mine[blocks, :, slots] == theirs[blocks, :, slots]
            if not same.all():
                raise DoesNotAddUp(f"week {week}: a customer's week came out differently when it was walked")

    # --- writing ------------------------------------------------------------------------------------------

    def _write(
        self,
        lived: dict[int, Lived],
        last: dict[str, NDArray[np.float64]],
        accounts: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
        rest: NDArray[np.int64],
        told: Told,
    ) -> None:
        opening, pooled, closing = accounts
        people, week = self._market.population, told.context.week
        before = {place: self.persons.name(place) for place in lived}
        entries: dict[int, list[tuple[int, str, Entry]]] = {}

        def note(place: int, day: int, name: str, entry: Entry) -> None:
            entries.setdefault(place, []).append((day, name, entry))

        monday = DAYS * week
        for p, unit, place in np.argwhere(opening != self._balance).tolist():
            paid = unit == POINTS and rest[told.terms.firm[p], :, Tally.POINTS_REDEEMED].any()
            amount = int(opening[p, unit, place] - self._balance[p, unit, place])
            kind = "redeem" if paid else "adjust"
            note(place, monday, self.persons.name(place), Entry(p, unit, kind, "programme_changed", amount))
        for p, unit, place in np.argwhere(pooled != opening).tolist():
            amount = int(pooled[p, unit, place] - opening[p, unit, place])
            note(place, monday, self.persons.name(place), Entry(p, unit, "adjust", "household", amount))
        members = self._departures(told)
        self.persons.live(week, last)
        transactions: list[_Row] = []
        contacts: list[_Row] = []
        for place, one in lived.items():
            for entry in one.began:
                note(place, monday, before[place], entry)
            name = self.persons.name(place)
            days = self._calendar.days(place, week, len(one.purchases)) if one.purchases else []
            for day, bought in zip(days, one.purchases, strict=True):
                for entry in bought.entries:
                    note(place, day, name, entry)
                if bought.joined >= 0 and self._sees(int(told.terms.firm[bought.joined])):
                    firm = self.names[int(told.terms.firm[bought.joined])]
                    members.append((day, place, (name, self._date(day), week, firm, "join")))
                if self._sees(bought.firm):
                    transactions.append((day, place, self._transaction(name, day, week, bought)))
                    self.summaries.add(name, day, bought.cents)
            contacts += [
                (monday, place, (name, self._date(monday), week, self.names[f], kind, count))
                for kind, f, count in one.contacts
                if self._sees(f)
            ]
        ledger = self._ledger(entries, closing, told)
        surveys = self._surveys(people, told)
        for table, rows in {
            "transactions": transactions, "ledger": ledger, "members": members, "surveys": surveys,
            "contacts": contacts,
        }.items():  # fmt: skip
            if table in self._tables.rows:
                self._tables.write(table, (row for _, _, row in sorted(rows, key=lambda row: row[:2])))
        self._write_prices(week)
        self._balance, self._since = closing, memberships(people)

    def _sees(self, firm: int) -> bool:
        return self._only is None or firm == self._only

    def _date(self, day: int) -> str:
        return self._calendar.date(day).isoformat()

    def _transaction(self, name: str, day: int, week: int, bought: Any) -> tuple[object, ...]:
        def points(kind: str, unit: int) -> int:
            return sum(abs(e.amount) for e in bought.entries if e.unit == unit and e.kind == kind)

        return (
            name, self._date(day), bought.cents / 100, self.names[bought.firm], week, bought.discount / 100,
            int(bought.member), points("earn", POINTS), points("redeem", POINTS), int(bought.returned),
        )  # fmt: skip

    def _departures(self, told: Told) -> list[_Row]:
        """Memberships that have ended since the last week's end."""
        week = told.context.week
        now, rows, day = memberships(self._market.population), list[_Row](), DAYS * week
        for p, place in np.argwhere((self._since >= 0) & (now != self._since)).tolist():
            firm = int(told.terms.firm[p])
            if self._sees(firm):
                row = (self.persons.name(place), self._date(day), week, self.names[firm], "leave")
                rows.append((day, place, row))
        return rows

    def _ledger(
        self, entries: dict[int, list[tuple[int, str, Entry]]], closing: NDArray[np.int64], told: Told
    ) -> list[_Row]:
        """The movements of the week, each with the balance after it; the last must be the balance of the account."""
        rows, balance = list[_Row](), self._balance.copy()
        for place, moves in entries.items():
            for day, name, entry in moves:
                p, unit = entry.programme, entry.unit
                balance[p, unit, place] += entry.amount
                firm = int(told.terms.firm[p])
                if self._sees(firm):
                    now = int(balance[p, unit, place])
                    row = (name, self._date(day), told.context.week, self.names[firm], UNITS[unit], entry.kind,
                           entry.reason, entry.amount, now)  # fmt: skip
                    rows.append((day, place, row))
        if (balance != closing).any():
            raise DoesNotAddUp(
                f"week {told.context.week}: a ledger does not end in the balance of its account"
            )
        return rows

    def _surveys(self, people: Population, told: Told) -> list[_Row]:
        """Who answered the firms that ask this week: on its last day."""
        rows: list[_Row] = []
        firms = np.flatnonzero(told.surveys.now)
        if not len(firms):
            return rows
        week, day = told.context.week, DAYS * told.context.week + DAYS - 1
        recent = [week - people.column("last_week", f) <= told.context.lapse_weeks for f in firms.tolist()]
        asked = np.flatnonzero(np.any(recent, axis=0) & (people.column("alive") == 1))
        interviews = Interviews(people, told=told, rules=self._market.rules)
        for place in asked.tolist():
            name = self.persons.name(place)
            for said in interviews.answers_of(place):
                if self._sees(said.firm):
                    row = (name, self._date(day), week, self.names[said.firm], round(said.satisfaction, 2),
                           said.recommend)  # fmt: skip
                    rows.append((day, place, row))
        counted = self._market.tallies[-1][..., Tally.ASKED].sum(axis=(0, 2))
        if (interviews.tally[..., Tally.ASKED].sum(axis=(0, 2)) != counted).any():
            raise DoesNotAddUp(f"week {week}: the answers do not add up to the tally of the market")
        return rows

    def _write_prices(self, week: int) -> None:
        posted = self._market.prices[-1].tolist()
        rows = [
            (self._date(DAYS * week), week, n, price) for n, price in zip(self.names, posted, strict=True)
        ]
        self._tables.write("prices", rows)
