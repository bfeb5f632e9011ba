"""What a firm can see when it decides: posted prices, programmes on offer, its own till, members, staff and books.

Of the weekly tally it sees VISIBLE and nothing else: what a till counts, a list of members knows, and people say when
they complain or answer a survey. What customers think, feel and intend stays with them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from sim.measures.tally import INDEX_SCALE, Tally
from sim.scenario import Firm, Programme

YEAR = 52
VISIBLE: Mapping[str, Tally] = MappingProxyType(
    {name: tally for name, tally in Tally.__members__.items() if name == "TURNED_AWAY"}
    | {
        tally.name: tally
        for tally in (
            Tally.PURCHASES,
            Tally.REVENUE,
            Tally.ACTIVE,
            Tally.MEMBERS,
            Tally.LAPSED,
            Tally.CANCELLED,
            Tally.COMPLAINTS,
            Tally.ASKED,
            Tally.SURVEYED_SATISFACTION,
        )
    }
)
"""Tallies that a firm can read off, by name. ACTIVE and LAPSED it knows of its members only."""

Series = tuple[float, ...]
"""One number a week, from week 0 to last week."""


@dataclass(frozen=True)
class View:
    """What one firm sees at the start of a week. Series have one entry a week, the last one is last week's."""

    week: int
    """this week; 0 is the start of the simulation"""
    burn_in: int
    """weeks before the designs act"""
    firm: str
    """name of the firm that looks"""
    plan: Firm
    """what it would follow this week without its policies; when it sets its price, what it follows"""
    prices: Mapping[str, Series]
    """prices posted, of all firms by name, each over the firm's usual price"""
    programmes: Mapping[str, Programme | None]
    """programmes on offer last week, of all firms by name; at first, as the firms are written"""
    purchases: Series = ()
    """at its tills"""
    revenue: Series = ()
    """currency paid there"""
    profit: Series = ()
    """currency, as its books say"""
    members: Series = ()
    """of its programme at the end of the week"""
    active_members: Series = ()
    """of these, who bought not too long ago (`category.lapse_weeks`)"""
    members_lost: Series = ()
    """who became inactive in the week, or left the club"""
    complaints: Series = ()
    """made in the week"""
    turned_away: Series = ()
    """times that it could not serve who came"""
    load: Series = ()
    """work over what its staff can do, or purchases over its capacity; NaN where it has neither"""
    surveyed: Series = ()
    """mean satisfaction (0-100) of those who answered its survey; NaN in weeks without"""

    @classmethod
    def of(
        cls,
        firm: int,
        *,
        plan: Firm,
        plans: Sequence[Firm],
        burn_in: int,
        tallies: NDArray[np.int64],
        prices: Sequence[Sequence[float]] | NDArray[np.float64],
        profits: Sequence[Sequence[int]] | NDArray[np.int64],
        loads: Sequence[Sequence[float]] | None = None,
    ) -> View:
        """The view of one firm, from the whole past at once; `Sights` does the same week by week.

        firm: its number. plan: what it would follow this week. plans: of all firms, last week. tallies: week x firm x
        membership x TALLIES. prices: index posted, week x firm. profits: cents, week x firm. loads: week x firm.
        """
        sights = Sights([each.name for each in plans], burn_in)
        for week, tally in enumerate(tallies):
            sights.close_week(
                plans, tally, prices[week], profits[week], None if loads is None else loads[week]
            )
        return sights.view(firm, plan, plans)

    @property
    def rivals(self) -> tuple[str, ...]:
        """Names of the other firms, in the order of the file."""
        return tuple(name for name in self.prices if name != self.firm)

    def posted(self, firm: str, ago: int = 1) -> float:
        """Price posted by a firm so many weeks ago, over its usual one; NaN before the start."""
        series = self.prices[firm]
        return series[-ago] if 1 <= ago <= len(series) else math.nan

    def mean(self, name: str, weeks: int, ago: int = 0) -> float:
        """Mean of a series, such as "purchases", over so many weeks up to last week, or up to `ago` weeks before it.

        Weeks with NaN do not count; NaN where none is left.
        """
        return _mean(self._stretch(name, weeks, ago))

    def churn(self, weeks: int) -> float:
        """Members lost over active members, in a year: 52 x lost / active member-weeks, over the last weeks.

        An active member-week is one at whose end a member was active, or was lost. NaN where there were none.
        """
        lost = math.fsum(self._stretch("members_lost", weeks, 0))
        at_risk = math.fsum(self._stretch("active_members", weeks, 0)) + lost
        return YEAR * lost / at_risk if at_risk else math.nan

    def _stretch(self, name: str, weeks: int, ago: int) -> Series:
        series: Series = getattr(self, name)
        end = len(series) - ago
        return series[max(end - weeks, 0) : max(end, 0)]


OWN = (
    "purchases",
    "revenue",
    "profit",
    "members",
    "active_members",
    "members_lost",
    "complaints",
    "turned_away",
    "load",
    "surveyed",
)
"""Series that only the firm itself sees."""


class Sights:
    """What the firms of a market have seen so far, kept week by week."""

    def __init__(self, firms: Sequence[str], burn_in: int) -> None:
        self._firms = tuple(firms)
        self._burn_in = burn_in
        self._week = 0
        self._prices: dict[str, Series] = dict.fromkeys(firms, ())
        self._own: list[dict[str, Series]] = [dict.fromkeys(OWN, ()) for _ in firms]

    def close_week(
        self,
        plans: Sequence[Firm],
        tally: NDArray[np.int64],
        prices: Sequence[float] | NDArray[np.float64],
        profits: Sequence[int] | NDArray[np.int64],
        loads: Sequence[float] | None = None,
    ) -> None:
        """Take in a week, by firm. plans: followed. tally: firm x membership x TALLIES. prices: index posted (NaN for a
        firm that was not there). profits: cents. loads: see `View.load`; None where no firm has any.
        """
        self._week += 1
        for i, (name, plan) in enumerate(zip(self._firms, plans, strict=True)):
            self._prices[name] += (float(prices[i]) / plan.price.usual,)
            load = math.nan if loads is None else float(loads[i])
            own = self._own[i]
            for series, value in _read_off(tally[i], int(profits[i]), load).items():
                own[series] += (value,)

    def view(self, firm: int, plan: Firm, plans: Sequence[Firm]) -> View:
        """What a firm sees now. plan: what it would follow this week. plans: what all followed last week."""
        return View(
            week=self._week,
            burn_in=self._burn_in,
            firm=self._firms[firm],
            plan=plan,
            prices=MappingProxyType(dict(self._prices)),
            programmes=MappingProxyType({each.name: each.programme for each in plans}),
            **self._own[firm],
        )


_COLUMNS = list(VISIBLE.values())


def _read_off(tally: NDArray[np.int64], profit: int, load: float) -> dict[str, float]:
    """One week of a firm's own series. tally: membership x TALLIES."""
    others, members = (dict(zip(VISIBLE, row, strict=True)) for row in tally[:, _COLUMNS].tolist())
    both = {name: others[name] + count for name, count in members.items()}
    surveyed = both["SURVEYED_SATISFACTION"] / INDEX_SCALE / both["ASKED"] if both["ASKED"] else math.nan
    return {
        "purchases": float(both["PURCHASES"]),
        "revenue": both["REVENUE"] / 100.0,
        "profit": profit / 100.0,
        "members": float(both["MEMBERS"]),
        "active_members": float(members["ACTIVE"]),
        "members_lost": float(members["LAPSED"] + both["CANCELLED"]),
        "complaints": float(both["COMPLAINTS"]),
        "turned_away": float(both.get("TURNED_AWAY", 0)),
        "load": load,
        "surveyed": surveyed,
    }


def _mean(series: Series) -> float:
    known = [value for value in series if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else math.nan
