"""What the firms of a market were like week by week, beside their tills and books; measures read it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.firms.channel import ChannelWeek
from sim.firms.firm import Firm

STATES = (
    "price",
    "load",
    "quality",
    "morale",
    "people",
    "quits",
    "distribution",
    "dealer_push",
    "to_dealers",
    "paid_at_dealers",
    "listed",
)
"""What is kept of each firm and week; NaN where a firm has no such thing. Money in cents, prices over the usual."""


class States:
    """The weeks of all firms: `of(firm)` gives its series."""

    def __init__(self) -> None:
        self._weeks: list[list[tuple[float, ...]]] = []

    def close_week(self, firms: Sequence[Firm], channel: ChannelWeek | None) -> None:
        """Take in a week. channel: what dealers did in it."""
        self._weeks.append([_of(firm, channel) for firm in firms])

    def of(self, firm: int, first_week: int = 0) -> dict[str, NDArray[np.float64]]:
        """Series of a firm by name, and `rivals_price`, the mean of the others' prices; from this week on."""
        table = np.array(self._weeks[first_week:], np.float64)
        series = {name: table[:, firm, i] for i, name in enumerate(STATES)}
        prices = np.delete(table[:, :, STATES.index("price")], firm, axis=1)
        there = np.maximum((~np.isnan(prices)).sum(axis=1), 1)
        sums = np.nansum(prices, axis=1)
        series["rivals_price"] = np.where(np.isnan(prices).all(axis=1), np.nan, sums / there)
        return series


def _of(firm: Firm, channel: ChannelWeek | None) -> tuple[float, ...]:
    nan = float("nan")
    staffed = firm.spec.staff is not None and firm.is_there
    f = firm.number
    dealers = (nan,) * 5
    if channel is not None:
        earned = channel.kept[f] + channel.rebates[f] + channel.support[f] - channel.fines[f]
        dealers = (
            float(channel.carriers[f]) / len(channel.dealers),
            float(channel.push[f]),
            float(earned),
            float(channel.paid[f]),
            float(channel.listed[f]),
        )
    return (
        firm.posted_price if firm.is_there else nan,
        firm.load,
        firm.spec.quality.level + firm.staff.quality_shift if firm.is_there else nan,
        firm.staff.morale if staffed else nan,
        firm.staff.last.people if staffed else nan,
        firm.staff.last.quits if staffed else nan,
        *dealers,
    )
