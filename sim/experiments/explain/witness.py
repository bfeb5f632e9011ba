"""Diaries for a week at a time: those who parted this week are looked at closely, and nobody else.

A pair of markets is lived once more; before each week, diaries are given to the customers whose week it is. A diary
changes nothing that is lived, so the second run is the first one again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sim.draws import U32
from sim.experiments.explain.causes import Seen, first_cause, turning_cause
from sim.experiments.explain.lives import NEVER
from sim.population.columns import ENTERED
from sim.population.diary import Cast, Diaries
from sim.population.page import Page
from sim.population.told import Told
from sim.population.trade import dealer_of
from sim.scenario import Programme

if TYPE_CHECKING:
    from sim.market import Market


class Witness(Diaries):
    """Diaries that keep what was told and how customers were, before and after the week."""

    week_told: Told

    def open(self, told: Told, programmes: Sequence[Programme | None] = ()) -> None:
        """Before a week is lived."""
        super().open(told, programmes)
        self.week_told, self.pages = told, dict(zip(self, self._pages(), strict=True))

    def seen(self) -> dict[int, Seen]:
        """After it: the week of each customer, by unique_id."""
        after = dict(zip(self, self._pages(), strict=True))
        return {customer: self._seen(customer, after[customer]) for customer in self}

    def _seen(self, customer: int, after: Page) -> Seen:
        moments = tuple(moment for entry in self[customer].entries for moment in entry.moments)
        return Seen(self.pages[customer], after, self.week_told, moments, self._dealer(customer))

    def _dealer(self, customer: int) -> int:
        told = self.week_told
        dealers, entered = len(told.outlets.carries), self.pages[customer].wholes[ENTERED]
        if not dealers:
            return -1
        return int(dealer_of(U32(customer - 1), entered, dealers, told.context.seed, told.context.replicate))


def causes(
    ours: Market,
    theirs: Market,
    weeks: dict[int, tuple[int, int]],
    watch: Callable[[], None],
) -> dict[int, tuple[str, str]]:
    """unique_id -> (first cause, cause at the turn; empty for one whose purchases never differ).

    ours, theirs: the two markets before their first week, made with a diary at least. weeks: by unique_id, the first
    week in which her life differed and the first in which her purchases did (NEVER for none).
    """
    casts = [next(iter(market.diaries.values())).cast for market in (ours, theirs)]
    by_week: dict[int, list[int]] = {}
    for customer, pair in weeks.items():
        for week in sorted({week for week in pair if week != NEVER}):
            by_week.setdefault(week, []).append(customer)
    first, turn = dict.fromkeys(weeks, ""), dict.fromkeys(weeks, "")
    for week in range(max(by_week, default=-1) + 1):
        watch()
        whom = by_week.get(week, [])
        seen = [_lived(market, whom, cast) for market, cast in zip((ours, theirs), casts, strict=True)]
        for customer in whom:
            lives = seen[0][customer], seen[1][customer]
            if week == weeks[customer][0]:
                first[customer] = first_cause(*lives, ours.focus)
            if week == weeks[customer][1]:
                turn[customer] = turning_cause(*lives, ours.focus)
    return {customer: (first[customer], turn[customer]) for customer in weeks}


def _lived(market: Market, whom: Sequence[int], cast: Cast) -> dict[int, Seen]:
    witness = Witness(market.population, whom, cast, market.rules)
    market.diaries = witness
    market.step()
    return witness.seen() if whom else {}
