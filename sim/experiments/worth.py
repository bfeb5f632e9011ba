"""Is a programme worth it? What a design earns more than the reference, against what it costs more.

All numbers are of the focal firm and the measured weeks, differences in paired worlds: design less reference, world by
world. With means over the worlds,

    cost          = programme cost of the design - that of the reference
    contribution  = profit of the design - that of the reference + cost; extra contribution before programme cost
    ROI           = (contribution - cost) / cost; none where the design does not cost more. Its 95 % interval is
                    Fieller's, of extra profit over extra cost in the same worlds; none where they leave open whether
                    it costs more
    NPV           = sum over weeks of extra profit / (1 + rate)^(weeks since measuring began / 52)
    payback week  = first week from which the sum of extra profit is never below 0 again until the end; none if it is
                    below 0 in the last week
    base          = contribution of the design's members before programme cost - contribution
    uplift        = contribution / base
    break-even    = cost / base: the uplift at which the programme pays for itself
    cannibalised  = 1 - extra purchases / members' purchases, between 0 and 1: the share of members' purchases that
                    would have been made without the programme, and so of what was given to members at them

`base` is what members would have brought anyway; without members there is no uplift. Where the reference has a
programme of its own, all of this is about
changing from the one to the other. The extra purchases are those of the firm as a whole, put down to its members: who
is a member in one world need not be one in the other. Every purchase counts the same, and so `cannibalised` is an
estimate, good where rewards are spread over purchases evenly.

Source: Blattberg, Kim & Neslin 2008, Database Marketing, ch. 22; Leenheer et al. 2007, IJRM 24:31 (extra revenue
against cost); Fieller 1954, JRSS B 16:175 (interval of a ratio of two means); Willan & O'Brien 1996, Health Economics
5:297 (the same for an effect over its cost).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.experiments.parameters import by_draw
from sim.experiments.statistics import LEVEL, Interval, mean_interval

YEAR = 52
_COLUMNS = ("profit", "programme_cost", "given_cost", "purchases", "member_purchases", "member_contribution")
_DUST = 6
"""Decimal places of a sum of money that count; the rest is rounding."""


@dataclass(frozen=True)
class Worth:
    """What one design is worth against the reference; money in currency, None where there is no number."""

    incremental_profit: Interval
    npv: Interval
    contribution: float
    cost: float
    roi: float | None
    payback_week: int | None
    uplift: float | None
    break_even_uplift: float | None
    cannibalised: float | None
    given_cost: float
    """what members were given, at cost: rewards and lower prices (of the design itself, not a difference)"""
    cannibalised_cost: float | None
    """the part of it that went to purchases that would have been made anyway"""
    roi_low: float | None = None
    roi_high: float | None = None


def worths(
    paths: pd.DataFrame, designs: Sequence[str], *, burn_in: int, rate: float, draws: int = 0
) -> dict[str, Worth]:
    """design -> what it is worth against the first; the first is left out.

    paths: those of `focal_path`, with design and replicate. burn_in: weeks not measured. rate: discount rate per year.
    draws: of the scenario's numbers; each counts as one world.
    """
    measured = paths[paths["week"] >= burn_in]
    rows = {
        str(design): {column: _by_week(own, column, draws) for column in _COLUMNS}
        for design, own in measured.groupby("design")
    }
    return {d: _worth(rows[d], rows[designs[0]], burn_in, rate) for d in designs[1:]}


def margins(paths: pd.DataFrame, designs: Sequence[str], *, burn_in: int, draws: int = 0) -> pd.DataFrame:
    """A row a design and measured week: extra profit against the first design, currency.

    mean, low, high: over the worlds, with its 95 % interval. cumulative: sum of the means so far.
    """
    measured = paths[paths["week"] >= burn_in]
    profit = {str(d): _by_week(own, "profit", draws) for d, own in measured.groupby("design")}
    rows = []
    for design in designs[1:]:
        extra, so_far = profit[design] - profit[designs[0]], 0.0
        for week in range(extra.shape[1]):
            interval = mean_interval(extra[:, week])
            so_far += interval.mean or 0.0
            rows.append((design, burn_in + week, interval.mean, interval.low, interval.high, so_far))
    frame = pd.DataFrame(rows, columns=["design", "week", "mean", "low", "high", "cumulative"])
    return frame.astype(dict.fromkeys(("mean", "low", "high", "cumulative"), float))


def payback(profit: NDArray[np.float64]) -> int | None:
    """First week (from 0) from which the sum of a weekly profit is never below 0 again; None if it ends below 0."""
    below = np.flatnonzero(np.round(profit.cumsum(), _DUST) < 0)
    if len(below) == 0:
        return 0
    after = int(below[-1]) + 1
    return after if after < len(profit) else None


def fieller(profit: NDArray[np.float64], cost: NDArray[np.float64]) -> tuple[float | None, float | None]:
    """Fieller's 95 % interval of mean(profit) / mean(cost), one pair a world.

    The ends are the roots of (p - r c)^2 = t^2 (s_pp - 2 r s_pc + r^2 s_cc) / n. (None, None) where there is one world,
    or where the worlds do not tell the mean cost from 0: then the interval has no end on one side or on both.
    """
    count = len(profit)
    if count < 2:
        return None, None
    p, c = float(profit.mean()), float(cost.mean())
    t = float(stdtrit(count - 1, 0.5 + LEVEL / 2))
    spread = np.cov(np.vstack([profit, cost]), ddof=1) * (t * t / count)
    leading = c * c - float(spread[1, 1])
    if leading <= 0:
        return None, None
    middle, last = p * c - float(spread[0, 1]), p * p - float(spread[0, 0])
    root = sqrt(max(0.0, middle * middle - leading * last))
    return (middle - root) / leading, (middle + root) / leading


def _by_week(paths: pd.DataFrame, column: str, draws: int) -> NDArray[np.float64]:
    """One column, replicate (draw, where some have two replicates) x week."""
    wide = paths.pivot(index="replicate", columns="week", values=column).sort_index()
    return by_draw(wide.to_numpy(dtype=np.float64), draws)


def _worth(
    ours: Mapping[str, NDArray[np.float64]],
    theirs: Mapping[str, NDArray[np.float64]],
    burn_in: int,
    rate: float,
) -> Worth:
    def total(column: str) -> float:
        return float(ours[column].sum(axis=1).mean())

    def extra(column: str) -> float:
        return float((ours[column] - theirs[column]).sum(axis=1).mean())

    profit = ours["profit"] - theirs["profit"]
    discounted = profit / (1.0 + rate) ** (np.arange(profit.shape[1]) / YEAR)
    cost = extra("programme_cost")
    contribution = extra("profit") + cost
    brought = total("member_contribution")
    base = brought - contribution
    bought, given = total("member_purchases"), total("given_cost")
    anyway = min(1.0, max(0.0, 1.0 - extra("purchases") / bought)) if bought > 0 else None
    paid_back = payback(profit.mean(axis=0))
    costs = (ours["programme_cost"] - theirs["programme_cost"]).sum(axis=1)
    roi_low, roi_high = fieller(profit.sum(axis=1), costs) if cost > 0 else (None, None)
    return Worth(
        incremental_profit=mean_interval(profit.sum(axis=1)),
        npv=mean_interval(discounted.sum(axis=1)),
        contribution=contribution,
        cost=cost,
        roi=(contribution - cost) / cost if cost > 0 else None,
        payback_week=None if paid_back is None else burn_in + paid_back,
        uplift=contribution / base if base > 0 and brought > 0 else None,
        break_even_uplift=cost / base if base > 0 and brought > 0 else None,
        cannibalised=anyway,
        given_cost=given,
        cannibalised_cost=None if anyway is None else anyway * given,
        roi_low=roi_low,
        roi_high=roi_high,
    )


def table(worths: Mapping[str, Worth]) -> pd.DataFrame:
    """A row a design, a column a number; an interval is three columns (npv, npv_low, npv_high); missing is NaN."""
    rows = []
    for worth in worths.values():
        row: dict[str, float | None] = {}
        for name, value in vars(worth).items():
            if isinstance(value, Interval):
                row |= {name: value.mean, f"{name}_low": value.low, f"{name}_high": value.high}
            else:
                row[name] = value
        rows.append(row)
    return pd.DataFrame(rows, index=pd.Index(list(worths), name="design"), dtype=float)


def to_dict(worths: Mapping[str, Worth]) -> dict[str, dict[str, object]]:
    """The same as plain JSON values; what does not exist is None (null)."""
    return {
        design: {
            name: vars(value).copy() if isinstance(value, Interval) else value
            for name, value in vars(worth).items()
        }
        for design, worth in worths.items()
    }
