"""A calibrated scenario with the price sensitivity and inertia that a log shows beside a table of posted prices.

Without such a table the published defaults stand. With it, tastes, price sensitivity and the edge of the brand
bought last are fitted together, since each bears on the others.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import draws
from sim.calibration.brands import OTHER
from sim.calibration.likelihood import significant
from sim.calibration.occasions import Occasions
from sim.calibration.price_choice import LAST, ChoiceFit, fit_choice, price_movement
from sim.calibration.price_table import PriceTable
from sim.calibration.streams import Use, names
from sim.calibration.transactions import Log, LogError
from sim.scenario.customers import PriceSensitivity
from sim.scenario.errors import advice

LEAST_MOVEMENT = 0.01
"""Movement of prices against each other (1 = the usual price) below which nothing can be told."""
LEAST_SIGNAL = 2.0
"""Standard errors that the mean sensitivity must lie above zero."""
MOST_FITTED = 1_000
"""Customers that are fitted to; of a larger log, a sample by named draws."""
SEVERAL = 5_000
"""Purchases above which fewer draws a customer do: many purchases make up for them."""
FEWEST = 100
"""Purchases at known prices below which nothing is fitted."""
HIGHEST_EDGE = 5.0


@dataclass(frozen=True)
class Priced:
    """The fit to purchases at posted prices, whether it tells a price sensitivity, and what must be said of it."""

    fit: ChoiceFit
    told: bool
    movement: float
    notes: tuple[str, ...]


def fit_priced(whole: Log, merged: Log, table: PriceTable, end: dt.date) -> Priced:
    """Fit tastes, price sensitivity and inertia to a log (`merged`: its small brands as one), up to a day.

    Where prices hardly move against each other, or their effect is lost in chance, the published default of the
    sensitivity is kept, and said so. Raises LogError where a brand has no price, or hardly a purchase has one.
    """
    if len(merged.brands) < 2:
        raise LogError(table.name, [(None, "needs a log with a column 'brand' and two brands or more")])
    occasions, notes = occasions_of(_sampled(merged), whole, table.until(end))
    usual_prices = np.median(
        occasions.price, axis=0
    )  # sales move a mean, and customers begin at the usual price
    movement = price_movement(occasions, usual_prices)
    draws_each = 512 if len(occasions.chosen) <= SEVERAL else 256
    if movement >= LEAST_MOVEMENT:
        fit = fit_choice(occasions, usual=usual_prices, draws=draws_each)
        error = fit.errors["sensitivity"]
        if math.isfinite(error) and fit.habits.sensitivity > LEAST_SIGNAL * error:
            return Priced(fit, True, movement, notes)
        why = (
            f"their effect cannot be told from chance (sensitivity {fit.habits.sensitivity:.2g}, "
            f"standard error {error:.2g})"
        )
    else:
        why = f"they hardly move against each other (by {movement:.2%} of the usual price)"
    usual = PriceSensitivity()
    given = f"the published default is kept: mean {usual.mean:g}, spread {usual.spread:g}"
    note = f"prices tell nothing of price sensitivity: {why}; {given}"
    fit = fit_choice(occasions, sensitivity=(usual.mean, usual.spread), usual=usual_prices, draws=draws_each)
    return Priced(fit, False, movement, (*notes, note))


def with_prices(scenario: dict[str, Any], found: Priced, table: PriceTable) -> dict[str, Any]:
    """The scenario with what was fitted, its standard errors and its notes under provenance."""
    habits = found.fit.habits
    (segment,) = scenario["customers"]["segments"]
    segment = {**segment, "preference_concentration": significant(habits.concentration)}
    if found.told:
        segment["price_sensitivity"] = {
            "mean": significant(habits.sensitivity),
            "spread": significant(habits.spread),
        }
    edge = min(max(habits.effects[LAST], 0.0), HIGHEST_EDGE)
    notes = list(found.notes)
    if edge != habits.effects[LAST]:
        notes.append(f"the edge of the last brand, {habits.effects[LAST]:.2g}, is written as {edge:g}")
    provenance = dict(scenario["provenance"])
    provenance["prices"] = {
        "name": table.name,
        "sha256": table.sha256,
        "movement": significant(found.movement, 3),
        "notes": notes,
    }
    provenance["fitted"] = {**provenance["fitted"], "brand_choice": found.fit.record()}
    provenance["rules"] = {
        **provenance["rules"],
        "preferences": "S and shares are fitted together with price and inertia (brand_choice); attachment, on "
        "by default, adds to loyalty, so simulated loyalty is somewhat higher",
        "prices": "an index on each brand's median price at the purchases fitted to; felt by the market's rule, "
        "its loss aversion and carry-over as published",
    }
    if found.told:
        silent = [t for t in provenance["not_in_the_log"] if not t.startswith("price sensitivity")]
        provenance["not_in_the_log"] = silent
    return {
        **scenario,
        "customers": {**scenario["customers"], "segments": [segment]},
        "firms": [{**firm, "share": significant(habits.shares[firm["name"]])} for firm in scenario["firms"]],
        "behaviour": {**scenario["behaviour"], "inertia": {"edge": significant(edge)}},
        "provenance": provenance,
    }


def occasions_of(merged: Log, whole: Log, table: PriceTable) -> tuple[Occasions, tuple[str, ...]]:
    """The purchases of a log at the prices of their days, and what must be said of them.

    The small brands that `merged` holds as one have the mean of their price indices, weighted by purchases.
    Purchases before a brand's first price are left out.
    """
    notes: list[str] = []
    price = np.empty((len(merged.day), len(merged.brands)))
    lacking: list[tuple[int | None, str]] = []
    for k, brand in enumerate(merged.brands):
        if brand == OTHER and OTHER not in whole.brands:
            price[:, k] = _of_the_rest(merged, whole, table, notes)
            continue
        price[:, k] = table.asked(brand, merged.day)
        if np.isnan(price[:, k]).all():
            count = int((merged.brand == k).sum())
            near = advice(brand, table.brands)
            lacking.append(
                (None, f"has no price of the brand '{brand}' ({count:,} purchases); add its rows; {near}")
            )
    if lacking:
        raise LogError(table.name, lacking)
    known = ~np.isnan(price.sum(axis=1))
    if np.count_nonzero(known) < FEWEST:
        text = f"only {np.count_nonzero(known)} purchases fall on days with prices; a fit needs {FEWEST}"
        raise LogError(table.name, [(None, f"{text}: add the prices of the log's days")])
    if not known.all():
        notes.append(f"{np.count_nonzero(~known):,} purchases before the first price of a brand are left out")
    order = np.lexsort((merged.day, merged.customer))
    order = order[known[order]]
    return (
        Occasions(
            brands=merged.brands,
            customer=merged.customer[order],
            chosen=merged.brand[order],
            price=price[order],
            causal=np.zeros((len(order), len(merged.brands), 0)),
        ),
        tuple(notes),
    )


def _of_the_rest(merged: Log, whole: Log, table: PriceTable, notes: list[str]) -> NDArray[np.float64]:
    total, weight, silent = np.zeros(len(merged.day)), np.zeros(len(merged.day)), 0
    for k, brand in enumerate(whole.brands):
        if brand in merged.brands:
            continue
        asked = table.asked(brand, merged.day)
        known = np.isfinite(asked)
        if not known.any():
            silent += 1
            continue
        count = float((whole.brand == k).sum())
        total[known] += count * asked[known] / asked[known].mean()
        weight[known] += count
    if silent:
        notes.append(
            f"{silent} of the small brands that are held as '{OTHER}' have no prices and are left out of its own"
        )
    return np.where(weight > 0, total / np.maximum(weight, 1e-300), 1.0)


def _sampled(log: Log) -> Log:
    n = len(log.customers)
    if n <= MOST_FITTED:
        return log
    u = draws.uniforms(week=Use.SAMPLE, **names(0, 0, n))
    chosen = np.sort(np.argsort(u[:, 1], kind="stable")[:MOST_FITTED])
    keep = np.isin(log.customer, chosen)
    return replace(
        log,
        customers=tuple(log.customers[i] for i in chosen),
        customer=np.searchsorted(chosen, log.customer[keep]).astype(np.int64),
        day=log.day[keep],
        amount=log.amount[keep],
        brand=log.brand[keep],
    )
