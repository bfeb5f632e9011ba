"""Panels of customers who choose by the market's rule with known habits, and logs written from them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np

from sim.calibration.occasions import Occasions
from sim.rules.price import Price

BRANDS = ("A", "B", "C")
SHARES = np.array([0.5, 0.3, 0.2])
START = dt.date(2024, 1, 1)


def panel(customers: int, purchases: int, **habits: Any) -> Occasions:
    """So many purchases of each customer, one a week; all see the same prices in a week."""
    return shopped(customers, purchases, regular=True, **habits)[0]


def shopped(
    customers: int,
    weeks: int,
    *,
    regular: bool,
    concentration: float = 1.5,
    sensitivity: float = 5.0,
    spread: float = 0.5,
    edge: float = 0.8,
    shares: np.ndarray = SHARES,
    movement: float = 0.2,
    seed: int = 1,
) -> tuple[Occasions, np.ndarray, np.ndarray]:
    """Purchases, the week of each, and the prices of the weeks; not regular: in .2 to .9 of the weeks, by customer."""
    rng = np.random.default_rng(seed)
    rule, brands = Price(), len(shares)
    prices = 1 - movement * (rng.random((weeks, brands)) < 0.35)
    index = prices / prices.mean(axis=0)
    sigma = np.sqrt(np.log1p(spread**2))
    rows = []
    for i in range(customers):
        taste = np.log(np.maximum(rng.gamma(concentration * shares), 1e-300))
        beta = np.exp(np.log(sensitivity) - sigma**2 / 2 + sigma * rng.standard_normal())
        often = 1.0 if regular else 0.2 + 0.7 * rng.random()
        reference, last = 1.0, -1
        for t in range(weeks):
            if rng.random() >= often:
                continue
            d = (index[t] - reference) / reference
            v = taste - beta * np.where(d > 0, rule.loss_aversion * d, d)
            if last >= 0:
                v[last] += edge
            p = np.exp(v - v.max())
            last = int(np.searchsorted(np.cumsum(p / p.sum())[:-1], rng.random()))
            reference = rule.carry_over * reference + (1 - rule.carry_over) * index[t, last]
            rows.append((i, t, last))
    customer, week, chosen = np.array(rows, np.int64).T
    found = Occasions(
        brands=tuple("ABCDEF"[:brands]),
        customer=customer,
        chosen=chosen,
        price=prices[week],
        causal=np.zeros((len(rows), brands, 0)),
    )
    return found, week, prices


def written(folder: Path, customers: int, weeks: int, **habits: Any) -> tuple[Path, Path]:
    """Irregular purchases from START on as a log, and its table of prices, a row a week."""
    p, week, posted = shopped(customers, weeks, regular=False, **habits)
    log, prices = ["customer_id,date,amount,brand"], ["date,brand,price"]
    for row, brand in enumerate(p.chosen):
        day = START + dt.timedelta(days=7 * int(week[row]) + (int(p.customer[row]) + row) % 7)
        log.append(f"c{p.customer[row]},{day},{10 * p.price[row, brand]:.2f},{p.brands[brand]}")
    for w in range(weeks):
        day = START + dt.timedelta(days=7 * w)
        prices += [f"{day},{b},{10 * posted[w, k]:.2f}" for k, b in enumerate(p.brands)]
    files = folder / "log.csv", folder / "prices.csv"
    for path, lines in zip(files, (log, prices), strict=True):
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return files
