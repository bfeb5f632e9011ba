"""Who of those who came in one quarter is still active."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes

from sim.report.picture import DASHES, MARKERS, canvas
from sim.report.seen import chosen, means, note, sure, title

if TYPE_CHECKING:
    from sim.experiments import Watched

MOST = 4
"""Cohorts drawn; of more, the first and some evenly apart."""
LEAST = 10
"""Customers that a cohort must have, in the mean of replicates, to be drawn: a share of fewer says nothing."""


def cohorts(watched: Watched, design: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Share of a cohort still active at the focal firm, %, by weeks since it came in. Returns the axes.

    Cohorts: active when measuring began, or first bought in a quarter of the measured time, from its end on; of 10
    customers or more; four at most. Bands: 95 % interval over replicates. ValueError where the firm never had a
    customer, or too few.
    """
    name, rows = chosen(watched, "cohorts", design, "no customers")
    rows = rows[rows["size"] > 0].assign(share=lambda f: 100.0 * f["active"] / f["size"])
    if rows.empty:
        raise ValueError(f"'{watched.world.focus}' under '{name}' never had a customer; take a longer run")
    points = means(watched, rows, ["cohort", "weeks"], "share")
    large = rows.groupby("cohort")["size"].mean() >= LEAST
    lengths = points[points["cohort"].map(large) | (points["cohort"] == 0)].groupby("cohort").size()
    if lengths.empty:
        raise ValueError(
            f"no cohort of '{watched.world.focus}' under '{name}' has {LEAST} customers; take more customers "
            "(sim.watch(world, customers=...))"
        )
    there = [int(c) for c in lengths[lengths >= 2].index] or [int(lengths.index[0])]
    some = [there[int(i)] for i in np.unique(np.linspace(0, len(there) - 1, min(MOST, len(there))).round())]
    with canvas(ax, 6.8, 4.2) as axis:
        for position, cohort in enumerate(some):
            line = points[points["cohort"] == cohort]
            shade = 0.35 + 0.6 * (1 - position / max(len(some) - 1, 1))
            colour = "#000000" if cohort == 0 else colormaps["Blues"](shade)
            x, y, half = (line[c].to_numpy() for c in ("weeks", "mean", "half"))
            axis.plot(
                x,
                y,
                color=colour,
                linestyle=DASHES[position % 4],
                marker=MARKERS[position % len(MARKERS)],
                markersize=4,
                markevery=max(1, len(x) // 8),
                linewidth=2.2 if cohort == 0 else 1.5,
                label="there at the start" if cohort == 0 else f"new in quarter {cohort}",
            )
            if np.isfinite(half).any():
                axis.fill_between(
                    x,
                    np.maximum(y - half, 0),
                    np.minimum(y + half, 100),
                    color=colour,
                    alpha=0.12,
                    linewidth=0,
                )
        axis.set_ylim(0, 102)
        axis.set_xlim(0, max(4.0, float(points["weeks"].max())))
        axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), title="cohort", fontsize=8.5)
        axis.set_xlabel("weeks since measuring began, or since the end of the quarter")
        axis.set_ylabel("active customers, % of the cohort")
        axis.set_title(title(watched, name, "who stays, by when they came"))
        lapse = watched.world.category.lapse_weeks
        note(
            axis,
            f"Active: bought in the last {lapse} weeks; who comes back counts again. "
            f"Cohorts of {LEAST} customers or more. {sure(watched)}",
        )
    return axis
