"""On which days of the week customers buy, and how far each has days of her own.

Only weeks with one purchase are looked at: their day is drawn from the customer's own shares, while several purchases
of a week crowd each other off its better days. The shares of all customers are those of such weeks; they are taken for
even where Akaike's criterion does not call for more.

Own shares ~ Dirichlet(concentration x shares of all). So in two weeks with one purchase each the day is the same with
probability (1 + c sum(p^2)) / (1 + c); c is solved from weeks up to a quarter of a year apart, since favourite days
change over the year. Where the days of such weeks agree no more than chance has it (within two standard errors of
neighbouring weeks), customers have no days of their own.

Source: Akaike 1974, IEEE Trans. Automatic Control 19:716; Johnson, Kotz & Balakrishnan 1997, Discrete Multivariate
Distributions, ch. 35 (Dirichlet-multinomial).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calibration.transactions import Log

DAYS = 7
EVEN = (1 / DAYS,) * DAYS
QUARTER = 13
MOST_CONCENTRATION, LEAST_CONCENTRATION = 1000.0, 0.01


@dataclass(frozen=True)
class Weekdays:
    """Shares of the seven days, Monday first, and the concentration of customers' own shares around them."""

    shares: tuple[float, ...]
    concentration: float | None
    """None: all customers alike"""
    purchases: int
    """weeks with one purchase, which the shares are of"""

    @property
    def even(self) -> bool:
        """Whether all days are alike, to all customers."""
        return self.shares == EVEN and self.concentration is None


def fit_weekdays(log: Log) -> Weekdays:
    """Shares of the days of the week in a log, and how far customers keep to days of their own."""
    log = log.days()
    start = int(log.day.min())
    week, weeks = (log.day - start) // DAYS, int(log.day.max() - start) // DAYS + 1
    place = log.customer * weeks + week
    alone = np.bincount(place, minlength=len(log.customers) * weeks)[place] == 1
    weekday = ((log.day + 3) % DAYS)[alone]  # 1970-01-01 was a Thursday
    count = np.bincount(weekday, minlength=DAYS).astype(np.float64)
    total = float(count.sum())
    shares = EVEN
    if total > 0 and _gain(count) > DAYS - 1:
        smoothed = (count + 0.5) / (total + 0.5 * DAYS)
        shares = tuple(float(f"{share:.6g}") for share in smoothed)
    kept = np.full(len(log.customers) * weeks, -1)
    kept[place[alone]] = weekday
    table = kept.reshape(len(log.customers), weeks)
    return Weekdays(shares, _concentration(table, np.array(shares)), int(total))


def _gain(count: NDArray[np.float64]) -> float:
    """How much log-likelihood shares of their own gain over even ones."""
    seen = count[count > 0]
    return float(seen @ np.log(seen / count.sum() * DAYS))


def _concentration(table: NDArray[np.int64], shares: NDArray[np.float64]) -> float | None:
    """From customers x weeks: the day of the only purchase, or -1."""
    agreed, pairs, neighbours = 0, 0, 0
    for lag in range(1, min(QUARTER, table.shape[1] - 1) + 1):
        before, after = table[:, :-lag], table[:, lag:]
        both = (before >= 0) & (after >= 0)
        agreed += int(np.count_nonzero(before[both] == after[both]))
        pairs += int(np.count_nonzero(both))
        neighbours = neighbours or pairs
    chance = float(shares @ shares) / float(shares.sum()) ** 2
    if not neighbours:
        return None
    more = agreed / pairs - chance
    if more < 2 * np.sqrt(chance * (1 - chance) / neighbours):
        return None
    return float(np.clip((1 - agreed / pairs) / more, LEAST_CONCENTRATION, MOST_CONCENTRATION))
