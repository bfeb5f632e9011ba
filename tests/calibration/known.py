"""Logs of customers whose segments and parameters are known, made from named draws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim import draws
from sim.calibration.renewal import Timing
from sim.calibration.transactions import Log, as_day, collapsed
from tests.calibration.made import PURPOSE, STREAM, bought

START = dt.date(2024, 1, 1)
_AMOUNTS = PURPOSE * 2


@dataclass(frozen=True)
class Known:
    """A segment: customers, timing, log amounts (centre, between, within), Dirichlet parameters by brand."""

    customers: int
    timing: Timing
    centre: float = 3.0
    between: float = 0.4
    within: float = 0.6
    tastes: tuple[float, ...] = ()


def end_of(weeks: int) -> dt.date:
    """Last day of a log of so many weeks."""
    return START + dt.timedelta(days=7 * weeks)


def log_of(segments: Sequence[Known], weeks: int, seed: int = 7, *, panel: bool = False) -> Log:
    """A log of these segments, one after the other; newcomers all buy on the first day, a panel's need not.

    Customers are named after their segment: "1-0", "1-1", ..., "2-0".
    """
    names: list[str] = []
    who, day, amount, brand = [], [], [], []
    for place, segment in enumerate(segments):
        counts, _ = bought(segment.timing, segment.customers, weeks, seed=1000 * seed + place)
        name = {"seed": 1000 * seed + place, "replicate": 0, "stream": STREAM}
        people = np.arange(segment.customers)
        z = draws.normals(customer=people, week=_AMOUNTS, **name)[:, 0].astype(float)
        own = segment.centre + segment.between * z
        taste = None
        if segment.tastes:
            g = np.stack(
                [draws.gammas(a, customer=people, week=_AMOUNTS + 1, trait=b, **name)
                 for b, a in enumerate(segment.tastes)], axis=1,
            )  # fmt: skip
            taste = np.cumsum(g, axis=1) / np.maximum(g.sum(axis=1, keepdims=True), 1e-300)
        if not panel:
            counts = np.concatenate([np.ones((segment.customers, 1), np.int64), counts], axis=1)
        rows = np.repeat(people, counts.sum(axis=1))
        week = np.concatenate([np.repeat(np.arange(counts.shape[1]), row) for row in counts])
        k = np.arange(len(rows))
        u = draws.uniforms(customer=k, week=_AMOUNTS + 2, **name)
        z = draws.normals(customer=k, week=_AMOUNTS + 3, **name)[:, 0].astype(float)
        within_week = np.minimum((7 * u[:, 0]).astype(int), 6)
        when = 7 * week + within_week if panel else np.where(week == 0, 0, 7 * week - 6 + within_week)
        who.append(rows + len(names))
        day.append(when + as_day(START) + (1 if panel else 0))
        amount.append(np.exp(own[rows] + segment.within * z))
        brand.append(
            np.zeros(len(rows), np.int64) if taste is None else (u[:, 1:2] > taste[rows, :-1]).sum(axis=1)
        )
        names += [f"{place + 1}-{i}" for i in people]
    brands = tuple("ABCDEFGH"[: len(segments[0].tastes)])
    customer = np.concatenate(who)
    there, customer = np.unique(customer, return_inverse=True)
    return collapsed(
        Log(
            name="known.csv", sha256="", rows=len(customer), currency=None,
            customers=tuple(names[i] for i in there), brands=brands, customer=customer.astype(np.int64),
            day=np.concatenate(day).astype(np.int64), amount=np.concatenate(amount),
            brand=np.concatenate(brand).astype(np.int64),
        )
    )  # fmt: skip
