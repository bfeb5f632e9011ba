"""What each customer will buy of each brand: how often from the market's timing, which from her taste.

Timing is fitted to the panel: customers were there before the log, and those who bought nothing so far may yet buy.
It is that of shopping days, NBD with drift or without, whichever has the lower AIC; without leaving, since in a
panel that nobody joins a brand's public would shrink by it, while in a market newcomers take the place of leavers.
On top come the further brands bought on the same day. Taste is the posterior of a Dirichlet, or of several segments
with one each, which forgets where the log shows drift. Everything is learnt from rows up to the end of the log that
is given; whatever is cut off before cannot be seen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim import draws
from sim.calibration.brand_choices import Choices, leading
from sim.calibration.brand_figures import BrandFigures, BrandSums
from sim.calibration.brand_futures import brand_futures
from sim.calibration.choice import fit_panel_timing
from sim.calibration.forecast import Forecast, forecast
from sim.calibration.histories import Histories, panel_histories
from sim.calibration.likelihood import Fit
from sim.calibration.renewal import Timing, log_silent
from sim.calibration.same_day import SameDay, fit_same_day
from sim.calibration.streams import Use, names
from sim.calibration.taste import Taste, fit_taste
from sim.calibration.transactions import Log, as_day

Array = NDArray[np.float64]

MOST_SILENT = 20_000
"""Simulated members of the panel without purchases so far; of more, each stands for several."""


@dataclass(frozen=True, eq=False)
class BrandForecast:
    """Purchases of each customer and brand over the days after a log's end.

    Rows are the customers of the log, then those without a purchase so far; columns are `brands`.
    """

    log: Log
    """the rows that were learnt from"""
    choices: Choices
    end: dt.date
    days: int
    weeks: float
    """that the log covers"""
    known_silent: float | None
    """members of the panel without a purchase so far, where their number was given"""
    timing: tuple[Fit, ...]
    """fits of purchase timing, the one that is used first"""
    same_day: SameDay
    taste: Taste
    held: Array
    """what purchases so far still tell of taste: customers of the log x brands"""
    member: Array
    """probability of each segment of taste: customers of the log x segments"""
    shopping: Forecast
    """days with a purchase in the category: customers of the log, then those without purchase that are simulated"""
    further: Array
    """expected further brands per such day, same rows"""
    silent: float
    """members of the panel without a purchase so far"""
    replicates: int
    seed: int

    @property
    def brands(self) -> tuple[str, ...]:
        """Leading brands, then 'Other'."""
        return self.choices.brands

    @property
    def customers(self) -> float:
        """Customers in all: those of the log and those without a purchase so far."""
        return len(self.log.customers) + self.silent

    @property
    def shares(self) -> Array:
        """Expected share of each brand in the purchases of each customer of the log; rows add up to 1."""
        return self.taste.shares(self.held, self.member, self.days)

    @property
    def new_share(self) -> Array:
        """Expected shares of a customer who bought nothing so far."""
        return self.taste.new_share

    @property
    def expected(self) -> Array:
        """Expected purchases: customers of the log x brands."""
        n = len(self.log.customers)
        purchases = self.shopping.expected[:n] * (1 + self.further[:n])
        result: Array = purchases[:, None] * self.shares
        return result

    def recent(self) -> NDArray[np.int64]:
        """Purchases of the last so many days that the forecast covers, or of all where the log is shorter."""
        c = self.choices
        counts = np.zeros_like(c.counts)
        late = c.day > as_day(self.end) - self.days
        np.add.at(counts, (c.customer[late], c.brand[late]), 1)
        return counts

    def futures(self) -> Iterator[NDArray[np.int64]]:
        """Simulated purchases, one array a replicate: all rows x brands."""
        new = len(self.further) - len(self.held)
        held = np.pad(self.held, ((0, new), (0, 0)))
        cumulative = np.cumsum(
            np.vstack([self.member, np.tile(self.taste.segments.weight, (new, 1))]), axis=1
        )
        for replicate in range(self.replicates):
            days = self.shopping.futures[:, replicate]
            name = names(self.seed, replicate, len(days))
            more = draws.poissons(days * self.further, week=Use.BRAND_FURTHER, **name)
            u = draws.uniforms(week=Use.BRAND_SEGMENT, **name)[:, 0]
            segment = (cumulative[:, :-1] <= u[:, None]).sum(axis=1)
            yield brand_futures(
                days + more, held, segment, self.taste, self.days,
                seed=self.seed, replicate=replicate,
            )  # fmt: skip

    def figures(self) -> BrandFigures:
        """Figures of the leading brands (all but 'Other'), over all replicates together."""
        n, brands = len(self.log.customers), len(self.brands) - 1
        weight = np.ones(len(self.further))
        weight[n:] = self.silent / max(1, len(weight) - n)
        sums = BrandSums.of(np.zeros((1, brands + 1), np.int64), brands)
        for counts in self.futures():
            sums = sums.plus(BrandSums.of(counts, brands, weight))
        return sums.figures(self.replicates)


def brand_forecast(
    log: Log,
    end: dt.date,
    days: int,
    *,
    replicates: int = 200,
    seed: int = 1,
    most: int | None = None,
    size: int | None = None,
    newcomers: bool = True,
) -> BrandForecast:
    """Fit a log with brands that ends by `end`, and forecast so many days beyond.

    most: leading brands, at most (default: 15). size: customers of the panel with those who bought nothing, where
    known (default: estimated). newcomers: whether customers who bought nothing so far belong to the forecast.
    Raises ValueError (no brands, too few who come back, rows after the end, replicates below 2).
    """
    if not log.brands:
        raise ValueError(f"{log.name} has no column 'brand'; add one to forecast brands")
    if replicates < 2:
        raise ValueError(f"replicates must be 2 or more, not {replicates}")
    brands = leading(log) if most is None else leading(log, most=most)
    choices = Choices.of(log, brands)
    h = panel_histories(log, end, size)
    fits = fit_panel_timing(h)
    timing, taste = Timing.of(fits[0].values), fit_taste(choices)
    silent = (
        0.0 if h.panel is None or not newcomers else h.panel.unseen(log_silent(h, timing), len(log.customers))
    )
    everyone = with_silent(h, min(round(silent), MOST_SILENT))
    same_day = fit_same_day(h.repeats, choices.counts.sum(axis=1) - h.repeats)
    new = len(everyone.repeats) - len(h.repeats)
    return BrandForecast(
        log=log,
        choices=choices,
        end=end,
        days=days,
        weeks=float(h.observed[0]),
        known_silent=None if size is None else float(size - len(log.customers)),
        timing=fits,
        same_day=same_day,
        taste=taste,
        held=taste.remembered(choices, as_day(end)),
        member=taste.segments.membership(choices.counts),
        shopping=forecast(everyone, timing, days, replicates=replicates, seed=seed),
        further=np.append(
            same_day.expected(h.repeats, choices.counts.sum(axis=1) - h.repeats), np.full(new, same_day.mean)
        ),
        silent=silent,
        replicates=replicates,
        seed=seed,
    )


def with_silent(h: Histories, silent: int) -> Histories:
    """The histories, followed by so many members of the panel who bought nothing."""
    if silent == 0:
        return h
    one = h.silent()
    return replace(
        h,
        first_day=np.append(h.first_day, np.repeat(one.first_day, silent)),
        repeats=np.append(h.repeats, np.repeat(one.repeats, silent)),
        recency=np.append(h.recency, np.repeat(one.recency, silent)),
        observed=np.append(h.observed, np.repeat(one.observed, silent)),
        weekly=np.concatenate([h.weekly, np.repeat(one.weekly, silent, axis=0)]),
    )
