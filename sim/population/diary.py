"""Diaries: what happened to some customers week by week, and what they felt.

    market = sim.Market(world, diaries=12).run()   # or diaries=[17, 42], by unique_id
    list(market.diaries)                           # who keeps one
    print(market.diary(17))                        # a story
    market.diary(17).frame()                       # a table

A diary is read off the columns before and after a week, and the week of a member is lived once more on a copy of
them; the market lives on as if nobody looked. Its cost depends on how many keep one, not on the size of the market.
A diary is that of a place in the market: who takes over a place writes on in it, as the next person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, words
from sim.population.columns import ATTACHMENT, EXPECTATION, GRIEVANCE, HAPPENED, SATISFACTION, TRUST
from sim.population.deeds import Deeds, Wording, changed, pooled
from sim.population.moments import ENTERED_MARKET, LEFT_MARKET
from sim.population.page import Moment, Page, Week, newborn
from sim.population.population import Population
from sim.population.replay import Alone, Replay
from sim.population.told import Told
from sim.rules import BehaviourNumbers
from sim.scenario import Programme
from sim.scenario.errors import Fault, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

_DIARY = 2**32 - 1
"""The week in the name of the draws that say who keeps a diary: no week of a market."""
_FEELINGS = (SATISFACTION, TRUST, ATTACHMENT, EXPECTATION)


class Feeling(NamedTuple):
    """What a customer feels about a firm."""

    satisfaction: float
    """index 0-100"""
    trust: float
    """share"""
    attachment: float
    """10 index points"""
    expectation: float
    """index 0-100"""


@dataclass(frozen=True)
class Cast:
    """Names in a story."""

    firms: tuple[str, ...]
    programmes: tuple[int, ...]
    """number of the firm of each programme"""
    segments: tuple[str, ...]
    currency: str
    burn_in: int
    design: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One week of a diary."""

    week: int
    person: int
    """the first, second ... to hold the place"""
    moments: tuple[Moment, ...]
    """in the order of a week"""
    grievance: float
    """what an unsettled failure still hurts at the end of the week, index points"""
    minds: NDArray[np.float32] = field(repr=False)
    """firm x (satisfaction, trust, attachment, expectation), at the end of the week"""
    firms: tuple[str, ...] = field(repr=False)

    @property
    def feelings(self) -> dict[str, Feeling]:
        """What she felt about each firm at the end of the week."""
        return {name: Feeling(*row) for name, row in zip(self.firms, self.minds.tolist(), strict=True)}


@dataclass
class Person:
    """Who held a place for a while, as the diary met her and as it saw her last."""

    number: int
    week: int
    first: Page
    last: Page


class Diary:
    """The diary of one customer. `str()` tells it as a story, and a notebook shows it so."""

    def __init__(self, customer: int, segment: str, cast: Cast) -> None:
        self.customer = customer
        """unique_id"""
        self.segment, self.cast = segment, cast
        self.entries: list[Entry] = []
        self.people: list[Person] = []
        self.wording: tuple[Wording, ...] = tuple(Wording() for _ in cast.programmes)
        """names in each programme, as they were last"""

    def _greet(self, week: int, page: Page) -> None:
        self.people.append(Person(len(self.people) + 1, week, page, page))

    def _write(self, week: int, moments: Sequence[Moment], page: Page) -> None:
        minds = np.array([[page.felt(kind, f) for kind in _FEELINGS] for f in range(page.firms)], np.float32)
        grievance, person = page.reals[GRIEVANCE], len(self.people)
        self.entries.append(Entry(week, person, tuple(moments), grievance, minds, self.cast.firms))
        self.people[-1].last = page

    def live(
        self,
        before: Page,
        after: Page,
        told: Told,
        rules: BehaviourNumbers,
        said: Sequence[int],
        wording: Sequence[Wording] = (),
        replay: Replay | None = None,
        began: Sequence[Moment] = (),
    ) -> None:
        """One week more; said: the messages of her friends that she may have heard in it.

        wording: names in the programmes as they are this week; replay: her week once more, if she is or was a
        member; began: what happened to her memberships before all else.
        """
        week, names = told.context.week, self.cast.firms
        was, self.wording = self.wording, tuple(wording) or self.wording
        deeds = Deeds(replay.deeds if replay else (), self.customer - 1, told, names, self.wording)
        happened = after.wholes[HAPPENED]
        returns = replay.brought_back if replay else {}
        if before.alive:
            past = []
            if not self.people:
                self._greet(week, before)
            elif self.entries:
                past = changed(self.people[-1].last, before, told, names, was, self.wording)
            lived = Week(
                before, after, told, rules, names, said, began=[*began, *deeds.beginning()],
                took_part=deeds.purchases(), brought_back=returns,
            )  # fmt: skip
            past += lived.leaving()
            if not happened & (LEFT_MARKET | ENTERED_MARKET):
                self._write(week, past + lived.living(), after)
                return
            self._write(week, past, before)
        if happened & ENTERED_MARKET:
            fresh = newborn(after, told, rules)
            self._greet(week, fresh)
            lived = Week(
                fresh, after, told, rules, names, said, took_part=deeds.purchases(), brought_back=returns
            )
            self._write(week, lived.living(), after)

    def frame(self) -> pd.DataFrame:
        """Tidy table of all moments: customer, person, week, measured, moment, firm, number, detail, feelings.

        One row a moment, in order. firm: "A or B" where it was one of them; the feelings are those about the
        firm at the end of the week, NaN where there is not one firm. See `Moment` for number and detail.
        """
        import pandas as pd

        rows = []
        for entry in self.entries:
            feelings = entry.feelings
            for moment in entry.moments:
                about = feelings[moment.firms[0]] if len(moment.firms) == 1 else Feeling(*[float("nan")] * 4)
                rows.append(
                    (self.customer, entry.person, entry.week, entry.week >= self.cast.burn_in, moment.name,
                     " or ".join(moment.firms), moment.number, moment.detail, *about)
                )  # fmt: skip
        names = ["customer", "person", "week", "measured", "moment", "firm", "number", "detail"]
        return pd.DataFrame(rows, columns=[*names, *Feeling._fields])

    def feelings(self) -> pd.DataFrame:
        """Tidy table of what she felt: week x firm, whatever happened; units as in `Feeling`."""
        import pandas as pd

        rows = [
            (self.customer, entry.person, entry.week, firm, *felt)
            for entry in self.entries
            for firm, felt in entry.feelings.items()
        ]
        return pd.DataFrame(rows, columns=["customer", "person", "week", "firm", *Feeling._fields])

    def __str__(self) -> str:
        from sim.population.story import Story

        return Story(self).text()

    def _repr_html_(self) -> str:
        from sim.population.story import Story

        return Story(self).html()

    def __repr__(self) -> str:
        return f"<Diary of customer {self.customer}, {self.segment}: {len(self.entries)} entries>"


class Diaries(Mapping[int, Diary]):
    """All diaries of a market, by the unique_id of the customer.

    wanted: how many (sampled by named draws, every segment its part) or whose. ScenarioError for customers that
    are not there.
    """

    def __init__(
        self, population: Population, wanted: int | Sequence[int], cast: Cast, rules: BehaviourNumbers
    ) -> None:
        self._population, self._rules = population, rules
        rows = _chosen(population, wanted)
        self._rows = rows
        self._by_id = {r + 1: Diary(r + 1, cast.segments[int(population.segment_of(r))], cast) for r in rows}
        places = [population.place_of(r) for r in rows]
        self._blocks = np.array([b for b, _ in places], np.int64)
        self._slots = np.array([j for _, j in places], np.int64)
        self._told: Told | None = None
        self._firms = cast.firms
        self._befallen: dict[int, list[Moment]] = {}
        self._before: list[Page] = []
        self._alone: list[Alone] = []
        self._wording: tuple[Wording, ...] = ()
        self._said: list[list[int]] = []

    def __getitem__(self, customer: int) -> Diary:
        try:
            return self._by_id[customer]
        except (KeyError, TypeError):
            raise KeyError(self._missing(customer)) from None

    def __iter__(self) -> Iterator[int]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def _missing(self, customer: Any) -> str:
        if not isinstance(customer, int) or not 1 <= customer <= len(self._population):
            return f"there is no customer {customer!r}; ids run from 1 to {len(self._population)}"
        ids = [str(i) for i in self]
        kept = ", ".join(ids[:12]) + (", ..." if len(ids) > 12 else "") if ids else "nobody"
        return (
            f"customer {customer} keeps no diary ({kept} does); it is asked for when the market is made: "
            f"sim.Market(world, diaries=[{customer}])"
        )

    def open(self, told: Told, programmes: Sequence[Programme | None] = ()) -> None:
        """Before a week is lived: how the customers are, and what their friends said last week.

        programmes: as they are this week, for the names in them.
        """
        if not self._by_id:
            return
        self._told, self._before = told, self._pages()
        self._alone = [Alone(self._population, r, told) for r in self._rows]
        self._wording = tuple(Wording.of(programme) for programme in programmes)
        circle = told.circle
        self._said = [
            circle.said[circle.friends[circle.start[r] : circle.start[r + 1]]].tolist()
            if circle.friends.size
            else []
            for r in self._rows
        ]

    def befall(self, name: str, firm: int, whom: NDArray[np.int64]) -> None:
        """Something of page.HAPPENINGS has happened to these customers (counted from 0) before the week that is next
        written; firm: by its number."""
        if self._by_id and len(whom):
            moment = Moment(name, (self._firms[firm],))
            for row in sorted(set(self._rows) & set(whom.tolist())):
                self._befallen.setdefault(row, []).append(moment)

    def write(self) -> None:
        """After it: the week's entries."""
        if self._told is None:
            return
        told, layout = self._told, self._population.layout
        for row, diary, before, after, said, alone in zip(
            self._rows,
            self._by_id.values(),
            self._before,
            self._pages(),
            self._said,
            self._alone,
            strict=True,
        ):
            began = self._befallen.get(row, []) + pooled(
                before, alone.wholes[0], layout, told, diary.cast.firms
            )
            replay = Replay(alone, told=told, rules=self._rules) if _concerns(before, after, told) else None
            diary.live(before, after, told, self._rules, said, self._wording, replay, began)
        self._told, self._befallen = None, {}

    def _pages(self) -> list[Page]:
        reals = self._population.reals[self._blocks, :, self._slots].tolist()
        wholes = self._population.wholes[self._blocks, :, self._slots].tolist()
        people = self._population
        return [Page(r, w, people.firms, people.layout) for r, w in zip(reals, wholes, strict=True)]


def _concerns(before: Page, after: Page, told: Told) -> bool:
    """Whether a week has more to tell than its columns show: of a member, or of goods brought back."""
    member = any(before.is_member(p) or after.is_member(p) for p in range(len(told.terms.firm)))
    week = told.context.week
    return member or any(
        told.posted.returns[f] > 0 and after.last_week(f) == week for f in range(after.firms)
    )


def _chosen(population: Population, wanted: int | Sequence[int]) -> list[int]:
    """Rows of those who keep a diary, ascending."""
    most = len(population)
    if isinstance(wanted, (int, np.integer)) and not isinstance(wanted, bool):
        if not 0 <= wanted <= most:
            text = f"diaries must be from 0 to {most}, the customers there are, not {wanted}"
            raise ScenarioError([Fault(text)])
        return _sampled(population, int(wanted))
    ids = list(wanted) if isinstance(wanted, (Sequence, np.ndarray)) else [wanted]
    for i in ids:
        if isinstance(i, bool) or not isinstance(i, (int, np.integer)) or not 1 <= i <= most:
            text = f"diaries: there is no customer {i!r}; ids run from 1 to {most}"
            raise ScenarioError([Fault(text)])
    return sorted({int(i) - 1 for i in ids})


def _sampled(population: Population, count: int) -> list[int]:
    """Rows sampled by named draws: every segment its part by size, the smallest too where there are enough."""
    sizes = np.array(population.sizes, np.int64)
    there = (sizes > 0).astype(np.int64)
    parts = np.minimum(there if count >= there.sum() else 0 * there, sizes)
    while parts.sum() < count:
        short = np.where(parts < sizes, count * sizes / sizes.sum() - parts, -np.inf)
        parts[int(short.argmax())] += 1
    rows: list[int] = []
    starts = np.cumsum([0, *population.sizes])
    for segment, (part, size) in enumerate(zip(parts.tolist(), sizes.tolist(), strict=True)):
        chosen: set[int] = set()
        k = 0
        while len(chosen) < part:
            drawn = words(
                seed=int(population.seed),
                replicate=int(population.replicate),
                stream=Stream.SAMPLE,
                customer=segment,
                week=_DIARY,
                k=np.arange(k, k + 2 * part),
            )
            k += 2 * part
            wide = drawn[:, 0].astype(np.uint64) << np.uint64(32) | drawn[:, 1].astype(np.uint64)
            for row in (wide % np.uint64(size)).tolist():
                if len(chosen) < part:
                    chosen.add(row)
        rows += sorted(int(starts[segment]) + row for row in chosen)
    return rows
