"""Segments found in a log: one to four, as many as the log calls for.

A mixture of the market's own customers is fitted for each number of segments. A further segment is let in
only where it lowers the integrated completed likelihood (ICL), which asks that customers can be told to be of
one or the other: BIC alone also splits one segment whose amounts are merely not quite lognormal. No segment
may hold less than a twentieth of the customers, nor fewer than 30.

Source: Biernacki, Celeux & Govaert 2000, IEEE Trans. PAMI 22:719 (ICL); Allenby & Rossi 1998, J. Econometrics
89:57 (segments beside continuous differences between customers).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import draws
from sim.calibration.component import Component, Evidence
from sim.calibration.histories import Histories
from sim.calibration.labels import names_of
from sim.calibration.likelihood import significant
from sim.calibration.mixture import Mixture, errors, expected, mixture, one
from sim.calibration.renewal import Timing
from sim.calibration.spend import Basket
from sim.calibration.streams import Use, names
from sim.calibration.transactions import Log

Array = NDArray[np.float64]

MOST_SEGMENTS = 4
MOST_SORTED = 1_500
"""Customers that segments are searched among; of a larger log, a sample by named draws."""
SMALLEST = 0.05
"""Least share of customers in a segment."""
FEWEST = 30
"""Fewest customers in a segment."""
_SURE = 0.85


@dataclass(frozen=True, eq=False)
class Group:
    """One segment with what it is called and what its customers spend."""

    name: str
    share: float
    """of all customers, those without a purchase in the log among them"""
    customers: float
    """of the log; each customer counts as her probability of belonging"""
    component: Component
    basket: float
    """mean revenue per purchase, currency"""
    errors: dict[str, float]

    @property
    def value(self) -> float:
        """Revenue per customer-week of those who have not left."""
        return self.component.timing.mean_rate * self.basket


@dataclass(frozen=True, eq=False)
class Groups:
    """The segments of a log, from the least to the most valuable, and why they are so many."""

    groups: tuple[Group, ...]
    belongs: Array
    """customers of the log x segments"""
    rule: str
    tried: tuple[dict[str, Any], ...] = ()
    """for each number of segments: log-likelihood, parameters, BIC, ICL, smallest segment"""
    searched: int = 0
    """customers that the search saw"""


def segments_of(
    log: Log, h: Histories, timing: Timing, basket: Basket, tastes: Array | None, number: int | str
) -> Groups:
    """The segments of a log: `number` of them, or with "auto" as many as the log calls for.

    timing, basket, tastes: the fit of the whole log as one segment; its drift, and whether anybody leaves,
    hold for every segment. Raises ValueError for a number that is none of 1 to 4, or that the log cannot fill.
    """
    check_number(number)
    full = Evidence.of(log, h)
    e = _sample(full)
    whole = one(e, whole_component(log, timing, basket, tastes))
    found = [whole]
    most = MOST_SEGMENTS if number == "auto" else int(number)
    for k in range(2, most + 1):
        if number != "auto" and k < most:
            continue
        found.append(mixture(e, whole.components[0], _starts(e, k)))
        if number == "auto" and min(found, key=_criterion) is not found[-1]:
            break
    best = min(found, key=_criterion) if number == "auto" else found[-1]
    if number != "auto" and len(best.components) > 1 and best.fewest < FEWEST / 3:
        raise ValueError(
            f"{number} segments leave one with {best.fewest:.0f} customers; ask for fewer, or for 'auto'"
        )
    fitted = best if e is full else expected(full, best)
    if e is not full and full.histories.panel is None:
        fitted = expected(full, fitted)
    return grouped(log, e, best, fitted, rule=_rule(number), tried=tuple(_tried(m) for m in found))


def check_number(number: int | str) -> None:
    """ValueError unless it is "auto" or a whole number from 1 to 4."""
    if number != "auto" and (isinstance(number, (str, bool)) or number not in range(1, MOST_SEGMENTS + 1)):
        raise ValueError(
            f"segments must be 'auto' or a whole number from 1 to {MOST_SEGMENTS}, not {number!r}"
        )


def whole_component(log: Log, timing: Timing, basket: Basket, tastes: Array | None) -> Component:
    """All customers of a log as one segment."""
    some = log.amount > 0
    return Component(
        timing=timing,
        centre=float(np.log(log.amount[some]).mean()),
        between_sd=max(basket.fit["between_sd"], 1e-2),
        within_sd=max(basket.fit["within_sd"], 1e-2),
        tastes=tastes,
    )


def grouped(
    log: Log,
    e: Evidence,
    m: Mixture,
    full: Mixture,
    *,
    rule: str,
    tried: tuple[dict[str, Any], ...] = (),
    called: Sequence[str] | None = None,
) -> Groups:
    """A mixture with its segments named, priced and put in order (not those that are called something)."""
    n = len(log.customers)
    purchases = np.bincount(log.customer, minlength=n) @ full.belongs
    revenue = np.bincount(log.customer, weights=log.amount, minlength=n) @ full.belongs
    baskets = revenue / np.maximum(purchases, 1e-9)
    worth = [c.timing.mean_rate * b for c, b in zip(m.components, baskets, strict=True)]
    order = np.arange(len(worth)) if called is not None else np.argsort(worth, kind="stable")
    deviations = errors(e, m)
    labels = called or names_of(
        [m.components[i] for i in order], [float(baskets[i]) for i in order], full.shares[order], log.brands
    )
    groups = tuple(
        Group(
            name=label,
            share=float(full.shares[i]),
            customers=float(full.belongs[:, i].sum()),
            component=m.components[i],
            basket=float(baskets[i]),
            errors=deviations[i],
        )
        for label, i in zip(labels, order, strict=True)
    )
    return Groups(groups, full.belongs[:, order], rule, tried, len(e.visits))


def _criterion(m: Mixture) -> float:
    n = len(m.belongs)
    small = len(m.components) > 1 and m.fewest < max(FEWEST, SMALLEST * n)
    return float("inf") if small else m.icl


def _rule(number: int | str) -> str:
    if number == "auto":
        return (
            f"of 1 to {MOST_SEGMENTS} segments, the number with the lowest ICL, each of them with "
            f"{SMALLEST:.0%} of the customers and {FEWEST} of them at least; the search ends where one more is worse"
        )
    return f"{number} segments, as asked for"


def _tried(m: Mixture) -> dict[str, Any]:
    return {
        "segments": len(m.components),
        "log_likelihood": round(m.log_likelihood, 2),
        "parameters": m.parameters,
        "bic": round(m.bic, 2),
        "icl": round(m.icl, 2),
        "smallest": round(m.fewest, 1),
    }


def _sample(e: Evidence) -> Evidence:
    n = len(e.visits)
    if n <= MOST_SORTED:
        return e
    u = draws.uniforms(week=Use.SAMPLE, **names(0, 0, n))
    part = e.rows(np.sort(np.argsort(u[:, 0], kind="stable")[:MOST_SORTED]))
    return part.scaled(MOST_SORTED / n)


def _starts(e: Evidence, k: int) -> list[Array]:
    """Divisions to start from: by rate, by amount, by value, by their two principal directions, by brand."""
    h = e.histories
    rate = np.log((h.repeats + 0.5) / (h.observed + 1.0))
    amount = np.where(e.visits > 0, e.mean_log, np.median(e.mean_log))
    quiet = np.log((h.observed - h.recency + 1.0) / (h.recency + 1.0))
    scaled = [(x - x.mean()) / max(float(x.std()), 1e-9) for x in (rate, amount, quiet)]
    values = [scaled[0], scaled[1], scaled[0] + scaled[1], scaled[0] - scaled[1], scaled[2]]
    if e.brands is not None:
        part = (e.brands + e.brands.mean(axis=0)) / (e.brands + e.brands.mean(axis=0)).sum(axis=1)[:, None]
        _, _, direction = np.linalg.svd(part - part.mean(axis=0), full_matrices=False)
        values.append((part - part.mean(axis=0)) @ (direction[0] * np.sign(direction[0][0] or 1.0)))
    starts = []
    for value in values:
        rank = np.argsort(np.argsort(value, kind="stable"), kind="stable")
        belongs = np.full((len(value), k), (1 - _SURE) / max(k - 1, 1))
        belongs[np.arange(len(value)), rank * k // len(value)] = _SURE
        starts.append(belongs)
    return starts


def record(groups: Groups, brands: Sequence[str]) -> dict[str, Any]:
    """The segments as plain numbers, with standard errors, for a provenance record."""
    return {
        "rule": groups.rule,
        "tried": list(groups.tried),
        "customers": groups.searched,
        "segments": [_group_record(group, brands) for group in groups.groups],
    }


def _group_record(group: Group, brands: Sequence[str]) -> dict[str, Any]:
    c, t = group.component, group.component.timing
    values: dict[str, float] = {"r": t.r, "alpha": t.alpha}
    if t.s > 0:
        values |= {"s": t.s, "beta": t.beta}
    values |= {"between_sd": c.between_sd, "within_sd": c.within_sd}
    if c.tastes is not None:
        values |= {f"taste {i}": float(a) for i, a in enumerate(c.tastes)}
    deviations = {k: v * group.errors.get(k, np.nan) for k, v in values.items()}
    values["centre"], deviations["centre"] = c.centre, group.errors.get("centre", np.nan)
    if "share" in group.errors:
        deviations["share"] = group.share * (1 - group.share) * group.errors["share"]
    called = {f"taste {i}": f"taste for {brand}" for i, brand in enumerate(brands)}
    return {
        "name": group.name,
        "share": significant(group.share),
        "customers": round(group.customers, 1),
        "parameters": {called.get(k, k): significant(v) for k, v in values.items()},
        "standard_errors": {
            called.get(k, k): significant(v) if np.isfinite(v) else None for k, v in deviations.items()
        },
        "mean_basket": significant(group.basket),
        "revenue_per_customer_week": significant(group.value),
    }
