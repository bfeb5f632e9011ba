"""Deferred revenue: what customers have paid at the till for points they have yet to use.

Points are a right to goods that is bought along with the goods. So part of what is paid is not earned until the
points are used, or until nobody will use them any more:

    allocated   = price × S / (G + S);   G, S: stand-alone selling prices of the goods and of the points;
                  S = points × worth of a point × (1 - expected breakage)
    recognised  = allocated × points redeemed / points expected to be redeemed, both since the points were issued
    deferred    = allocated - recognised

Points are followed by issue cohort, all points of `cohort_weeks` weeks together. The books know weekly totals only:
points redeemed, expired or forfeited are taken to be the oldest there are, points taken back for returned goods the
newest, which take their part of the allocation with them. Breakage is recognised as points are redeemed
(proportional method). When the expectation of a cohort changes, what is recognised catches up at once; what was
allocated never changes. With the last point of a cohort, the rest of its money is recognised.

Points only; stamp cards are carried at cost (sim/firms/points.py). Points sold to others (a partner firm, a shop
outside the category) are deferred at the whole price that was paid for them. These are the accounts for a statutory
report; the ledger that profit is read from carries the same points at what they will cost.

Source: IFRS 15, B39-B43 (options for additional goods), B44-B47 (unexercised rights), 73-80 (allocation), 88 (later
changes), Example 52; ASC 606-10-55-41 to 55-49.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.scenario import Programme

if TYPE_CHECKING:
    import pandas as pd

YEAR = 52


def allocate(price: int, goods: float, points: float) -> int:
    """Cents of a price that are paid for the points, when goods and points have these stand-alone prices (cents)."""
    whole = goods + points
    return min(price, round(price * points / whole)) if whole > 0 and price > 0 else 0


@dataclass(frozen=True)
class DeferralTerms:
    """What the owner of a programme lays down for its points.

    expected_breakage: share of points that is expected never to be redeemed, before anything is known.
    revise_every: weeks between two looks at a cohort. stand_alone: cents that one redeemed point is worth.
    """

    expected_breakage: float = 0.0
    revise_every: int = YEAR
    stand_alone: float = 0.0


def deferral_terms(programme: Programme | None) -> DeferralTerms | None:
    """Those of a programme; None without points. A point stands alone at the face value of the cheapest reward."""
    if programme is None or programme.points is None:
        return None
    books, cheapest = programme.books, programme.points.menu[0]
    worth = cheapest.worth / cheapest.points if books.stand_alone is None else books.stand_alone
    return DeferralTerms(books.expected_breakage, books.revise_every, 100.0 * worth)


class PointsWeek(NamedTuple):
    """A week of the points of one firm.

    paid: cents paid by members, earning points. listed: cents at which the same goods stand at posted prices.
    sold: cents that others paid for points issued. All else in points: bought are those earned that others paid for;
    stolen points count as redeemed.
    """

    paid: int = 0
    listed: int = 0
    sold: int = 0
    earned: int = 0
    redeemed: int = 0
    lost: int = 0
    reversed: int = 0
    bought: int = 0


@dataclass
class Cohort:
    """Points issued in the same year, and the cents that were paid for them."""

    opened: int
    first_estimate: float
    expected_breakage: float = field(init=False)
    issued: int = 0
    """points, less those taken back"""
    redeemed: int = 0
    lost: int = 0
    allocated: int = 0
    """cents"""

    def __post_init__(self) -> None:
        self.expected_breakage = self.first_estimate

    @property
    def outstanding(self) -> int:
        """Points that may still be redeemed."""
        return self.issued - self.redeemed - self.lost

    @property
    def expected(self) -> float:
        """Points expected to be redeemed in all: no fewer than have been, no more than still can be."""
        wanted = self.issued * (1.0 - self.expected_breakage)
        return float(min(max(wanted, self.redeemed), self.redeemed + self.outstanding))

    @property
    def recognised(self) -> int:
        """Cents earned so far."""
        expected = self.expected
        if expected <= self.redeemed:
            return self.allocated
        return min(self.allocated, round(self.allocated * self.redeemed / expected))

    @property
    def deferred(self) -> int:
        """Cents still owed."""
        return self.allocated - self.recognised

    def issue(self, points: int, cents: int) -> None:
        """Add points and what was paid for them."""
        self.issued += points
        self.allocated += cents

    def take_back(self, points: int) -> None:
        """Take points back with their part of the allocation."""
        if points:
            self.allocated -= round(self.allocated * points / self.issued)
            self.issued -= points


class Deferral:
    """The deferred revenue of one firm, by issue cohort and week."""

    def __init__(self, cohort_weeks: int = YEAR) -> None:
        self.cohort_weeks = cohort_weeks
        self.cohorts: list[Cohort] = []
        self._weeks: list[tuple[int, int]] = []

    @property
    def allocated(self) -> int:
        """Cents paid for points so far, less those given back."""
        return sum([cohort.allocated for cohort in self.cohorts])

    @property
    def recognised(self) -> int:
        """Cents of these that are earned."""
        return sum([cohort.recognised for cohort in self.cohorts])

    @property
    def liability(self) -> int:
        """Cents of these that are still owed: the deferred revenue."""
        return sum(cohort.deferred for cohort in self.cohorts)

    @property
    def expected_breakage(self) -> float:
        """Share of all points issued so far that is now expected never to be redeemed; NaN without points."""
        issued = sum(cohort.issued for cohort in self.cohorts)
        return 1.0 - sum(cohort.expected for cohort in self.cohorts) / issued if issued else float("nan")

    @property
    def weeks(self) -> NDArray[np.int64]:
        """Cents at the end of each week: week x (allocated, recognised)."""
        return np.array(self._weeks, np.int64).reshape(-1, 2)

    def close_week(self, terms: DeferralTerms | None, week: PointsWeek) -> int:
        """Take in a week; returns the cents recognised in it, below 0 where a catch-up takes some back.

        terms: None where there are no points to earn. Raises ArithmeticError if more points go than there are.
        """
        now = len(self._weeks)
        before = self._weeks[-1][1] if self._weeks else 0
        if terms is not None and (week.earned or week.sold):
            self._issue(terms, week, now)
        self._take_back(week.reversed)
        self._use("redeemed", week.redeemed)
        self._use("lost", week.lost)
        if terms is not None:
            self._revise(terms, now)
        self._weeks.append((self.allocated, self.recognised))
        return self.recognised - before

    def _issue(self, terms: DeferralTerms, week: PointsWeek, now: int) -> None:
        if not self.cohorts:
            self.cohorts.append(Cohort(now, terms.expected_breakage))
        newest = self.cohorts[-1]
        if now >= newest.opened + self.cohort_weeks:
            # What the year before has taught is where the next one starts from.
            newest = Cohort(now, newest.expected_breakage)
            self.cohorts.append(newest)
        worth = (week.earned - week.bought) * terms.stand_alone * (1.0 - newest.expected_breakage)
        newest.issue(week.earned, allocate(week.paid, week.listed, worth) + week.sold)

    def _take_back(self, points: int) -> None:
        for cohort in reversed(self.cohorts):
            taken = min(points, cohort.outstanding)
            cohort.take_back(taken)
            points -= taken
        self._all_found(points, "taken back")

    def _use(self, how: str, points: int) -> None:
        for cohort in self.cohorts:
            taken = min(points, cohort.outstanding)
            setattr(cohort, how, getattr(cohort, how) + taken)
            points -= taken
        self._all_found(points, how)

    def _all_found(self, missing: int, how: str) -> None:
        if missing:
            raise ArithmeticError(f"{missing} more points are {how} than were outstanding")

    def _revise(self, terms: DeferralTerms, now: int) -> None:
        """Look again at the cohorts whose turn it is.

        Of a cohort, the points lost are known. Of those outstanding, the share lost so far of points whose fate is
        known is expected to be lost, as far as fates are known; the cohort's first estimate, as far as they are not.
        """
        due = [c for c in self.cohorts if c.outstanding and (now + 1 - c.opened) % terms.revise_every == 0]
        issued = sum(cohort.issued for cohort in self.cohorts)
        lost = sum(cohort.lost for cohort in self.cohorts)
        unknown = sum(cohort.outstanding for cohort in self.cohorts)
        for cohort in due:
            # (share known) x (lost / known) is lost / issued.
            outlook = lost / issued + cohort.first_estimate * unknown / issued
            cohort.expected_breakage = (cohort.lost + cohort.outstanding * outlook) / cohort.issued

    def table(self) -> pd.DataFrame:
        """A row an issue cohort, oldest first.

        cohort: number, from 0. opened: week of its first points. issued (less points taken back), redeemed, lost,
        outstanding: points. expected_breakage: share of issued, as expected now. first_estimate: as expected at
        first. allocated, recognised, deferred: currency.
        """
        import pandas as pd

        rows = [
            (
                number,
                c.opened,
                c.issued,
                c.redeemed,
                c.lost,
                c.outstanding,
                1.0 - c.expected / c.issued if c.issued else float("nan"),
                c.first_estimate,
                c.allocated / 100.0,
                c.recognised / 100.0,
                c.deferred / 100.0,
            )
            for number, c in enumerate(self.cohorts)
        ]
        names = ("cohort", "opened", "issued", "redeemed", "lost", "outstanding")
        money = ("allocated", "recognised", "deferred")
        return pd.DataFrame(rows, columns=[*names, "expected_breakage", "first_estimate", *money])
