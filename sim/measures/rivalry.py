"""A firm among others: its prices, what it cannot serve, its staff, its house of brands, its dealers, its crises."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.measures.record import Record, ratio
from sim.measures.tally import Tally


def _mean(values: NDArray[np.float64]) -> float:
    """Mean of the weeks in which there is a value; NaN without any."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def price_posted(record: Record) -> float:
    """Price posted over the firm's usual price, mean over the measured weeks."""
    return _mean(record.states["price"])


def rivals_price(record: Record) -> float:
    """Price posted by the other firms over their usual prices, mean over firms and the measured weeks. NaN without
    rivals."""
    return _mean(record.states["rivals_price"])


def turned_away(record: Record) -> float:
    """Times that the firm could not serve a customer who had it in mind, over these times and its purchases, in the
    measured weeks."""
    away = record.sum(Tally.TURNED_AWAY)
    return ratio(away, away + record.sum(Tally.PURCHASES))


def load(record: Record) -> float:
    """Work over what the staff can do, or, without staff, demand over capacity: mean over the measured weeks. NaN for
    a firm with neither."""
    return _mean(record.states["load"])


def morale(record: Record) -> float:
    """Morale of the staff, mean over the measured weeks. NaN without staff."""
    return _mean(record.states["morale"])


def staff_turnover(record: Record) -> float:
    """People who quit over people on the staff, per year of 52 weeks, in the measured weeks. NaN without staff."""
    people = record.states["people"]
    if np.isnan(people).all():
        return float("nan")
    return ratio(52.0 * float(np.nansum(record.states["quits"])), float(np.nansum(people)))


def quality_offered(record: Record) -> float:
    """Quality as planned plus what staff make of it: mean over the measured weeks, index points."""
    return _mean(record.states["quality"])


def house_profit(record: Record) -> float:
    """Profit of all brands of the firm's house over the measured weeks, not discounted; its own profit where it has no
    other brand."""
    return float(record.house_profits.sum()) / 100.0


def house_share(record: Record) -> float:
    """Share of the house's brands in all purchases at firms over the measured weeks."""
    purchases = record.tallies[:, :, :, Tally.PURCHASES].sum(axis=(0, 2))
    return ratio(float(purchases[list(record.house)].sum()), float(purchases.sum()))


def switching_inside(record: Record) -> float:
    """Of the purchases by customers who last bought another brand, the share of those who last bought a brand of the
    same house, in the measured weeks."""
    return ratio(record.sum(Tally.SWITCHED_INSIDE), record.sum(Tally.SWITCHED))


def let_go(record: Record) -> float:
    """Customers whom the firm let go or handed over to another, in the measured weeks."""
    return float(record.sum(Tally.LET_GO) + record.sum(Tally.HANDED_OVER))


def crisis_heard(record: Record) -> float:
    """Customers who heard of a crisis of the firm, in the measured weeks."""
    return float(record.sum(Tally.HEARD_OF_CRISIS))


def crisis_cost(record: Record) -> float:
    """Cost of recalls and compensation in crises over the measured weeks; lost sales are not in it."""
    return record.spent("crisis")


def staff_cost(record: Record) -> float:
    """Wages, training, hiring and severance over the measured weeks."""
    return record.spent("staff")


def channel_cost(record: Record) -> float:
    """What the firm's dealers keep of what customers pay, rebates, support and policing, less fines, over the measured
    weeks."""
    return record.spent("channel")


def distribution(record: Record) -> float:
    """Share of dealers that carry the firm, mean over the measured weeks. NaN in a market without dealers."""
    return _mean(record.states["distribution"])


def dealer_push(record: Record) -> float:
    """How hard the dealers that carry the firm push it, beyond what is usual: mean over them and the measured weeks,
    logit units. NaN in a market without dealers."""
    return _mean(record.states["dealer_push"])


def dealer_margin(record: Record) -> float:
    """What dealers earn with the firm (what they keep, rebates and support, less fines) over what the same sales come
    to at list price, in the measured weeks. NaN in a market without dealers."""
    return ratio(float(np.nansum(record.states["to_dealers"])), float(np.nansum(record.states["listed"])))


def price_erosion(record: Record) -> float:
    """How far dealers sell the firm below list price: 1 less what was paid over what the same sales come to at list
    price, in the measured weeks. NaN in a market without dealers."""
    paid, listed = (float(np.nansum(record.states[name])) for name in ("paid_at_dealers", "listed"))
    return 1.0 - ratio(paid, listed)
