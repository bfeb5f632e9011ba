"""Members and others, where a column of the log says who is one: fitted apart, and how far they differ.

The gap between them is not the effect of a programme: who buys much joins, and who stays long has more time
to join. Where the log says when customers joined, their purchases before and after are set side by side too;
that is no effect either, as customers join when they are about to buy.

Source: Leenheer et al. 2007, Int. J. Research in Marketing 24:31 (members select themselves: finding L01);
Suissa 2008, Am. J. Epidemiology 167:492 (time to join is time survived); Ashenfelter 1978, Review of Economics
and Statistics 60:47 (what precedes joining is no base line).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calibration.component import Evidence
from sim.calibration.histories import Histories
from sim.calibration.joining import EVER, NEVER
from sim.calibration.likelihood import significant
from sim.calibration.mixture import known, one
from sim.calibration.renewal import Timing
from sim.calibration.segments import Groups, grouped, whole_component
from sim.calibration.spend import Basket
from sim.calibration.transactions import FEWEST_CUSTOMERS, Log

Array = NDArray[np.float64]

NAMES = ("others", "members")
FEWEST_REPEATERS = 10
"""Customers with a repeat purchase that each of the two needs to be fitted apart."""
LONGEST_WINDOW, SHORTEST_WINDOW = 13.0, 4.0
"""Weeks before and after joining that are compared."""
READING = (
    "The gap between members and others mixes selection and effect: those who buy much join (the loyal join, "
    "finding L01), and those who stay long have more time to join. It is NOT taken for the effect of a programme; "
    "here it is a difference between two segments, and the designs' programmes act on both by the mechanisms."
)


@dataclass(frozen=True, eq=False)
class Joining:
    """Who of the customers is a member by the end of the log, and since when."""

    member: NDArray[np.bool_]
    since: NDArray[np.int64]
    """day of joining, from 1970-01-01; EVER: not said; NEVER: not a member"""
    notes: tuple[str, ...]


def joining(log: Log, end: int) -> Joining | None:
    """Membership of the customers of a log as known on the day `end`; None without a member column.

    A date after the end is not yet known. Of rows with yes and no the first yes is the day of joining; of
    several dates the first counts.
    """
    if log.joined is None:
        return None
    n = len(log.customers)
    says = np.where(log.joined > end, NEVER, log.joined)
    dated = (says != EVER) & (says != NEVER)
    since = np.full(n, NEVER)
    np.minimum.at(since, log.customer[dated], says[dated])
    last_date = np.full(n, EVER)
    np.maximum.at(last_date, log.customer[dated], says[dated])
    several = int(np.count_nonzero((since != NEVER) & (since != last_date)))
    yes, no = says == EVER, says == NEVER
    first_yes, first_no, last_no = np.full(n, NEVER), np.full(n, NEVER), np.full(n, EVER)
    np.minimum.at(first_yes, log.customer[yes], log.day[yes])
    np.minimum.at(first_no, log.customer[no], log.day[no])
    np.maximum.at(last_no, log.customer[no], log.day[no])
    seen_to_join = first_no < first_yes
    by_word = np.where(first_yes == NEVER, NEVER, np.where(seen_to_join, first_yes, EVER))
    since = np.where(since == NEVER, by_word, since)
    back = int(np.count_nonzero((first_yes != NEVER) & (last_no > first_yes)))
    notes = []
    if several:
        notes.append(f"{several:,} customers have several dates of joining; the first counts")
    if back:
        notes.append(
            f"{back:,} customers are members in one row and not in a later one; once joined they count"
        )
    return Joining(since != NEVER, since, tuple(notes))


def members_apart(
    log: Log, h: Histories, timing: Timing, basket: Basket, tastes: Array | None, joined: Joining
) -> Groups | None:
    """Others and members, each fitted by itself; None where either is too few for that."""
    for part in (joined.member, ~joined.member):
        if part.sum() < FEWEST_CUSTOMERS or np.count_nonzero(h.repeats[part]) < FEWEST_REPEATERS:
            return None
    e = Evidence.of(log, h)
    whole = one(e, whole_component(log, timing, basket, tastes)).components[0]
    m = known(e, whole, np.stack([~joined.member, joined.member], axis=1).astype(np.float64))
    return grouped(log, e, m, m, rule="members and others, as the log's column says", called=NAMES)


def members_record(log: Log, h: Histories, joined: Joining, end: int) -> dict[str, Any]:
    """Counts, the gap, the change within customers, and how to read them; for a provenance record."""
    some = log.amount > 0
    n = len(log.customers)
    weeks = np.maximum(h.observed, 1 / 7)
    spent = np.bincount(log.customer[some], weights=log.amount[some], minlength=n)
    receipts = np.bincount(log.customer[some], minlength=n)

    def of(part: NDArray[np.bool_]) -> dict[str, Any]:
        return {
            "customers": int(part.sum()),
            "share": significant(float(part.mean())),
            "purchases_per_week": significant(float(h.repeats[part].sum() / max(weeks[part].sum(), 1e-9))),
            "mean_basket": significant(float(spent[part].sum() / max(receipts[part].sum(), 1))),
        }

    both = {"members": of(joined.member), "others": of(~joined.member)}
    ours, theirs = both["members"]["purchases_per_week"], both["others"]["purchases_per_week"]
    return {
        **both,
        "ratio_of_purchases_per_week": significant(ours / theirs) if theirs > 0 else None,
        "change_within_customers": _change(log, h, joined, end),
        "reading": READING,
        "notes": list(joined.notes),
    }


def _change(log: Log, h: Histories, joined: Joining, end: int) -> dict[str, Any] | None:
    """Purchases a week in equal times before and after joining, of members seen for 4 weeks on both sides.

    The day of joining, and a newcomer's first purchase, count on neither side.
    """
    log = log.days()
    dated = joined.member & (joined.since != EVER)
    before = np.where(dated, joined.since - 1 - h.first_day, 0) / 7.0
    after = np.where(dated, end - joined.since, 0) / 7.0
    window = np.floor(np.minimum(np.minimum(before, after), LONGEST_WINDOW))
    fit = dated & (window >= SHORTEST_WINDOW)
    if fit.sum() < 2:
        return None
    days = (7 * window).astype(np.int64)[log.customer]
    away = log.day - joined.since[log.customer]
    counted = fit[log.customer] & (log.day > h.first_day[log.customer])
    size = len(log.customers)
    earlier = (
        np.bincount(log.customer[counted & (away < 0) & (away >= -days)], minlength=size)[fit] / window[fit]
    )
    later = (
        np.bincount(log.customer[counted & (away > 0) & (away <= days)], minlength=size)[fit] / window[fit]
    )
    change = later - earlier
    return {
        "customers": int(fit.sum()),
        "mean_weeks_each_side": significant(float(window[fit].mean())),
        "purchases_per_week_before": significant(float(earlier.mean())),
        "purchases_per_week_after": significant(float(later.mean())),
        "change": significant(float(change.mean())),
        "standard_error": significant(float(change.std(ddof=1) / np.sqrt(fit.sum()))),
        "reading": (
            "a description, not an effect: customers join when they are about to buy, and those who left before "
            "they joined are not among them"
        ),
    }
