"""Logs with brands, made from named draws: gamma-Poisson purchases, Dirichlet tastes with weights drawn afresh."""

from __future__ import annotations

import datetime as dt

import numpy as np

from sim import draws
from sim.calibration.transactions import Log, as_day
from tests.calibration.made import PURPOSE, STREAM

START = dt.date(2024, 1, 1)


def branded(
    customers: int,
    weeks: int,
    alpha: tuple[float, ...],
    *,
    rate: float = 0.5,
    shape: float = 2.0,
    drift: float = 0.0,
    seed: int = 3,
) -> Log:
    """A log of a panel; a customer buys at most once a week, `rate` times on average; drift: redraws per year."""
    who, kinds = np.arange(customers), np.arange(len(alpha))
    name = {"seed": seed, "replicate": 0, "stream": STREAM}
    pace = draws.gammas(shape, customer=who, week=PURPOSE, **name) / shape * rate
    weight = draws.gammas(np.array(alpha), customer=who[:, None], week=PURPOSE + 1, trait=kinds, **name)
    chance = -np.expm1(-drift / 52)
    rows = []
    for week in range(weeks):
        at = PURPOSE + 16 * (week + 1)
        if drift > 0:
            fresh = draws.gammas(np.array(alpha), customer=who[:, None], week=at, trait=kinds, **name)
            u = draws.uniforms(customer=who[:, None], week=at + 1, k=kinds, **name)[..., 0]
            weight = np.where(u < chance, fresh, weight)
        u = draws.uniforms(customer=who, week=at + 2, **name)
        share = np.cumsum(weight / weight.sum(axis=1, keepdims=True), axis=1)
        chosen = np.minimum((u[:, 1:2] >= share).sum(axis=1), len(alpha) - 1)
        buys = np.flatnonzero(u[:, 0] < -np.expm1(-pace))
        day = as_day(START) + 7 * week + (7 * u[:, 2]).astype(np.int64)
        rows += [(int(day[i]), int(i), int(chosen[i])) for i in buys]
    return log_of(rows, tuple(f"b{i}" for i in kinds))


def log_of(rows: list[tuple[int, int, int]], brands: tuple[str, ...]) -> Log:
    """A log of rows of day, customer and brand, each for 5; customers who have none are left out."""
    table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
    people, customer = np.unique(table[:, 1], return_inverse=True)
    return Log(
        name="made",
        sha256="",
        rows=len(table),
        currency=None,
        customers=tuple(f"c{i:04d}" for i in people),
        brands=brands,
        customer=customer.astype(np.int64),
        day=table[:, 0],
        amount=np.full(len(table), 5.0),
        brand=table[:, 2],
    )


def csv_text(log: Log) -> str:
    """The log as a file."""
    first = dt.date(1970, 1, 1)
    rows = zip(log.customer, log.day, log.amount, log.brand, strict=True)
    lines = [f"{log.customers[c]},{first + dt.timedelta(int(d))},{a},{log.brands[b]}" for c, d, a, b in rows]
    return "\n".join(["customer_id,date,amount,brand", *lines]) + "\n"
