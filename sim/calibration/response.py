"""What a log with points or coupons tells of the programme behind it, and of how members answer it.

    found = programme_response(log)
    found.summary()

Read off the log: what is earned, what a reward takes, who waits with one in hand, how coupon baskets differ from the
same customer's others. Estimated: whether members buy more often the nearer a reward is, each held against herself.
Weekly shopping days y of member i in week t are Poisson with mean exp(a_i + b z_it); given a member's total the a_i
drop out (a multinomial over her weeks), so only her own weeks are compared. z: quarters of the way to the next reward
and a reward in hand, against the first quarter; and the weeks after a redemption, against all others. Standard errors
are clustered by member.

Nobody is made to redeem a coupon, or to be near a reward: these numbers describe. Habits that come and go make members
look quicker near a reward, and after one, who feel no pull at all: whoever is in a busy time gets there.

Source: Hausman, Hall & Griliches 1984, Econometrica 52:909 (Poisson with customer effects, conditioned on totals);
Wooldridge 1999, J. Econometrics 90:77 (its errors where counts are not Poisson); Kaplan & Meier 1958, JASA 53:457;
Kivetz, Urminsky & Zheng 2006, JMR 43:39 (acceleration); Stourm, Bradlow & Fader 2015, JMR 52:253 (stockpiling) (from
memory).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calibration.likelihood import significant
from sim.calibration.limits import point_unit
from sim.calibration.pace import Pace, own_weeks
from sim.calibration.rewards import COUPON, EARNED, REDEEMED
from sim.calibration.transactions import Log

FEWEST_REDEMPTIONS = 20
"""Below this nothing is said of how members answer."""
AFTER_WEEKS = 2
"""Weeks after a redemption that are looked at by themselves."""
QUARTERS = ("second quarter", "third quarter", "last quarter", "reward in hand", "after a redemption")
"""What weeks are told apart by."""
ASSUMED_BACK = 0.01
"""Share of spending that points give back, where the log does not show what one is worth."""
EVERYBODY = 0.95
"""Share of customers with points from which everybody is taken to be a member."""
COMMON = 0.02
"""Share of redemptions from which an amount counts as usual, not as an odd case."""


@dataclass(frozen=True)
class Points:
    """Points as the log shows them. Money in the log's currency, NaN where it does not show it."""

    members: int
    """customers who earned or redeemed any"""
    member_share: float
    """of all customers"""
    per_currency: float
    """median points per currency of purchases that earned"""
    exact: float
    """share of these purchases that this rate gives within one point"""
    threshold: float
    """smallest common redemption, points"""
    usual: float
    """median redemption, points"""
    whole_rewards: float
    """share of redemptions that are a multiple of the smallest"""
    point_value: float
    """currency per point: what was taken off in purchases with a redemption"""
    redemptions: int
    redeemed: float
    """share of points earned"""
    first_redemption_weeks: float
    """median weeks from a member's first points to her first redemption (Kaplan-Meier), NaN where fewer than half do"""
    waiting: float
    """share of purchases with a reward in hand at which none was redeemed: points pile up"""


@dataclass(frozen=True)
class Coupons:
    """Coupons as the log shows them."""

    share: float
    """of purchases"""
    depth: float
    """of the price before it, mean; NaN where the log says only whether there was one"""
    ratio: float
    """amount with a coupon over the same customer's other purchases, median over customers"""
    customers: int
    """who have both kinds"""


@dataclass(frozen=True)
class Response:
    """What the log tells of a programme; None for what it does not have."""

    points: Points | None
    pace: Pace | None = None
    coupons: Coupons | None = None
    warnings: tuple[str, ...] = field(default=())

    def record(self) -> dict[str, Any]:
        """Plain values for a provenance; what does not exist is None."""
        parts: dict[str, Any] = {"points": self.points, "coupons": self.coupons}
        found = {name: None if p is None else _plain(asdict(p)) for name, p in parts.items()}
        return found | {
            "pace": None if self.pace is None else self.pace.record(),
            "warnings": list(self.warnings),
        }

    def summary(self) -> str:
        """In words."""
        lines = []
        if (p := self.points) is not None:
            lines.append(
                f"{p.member_share:.0%} of customers have points: {p.per_currency:.3g} per unit of money, "
                f"{p.threshold:,.0f} for the smallest reward; {p.redeemed:.0%} of what was earned has been redeemed, "
                f"and {p.waiting:.0%} of purchases with a reward in hand went by without."
            )
        if self.pace is not None:
            name = "last quarter"
            ratio, low, high = self.pace.ratio(name)
            lines.append(
                f"In the {name} of the way to a reward members buy {ratio:.2f} times as often as in the first "
                f"[{low:.2f}, {high:.2f}], each held against herself."
            )
        if (c := self.coupons) is not None:
            lines.append(
                f"{c.share:.1%} of purchases have a coupon; they are {c.ratio:.2f} times the size of the same "
                "customers' others. Who redeems chose to: this is no effect of coupons."
            )
        return "\n".join([*lines, *(f"note: {words}" for words in self.warnings)])


def programme_response(log: Log) -> Response | None:
    """Describe points and coupons of a log; None where it has no such column. Brands are added up."""
    if log.rewards is None:
        return None
    log, warnings = log.days(), list[str]()
    rewards = log.rewards
    assert rewards is not None
    points, pace = None, None
    if {EARNED, REDEEMED} & set(rewards.columns):
        if rewards.earned.sum() == 0:
            warnings.append(
                "no row has points_earned: without them no balance is known, so points are not described"
            )
        else:
            ledger = _Ledger(log)
            points = _points(log, ledger)
            if points.redemptions < FEWEST_REDEMPTIONS:
                warnings.append(
                    f"{points.redemptions} redemptions are too few to say what a reward takes or how members answer "
                    f"(at least {FEWEST_REDEMPTIONS})"
                )
            else:
                pace = _pace(log, ledger, points.threshold)
            if ledger.opened:
                warnings.append(
                    f"{ledger.opened:,} customers redeemed more than they had earned in the log: they had points "
                    "before it began, and are taken to have had just those"
                )
    coupons = _coupons(log) if COUPON in rewards.columns else None
    if coupons is not None:
        warnings.append(
            "who redeems a coupon chose to: what a campaign brings cannot be told from such a log"
        )
    return Response(points, pace, coupons, tuple(warnings))


class _Ledger:
    """Purchases by customer in the order of time, with the balance before each. log: without brands."""

    def __init__(self, log: Log) -> None:
        assert log.rewards is not None
        order = np.lexsort((log.day, log.customer))
        self.customer, self.day, self.amount = log.customer[order], log.day[order], log.amount[order]
        self.earned, self.redeemed = log.rewards.earned[order], log.rewards.redeemed[order]
        self.off, self.coupons = log.rewards.off[order], log.rewards.coupons[order]
        starts = np.flatnonzero(np.diff(self.customer, prepend=-1))
        of = np.cumsum(np.diff(self.customer, prepend=-1) != 0) - 1
        net = np.cumsum(self.earned - self.redeemed)
        before = net - (self.earned - self.redeemed)
        before = before - before[starts][of]
        # Nobody redeems what she has not: whoever seems to had it when the log began.
        short = np.minimum.reduceat(before - self.redeemed + self.earned, starts)
        opening = np.maximum(-np.minimum(short, np.minimum.reduceat(before, starts)), 0.0)
        self.opened = int((opening > 0).sum())
        self.balance = before + opening[of]
        seen = (self.earned > 0) | (self.redeemed > 0)
        self.member = np.bincount(self.customer, weights=seen, minlength=len(log.customers)) > 0


def _points(log: Log, ledger: _Ledger) -> Points:
    earning = (ledger.earned > 0) & (ledger.amount > 0)
    rate = float(np.median(ledger.earned[earning] / ledger.amount[earning])) if earning.any() else nan
    if earning.any():
        # Points are rounded down; large amounts show the rate with the least rounding.
        large = earning & (ledger.amount >= np.median(ledger.amount[earning]))
        rate = significant(float(np.median((ledger.earned[large] + 0.5) / ledger.amount[large])), 2)
    exact = np.abs(ledger.earned[earning] - rate * ledger.amount[earning]) <= 1.0
    takes = ledger.redeemed[ledger.redeemed > 0]
    threshold = _smallest(takes)
    showing = (ledger.redeemed > 0) & (ledger.off > 0)
    held = ledger.member[ledger.customer] & (ledger.balance >= threshold) if len(takes) else np.zeros(0, bool)
    return Points(
        members=int(ledger.member.sum()),
        member_share=float(ledger.member.mean()),
        per_currency=rate,
        exact=float(exact.mean()) if len(exact) else nan,
        threshold=threshold,
        usual=float(np.median(takes)) if len(takes) else nan,
        whole_rewards=float((np.abs(takes / threshold - np.rint(takes / threshold)) < 1e-9).mean())
        if len(takes)
        else nan,
        point_value=float(np.median(ledger.off[showing] / ledger.redeemed[showing]))
        if showing.any()
        else nan,
        redemptions=len(takes),
        redeemed=float(takes.sum() / ledger.earned.sum()),
        first_redemption_weeks=_median_wait(ledger, int(log.day.max())),
        waiting=float((ledger.redeemed[held] == 0).mean()) if held.any() else nan,
    )


def _smallest(takes: NDArray[np.float64]) -> float:
    """The smallest amount that makes up at least 2 % of all redemptions; the smallest of all where none does."""
    if not len(takes):
        return nan
    amounts, counts = np.unique(takes, return_counts=True)
    common = amounts[counts >= COMMON * len(takes)]
    return float(common[0] if len(common) else amounts[0])


def _median_wait(ledger: _Ledger, end: int) -> float:
    """Median weeks from first points to first redemption, those who have not redeemed by the end counted as such."""
    people, never = len(ledger.member), np.iinfo(np.int64).max
    joined, took = np.full(people, never), np.full(people, never)
    np.minimum.at(joined, ledger.customer[ledger.earned > 0], ledger.day[ledger.earned > 0])
    np.minimum.at(took, ledger.customer[ledger.redeemed > 0], ledger.day[ledger.redeemed > 0])
    there = (joined < never) & (joined <= took)
    event = took[there] < never
    waits = np.where(event, took[there], end) - joined[there]
    left = 1.0
    for wait in np.unique(waits[event]):
        left *= 1.0 - float(((waits == wait) & event).sum() / (waits >= wait).sum())
        if left <= 0.5:
            return float(wait) / 7.0
    return nan


def weekly_pace(log: Log, threshold: float) -> Pace:
    """As the pace of `programme_response`, but of weeks with and without a purchase, as a market can be asked."""
    log = log.days()
    return _pace(log, _Ledger(log), threshold, once=True)


def _pace(log: Log, ledger: _Ledger, threshold: float, *, once: bool = False) -> Pace:
    """Shopping days of members by week (once: at most one), by how far the next reward is as the week begins."""
    first, end = int(log.day.min()), int(log.day.max())
    weeks, people = (end - first + 1) // 7, len(log.customers)
    week = (ledger.day - first) // 7
    inside = week < weeks
    at = (ledger.customer[inside], week[inside])
    bought, moved, took = (np.zeros((people, weeks)) for _ in range(3))
    np.add.at(bought, at, 1.0)
    bought = np.minimum(bought, 1.0) if once else bought
    np.add.at(moved, at, (ledger.earned - ledger.redeemed)[inside])
    np.add.at(took, at, ledger.redeemed[inside])
    opening = np.zeros(people)
    starts = np.flatnonzero(np.diff(ledger.customer, prepend=-1))
    opening[ledger.customer[starts]] = ledger.balance[starts]
    balance = opening[:, None] + np.cumsum(moved, axis=1) - moved
    earning = np.zeros((people, weeks))
    np.add.at(earning, at, (ledger.earned > 0)[inside])
    since = np.cumsum(earning, axis=1) - earning > 0
    return own_weeks(bought, balance, took, since, threshold, after=AFTER_WEEKS, names=QUARTERS)


def _coupons(log: Log) -> Coupons:
    assert log.rewards is not None
    with_one, off = log.rewards.coupons > 0, log.rewards.off
    people = len(log.customers)

    def mean(chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        who = log.customer[chosen]
        count = np.bincount(who, minlength=people)
        total = np.bincount(who, weights=(log.amount + off)[chosen], minlength=people)
        return np.where(count > 0, total / np.maximum(count, 1), nan)

    ratios = mean(with_one) / np.where(mean(~with_one) > 0, mean(~with_one), nan)
    ratios = ratios[np.isfinite(ratios)]
    deep = with_one & (off > 0)
    return Coupons(
        share=float(with_one.mean()),
        depth=float((off[deep] / (log.amount + off)[deep]).mean()) if deep.any() else nan,
        ratio=float(np.median(ratios)) if len(ratios) else nan,
        customers=len(ratios),
    )


def found_programme(response: Response) -> dict[str, Any] | None:
    """The programme that the log shows, as a block of a scenario; None where it does not show what a reward takes.

    A point whose value the log does not show is taken to give back 1 % of what is spent.
    """
    points = response.points
    if points is None or response.pace is None or not points.per_currency > 0:
        return None
    value = points.point_value if points.point_value > 0 else ASSUMED_BACK / points.per_currency
    everybody = points.member_share >= EVERYBODY
    unit = point_unit(points.per_currency, points.threshold)
    threshold = max(1, round(points.threshold))
    return {
        "name": "As in the log",
        "enrolment": {"automatic": True} if everybody else {},
        "points": {
            "per_currency": points.per_currency / unit,
            "threshold": max(1, round(threshold / unit)),
            "reward": significant(value * threshold, 3),
        },
    }


def assumed_of_programme(response: Response) -> dict[str, str]:
    """What is assumed, not found, in that programme: by name."""
    points = response.points
    if points is None or found_programme(response) is None:
        return {}
    assumed = {
        "programme_value.gradient": "the published default: how much of the acceleration is the pull of the reward, "
        "and how much are habits that come and go, the log alone cannot tell",
        "points.redeem": "the default: of those with a reward in hand, how many do not want it yet",
    }
    if (unit := point_unit(points.per_currency, points.threshold)) > 1:
        assumed["points.unit"] = (
            f"a point of the scenario is {unit:,} of the log, whose numbers it cannot hold"
        )
    if not points.point_value > 0:
        assumed["points.reward"] = (
            f"a point is worth what gives back {ASSUMED_BACK:.0%} of spending: no purchase with points_redeemed has an "
            "amount in the column coupon, which would show it"
        )
    if points.member_share < EVERYBODY:
        assumed["enrolment"] = f"the defaults: {points.member_share:.0%} of the log's customers have points"
    return assumed


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: (None if value != value else significant(value)) if isinstance(value, float) else value
        for name, value in values.items()
    }
