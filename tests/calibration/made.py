"""Logs and histories made from named draws with known parameters, and the real CDNOW log."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

import sim
from sim import draws
from sim.calibration.histories import Histories
from sim.calibration.renewal import Timing

CDNOW = Path(sim.__file__).parents[1] / "scenarios" / "logs" / "cdnow_sample.csv"
CDNOW_END = dt.date(1997, 9, 30)
"""End of the first 39 of 78 weeks: all published estimates are from the rows up to here."""

STREAM = draws.Stream.CALIBRATION
PURPOSE = 1 << 24
"""Keeps the names of the tests' draws away from those of the package."""


def bought(timing: Timing, customers: int, weeks: int, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Purchases of each newcomer (rows) in each week, and the day of the last one (0: none)."""
    who = np.arange(customers)
    name = {"seed": seed, "replicate": 0, "stream": STREAM}
    counts = np.zeros((customers, weeks), np.int64)
    last = np.zeros(customers, np.int64)
    rate = draws.gammas(timing.r, customer=who, week=PURPOSE, **name) / timing.alpha
    leaves = np.full(customers, np.inf)
    if timing.s > 0:
        hazard = draws.gammas(timing.s, customer=who, week=PURPOSE, trait=1, **name) / timing.beta
        wait = draws.exponentials(customer=who, week=PURPOSE + 1, **name)[:, 0]
        leaves = wait / np.maximum(hazard, 1e-30)
    for week in range(weeks):
        at = PURPOSE + 16 * (week + 1)
        u = draws.uniforms(customer=who, week=at, **name)
        if week > 0:
            fresh = draws.gammas(timing.r, customer=who, week=at + 1, **name) / timing.alpha
            rate = np.where(u[:, 0] < timing.redraw_chance, fresh, rate)
        there = np.clip(leaves - week, 0.0, 1.0)
        counts[:, week] = draws.poissons(rate * there, customer=who, week=at + 2, **name)
        # The last of n uniform moments in the time the customer is there, as a day of the week.
        moment = there * u[:, 1] ** (1.0 / np.maximum(counts[:, week], 1))
        day = 7 * week + np.clip(np.ceil(7 * moment), 1, 7).astype(np.int64)
        last = np.where(counts[:, week] > 0, day, last)
    return counts, last


def newcomers(timing: Timing, customers: int, weeks: int, seed: int = 7) -> Histories:
    """Histories of customers who all bought for the first time on the day before week 0."""
    counts, last = bought(timing, customers, weeks, seed)
    return Histories(
        first_day=np.zeros(customers, np.int64),
        repeats=counts.sum(axis=1),
        recency=last / 7.0,
        observed=np.full(customers, float(weeks)),
        weekly=counts,
    )


def write(folder: Path, text: str | bytes, name: str = "log.csv") -> Path:
    """A file with this text, bytes as they are."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def rows(customers: int = 40, days: int = 5, header: str = "customer_id,date,amount") -> list[str]:
    """Lines of a sound log: a header, then customers who buy for 10 on the same days of each month."""
    lines = [header]
    for month in range(1, days + 1):
        lines += [f"c{number:03d},2024-{month:02d}-10,10.00" for number in range(customers)]
    return lines


def csv_of(h: Histories, start: dt.date, amount: float = 20.0) -> str:
    """The log of newcomers all first seen on `start`, with a purchase in each week in which they bought."""
    lines = ["customer_id,date,amount"]
    for customer, weekly in enumerate(h.weekly):
        lines.append(f"c{customer},{start},{amount}")
        for week in np.flatnonzero(weekly):
            day = start + dt.timedelta(days=7 * int(week) + 1 + customer % 7)
            lines.append(f"c{customer},{day},{amount + customer % 5}")
    return "\n".join(lines) + "\n"
